"""On which dates each kind of recurrence falls."""

from datetime import date, timedelta

import pytest

from bot.domain.recurrences import (
    DayOfMonth,
    EveryOtherWeek,
    FirstWeekday,
    Weekday,
    Weekly,
    WorkingDays,
)

NEW_YEAR = date(2026, 1, 1)
YEAR = [NEW_YEAR + timedelta(days=n) for n in range(365)]


def falls(recurrence):
    return [day for day in YEAR if recurrence.falls_on(day)]


@pytest.mark.parametrize(
    ("recurrence", "count", "first"),
    [
        (Weekly(Weekday.MONDAY), 52, date(2026, 1, 5)),
        (EveryOtherWeek(date(2025, 11, 21)), 26, date(2026, 1, 2)),
        (EveryOtherWeek(date(2026, 12, 18)), 26, date(2026, 1, 2)),
        (FirstWeekday(Weekday.MONDAY), 12, date(2026, 1, 5)),
        (DayOfMonth(15), 12, date(2026, 1, 15)),
        (WorkingDays((0, 1, 2, 3, 4)), 261, date(2026, 1, 1)),
        (WorkingDays(()), 0, None),
    ],
)
def test_a_year_has_so_many_of_them(recurrence, count, first):
    days = falls(recurrence)

    assert len(days) == count
    assert next(iter(days), None) == first


def test_a_month_without_that_day_has_its_last_one():
    days = falls(DayOfMonth(31))

    assert [day.day for day in days][:4] == [31, 28, 31, 30]
    assert len(days) == 12


def test_first_mondays_lie_in_the_first_week():
    assert {day.day <= 7 for day in falls(FirstWeekday(Weekday.MONDAY))} == {True}
