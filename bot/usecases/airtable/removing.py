"""A record is gone from the base: its item goes too, unless the plan has more to say."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.airtable.mapping import MappedTable
from bot.domain.airtable.state import Conflict, RecordLink, conflict_key
from bot.domain.plan import Why
from bot.ports import PlanWriter
from bot.usecases.airtable.announcing import announce_pulled, show_conflict
from bot.usecases.airtable.conflicts import ROW, close_conflict, is_row_open, open_conflicts
from bot.usecases.airtable.merging import has_news


def record_gone(plan: PlanWriter, table: MappedTable, link: RecordLink, why: Why) -> None:
    """
    Take an item out of the plan whose record somebody deleted; Undo brings both back.

    Where the plan says what Airtable never heard, nothing is taken out: both sides are shown.
    """
    item: Any = plan.item(link.kind, link.key)
    if item is None or item.removed_at is not None:
        forget_record(plan, link, why.at)
        return
    if is_row_open(plan, link.kind, link.key):
        plan.drop_push(link.kind, link.key)
        return
    if _is_unheard(plan, table, link, item):
        _note(plan, link, why)
        return
    removed = replace(item, removed_at=why.at)
    plan.save(removed, why)
    announce_pulled(plan, item, removed, why)
    forget_record(plan, link, why.at)


def forget_record(plan: PlanWriter, link: RecordLink, at: datetime) -> None:
    """Forget a record that is gone, with all that was to be written or settled of it."""
    plan.drop_link(link.kind, link.key)
    plan.drop_push(link.kind, link.key)
    for conflict in open_conflicts(plan, link.kind, link.key):
        close_conflict(plan, conflict.key, "alike", at)


def _is_unheard(plan: PlanWriter, table: MappedTable, link: RecordLink, item: Any) -> bool:
    disputed = any(not each.overwritten for each in open_conflicts(plan, link.kind, link.key))
    return disputed or has_news(plan, table, link, item)


def _note(plan: PlanWriter, link: RecordLink, why: Why) -> None:
    key = conflict_key(link.kind, link.key, ROW)
    for conflict in open_conflicts(plan, link.kind, link.key):  # one question is enough
        close_conflict(plan, conflict.key, "plan", why.at)
    newest = plan.changes(kind=link.kind, key=link.key, limit=1)
    conflict = Conflict(
        key=key,
        kind=link.kind,
        item_key=link.key,
        aspect=ROW,
        ours={},
        theirs={},
        cells={},
        our_actor=newest[0].why.actor_id if newest else "cadence",
        our_at=newest[0].why.at if newest else None,
        their_actor=why.actor_id,
        their_at=why.at,
        found_at=why.at,
    )
    plan.put_conflict(conflict)
    plan.drop_push(link.kind, link.key)
    show_conflict(plan, conflict, why.at)
