"""What a Monday escalates (the brief's "Weekly Escalation"), said only with evidence for it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.assessment import PlanSnapshot
from bot.domain.escalations import EscalationCause
from bot.domain.facts import ForecastFact
from bot.domain.issues import Issue, Severity
from bot.domain.plan import Phase, Stage, Status, Task
from bot.domain.plan_gaps import days, one_line, stage_name
from bot.domain.triage import Counting, is_past_target

MOST_SLIP_DAYS = 7  # the brief's "> 1 week"
MOST_OVERRUN = 1.2  # the brief's "> 20 %"
FEWEST_TASKS = 3  # with estimate and actual: fewer say nothing about a phase
FEWEST_STAGES = 2  # the brief's "multiple stages"
_PHASE = "phase"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """
    One thing that the stakeholders have to hear.

    Args:
        key: The same thing has the same key week after week.
        text: One sentence, plain text.
        evidence: Lines that show why, plain text.
    """

    key: str
    cause: EscalationCause
    text: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Triggered:
    """
    What was found, and what can't be told this time.

    Args:
        untold: Keys of what may still be so: these do not end.
    """

    found: tuple[Trigger, ...] = ()
    untold: frozenset[str] = frozenset()


def triggers(
    snapshot: PlanSnapshot, forecasts: Sequence[ForecastFact], names: dict[str, str], now: datetime
) -> Triggered:
    """
    Return what has to be escalated.

    Args:
        names: Names of people by their Slack ids.
    """
    slips, untold = _slips(snapshot, forecasts, now)
    found = (*slips, *_bottlenecks(snapshot, names, now), *_overruns(snapshot))
    return Triggered(found=found, untold=untold)


def _slips(
    snapshot: PlanSnapshot, forecasts: Sequence[ForecastFact], now: datetime
) -> tuple[list[Trigger], frozenset[str]]:
    """
    Return the phases that end over a week late, by their date or by the middle of the forecast.

    A plan here knows no order of stages: what a phase's end waits for is its critical path.
    """
    told = {fact.record_key: fact for fact in forecasts if fact.record_kind == _PHASE}
    found, untold = [], set()
    for phase in snapshot.phases:
        unfinished = [s for s in _of_phase(phase, snapshot.stages) if not _is_done(s)]
        if phase.planned_end is None or phase.status is Status.COMPLETE or not unfinished:
            continue
        key = f"slip:{phase.key}"
        name = _phase_name(phase)
        planned = f"planned for {phase.planned_end:%Y-%m-%d}"
        past = (now - phase.planned_end) // timedelta(days=1)
        ends = _day(told[phase.key].p50) if phase.key in told else None
        late = (ends - phase.planned_end.date()).days if ends else None
        stages = f"not complete: {_listed(stage_name(s) for s in unfinished)}"
        if past > MOST_SLIP_DAYS:
            text = f"{name} is {days(past)} past its date."
            found.append(_slip(key, text, planned, stages))
        elif late is not None and late > MOST_SLIP_DAYS:
            text = f"{name} will probably end {days(late)} late."
            middle = f"as likely as not by {ends}, by the pace so far"
            found.append(_slip(key, text, planned, middle, *told[phase.key].drivers, stages))
        elif late is None:
            untold.add(key)
    return found, frozenset(untold)


def _slip(key: str, text: str, *evidence: str) -> Trigger:
    return Trigger(key=key, cause=EscalationCause.SLIP, text=text, evidence=evidence)


def _bottlenecks(snapshot: PlanSnapshot, names: dict[str, str], now: datetime) -> Iterator[Trigger]:
    """Yield each person with whom several stages stand still: blocked, or by an overdue issue."""
    stages = {stage.key: stage for stage in snapshot.stages if not _is_done(stage)}
    held: dict[str, dict[str, str]] = {}
    for stage in stages.values():
        if stage.status is Status.BLOCKED and stage.owner_id:
            held.setdefault(stage.owner_id, {})[stage.key] = f"{stage_name(stage)} is blocked"
    counting = snapshot.counting
    for issue in snapshot.issues:
        if issue.owner_id and _holds_up(issue, counting, now):
            for key in issue.stage_keys:
                if key in stages:
                    line = f"{stage_name(stages[key])} waits for {issue.key}, overdue"
                    held.setdefault(issue.owner_id, {}).setdefault(key, line)
    for member_id, lines in sorted(held.items()):
        if len(lines) >= FEWEST_STAGES:
            who = names.get(member_id, member_id)
            yield Trigger(
                key=f"bottleneck:{member_id}",
                cause=EscalationCause.BOTTLENECK,
                text=f"{len(lines)} stages stand still with {one_line(who, 60)}.",
                evidence=tuple(lines.values()),
            )


def _holds_up(issue: Issue, counting: Counting, now: datetime) -> bool:
    # What is restricted is named to nobody here.
    is_major = issue.severity <= Severity.MAJOR and not issue.visible_to
    return is_major and is_past_target(issue, counting, now)


def _overruns(snapshot: PlanSnapshot) -> Iterator[Trigger]:
    """Yield the phases whose finished tasks took over a fifth more than was estimated."""
    for phase in snapshot.phases:
        if phase.status is Status.COMPLETE:
            continue
        keys = {stage.key for stage in _of_phase(phase, snapshot.stages)}
        done = [t for t in snapshot.tasks if t.stage_key in keys and _is_measured(t)]
        estimated = sum(task.estimate_minutes or 0 for task in done)
        actual = sum(task.actual_minutes or 0 for task in done)
        if len(done) >= FEWEST_TASKS and actual > estimated * MOST_OVERRUN:
            over = round((actual / estimated - 1) * 100)
            hours = f"{estimated / 60:.1f} h estimated, {actual / 60:.1f} h spent"
            worst = sorted(done, key=lambda t: (t.estimate_minutes or 0) - (t.actual_minutes or 0))
            yield Trigger(
                key=f"budget:{phase.key}",
                cause=EscalationCause.BUDGET,
                text=f"{_phase_name(phase)} is {over} % over its estimates.",
                evidence=(
                    f"{len(done)} finished tasks: {hours}",
                    *(
                        f"“{one_line(task.title, 80)}”: {(task.estimate_minutes or 0) / 60:.1f} h"
                        f" estimated, {(task.actual_minutes or 0) / 60:.1f} h spent"
                        for task in worst[:3]
                    ),
                ),
            )


def _is_measured(task: Task) -> bool:
    done = task.status is Status.COMPLETE
    return done and bool(task.estimate_minutes) and task.actual_minutes is not None


def _of_phase(phase: Phase, stages: Iterable[Stage]) -> list[Stage]:
    """Return a phase's stages: by their link, else by their reference."""
    ref = phase.ref
    return [
        stage
        for stage in stages
        if stage.phase_key == phase.key
        or (not stage.phase_key and ref and (stage.ref or "").rpartition(".")[0] == ref)
    ]


def _is_done(stage: Stage) -> bool:
    return stage.status is Status.COMPLETE


def _phase_name(phase: Phase) -> str:
    name = one_line(phase.name, 80)
    return f"Phase {phase.ref} “{name}”" if phase.ref else f"Phase “{name}”"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None  # "", or "not within ten years"


def _listed(names: Iterable[str], limit: int = 4) -> str:
    listed = list(names)
    more = len(listed) - limit
    return ", ".join(listed[:limit]) + (f" and {more} more" if more > 0 else "")
