"""Work calendars: who works when, and where a run goes on a holiday."""

from datetime import UTC, date, datetime, time

import pytest

from bot.domain.calendar import Schedule, due_slots, next_slot
from bot.domain.recurrences import Weekday, Weekly
from bot.domain.workdays import ALWAYS, WorkCalendar, holidays_of
from bot.errors import UserError

WHIT_MONDAY = date(2026, 5, 25)
GERMANY = WorkCalendar(country="DE")
ISRAEL = WorkCalendar(work_days=(6, 0, 1, 2, 3), country="IL")


def test_holidays_are_those_of_the_country_and_its_part():
    assert holidays_of("DE", 2026)[WHIT_MONDAY] == "Pfingstmontag"
    assert date(2026, 3, 8) not in holidays_of("DE", 2026)
    assert date(2026, 3, 8) in holidays_of("de-be", 2026)
    assert holidays_of("DE", 2026) is holidays_of("DE", 2026)


@pytest.mark.parametrize("typed", ["XX", "DE-QQ", "", "country_holidays", "<!channel>", "D" * 400])
def test_an_unknown_country_is_refused_with_some_that_are_known(typed):
    with pytest.raises(UserError, match="DE-BE") as refused:
        holidays_of(typed, 2026)

    assert "<" not in str(refused.value)


@pytest.mark.parametrize(
    ("calendar", "day", "placed", "reason"),
    [
        (GERMANY, date(2026, 5, 18), date(2026, 5, 18), ""),
        (GERMANY, WHIT_MONDAY, date(2026, 5, 26), "moved from Mon 25 May: Pfingstmontag"),
        # Christmas: Friday, and the weekend behind it.
        (GERMANY, date(2026, 12, 25), None, "Erster Weihnachtstag, and no working day"),
        (GERMANY, date(2026, 4, 3), None, "Karfreitag, and no working day of the week is left"),
        (ISRAEL, date(2026, 5, 24), date(2026, 5, 24), ""),
        # A weekday on which nobody works, with none of its week after it: the nearest day.
        (
            ISRAEL,
            date(2026, 5, 29),
            date(2026, 5, 28),
            "moved from Fri 29 May: Friday is no working day",
        ),
        (
            WorkCalendar((0, 1, 2)),
            date(2026, 5, 29),
            date(2026, 5, 27),
            "moved from Fri 29 May: Friday is no working day",
        ),
        (
            WorkCalendar((1, 2, 3, 4, 5)),
            WHIT_MONDAY,
            date(2026, 5, 26),
            "moved from Mon 25 May: Monday is no working day",
        ),
        (WorkCalendar(()), WHIT_MONDAY, None, "Monday is no working day, and"),
        (ALWAYS, WHIT_MONDAY, WHIT_MONDAY, ""),
    ],
)
def test_a_run_goes_to_the_next_working_day_of_its_week(calendar, day, placed, reason):
    found, why = calendar.place(day)

    assert found == placed
    assert why.startswith(reason)
    assert bool(why) == bool(reason)


def mondays(calendar, zone="Europe/Berlin"):
    return Schedule(
        job="x", recurrence=Weekly(Weekday.MONDAY), at=time(9), zone=zone, calendar=calendar
    )


def test_a_moved_run_keeps_the_date_it_was_meant_for_and_happens_once():
    start, end = datetime(2026, 5, 24, tzinfo=UTC), datetime(2026, 5, 31, tzinfo=UTC)

    (slot,) = due_slots(mondays(GERMANY), after=start, until=end)

    assert (slot.key, slot.local_date) == ("x:2026-05-25", WHIT_MONDAY)
    assert slot.instant == datetime(2026, 5, 26, 7, tzinfo=UTC)
    assert slot.reason == "moved from Mon 25 May: Pfingstmontag"
    assert not slot.is_off
    assert due_slots(mondays(GERMANY), after=slot.instant, until=end) == []


def test_a_run_that_was_moved_to_a_day_before_its_own_is_due_on_that_day():
    fridays = Schedule(
        job="x",
        recurrence=Weekly(Weekday.FRIDAY),
        at=time(14),
        zone="Europe/Berlin",
        calendar=WorkCalendar((0, 1, 2)),
    )
    wednesday = datetime(2026, 5, 27, 12, tzinfo=UTC)

    (slot,) = due_slots(fridays, after=wednesday.replace(hour=11), until=wednesday)

    assert (slot.key, slot.instant) == ("x:2026-05-29", wednesday)
    assert next_slot(fridays, after=wednesday.replace(hour=11)).instant == wednesday
    assert due_slots(fridays, after=wednesday, until=wednesday.replace(day=31)) == []


def test_a_holiday_announced_on_the_day_moves_it_and_gives_no_second_key():
    nine = datetime(2026, 5, 25, 7, tzinfo=UTC)

    (before,) = due_slots(mondays(ALWAYS), after=nine.replace(hour=6), until=nine)
    (after,) = due_slots(mondays(GERMANY), after=nine, until=nine.replace(day=27))

    assert after.key == before.key


def test_a_run_without_a_working_day_left_says_so():
    fridays = Schedule(
        job="x",
        recurrence=Weekly(Weekday.FRIDAY),
        at=time(14),
        zone="Europe/Berlin",
        calendar=GERMANY,
    )

    slot = next_slot(fridays, after=datetime(2026, 12, 24, tzinfo=UTC))

    assert slot.is_off
    assert slot.local_date == date(2026, 12, 25)
    assert slot.instant == datetime(2026, 12, 25, 13, tzinfo=UTC)
