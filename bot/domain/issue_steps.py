"""The brief's "Issue Workflow" as a table: from where each step starts, and what it demands."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.entries import IssueStep, StepWords
from bot.domain.issues import Issue, IssueStatus, Severity

_OPEN, _BUSY = IssueStatus.OPEN, IssueStatus.IN_PROGRESS
_RESOLVED, _CLOSED = IssueStatus.RESOLVED, IssueStatus.CLOSED
_LIVE = frozenset({_OPEN, _BUSY})


class Demand(StrEnum):
    """A word that a step asks for; also the name of its box in the form."""

    EVIDENCE = "evidence"
    ROOT_CAUSE = "root_cause"
    PREVENTION = "prevention"
    REASON = "reason"
    OWNER = "owner"
    LEVEL = "level"
    TASKS = "task_1"


@dataclass(frozen=True, slots=True)
class Transition:
    """
    One step of the workflow.

    Args:
        starts: The states from which it can be done.
        ends: The state it leads to; None where the state stays.
        demands: What has to be said, or to be on record already, at any level.
        demands_of_major: What Level 1 and Level 2 demand beside.
        instead: What to do where it can't be done, by the state the issue is in.
    """

    starts: frozenset[IssueStatus]
    ends: IssueStatus | None = None
    demands: tuple[Demand, ...] = ()
    demands_of_major: tuple[Demand, ...] = ()
    instead: Mapping[IssueStatus, str] | None = None


_REOPEN_FIRST = {_RESOLVED: "Reopen it first.", _CLOSED: "Reopen it first."}
TRANSITIONS: Mapping[IssueStep, Transition] = {
    IssueStep.ACKNOWLEDGE: Transition(starts=_LIVE, instead=_REOPEN_FIRST),
    IssueStep.OWN: Transition(starts=_LIVE, ends=_BUSY, instead=_REOPEN_FIRST),
    IssueStep.TRIAGE: Transition(
        starts=_LIVE, demands_of_major=(Demand.TASKS,), instead=_REOPEN_FIRST
    ),
    IssueStep.RESOLVE: Transition(
        starts=_LIVE,
        ends=_RESOLVED,
        demands=(Demand.EVIDENCE,),
        instead={_RESOLVED: "What is left is to close it.", _CLOSED: "Nothing is left to do."},
    ),
    IssueStep.CLOSE: Transition(
        starts=frozenset({_RESOLVED}),
        ends=_CLOSED,
        demands=(Demand.EVIDENCE,),
        demands_of_major=(Demand.ROOT_CAUSE, Demand.PREVENTION),
        instead={_OPEN: "Resolve it first.", _BUSY: "Resolve it first."},
    ),
    IssueStep.REOPEN: Transition(
        starts=frozenset({_RESOLVED, _CLOSED}), ends=_OPEN, demands=(Demand.REASON,)
    ),
    IssueStep.ASSIGN: Transition(starts=_LIVE, demands=(Demand.OWNER,), instead=_REOPEN_FIRST),
    IssueStep.SEVERITY: Transition(
        starts=_LIVE, demands=(Demand.LEVEL, Demand.REASON), instead=_REOPEN_FIRST
    ),
}
_ASKED = {
    Demand.EVIDENCE: "Say how it was verified that it is gone: a test, a run, a commit, a link.",
    Demand.ROOT_CAUSE: "Level 1 and 2 are closed with their root cause: say why it happened.",
    Demand.PREVENTION: "Level 1 and 2 are closed with prevention: say what keeps it from coming"
    " back.",
    Demand.REASON: "Say why.",
    Demand.OWNER: "Choose who takes care of it.",
    Demand.LEVEL: "Choose the new level.",
    Demand.TASKS: "Level 1 and 2 need a remediation task: say what is to be done, and how long it"
    " takes.",
}


def demands_of(step: IssueStep, issue: Issue) -> tuple[Demand, ...]:
    """Return what a step of this issue has to be told, or to find on record."""
    rule = TRANSITIONS[step]
    major = rule.demands_of_major if issue.severity <= Severity.MAJOR else ()
    return (*rule.demands, *major)


def missing(step: IssueStep, issue: Issue, words: StepWords) -> dict[str, str]:
    """Return what a step lacks: what to say, by the name of the demand; {} for nothing."""
    return {
        demand.value: _ASKED[demand]
        for demand in demands_of(step, issue)
        if not _said(demand, issue, words)
    }


def can_start(step: IssueStep, issue: Issue) -> bool:
    """Whether a step can be done from where the issue stands."""
    return issue.status in TRANSITIONS[step].starts


def instead_of(step: IssueStep, status: IssueStatus) -> str:
    """Return what to do where a step can't be done, "" where there is nothing to say."""
    return (TRANSITIONS[step].instead or {}).get(status, "")


def _said(demand: Demand, issue: Issue, words: StepWords) -> bool:
    found: Mapping[Demand, object] = {
        Demand.EVIDENCE: words.evidence.strip() or issue.evidence,
        Demand.ROOT_CAUSE: words.root_cause.strip() or issue.root_cause,
        Demand.PREVENTION: words.prevention.strip() or issue.prevention_actions,
        Demand.REASON: words.reason.strip(),
        Demand.OWNER: words.owner_id,
        Demand.LEVEL: words.severity,
        Demand.TASKS: words.tasks or issue.remediation_task_keys,
    }
    return bool(found[demand])
