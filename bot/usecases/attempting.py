"""Attempts at effects: begun and ended in the plan, whoever makes them."""

from datetime import datetime
from typing import Any

from bot.domain.effects import Delivery, Effect, EffectState
from bot.ports import PlanDatabase


def begin_attempt(
    plans: PlanDatabase, workspace_id: str, key: str, now: datetime
) -> Delivery | None:
    """
    Mark an attempt at an effect, and return it as it was before.

    None where nothing is left to do: it is done, it comes too late, or it may have arrived already
    and can't be asked about.
    """
    with plans.changing(workspace_id) as plan:
        before = plan.delivery(key)
        if before is None or before.state is not EffectState.PENDING:
            return None
        tried = before.first_tried_at is not None
        if (not tried and is_late(before.effect, now)) or (tried and not before.effect.verified):
            plan.record_delivery(key, state=EffectState.EXPIRED, now=now)
            return None
        plan.mark_attempt(key, now)
        return before


def end_attempt(
    plans: PlanDatabase,
    workspace_id: str,
    key: str,
    state: EffectState,
    now: datetime,
    **said: Any,
) -> None:
    """Write down how an attempt ended: `result` or `error`, see `record_delivery`."""
    with plans.changing(workspace_id) as plan:
        plan.record_delivery(key, state=state, now=now, **said)


def is_late(effect: Effect, now: datetime) -> bool:
    """Whether an effect comes too late to help anybody."""
    return effect.not_after is not None and now > effect.not_after
