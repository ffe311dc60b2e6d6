"""What is to be written of a queued item: worked out from the plan and the last agreement."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from bot.domain.airtable.aspects import Aspect, aspects_of
from bot.domain.airtable.state import (
    OWN_KEY,
    AirtableBase,
    QueuedPush,
    RecordLink,
    conflict_key,
)
from bot.domain.airtable.writing import (
    CannotWriteError,
    Surroundings,
    can_write,
    write_aspect,
)
from bot.domain.airtable_mapping import MappedTable
from bot.domain.plan_items import PlanItem
from bot.ports import PlanReader

FOR_ISSUES = "issues"  # which issues a remediation task is for, said from the task's side


class Act(Enum):
    """What a queued item comes to."""

    MAKE = "make"
    UPDATE = "update"
    DELETE = "delete"
    NOTHING = "nothing"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Write:
    """
    One row of a request.

    Args:
        cells: By field id; None empties a cell.
        said: The plan's value of every aspect in it, for the agreement after the answer.
        held: Why some of what the plan says can't be written.
    """

    push: QueuedPush
    act: Act
    table: MappedTable | None = None
    item: PlanItem | None = None
    link: RecordLink | None = None
    cells: Mapping[str, Any] = field(default_factory=dict)
    said: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    held: str = ""


def plan_write(
    plan: PlanReader, base: AirtableBase, push: QueuedPush, around: Surroundings
) -> Write:
    """Return what is to be done for a queued item, by the plan as it is now."""
    table = base.usable.of_kind(push.kind)
    item: Any = plan.item(push.kind, push.key)
    link = plan.record_link(push.kind, push.key)
    if item is None or base.mapping.of_kind(push.kind) is None:
        return Write(push, Act.NOTHING)
    if table is None:
        return Write(push, Act.HOLD, held="its table waits for a person")
    if item.removed_at is not None:
        # Only what we made ourselves; the undo has checked that nobody changed it since.
        mine = link is not None and link.made_here
        return Write(push, Act.DELETE if mine else Act.NOTHING, table, item, link)
    if link is None:
        return _making(plan, push, table, item, around)
    return _updating(plan, push, table, item, link, around)


def _making(
    plan: PlanReader, push: QueuedPush, table: MappedTable, item: PlanItem, around: Surroundings
) -> Write:
    key = table.fields.get("key")
    if key is None:
        text = f"the table “{table.name}” has no field for our key, so I make no records there"
        return Write(push, Act.HOLD, table, item, held=text)
    cells: dict[str, Any] = {}
    said: dict[str, Mapping[str, Any]] = {}
    held: list[str] = []
    for aspect in aspects_of(table):
        if not can_write(aspect, table) or _by_tasks(aspect, table):
            continue
        value = aspect.value(item)
        if all(part in (None, "", []) for part in value.values()):
            continue
        try:
            written = write_aspect(aspect, item, table, around)
        except CannotWriteError as error:
            held.append(str(error))
            continue
        cells |= {name: cell for name, cell in written.items() if cell is not None}
        said[aspect.name] = value
    _say_issues(plan, push, None, cells, said, around)
    # The last word: where the key's field is also the title's, the key finds the record again.
    cells[key.field_id] = item.key
    return Write(push, Act.MAKE, table, item, None, cells, said, "; ".join(held))


def _updating(
    plan: PlanReader,
    push: QueuedPush,
    table: MappedTable,
    item: PlanItem,
    link: RecordLink,
    around: Surroundings,
) -> Write:
    cells: dict[str, Any] = {}
    said: dict[str, Mapping[str, Any]] = {}
    held: list[str] = []
    for aspect in aspects_of(table):
        if not _is_ours(plan, aspect, table, item, link):
            continue
        try:
            written = write_aspect(aspect, item, table, around)
        except CannotWriteError as error:
            held.append(str(error))
            continue
        cells |= _changed(aspect, table, _with_strangers(plan, aspect, table, link, written), link)
        said[aspect.name] = aspect.value(item)
    _say_issues(plan, push, link, cells, said, around)
    key = table.fields.get("key")
    if key and _carries_other_key(link):
        cells[key.field_id] = item.key
    if not cells and not said:
        act = Act.HOLD if held else Act.NOTHING
        return Write(push, act, table, item, link, held="; ".join(held))
    return Write(push, Act.UPDATE, table, item, link, cells, said, "; ".join(held))


def _is_ours(
    plan: PlanReader, aspect: Aspect, table: MappedTable, item: PlanItem, link: RecordLink
) -> bool:
    """Whether the plan changed an aspect that may be written now."""
    if not can_write(aspect, table) or _by_tasks(aspect, table):
        return False
    agreed = link.agreed.get(aspect.name)
    if agreed is not None and agreed.value == aspect.value(item):
        return False
    conflict = plan.conflict(conflict_key(link.kind, link.key, aspect.name))
    return conflict is None or conflict.choice is not None or conflict.overwritten


def _by_tasks(aspect: Aspect, table: MappedTable) -> bool:
    """Whether an issue's remediation tasks are linked from the tasks' side (contracts, 5.6)."""
    return aspect.name == "tasks" and bool(table.fields["tasks"].inverse_id)


def _changed(
    aspect: Aspect, table: MappedTable, written: Mapping[str, Any], link: RecordLink
) -> dict[str, Any]:
    """Return the cells that differ from what the record says: only these are sent."""
    agreed = link.agreed.get(aspect.name)
    if agreed is None:
        return dict(written)
    words = {table.fields[word].field_id: word for word in aspect.words if word in table.fields}
    return {
        field_id: cell
        for field_id, cell in written.items()
        if agreed.cells.get(words[field_id]) != cell
    }


def _with_strangers(
    plan: PlanReader,
    aspect: Aspect,
    table: MappedTable,
    link: RecordLink,
    written: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the cells with the links that the plan knows nothing of: they must not be dropped."""
    agreed = link.agreed.get(aspect.name)
    cells = dict(written)
    for word in aspect.words if agreed else ():
        mapped = table.fields.get(word)
        if mapped is None or mapped.type != "multipleRecordLinks" or agreed is None:
            continue
        present = agreed.cells.get(word) or []
        known = plan.links_of_records(present)
        cells[mapped.field_id] = [
            *cells.get(mapped.field_id, ()),
            *(record for record in present if record not in known),
        ]
    return cells


def _say_issues(
    plan: PlanReader,
    push: QueuedPush,
    link: RecordLink | None,
    cells: dict[str, Any],
    said: dict[str, Mapping[str, Any]],
    around: Surroundings,
) -> None:
    """Add to a task's cells the issues that it is a remediation of."""
    base = plan.airtable_base()
    issues = base.usable.of_kind("issue") if base and push.kind == "task" else None
    tasks = issues.fields.get("tasks") if issues else None
    if tasks is None or not tasks.inverse_id:
        return
    keys = sorted(each.key for each in plan.issues() if push.key in each.remediation_task_keys)
    agreed = link.agreed.get(FOR_ISSUES) if link else None
    if keys == ((agreed.value or {}).get(FOR_ISSUES, []) if agreed else []):
        return
    records = [record for key in keys if (record := around.record_of("issue", key))]
    if len(records) == len(keys):
        cells[tasks.inverse_id] = records
        said[FOR_ISSUES] = {FOR_ISSUES: keys}


def _carries_other_key(link: RecordLink) -> bool:
    """Whether the record is a copy that a person made of another, our key and all."""
    agreed = link.agreed.get(OWN_KEY)
    carried = agreed.cells.get(OWN_KEY) if agreed else None
    return bool(carried) and carried != link.key
