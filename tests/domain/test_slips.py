"""Which stages push a phase past its date."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.slips import MITIGATIONS, Cause, StageOutlook, causes, is_at_risk, slip_drivers

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DUE = NOW + timedelta(days=28)


def stage(ref: str, p85_after_due: float | None = None, **facts) -> StageOutlook:
    p85 = None if p85_after_due is None else DUE + timedelta(days=p85_after_due)
    known = {"remaining": 8, "silent_days": 1, **facts}
    return StageOutlook(ref=ref, p85=p85, **known)


def test_the_stages_past_the_date_are_named_worst_first():
    stages = [stage("1.1", -3), stage("1.2", 4), stage("1.3", 9)]

    found = slip_drivers(stages, due=DUE, now=NOW)

    assert [(driver.ref, driver.slip_days) for driver in found] == [("1.3", 9), ("1.2", 4)]


def test_only_mending_the_worst_moves_the_phase_and_only_to_the_next():
    found = slip_drivers([stage("1.2", 4), stage("1.3", 9)], due=DUE, now=NOW)

    assert [driver.gain_days for driver in found] == [5, 0]


def test_a_single_late_stage_gains_all_of_its_slip():
    assert slip_drivers([stage("1.2", 4)], due=DUE, now=NOW)[0].gain_days == 4


def test_a_stage_that_never_ends_is_the_worst():
    stages = [stage("1.2", 400), stage("1.3", never=True)]

    assert [driver.ref for driver in slip_drivers(stages, due=DUE, now=NOW)] == ["1.3", "1.2"]


def test_an_overdue_stage_without_a_forecast_is_named_last():
    overdue = stage("1.1", planned_end=NOW - timedelta(days=1))

    found = slip_drivers([overdue, stage("1.2", 4)], due=DUE, now=NOW)

    assert [(driver.ref, driver.slip_days) for driver in found] == [("1.2", 4), ("1.1", None)]


def test_a_finished_stage_and_one_that_says_nothing_push_nothing():
    stages = [stage("1.1", 4, remaining=0), stage("1.2")]

    assert slip_drivers(stages, due=DUE, now=NOW) == ()


def test_a_stage_is_at_risk_when_it_misses_its_own_date():
    late = stage("1.1", -3, planned_end=DUE - timedelta(days=5))

    assert is_at_risk(late, now=NOW)
    assert not is_at_risk(replace(late, planned_end=DUE), now=NOW)
    assert not is_at_risk(replace(late, planned_end=None), now=NOW)
    assert not is_at_risk(replace(late, remaining=0), now=NOW)


def test_every_cause_is_found_and_has_something_to_do_about_it():
    bad = stage(
        "1.1",
        4,
        has_owner=False,
        has_estimate=False,
        silent_days=15,
        blocked_by=("ISS-004",),
        added_tasks=3,
        done_tasks=2,
        rate_per_week=1.9,
    )

    (driver,) = slip_drivers([bad], due=DUE, now=NOW)

    assert driver.causes == tuple(Cause)
    assert driver.mitigations == tuple(MITIGATIONS.values())


def test_a_stage_that_goes_well_has_no_cause():
    well = stage("1.1", 4, silent_days=14, added_tasks=2, done_tasks=2, rate_per_week=2.0)

    assert causes(well, due=DUE, now=NOW) == ()


def test_any_rate_is_too_slow_once_the_date_is_over():
    over = stage("1.1", 4, rate_per_week=100.0)

    assert causes(over, due=NOW, now=NOW) == (Cause.LOW_THROUGHPUT,)
