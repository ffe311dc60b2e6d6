"""What the cells of a record say about an item, aspect by aspect."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any

from bot.domain.airtable.aspects import Aspect
from bot.domain.airtable.mapping import MappedTable
from bot.domain.plan_file import Draft
from bot.domain.plan_items import CLASSES, PlanItem
from bot.domain.records import plain_value

LINKS = {
    "phase_key": "phase",
    "stage_key": "stage",
    "stage_keys": "stage",
    "remediation_task_keys": "task",
}


@dataclass(frozen=True, slots=True)
class Saying:
    """
    What a record says of one aspect.

    Args:
        cells: By the plan's word; blanks are None.
        value: What they mean, as plain JSON by field; None where they can't be read, so that
            whatever the plan says stays and nothing is claimed.
    """

    aspect: Aspect
    cells: Mapping[str, Any]
    value: Mapping[str, Any] | None


def saying(
    aspect: Aspect,
    table: MappedTable,
    cells: Mapping[str, Any],
    draft: Draft | None,
    item: PlanItem | None,
) -> Saying:
    """
    Return what the cells of a record (by field id) say of an aspect.

    Args:
        draft: As it was read; its links hold our keys (see `with_keys`).
        item: The plan's item: what a cell doesn't speak of stays as it says.
    """
    own = aspect.cells(table, cells)
    if all(cell is None for cell in own.values()):
        value = value_of_blank(aspect, table) if aspect.clearable else None
        return Saying(aspect, own, value)
    if draft is None:
        return Saying(aspect, own, None)
    told = {name: draft.fields[name] for name in aspect.fields if name in draft.fields}
    told |= {
        name: _linked(name, keys) for name, keys in draft.links.items() if name in aspect.fields
    }
    told |= {name: () for name in aspect.fields if name not in told and _is_list(table, name)}
    if not _is_understood(aspect, told):
        return Saying(aspect, own, None)
    value = {name: plain_value(told[name]) for name in aspect.fields if name in told}
    return Saying(aspect, own, {**_otherwise(aspect, item), **value})


def _is_understood(aspect: Aspect, told: Mapping[str, Any]) -> bool:
    if aspect.name == "owner":
        return told.get("owner_text") is not None or told.get("owner_id") is not None
    return bool(told)


def _otherwise(aspect: Aspect, item: PlanItem | None) -> dict[str, Any]:
    """Return what stands where a cell gives only a part: a ref alone renames nothing."""
    if aspect.name == "owner":
        return dict.fromkeys(aspect.fields)
    return aspect.value(item) if item is not None else {}


def _is_list(table: MappedTable, name: str) -> bool:
    """Whether a field is a list of links: records that the plan does not know are none of it."""
    mapped = table.fields.get(
        {"stage_keys": "stages", "remediation_task_keys": "tasks"}.get(name, "")
    )
    return mapped is not None and mapped.type == "multipleRecordLinks"


def _linked(name: str, keys: tuple[str, ...]) -> Any:
    return keys if name.endswith("_keys") else keys[0] if keys else None


def value_of_blank(aspect: Aspect, table: MappedTable) -> dict[str, Any]:
    """Return the values of fields whose cell is blank: an item's before anybody said anything."""
    defaults = {
        each.name: None if each.default is MISSING else each.default
        for each in fields(CLASSES[table.kind])
    }
    return {name: plain_value(defaults[name]) for name in aspect.fields}
