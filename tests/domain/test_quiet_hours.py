"""Until when nothing is sent to somebody."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.own_time import zone_of
from bot.domain.people import Person
from bot.domain.plan import Member, Workspace
from bot.domain.quiet_hours import next_open_moment
from bot.domain.team import Team

WORKSPACE = Workspace(id="W1", zone="Europe/Berlin")
ANA = Member(id="U1", name="Ana", zone="Asia/Kolkata")


def opens(now, *, zone=None, start=None, end=None, member=ANA, team=None):
    person = Person(key="U1", zone=zone, quiet_from=start, quiet_to=end)
    moment = datetime.fromisoformat(now).astimezone(UTC)
    return next_open_moment(person, team or Team(), member, WORKSPACE, moment)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-03-10T12:00:00+05:30", "2026-03-10T12:00:00+05:30"),
        ("2026-03-10T18:59:00+05:30", "2026-03-10T18:59:00+05:30"),
        ("2026-03-10T19:00:00+05:30", "2026-03-11T08:00:00+05:30"),
        ("2026-03-10T23:30:00+05:30", "2026-03-11T08:00:00+05:30"),
        ("2026-03-11T03:00:00+05:30", "2026-03-11T08:00:00+05:30"),
        ("2026-03-11T08:00:00+05:30", "2026-03-11T08:00:00+05:30"),
    ],
)
def test_the_teams_hours_hold_in_the_persons_own_zone(now, expected):
    assert opens(now) == datetime.fromisoformat(expected)


def test_a_window_within_a_day_ends_on_that_day():
    moment = opens("2026-03-10T13:00:00+05:30", start="12:00", end="14:00")

    assert moment == datetime.fromisoformat("2026-03-10T14:00:00+05:30")


@pytest.mark.parametrize(
    ("start", "end"), [("08:00", "08:00"), ("00:00", "00:00"), ("", "08:00"), ("19:00", "")]
)
def test_no_window_and_a_window_of_a_whole_day_are_none(start, end):
    now = "2026-03-10T23:00:00+05:30"

    assert opens(now, start=start, end=end) == datetime.fromisoformat(now)


@pytest.mark.parametrize(
    ("now", "end", "expected"),
    [
        # Berlin springs forward at 02:00 and falls back at 03:00.
        ("2027-03-28T01:30:00+01:00", "02:30", "2027-03-28T03:00:00+02:00"),
        ("2027-03-27T23:30:00+01:00", "08:00", "2027-03-28T08:00:00+02:00"),
        ("2027-10-31T02:10:00+02:00", "02:30", "2027-10-31T02:30:00+02:00"),
        ("2027-10-31T02:10:00+01:00", "02:30", "2027-10-31T02:10:00+01:00"),
    ],
)
def test_the_change_of_clocks_neither_loses_nor_doubles_an_hour(now, end, expected):
    moment = opens(now, zone="Europe/Berlin", start="22:00", end=end)

    assert moment == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    ("zone", "now", "end", "expected"),
    [
        # Beirut had no midnight on 2021-03-28, São Paulo none on 2018-11-04.
        ("Asia/Beirut", "2021-03-27T23:00:00+02:00", "00:00", "2021-03-28T01:00:00+03:00"),
        ("America/Sao_Paulo", "2018-11-03T23:00:00-03:00", "00:30", "2018-11-04T01:00:00-02:00"),
        # Apia had no 30 December 2011 at all.
        ("Pacific/Apia", "2011-12-29T22:00:00-10:00", "08:00", "2011-12-31T08:00:00+14:00"),
    ],
)
def test_zones_that_skip_midnight_or_a_day_open_at_the_next_moment_there_is(
    zone, now, end, expected
):
    assert opens(now, zone=zone, start="20:00", end=end) == datetime.fromisoformat(expected)


def test_an_unknown_zone_falls_back_on_the_workspaces():
    nobody = Member(id="U2", name="Ben", zone="Mars/Base")

    assert zone_of(Person(key="U2", zone="x"), nobody, WORKSPACE).key == "Europe/Berlin"
    assert zone_of(Person(key="U3"), None, Workspace(id="W", zone="?")).key == "UTC"


@given(
    zone=st.sampled_from(
        ["Europe/Berlin", "Asia/Kolkata", "America/Sao_Paulo", "Pacific/Apia", "Asia/Beirut"]
    ),
    start=st.times(),
    end=st.times(),
    now=st.datetimes(datetime(2010, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_it_opens_within_two_days_and_stays_open_there(zone, start, end, now):
    person = Person(key="U1", zone=zone, quiet_from=f"{start:%H:%M}", quiet_to=f"{end:%H:%M}")

    moment = next_open_moment(person, Team(), None, WORKSPACE, now)

    assert now <= moment <= now + timedelta(days=2, hours=3)
    assert next_open_moment(person, Team(), None, WORKSPACE, moment) == moment
