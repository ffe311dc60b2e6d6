"""A record that carries our key: what of it we wrote ourselves, however long ago."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.domain.airtable.agreement import Agreed, same_cells, says_nothing
from bot.domain.airtable.aspects import Aspect, aspects_of
from bot.domain.airtable.mapping import MappedTable
from bot.domain.airtable.writing import CannotWriteError, Surroundings, can_write, write_aspect
from bot.domain.plan_file import ItemKind
from bot.domain.plan_items import PlanItem
from bot.domain.records import with_fields
from bot.ports import PlanReader

_VERSIONS = 50


def agreed_before(
    plan: PlanReader,
    table: MappedTable,
    item: PlanItem,
    cells: Mapping[str, Any],
    around: Surroundings,
) -> dict[str, Agreed]:
    """
    Return what both sides agreed on, where the answer to our writing was lost.

    Cells that say what the item says, or said once, are ours; others are a person's. Where the
    item says nothing a person's are welcome, else both changed it.
    """
    versions = list(_versions(plan, table.kind, item))
    return {
        aspect.name: _agreed(aspect, table, versions, aspect.cells(table, cells), around)
        for aspect in aspects_of(table)
    }


def issues_before(plan: PlanReader, task_key: str, records: Iterable[str]) -> list[str]:
    """Return which of these issues' records the plan says, or said once, to be of a task."""
    found = []
    for record_id, link in plan.links_of_records(records).items():
        issue: Any = plan.item("issue", link.key) if link.kind == "issue" else None
        versions = _versions(plan, "issue", issue) if issue is not None else ()
        if any(task_key in getattr(each, "remediation_task_keys", ()) for each in versions):
            found.append(record_id)
    return found


def _agreed(
    aspect: Aspect,
    table: MappedTable,
    versions: list[PlanItem],
    own: Mapping[str, Any],
    around: Surroundings,
) -> Agreed:
    blank = dict.fromkeys(own)
    value = aspect.value(versions[0])
    is_empty = says_nothing(value)
    if not can_write(aspect, table):
        return Agreed(own, value)
    if same_cells(own, blank):
        return Agreed(own, value if is_empty else None)
    for version in versions:
        if same_cells(_written(aspect, version, table, around), own):
            return Agreed(own, aspect.value(version))
    return Agreed(blank, value if is_empty else None)


def _written(
    aspect: Aspect, item: PlanItem, table: MappedTable, around: Surroundings
) -> dict[str, Any]:
    try:
        cells = write_aspect(aspect, item, table, around)
    except CannotWriteError:
        return {}
    return {
        word: cells.get(table.fields[word].field_id)
        for word in aspect.words
        if word in table.fields
    }


def _versions(plan: PlanReader, kind: ItemKind, item: PlanItem) -> Iterator[PlanItem]:
    """Yield an item as it is and as it was, newest first."""
    yield item
    for change in plan.changes(kind=kind, key=item.key, limit=_VERSIONS):
        if change.before is not None:
            item = with_fields(item, change.before)
            yield item
