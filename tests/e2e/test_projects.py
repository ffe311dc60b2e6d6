"""Two projects in one Slack team: by channel, by name, and never the one for the other."""

import pytest

from bot.domain.plan import Stage, Why
from tests.conftest import MONDAY
from tests.e2e.conftest import plant
from tests.e2e.looking import buttons, press, seen, words
from tests.product import ANA, BEN, running_world

WHY = Why(operation="setup", actor_id="import", at=MONDAY, reason="import")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with running_world(tmp_path_factory.mktemp("projects")) as world:
        plant(world)
        world.as_member(ANA).wait_for(lambda: is_known(world, ANA))
        made = world.bqx("project add forecast #general")
        assert "The project forecast is made, with #general." in words(made)
        with world.plans.changing(forecast(world).id) as plan:
            for number in range(1, 6):
                key, ref = f"STG-00{number}", f"9.{number}"
                plan.save(Stage(key=key, ref=ref, name=f"Price forecast {number}"), WHY)
        yield world


def is_known(world, member_id):
    with world.plans.reading(world.workspace_id) as plan:
        return plan.member(member_id) is not None


def forecast(world):
    return next(each for each in world.plans.workspaces() if each.project == "forecast")


def progress_of(world, workspace_id, key):
    with world.plans.reading(workspace_id) as plan:
        stage = plan.stage(key)
    return str(stage.progress) if stage and stage.progress else None


def test_a_command_in_the_projects_channel_is_about_the_project(world):
    shown = world.bqx("progress 9.1 25 first model", channel="general")

    assert "Price forecast" in words(shown)
    assert "Project *forecast*" in words(shown)
    assert progress_of(world, forecast(world).id, "STG-001") == "25 %"


def test_a_command_elsewhere_is_about_the_first_project(world):
    assert "9.2" in words(world.bqx("progress 9.2 30"))
    assert progress_of(world, forecast(world).id, "STG-002") is None


def test_a_name_before_the_command_chooses_the_project_from_anywhere(world):
    world.bqx("in forecast progress 9.3 40 more")

    assert progress_of(world, forecast(world).id, "STG-003") == "40 %"


def test_a_button_is_about_the_project_of_its_message(world):
    shown = world.bqx("progress 9.4 55 nearly", channel="general")
    press(world, shown, "Undo", channel="general")

    seen(world, "Undone", channel="general")
    assert progress_of(world, forecast(world).id, "STG-004") is None


def test_a_form_opened_in_the_project_writes_to_it(world):
    member = world.as_member(ANA)
    member.say(member.channel("general"), "/bqx progress")
    form = member.wait_for(member.modal)

    found = member.suggest(form["id"], "stage", "value", "9.1")["options"]
    assert [option["value"] for option in found] == ["STG-001"]
    member.close_modal(form["id"], everything=True)


def test_the_overview_shows_every_project(world):
    shown = words(world.bqx("project"))

    assert "*forecast* in #general" in shown
    assert "in #bqx-ml" in shown


def test_a_level_1_of_the_project_names_the_project(world):
    world.bqx("in forecast issue 1 Prices are stale")
    posted = seen(world, "Prices are stale", channel="bqx-ml-critical")

    assert "Project *forecast*" in words(posted)
    label = next(iter(buttons(posted)))
    press(world, posted, label, BEN, channel="bqx-ml-critical")
    member = world.as_member(BEN)
    member.wait_for(lambda: acknowledged(world, forecast(world).id))


def acknowledged(world, workspace_id):
    with world.plans.reading(workspace_id) as plan:
        return [issue for issue in plan.issues() if issue.acknowledged_by == BEN]


def test_only_an_admin_makes_projects_and_names_are_checked(world):
    assert "You can't connect a base or a code host, or make a project here" in words(
        world.bqx("project add other #bqx-leads", BEN)
    )
    assert "a name has letters" in words(world.bqx("project add no!good #bqx-leads"))
    assert "channel already" in words(world.bqx("project add other #bqx-ml"))
    assert "There is a project forecast already" in words(
        world.bqx("project add forecast #bqx-leads")
    )


def test_a_channel_can_be_given_to_a_project(world):
    assert "are about forecast" in words(world.bqx("project use forecast", channel="bqx-leads"))
    assert "Price forecast 5" in words(world.bqx("status 9.5", channel="bqx-leads"))
