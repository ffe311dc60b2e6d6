"""What has to be true of both sides once everything is quiet."""

from collections import Counter
from typing import Any

from bot.domain.airtable.agreement import same_cells
from bot.domain.airtable.aspects import Aspect, aspects_of
from bot.domain.airtable.mapping import MappedTable
from bot.domain.airtable.saying import value_of_blank
from bot.domain.airtable.state import OWN_KEY
from bot.domain.airtable.writing import CannotWriteError, can_write, write_aspect
from bot.domain.issues import Severity
from bot.domain.plan_merge import title_of
from bot.usecases.airtable.links import surroundings
from tests.airtable.world import World


def differences(world: World) -> list[str]:
    """Return what the plan and the base say differently, item by item and row by row."""
    found: list[str] = []
    for table in world.base().usable.tables:
        rows = {row["id"]: row["fields"] for row in world.rows(table.table_id)}
        found += _of_rows(world, table, rows)
        for item in world.items(table.kind):
            found += _of_item(world, table, item, rows)
    return found


def _of_rows(world: World, table: Any, rows: dict[str, dict[str, Any]]) -> list[str]:
    found = []
    with world.plans.reading(world.workspace_id) as plan:
        links = plan.links_of_records(rows)
        for record_id, cells in rows.items():
            link = links.get(record_id)
            item: Any = plan.item(table.kind, link.key) if link else None
            if cells.get(table.fields["title"].name) and (item is None or item.removed_at):
                found.append(f"row {record_id} of {table.name} has no item: {cells}")
    if OWN_KEY in table.fields:
        keys = Counter(cells.get(table.fields[OWN_KEY].name) for cells in rows.values())
        found += [f"{count} rows carry {key}" for key, count in keys.items() if key and count > 1]
    return found


def _is_default(aspect: Aspect, table: MappedTable, item: Any) -> bool:
    """Whether the plan says no more than what it takes a blank cell for."""
    if aspect.name == "severity":
        return bool(item.severity is Severity.MINOR)
    return aspect.value(item) == value_of_blank(aspect, table)


def _of_item(world: World, table: Any, item: Any, rows: dict[str, Any]) -> list[str]:
    link = world.link(table.kind, item.key)
    if link is None or link.record_id not in rows:
        return [f"{item.key} “{title_of(item)}” has no row"]
    told, found = rows[link.record_id], []
    with world.plans.reading(world.workspace_id) as plan:
        around = surroundings(plan)
        for aspect in aspects_of(table):
            mapped = [table.fields[word].name for word in aspect.words if word in table.fields]
            derived = aspect.name == "discovered_at" and told.get(mapped[0]) is None
            blank = all(told.get(name) is None for name in mapped)
            says_as_much = blank and _is_default(aspect, table, item)
            if derived or says_as_much or not can_write(aspect, table):
                continue
            try:
                wanted = write_aspect(aspect, item, table, around)
            except CannotWriteError as error:
                found.append(f"{item.key} {aspect.name}: {error}")
                continue
            names = {mapped.field_id: mapped.name for mapped in table.fields.values()}
            # Airtable leaves an empty text or list out; a progress of 0 is there.
            ours = {names[f]: None if cell in ("", []) else cell for f, cell in wanted.items()}
            theirs = {name: told.get(name) for name in ours}
            if aspect.name in {"stage", "phase"}:  # the first of several is the plan's
                theirs = {name: cell[:1] if cell else None for name, cell in theirs.items()}
            if not same_cells(ours, theirs):
                found.append(f"{item.key} {aspect.name}: plan {ours}, base {theirs}")
    return found
