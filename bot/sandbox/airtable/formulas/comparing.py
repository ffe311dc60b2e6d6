"""How two values compare."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from bot.sandbox.airtable.formulas.values import DateText, FaultError, Value, number, text

_Comparable: TypeAlias = tuple[float, float] | tuple[str, str] | tuple[datetime, datetime]


def equal(left: Value, right: Value) -> bool:
    """Tell whether two values are equal; a blank equals '', 0 and FALSE()."""
    pair = _alike(left, right)
    return pair is not None and pair[0] == pair[1]


def _before(left: Value, right: Value) -> bool:
    """
    Tell whether left comes before right; a blank comes before every date.

    Raises:
        FaultError: They are of kinds that have no order.
    """
    if None in (left, right) and (isinstance(left, datetime) or isinstance(right, datetime)):
        return left is None
    pair = _alike(left, right)
    if pair is None:
        raise FaultError
    if isinstance(pair[0], str):
        return pair[0] < str(pair[1])
    return _smaller(pair)


def _smaller(pair: _Comparable) -> bool:
    left, right = pair
    if isinstance(left, datetime):
        return isinstance(right, datetime) and left < right
    return isinstance(left, float) and isinstance(right, float) and left < right


def _alike(left: Value, right: Value) -> _Comparable | None:
    """Return both as values of one kind, or None where they have none in common."""
    left, right = _single(left), _single(right)
    dates = _date(left), _date(right)
    if dates[0] is not None and dates[1] is not None:
        return dates[0], dates[1]
    if isinstance(left, str) or isinstance(right, str):
        return None if _numeric(left) or _numeric(right) else (text(left), text(right))
    if isinstance(left, datetime) or isinstance(right, datetime):
        return None
    return number(left), number(right)


def _single(value: Value) -> Value:
    return (text(value) or None) if isinstance(value, list) else value


def _date(value: Value) -> datetime | None:
    if isinstance(value, DateText):
        return value.moment
    return value if isinstance(value, datetime) else None


def _numeric(value: Value) -> bool:
    return isinstance(value, bool | float)


COMPARISONS: dict[str, Callable[[Value, Value], bool]] = {
    "=": equal,
    "!=": lambda left, right: not equal(left, right),
    "<": _before,
    ">": lambda left, right: _before(right, left),
    "<=": lambda left, right: not _before(right, left),
    ">=": lambda left, right: not _before(left, right),
}
