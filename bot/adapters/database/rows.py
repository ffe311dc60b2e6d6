"""Rows into the plan's values and back, by the fields of their dataclass."""

import re
import unicodedata
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields
from datetime import datetime
from enum import Enum
from functools import cache
from operator import itemgetter
from typing import Any, TypeVar, get_origin

from sqlalchemy import RowMapping

from bot.adapters.database.columns import storable
from bot.domain.plan import Duration, Phase, Stage
from bot.domain.progress import Progress
from bot.domain.records import field_kinds, in_utc

Value = TypeVar("Value")
Cells = Mapping[str, Any] | RowMapping
Reader = Callable[[Cells], Any]

# Values that have a column for each of their own fields: progress_permille, progress_done, …
_SPREAD: tuple[type, ...] = (Progress, Duration)
MAX_SORT_KEY = 150
MAX_SEARCH_TEXT = 400  # with the sort key below what PostgreSQL takes in an index (2,704 bytes)
_LAST = "~"  # after every ref
_NUMBER = re.compile("[0-9]+")


def to_row(value: Any) -> dict[str, Any]:
    """Return the columns of a domain value."""
    row: dict[str, Any] = {}
    # The type: ignore here and below: mypy does not see that classes are hashable.
    for name, kind in field_kinds(type(value)).items():  # type: ignore[arg-type]
        part = getattr(value, name)
        if kind in _SPREAD:
            row |= {f"{name}_{own.name}": _spread(part, own.name) for own in fields(kind)}
        else:
            row[name] = _to_cell(part)
    return row


def from_row(cls: type[Value], row: Cells) -> Value:
    """Return the value that `to_row` took apart; columns that it does not know are left out."""
    return cls(**{name: read(row) for name, read in _readers(cls)})  # type: ignore[arg-type]


def sort_key(item: Any) -> str:
    """Return what items are ordered by: ref (none last), a phase's name, and then the key."""
    ref = getattr(item, "ref", "")
    name = f"{item.name.casefold()[:40]} " if isinstance(item, Phase) else ""
    return natural(f"{_LAST if ref is None else ref} {name}{item.key}")[:MAX_SORT_KEY]


def search_text(stage: Stage) -> str:
    """Return what a typeahead looks in: ref, code and name, folded, a line for each."""
    lines = (stage.ref, stage.code, stage.name)
    return "\n".join(folded(line or "") for line in lines)[:MAX_SEARCH_TEXT]


def folded(text: str) -> str:
    """Return `text` as it is compared when case, width and spacing don't matter."""
    return " ".join(unicodedata.normalize("NFKC", storable(text)).casefold().split())


def natural(text: str) -> str:
    """Return text that sorts as people count: "1.2" before "1.10", "2.16" before "2.16B"."""
    return _NUMBER.sub(lambda number: number[0].zfill(10), text)


def _spread(value: Any, name: str) -> Any:
    return None if value is None else _to_cell(getattr(value, name))


def _to_cell(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, datetime):
        return in_utc(value)
    if isinstance(value, tuple):
        return [_to_cell(part) for part in value]
    return value


@cache
def _readers(cls: Hashable) -> tuple[tuple[str, Reader], ...]:
    return tuple((name, _reader(name, kind)) for name, kind in field_kinds(cls).items())


def _reader(name: str, kind: Any) -> Reader:
    if kind in _SPREAD:
        names = [f"{name}_{own.name}" for own in fields(kind)]
        return lambda row: None if row[names[0]] is None else kind(*(row[n] for n in names))
    if get_origin(kind) is tuple:
        return lambda row: None if row[name] is None else tuple(row[name])
    if isinstance(kind, type) and issubclass(kind, Enum):
        return lambda row: None if row[name] is None else kind(row[name])
    return itemgetter(name)
