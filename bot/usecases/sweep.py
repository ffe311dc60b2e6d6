"""Hand over to the engine what was committed, and what a crash left behind."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain.effects import Delivery, Effect
from bot.domain.plan import Workspace
from bot.ports import Engine, PlanDatabase

SLOT = "slot"  # the kind of a job that the clock started

# An effect this young is being handed over by whoever committed it.
_GRACE = timedelta(seconds=10)
ANOTHER_JOB_AFTER = timedelta(hours=1)

log = logging.getLogger(__name__)


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
            due = plan.due_deliveries(now)
        left = [each for each in due if each.created_at <= now - _GRACE]
        for each in left:
            hand_over(engine, workspace.id, [each.effect], again=_try_of(each, now))
        looked_at += len(left)
    return looked_at


def _try_of(delivery: Delivery, now: datetime) -> str:
    """Return what tells this hour's job from the first one, "" during the first hour."""
    hours = (now - delivery.created_at) // ANOTHER_JOB_AFTER
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
