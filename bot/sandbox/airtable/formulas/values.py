"""The values formulas compute with, and how one becomes another."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

LONGEST_TEXT = 100_000  # characters, as in a cell of long text
_EXPONENT_FROM = 1e21  # JavaScript writes larger numbers with an exponent

_ISO = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?", re.ASCII
)


@dataclass(frozen=True)
class ErrorValue:
    """What a row shows when its formula cannot be computed."""

    shown: str = "#ERROR!"


class DateText(str):
    """The text of a cell that reads as a date; beside a date it is one, beside text it is text."""

    __slots__ = ("moment",)
    moment: datetime


Value: TypeAlias = "float | bool | str | datetime | list[Value] | ErrorValue | None"

ERROR = ErrorValue()


class FaultError(ValueError):
    """A value is not of the kind an operation needs; the row shows an error instead."""


def is_true(value: object) -> bool:
    """Tell whether filterByFormula keeps a row with this result."""
    if value is None or isinstance(value, ErrorValue):
        return False
    if isinstance(value, float):
        return value != 0 and not math.isnan(value)
    return bool(value)


def from_cell(cell: object) -> Value:
    """Return a cell's content as a value; kinds formulas do not know are taken by their text."""
    if cell is None or isinstance(cell, bool | ErrorValue):
        return cell
    if isinstance(cell, int | float):
        return finite(float(cell))
    if isinstance(cell, datetime):
        return cell.astimezone(UTC)
    if isinstance(cell, list | tuple):
        return [from_cell(item) for item in cell] or None
    return _cell_text(str(cell))


def _cell_text(text: str) -> str:
    moment = iso_date(text)
    if moment is None:
        return text
    dated = DateText(text)
    dated.moment = moment
    return dated


def iso_date(text: str) -> datetime | None:
    """Return the moment an ISO date or time names; without an offset it is UTC."""
    if not _ISO.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def finite(number: float) -> float:
    """
    Return the number unchanged.

    Raises:
        FaultError: It is infinite or not a number.
    """
    if not math.isfinite(number):
        raise FaultError
    return number


def number(value: Value) -> float:
    """
    Return the value as a number: blank is 0, a checkbox 0 or 1, a list its only item.

    Raises:
        FaultError: It is text, a date, or several values.
    """
    if value is None:
        return 0.0
    if isinstance(value, bool | float):
        return finite(float(value))
    if isinstance(value, list) and len(value) == 1:
        return number(value[0])
    raise FaultError


def whole(value: Value) -> int:
    """
    Return the value as a number without its decimals.

    Raises:
        FaultError: It is not a number.
    """
    return int(number(value))


def text(value: Value) -> str:
    """
    Return the value as it reads in text: lists joined by comma and space, dates in ISO.

    Raises:
        FaultError: It is an error, or longer than a cell may be.
    """
    if isinstance(value, ErrorValue):
        raise FaultError
    if value is None:
        return ""
    if isinstance(value, bool | float):
        return _number_text(float(value))
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, list):
        return joined(value, ", ")
    return str(value)


def joined(values: Iterable[Value], separator: str = "") -> str:
    """
    Return the texts of the values, joined.

    Raises:
        FaultError: One is an error, or together they are longer than a cell may be.
    """
    parts: list[str] = []
    length = 0
    for value in values:
        parts.append(text(value))
        length += len(parts[-1]) + len(separator)
        if length > LONGEST_TEXT + len(separator):
            raise FaultError
    return separator.join(parts)


def moment(value: Value) -> datetime:
    """
    Return the value as a date.

    Raises:
        FaultError: It is not a date, nor text that reads as one.
    """
    if isinstance(value, datetime):
        return value
    found = iso_date(value) if isinstance(value, str) else None
    if found is None:
        raise FaultError
    return found


def flat(values: Iterable[Value]) -> list[Value]:
    """Return the values with those of lists in place of the lists."""
    found: list[Value] = []
    for value in values:
        found += flat(value) if isinstance(value, list) else [value]
    return found


def _number_text(value: float) -> str:
    if value.is_integer() and abs(value) < _EXPONENT_FROM:
        return str(int(value))
    return repr(value)
