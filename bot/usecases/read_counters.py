"""Read the progress probes between two Mondays; a declared counter writes what it reads."""

from dataclasses import replace
from datetime import datetime

from bot.domain.evidence import CounterReading
from bot.domain.evidence_gaps import progress_of
from bot.domain.plan import Stage, Status, Why
from bot.domain.probe_offers import stage_keys
from bot.ports import PlanDatabase, PlanWriter
from bot.ports.evidence import ProbeSource
from bot.usecases.say_progress import say_progress


def read_counters(
    db: PlanDatabase, probes: ProbeSource, workspace_id: str, *, now: datetime
) -> None:
    """
    Keep what every probe reads now, and write the counters that were declared to write.

    A counter moves a stage's progress and starts it; it never completes, reopens or unblocks one
    (the design, decision 6). What a probe can't read is left for the Monday assessment to say.
    """
    with db.reading(workspace_id) as plan:
        refs, marks = stage_keys(plan.stages()), plan.probe_marks()
    read = probes.read(now=now, marks=marks, refs=refs)
    with db.changing(workspace_id) as plan:
        plan.put_readings(read.readings, read.marks)
        for reading in read.readings:
            if reading.probe in read.writing:
                _write(plan, reading)


def _write(plan: PlanWriter, reading: CounterReading) -> None:
    stage = plan.stage(reading.stage_key or "")
    progress = progress_of(reading)
    if stage is None or not _may_move(stage) or stage.progress == progress:
        return
    why = Why(
        operation=f"probe:{reading.key}",
        actor_id="cadence",
        at=reading.read_at,
        reason=f"progress probe {reading.probe}",
        evidence=f"{reading.source}: {reading.line}",
    )
    started = reading.read_at if stage.status is Status.NOT_STARTED else None
    after = replace(
        stage,
        status=Status.IN_PROGRESS,
        progress=progress,
        started_at=stage.started_at or started,
        last_progress_at=reading.read_at,
    )
    say_progress(plan, after, why, note=reading.line, progress=progress)


def _may_move(stage: Stage) -> bool:
    """Whether a machine may move it: neither complete nor removed, nor blocked by a person."""
    return stage.removed_at is None and stage.status in {Status.NOT_STARTED, Status.IN_PROGRESS}
