"""Allowances of time in a team's working time: weekends, holidays, odd hours, changing clocks."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.team import Team
from bot.domain.working_time import WorkingTime, deadline, part_of, working_time_of
from bot.errors import UserError
from tests.conftest import MONDAY

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = frozenset(range(5))
OFFICE = WorkingTime(BERLIN, WEEK, time(9), time(17))
HOURS = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def berlin(text):
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        pytest.param("2025-11-17T14:00", 1, "2025-11-18T14:00", id="the next day"),
        pytest.param("2025-11-21T14:00", 1, "2025-11-24T14:00", id="over a weekend"),
        pytest.param("2025-11-21T20:00", 1, "2025-11-25T09:00", id="after hours begins on Monday"),
        pytest.param("2025-11-22T11:00", 1, "2025-11-25T09:00", id="on a Saturday"),
        pytest.param("2025-11-17T03:00", 1, "2025-11-18T09:00", id="before hours"),
        pytest.param("2025-11-17T14:00", 7, "2025-11-26T14:00", id="seven working days"),
        pytest.param("2025-10-24T10:00", 1, "2025-10-27T10:00", id="clocks go back meanwhile"),
        pytest.param("2025-03-28T10:00", 1, "2025-03-31T10:00", id="clocks go forward meanwhile"),
    ],
)
def test_a_day_of_an_allowance_is_a_working_day(start, days, end):
    assert deadline(berlin(start), days, OFFICE) == berlin(end)


def test_public_holidays_are_no_working_days():
    german = WorkingTime(BERLIN, WEEK, time(9), time(17), "DE")

    assert deadline(berlin("2025-12-24T12:00"), 1, german) == berlin("2025-12-29T12:00")


def test_a_part_of_a_country_has_holidays_of_its_own():
    """International Women's Day is a holiday in Berlin (DE-BE), and not in Bavaria."""
    friday = berlin("2027-03-05T12:00")
    in_berlin, in_bavaria = (
        WorkingTime(BERLIN, frozenset(range(7)), time(9), time(17), country)
        for country in ("DE-BE", "DE-BY")
    )

    assert deadline(friday, 3, in_berlin) == berlin("2027-03-09T12:00")
    assert deadline(friday, 3, in_bavaria) == berlin("2027-03-08T12:00")


@pytest.mark.parametrize("country", ["XX", "DE-XX"])
def test_an_unknown_country_is_refused_and_not_guessed(country):
    odd = WorkingTime(BERLIN, WEEK, time(9), time(17), country)

    with pytest.raises(UserError, match="no public holidays"):
        deadline(berlin("2025-12-24T12:00"), 1, odd)


def test_on_the_clock_a_day_is_24_hours():
    start = berlin("2025-10-25T12:00")

    assert deadline(start, 1, None) == start + 24 * HOURS


def test_a_team_that_never_works_is_counted_on_the_clock():
    idle = WorkingTime(BERLIN, frozenset(), time(9), time(17))

    assert deadline(berlin("2025-11-17T14:00"), 1, idle) == berlin("2025-11-18T14:00")


def test_a_night_shift_goes_over_midnight():
    night = WorkingTime(BERLIN, WEEK, time(22), time(6))

    # Friday's shift ends on Saturday at 06:00; the next one begins on Monday evening.
    assert deadline(berlin("2025-11-22T02:00"), 1, night) == berlin("2025-11-25T02:00")


@pytest.mark.parametrize(
    ("start", "end", "part", "expected"),
    [
        ("2025-11-17T09:00", "2025-11-18T09:00", 0.75, "2025-11-17T15:00"),
        ("2025-11-21T14:00", "2025-11-24T14:00", 0.75, "2025-11-24T12:00"),
        ("2025-11-22T11:00", "2025-11-25T09:00", 0.5, "2025-11-24T13:00"),
    ],
)
def test_a_part_of_the_time_is_counted_alike(start, end, part, expected):
    assert part_of(berlin(start), berlin(end), part, OFFICE) == berlin(expected)


@given(
    start=st.integers(0, 3 * 365 * 24 * 60).map(lambda at: MONDAY + at * MINUTE),
    days=st.integers(1, 7),
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Apia"]),
)
def test_working_time_is_never_shorter_than_the_clock(start, days, zone):
    working = WorkingTime(ZoneInfo(zone), WEEK, time(9), time(17), "US")

    end = deadline(start, days, working)

    # One hour less is a day on which the clocks go forward.
    assert end - start >= timedelta(days=days) - HOURS
    near = part_of(start, end, 0.75, working)
    assert start <= near <= end


def test_a_team_says_when_it_works():
    found = working_time_of(Team(work_days=(0, 6), work_to="15:30", country="IL"), "Asia/Jerusalem")

    assert (found.days, found.ends, found.country) == (frozenset({0, 6}), time(15, 30), "IL")
