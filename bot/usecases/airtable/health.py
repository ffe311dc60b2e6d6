"""How the base and the plan stand: health, lag, queue, budget, last errors."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain.airtable.budget import look_every, month_end, month_of
from bot.domain.airtable.outcomes import Health
from bot.domain.airtable.state import AirtableBase, PullMode, PushState
from bot.ports import PlanDatabase
from bot.ports.airtable import Airtable

SHOWN_ROWS = 10


def airtable_health(
    plans: PlanDatabase, airtable: Airtable | None, workspace_id: str, now: datetime
) -> Health:
    """Return how a workspace's base stands; asks the plan database only."""
    with plans.reading(workspace_id) as plan:
        base = plan.airtable_base()
        if base is None:
            return Health(has_token=airtable is not None)
        queue = plan.queued_pushes()
        linked: dict[str, int] = {
            table.kind: len(plan.linked_records(table.table_id)) for table in base.mapping.tables
        }
        conflicts = tuple(plan.conflicts())
    if base.stopped_until is not None and base.stopped_until <= now:
        base = replace(base, stopped_until=None)  # a new month has begun
    held = [push for push in queue if push.state is PushState.HELD]
    waiting = [push for push in queue if push.state is not PushState.HELD]
    calls = airtable.gate.calls(base.base_id, month_of(now)) if airtable else {}
    monthly = airtable.monthly_calls if airtable else 0
    return Health(
        has_token=airtable is not None,
        base=base,
        waiting=len(waiting),
        oldest=min((push.since for push in waiting), default=None),
        held=tuple(held[:SHOWN_ROWS]),
        held_count=len(held),
        conflicts=conflicts,
        calls=calls,
        monthly=monthly,
        linked=linked,
        next_look=_next_look(base, airtable, calls, now),
        renews=month_end(now),
    )


def _next_look(
    base: AirtableBase, airtable: Airtable | None, calls: Mapping[str, int], now: datetime
) -> datetime | None:
    if airtable is None or not base.is_open(now):
        return None
    every = look_every(
        now,
        used=sum(calls.values()),
        monthly=airtable.monthly_calls,
        calls_a_look=1 if base.mode is PullMode.FEED else len(base.mapping.tables),
        noticed=bool(airtable.notify_url and base.webhook_id),
    )
    return (base.pulled_at or now) + every
