"""Five thousand stages: answers stay inside Slack's limits and come in time."""

import pytest

from bot.domain.plan import Stage, Status, Why
from tests.conftest import MONDAY
from tests.e2e.looking import words
from tests.product import ANA, running_world

WHY = Why(operation="setup", actor_id="import", at=MONDAY, reason="import")
MANY = 5000
LONG = "Recalculation of everything that was ever calculated " * 3


@pytest.fixture(scope="module")
def plenty(tmp_path_factory):
    with running_world(tmp_path_factory.mktemp("plenty")) as world:
        with world.plans.changing(world.workspace_id) as plan:
            for number in range(MANY):
                stage = Stage(
                    key=f"STG-{number:04}",
                    ref=f"{number // 100}.{number % 100}",
                    name=f"{LONG}{number}",
                    status=list(Status)[number % 4],
                    owner_id=ANA,
                )
                plan.save(stage, WHY)
        yield world


def form_of(world):
    member = world.as_member()
    member.say(member.channel("bqx-ml"), "/bqx progress")
    return member, member.wait_for(member.modal)


def test_thousands_of_stages_stay_inside_slacks_limits(plenty):
    assert f"{MANY} stages" in words(plenty.bqx("status")).replace(",", "")
    assert "49.7" in words(plenty.bqx("status 49.7"))
    assert "49.7" in words(plenty.bqx("progress 49.7 a note"))
    member = plenty.as_member()
    member.open_home()
    assert member.wait_for(member.home)


def test_the_typeahead_finds_one_of_thousands(plenty):
    member, form = form_of(plenty)

    found = member.suggest(form["id"], "stage", "value", "49.99")["options"]
    everything = member.suggest(form["id"], "stage", "value", "")["options"]
    member.close_modal(form["id"])

    assert "STG-4999" in {option["value"] for option in found}
    assert len(everything) == 100


def test_the_gaps_of_thousands_of_stages_are_answered(plenty):
    member = plenty.as_member()
    place = member.channel("bqx-ml")
    before = {m["ts"] for m in member.messages(place)}

    member.say(place, "/bqx gaps")

    [answer] = member.wait_for(lambda: [m for m in member.messages(place) if m["ts"] not in before])
    assert "Gap assessment" in words(answer)
