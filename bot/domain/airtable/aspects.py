"""What of an item is compared and kept in step as one: an aspect, with its cells and fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.airtable.mapping import MappedTable
from bot.domain.plan_file import ItemKind
from bot.domain.plan_items import PlanItem
from bot.domain.records import plain_value


@dataclass(frozen=True, slots=True)
class Aspect:
    """
    One thing that a person says about an item.

    Args:
        name: What it is called in conflicts and in `RecordLink.agreed`.
        words: The plan's words for the cells that say it (see `PLAN_FIELDS`).
        fields: The item's fields that hold it.
        clearable: Whether emptying the cell empties the field; a name or a status has no blank.
    """

    name: str
    words: tuple[str, ...]
    fields: tuple[str, ...]
    clearable: bool = True

    def cells(self, table: MappedTable, cells: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a record says of it, by the plan's word; blanks are None."""
        return {
            word: cells.get(table.fields[word].field_id)
            for word in self.words
            if word in table.fields
        }

    def value(self, item: PlanItem) -> dict[str, Any]:
        """Return what the plan says of it, as plain JSON by field."""
        return {name: plain_value(getattr(item, name)) for name in self.fields}


def _one(name: str, field: str | None = None) -> Aspect:
    return Aspect(name, (name,), (field or name,))


_STATUS = Aspect("status", ("status",), ("status",), clearable=False)
_OWNER = Aspect("owner", ("owner",), ("owner_text", "owner_id"))

ASPECTS: dict[ItemKind, tuple[Aspect, ...]] = {
    "phase": (
        Aspect("name", ("title", "name"), ("ref", "name"), clearable=False),
        _STATUS,
        _one("planned_end"),
    ),
    "stage": (
        Aspect("name", ("title", "code", "name"), ("ref", "code", "name"), clearable=False),
        _STATUS,
        _one("progress"),
        _one("duration"),
        _OWNER,
        _one("notes"),
        _one("description"),
        _one("docs_url"),
        _one("started_at"),
        _one("completed_at"),
        _one("planned_end"),
        _one("phase", "phase_key"),
    ),
    "task": (
        Aspect("name", ("title", "name"), ("ref", "title"), clearable=False),
        _STATUS,
        _one("estimate", "estimate_minutes"),
        _one("actual", "actual_minutes"),
        _OWNER,
        _one("completed_at"),
        _one("stage", "stage_key"),
    ),
    "issue": (
        Aspect("name", ("title",), ("title",), clearable=False),
        _one("description"),
        Aspect("severity", ("severity",), ("severity",), clearable=False),
        _STATUS,
        _one("stages", "stage_keys"),
        _one("root_cause"),
        _one("tasks", "remediation_task_keys"),
        Aspect("discovered_at", ("discovered_at",), ("discovered_at",), clearable=False),
        _one("resolved_at"),
        Aspect("owner", ("owner",), ("owner_id",)),
        _one("prevention_actions"),
    ),
}
# How people call an aspect, where its name does not say it.
LABELS = {
    "name": "Name",
    "docs_url": "Documentation",
    "started_at": "Started",
    "completed_at": "Completed",
    "planned_end": "Planned end",
    "phase": "Phase",
    "stage": "Stage",
    "stages": "Affected stages",
    "tasks": "Remediation tasks",
    "discovered_at": "Discovered",
    "resolved_at": "Resolved",
    "row": "The whole record",
}


def aspects_of(table: MappedTable) -> tuple[Aspect, ...]:
    """Return the aspects of which a table has a field."""
    return tuple(
        aspect
        for aspect in ASPECTS[table.kind]
        if any(word in table.fields for word in aspect.words)
    )


def aspect_called(kind: ItemKind, name: str) -> Aspect:
    """
    Return the aspect of a kind with this name.

    Raises:
        LookupError: there is none.
    """
    found = next((aspect for aspect in ASPECTS[kind] if aspect.name == name), None)
    if found is None:
        raise LookupError(f"a {kind} has no {name}")
    return found


def label_of(aspect: str) -> str:
    """Return an aspect's name for people: "Status", "Planned end"."""
    return LABELS.get(aspect, aspect.replace("_", " ").capitalize())
