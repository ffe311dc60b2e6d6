"""What the report shows beside the findings: counted from the plan, with nothing filled in."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.domain.evidence import CounterReading
from bot.domain.issue_facts import IssueFact, issue_fact
from bot.domain.issues import Issue, IssueStatus, Severity
from bot.domain.plan import Member, Phase, Stage, Status, Task
from bot.domain.plan_gaps import TWO_WEEKS, one_line
from bot.domain.refs import ref_sort_key
from bot.domain.triage import Counting

VELOCITY_WEEKS = 4
RESOLUTION_SPAN = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseFact:
    """
    How many stages of a phase are complete; removed stages are not counted.

    Args:
        planned_end: As the plan states it: a day, kept as midnight UTC.
    """

    name: str
    complete: int
    total: int
    planned_end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionFact:
    """How long issues of a level took to resolve; `within_days` is the brief's target."""

    level: int
    mean_days: float
    issues: int
    within_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastFact:
    """
    What was forecast for one phase, stage or the whole project, as the report shows it.

    Args:
        text: "not enough data (3 of 13 …)" where there is no forecast, "" otherwise.
        growth: P85 date if new tasks keep coming as they did, "" where that is not known.
        drivers: What pushes the date, worst first.
        mitigation: What would help, with the person's name where one is known.
    """

    record_kind: str
    record_key: str
    name: str
    remaining: int
    text: str = ""
    p50: str = ""
    p85: str = ""
    growth: str = ""
    planned: str = ""
    rate: str = ""
    slip_days: int = 0
    drivers: tuple[str, ...] = ()
    mitigation: str = ""
    owner_id: str | None = None
    owner_text: str | None = None


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
        set_aside: Why commits of the period were left out, and how many for each reason.
        pieces_planned: Pieces of work in the period that belong to a stage or task.
        stages_old: Stages in progress for over two weeks, counted literally (the brief's KPI).
        stages_documented: Stages with a link to their documentation.
        resolution: Mean days from open to resolved over the last 90 days, by level.
        forecast_errors: |actual - estimated| / estimated of each forecast that has resolved.
        forecasts: What was forecast for each phase or stage, worst first.
        calibration: What the forecasts' own hit rate is so far.
        chart: What the forecast's fan chart is drawn from, plain JSON.
        unsigned: What the assessments before this one lack, in sentences: "The assessment of
            2025-11-10 was not signed."
        names: Names of the people in it by their Slack ids, as they were then.
        unplaced_counters: Counters that were read and belong to no stage so far.
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
    set_aside: tuple[tuple[str, int], ...] = ()
    pieces_planned: int = 0
    stages_old: int = 0
    stages_documented: int = 0
    resolution: tuple[ResolutionFact, ...] = ()
    forecast_errors: tuple[float, ...] = ()
    forecasts: tuple[ForecastFact, ...] = ()
    calibration: str = ""
    unsigned: str = ""
    chart: Mapping[str, Any] = field(default_factory=dict)
    names: tuple[tuple[str, str], ...] = ()
    unplaced_counters: tuple[str, ...] = ()


def stage_counts(stages: Iterable[Stage]) -> tuple[tuple[str, int], ...]:
    """Return the number of stages by status, in the order of the work."""
    counts = Counter(stage.status for stage in stages)
    return tuple((status.value, counts[status]) for status in Status if counts[status])


def open_issue_facts(
    issues: Iterable[Issue],
    now: datetime,
    counting: Counting,
    stages: Mapping[str, Stage] | None = None,
    tasks: Mapping[str, Task] | None = None,
) -> tuple[IssueFact, ...]:
    """
    Return the open issues, worst level first, then oldest.

    Args:
        stages: The plan's stages by our keys, to name those that an issue affects.
        tasks: The plan's tasks by our keys, to name those that are to settle it.
    """
    opened = [issue for issue in issues if issue.status.is_open]
    opened.sort(key=lambda issue: (issue.severity, issue.discovered_at, issue.key))
    return tuple(issue_fact(issue, now, counting, stages or {}, tasks or {}) for issue in opened)


def resolved_issue_facts(
    issues: Iterable[Issue], start: datetime, end: datetime, counting: Counting
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
    return tuple(issue_fact(issue, end, counting, {}, {}) for _, issue in done)


def phase_facts(stages: Sequence[Stage], phases: Iterable[Phase]) -> tuple[PhaseFact, ...]:
    """Return each phase's complete stages; a stage without a phase counts by its reference."""
    known = list(phases)
    names = {phase.key: _phase_name(phase) for phase in known}
    ends = {_phase_name(phase): phase.planned_end for phase in known}
    totals: Counter[str] = Counter()
    complete: Counter[str] = Counter()
    for stage in stages:
        name = names.get(stage.phase_key or "") or _phase_of_ref(stage.ref)
        if name:
            totals[name] += 1
            complete[name] += stage.status is Status.COMPLETE
    ordered = sorted(totals, key=lambda name: ref_sort_key(name.removeprefix("Phase ")))
    return tuple(
        PhaseFact(
            name=name,
            complete=complete[name],
            total=totals[name],
            planned_end=ends.get(name),
        )
        for name in ordered
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


def stages_old(stages: Iterable[Stage], now: datetime) -> int:
    """Return how many stages are in progress for over two weeks (the brief's staleness)."""
    return sum(
        stage.status is Status.IN_PROGRESS
        and stage.started_at is not None
        and now - stage.started_at > TWO_WEEKS
        for stage in stages
    )


def resolution_facts(issues: Iterable[Issue], now: datetime) -> tuple[ResolutionFact, ...]:
    """Return the mean days from open to resolved of the levels that have a target."""
    took: defaultdict[Severity, list[float]] = defaultdict(list)
    for issue in issues:
        done_at = issue.resolved_at
        if done_at and now - RESOLUTION_SPAN <= done_at <= now and not issue.status.is_open:
            took[issue.severity].append((done_at - issue.discovered_at) / timedelta(days=1))
    return tuple(
        ResolutionFact(
            level=severity.value,
            mean_days=round(sum(took[severity]) / len(took[severity]), 1),
            issues=len(took[severity]),
            within_days=severity.resolve_within.days,
        )
        for severity in Severity
        if took[severity] and severity.resolve_within
    )


def member_names(
    members: Iterable[Member], ids: Iterable[str | None]
) -> tuple[tuple[str, str], ...]:
    """Return the names of those members whose Slack ids are among `ids`, by id."""
    wanted = set(ids)
    return tuple(sorted((one.id, one.name) for one in members if one.id in wanted))


def unplaced_counters(readings: Iterable[CounterReading]) -> tuple[str, ...]:
    """Return the probes and logs whose counter nobody gave to a stage."""
    placed: dict[str, bool] = {}
    for one in readings:
        placed[one.probe] = placed.get(one.probe, False) or one.stage_key is not None
    return tuple(sorted(probe for probe, is_placed in placed.items() if not is_placed))


def _phase_name(phase: Phase) -> str:
    return f"Phase {phase.ref}" if phase.ref else one_line(phase.name, 60)


def _phase_of_ref(ref: str | None) -> str | None:
    head = (ref or "").rpartition(".")[0]
    return f"Phase {head}" if head else None
