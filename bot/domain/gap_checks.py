"""Gap checks: which question an assessment puts to whom, one a record at most."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.assessment import PlanSnapshot
from bot.domain.finding_order import ORDER
from bot.domain.findings import Finding, FindingKind, GapCheck
from bot.domain.identities import folded, member_ids
from bot.domain.matching import records_by_key
from bot.domain.plan import Record, Stage, Task
from bot.domain.plan_gaps import TWO_WEEKS, one_line

ASK_AGAIN_AFTER = timedelta(days=13)  # last Monday's open question is not asked again yet
# Issues have buttons of their own; a ref that two stages carry is the lead's, in the thread.
_NOT_ASKED = frozenset(
    {FindingKind.ISSUE_OPEN, FindingKind.ISSUE_OVERDUE, FindingKind.REF_AMBIGUOUS}
)
_ELSEWHERE = frozenset({FindingKind.COMMIT_UNPLANNED, FindingKind.STAGE_MISSING})
_OF_TASK = frozenset({FindingKind.TASK_NO_ESTIMATE, FindingKind.TASK_NO_OWNER})
_QUESTIONS = {
    FindingKind.TASK_NO_ESTIMATE: "It has no estimate. How many hours of work will it take?",
    FindingKind.TASK_NO_OWNER: "Nobody owns it. Is it yours?",
    FindingKind.STAGE_OLD: "It has been in progress for over two weeks. Is that still right?",
    FindingKind.STAGE_SILENT: "It is in progress and had no update for over two weeks."
    " Is that still right?",
    FindingKind.STAGE_AGE_UNKNOWN: "It is in progress, but the plan does not say when it was last"
    " updated. Is that still right?",
    FindingKind.STAGE_NO_EVIDENCE: "It is complete in the plan, and no commit names it."
    " Is it work that leaves no commits?",
}
_MARKS = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", "*": "∗", "`": "ˋ"}  # noqa: RUF001 - lookalikes
)


@dataclass(frozen=True, slots=True)
class _People:
    """Who can be asked: ids by every name, those who left or are away, and the lead."""

    ids: Mapping[str, str]
    unreachable: frozenset[str]
    lead_id: str | None

    def owner(self, record: Record | None) -> str | None:
        """Return the owner's Slack id, by id or by the plan's own word for them."""
        if record is None:
            return None
        named = self.ids.get(folded(record.owner_text or ""))
        return self.reachable(record.owner_id) or self.reachable(named)

    def reachable(self, member_id: str | None) -> str | None:
        """Return the id unless it is a bot, or somebody who has left or is away."""
        return None if member_id in self.unreachable else member_id


def questions(
    findings: Iterable[Finding],
    snapshot: PlanSnapshot,
    *,
    report_key: str,
    checks: Sequence[GapCheck] = (),
    away: Collection[str] = (),
    now: datetime,
) -> list[GapCheck]:
    """
    Return the questions to ask now; nobody is asked where nobody is known.

    The owner is asked, else the owner of the task's stage, else the workspace's lead. The text is
    mrkdwn with people's words escaped; its first line says what it is about.

    Args:
        findings: Those that are shown: what somebody dismissed is not among them.
        report_key: Key of the report; keys of checks and bundles begin with it.
        checks: All earlier checks: what was asked last week and is still open is not asked again.
        away: Slack ids of those who are out of office: their questions go to the lead.
    """
    records = records_by_key(snapshot.stages, snapshot.tasks)
    people = _people(snapshot, away)
    taken = {check.finding_key for check in checks if _rests(check, now)}
    counts: Counter[str] = Counter()
    asked: list[GapCheck] = []
    for finding in _one_a_record(findings):
        record = records.get(finding.record_keys[0]) if finding.record_keys else None
        if finding.key in taken or _is_fresh(record, finding, now):
            continue
        member_id = _asked(finding, record, records, people)
        if member_id is None:
            continue
        counts[member_id] += 1
        asked.append(
            GapCheck(
                key=f"{report_key}:{member_id}:{counts[member_id]}",
                bundle=f"{report_key}:{member_id}",
                member_id=member_id,
                finding_key=finding.key,
                text=f"{_title(record, finding)}\n{_words(finding)}",
                asked_at=now,
            )
        )
    return asked


def superseded(asked: Iterable[GapCheck], checks: Iterable[GapCheck]) -> list[GapCheck]:
    """Return the earlier open checks that the new ones ask again."""
    again = {check.finding_key for check in asked}
    return [check for check in checks if check.answer is None and check.finding_key in again]


def _people(snapshot: PlanSnapshot, away: Collection[str]) -> _People:
    gone = {member.id for member in snapshot.members if not member.is_here}
    gone.update(away)
    lead = snapshot.workspace.lead_id
    return _People(member_ids(snapshot.members), frozenset(gone), None if lead in gone else lead)


def _one_a_record(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that people are asked about, of each record the most telling one."""
    seen: set[str] = set()
    chosen = []
    # Who owns a task comes before what it will take: the owner is asked that.
    ordered = sorted(findings, key=lambda one: one.kind is not FindingKind.TASK_NO_OWNER)
    for finding in sorted(ordered, key=_weight):
        subject = finding.record_keys[0] if finding.record_keys else finding.key
        if finding.kind not in _NOT_ASKED and subject not in seen:
            seen.add(subject)
            chosen.append(finding)
    return chosen


def _weight(finding: Finding) -> int:
    kind = finding.kind
    # An estimate is asked of the owner, so the owner first; everything else by the thread's order.
    return ORDER.index(FindingKind.TASK_NO_ESTIMATE if kind in _OF_TASK else kind)


def _asked(
    finding: Finding, record: Record | None, records: Mapping[str, Record], people: _People
) -> str | None:
    stage = records.get(record.stage_key or "") if isinstance(record, Task) else None
    named = people.ids.get(folded(finding.owner_text or ""))
    return (
        people.reachable(finding.owner_id)
        or people.owner(record)
        or people.reachable(named)
        or people.owner(stage)
        or people.lead_id
    )


def _rests(check: GapCheck, now: datetime) -> bool:
    return check.answer is None and now - check.asked_at < ASK_AGAIN_AFTER


def _is_fresh(record: Record | None, finding: Finding, now: datetime) -> bool:
    """Whether a stage of unknown start was updated lately: asking again would tell us nothing."""
    return (
        finding.kind is FindingKind.STAGE_AGE_UNKNOWN
        and isinstance(record, Stage)
        and record.last_progress_at is not None
        and now - record.last_progress_at <= TWO_WEEKS
    )


def _title(record: Record | None, finding: Finding) -> str:
    if record is None and finding.kind in _ELSEWHERE:
        return "*Work that the plan does not have*"
    if record is None:
        return f"*{_safe(', '.join(finding.refs) or 'The plan', 80)}*"
    name = record.name if isinstance(record, Stage) else record.title
    ref = record.ref or record.key
    return f"*{_safe(ref, 40)}* · {_safe(name, 120)}"


def _words(finding: Finding) -> str:
    return _QUESTIONS.get(finding.kind) or _safe(finding.text, 400)


def _safe(words: str, limit: int) -> str:
    return one_line(words, limit).translate(_MARKS)
