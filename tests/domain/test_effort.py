"""Effort values, and the working time that commits suggest."""

import math
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.domain.effort import (
    Basis,
    Estimate,
    Finished,
    SelfCheck,
    actual_work,
)

NINE = datetime(2025, 11, 17, 9, 0, tzinfo=UTC)


def at(*minutes: float) -> list[datetime]:
    return [NINE + timedelta(minutes=after) for after in minutes]


def minutes_of(**times):
    work = actual_work(times)
    assert work is not None
    return work.minutes


def test_one_commit_is_its_lead_in():
    work = actual_work({"ada": at(0)})

    assert work is not None
    assert (work.minutes, work.commits, work.sessions, work.authors) == (30, 1, 1, 1)


def test_commits_up_to_two_hours_apart_are_one_session():
    assert minutes_of(ada=at(0, 120)) == 30 + 120


def test_a_longer_pause_begins_a_new_session():
    assert minutes_of(ada=at(0, 121)) == 30 + 30


def test_commits_of_the_same_second_add_nothing():
    assert minutes_of(ada=at(0, 0, 0)) == 30


def test_the_order_of_commits_does_not_matter():
    assert minutes_of(ada=at(300, 0, 60, 330)) == minutes_of(ada=at(0, 60, 300, 330)) == 150


def test_zones_are_compared_by_the_moment_they_name():
    elsewhere = (NINE + timedelta(minutes=60)).astimezone(timezone(timedelta(hours=-8)))

    assert minutes_of(ada=[elsewhere, NINE]) == 90


def test_each_authors_sessions_are_summed():
    work = actual_work({"ada": at(0, 60), "ben": at(30), "cyd": []})

    assert work is not None
    assert (work.minutes, work.sessions, work.authors) == (90 + 30, 2, 2)
    assert "by 2 people" in work.reasoning


@pytest.mark.parametrize(("last", "minutes"), [(7, 30), (7.5, 45), (22, 45), (23, 60)])
def test_work_is_rounded_to_the_nearest_quarter_of_an_hour(last, minutes):
    assert minutes_of(ada=at(0, last)) == minutes


def test_a_commit_of_an_impossible_date_is_a_session_of_its_own():
    odd = [
        datetime.min.replace(tzinfo=UTC),
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime.max.replace(tzinfo=UTC),
    ]

    assert minutes_of(ada=[odd[2], NINE, odd[0], odd[1]]) == 4 * 30


def test_no_commits_suggest_nothing():
    assert actual_work({}) is None
    assert actual_work({"ada": []}) is None


def test_the_reasoning_tells_what_was_counted_and_that_it_is_a_lower_bound():
    work = actual_work({"ada": at(0, 60, 300)})

    assert work is not None
    assert work.reasoning == (
        "About 2 h, from 3 commits in 2 sessions: commits at most 2 hours apart are one session,"
        " and 30 minutes are added before each session's first commit. Work that left no commit is"
        " not in it, so take it as a lower bound."
    )


def test_the_reasoning_of_a_single_commit_reads_as_singular():
    work = actual_work({"ada": at(0)})

    assert work is not None
    assert work.reasoning.startswith("About 0.5 h, from 1 commit in 1 session:")
    assert "before the first commit" in work.reasoning


@pytest.mark.parametrize("effort", [-1.0, math.nan, math.inf])
def test_an_effort_is_an_amount(effort):
    with pytest.raises(ValueError, match="is no effort"):
        Finished(key="TSK-1", title="Load the rates", effort=effort)


@pytest.mark.parametrize(("model", "wins"), [(1.9, True), (2.0, False), (2.1, False)])
def test_a_draw_with_the_median_is_no_win(model, wins):
    assert SelfCheck(mae_model=model, mae_median=2.0, n=40).beats_median is wins


@pytest.mark.parametrize(("basis", "beats"), [(Basis.NEIGHBOURS, True), (Basis.MEDIAN, False)])
def test_an_estimate_says_whether_it_beats_the_median(basis, beats):
    estimate = Estimate(
        p10=1, p50=2, p80=3, p90=4, similar=(), basis=basis, check=None, note="of a test"
    )

    assert estimate.beats_median is beats
