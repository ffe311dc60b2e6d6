"""Fields of the plan that contradict each other: one of them is wrong, and a person knows which."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.domain.findings import Finding, FindingKind
from bot.domain.plan import Phase, Stage, Status, Task
from bot.domain.plan_gaps import days, finding_about, one_line, stage_name
from bot.domain.plan_notes import progress_in_notes
from bot.domain.refs import ref_sort_key


def contradiction_findings(
    stages: Sequence[Stage], tasks: Iterable[Task], phases: Iterable[Phase], now: datetime
) -> Iterator[Finding]:
    """Yield one finding for each stage or phase whose own fields can't all be true."""
    listed = list(tasks)
    opened: defaultdict[str, int] = defaultdict(int)
    # Where no task ever left "not started" nobody keeps their status, and it says nothing.
    if any(task.status is not Status.NOT_STARTED for task in listed):
        for task in listed:
            if task.stage_key and task.status is not Status.COMPLETE:
                opened[task.stage_key] += 1
    for stage in stages:
        said = [*_of_stage(stage, opened[stage.key])]
        if said:
            yield _finding(stage, said, now)
    yield from _of_phases(phases, stages, now)


def _of_stage(stage: Stage, open_tasks: int) -> Iterator[str]:
    complete = stage.status is Status.COMPLETE
    # An import takes no progress that the status contradicts, so the notes are asked as well.
    progress = stage.progress or progress_in_notes(stage.notes)
    if complete and progress and not progress.is_full:
        yield f"is complete, but stands at {progress}"
    if complete and open_tasks:
        number = "1 task is" if open_tasks == 1 else f"{open_tasks} tasks are"
        yield f"is complete, but {number} not"
    if stage.status is Status.NOT_STARTED and stage.progress and stage.progress.permille > 0:
        yield f"is not started, but stands at {stage.progress}"
    if stage.started_at and stage.completed_at:
        # A date without a time is midnight: within a day neither is known to be the first.
        early = (stage.started_at - stage.completed_at).days
        if early >= 1:
            yield f"was completed {days(early)} before it was started"


def _of_phases(
    phases: Iterable[Phase], stages: Sequence[Stage], now: datetime
) -> Iterator[Finding]:
    left: defaultdict[str, list[Stage]] = defaultdict(list)
    for stage in stages:
        if stage.phase_key and stage.status is not Status.COMPLETE:
            left[stage.phase_key].append(stage)
    for phase in phases:
        if phase.status is Status.COMPLETE and left[phase.key]:
            refs = sorted({s.ref for s in left[phase.key] if s.ref}, key=ref_sort_key)
            named = refs or [f"“{one_line(stage.name, 60)}”" for stage in left[phase.key]]
            number = len(left[phase.key])
            verb = "1 stage is" if number == 1 else f"{number} stages are"
            name = f"{phase.ref} " if phase.ref else ""
            yield Finding(
                key=f"{FindingKind.PLAN_CONTRADICTION}:{phase.key}",
                kind=FindingKind.PLAN_CONTRADICTION,
                refs=tuple(refs[:5]),
                record_keys=(phase.key,),
                text=f"Phase {name}“{one_line(phase.name)}” is complete, but {verb} not:"
                f" {', '.join(named[:5])}.",
                first_seen_at=now,
            )


def _finding(stage: Stage, said: Sequence[str], now: datetime) -> Finding:
    text = f"Stage {stage_name(stage)} {'; it '.join(said)}."
    kind = FindingKind.PLAN_CONTRADICTION
    return finding_about(stage, kind, text, now, proposal=_proposal(stage))


def _proposal(stage: Stage) -> Mapping[str, Any]:
    return {"status": stage.status.value}
