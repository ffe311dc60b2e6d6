"""Units of time: adding them, counting them, and telling whether two dates share one."""

import calendar
from datetime import datetime, timedelta

from bot.sandbox.airtable.formulas.values import FaultError

_MONTHS_A_YEAR = 12
_SHORT = {
    "ms": "millisecond",
    "s": "second",
    "m": "minute",
    "h": "hour",
    "d": "day",
    "w": "week",
    "M": "month",
    "Q": "quarter",
    "y": "year",
}
_LENGTHS = {
    "millisecond": timedelta(milliseconds=1),
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
_MONTHS = {"month": 1, "quarter": 3, "year": _MONTHS_A_YEAR}


def unit_named(written: str) -> str:
    """
    Return the unit a specifier names: "days", "day" and "d" are one.

    Raises:
        FaultError: There is no such unit. Airtable counts milliseconds then; here it shows.
    """
    name = _SHORT.get(written) or written.lower().removesuffix("s")
    if name not in _LENGTHS and name not in _MONTHS:
        raise FaultError
    return name


def added(start: datetime, count: float, unit: str) -> datetime:
    """
    Return the date so many units later; a day the month lacks becomes its last.

    Raises:
        FaultError: There is no such date.
    """
    if unit in _LENGTHS:
        return start + count * _LENGTHS[unit]
    return _months_later(start, int(count) * _MONTHS[unit])


def _months_later(start: datetime, months: int) -> datetime:
    total = start.year * _MONTHS_A_YEAR + start.month - 1 + months
    year, month = divmod(total, _MONTHS_A_YEAR)
    try:
        last_day = calendar.monthrange(year, month + 1)[1]
        return start.replace(year=year, month=month + 1, day=min(start.day, last_day))
    except ValueError as error:
        raise FaultError from error


def elapsed(start: datetime, end: datetime, unit: str) -> float:
    """Return how many whole units lie between two dates; negative if the end comes first."""
    if unit in _LENGTHS:
        return float(abs(end - start) // _LENGTHS[unit] * (1 if end >= start else -1))
    earlier, later = sorted((start, end))
    months = (later.year - earlier.year) * _MONTHS_A_YEAR + later.month - earlier.month
    if _months_later(earlier, months) > later:
        months -= 1
    return float(months // _MONTHS[unit] * (1 if end >= start else -1))


def beginning(moment: datetime, unit: str) -> datetime:
    """Return when the unit the moment lies in began; weeks begin on Sunday."""
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "week":
        return day - timedelta(days=moment.isoweekday() % 7)
    if unit in _LENGTHS:
        return day + (moment - day) // _LENGTHS[unit] * _LENGTHS[unit]
    months = _MONTHS[unit]
    return day.replace(month=(moment.month - 1) // months * months + 1, day=1)
