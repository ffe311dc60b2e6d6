"""Findings in a report's words: each with its state, owner, evidence and what became of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.findings import Finding, FindingKind, GapAnswer
from bot.reports.frozen import Frozen, Outcome, number_of

MAX_OF_A_KIND = 40  # a page of thousands is read by nobody; the command line has them all
_SHORT_EVIDENCE = 60  # characters that fit into the sentence
_NAMED = re.compile(r"\b(?P<noun>stage|task|phase) (?P<name>[^“]{0,40}“[^”]*”)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """
    One line of a list.

    Args:
        about: "New; last update 2025-11-02; owner Ana".
        word: "open", "settled:" or "dismissed".
        words: How it ended, "" while it is open.
    """

    text: str
    about: str
    word: str
    words: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The findings of one kind, cut; `more` says how many were left out."""

    shown: tuple[Shown, ...]
    more: int


def listed(
    frozen: Frozen,
    kinds: Sequence[FindingKind],
    beside: Mapping[str, Sequence[str]] | None = None,
) -> list[Listed]:
    """
    Return the findings of these kinds, kind by kind, each cut.

    Args:
        beside: What else to say below a finding, by its key.
    """
    more = beside or {}
    return [
        Listed(
            shown=tuple(
                _shown(frozen, one, more.get(one.key, ())) for one in found[:MAX_OF_A_KIND]
            ),
            more=max(0, len(found) - MAX_OF_A_KIND),
        )
        for kind in kinds
        if (found := frozen.of_kinds(kind))
    ]


def actions_of(frozen: Frozen, kinds: Sequence[FindingKind]) -> list[str]:
    """Return what was really done about findings of these kinds: what, by whom and when."""
    done = [
        (outcome.at, f"{subject(one)}: {_deed(outcome)} ({_by(frozen, outcome)})")
        for one in frozen.of_kinds(*kinds)
        if (outcome := frozen.outcomes.get(one.key)) and outcome.is_action
    ]
    done.sort(key=lambda pair: str(pair[0]))
    # One answer may settle several findings of one stage.
    return list(dict.fromkeys(line for _, line in done))


def subject(finding: Finding) -> str:
    """Return what a finding is about, in a few words: "Stage 1.5.4 “BQX Recalculation”"."""
    if finding.kind is FindingKind.COMMIT_UNPLANNED:
        number = number_of(len(finding.commits), "commit")
        return f"{number} from {finding.commits[0][:7]} on" if finding.commits else number
    if finding.kind is FindingKind.REF_AMBIGUOUS:
        return f"Reference {', '.join(finding.refs)}"
    if finding.kind in {FindingKind.ISSUE_OPEN, FindingKind.ISSUE_OVERDUE}:
        return ", ".join(finding.refs)
    if named := _NAMED.search(finding.text):
        return f"{named['noun'].capitalize()} {named['name']}"
    return ", ".join(finding.refs or finding.record_keys) or "One finding"


def outcome_words(frozen: Frozen, outcome: Outcome | None) -> tuple[str, str]:
    """Return ("open", ""), ("settled:", "marked complete by Ana on …") or ("dismissed", "…")."""
    if outcome is None:
        return "open", ""
    day = frozen.day(outcome.at) if outcome.at else "an unknown day"
    until = f"until {frozen.day(outcome.until)}" if outcome.until else "for good"
    if outcome.answer is GapAnswer.GONE:
        return "settled:", f"no longer found on {day}"
    if outcome.answer is GapAnswer.NOT_A_GAP:
        return "dismissed", f"{until} because “{outcome.reason}” (by {outcome.by} on {day})"
    if outcome.is_put_off:
        return "dismissed", f"{until} (put off by {outcome.by} on {day})"
    if outcome.answer is GapAnswer.ACCURATE:
        again = f", asked again from {frozen.day(outcome.until)} on" if outcome.until else ""
        return "settled:", f"still accurate, says {outcome.by} on {day}{again}"
    return "settled:", f"{outcome.verdict} by {outcome.by} on {day}"


def _shown(frozen: Frozen, finding: Finding, beside: Sequence[str]) -> Shown:
    word, words = outcome_words(frozen, frozen.outcomes.get(finding.key))
    owner = frozen.name(finding.owner_id, finding.owner_text)
    short = _in_passing(finding)
    return Shown(
        text=finding.text,
        about="; ".join(
            [
                frozen.since(finding),
                *([short] if short else []),
                f"owner {owner}" if owner else "owner unknown",
            ]
        ),
        word=word,
        words=words,
        evidence=(*(() if short else finding.evidence), *beside),
    )


def _in_passing(finding: Finding) -> str:
    """Return the evidence where it is one short line, or a commit that the text has told."""
    if len(finding.evidence) != 1:
        return ""
    line = finding.evidence[0]
    sha, _, said = line.partition(": ")
    if finding.commits and finding.commits[0].startswith(sha):
        return f"commit {sha}" if said in finding.text else ""
    return line if len(line) <= _SHORT_EVIDENCE else ""


def _deed(outcome: Outcome) -> str:
    if outcome.answer is GapAnswer.NOT_A_GAP:
        return f"not a gap, “{outcome.reason}”"
    return outcome.verdict


def _by(frozen: Frozen, outcome: Outcome) -> str:
    return f"{outcome.by}, {frozen.minute(outcome.at)}" if outcome.at else outcome.by
