"""People in Slack: settings, roles, names, preferences, the tour, and so many prompts a day."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.effects import Effect, EffectKind
from bot.domain.people import Role
from bot.domain.plan import Stage, Why
from bot.domain.prompts import PromptKind
from bot.usecases.prompting import send_prompt
from tests.conftest import MONDAY
from tests.e2e.conftest import plant
from tests.e2e.looking import becomes, buttons, direct, filled, press, seen, ticked, words
from tests.product import ANA, BEN, CHEN, running_world

WHY = Why(operation="setup", actor_id="import", at=MONDAY, reason="import")
DANA, ELIF = "U0DANA004", "U0ELIF005"
DAY_S = 86_400.0


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with running_world(tmp_path_factory.mktemp("people")) as world:
        plant(world)
        with world.plans.changing(world.workspace_id) as plan:
            for number, word in enumerate(("DATA-001", "OPS-007", "ML-002")):
                stage = Stage(key=f"STG-95{number}", ref=f"9.{number}", name=word, owner_text=word)
                plan.save(stage, WHY)
        world.as_member().wait_for(lambda: read(world, lambda plan: plan.member(ELIF)))
        yield world


@pytest.fixture(autouse=True)
def _nobody_was_given_a_role(world):
    with world.plans.changing(world.workspace_id) as plan:
        for person in plan.people().values():
            plan.save(replace(person, role=None), WHY)


def read(world, ask):
    with world.plans.reading(world.workspace_id) as plan:
        return ask(plan)


def form_of(world, command, member_id=ANA):
    """Type a command that opens a form, and return the form."""
    member = world.as_member(member_id)
    member.say(member.channel("bqx-ml"), f"/bqx {command}")
    return member, member.wait_for(member.modal)


# Settings


def test_settings_are_edited_in_a_form_with_the_wrong_lines_named_and_undone(world):
    member, form = form_of(world, "settings")
    wrong = filled(
        form,
        stakeholders="kim@x.example\nnobody",
        chain="15 owner\nsoon lead",
        review_anchor="2026-11-26",
    )
    refused = member.submit(form["id"], wrong)["errors"]
    assert "Line 2" in refused[box(form, "stakeholders")]
    assert "Line 2" in refused[box(form, "chain")]
    assert "choose a Friday" in refused[box(form, "review_anchor")]

    offered = member.suggest(form["id"], box(form, "country"), "value", "DE-BE")["options"]
    [country] = [each for each in offered if each["value"] == "DE-BE"]
    right = filled(
        form,
        stakeholders="kim@x.example",
        chain="10 owner\n20 @ben",
        country=country,
        work_days=ticked(form, "work_days", "0", "1", "4"),
        prompt_at="15:30",
        review_anchor="2026-11-27",
    )
    assert member.submit(form["id"], right) == {"ok": True}

    saved = seen(world, "10 owner")
    team = read(world, lambda plan: plan.team())
    assert (team.chain, team.country) == (("10 owner", f"20 {BEN}"), "DE-BE")
    assert (team.work_days, team.prompt_at) == ((0, 1, 4), "15:30")
    press(world, saved, "Undo")
    member.wait_for(lambda: read(world, lambda plan: plan.team()).country == "")


def box(form, name):
    return next(
        b["block_id"] for b in form["blocks"] if b.get("block_id", "").startswith(f"{name}:")
    )


def test_who_may_not_edit_reads_the_settings_and_who_can(world):
    shown = world.bqx("settings", BEN)

    assert f"<@{ANA}> can edit these" in words(shown)
    assert "Edit…" not in buttons(shown)
    assert world.as_member(BEN).modal() is None


def test_of_two_admins_at_once_the_second_sees_both_and_loses_nothing(world):
    give(world, DANA, Role.ADMIN)
    ana, first = form_of(world, "settings", ANA)
    dana, second = form_of(world, "settings", DANA)
    dana.submit(second["id"], filled(second, snooze_minutes="45"))
    dana.wait_for(lambda: read(world, lambda plan: plan.team()).snooze_minutes == 45)

    ana.submit(first["id"], filled(first, ask_again_minutes="120", stakeholders="me@x.example"))

    again = ana.wait_for(lambda: (f := ana.modal()) and "Somebody saved" in str(f) and f)
    assert f"<@{DANA}>: *Snooze* is now 45" in str(again)
    kept = filled(again)
    assert kept[box(again, "ask_again_minutes")]["value"]["value"] == "120"
    assert kept[box(again, "stakeholders")]["value"]["value"] == "me@x.example"
    assert read(world, lambda plan: plan.team()).ask_again_minutes == 240
    assert ana.submit(again["id"], kept) == {"ok": True}
    team = read(world, lambda plan: plan.team())
    assert (team.snooze_minutes, team.ask_again_minutes) == (45, 120)


# Roles


def give(world, member_id, role):
    with world.plans.changing(world.workspace_id) as plan:
        plan.save(replace(plan.person(member_id), role=role), WHY)


def test_roles_are_given_in_a_form_and_by_a_line(world):
    member, form = form_of(world, "admins")
    assert f"<@{ANA}> (Slack admin)" in str(form)
    [lead] = ticked(form, "role", "lead")
    assert member.submit(form["id"], filled(form, role=lead))["errors"].keys() == {"role_member"}
    member.submit(form["id"], filled(form, role=lead, role_member=BEN))
    assert seen(world, f"<@{BEN}> is *lead* now (was member)")

    assert "is *viewer* now" in words(world.bqx("role @chen viewer"))
    assert "the roles are admin, lead" in words(world.bqx("role chen king"))
    assert "I know nobody called “@zoe”" in words(world.bqx("role @zoe lead"))
    assert "give roles here" in words(world.bqx("role @ana viewer", BEN))


def test_the_last_admin_can_t_demote_themselves(world):
    assert "is the last admin here" in words(world.bqx("role @ana member"))


def test_a_viewer_is_refused_with_who_can_and_loses_nothing_typed(world):
    give(world, CHEN, Role.VIEWER)

    refused = words(world.bqx("progress 1.5.4 50 a long note", CHEN))
    assert "You can't change the plan here" in refused
    assert f"<@{ANA}>" in refused
    assert "progress 1.5.4 50 a long note" in refused

    member, form = form_of(world, "progress 1.5.4", CHEN)
    sent = {
        block["block_id"]: {
            block["element"]["action_id"]: {
                "type": block["element"]["type"],
                **(
                    {"selected_option": block["element"]["initial_option"]}
                    if block["element"].get("initial_option")
                    else {"value": "51"}
                    if block["block_id"].startswith("progress")
                    else {}
                ),
            }
        }
        for block in form["blocks"]
        if block["type"] == "input"
        and block["element"]["type"] in {"external_select", "plain_text_input"}
    }
    errors = member.submit(form["id"], sent)["errors"]
    assert "ana" in str(errors)
    assert "<@" not in str(errors)
    member.close_modal(form["id"])
    assert "ISS-" in words(world.bqx("issue 3 Anyone may file", CHEN))


# Names


def test_a_name_is_claimed_with_a_button_and_given_by_a_lead(world):
    give(world, BEN, Role.LEAD)
    shown = world.bqx("who", ELIF)
    row = next(b for b in shown["blocks"] if b.get("block_id", "").startswith("who:ML-002"))
    assert len(row["elements"]) == 1  # no member says who somebody else is
    container = {
        "type": "message",
        "channel": world.as_member(ELIF).channel("bqx-ml"),
        "ts": shown["ts"],
    }
    world.as_member(ELIF).press(container, row["block_id"], "who_claim", value="ML-002")
    assert "Now theirs in the plan: 9.2" in words(seen(world, "*ML-002* is", ELIF))

    shown = world.bqx("who", BEN)
    row = next(b for b in shown["blocks"] if b.get("block_id", "").startswith("who:OPS-007"))
    container = {
        "type": "message",
        "channel": world.as_member(BEN).channel("bqx-ml"),
        "ts": shown["ts"],
    }
    world.as_member(BEN).press(container, row["block_id"], "who_assign", selected_user=DANA)
    assert f"<@{DANA}>" in words(seen(world, "*OPS-007* is", BEN))
    assert read(world, lambda plan: plan.stage("STG-951").owner_id) == DANA


def test_a_name_is_claimed_by_a_line_once_and_freed(world):
    assert "can't say who somebody is here" in words(world.bqx("claim DATA-001 @elif", DANA))
    claimed = world.bqx("claim DATA-001", DANA)
    assert f"*DATA-001* is <@{DANA}>" in words(claimed)

    assert f"That name is <@{DANA}>'s" in words(world.bqx("claim data-001", ELIF))
    press(world, claimed, "Undo", DANA)
    world.as_member(DANA).wait_for(
        lambda: read(world, lambda plan: plan.stage("STG-950").owner_id) is None
    )
    assert f"*DATA-001* is <@{ELIF}>" in words(world.bqx("claim DATA-001 @elif", ANA))
    assert "is not" in words(world.bqx("unclaim DATA-001", ELIF))


# Preferences, home, tour


def test_somebody_says_how_they_want_to_be_asked_and_the_home_tab_shows_it(world):
    member, form = form_of(world, "me", ELIF)
    [tokyo] = [
        each
        for each in member.suggest(form["id"], "zone", "value", "tokyo")["options"]
        if each["value"] == "Asia/Tokyo"
    ]
    bad = member.submit(form["id"], filled(form, work_days=[]))
    assert list(bad["errors"]) == ["work_days"]
    member.submit(form["id"], filled(form, zone=tokyo, prompts_a_day="3", prompt_at=None))

    assert "*Zone:* Asia/Tokyo" in words(seen(world, "this is how I ask you", ELIF))
    person = read(world, lambda plan: plan.person(ELIF))
    assert (person.zone, person.prompts_a_day, person.prompt_at) == ("Asia/Tokyo", 3, None)
    assert person.quiet_from is None  # as the team has it
    member.open_home()
    member.wait_for(lambda: "3 a day" in str(member.home()))


def test_the_tour_goes_on_and_back_in_its_place(world):
    shown = world.bqx("tour", DANA)
    assert "1 of 4" in words(shown)

    press(world, shown, "Next", DANA)
    second = becomes(world, shown, "2 of 4", DANA)
    press(world, second, "Next", DANA)
    press(world, becomes(world, shown, "3 of 4", DANA), "Back", DANA)

    assert becomes(world, shown, "2 of 4", DANA)
    assert read(world, lambda plan: plan.person(DANA)).toured_at is not None


def test_whoever_runs_it_was_welcomed_once(world):
    welcome = seen(world, "BQX Cadence is here", ANA, direct(world))

    press(world, welcome, "Why this?", ANA, direct(world))
    assert seen(world, "because you are new here", ANA, direct(world))


# So many prompts a day


def prompt(world, key, member_id=ELIF):
    """Prompt somebody as any use case does."""
    now = world.product.ports.clock.now()
    effect = Effect(
        key=key,
        kind=EffectKind.TOUR,
        payload={"member": member_id},
        lane=f"dm:{member_id}",
    )
    with world.plans.changing(world.workspace_id) as plan:
        assert send_prompt(plan, effect, member_id, PromptKind.CALENDAR, now)


def test_a_newcomer_is_known_and_given_the_tour_at_once(world):
    member = world.as_member()
    world.sandbox.faults(duplicate_event=1)

    newcomer = member.let_in("Nia", "Asia/Kolkata")

    nia = world.as_member(newcomer)
    nia.wait_for(lambda: any(c["kind"] == "im" for c in nia.state()["channels"]))
    nia.wait_for(lambda: tours(world, newcomer))
    assert read(world, lambda plan: plan.member(newcomer).zone) == "Asia/Kolkata"
    world.bqx("status", newcomer, channel=direct(world, newcomer))
    assert len(tours(world, newcomer)) == 1


def tours(world, member_id):
    member = world.as_member(member_id)
    return [m for m in member.messages(member.channel("bot")) if "1 of 4" in words(m)]


def test_what_a_day_has_no_room_for_comes_in_one_message_the_next_day(world):
    with world.plans.changing(world.workspace_id) as plan:
        person = replace(plan.person(ELIF), prompts_a_day=2, zone="UTC", muted=())
        plan.save(person, WHY)
    world.sandbox.move_clock(_to_noon())
    for number in range(4):
        prompt(world, f"calendar:{number}")
    member = world.as_member(ELIF)
    member.wait_for(lambda: len(tours(world, ELIF)) == 2)
    assert len(read(world, lambda plan: plan.waiting_prompts())) == 2

    world.sandbox.move_clock(_to_noon() + DAY_S)
    bundle = seen(world, "2 questions waited for you", ELIF, direct(world, ELIF))
    assert len(tours(world, ELIF)) == 2

    press(world, bundle, "Show all", ELIF, direct(world, ELIF))
    member.wait_for(lambda: len(tours(world, ELIF)) == 4)
    done = becomes(world, bundle, "✓", ELIF, direct(world, ELIF))
    assert "Show all" not in buttons(done)

    first = tours(world, ELIF)[0]
    press(world, first, "Why this?", ELIF, direct(world, ELIF))
    why = seen(world, "of at most 2 prompts", ELIF, direct(world, ELIF))
    press(world, why, "Fewer of these", ELIF, direct(world, ELIF))
    down = seen(world, "Turned down", ELIF, direct(world, ELIF))
    assert read(world, lambda plan: plan.person(ELIF)).muted == ("calendar",)
    press(world, down, "Undo", ELIF, direct(world, ELIF))
    member.wait_for(lambda: read(world, lambda plan: plan.person(ELIF)).muted == ())
    world.sandbox.move_clock(0)


def _to_noon():
    now = datetime.now(UTC)
    noon = now.replace(hour=12, minute=0, second=0) + timedelta(days=1)
    return (noon - now).total_seconds()
