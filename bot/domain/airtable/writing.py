"""What the plan says into cells of a base, by the type of the field (contracts, airtable 1.5)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.airtable.aspects import Aspect
from bot.domain.airtable.mapping import MappedField, MappedTable
from bot.domain.airtable.reading import People
from bot.domain.airtable.schema import COMPUTED
from bot.domain.identities import folded
from bot.domain.plan import Duration, Member
from bot.domain.plan_file import ItemKind
from bot.domain.plan_items import PlanItem
from bot.domain.plan_merge import title_of
from bot.domain.progress import Progress
from bot.domain.refs import phase_ref, split_title

TEXTS = frozenset({"singleLineText", "multilineText", "richText", "url", "email", "phoneNumber"})
_SELECTS = frozenset({"singleSelect", "externalSyncSource"})
_WHOLE_PERMILLE = 1000


class CannotWriteError(Exception):
    """A field can't hold what the plan says; the message says why, and what would help."""


class NotThereYetError(CannotWriteError):
    """
    A linked item has no record yet.

    Args:
        waits_for: Kind and key of each.
    """

    def __init__(self, waits_for: Sequence[tuple[ItemKind, str]]) -> None:
        keys = ", ".join(key for _, key in waits_for)
        super().__init__(f"{keys} is not in Airtable yet")
        self.waits_for = tuple(waits_for)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """
    What has to be known beside an item to write it.

    Args:
        record_of: The record id of a linked item by kind and our key; None while it has none.
        is_gone: Whether an item is no longer in the plan, by kind and our key.
        issues_of: The keys of the issues that a task is a remediation of.
        zone: IANA zone in which a date without a time is meant.
    """

    people: People
    record_of: Callable[[str, str], str | None]
    is_gone: Callable[[ItemKind, str], bool]
    issues_of: Callable[[str], Sequence[str]]
    zone: str


def write_aspect(
    aspect: Aspect, item: PlanItem, table: MappedTable, around: Surroundings
) -> dict[str, Any]:
    """
    Return the cells to write for an aspect, by field id; None empties a cell.

    Fields that Airtable computes are left out: their sources are elsewhere.

    Raises:
        CannotWriteError: the field has no way to say it (no such option, an unknown person).
    """
    cells = {}
    for word in aspect.words:
        mapped = table.fields.get(word)
        if mapped is None or mapped.type in COMPUTED:
            continue
        writer = _WRITERS.get(word, _written_text)
        cells[mapped.field_id] = writer(_Cell(item, word, mapped, table, around))
    return cells


def can_write(aspect: Aspect, table: MappedTable) -> bool:
    """Whether a table has a field for an aspect that takes values from outside."""
    mapped = [table.fields[word] for word in aspect.words if word in table.fields]
    if aspect.name == "phase":  # a phase named in text is a base's own affair
        return any(each.type == "multipleRecordLinks" for each in mapped)
    return any(each.type not in COMPUTED for each in mapped)


@dataclass(frozen=True, slots=True)
class _Cell:
    item: Any
    word: str
    mapped: MappedField
    table: MappedTable
    around: Surroundings

    @property
    def is_text(self) -> bool:
        return self.mapped.type in TEXTS

    def refuse(self, what: str) -> CannotWriteError:
        return CannotWriteError(f"the field “{self.mapped.name}” can't hold {what}")


def _written_text(cell: _Cell) -> Any:
    value = getattr(cell.item, cell.word)
    if value and not cell.is_text:
        raise cell.refuse(f"text (it is of the type {cell.mapped.type})")
    return value or None


def _title(cell: _Cell) -> Any:
    if not cell.is_text:
        raise cell.refuse("a name")
    ref, title = getattr(cell.item, "ref", None), title_of(cell.item)
    if "name" in cell.table.fields:
        return ref or cell.item.key
    # A phase's name has it; and where a column of its own has it, it is no part of the name.
    named = ref in {None, title, phase_ref(title), split_title(title)[0]}
    has_column = "code" in cell.table.fields and ref == getattr(cell.item, "code", None)
    return title if named or has_column else f"{ref} - {title}"


def _name(cell: _Cell) -> Any:
    return title_of(cell.item)


def _meaning(cell: _Cell, meaning: str) -> Any:
    """Return the word that means this in the base: the first option that does."""
    named = next((word for word, means in cell.mapped.words.items() if means == meaning), None)
    if named is None and cell.is_text:
        return meaning
    if named is None:
        raise cell.refuse(f"“{meaning}”: none of its options means that")
    return named


def _status(cell: _Cell) -> Any:
    return _meaning(cell, cell.item.status.value)


def _severity(cell: _Cell) -> Any:
    if cell.mapped.type in {"number", "rating"}:
        return cell.item.severity.value
    return _meaning(cell, str(cell.item.severity.value))


def _progress(cell: _Cell) -> Any:
    progress: Progress | None = cell.item.progress
    if progress is None:
        return None
    if cell.mapped.type == "percent":
        return progress.permille / _WHOLE_PERMILLE
    if cell.mapped.type == "number":
        return progress.permille / 10
    return str(progress)


def _duration(cell: _Cell) -> Any:
    duration: Duration | None = cell.item.duration
    if duration is None or cell.is_text:
        return duration.text if duration else None
    if duration.low_s is None:
        raise cell.refuse(f"“{duration.text}”")
    return duration.low_s if cell.mapped.type == "duration" else round(duration.low_s / 3600, 2)


def _minutes(cell: _Cell) -> Any:
    minutes: int | None = getattr(cell.item, f"{cell.word}_minutes")
    if minutes is None:
        return None
    if cell.mapped.type == "duration":
        return minutes * 60
    hours = round(minutes / 60, 2)
    return f"{hours:g} h" if cell.is_text else hours


def _moment(cell: _Cell) -> Any:
    moment: datetime | None = getattr(cell.item, cell.word)
    if moment is None:
        return None
    if cell.mapped.type == "dateTime":
        return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    # A date without a time is read as midnight UTC, and has to come back as the same date.
    zone = UTC if moment.astimezone(UTC).time() == time.min else ZoneInfo(cell.around.zone)
    return moment.astimezone(zone).date().isoformat()


def _owner(cell: _Cell) -> Any:
    owner_id = cell.item.owner_id
    said = getattr(cell.item, "owner_text", None)
    if not owner_id and not said:
        return None
    member = cell.around.people.member(owner_id)
    name = _called(member, said) if member else said or owner_id
    if cell.is_text:
        return name
    if cell.mapped.type == "singleCollaborator":
        email = cell.around.people.email_of(owner_id)
        if email is None:
            raise cell.refuse(f"{name}: I don't know their e-mail in Airtable")
        return {"email": email}
    if cell.mapped.type in _SELECTS and name in cell.mapped.words:
        return name
    raise cell.refuse(f"{name}")


def _called(member: Member, said: str | None) -> str:
    """Return the base's own word for a member where it has one: a claimed "DATA-001" stays."""
    known = {folded(alias) for alias in member.aliases}
    return said if said and folded(said) in known else member.name


def _links(cell: _Cell) -> Any:
    if cell.mapped.type != "multipleRecordLinks":
        raise cell.refuse("a link")
    keys, kind = _LINKED[cell.word](cell.item)
    records = {key: cell.around.record_of(kind, key) for key in keys}
    waiting = [key for key, record in records.items() if record is None]
    # A record that was deleted has left its links, and so does an item that was taken out.
    if missing := [key for key in waiting if not cell.around.is_gone(kind, key)]:
        raise NotThereYetError([(kind, key) for key in missing])
    return [record for record in records.values() if record is not None]


def _linked(field: str, kind: ItemKind) -> Callable[[Any], tuple[tuple[str, ...], ItemKind]]:
    def keys(item: Any) -> tuple[tuple[str, ...], ItemKind]:
        value = getattr(item, field)
        return (value if isinstance(value, tuple) else (value,) if value else ()), kind

    return keys


_LINKED = {
    "phase": _linked("phase_key", "phase"),
    "stage": _linked("stage_key", "stage"),
    "stages": _linked("stage_keys", "stage"),
    "tasks": _linked("remediation_task_keys", "task"),
}
_WRITERS: Mapping[str, Callable[[_Cell], Any]] = {
    "title": _title,
    "name": _name,
    "status": _status,
    "severity": _severity,
    "progress": _progress,
    "duration": _duration,
    "estimate": _minutes,
    "actual": _minutes,
    "owner": _owner,
    **dict.fromkeys(("started_at", "completed_at", "planned_end"), _moment),
    **dict.fromkeys(("created_at", "discovered_at", "resolved_at"), _moment),
    **dict.fromkeys(_LINKED, _links),
}
