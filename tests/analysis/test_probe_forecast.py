"""When a counter reaches its total, and when that cannot be told."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.analysis.probe_forecast import probe_forecast
from bot.domain.forecast import NoMovement, NotEnough, ProbeForecast

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def read_daily(*counts: int, until: datetime = NOW) -> list[tuple[datetime, int]]:
    last = len(counts) - 1
    return [(until - timedelta(days=last - day), count) for day, count in enumerate(counts)]


def made(readings, total, **kwargs) -> ProbeForecast:
    result = probe_forecast(readings, total, now=NOW, **kwargs)
    assert isinstance(result, ProbeForecast)
    return result


def days(moment: datetime | None) -> float:
    assert moment is not None
    return (moment - NOW) / timedelta(days=1)


def test_a_steady_counter_ends_when_division_says():
    result = made(read_daily(*range(9, 130, 10)), 329)

    assert result.remaining == 200
    assert result.rate_per_day == pytest.approx(10, rel=0.05)
    assert days(result.p50) == pytest.approx(20, rel=0.05)
    assert days(result.p50) < days(result.p85) < 30


def test_an_uneven_counter_leaves_more_doubt_than_an_even_one():
    even = made(read_daily(*range(0, 130, 10)), 320)
    uneven = made(read_daily(0, 1, 2, 40, 41, 42, 43, 80, 81, 82, 83, 119, 120), 320)

    assert days(uneven.p85) - days(uneven.p50) > days(even.p85) - days(even.p50)


def test_two_rises_are_not_enough():
    result = probe_forecast(read_daily(3, 5, 5, 9), 336, now=NOW)

    assert result == NotEnough(found=2, needed=3, counted="rising readings")
    assert result.text == "not enough data (2 of 3 rising readings)"


def test_no_reading_at_all_is_not_enough():
    assert probe_forecast([], 336, now=NOW) == NotEnough(
        found=0, needed=3, counted="rising readings"
    )


def test_a_counter_that_falls_begins_anew():
    before = read_daily(*range(0, 300, 10), until=NOW - timedelta(days=6))
    after = read_daily(4, 8, 12, 16, 20, 24)

    assert made([*before, *after], 100) == made(after, 100)


def test_a_counter_that_just_began_anew_has_too_few_readings():
    result = probe_forecast(read_daily(10, 20, 30, 40, 2, 4), 100, now=NOW)

    assert isinstance(result, NotEnough)
    assert result.found == 1


def test_a_counter_that_stands_still_has_no_end():
    result = probe_forecast(read_daily(10, 20, 30, 40, 40, 40, 40), 100, now=NOW)

    assert result == NoMovement(since=NOW - timedelta(days=3))
    assert result.text == "no movement since 2026-02-27"


def test_a_night_is_no_standstill():
    hours = (0, 1, 2, 3, 24, 25, 26, 27, 40)
    counts = (0, 5, 10, 15, 16, 20, 25, 30, 30)
    start = NOW - timedelta(hours=40)
    readings = [(start + timedelta(hours=h), c) for h, c in zip(hours, counts, strict=True)]

    assert made(readings, 60).remaining == 30


def test_a_counter_that_nobody_read_since_is_not_called_still():
    result = made(read_daily(10, 20, 30, 40, until=NOW - timedelta(days=9)), 400)

    assert result.as_of == NOW - timedelta(days=9)
    assert days(result.p50) == pytest.approx(27, abs=4)


def test_an_end_that_should_be_over_is_not_before_now():
    result = made(read_daily(10, 20, 30, 40, until=NOW - timedelta(days=9)), 50)

    assert result.p50 == NOW


def test_a_full_counter_is_done():
    result = made(read_daily(10, 336), 336)

    assert result.remaining == 0
    assert result.p85 == NOW


def test_a_growing_total_delays_the_end():
    readings = read_daily(*range(0, 130, 10))
    totals = read_daily(*range(260, 325, 5))

    assert days(made(readings, 320, totals=totals).p50) == pytest.approx(40, rel=0.1)


def test_a_total_that_grows_faster_than_the_counter_is_never_reached():
    result = made(read_daily(*range(0, 130, 10)), 500, totals=read_daily(*range(260, 521, 20)))

    assert result.p50 is None


def test_readings_in_any_order_and_those_to_come_change_nothing():
    readings = read_daily(*range(0, 130, 10))

    assert made([*reversed(readings), (NOW + timedelta(days=1), 5)], 320) == made(readings, 320)
