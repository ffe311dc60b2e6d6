"""What a sweep hands over, once, whatever happened since the last one."""

from datetime import time, timedelta

import pytest

from bot.domain.calendar import Schedule, Weekday
from bot.domain.effects import Effect, EffectKind, EffectState
from bot.errors import OutageError
from bot.usecases.sweep import hand_over, sweep_effects, sweep_slots
from tests.conftest import MONDAY
from tests.engines import MemoryEngine
from tests.plans import fresh_plans

DIGEST = Schedule(job="gap_digest", weekday=Weekday.MONDAY, at=time(9), zone="Europe/Berlin")


@pytest.fixture
def plans(tmp_path):
    return fresh_plans(tmp_path)


@pytest.fixture
def engine():
    return MemoryEngine()


def minutes(count):
    return timedelta(minutes=count)


def test_a_schedule_seen_for_the_first_time_replays_no_history(plans, engine):
    sweep_slots(plans, engine, {"W1": [DIGEST]}, MONDAY + minutes(5))

    assert engine.jobs == {}


def test_a_slot_is_submitted_when_it_is_due_and_once(plans, engine):
    for at in (-20, -1, 0, 1, 20, 60 * 24):
        sweep_slots(plans, engine, {"W1": [DIGEST]}, MONDAY + minutes(at))

    ((key, job),) = engine.jobs.items()
    assert key == "slot:W1:gap_digest:2025-11-17"
    assert job.kind == "slot"
    assert job.payload == {
        "workspace_id": "W1",
        "job": "gap_digest",
        "local_date": "2025-11-17",
        "due": "2025-11-17T08:00:00+00:00",
    }


def test_every_replica_may_sweep(tmp_path, plans, engine):
    sweep_slots(plans, engine, {"W1": [DIGEST]}, MONDAY - minutes(5))
    for _ in range(3):
        sweep_slots(plans, engine, {"W1": [DIGEST]}, MONDAY + minutes(1))

    assert len(engine.jobs) == 1


def test_after_weeks_away_only_the_newest_slot_is_submitted(plans, engine):
    sweep_slots(plans, engine, {"W1": [DIGEST]}, MONDAY - timedelta(weeks=4))

    sweep_slots(plans, engine, {"W1": [DIGEST]}, MONDAY + timedelta(days=1))

    assert list(engine.jobs) == ["slot:W1:gap_digest:2025-11-17"]


def test_the_cursor_waits_for_an_engine_that_takes_no_jobs(plans, engine):
    sweep_slots(plans, engine, {"W1": [DIGEST]}, MONDAY - minutes(5))
    engine.down = True
    with pytest.raises(OutageError):
        sweep_slots(plans, engine, {"W1": [DIGEST]}, MONDAY)
    engine.down = False

    sweep_slots(plans, engine, {"W1": [DIGEST]}, MONDAY + minutes(30))

    assert list(engine.jobs) == ["slot:W1:gap_digest:2025-11-17"]


@pytest.mark.parametrize("moved_to", [time(8), time(10)])
def test_moving_the_hour_on_the_day_gives_one_digest(plans, engine, moved_to):
    """At 08:30 from 09:00, to an hour already past or to a later one."""
    moved = Schedule(job="gap_digest", weekday=Weekday.MONDAY, at=moved_to, zone="Europe/Berlin")
    sweep_slots(plans, engine, {"W1": [DIGEST]}, MONDAY - timedelta(days=1))
    sweep_slots(plans, engine, {"W1": [DIGEST]}, MONDAY - minutes(31))

    for at in (-30, 0, 30, 60, 90):
        sweep_slots(plans, engine, {"W1": [moved]}, MONDAY + minutes(at))

    assert list(engine.jobs) == ["slot:W1:gap_digest:2025-11-17"]


def test_moving_the_hour_after_the_digest_gives_no_second_one(plans, engine):
    later = Schedule(job="gap_digest", weekday=Weekday.MONDAY, at=time(15), zone="Europe/Berlin")
    sweep_slots(plans, engine, {"W1": [DIGEST]}, MONDAY - minutes(5))
    sweep_slots(plans, engine, {"W1": [DIGEST]}, MONDAY)

    sweep_slots(plans, engine, {"W1": [later]}, MONDAY + timedelta(hours=10))

    assert list(engine.jobs) == ["slot:W1:gap_digest:2025-11-17"]


def test_a_clock_that_jumps_ahead_and_back_doubles_nothing(plans, engine):
    for at in (-120, -5, -60, 5, -60, 5):
        sweep_slots(plans, engine, {"W1": [DIGEST]}, MONDAY + minutes(at))

    assert list(engine.jobs) == ["slot:W1:gap_digest:2025-11-17"]


def test_an_unknown_zone_stops_its_own_schedule_only(plans, engine, caplog):
    broken = Schedule(job="broken", weekday=Weekday.MONDAY, at=time(9), zone="Mars/Base")
    schedules = {"W1": [broken, DIGEST], "W2": [DIGEST]}
    sweep_slots(plans, engine, schedules, MONDAY - minutes(5))

    sweep_slots(plans, engine, schedules, MONDAY)

    assert sorted(engine.jobs) == [
        "slot:W1:gap_digest:2025-11-17",
        "slot:W2:gap_digest:2025-11-17",
    ]
    assert "broken of W1 is not scheduled" in caplog.text


def emit(plans, workspace_id, *effects):
    with plans.changing(workspace_id) as plan:
        for effect in effects:
            plan.emit(effect, MONDAY)


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
