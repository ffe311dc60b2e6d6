"""Turn the plan's values into plain JSON and back: for the audit trail, undo and export."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Value = TypeVar("Value")
_PLAIN = frozenset({str, int, float, bool})


def to_plain(item: Any) -> dict[str, Any]:
    """
    Return the fields of a domain value as plain JSON.

    Instants become ISO 8601 text in UTC ("2025-11-17T08:00:00+00:00"), enums their value, tuples
    lists, and Progress and Duration objects of their own fields.

    Raises:
        ValueError: an instant has no time zone.
    """
    return {field.name: plain_value(getattr(item, field.name)) for field in fields(item)}


def from_plain(cls: type[Value], plain: Mapping[str, Any]) -> Value:
    """
    Return the value that `to_plain` took apart; names that `cls` does not know are left out.

    Raises:
        TypeError: a field without a default is missing.
        ValueError: a value is not of the field's kind.
    """
    return cls(**_typed_fields(cls, plain))


def with_fields(item: Value, plain_fields: Mapping[str, Any]) -> Value:
    """Return `item` with some fields set from plain JSON, such as `Change.before`."""
    return replace(item, **_typed_fields(type(item), plain_fields))  # type: ignore[type-var]


def plain_value(value: Any) -> Any:
    """Return one field's value as plain JSON."""
    if value is None or type(value) in _PLAIN:  # nearly all, and far quicker than asking each
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return in_utc(value).isoformat()
    if isinstance(value, Mapping):
        return {str(name): plain_value(part) for name, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain_value(part) for part in value]
    return to_plain(value) if is_dataclass(value) else value


def in_utc(moment: datetime) -> datetime:
    """
    Return the same instant in UTC.

    Raises:
        ValueError: it has no time zone, so nobody knows which instant is meant.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return moment.astimezone(UTC)


@cache
def field_kinds(cls: Any) -> dict[str, Any]:
    """Return the type of each field of a dataclass, `X | None` as `X`."""
    hints = get_type_hints(cls)
    return {field.name: _without_none(hints[field.name]) for field in fields(cls)}


def _without_none(hint: Any) -> Any:
    if get_origin(hint) in {Union, UnionType}:
        kinds = [kind for kind in get_args(hint) if kind is not NoneType]
        return kinds[0] if len(kinds) == 1 else Any
    return hint


def _typed_fields(cls: type, plain: Mapping[str, Any]) -> dict[str, Any]:
    kinds = field_kinds(cls)
    return {name: _typed(kinds[name], value) for name, value in plain.items() if name in kinds}


def _typed(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if get_origin(kind) is tuple:
        return tuple(_typed(get_args(kind)[0], part) for part in value)
    if not isinstance(kind, type):
        return value
    if issubclass(kind, datetime):
        return in_utc(datetime.fromisoformat(value))
    if issubclass(kind, Enum):
        return kind(value)
    return from_plain(kind, value) if is_dataclass(kind) else value
