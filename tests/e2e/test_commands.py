"""Commands as a member types them, through Slack's own wire protocol."""

import pytest

from tests.e2e.looking import becomes, buttons, direct, press, seen, words
from tests.product import BEN


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("", "Everything works as"),
        ("help", "progress 1.5.4 129/336 note"),
        ("progres 1.5.4 5", "Did you mean `progress`"),
        ("status 1.5.4", "BQX Table Recalculation"),
        ("status 9.9", "No stage is called"),
        ("status 2.10", "carried by 2 stages"),
        ("issues", "issue"),
        ("history", "newest first"),
        ("history 1.5.4", "History of 1.5.4"),
        ("gaps", "Gap assessment"),
    ],
)
def test_commands_are_answered_for_the_asker_alone(world, typed, answer):
    shown = world.bqx(typed)

    assert shown["ephemeral"]
    assert answer in words(shown)


def test_progress_in_one_line_and_undo_in_place(world):
    shown = world.bqx("progress 1.5.4 129/336 BQX backfill progressing")
    assert "129/336 (38.4 %)" in words(shown)

    press(world, shown, "Undo")

    becomes(world, shown, "Undone")
    assert "38.3 %" in words(world.bqx("status 1.5.4"))


@pytest.mark.parametrize("bad", ["-5", "150", "nan", "12,5", "400/336"])
def test_bad_progress_is_refused_and_what_was_typed_can_be_mended(world, bad):
    shown = world.bqx(f"progress 1.5.4 {bad} a long story")

    assert "Nothing was logged" in words(shown)
    assert f"{bad} a long story" in words(shown)
    member, _ = press(world, shown, "Open the form")
    form = member.wait_for(member.modal)
    assert "a long story" in str(form)
    member.close_modal(form["id"])


def test_going_backwards_is_asked_and_confirmed(world):
    asked = world.bqx("progress 1.5.4 10 measured again")
    assert "Nothing is written yet" in words(asked)

    press(world, asked, "Yes, set it to 10 %")

    shown = becomes(world, asked, "Logged")
    assert "10 %" in words(shown)
    press(world, shown, "Undo")
    becomes(world, shown, "Undone")


def test_an_ambiguous_ref_is_answered_with_a_choice(world):
    shown = world.bqx("progress 2.10 5 racks ordered")

    choices = [block for block in shown["blocks"] if "accessory" in block]
    assert len(choices) == 2
    member = world.as_member()
    container = {"type": "message", "channel": member.channel("bqx-ml"), "ts": shown["ts"]}
    pressed = choices[1]["accessory"]
    member.press(container, choices[1]["block_id"], pressed["action_id"], value=pressed["value"])

    assert "accelerated" in words(seen(world, "racks ordered"))


def test_an_unknown_ref_offers_the_nearest_and_keeps_the_words(world):
    shown = world.bqx("progress 1.5.6 5 typed in a hurry")

    assert "typed in a hurry" in words(shown)
    assert any("1.5.5" in label for label in buttons(shown))


def test_hostile_words_stay_words(world):
    shown = world.bqx("progress STG-904 5 <!channel> <@U0BEN0002> *_~ =1+1")

    assert "&lt;!channel&gt;" in words(shown)
    assert "=1+1" in words(shown)
    press(world, shown, "Undo")
    becomes(world, shown, "Undone")


def test_the_form_finds_stages_prefills_and_logs(world):
    member = world.as_member()
    place = member.channel("bqx-ml")
    member.say(place, "/bqx progress")
    form = member.wait_for(member.modal)
    found = member.suggest(form["id"], "stage", "value", "1.5.4")["options"]
    assert [option["value"] for option in found] == ["STG-901"]
    view = {"type": "view", "view_id": form["id"]}
    member.press(view, "stage", "value", selected_option=found[0])
    rebuilt = member.wait_for(
        lambda: (v := member.modal()) and "progress:STG-901" in str(v["blocks"]) and v
    )
    assert "38.3" in str(rebuilt["blocks"])

    values = {
        "stage": {"value": {"type": "external_select", "selected_option": found[0]}},
        "progress:STG-901": {"value": {"type": "plain_text_input", "value": "140/336"}},
        "note": {"value": {"type": "plain_text_input", "value": "from the form"}},
        "discovered": {"value": {"type": "plain_text_input", "value": "Check nulls\nAsk ops"}},
    }
    assert member.submit(rebuilt["id"], values) == {"ok": True}

    shown = seen(world, "from the form")
    assert "140/336 (41.7 %)" in words(shown)
    assert "Check nulls" in words(shown)
    press(world, shown, "Undo")
    becomes(world, shown, "Undone")


def test_a_form_with_a_bad_box_stays_open_with_the_words_under_it(world):
    member = world.as_member()
    member.say(member.channel("bqx-ml"), "/bqx progress 1.5.4")
    form = member.wait_for(member.modal)
    option = form["blocks"][0]["element"]["initial_option"]
    values = {
        "stage": {"value": {"type": "external_select", "selected_option": option}},
        "progress:STG-901": {"value": {"type": "plain_text_input", "value": "12,5"}},
    }

    answer = member.submit(form["id"], values)

    assert "12.5" in answer["errors"]["progress:STG-901"]
    assert member.modal()["id"] == form["id"]
    member.close_modal(form["id"])


def test_mentions_are_answered_in_their_thread(world):
    member = world.as_member()
    place = member.channel("bqx-ml")
    bot = member.state()["app"]["bot_user_id"]
    member.say(place, f"<@{bot}> status 1.5.4")
    asked = next(m for m in reversed(member.messages(place)) if bot in m["text"])

    shown = member.wait_for(
        lambda: next(
            (
                m
                for m in member.messages(place, asked["ts"])
                if "blocks" in m and "Recalculation" in words(m)
            ),
            None,
        )
    )

    assert shown["thread_ts"] == asked["ts"]


def test_direct_messages_are_commands_too(world):
    member = world.as_member(BEN)
    place = direct(world, BEN)
    member.say(member.channel(place), "progress 1.5.5 12 & counting")

    assert "&amp; counting" in words(seen(world, "12 %", BEN, place))


def test_the_home_tab_shows_what_is_mine(world):
    member = world.as_member()
    member.open_home()

    view = member.wait_for(member.home)

    assert "BQX Table Recalculation" in str(view)
