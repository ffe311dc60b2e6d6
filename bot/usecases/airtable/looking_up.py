"""See what became of rows, before anything of them is sent (again)."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.airtable.mapping import MappedTable
from bot.domain.airtable.schema import AirtableRecord
from bot.domain.airtable.state import OWN_KEY, PushState, QueuedPush
from bot.domain.plan_file import ItemKind
from bot.ports import PlanDatabase
from bot.ports.airtable import AirtableApi
from bot.usecases.airtable.taking import pulled_why, pulling_of, take_records, with_missing


def look_up(
    plans: PlanDatabase,
    workspace_id: str,
    api: AirtableApi,
    unsure: Sequence[QueuedPush],
    clock: Callable[[], datetime],
) -> None:
    """
    Take over what is in the base of up to ten rows, then let them go on as they are.

    Raises:
        OutageError: Airtable does not answer; they stay uncertain.
    """
    with plans.reading(workspace_id) as plan:
        base = plan.airtable_base()
    by_kind: dict[ItemKind, list[QueuedPush]] = defaultdict(list)
    for push in unsure:
        by_kind[push.kind].append(push)
    for kind, pushes in by_kind.items():
        table = base.usable.of_kind(kind) if base else None
        if table is not None:
            _look_up_kind(plans, workspace_id, api, table, pushes, clock())
    with plans.changing(workspace_id) as writer:
        for push in unsure:
            known = writer.queued_push(push.kind, push.key)
            if known is not None:
                writer.queue_push(replace(known, state=PushState.WAITING, not_before=None))


def _look_up_kind(
    plans: PlanDatabase,
    workspace_id: str,
    api: AirtableApi,
    table: MappedTable,
    pushes: Sequence[QueuedPush],
    now: datetime,
) -> None:
    with plans.reading(workspace_id) as plan:
        links = [plan.record_link(push.kind, push.key) for push in pushes]
    linked = [link.record_id for link in links if link is not None]
    made = [push.key for push, link in zip(pushes, links, strict=True) if link is None]
    found = api.records(table.table_id, linked) if linked else []
    key = table.fields.get(OWN_KEY)
    new = api.records_with(table.table_id, key, made) if made and key else []
    with plans.changing(workspace_id) as writer:
        base = writer.airtable_base()
        if base is None:
            return
        pulling = pulling_of(writer, base)
        whole = [with_missing(writer, table, record) for record in found]
        take_records(pulling, table, whole, pulled_why(now))
        take_records(pulling, table, _oldest_first(new), pulled_why(now))


def _oldest_first(records: Sequence[AirtableRecord]) -> list[AirtableRecord]:
    """Of records that carry one key the oldest is the item's; the others are copies."""
    return sorted(records, key=lambda record: (record.created, record.id))
