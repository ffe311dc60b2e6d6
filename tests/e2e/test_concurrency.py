"""Many at once: each is answered once, nobody's words are lost, nobody overwrites another."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from slack_bolt import BoltRequest

from bot.domain.plan import Why
from bot.sandbox.config import DEFAULT_SEED
from tests.conftest import MONDAY
from tests.e2e.conftest import plant
from tests.e2e.looking import press, seen, words
from tests.product import ANA, BEN, running_world

CROWD = [f"U0CROWD{number:02}" for number in range(50)]
WHY = Why(operation="test", actor_id="import", at=MONDAY, reason="a test")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("crowd")
    with running_world(folder, seed=crowded(folder / "seed.json")) as world:
        plant(world)
        yield world


def crowded(path):
    """A workspace with fifty members more than usual, all of them in #bqx-ml."""
    seed = json.loads(DEFAULT_SEED.read_text())
    for member_id in CROWD:
        person = {**seed["members"][1], "id": member_id, "name": member_id.lower()}
        seed["members"].append({**person, "real_name": member_id, "email": f"{member_id}@x.y"})
    for channel in seed["channels"]:
        if channel["name"] == "bqx-ml":
            channel["members"] += CROWD
    path.write_text(json.dumps(seed))
    return path


def option(form):
    return next(b for b in form["blocks"] if b["block_id"] == "stage")["element"]["initial_option"]


def values(form, stage_key, progress, note=""):
    found = {
        "stage": {"value": {"type": "external_select", "selected_option": option(form)}},
        f"progress:{stage_key}": {"value": {"type": "plain_text_input", "value": progress}},
    }
    if note:
        found["note"] = {"value": {"type": "plain_text_input", "value": note}}
    return found


def opened(world, member_id, ref):
    """Open the progress form on a stage and return it with the member's hands."""
    member = world.as_member(member_id)
    member.say(member.channel("bqx-ml"), f"/bqx progress {ref}")
    return member, member.wait_for(member.modal)


def updates(world, note):
    with world.plans.reading(world.workspace_id) as plan:
        found = [c for key in plan_stages(plan) for c in plan.changes(kind="stage", key=key)]
        operations = {change.why.operation for change in found}
        rows = [c for each in operations for c in plan.operation(each)]
    return [c for c in rows if c.kind == "progress_update" and note in str(c.after)]


def plan_stages(plan):
    return [stage.key for stage in plan.stages()]


def test_fifty_commands_at_once_are_each_answered_once(world):
    place = world.as_member().channel("bqx-ml")

    def type_it(member_id):
        return world.as_member(member_id).say(place, f"/bqx progress 1.5.5 note by {member_id}")

    with ThreadPoolExecutor(len(CROWD)) as crowd:
        said = list(crowd.map(type_it, CROWD))

    assert all(answer.get("ok") for answer in said)
    for member_id in CROWD:
        member = world.as_member(member_id)
        member.wait_for(lambda member=member: heard(member, place))
    answers = {member_id: heard(world.as_member(member_id), place) for member_id in CROWD}
    assert {member_id: len(found) for member_id, found in answers.items()} == dict.fromkeys(
        CROWD, 1
    )
    for member_id, [answer] in answers.items():
        assert member_id in words(answer)
        assert len(updates(world, f"note by {member_id}")) == 1


def heard(member, place):
    return [m for m in member.messages(place) if m.get("ephemeral")]


def test_the_second_of_two_who_edit_a_stage_is_asked_and_keeps_what_they_typed(world):
    ana, anas = opened(world, ANA, "1.5.4")
    ben, bens = opened(world, BEN, "1.5.4")
    assert ben.submit(bens["id"], values(bens, "STG-901", "40")) == {"ok": True}
    seen(world, "40 %", BEN)

    ana.submit(anas["id"], values(anas, "STG-901", "41", "typed by Ana"))

    asked = ana.wait_for(lambda: (view := ana.modal()) and "notice" in str(view["blocks"]) and view)
    assert "40 %" in str(asked["blocks"][0])
    assert "typed by Ana" in str(asked["blocks"])
    assert updates(world, "typed by Ana") == []
    again = values(asked, "STG-901", "41", "typed by Ana")
    assert ana.submit(asked["id"], again) == {"ok": True}
    shown = seen(world, "typed by Ana")
    assert "40 % → " in words(shown)
    press(world, shown, "Undo")
    seen(world, "Undone")


def test_a_form_sent_in_twice_is_logged_once(world):
    member, form = opened(world, ANA, "1.5.5")
    view = {
        **form,
        "state": {"values": values(form, "STG-902", "5", "sent in twice")},
    }
    state = member.state()
    payload = {
        "type": "view_submission",
        "team": {"id": state["team"]["id"], "domain": "bqx"},
        "user": {"id": ANA, "team_id": state["team"]["id"]},
        "api_app_id": "A0BQXAPP1",
        "trigger_id": "1.2.3",
        "view": view,
        "response_urls": [],
    }

    def send(_time):
        return world.product.bolt.dispatch(BoltRequest(body=payload, mode="socket_mode"))

    with ThreadPoolExecutor(2) as fingers:
        answers = list(fingers.map(send, range(2)))

    assert [(answer.status, answer.body) for answer in answers] == [(200, "")] * 2
    assert len(updates(world, "sent in twice")) == 1
    member.close_modal(form["id"])


def test_a_stage_removed_while_its_form_is_open_is_told_in_the_form(world):
    member, form = opened(world, ANA, "1.1")
    with world.plans.changing(world.workspace_id) as plan:
        stage = plan.stage("STG-903")
        plan.save(replace(stage, removed_at=MONDAY), WHY)

    answer = member.submit(form["id"], values(form, "STG-903", "50", "kept"))

    assert "removed" in answer["errors"]["stage"]
    assert member.modal()["id"] == form["id"]
    assert updates(world, "kept") == []
    member.close_modal(form["id"])
    with world.plans.changing(world.workspace_id) as plan:
        plan.save(replace(plan.stage("STG-903"), removed_at=None), WHY)
