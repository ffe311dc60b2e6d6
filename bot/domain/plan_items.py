"""Items as the product's own export writes them, and back into drafts."""

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, get_origin

from bot.domain import plan_cells as cells
from bot.domain.issues import Issue, IssueStatus, Severity
from bot.domain.plan import Duration, Phase, Stage, Status, Task
from bot.domain.plan_file import Draft, ItemKind, PlanNote
from bot.domain.progress import FULL_PERMILLE, MAX_COUNT, Progress
from bot.domain.records import field_kinds, from_plain, to_plain
from bot.domain.refs import canonical_ref, phase_ref

PlanItem = Phase | Stage | Task | Issue

CLASSES: dict[ItemKind, type[PlanItem]] = {
    "phase": Phase,
    "stage": Stage,
    "task": Task,
    "issue": Issue,
}
LINK_FIELDS = ("phase_key", "stage_key", "stage_keys", "remediation_task_keys")
# The database's own count and mark: another database counts for itself.
_NOT_EXPORTED = {"revision", "removed_at"}
_NAMING = {"key", "ref", "name", "title"}
_MAX_MINUTES = 10**9
_KEY = re.compile(r"[A-Za-z0-9_.:-]{1,100}")


def export_item(item: PlanItem) -> dict[str, Any]:
    """Return an item as plain JSON with every field that people or a base gave it."""
    return {name: value for name, value in to_plain(item).items() if name not in _NOT_EXPORTED}


def is_export_item(item: Mapping[str, Any]) -> bool:
    """Whether an item's names are ours, and not the columns of a base."""
    return bool(_NAMING & item.keys()) and not isinstance(item.get("fields"), Mapping)


def draft_item(
    kind: ItemKind, item: Mapping[str, Any], where: str
) -> tuple[Draft | None, list[PlanNote]]:
    """Return the draft of an exported item (None without a name), and what is unreadable."""
    values: dict[str, Any] = {}
    notes: list[PlanNote] = []
    kinds = _kinds(kind)
    for name, wanted in kinds.items():
        value = item.get(name)
        if name in _NOT_EXPORTED or name in LINK_FIELDS or value is None or value in ("", [], {}):
            continue
        try:
            values[name] = _read(wanted, value)
        except (ValueError, TypeError, KeyError):
            text = f"I can't read the {name.replace('_', ' ')} {cells.name_of(value)!r}."
            notes.append(PlanNote("unreadable", where, text))
    source, key = values.pop("source", {}), values.pop("key", None)
    if key and not _KEY.fullmatch(key):
        notes.append(PlanNote("unreadable", where, "Its key is none of ours; it gets a new one."))
        key = None
    if "ref" in values and not key:  # written by hand
        read = phase_ref if kind == "phase" else canonical_ref
        values["ref"] = read(values["ref"]) or values["ref"]
    if not {"ref", "name", "title"} & values.keys():
        text = f"This {kind} has neither a name nor a reference, so I left it out."
        return None, [*notes, PlanNote("unreadable", where, text)]
    links = {
        name: cells.texts_of(item[name]) for name in LINK_FIELDS if name in kinds and item.get(name)
    }
    record_id = source.get("id")
    return (
        Draft(
            kind=kind,
            where=where,
            record_id=record_id if isinstance(record_id, str) else None,
            key=key,
            fields=values,
            links=links,
            source=source,
        ),
        notes,
    )


def _kinds(kind: ItemKind) -> dict[str, Any]:
    cls: Any = CLASSES[kind]  # mypy does not see that classes are hashable
    return field_kinds(cls)


def _read(wanted: Any, value: Any) -> Any:
    """Return a value of the wanted kind. Raises ValueError, TypeError or KeyError."""
    if wanted in _READINGS:
        return _READINGS[wanted](value)
    if get_origin(wanted) is not None:  # source, the only mapping
        return _mapping(value)
    raise TypeError(f"no reading for {wanted}")


def _text(value: Any) -> str:
    if isinstance(value, str):
        return cells.storable(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise ValueError(value)


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MAX_MINUTES:
        raise ValueError(value)
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise TypeError(value)
    return dict(value)


def _progress(value: Any) -> Progress:
    if not isinstance(value, Mapping):
        return cells.progress_of(value)
    progress = from_plain(Progress, value)
    for part in fields(Progress):
        number = getattr(progress, part.name)
        if number is not None and not (type(number) is int and 0 <= number <= MAX_COUNT):
            raise ValueError(value)
    counted = (progress.done is None) == (progress.total is None)
    if progress.permille > FULL_PERMILLE or not counted:
        raise ValueError(value)
    return progress


def _duration(value: Any) -> Duration:
    if not isinstance(value, Mapping):
        return cells.duration_of(value)
    duration = from_plain(Duration, value)
    for seconds in (duration.low_s, duration.high_s):
        if seconds is not None:
            _whole(seconds)
    return Duration(_text(duration.text), duration.low_s, duration.high_s)


_READINGS: dict[Any, Callable[[Any], Any]] = {
    str: _text,
    int: _whole,
    bool: _flag,
    datetime: cells.moment_of,
    Status: cells.status_of,
    IssueStatus: cells.issue_status_of,
    Severity: cells.severity_of,
    Progress: _progress,
    Duration: _duration,
}
