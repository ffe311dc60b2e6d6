"""What the report shows beside the findings: counted from the plan, with nothing filled in."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.issues import Issue, IssueStatus, age_days, is_overdue
from bot.domain.plan import Phase, Stage, Status, Task
from bot.domain.plan_gaps import one_line
from bot.domain.refs import ref_sort_key

VELOCITY_WEEKS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueFact:
    """An issue as the report's tables show it; `days` is its age, or how long it took."""

    key: str
    title: str
    severity: str
    days: int
    status: str
    overdue: bool = False
    prevention: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseFact:
    """How many stages of a phase are complete; removed stages are not counted."""

    name: str
    complete: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """
    Counted facts of one assessment.

    Args:
        stages: Number of stages by status word.
        tasks: Number of tasks.
        tasks_done: Tasks completed in the period; None where no task says when it was completed.
        tasks_per_week: Mean of the last four weeks; None where the records do not reach back.
        unknown_refs: Stages that commits name and the plan does not know.
        commits: Commits read.
        set_aside: Commits left out as merges or as made by machines.
    """

    stages: tuple[tuple[str, int], ...] = ()
    tasks: int = 0
    open_issues: tuple[IssueFact, ...] = ()
    resolved_issues: tuple[IssueFact, ...] = ()
    phases: tuple[PhaseFact, ...] = ()
    tasks_done: int | None = None
    tasks_per_week: float | None = None
    unknown_refs: tuple[str, ...] = ()
    commits: int = 0
    set_aside: int = 0


def stage_counts(stages: Iterable[Stage]) -> tuple[tuple[str, int], ...]:
    """Return the number of stages by status, in the order of the work."""
    counts = Counter(stage.status for stage in stages)
    return tuple((status.value, counts[status]) for status in Status if counts[status])


def open_issue_facts(issues: Iterable[Issue], now: datetime) -> tuple[IssueFact, ...]:
    """Return the open issues, worst level first, then oldest."""
    opened = [issue for issue in issues if issue.status.is_open]
    opened.sort(key=lambda issue: (issue.severity, issue.discovered_at, issue.key))
    return tuple(_issue_fact(issue, now) for issue in opened)


def resolved_issue_facts(
    issues: Iterable[Issue], start: datetime, end: datetime
) -> tuple[IssueFact, ...]:
    """Return the issues resolved in [start, end), oldest resolution first."""
    done = [
        (issue.resolved_at, issue)
        for issue in issues
        if issue.status in {IssueStatus.RESOLVED, IssueStatus.CLOSED}
        and issue.resolved_at is not None
        and start <= issue.resolved_at < end
    ]
    done.sort(key=lambda pair: (pair[0], pair[1].key))
    return tuple(_issue_fact(issue, end) for _, issue in done)


def phase_facts(stages: Sequence[Stage], phases: Iterable[Phase]) -> tuple[PhaseFact, ...]:
    """Return each phase's complete stages; a stage without a phase counts by its reference."""
    names = {phase.key: _phase_name(phase) for phase in phases}
    totals: Counter[str] = Counter()
    complete: Counter[str] = Counter()
    for stage in stages:
        name = names.get(stage.phase_key or "") or _phase_of_ref(stage.ref)
        if name:
            totals[name] += 1
            complete[name] += stage.status is Status.COMPLETE
    ordered = sorted(totals, key=lambda name: ref_sort_key(name.removeprefix("Phase ")))
    return tuple(
        PhaseFact(name=name, complete=complete[name], total=totals[name]) for name in ordered
    )


def tasks_done(tasks: Iterable[Task], start: datetime, end: datetime) -> int | None:
    """Return how many tasks were completed in the period, None where no task says when."""
    dates = [task.completed_at for task in tasks if task.completed_at]
    return sum(start <= date < end for date in dates) if dates else None


def tasks_per_week(tasks: Iterable[Task], now: datetime) -> float | None:
    """Return the mean of the last four weeks, None where the records do not reach that far."""
    dates = [task.completed_at for task in tasks if task.completed_at]
    start = now - timedelta(weeks=VELOCITY_WEEKS)
    if not dates or min(dates) > start:
        return None
    return round(sum(start <= date < now for date in dates) / VELOCITY_WEEKS, 1)


def _issue_fact(issue: Issue, now: datetime) -> IssueFact:
    return IssueFact(
        key=issue.key,
        title=one_line(issue.title),
        severity=issue.severity.label,
        days=age_days(issue, now),
        status=issue.status.value,
        overdue=is_overdue(issue, now),
        prevention=one_line(issue.prevention_actions, 200),
    )


def _phase_name(phase: Phase) -> str:
    return f"Phase {phase.ref}" if phase.ref else one_line(phase.name, 60)


def _phase_of_ref(ref: str | None) -> str | None:
    head = (ref or "").rpartition(".")[0]
    return f"Phase {head}" if head else None
