"""Hand over to the engine what is due, and what a crash left behind."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.calendar import Schedule, Slot, due_slots
from bot.domain.effects import Delivery, Effect, EffectState
from bot.domain.plan import Workspace
from bot.errors import UserError
from bot.ports import Engine, PlanDatabase

SLOT = "slot"  # the kind of a job that a schedule started

# An effect this young is being handed over by whoever committed it.
_GRACE = timedelta(seconds=10)
_ANOTHER_JOB_AFTER = timedelta(hours=1)

log = logging.getLogger(__name__)


def sweep_slots(
    db: PlanDatabase,
    engine: Engine,
    schedules: Mapping[str, Sequence[Schedule]],
    now: datetime,
) -> None:
    """
    Submit each slot that became due since the last one, and remember how far that went.

    Every replica may sweep: the slot's key makes doubles harmless. A schedule seen for the
    first time starts now; nothing of the past is caught up. The cursor moves after the engine
    has the job, so that a crash between the two hands it over again. It moves to the slot, not
    to now: who moves 09:00 to 08:00 at 08:30 still gets that day's.

    Args:
        schedules: What recurs, by workspace id.

    Raises:
        OutageError: the engine takes no jobs; the cursor stays.
    """
    for workspace_id, recurring in schedules.items():
        for schedule in recurring:
            try:
                _sweep_schedule(db, engine, workspace_id, schedule, now)
            except UserError as error:
                log.warning("%s of %s is not scheduled: %s", schedule.job, workspace_id, error)


def sweep_effects(
    db: PlanDatabase, engine: Engine, workspaces: Iterable[Workspace], now: datetime
) -> int:
    """
    Hand over the effects that were committed and, by their age, not handed over.

    Those the engine knows are left alone by their key. One that is still not done after an hour
    gets another job each hour: the engine gives up a job that was running at five deaths of the
    process, and a Level 1 must not be lost with it. A job too many waits for its lane and finds
    nothing left to do. Returns how many were looked at.

    Raises:
        OutageError: the engine takes no jobs.
    """
    looked_at = 0
    for workspace in workspaces:
        with db.reading(workspace.id) as plan:
            pending = plan.deliveries(EffectState.PENDING)
        left = [each for each in pending if _is_due(each, now)]
        for each in left:
            hand_over(engine, workspace.id, [each.effect], again=_try_of(each, now))
        looked_at += len(left)
    return looked_at


def _is_due(delivery: Delivery, now: datetime) -> bool:
    not_before = delivery.effect.not_before
    return delivery.created_at <= now - _GRACE and (not_before is None or not_before <= now)


def _try_of(delivery: Delivery, now: datetime) -> str:
    """Return what tells this hour's job from the first one, "" during the first hour."""
    hours = (now - delivery.created_at) // _ANOTHER_JOB_AFTER
    return f"@{hours}" if hours else ""


def hand_over(
    engine: Engine, workspace_id: str, effects: Iterable[Effect], *, again: str = ""
) -> None:
    """
    Submit committed effects that are due: one job each, of the effect's kind, in its lane.

    The job's payload is {"workspace_id", "key"}: what to do is read from the plan as it is then.

    Args:
        again: Part of the job's key where the effect gets another job.

    Raises:
        OutageError: the engine takes no jobs.
    """
    for effect in effects:
        try:
            engine.submit(
                effect.kind,
                f"effect:{workspace_id}:{effect.key}{again}",
                {"workspace_id": workspace_id, "key": effect.key},
                lane=f"{workspace_id}:{effect.lane}",
                urgent=effect.urgent,
            )
        except ValueError:
            # Ours to mend; the others must not wait for it.
            log.exception("effect %s of %s can't be handed over", effect.key, workspace_id)


def _sweep_schedule(
    db: PlanDatabase, engine: Engine, workspace_id: str, schedule: Schedule, now: datetime
) -> None:
    name = f"{workspace_id}:{schedule.job}"
    reached = db.cursor(name)
    if reached is None:
        db.move_cursor(name, now)
        return
    for slot in due_slots(schedule, after=reached, until=now):
        _submit_slot(engine, workspace_id, schedule, slot)
        db.move_cursor(name, slot.instant)


def _submit_slot(engine: Engine, workspace_id: str, schedule: Schedule, slot: Slot) -> None:
    engine.submit(
        SLOT,
        f"slot:{workspace_id}:{slot.key}",
        {
            "workspace_id": workspace_id,
            "job": schedule.job,
            "local_date": slot.local_date.isoformat(),
            "due": slot.instant.isoformat(),
        },
        lane=f"{workspace_id}:{schedule.job}",
    )
