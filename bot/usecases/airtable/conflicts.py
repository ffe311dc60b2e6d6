"""What both sides changed: kept, shown, and closed where it has gone by itself."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.airtable.aspects import Aspect
from bot.domain.airtable.mapping import MappedTable
from bot.domain.airtable.saying import Saying
from bot.domain.airtable.state import Conflict, RecordLink, conflict_key
from bot.domain.plan import Why
from bot.domain.plan_items import PlanItem
from bot.ports import PlanReader, PlanWriter
from bot.usecases.airtable.announcing import show_conflict

NOBODY = "airtable"  # whoever it was: a record that was read tells nobody's name
ROW = "row"  # the aspect of a conflict about a whole record
_RECENT = 50  # changes looked through for who changed an aspect last


def note_conflict(
    plan: PlanWriter,
    why: Why,
    link: RecordLink,
    said: Saying,
    item: PlanItem,
    *,
    overwritten: bool = False,
) -> None:
    """Keep what both sides say of an aspect, and show it to whoever changed it here."""
    if said.value is None:
        return
    ours = said.aspect.value(item)
    key = conflict_key(link.kind, link.key, said.aspect.name)
    known = plan.conflict(key)
    is_open = known is not None and known.choice is None
    same = known and is_open and known.theirs == said.value and known.ours == ours
    if same and why.actor_id in {NOBODY, known.their_actor if known else ""}:
        return  # shown already; the feed may yet tell who it was
    actor, at = last_changed(plan, link.kind, link.key, said.aspect)
    conflict = Conflict(
        key=key,
        kind=link.kind,
        item_key=link.key,
        aspect=said.aspect.name,
        ours=ours,
        theirs=said.value,
        cells=said.cells,
        our_actor=actor,
        our_at=at,
        their_actor=why.actor_id,
        their_at=why.at,
        # A third change of the same thing is shown on the card that is there.
        found_at=known.found_at if known and is_open else why.at,
        overwritten=overwritten,
    )
    if known and is_open and not same and known.theirs == said.value:  # only ours has moved on
        conflict = replace(conflict, their_actor=known.their_actor, their_at=known.their_at)
    plan.put_conflict(conflict)
    show_conflict(plan, conflict, why.at)


def close_conflict(plan: PlanWriter, key: str, choice: str, at: datetime) -> None:
    """Close a conflict that has gone by itself: one side took its word back, or both agree."""
    known = plan.conflict(key)
    if known is not None and known.choice is None:
        settled = replace(known, choice=choice, settled_by="cadence", settled_at=at)
        plan.put_conflict(settled)
        show_conflict(plan, settled, at)


def open_conflicts(plan: PlanReader, kind: str, key: str) -> list[Conflict]:
    """Return what an item's two sides disagree on."""
    return [each for each in plan.conflicts() if each.kind == kind and each.item_key == key]


def is_row_open(plan: PlanReader, kind: str, key: str) -> bool:
    """Whether the record is gone, and a person has yet to say what becomes of the item."""
    found = plan.conflict(conflict_key(kind, key, ROW))
    return found is not None and found.choice is None


def known_cells(plan: PlanReader, table: MappedTable, link: RecordLink) -> dict[str, Any]:
    """Return a record's mapped cells as they were last seen, by field id."""
    cells = agreed_cells(table, link)
    for conflict in open_conflicts(plan, link.kind, link.key):
        if not conflict.overwritten:
            cells |= _by_field(table, conflict.cells)
    return cells


def agreed_cells(table: MappedTable, link: RecordLink) -> dict[str, Any]:
    """Return the cells that both sides last agreed on, by field id."""
    cells: dict[str, Any] = {}
    for agreed in link.agreed.values():
        cells |= _by_field(table, agreed.cells)
    return cells


def _by_field(table: MappedTable, cells: Mapping[str, Any]) -> dict[str, Any]:
    return {
        table.fields[word].field_id: cell for word, cell in cells.items() if word in table.fields
    }


def last_changed(
    plan: PlanReader, kind: str, key: str, aspect: Aspect
) -> tuple[str, datetime | None]:
    """Return who changed an aspect here last, and when."""
    for change in plan.changes(kind=kind, key=key, limit=_RECENT):
        if set(aspect.fields) & change.after.keys():
            return change.why.actor_id, change.why.at
    return "cadence", None
