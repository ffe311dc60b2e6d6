"""Wall times in zones that behave badly, and which slots they make due."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import (
    Schedule,
    due_slots,
    next_slot,
    read_wall_time,
    read_zone,
    slot_instant,
    upcoming,
)
from bot.domain.recurrences import Weekday, Weekly
from bot.errors import UserError

MONDAYS_AT_NINE = Schedule(
    job="gap_digest", recurrence=Weekly(Weekday.MONDAY), at=time(9), zone="Europe/Berlin"
)
# A Monday, 09:00 in Berlin (winter).
NINE = datetime(2025, 11, 17, 8, 0, tzinfo=UTC)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        pytest.param(
            "Europe/Berlin", date(2025, 11, 17), time(9), "2025-11-17T09:00:00+01:00", id="plain"
        ),
        pytest.param(
            "Europe/Berlin", date(2027, 3, 28), time(2, 30), "2027-03-28T03:00:00+02:00", id="gap"
        ),
        pytest.param(
            "Europe/Berlin", date(2027, 10, 31), time(2, 30), "2027-10-31T02:30:00+02:00", id="fold"
        ),
        pytest.param(
            "America/Santiago",
            date(2027, 9, 5),
            time(0),
            "2027-09-05T01:00:00-03:00",
            id="gap-at-midnight",
        ),
        pytest.param(
            "Australia/Lord_Howe",
            date(2027, 10, 3),
            time(2, 15),
            "2027-10-03T02:30:00+11:00",
            id="half-hour-gap",
        ),
        pytest.param(
            "Antarctica/Troll",
            date(2027, 3, 28),
            time(1, 30),
            "2027-03-28T03:00:00+02:00",
            id="two-hour-gap",
        ),
        pytest.param("Pacific/Apia", date(2011, 12, 30), time(9), None, id="a-date-that-never-was"),
    ],
)
def test_a_wall_time_becomes_one_instant(zone, day, at, expected):
    instant = slot_instant(day, at, ZoneInfo(zone))

    assert instant == (datetime.fromisoformat(expected) if expected else None)


def test_a_slot_is_due_from_its_moment_on_and_not_before():
    before = due_slots(MONDAYS_AT_NINE, after=NINE - minutes(60), until=NINE - minutes(1))
    on_time = due_slots(MONDAYS_AT_NINE, after=NINE - minutes(60), until=NINE)

    assert before == []
    assert [(slot.key, slot.instant) for slot in on_time] == [("gap_digest:2025-11-17", NINE)]


def test_a_slot_handed_over_is_not_due_again():
    assert due_slots(MONDAYS_AT_NINE, after=NINE, until=NINE + timedelta(days=6)) == []


def test_every_missed_week_is_due_the_oldest_first():
    slots = due_slots(
        MONDAYS_AT_NINE, after=NINE - timedelta(weeks=2), until=NINE + timedelta(days=2)
    )

    assert [slot.key for slot in slots] == ["gap_digest:2025-11-10", "gap_digest:2025-11-17"]


@pytest.mark.parametrize("moved_to", [time(8), time(10)])
def test_moving_the_hour_on_the_day_gives_the_same_key(moved_to):
    moved = Schedule(
        job="gap_digest", recurrence=Weekly(Weekday.MONDAY), at=moved_to, zone="Europe/Berlin"
    )

    (before,) = due_slots(MONDAYS_AT_NINE, after=NINE - minutes(5), until=NINE)
    (after,) = due_slots(moved, after=NINE - timedelta(days=1), until=NINE + minutes(120))

    assert after.key == before.key


def test_moving_the_zone_on_the_day_gives_the_same_key():
    moved = Schedule(
        job="gap_digest", recurrence=Weekly(Weekday.MONDAY), at=time(9), zone="America/New_York"
    )

    (again,) = due_slots(moved, after=NINE, until=NINE + timedelta(hours=8))

    assert again.key == "gap_digest:2025-11-17"


def test_a_slot_belongs_to_the_date_of_its_zone_and_not_of_greenwich():
    auckland = Schedule(
        job="x", recurrence=Weekly(Weekday.MONDAY), at=time(9), zone="Pacific/Auckland"
    )

    (slot,) = due_slots(auckland, after=NINE - timedelta(days=2), until=NINE)

    assert slot.instant == datetime(2025, 11, 16, 20, 0, tzinfo=UTC)
    assert slot.local_date == date(2025, 11, 17)


def test_a_week_whose_day_never_was_is_left_out():
    fridays = Schedule(job="x", recurrence=Weekly(Weekday.FRIDAY), at=time(9), zone="Pacific/Apia")
    start = datetime(2011, 12, 20, tzinfo=UTC)

    slots = upcoming(fridays, start=start, days=21)

    assert [slot.local_date for slot in slots] == [date(2011, 12, 23), date(2012, 1, 6)]


def test_a_missed_slot_before_a_day_that_never_was_is_still_found():
    fridays = Schedule(job="x", recurrence=Weekly(Weekday.FRIDAY), at=time(9), zone="Pacific/Apia")

    (slot,) = due_slots(
        fridays,
        after=datetime(2011, 12, 20, tzinfo=UTC),
        until=datetime(2011, 12, 31, tzinfo=UTC),
    )

    assert slot.local_date == date(2011, 12, 23)


def test_the_next_slot_is_later_than_the_moment_asked_about():
    slot = next_slot(MONDAYS_AT_NINE, after=NINE)

    assert slot.instant == NINE + timedelta(weeks=1)
    assert slot.late_s == 0


def test_upcoming_includes_its_start_and_not_its_end():
    slots = upcoming(MONDAYS_AT_NINE, start=NINE, days=14)

    assert [slot.instant for slot in slots] == [NINE, NINE + timedelta(weeks=1)]


@given(
    zone=st.sampled_from(
        [
            "Europe/Berlin",
            "America/New_York",
            "America/Santiago",
            "Australia/Lord_Howe",
            "Antarctica/Troll",
            "Pacific/Apia",
            "Pacific/Kiritimati",
            "Asia/Kathmandu",
            "UTC",
        ]
    ),
    weekday=st.sampled_from(Weekday),
    at=st.times(),
    start=st.datetimes(datetime(2009, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    steps=st.lists(st.integers(1, 60 * 24 * 9), min_size=1, max_size=30),
)
def test_sweeping_in_any_rhythm_gives_each_local_date_once(zone, weekday, at, start, steps):
    schedule = Schedule(job="x", recurrence=Weekly(weekday), at=at, zone=zone)
    cursor = now = start
    seen = []

    for step in steps:
        now += minutes(step)
        for slot in due_slots(schedule, after=cursor, until=now):
            seen.append(slot)
            cursor = slot.instant

    assert len({slot.key for slot in seen}) == len(seen)
    assert all(slot.local_date.weekday() == weekday for slot in seen)
    assert [slot.instant for slot in seen] == sorted(slot.instant for slot in seen)
    assert not due_slots(schedule, after=cursor, until=now)


@pytest.mark.parametrize("text", ["", "9", "09:0", "25:00", "09:60", "nine", "09:00:00", "-1:00"])
def test_what_is_no_time_of_day_is_refused_with_an_example(text):
    with pytest.raises(UserError, match=r"write it like 09:00"):
        read_wall_time(text)


@pytest.mark.parametrize(("text", "expected"), [("09:00", time(9)), (" 7:05 ", time(7, 5))])
def test_a_time_of_day_is_read(text, expected):
    assert read_wall_time(text) == expected


@pytest.mark.parametrize("name", ["", "Mars/Base", "../etc/passwd", "Europe", "a\0b", "x" * 500])
def test_an_unknown_zone_is_refused_with_an_example(name):
    with pytest.raises(UserError, match="Europe/Berlin"):
        read_zone(name)


def test_a_zone_renamed_in_the_database_is_still_known():
    assert slot_instant(date(2025, 6, 2), time(9), read_zone("Europe/Kiev")) == datetime(
        2025, 6, 2, 6, 0, tzinfo=UTC
    )
