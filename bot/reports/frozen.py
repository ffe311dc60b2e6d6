"""A report's snapshot as its pages read it: what was found, what became of it, who signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.assessment import Assessment
from bot.domain.findings import Finding, FindingKind, FindingState, GapAnswer

Plain = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a finding was answered after the report was made."""

    answer: GapAnswer
    verdict: str
    by: str
    at: datetime | None
    reason: str
    until: datetime | None

    @property
    def is_put_off(self) -> bool:
        """Whether the gap is still there and only waits."""
        return self.answer is GapAnswer.LATER

    @property
    def is_action(self) -> bool:
        """Whether a person (or a rule that a person made) did something about it."""
        return self.answer not in {GapAnswer.GONE, GapAnswer.LATER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who signed a section."""

    section: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """One snapshot, read."""

    found: Assessment
    outcomes: Mapping[str, Outcome]
    signatures: tuple[Signature, ...]
    names: Mapping[str, str]

    @property
    def open(self) -> list[Finding]:
        """The findings that nobody answered, in the order of the assessment."""
        return [finding for finding in self.found.findings if finding.key not in self.outcomes]

    def of_kinds(self, *kinds: FindingKind) -> list[Finding]:
        """Return the findings of these kinds, in the order of the assessment."""
        return [finding for finding in self.found.findings if finding.kind in kinds]

    def day(self, moment: datetime) -> str:
        """Return a moment's date in the report's zone."""
        return moment.astimezone(ZoneInfo(self.found.zone)).date().isoformat()

    def minute(self, moment: datetime) -> str:
        """Return a moment in the report's zone: "2025-11-17 10:12"."""
        return f"{moment.astimezone(ZoneInfo(self.found.zone)):%Y-%m-%d %H:%M}"

    def name(self, member_id: str | None, words: str | None = None) -> str:
        """Return a person's name; `words` where the plan knows no member, "" for nobody."""
        if member_id:
            return self.names.get(member_id) or (words or "").strip() or member_id
        return (words or "").strip()

    def since(self, finding: Finding) -> str:
        """Return "New" or "Known since 2025-11-10"."""
        if finding.state is FindingState.NEW or finding.first_seen_at is None:
            return "New"
        return f"Known since {self.day(finding.first_seen_at)}"


def read(snapshot: Plain) -> Frozen:
    """Return what a snapshot holds (`Assessment.to_plain`, with "outcomes" and "signed")."""
    found = Assessment.from_plain(snapshot)
    outcomes, signed = snapshot.get("outcomes", {}), snapshot.get("signed", {})
    said = {one["by"]: one["by_name"] for one in (*outcomes.values(), *signed.values())}
    return Frozen(
        found=found,
        outcomes={key: _outcome(one) for key, one in sorted(outcomes.items())},
        signatures=tuple(
            Signature(section=int(section), by=one["by_name"], at=_moment(one["at"]))
            for section, one in sorted(signed.items())
        ),
        names={**said, **dict(found.facts.names)},
    )


def planned_day(moment: datetime) -> str:
    """Return a date that the plan states: it is kept as midnight UTC, whatever the zone."""
    return moment.astimezone(UTC).date().isoformat()


def number_of(number: int, noun: str, many: str = "") -> str:
    """Return "1 task", "1,204 tasks", or with `many` "2 pieces of work"."""
    return f"{number:,} {noun if number == 1 else many or f'{noun}s'}"


def listing(parts: list[str], limit: int = 3) -> str:
    """Return "a, b, c and 4 more"."""
    more = len(parts) - limit
    return ", ".join(parts[:limit]) + (f" and {more} more" if more > 0 else "")


def _outcome(plain: Plain) -> Outcome:
    return Outcome(
        answer=GapAnswer(plain["answer"]),
        verdict=plain["verdict"],
        by=plain["by_name"],
        at=_moment(plain["at"]) if plain["at"] else None,
        reason=plain["reason"],
        until=_moment(plain["until"]) if plain["until"] else None,
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
