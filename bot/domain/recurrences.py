"""On which dates a job recurs; what a date is worth on a calendar is said elsewhere."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

_FORTNIGHT = timedelta(weeks=2).days
_WEEK = timedelta(weeks=1).days


class Weekday(IntEnum):
    """A day of the week, by name: cron's numbers mean different days in different programs."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Weekly:
    """Once a week."""

    weekday: Weekday

    def falls_on(self, day: date) -> bool:
        """Whether it recurs on a date."""
        return day.weekday() == self.weekday


@dataclass(frozen=True, slots=True)
class EveryOtherWeek:
    """Every fourteen days, before and after one of them."""

    anchor: date

    def falls_on(self, day: date) -> bool:
        """Whether it recurs on a date."""
        return (day - self.anchor).days % _FORTNIGHT == 0


@dataclass(frozen=True, slots=True)
class FirstWeekday:
    """The first Monday (or another weekday) of each month."""

    weekday: Weekday

    def falls_on(self, day: date) -> bool:
        """Whether it recurs on a date."""
        return day.weekday() == self.weekday and day.day <= _WEEK


@dataclass(frozen=True, slots=True)
class DayOfMonth:
    """A day of each month, the last one where the month is shorter."""

    day: int

    def falls_on(self, day: date) -> bool:
        """Whether it recurs on a date."""
        return day.day == min(self.day, monthrange(day.year, day.month)[1])


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Every one of these days of the week, 0 is Monday."""

    days: tuple[int, ...]

    def falls_on(self, day: date) -> bool:
        """Whether it recurs on a date."""
        return day.weekday() in self.days


Recurrence = Weekly | EveryOtherWeek | FirstWeekday | DayOfMonth | WorkingDays
