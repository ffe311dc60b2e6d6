"""The plan and the engine together: what is committed is done, whenever the process dies."""

from functools import partial

from bot.adapters.durable.engine import DbosEngine
from bot.domain.effects import Effect, EffectKind, EffectState
from bot.domain.jobs import JobOutcome
from bot.usecases.sweep import hand_over, sweep_effects
from tests.conftest import MONDAY
from tests.plans import fresh_plans
from tests.waiting import until


def effect(key):
    return Effect(key=key, kind=EffectKind.ISSUE_NOTE, lane="bqx-ml-critical")


def deliver(plans, kind, key, payload):
    """Do an effect, which causes another one in the same transaction."""
    with plans.changing(payload["workspace_id"]) as plan:
        plan.mark_attempt(payload["key"], MONDAY)
        plan.record_delivery(payload["key"], state=EffectState.DONE, now=MONDAY)
        if payload["key"] == "first":
            plan.emit(effect("second"), MONDAY)
    return JobOutcome.done()


def test_effects_are_done_after_their_commit_and_so_are_those_they_cause(tmp_path):
    handed = []
    plans = fresh_plans(tmp_path, lambda *committed: handed.append(committed))
    engine = DbosEngine(
        f"sqlite:///{tmp_path / 'bqx.db'}", partial(deliver, plans), executor_id="a", polling_s=0.02
    )
    workspace = plans.local_workspace(zone="UTC")
    engine.start()

    with plans.changing(workspace.id) as plan:
        plan.emit(effect("first"), MONDAY)
    ((workspace_id, effects),) = handed
    hand_over(engine, workspace_id, effects)
    until(lambda: len(handed) == 2)
    # As if the process had died before it could hand over the second one.
    until(lambda: engine.unfinished() == [])
    sweep_effects(plans, engine, [workspace], MONDAY.replace(hour=9))

    until(lambda: engine.unfinished() == [])
    engine.stop(5)
    with plans.reading(workspace.id) as plan:
        done = [each.effect.key for each in plan.deliveries(EffectState.DONE)]
        assert sorted(done) == ["first", "second"]
        assert plan.deliveries(EffectState.PENDING) == []
