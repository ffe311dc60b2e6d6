"""
Every run of a year is accounted for, and none is doubled.

The suite lives through seven weeks that hold a change of clocks, Easter and Passover; the whole
year takes a minute or two: `BQX_WHOLE_YEAR=1 pytest -s tests/calendar`.
"""

import os
from collections import defaultdict
from datetime import date

import pytest

from bot.domain.cadences import (
    ARCHITECTURE_REVIEW,
    END_OF_DAY,
    GAP_ASSESSMENT,
    PHASE_REVIEW,
)
from bot.domain.runs import RunState
from tests.calendar.simulated_year import Simulation

pytestmark = pytest.mark.timeout(900)
WHOLE = bool(os.environ.get("BQX_WHOLE_YEAR"))


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    start, days = (date(2026, 1, 1), 365) if WHOLE else (date(2026, 3, 9), 49)
    simulation = Simulation(
        tmp_path_factory.mktemp("year"), seed=5, start=start, days=days, people=30
    )
    lived = simulation.run()
    # What a reader of the closing note wants to see: `pytest -s`.
    print(f"\n{days} days, {lived.sweeps:,} sweeps, {len(lived.runs):,} runs")  # noqa: T201
    print(", ".join(f"{what}: {times}" for what, times in sorted(lived.happened.items())))  # noqa: T201
    print(lived.table())  # noqa: T201
    return lived


def test_every_run_is_accounted_for_once(year):
    found = defaultdict(list)
    for run in year.runs:
        found[run.job, run.subject].append(run.local_date)

    assert {key: sorted(dates) for key, dates in found.items()} == {
        key: sorted(dates) for key, dates in year.owed.items() if dates
    }


def test_each_is_on_time_late_or_skipped_with_a_reason(year):
    assert all(run.reason for run in year.runs if run.state is RunState.SKIPPED)
    assert all(run.late_s > 3600 for run in year.runs if run.state is RunState.LATE)
    assert all(run.late_s <= 3600 for run in year.runs if run.state is RunState.ON_TIME)


def test_what_took_place_was_sent_once_and_nothing_else_was(year):
    def done(job):
        return [run for run in year.runs if run.job == job and run.state is not RunState.SKIPPED]

    assert set(year.sent.values()) == {1}
    assert set(year.sent) == {(run.subject, run.local_date) for run in done(END_OF_DAY)}
    assert set(year.posts.values()) == {1}
    assert set(year.posts) == {
        f"{run.job}:{run.local_date}"
        for job in (PHASE_REVIEW, ARCHITECTURE_REVIEW)
        for run in done(job)
    }
    assert year.reports == len(done(GAP_ASSESSMENT))


def test_the_year_had_something_of_everything(year):
    reasons = " ".join({run.reason for run in year.runs})

    for word in ("holiday", "away", "missed", "superseded", "merged", "nothing in progress"):
        assert word in reasons
    assert {run.state for run in year.runs} == set(RunState)
