"""Forecasts from completions: what they need, what they say, and how often they are right."""

import csv
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest

from bot.analysis.forecast import backtest, backtest_pits, forecast
from bot.domain.forecast import LEVELS, NEVER_DAYS, Forecast, NotEnough, accuracy, pit

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def steady(per_week: float, weeks: int, seed: int = 3) -> list[datetime]:
    """Return completions of a team that keeps its pace, at random moments of the past weeks."""
    rng = np.random.default_rng(seed)
    ages = rng.uniform(0, weeks, rng.poisson(per_week * weeks))
    return [NOW - timedelta(weeks=float(age)) for age in ages]


def made(*args, **kwargs) -> Forecast:
    result = forecast(*args, now=NOW, **kwargs)
    assert isinstance(result, Forecast)
    return result


def test_too_little_history_is_said_with_its_count():
    done_at = [NOW - timedelta(days=10 * n + 1) for n in range(3)]

    result = forecast(done_at, 8, now=NOW)

    assert result == NotEnough(found=3, needed=13)
    assert result.text == "not enough data (3 of 13 completions in the last 26 weeks)"


def test_completions_of_last_year_do_not_count_as_history():
    done_at = [NOW - timedelta(weeks=27, days=n) for n in range(40)]

    assert forecast(done_at, 8, now=NOW) == NotEnough(found=0)


def test_nothing_left_is_done_already_without_any_history():
    result = forecast([], 0, now=NOW)

    assert isinstance(result, Forecast)
    assert result.done
    assert result.scope.p95 == NOW


def test_fewer_than_no_tasks_are_refused():
    with pytest.raises(ValueError, match="fewer than none"):
        forecast([], -1, now=NOW)


def test_the_quantiles_rise_and_hold_the_plain_answer():
    result = made(steady(4, 40), 20)

    assert list(result.scope.days) == sorted(result.scope.days)
    assert list(result.runs) == sorted(result.runs)
    assert len(result.runs) == 99
    assert result.scope.days[0] < 35 < result.scope.days[-1]  # five weeks at four a week
    assert result.rate_per_week == pytest.approx(4, rel=0.3)


@pytest.mark.parametrize("remaining", [2, 30])
def test_a_longer_history_gives_a_narrower_answer(remaining):
    short = made([at for at in steady(5, 52) if NOW - at < timedelta(weeks=5)], remaining)
    long = made(steady(5, 52), remaining)

    def width(of: Forecast) -> float:
        return (of.scope.days_at(0.95) - of.scope.days_at(0.05)) / of.scope.days_at(0.50)

    assert width(long) < width(short)


def test_a_young_project_is_not_slowed_by_the_weeks_before_it():
    assert made(steady(5, 6), 20).rate_per_week > 3


def test_more_tasks_take_longer():
    done_at = steady(4, 40)

    p85 = [made(done_at, remaining).scope.days_at(0.85) for remaining in (3, 10, 30, 100)]

    assert p85 == sorted(p85)


def test_the_same_history_gives_the_same_forecast_in_any_order_and_zone():
    done_at = steady(4, 40)
    elsewhere = [at.astimezone(timezone(timedelta(hours=11))) for at in reversed(done_at)]

    assert made(done_at, 20) == made(elsewhere, 20)


def test_what_is_dated_after_now_is_not_looked_at():
    done_at = steady(4, 40)

    assert made([*done_at, NOW, NOW + timedelta(days=3)], 20) == made(done_at, 20)


def test_a_handful_of_tasks_waits_for_the_weekend_to_pass():
    weekdays = [at for at in steady(30, 30) if at.weekday() < 5]
    friday, monday = NOW - timedelta(days=2, hours=9), NOW - timedelta(hours=8)

    def p50(now: datetime) -> float:
        result = forecast([at for at in weekdays if at < now], 3, now=now)
        assert isinstance(result, Forecast)
        return result.scope.days_at(0.50)

    assert p50(friday) > p50(monday) + 1


def test_a_project_without_movement_may_never_end():
    done_at = [NOW - timedelta(weeks=20, hours=n) for n in range(13)]

    result = made(done_at, 5_000)

    assert result.scope.days_at(0.95) == NEVER_DAYS
    assert result.scope.p95 is None


def test_only_twenty_resolved_forecasts_correct_the_next():
    done_at = steady(4, 40)

    nineteen = made(done_at, 20, pits=[0.99] * 19)
    twenty = made(done_at, 20, pits=[0.99] * 20)

    assert nineteen.scope == made(done_at, 20).scope
    assert nineteen.recalibrated_by == 0
    assert twenty.recalibrated_by == 20
    assert twenty.scope.days_at(0.50) > nineteen.scope.days_at(0.50)
    assert twenty.runs == nineteen.runs


def test_truths_that_were_spread_as_stated_correct_nothing():
    even = [(number + 0.5) / 200 for number in range(200)]

    plain, corrected = made(steady(4, 40), 20), made(steady(4, 40), 20, pits=even)

    assert corrected.scope.days == pytest.approx(plain.scope.days, rel=0.05)


def test_a_record_of_early_ends_brings_late_dates_forward_by_half_at_most():
    done_at = steady(13, 40)
    early = [number / 100 for number in range(50)] * 20

    plain, corrected = made(done_at, 90), made(done_at, 90, pits=early)

    assert corrected.scope.days_at(0.50) < plain.scope.days_at(0.50)
    assert np.quantile(plain.runs, 0.55) < corrected.scope.days_at(0.85) < plain.scope.days_at(0.85)


def test_growth_ends_later_than_todays_scope():
    done_at = steady(4, 40)
    imported = [NOW - timedelta(weeks=40)] * 150
    came_later = [NOW - timedelta(weeks=week) for week in range(1, 38)]

    result = made(done_at, 20, added_at=[*imported, *came_later])

    assert result.with_growth is not None
    pairs = zip(result.with_growth.days, result.scope.days, strict=True)
    assert all(grown >= plain for grown, plain in pairs)
    assert result.with_growth.days_at(0.50) > 1.1 * result.scope.days_at(0.50)


def test_the_tasks_a_plan_began_with_are_no_growth():
    began = [NOW - timedelta(weeks=40)] * 5_000

    result = made(steady(4, 40), 20, added_at=began)

    assert result.with_growth is not None
    assert result.with_growth.days_at(0.85) < 1.2 * result.scope.days_at(0.85)


@pytest.mark.parametrize("added_at", [None, (), [NOW - timedelta(days=2)]])
def test_growth_is_left_out_where_arrivals_are_not_known(added_at):
    assert made(steady(4, 40), 20, added_at=added_at).with_growth is None


def test_a_plan_that_grows_faster_than_it_shrinks_has_no_date():
    added_at = [NOW - timedelta(weeks=40), *(at + timedelta(days=1) for at in steady(9, 38))]

    result = made(steady(4, 40), 60, added_at=added_at)

    assert result.with_growth is not None
    assert result.with_growth.p50 is None


def test_the_fan_begins_with_what_is_left_and_falls_to_the_dates():
    result = made(steady(4, 40), 20)
    middle = [week.remaining[2] for week in result.fan]

    assert result.fan[0].remaining == (20.0,) * 5
    assert middle == sorted(middle, reverse=True)
    assert all(list(week.remaining) == sorted(week.remaining) for week in result.fan)
    assert result.scope.p50 is not None
    assert all((week.remaining[2] == 0) == (week.at >= result.scope.p50) for week in result.fan)


def test_a_backtest_knows_nothing_of_what_came_after():
    done_at = steady(5, 60)
    then = NOW - timedelta(weeks=20)

    at_once = [outcome for outcome in backtest(done_at, NOW) if outcome.resolved_at < then]
    back_then = backtest([at for at in done_at if at < then], then)

    assert at_once == list(back_then)
    assert len(at_once) > 20


def test_a_backtest_of_no_completions_is_empty():
    assert backtest_pits([], NOW) == ()


def test_the_truths_of_simulated_teams_fall_evenly_among_the_runs():
    pits = [
        value for seed in range(3) for value in backtest_pits(steady(6, 70, seed=seed + 10), NOW)
    ]

    assert np.quantile(pits, [0.25, 0.5, 0.75]) == pytest.approx([0.25, 0.5, 0.75], abs=0.2)
    assert np.mean([0.1 <= value <= 0.9 for value in pits]) == pytest.approx(0.85, abs=0.1)


def test_stored_quantiles_place_the_truth_as_the_runs_do():
    result = made(steady(13, 40), 90)

    places = [pit(result.runs, result.scope.days_at(level)) for level in LEVELS]

    assert places == pytest.approx(LEVELS, abs=0.011)


@pytest.fixture(scope="module")
def calcite(shared: Path) -> list[datetime]:
    with (shared / "data" / "forecasting" / "calcite.csv").open(encoding="utf-8") as lines:
        return [datetime.fromisoformat(row["done_at"]) for row in csv.DictReader(lines)]


def test_the_dates_of_a_real_project_are_met_as_stated(calcite):
    outcomes = backtest(calcite, calcite[-1])
    inside = [0.10 <= outcome.pit <= 0.90 for outcome in outcomes]
    result = accuracy(outcomes)

    assert 0.74 <= sum(inside) / len(inside) <= 0.90
    assert 0.82 <= result.promises_met / result.resolved <= 0.92
