"""Values that need nothing but themselves: texts, numbers, dates, and casts between them."""

import re
import sys
from datetime import UTC, date, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.sandbox.airtable.clock import stamp

# What a cell of long text holds at most (contracts, airtable 1.2).
CELL_CHARACTERS = 100_000
# A number is a double; what JSON can write beyond it is none.
LARGEST = sys.float_info.max
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CLOCK = re.compile(r"(\d+):([0-5]\d)(?::([0-5]\d))?")
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_TRUE_WORDS = frozenset({"true", "yes", "checked", "1", "on"})


class NoFitError(ValueError):
    """The value is not of the field's type."""


def to_text(value: Any, *, typecast: bool) -> str | None:
    """Return what a text field keeps."""
    if typecast and isinstance(value, bool | int | float):
        value = str(value)
    if not isinstance(value, str) or len(value) > CELL_CHARACTERS:
        raise NoFitError
    return value or None


def to_number(value: Any, *, typecast: bool) -> float | None:
    """Return what a number, currency or percent field keeps; percent stays unclamped."""
    if typecast and isinstance(value, str):
        value = _number_in(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > LARGEST:
        raise NoFitError
    return value


def to_duration(value: Any, *, typecast: bool) -> float | None:
    """Return seconds."""
    found = _CLOCK.fullmatch(value.strip()) if typecast and isinstance(value, str) else None
    if found is not None:
        return int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3] or 0)
    return to_number(value, typecast=typecast)


def to_rating(value: Any, most: int, *, typecast: bool) -> float | None:
    """Return a whole number from 1 to the field's maximum; 0 is not one."""
    number = to_number(value, typecast=typecast)
    if number is None or number != int(number) or not 1 <= number <= most:
        raise NoFitError
    return int(number)


def to_checkbox(value: Any, *, typecast: bool) -> bool | None:
    """Return True, or None for an unchecked box, which is an empty cell."""
    if typecast and isinstance(value, str):
        value = value.strip().casefold() in _TRUE_WORDS
    if typecast and isinstance(value, int):
        value = bool(value)
    if not isinstance(value, bool):
        raise NoFitError
    return value or None


def to_date(value: Any, *, typecast: bool) -> str | None:
    """Return "YYYY-MM-DD" for such a text, or for the day in a longer ISO one."""
    if value == "":
        return None
    if not isinstance(value, str):
        raise NoFitError
    american = _AMERICAN.fullmatch(value.strip()) if typecast else None
    try:
        if american is not None:
            month, day, year = (int(part) for part in american.groups())
            return date(year, month, day).isoformat()
        return _moment(value, UTC).astimezone(UTC).date().isoformat()
    except (ValueError, OverflowError) as error:
        raise NoFitError from error


def to_moment(value: Any, zone: str) -> str | None:
    """
    Return an ISO text in UTC; one without a zone is read in the field's.

    Args:
        zone: The field's: "utc", "client" or an IANA name. "client" is read as UTC.
    """
    if value == "":
        return None
    if not isinstance(value, str):
        raise NoFitError
    try:
        return stamp(_moment(value, zone_of(zone)))
    except (ValueError, OverflowError) as error:
        raise NoFitError from error


def zone_of(name: str) -> tzinfo:
    """Return the time zone of a dateTime field; UTC for those we do not know."""
    if name in {"utc", "client", ""}:
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _moment(text: str, zone: tzinfo) -> datetime:
    if _DAY.match(text) is None:
        raise ValueError(text)
    found = datetime.fromisoformat(text)
    return found if found.tzinfo is not None else found.replace(tzinfo=zone)


def _number_in(text: str) -> float:
    tidy = text.strip().replace(",", "").lstrip("$€£")
    share = tidy.endswith("%")
    try:
        found = float(tidy.rstrip("% "))
    except ValueError as error:
        raise NoFitError from error
    if share:
        return found / 100
    return int(found) if found == int(found) and "." not in tidy else found
