"""What a Monday escalates: only what is known."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.assessment import PlanSnapshot
from bot.domain.facts import ForecastFact
from bot.domain.issues import Issue, Severity
from bot.domain.plan import Phase, Stage, Status, Task, Workspace
from bot.domain.triggers import triggers
from tests.conftest import MONDAY

DAY = timedelta(days=1)
PHASE = Phase(key="PH-1", ref="1.5", name="Lambda", status=Status.IN_PROGRESS)
STAGES = (
    Stage(key="S1", ref="1.5.1", name="One", phase_key="PH-1", owner_id="U1"),
    Stage(key="S2", ref="1.5.2", name="Two", phase_key="PH-1", owner_id="U1"),
)


def found(*, forecasts=(), **plan):
    given = {"phases": (PHASE,), "stages": STAGES, **plan}
    snapshot = PlanSnapshot(workspace=Workspace(id="W1"), **given)
    return triggers(snapshot, forecasts, {"U1": "Ana"}, MONDAY)


def due(days):
    return (replace(PHASE, planned_end=MONDAY + days * DAY),)


def forecast(days):
    return ForecastFact(
        record_kind="phase",
        record_key="PH-1",
        name="1.5",
        remaining=2,
        p50=(MONDAY + days * DAY).date().isoformat(),
    )


@pytest.mark.parametrize(
    ("phases", "forecasts", "slips"),
    [
        (due(-8), (), True),
        (due(-7), (), False),
        (due(10), (forecast(18),), True),
        (due(10), (forecast(17),), False),
        ((PHASE,), (forecast(90),), False),
        (due(10), (replace(forecast(90), p50="not within ten years"),), False),
    ],
    ids=["past", "just not", "will be", "a week", "no date", "never"],
)
def test_a_phase_slips_by_over_a_week_or_not_at_all(phases, forecasts, slips):
    told = found(phases=phases, forecasts=forecasts)

    assert [one.key for one in told.found] == (["slip:PH-1"] if slips else [])


def test_without_a_forecast_a_slip_can_not_be_told_to_be_over():
    assert found(phases=due(10)).untold == {"slip:PH-1"}
    assert found(phases=due(10), forecasts=(forecast(10),)).untold == frozenset()


def test_one_person_with_whom_two_stages_stand_still():
    blocked = tuple(replace(stage, status=Status.BLOCKED) for stage in STAGES)

    [one] = found(stages=blocked).found

    assert one.key == "bottleneck:U1"
    assert "Ana" in one.text
    assert found(stages=blocked[:1]).found == ()


def test_an_overdue_issue_holds_up_what_it_affects():
    issue = Issue(
        key="ISS-001",
        title="t",
        severity=Severity.BLOCKER,
        discovered_at=MONDAY - 2 * DAY,
        owner_id="U1",
        stage_keys=("S1", "S2"),
    )

    assert [one.key for one in found(issues=(issue,)).found] == ["bottleneck:U1"]
    assert found(issues=(replace(issue, discovered_at=MONDAY),)).found == ()
    assert found(issues=(replace(issue, visible_to=("U9",)),)).found == ()


def task(number, actual):
    return Task(
        key=f"T{number}",
        title="t",
        stage_key="S1",
        status=Status.COMPLETE,
        estimate_minutes=100,
        actual_minutes=actual,
    )


@pytest.mark.parametrize(
    ("actuals", "over"),
    [((120, 120, 120), False), ((121, 120, 120), True), ((500, 500), False), ((0, 0, None), False)],
)
def test_a_phase_is_over_budget_by_a_fifth_of_what_was_measured(actuals, over):
    tasks = tuple(task(number, actual) for number, actual in enumerate(actuals))

    assert [one.key for one in found(tasks=tasks).found] == (["budget:PH-1"] if over else [])
