"""Forecasts of a plan: made from throughput or one counter, kept, and scored when they resolve."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.assessment import PlanSnapshot
from bot.domain.evidence import CounterReading, KeptForecast
from bot.domain.plan import Phase, Stage, Status, Task, Workspace
from bot.usecases.forecast_work import Forecasts, forecast_work
from tests.conftest import MONDAY

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
NEW_YORK = Workspace(id="W1", name="BQX", zone="America/New_York")
PHASE = Phase(key="PH-1", ref="2", name="Two")
STAGE = Stage(
    key="STG-1",
    ref="2.1",
    name="Backfill",
    status=Status.IN_PROGRESS,
    phase_key="PH-1",
    owner_id="U0ANA",
    started_at=MONDAY - 40 * DAY,
    last_progress_at=MONDAY - DAY,
)


def tasks(done: int, left: int, *, stage_key: str = "STG-1", every=2 * DAY) -> tuple[Task, ...]:
    """Tasks of which one was finished every other day until yesterday."""
    finished = (
        Task(
            key=f"DONE-{n}",
            title=f"Done {n}",
            stage_key=stage_key,
            status=Status.COMPLETE,
            created_at=MONDAY - 200 * DAY,
            completed_at=MONDAY - DAY - n * every,
        )
        for n in range(done)
    )
    open_ones = (
        Task(key=f"OPEN-{n}", title=f"Open {n}", stage_key=stage_key, created_at=MONDAY - 200 * DAY)
        for n in range(left)
    )
    return (*finished, *open_ones)


def reading(done, *, days_ago, probe="log", total=336, stage="STG-1", **more) -> CounterReading:
    at = MONDAY - days_ago * DAY
    return CounterReading(
        key=f"{probe}@{at.isoformat()}",
        probe=probe,
        stage_key=stage,
        read_at=at,
        **{"fraction": done / (total or 336), "done": done, "total": total, **more},
    )


def forecasts(*readings, kept=(), now=MONDAY, workspace=NEW_YORK, **plan) -> Forecasts:
    snapshot = PlanSnapshot(workspace=workspace, **plan)
    found = forecast_work(snapshot, readings, kept, now=now)
    json.dumps(found.chart)  # what a report freezes is plain
    return found


def fact(found: Forecasts, key: str):
    return next(one for one in found.facts if one.record_key == key)


def kept_forecast(key="STG-1", kind="stage", *, remaining=1, days_ago=20, **more) -> KeptForecast:
    made = MONDAY - days_ago * DAY
    return KeptForecast(
        key=f"{kind}:{key}:{made.isoformat()}",
        record_kind=kind,
        record_key=key,
        made_at=made,
        method="throughput",
        remaining=remaining,
        **{
            "p50_at": made + 10 * DAY,
            "p85_at": made + 15 * DAY,
            "quantiles_days": tuple(n / 5 for n in range(1, 100)),
            **more,
        },
    )


# What is said of a plan


def test_too_few_completions_are_said_instead_of_a_number():
    found = forecasts(phases=(PHASE,), stages=(STAGE,), tasks=tasks(3, 10))

    for one in found.facts:
        assert one.text == "not enough data (3 of 13 completions in the last 26 weeks)"
        assert (one.p50, one.p85, one.rate) == ("", "", "")
    assert (found.kept, found.at_risk, dict(found.chart)) == ((), (), {})
    assert (found.calibration, found.errors) == ("", ())


def test_project_phase_and_stage_are_forecast_where_enough_was_done():
    found = forecasts(phases=(PHASE,), stages=(STAGE,), tasks=tasks(20, 10))

    assert [(one.record_kind, one.name, one.remaining) for one in found.facts] == [
        ("project", "BQX", 10),
        ("phase", "Phase 2", 10),
        ("stage", "Stage 2.1 “Backfill”", 10),
    ]
    for one in found.facts:
        assert "2025-11-17" < one.p50 <= one.p85
        assert one.rate.startswith(("3.", "4.", "2."))
        assert "tasks/week" in one.rate
    assert [one.record_key for one in found.kept] == ["W1", "PH-1", "STG-1"]
    assert all(len(one.quantiles_days) == 99 for one in found.kept)
    assert found.chart["past"][-1] == [MONDAY.isoformat(), 10]
    assert found.chart["past"][0] == [(MONDAY - 12 * WEEK).isoformat(), 30]


def test_a_plan_without_tasks_counts_its_stages():
    stages = tuple(
        replace(
            STAGE,
            key=f"STG-{n}",
            status=Status.COMPLETE if n < 15 else Status.NOT_STARTED,
            completed_at=MONDAY - (n + 1) * 5 * DAY if n < 15 else None,
        )
        for n in range(20)
    )

    found = forecasts(phases=(PHASE,), stages=stages)

    assert "stages/week" in fact(found, "W1").rate
    assert found.chart["unit"] == "stages left"


@pytest.mark.parametrize(
    "plan",
    [
        {},
        {"phases": (PHASE,)},
        {"stages": (STAGE,)},
        {"tasks": tasks(0, 3, stage_key="STG-gone")},
        {"stages": (replace(STAGE, started_at=None, last_progress_at=None),), "tasks": tasks(0, 2)},
        {"stages": (replace(STAGE, status=Status.COMPLETE),)},
        {"tasks": tuple(replace(one, created_at=None) for one in tasks(20, 4))},
        {"tasks": tuple(replace(one, completed_at=None, created_at=None) for one in tasks(20, 4))},
        {"tasks": tasks(20, 0)},
        {"tasks": tuple(replace(one, completed_at=MONDAY + DAY) for one in tasks(20, 0))},
        {
            "phases": (replace(PHASE, planned_end=MONDAY - 400 * DAY),),
            "stages": (replace(STAGE, planned_end=MONDAY - 400 * DAY),),
            "tasks": tasks(20, 4),
        },
    ],
    ids=[
        "nothing",
        "a phase without stages",
        "no tasks",
        "tasks of a removed stage",
        "tasks without a date",
        "all stages done",
        "no creation dates",
        "no dates at all",
        "all tasks done",
        "completions in the future",
        "dates in the past",
    ],
)
def test_no_plan_is_too_odd(plan):
    forecasts(**plan)


def test_completions_in_the_future_are_no_history():
    future = tuple(
        replace(one, completed_at=MONDAY + DAY) if one.completed_at else one for one in tasks(20, 4)
    )

    assert "0 of 13" in fact(forecasts(tasks=future), "W1").text


def test_a_planned_day_is_the_same_day_in_every_zone():
    phase = replace(PHASE, planned_end=MONDAY.replace(hour=0) + 30 * DAY)

    found = forecasts(phases=(phase,), stages=(STAGE,), tasks=tasks(3, 3))

    assert fact(found, "PH-1").planned == "2025-12-17"


# Counters


def test_a_stage_with_a_counter_is_forecast_from_the_counter_alone():
    readings = [reading(100 + 10 * n, days_ago=10 - n) for n in range(10)]

    found = forecasts(*readings, phases=(PHASE,), stages=(STAGE,), tasks=tasks(20, 10))

    one = fact(found, "STG-1")
    assert one.rate == "10.0 units/day"
    assert "2025-11-29" <= one.p50 <= "2025-12-02"  # 146 left at 10 a day
    (kept,) = [one for one in found.kept if one.record_key == "STG-1"]
    assert (kept.method, kept.quantiles_days) == ("counter", ())


def test_two_counters_of_a_stage_are_not_mixed():
    other = [reading(n, days_ago=9.5 - n, probe="other", total=20) for n in range(9)]
    own = [reading(100 + 10 * n, days_ago=10 - n) for n in range(10)]
    both = sorted([*other, *own], key=lambda one: one.read_at)

    assert forecasts(*both, stages=(STAGE,)).facts == forecasts(*own, stages=(STAGE,)).facts


def test_a_counter_of_another_stage_says_nothing():
    readings = [reading(100 + 10 * n, days_ago=10 - n, stage="STG-9") for n in range(10)]

    assert "of 13" in fact(forecasts(*readings, stages=(STAGE,)), "STG-1").text


def test_two_readings_are_not_enough():
    found = forecasts(reading(1, days_ago=2), reading(2, days_ago=1), stages=(STAGE,))

    assert fact(found, "STG-1").text == "not enough data (1 of 3 rising readings)"


def test_a_counter_that_stands_still_says_since_when():
    readings = [reading(129, days_ago=9 - n) for n in range(9)]

    assert fact(forecasts(*readings, stages=(STAGE,)), "STG-1").text.startswith("no movement since")


@pytest.mark.parametrize("gap", [{"total": None}, {"done": None, "total": None}])
def test_readings_without_a_count_or_total_are_compared_by_their_share(gap):
    whole = [reading(100 + 10 * n, days_ago=10 - n) for n in range(10)]
    partly = [replace(one, **gap) if n % 2 else one for n, one in enumerate(whole)]

    exact, rough = (fact(forecasts(*some, stages=(STAGE,)), "STG-1") for some in (whole, partly))

    assert rough.p50[:7] == exact.p50[:7]
    assert abs(int(rough.p50[8:]) - int(exact.p50[8:])) <= 1


def test_what_a_commit_stated_once_does_not_hide_the_counter_or_the_tasks():
    own = [reading(100 + 10 * n, days_ago=10 - n) for n in range(10)]
    said = replace(
        reading(195, days_ago=0.1, probe="commit abc1234"), source="commit abc1234", key="abc:STG-1"
    )

    with_counter = forecasts(*own, said, stages=(STAGE,))
    with_tasks = forecasts(said, stages=(STAGE,), tasks=tasks(20, 10))

    assert fact(with_counter, "STG-1") == fact(forecasts(*own, stages=(STAGE,)), "STG-1")
    assert "tasks/week" in fact(with_tasks, "STG-1").rate


def test_a_full_counter_is_no_forecast_to_be_scored():
    readings = [reading(306 + 10 * n, days_ago=4 - n) for n in range(4)]

    found = forecasts(*readings, stages=(STAGE,))

    assert [one for one in found.kept if one.record_key == "STG-1"] == []


# At risk


def test_a_date_that_the_pace_meets_is_not_at_risk():
    far = MONDAY + 300 * DAY
    plan = {
        "phases": (replace(PHASE, planned_end=far),),
        "stages": (replace(STAGE, planned_end=far),),
        "tasks": tasks(20, 5),
    }

    assert forecasts(**plan).at_risk == ()


def test_a_date_that_the_pace_misses_is_at_risk_with_drivers_help_owner_and_a_new_date():
    soon = MONDAY.replace(hour=0) + 3 * DAY
    plan = {
        "phases": (replace(PHASE, planned_end=soon),),
        "stages": (replace(STAGE, planned_end=soon),),
        "tasks": tasks(20, 20),
    }

    found = forecasts(**plan)

    phase, stage = found.at_risk
    assert (phase.record_keys, stage.record_keys) == (("PH-1",), ("STG-1",))
    assert "is planned for 2025-11-20" in stage.text
    assert (stage.owner_id, stage.owner_text) == ("U0ANA", None)
    assert stage.proposal["planned_end"] > soon.isoformat()
    assert "days late" in stage.evidence[0]
    assert stage.evidence[-1].startswith("what would help: ")
    assert fact(found, "STG-1").slip_days > 20
    assert fact(found, "STG-1").drivers == (stage.evidence[0],)
    assert fact(found, "STG-1").mitigation in stage.evidence[-1]
    assert plan["stages"][0].planned_end == soon  # only proposed


def test_a_date_that_is_over_is_at_risk_without_any_forecast():
    over = replace(STAGE, planned_end=MONDAY.replace(hour=0) - 3 * DAY)

    (finding,) = forecasts(stages=(over,)).at_risk

    assert finding.text == "Stage 2.1 “Backfill” was planned for 2025-11-14 and is not complete."
    assert dict(finding.proposal) == {}


def test_a_blocked_stage_past_its_date_is_at_risk_too():
    over = replace(STAGE, status=Status.BLOCKED, planned_end=MONDAY - 3 * DAY)

    assert len(forecasts(stages=(over,)).at_risk) == 1


def test_what_is_due_today_is_not_late_today():
    today = replace(STAGE, planned_end=MONDAY.replace(hour=0))

    assert forecasts(stages=(today,)).at_risk == ()
    assert len(forecasts(stages=(today,), now=MONDAY + DAY).at_risk) == 1


def test_what_never_ends_by_its_pace_is_at_risk():
    # Three units in three weeks of a hundred thousand.
    readings = [reading(n, days_ago=21 - 7 * n, total=100_000) for n in range(4)]
    planned = replace(STAGE, planned_end=MONDAY + 100 * DAY)

    found = forecasts(*readings, stages=(planned,))

    assert fact(found, "STG-1").p85 == "not within ten years"
    (finding,) = found.at_risk
    assert "more than ten years" in finding.text
    assert dict(finding.proposal) == {}


def test_a_phase_that_is_done_is_not_at_risk():
    phase = replace(PHASE, planned_end=MONDAY - 3 * DAY)
    done = replace(STAGE, status=Status.COMPLETE, completed_at=MONDAY - DAY)

    assert forecasts(phases=(phase,), stages=(done,), tasks=tasks(20, 0)).at_risk == ()


# What was forecast before


def test_a_kept_forecast_resolves_when_its_nth_item_is_done():
    waiting = kept_forecast("W1", "project", remaining=3)

    found = forecasts(kept=[waiting], stages=(STAGE,), tasks=tasks(20, 10))

    (one,) = [one for one in found.kept if one.key == waiting.key]
    assert one.actual_at == MONDAY - 15 * DAY  # the third of those since: 19, 17, 15 days ago
    assert one.pit == pytest.approx(0.25, abs=0.01)
    assert found.calibration == "of 1 P85 dates, 1 was met"
    assert found.errors == (0.5,)


@pytest.mark.parametrize("late_by", [timedelta(), 2 * DAY])
def test_a_stage_that_has_ended_resolves_its_forecast(late_by):
    waiting = kept_forecast()
    done = replace(STAGE, status=Status.COMPLETE, completed_at=waiting.p85_at + late_by)

    found = forecasts(kept=[waiting], stages=(done,))

    (one,) = [one for one in found.kept if one.key == waiting.key]
    assert one.actual_at == done.completed_at
    assert (
        found.calibration
        == f"of 1 P85 dates, {0 if late_by else 1} {'were' if late_by else 'was'} met"
    )


def test_a_phase_that_has_ended_resolves_its_forecast():
    waiting = kept_forecast("PH-1", "phase", remaining=2)

    found = forecasts(kept=[waiting], phases=(PHASE,), stages=(STAGE,), tasks=tasks(20, 0))

    assert [one.actual_at for one in found.kept] == [MONDAY - 17 * DAY]


def test_what_is_not_done_or_only_dated_ahead_waits():
    waiting = kept_forecast()
    ahead = replace(STAGE, status=Status.COMPLETE, completed_at=MONDAY + DAY)

    for stage in (STAGE, ahead):
        found = forecasts(kept=[waiting], stages=(stage,))
        assert (found.calibration, found.errors) == ("", ())
        assert waiting.key not in {one.key for one in found.kept}


def test_a_forecast_of_what_was_removed_waits_for_ever():
    found = forecasts(kept=[kept_forecast("STG-gone")], stages=(STAGE,), tasks=tasks(20, 3))

    assert (found.calibration, found.errors) == ("", ())


def test_what_has_resolved_is_not_written_again_and_counts():
    resolved = kept_forecast(actual_at=MONDAY - 5 * DAY, pit=0.75)

    found = forecasts(kept=[resolved], stages=(STAGE,))

    assert found.kept == ()
    assert (found.calibration, found.errors) == ("of 1 P85 dates, 1 was met", (0.5,))


def test_twenty_resolved_forecasts_correct_the_next():
    resolved = [
        kept_forecast("W1", "project", days_ago=60 + n, actual_at=MONDAY - (30 + n) * DAY, pit=0.97)
        for n in range(25)
    ]
    plan = {"stages": (STAGE,), "tasks": tasks(20, 10)}

    found = forecasts(kept=resolved, **plan)

    assert "corrected by 25 earlier" in fact(found, "W1").rate
    assert fact(found, "W1").p85 > fact(forecasts(**plan), "W1").p85
