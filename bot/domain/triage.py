"""The triage clock: until when an issue is triaged and resolved, and when somebody is told."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.cadences import GAP_ASSESSMENT, cadences
from bot.domain.calendar import Schedule, next_slot
from bot.domain.issues import Issue, Severity
from bot.domain.plan import Workspace
from bot.domain.team import Team
from bot.domain.working_time import WorkingTime, deadline, part_of, working_time_of

NUDGE_AT = 0.75  # of the time: a nudge before the breach
TRIAGE_DAYS = 1  # the brief: within 24 hours for Level 1 and 2
# What is over for longer is told by the lists and Monday's report, not by a message: claims are
# kept for thirty days, so a mark that is looked for no longer than this is made once for ever.
TOLD_WITHIN = timedelta(days=14)
_WEEK = timedelta(weeks=1)  # where a team never works on a Monday of two years


class Target(StrEnum):
    """What is to be done in time."""

    TRIAGE = "triage"
    RESOLVE = "resolve"


@dataclass(frozen=True, slots=True)
class Due:
    """One target of one issue: when it is near, and when it is over (UTC)."""

    target: Target
    near_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class Mark:
    """
    A moment at which somebody is told.

    Args:
        key: The same for the same issue, target and moment: it is made once.
        is_over: The time is over; False for the nudge before.
    """

    issue_key: str
    due: Due
    is_over: bool

    @property
    def key(self) -> str:
        """What tells it from all others; another level or a reopening makes another one."""
        kind = "over" if self.is_over else "near"
        return f"mark:{self.issue_key}:{self.due.target}:{kind}:{self.due.at.isoformat()}"

    @property
    def at(self) -> datetime:
        """When it is made (UTC)."""
        return self.due.at if self.is_over else self.due.near_at


@dataclass(frozen=True, slots=True)
class Counting:
    """
    How a project counts.

    Args:
        working: The working time that the targets are counted in; None for the clock.
        mondays: When Monday's assessment is: until then Level 3 and 4 are triaged.
    """

    working: WorkingTime | None
    mondays: Schedule

    @property
    def zone(self) -> str:
        """The team's own zone."""
        return self.mondays.zone


def counting_of(team: Team, workspace: Workspace) -> Counting:
    """
    Return how a project counts.

    Raises:
        UserError: a wall time or a zone of its settings can't be read.
    """
    working = working_time_of(team, workspace.zone) if team.counts_working_time else None
    mondays = next(each for each in cadences(workspace, team) if each.job == GAP_ASSESSMENT)
    return Counting(working, mondays)


def triage_due(issue: Issue, counting: Counting) -> Due:
    """Return until when it is to be said what is done about an issue."""
    start = issue.clock_start
    if issue.severity <= Severity.MAJOR:
        end = deadline(start, TRIAGE_DAYS, counting.working)
        return Due(Target.TRIAGE, part_of(start, end, NUDGE_AT, counting.working), end)
    monday = next_slot(counting.mondays, after=start)
    end = monday.instant if monday else start + _WEEK
    return Due(Target.TRIAGE, part_of(start, end, NUDGE_AT, None), end)


def resolve_due(issue: Issue, counting: Counting) -> Due | None:
    """Return until when an issue is to be resolved; None where the brief sets no time."""
    limit = issue.severity.resolve_within
    if limit is None:
        return None
    start = issue.clock_start
    end = deadline(start, limit.days, counting.working)
    return Due(Target.RESOLVE, part_of(start, end, NUDGE_AT, counting.working), end)


def is_past_target(issue: Issue, counting: Counting, now: datetime) -> bool:
    """Whether an issue that somebody still has to do something about should be resolved by now."""
    due = resolve_due(issue, counting)
    return issue.is_live and due is not None and due.at <= now


def kept_target(issue: Issue, counting: Counting) -> bool:
    """Whether an issue was resolved within its level's target."""
    due, done_at = resolve_due(issue, counting), issue.resolved_at
    return due is not None and done_at is not None and done_at < due.at


def open_targets(issue: Issue, counting: Counting) -> Iterator[Due]:
    """Yield what of an issue is still to be done in time; nothing of one that rests."""
    if not issue.is_live:
        return
    if issue.triaged_at is None:
        yield triage_due(issue, counting)
    if due := resolve_due(issue, counting):
        yield due


def marks(issues: Iterable[Issue], counting: Counting) -> Iterator[Mark]:
    """Yield every moment at which somebody is to be told about these issues, past and to come."""
    for issue in issues:
        for due in open_targets(issue, counting):
            yield Mark(issue.key, due, is_over=False)
            yield Mark(issue.key, due, is_over=True)


def past_targets(
    issues: Iterable[Issue], counting: Counting, now: datetime
) -> dict[str, tuple[Due, ...]]:
    """Return the targets that are over, by the issue's key; issues without one are left out."""
    found = {
        issue.key: tuple(due for due in open_targets(issue, counting) if due.at <= now)
        for issue in issues
    }
    return {key: over for key, over in found.items() if over}
