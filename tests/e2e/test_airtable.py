"""The base as members meet it: the wizard, both directions, a conflict's card, a notice."""

from dataclasses import replace

import pytest
from pydantic import SecretStr

from bot.domain.plan import Status
from bot.sandbox.airtable.config import AirtableConfig
from bot.sandbox.airtable.server import running_airtable
from tests.airtable.bases import BASE_ID, STAGES, plan_base
from tests.airtable.conftest import PHASE_ROWS, TASK_ROWS
from tests.e2e.looking import becomes, buttons, direct, press, seen, words
from tests.e2e.test_repairs import values_of
from tests.product import ANA, BEN, CHEN, running_world

STAGE_ROWS = [
    {
        "id": f"recSTAGE00000000{number}",
        "fields": {
            "Stage ID": f"1.5.{number} - Stage {number}",
            "Status": "Todo",
            "Duration": "2 h",
        },
    }
    for number in range(1, 6)
]


@pytest.fixture(scope="module")
def base():
    content = plan_base(phases=PHASE_ROWS, stages=STAGE_ROWS, tasks=TASK_ROWS)
    with running_airtable(AirtableConfig(bases=(content,), port=0)) as server:
        yield server


@pytest.fixture(scope="module")
def world(base, tmp_path_factory):
    with running_world(
        tmp_path_factory.mktemp("airtable"),
        airtable_api_key=SecretStr(AirtableConfig(bases=()).token),
        airtable_base_id=BASE_ID,
        airtable_api_url=base.base_url,
        # So few that it looks by itself in hours only: here it looks when it is told to.
        airtable_monthly_calls=1_000,
    ) as world:
        yield world


@pytest.fixture(scope="module")
def connected(world):
    """The world, once Ana has taken what the wizard proposes."""
    world.as_member(ANA).wait_for(lambda: is_known(world, ANA))
    offer = world.bqx("airtable")
    assert "No Airtable base is connected" in words(offer)
    press(world, offer, "Look at the base")
    proposal = seen(world, "this is how I read the base")
    correct_docs(world, proposal)
    proposal = seen(world, "Documentation link ← *Duration*")
    press(world, proposal, "Take it and connect")
    seen(world, "Connected to *Plan*")
    return world


def correct_docs(world, proposal):
    """Correct a field in the form of the stages: wrong at first, which is said, then right."""
    member = world.as_member(ANA)
    block = next(b for b in proposal["blocks"] if b.get("accessory", {}).get("value") == "stage")
    place = {"type": "message", "channel": member.channel("bqx-ml"), "ts": proposal["ts"]}
    member.press(place, block["block_id"], block["accessory"]["action_id"], value="stage")
    form = member.wait_for(member.modal)
    elements = {b["block_id"]: b["element"] for b in form["blocks"] if b["type"] == "input"}
    assert elements["word:status:0"]["initial_option"]["value"] == "not started"
    nothing, wrong = (elements["field:notes"][part] for part in ("options", "initial_option"))
    refused = {"field:docs_url": wrong, "field:notes": nothing[0]}
    member.submit(form["id"], values_of(form, refused))
    seen(world, "“Notes” is of the type multilineText")

    right = elements["field:duration"]["initial_option"]
    member.press(place, block["block_id"], block["accessory"]["action_id"], value="stage")
    form = member.wait_for(member.modal)
    boxes = {"field:docs_url": right, "field:duration": nothing[0]}
    assert member.submit(form["id"], values_of(form, boxes)).get("ok")


def is_known(world, member_id):
    with world.plans.reading(world.workspace_id) as plan:
        return plan.member(member_id) is not None


def stage_of(world, ref):
    with world.plans.reading(world.workspace_id) as plan:
        return plan.stages_with_ref(ref)[0]


def record_of(world, key):
    with world.plans.reading(world.workspace_id) as plan:
        return plan.record_link("stage", key).record_id


def cells(base, record_id):
    rows = base.records(BASE_ID, STAGES)
    return next(row["fields"] for row in rows if row["id"] == record_id)


def test_the_proposal_gives_its_place_to_what_became_of_it(connected):
    assert buttons(seen(connected, "Connecting: I read the whole base once.")) == {}


def test_progress_typed_in_slack_is_in_airtable_within_seconds(connected, base):
    stage = stage_of(connected, "1.5.2")
    connected.bqx("progress 1.5.2 38.3 half of the tables")
    member = connected.as_member(ANA)

    member.wait_for(lambda: cells(base, record_of(connected, stage.key)).get("Progress") == 0.383)


def test_a_change_in_airtable_is_in_the_plan_after_one_look(connected, base):
    stage = stage_of(connected, "1.5.3")
    base.person("Ana Reyes", "ana@bqx.example").update(
        BASE_ID, STAGES, record_of(connected, stage.key), {"Status": "In Progress"}
    )

    member, _ = press(connected, connected.bqx("airtable"), "Sync now")
    member.wait_for(lambda: stage_of(connected, "1.5.3").status is Status.IN_PROGRESS)
    seen(connected, "Taken over: 1 record")
    assert f"<@{ANA}>" in words(connected.bqx("history 1.5.3"))


def test_both_sides_changed_one_thing_and_a_click_settles_it(connected, base):
    stage = stage_of(connected, "1.5.4")
    record_id = record_of(connected, stage.key)
    base.fail("503", times=3, method="PATCH")
    base.person("Mara").update(BASE_ID, STAGES, record_id, {"Status": "Blocked"})
    connected.bqx("progress 1.5.4 done all there")
    press(connected, connected.bqx("airtable"), "Sync now")
    place = direct(connected)
    card = seen(connected, "*Status* was changed here and in Airtable", channel=place)
    assert {"Keep “Complete”", "Take “Blocked”"} <= buttons(card).keys()
    card = becomes(connected, card, "Mara (in Airtable)", channel=place)

    press(connected, card, "Take “Blocked”", channel=place)
    becomes(connected, card, "Settled: *Blocked*", channel=place)
    assert stage_of(connected, "1.5.4").status is Status.BLOCKED
    world = connected.as_member()
    world.wait_for(lambda: cells(base, record_id)["Status"] == "Blocked")


def test_who_is_no_admin_sees_the_health_and_no_buttons(connected):
    shown = connected.bqx("airtable", BEN)

    assert "Kept in step" in words(shown)
    assert buttons(shown) == {}
    assert "You can't connect a base or a code host, or make a project here" in words(
        connected.bqx("airtable connect", BEN)
    )


def form_of_stages(world, member_id):
    """Look at the base anew, and open the form of the stages."""
    offer = world.bqx("airtable connect", member_id)
    assert "this is how I read the base" in words(offer)
    block = next(b for b in offer["blocks"] if b.get("accessory", {}).get("value") == "stage")
    member = world.as_member(member_id)
    place = {"type": "message", "channel": member.channel("bqx-ml"), "ts": offer["ts"]}
    member.press(place, block["block_id"], block["accessory"]["action_id"], value="stage")
    return member, member.wait_for(member.modal)


def test_of_two_admins_the_later_takes_back_only_what_was_shown_to_them(connected):
    with connected.plans.changing(connected.workspace_id) as plan:
        plan.put_member(replace(plan.member(CHEN), is_admin=True))
    chen, late = form_of_stages(connected, CHEN)
    ana, early = form_of_stages(connected, ANA)
    nothing = option_of(early, "field:notes", "-")
    notes = option_of(early, "field:description", "Notes")
    assert ana.submit(
        early["id"], values_of(early, {"field:description": nothing, "field:notes": nothing})
    ).get("ok")

    chen.submit(
        late["id"],
        values_of(
            late, {"field:description": notes, "field:notes": nothing, "field:code": nothing}
        ),
    )
    again = chen.wait_for(lambda: "while the form was open" in str(chen.modal()) and chen.modal())
    assert "Description: now none, you chose “Notes”" in str(again)
    assert chen.submit(again["id"], values_of(again, {})).get("ok")
    last = seen(connected, "Description ← *Notes*", CHEN)
    assert "Code ←" not in words(last)


def option_of(form, block_id, said):
    """An option of a list by its text or value."""
    options = next(b["element"]["options"] for b in form["blocks"] if b.get("block_id") == block_id)
    return next(o for o in options if said in {o["value"], o["text"]["text"]})
