"""The cadences of a team, and what becomes of each of their runs."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.cadences import (
    ALL,
    ARCHITECTURE_REVIEW,
    END_OF_DAY,
    GAP_ASSESSMENT,
    PHASE_REVIEW,
    cadences,
    decide,
    ran,
    read_job,
)
from bot.domain.calendar import due_slots, upcoming
from bot.domain.plan import Workspace
from bot.domain.runs import RunState
from bot.domain.team import Pause, Team
from bot.errors import UserError

WORKSPACE = Workspace(id="W1", zone="Europe/Berlin")
NINE = datetime(2025, 11, 17, 8, 0, tzinfo=UTC)
START = datetime(2026, 5, 20, tzinfo=UTC)


def pause(job, first, last, reason="moving house"):
    return Pause(key="P", job=job, first=first, last=last, reason=reason, by="U1", at=NINE)


def dates(job, team, days=40):
    (schedule,) = [each for each in cadences(WORKSPACE, team) if each.job == job]
    return [slot.local_date.isoformat() for slot in upcoming(schedule, start=START, days=days)]


def test_without_an_anchor_there_is_no_phase_review():
    jobs = [each.job for each in cadences(WORKSPACE, Team(review_anchor=""))]

    assert jobs == [GAP_ASSESSMENT, ARCHITECTURE_REVIEW]


def test_a_team_that_has_set_nothing_reviews_its_phases_every_other_friday():
    assert dates(PHASE_REVIEW, Team()) == ["2026-05-22", "2026-06-05", "2026-06-19"]


def test_each_job_has_its_dates():
    team = Team(review_anchor="2025-11-21")

    assert dates(GAP_ASSESSMENT, team, 14) == ["2026-05-25", "2026-06-01"]
    assert dates(ARCHITECTURE_REVIEW, team) == ["2026-06-01"]
    assert dates(PHASE_REVIEW, team) == ["2026-05-22", "2026-06-05", "2026-06-19"]


def slots(weeks):
    weekly, *_ = cadences(WORKSPACE, Team())
    return due_slots(weekly, after=NINE - timedelta(weeks=weeks, hours=-1), until=NINE)


def test_of_several_missed_runs_the_newest_is_run():
    told = [one.skipped for one in decide(slots(3), GAP_ASSESSMENT, [])]

    assert told == ["missed; superseded by 2025-11-17"] * 2 + [""]


def test_a_pause_says_why_and_covers_its_days_only():
    pauses = [pause(GAP_ASSESSMENT, "2025-11-10", "2025-11-16")]

    told = [one.skipped for one in decide(slots(3), GAP_ASSESSMENT, pauses)]

    assert told == ["missed; superseded by 2025-11-17", "paused: moving house", ""]


def test_a_newest_run_that_is_paused_wakes_no_older_one():
    pauses = [pause(ALL, "2025-11-17", "2025-11-17", "")]

    told = [one.skipped for one in decide(slots(2), GAP_ASSESSMENT, pauses)]

    assert told == ["missed", "skipped once"]


@pytest.mark.parametrize(
    ("late_s", "state"), [(0, RunState.ON_TIME), (3600, RunState.ON_TIME), (3601, RunState.LATE)]
)
def test_a_run_more_than_an_hour_late_is_called_late(late_s, state):
    run = ran(GAP_ASSESSMENT, date(2025, 11, 17), due=NINE, now=NINE + timedelta(seconds=late_s))

    assert (run.state, run.late_s) == (state, late_s)


@pytest.mark.parametrize(
    ("typed", "job", "rest"),
    [
        ("gap assessment release week", GAP_ASSESSMENT, "release week"),
        ("Gaps", GAP_ASSESSMENT, ""),
        ("architecture review x", ARCHITECTURE_REVIEW, "x"),
        ("phase until Monday x", PHASE_REVIEW, "until Monday x"),
        ("end of day until Monday", END_OF_DAY, "until Monday"),
        ("all migration", ALL, "migration"),
    ],
)
def test_a_cadence_is_called_by_its_name(typed, job, rest):
    assert read_job(typed) == (job, rest)


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "Which one"), ("gapp assesment x", "gap assessment"), ("<!here>", "Which one")],
)
def test_no_such_cadence_is_answered_with_those_there_are(typed, said):
    with pytest.raises(UserError, match=said) as refused:
        read_job(typed)

    assert "phase review" in str(refused.value)
    assert "<" not in str(refused.value)
