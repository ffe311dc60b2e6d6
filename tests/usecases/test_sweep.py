"""Which committed effects a sweep hands over, whatever happened since the last one."""

from datetime import timedelta

import pytest

from bot.domain.effects import Effect, EffectKind, EffectState
from bot.usecases.sweep import hand_over, sweep_effects
from tests.conftest import MONDAY
from tests.engines import MemoryEngine
from tests.plans import fresh_plans


@pytest.fixture
def plans(tmp_path):
    return fresh_plans(tmp_path)


@pytest.fixture
def engine():
    return MemoryEngine()


def minutes(count):
    return timedelta(minutes=count)


def emit(plans, workspace_id, *effects):
    with plans.changing(workspace_id) as plan:
        plan.emit_all(effects, MONDAY)


def note(key, **more):
    return Effect(key=key, kind=EffectKind.ISSUE_NOTE, lane="bqx-ml-critical", **more)


def test_effects_that_a_crash_left_behind_are_handed_over(plans, engine):
    workspace = plans.local_workspace(zone="UTC")
    emit(plans, workspace.id, note("n1", urgent=True))

    looked_at = sweep_effects(plans, engine, [workspace], MONDAY + minutes(1))

    assert looked_at == 1
    first = engine.jobs[f"effect:{workspace.id}:n1"]
    assert first.kind == "issue_note"
    assert first.payload == {"workspace_id": workspace.id, "key": "n1"}
    assert first.lane == f"{workspace.id}:bqx-ml-critical"
    assert first.urgent


def test_an_effect_waits_for_its_moment_by_the_products_own_clock(plans, engine):
    workspace = plans.local_workspace(zone="UTC")
    emit(plans, workspace.id, note("n2", not_before=MONDAY + minutes(30)))

    sweep_effects(plans, engine, [workspace], MONDAY + minutes(29))
    assert engine.jobs == {}

    sweep_effects(plans, engine, [workspace], MONDAY + minutes(30))
    assert engine.jobs[f"effect:{workspace.id}:n2"].not_before is None


def test_what_waits_for_tomorrow_keeps_nothing_that_is_due_from_being_handed_over(plans, engine):
    workspace = plans.local_workspace(zone="UTC")
    tomorrow = (note(f"w{n}", not_before=MONDAY + minutes(900)) for n in range(501))
    emit(plans, workspace.id, *tomorrow, *(note(f"n{n}") for n in range(501)))
    emit(plans, workspace.id, note("last", urgent=True))

    sweep_effects(plans, engine, [workspace], MONDAY + minutes(1))

    handed = [key.removeprefix(f"effect:{workspace.id}:") for key in engine.jobs]
    assert handed == ["last", *(f"n{n}" for n in range(499))]


def test_what_is_not_done_after_an_hour_gets_another_job_each_hour(plans, engine):
    workspace = plans.local_workspace(zone="UTC")
    emit(plans, workspace.id, note("n1"))

    for age in (1, 59, 61, 62, 125):
        sweep_effects(plans, engine, [workspace], MONDAY + minutes(age))

    first = f"effect:{workspace.id}:n1"
    assert list(engine.jobs) == [first, f"{first}@1", f"{first}@2"]


def test_effects_just_committed_are_left_to_whoever_committed_them(plans, engine):
    workspace = plans.local_workspace(zone="UTC")
    emit(plans, workspace.id, note("n1"))

    assert sweep_effects(plans, engine, [workspace], MONDAY + timedelta(seconds=9)) == 0
    assert sweep_effects(plans, engine, [workspace], MONDAY + timedelta(seconds=10)) == 1


def test_effects_that_came_to_an_end_are_not_handed_over(plans, engine):
    workspace = plans.local_workspace(zone="UTC")
    emit(plans, workspace.id, *(note(state) for state in EffectState))
    with plans.changing(workspace.id) as plan:
        for state in EffectState:
            plan.record_delivery(state, state=state, now=MONDAY)

    sweep_effects(plans, engine, [workspace], MONDAY + minutes(1))

    assert list(engine.jobs) == [f"effect:{workspace.id}:pending"]


def test_one_effect_that_cannot_be_kept_holds_up_no_other(engine, caplog):
    hand_over(engine, "W1", [note("x" * 600), note("good")])

    assert list(engine.jobs) == ["effect:W1:good"]
    assert "can't be handed over" in caplog.text
