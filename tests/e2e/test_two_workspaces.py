"""A request from a workspace that the product is not installed in is refused politely."""

import json

import pytest

from bot.sandbox.config import DEFAULT_SEED
from tests.e2e.conftest import plant
from tests.e2e.looking import words
from tests.product import running_world

GUEST = "U0GUEST01"
OTHERS = {
    "team": {"id": "T0OTHER02", "name": "Other", "domain": "other", "zone": "UTC"},
    "bot_token": "xoxb-another",
    "bot_user_id": "U0OTHERBT",
    "bot_id": "B0OTHERBT",
    "members": [
        {"id": GUEST, "name": "gus", "real_name": "Gus", "email": "gus@o.example", "tz": "UTC"}
    ],
    "channels": [{"id": "C0OTHERS1", "name": "bqx-ml", "members": [GUEST], "bot": True}],
}
REFUSAL = "BQX Cadence is not set up for your Slack workspace."


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("two")
    seed = folder / "seed.json"
    seed.write_text(json.dumps({"teams": [json.loads(DEFAULT_SEED.read_text()), OTHERS]}))
    with running_world(folder, seed=seed) as world:
        plant(world)
        yield world


@pytest.mark.parametrize("typed", ["status", "progress 1.5.4 50 not mine", "issue 1 Not mine"])
def test_a_strangers_command_is_refused_and_writes_nothing(world, typed):
    shown = world.bqx(typed, GUEST)

    assert REFUSAL in words(shown)
    assert shown["ephemeral"]
    with world.plans.reading(world.workspace_id) as plan:
        assert plan.issues() == []
        assert plan.stage("STG-901").progress.permille == 383


def test_a_strangers_mention_shows_nothing_of_the_plan(world):
    member = world.as_member(GUEST)
    place = member.channel("bqx-ml")

    member.say(place, "<@U0OTHERBT> status 1.5.4")

    assert "Recalculation" in words(world.bqx("status 1.5.4"))  # everybody else is served
    assert all("Recalculation" not in m["text"] for m in member.messages(place))
    assert len(world.plans.workspaces()) == 1
