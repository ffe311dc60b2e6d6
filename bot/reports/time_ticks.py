"""The few dates under a chart."""

from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo

_MOST = 5  # more do not fit beside each other on a phone
_WEEK_STEPS = (1, 2)
_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60)  # each starts at a January
_YEAR = 12


def time_ticks(begin: datetime, end: datetime, zone: tzinfo) -> list[tuple[datetime, str]]:
    """Return up to five Mondays, months or years of the zone in a stretch of time, and names."""
    for step in _WEEK_STEPS:
        mondays = [(at, f"{at.day} {at:%b}") for at in _mondays(begin, end, zone, step)]
        if len(mondays) <= _MOST:
            return mondays
    for months in _MONTH_STEPS:
        firsts = [(at, _month_words(at)) for at in _firsts(begin, end, zone, months)]
        if len(firsts) <= _MOST:
            return firsts
    return []


def _mondays(begin: datetime, end: datetime, zone: tzinfo, step: int) -> Iterator[datetime]:
    local = begin.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    at = local + timedelta(days=(7 - local.weekday()) % 7)
    while at <= end:
        if at >= begin:
            yield at
        at += timedelta(weeks=step)


def _firsts(begin: datetime, end: datetime, zone: tzinfo, step: int) -> Iterator[datetime]:
    first, last = begin.astimezone(zone), end.astimezone(zone)
    every = range(first.year * _YEAR, last.year * _YEAR + last.month, step)
    for year, month in (divmod(number - number % step, _YEAR) for number in every):
        at = datetime(year, month + 1, 1, tzinfo=zone)
        if begin <= at <= end:
            yield at


def _month_words(first: datetime) -> str:
    return f"{first.year}" if first.month == 1 else f"{first:%b}"
