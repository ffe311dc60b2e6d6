"""A plan without a stage, and a critical channel that does not exist."""

from dataclasses import replace

from bot.domain.plan import Why
from tests.conftest import MONDAY
from tests.e2e.conftest import plant
from tests.e2e.looking import direct, seen, words
from tests.product import ANA, BEN, running_world

WHY = Why(operation="setup", actor_id="import", at=MONDAY, reason="import")


def test_an_empty_plan_says_how_to_begin_and_nothing_breaks(tmp_path):
    with running_world(tmp_path) as world:
        assert "plan import" in words(world.bqx("status"))
        assert "Nothing found" in words(world.bqx("gaps"))
        assert "No stage is called" in words(world.bqx("progress 1.5.4 5 typed"))
        member = world.as_member()
        member.say(member.channel("bqx-ml"), "/bqx progress")
        form = member.wait_for(member.modal)
        assert member.suggest(form["id"], "stage", "value", "1.5.4")["options"] == []
        member.close_modal(form["id"])
        member.open_home()
        assert member.wait_for(member.home)


def test_a_critical_channel_that_does_not_exist_is_told_to_reporter_and_admin(tmp_path):
    with running_world(tmp_path, bqx_critical_channel="nowhere") as world:
        plant(world)
        with world.plans.changing(world.workspace_id) as plan:
            plan.save(replace(plan.stage("STG-901"), owner_id=ANA), WHY)

        world.bqx("issue 1 Aurora writer down", BEN)

        for who in (BEN, ANA):
            told = words(seen(world, "could not be posted to #nowhere", who, direct(world, who)))
            assert "Create it" in told
            assert "The issue is saved" in told
