"""What a forecast's values say, and how forecasts are graded."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.forecast import (
    LEVELS,
    NEVER_DAYS,
    Forecast,
    NotEnough,
    Outcome,
    Span,
    accuracy,
    pit,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def outcome(*, actual: float, estimated: float = 10, promised: float = 15) -> Outcome:
    return Outcome(
        made_at=NOW,
        resolved_at=NOW + timedelta(days=actual),
        estimated_days=estimated,
        promised_days=promised,
        pit=0.5,
    )


def test_dates_are_counted_from_the_moment_of_the_forecast():
    span = Span(made_at=NOW, days=(1, 2, 3, 4, 5, 6, 7, 8, NEVER_DAYS))

    assert span.p50 == NOW + timedelta(days=5)
    assert span.p85 == NOW + timedelta(days=7)
    assert span.p95 is None


def test_a_forecast_says_whether_its_own_record_corrected_it():
    span = Span(made_at=NOW, days=(1.0,) * len(LEVELS))
    plain = Forecast(made_at=NOW, remaining=3, scope=span)
    corrected = Forecast(made_at=NOW, remaining=3, scope=span, recalibrated_by=23)

    assert plain.calibration_text.startswith("not corrected yet (fewer than 20")
    assert corrected.calibration_text == "corrected by 23 earlier forecasts of this project"


def test_not_enough_data_names_what_was_found_and_needed():
    assert NotEnough(found=3).text == "not enough data (3 of 13 completions in the last 26 weeks)"


@pytest.mark.parametrize(("actual", "share"), [(0, 0.005), (49.5, 0.495), (200, 0.995)])
def test_a_pit_lies_between_the_quantiles_around_the_truth(actual, share):
    assert pit(range(1, 100), actual) == pytest.approx(share)


def test_accuracy_is_the_middle_error_against_the_estimate():
    result = accuracy([outcome(actual=10), outcome(actual=12), outcome(actual=20)])

    assert result.error == pytest.approx(0.2)
    assert result.text == "of 3 P85 dates, 2 were met"


def test_one_promise_kept_is_said_in_the_singular():
    assert accuracy([outcome(actual=3)]).text == "of 1 P85 dates, 1 was met"


def test_an_estimate_of_no_time_has_no_error():
    assert accuracy([outcome(actual=3, estimated=0)]).error is None


def test_nothing_resolved_is_no_hit_rate():
    assert accuracy([]).text == "no P85 date has come due yet"
