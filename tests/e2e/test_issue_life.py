"""An issue's whole life in the local workspace: by commands, by buttons, by forms."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from bot.domain.effects import Effect, EffectKind
from bot.domain.issues import IssueStatus
from tests.e2e.conftest import plant
from tests.e2e.looking import becomes, buttons, direct, press, seen, words
from tests.product import ANA, BEN, CHEN, running_world

CRITICAL = "bqx-ml-critical"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with running_world(tmp_path_factory.mktemp("world")) as world:
        plant(world)
        world.as_member().wait_for(lambda: members(world))
        yield world


def members(world):
    with world.plans.reading(world.workspace_id) as plan:
        return plan.members()


def filed(world, text, member_id=ANA):
    return re.search(r"ISS-\d+", world.bqx(f"issue {text}", member_id)["text"])[0]


def issue(world, key):
    with world.plans.reading(world.workspace_id) as plan:
        return plan.issue(key)


def typed(**said):
    return {
        name: {"value": {"type": "plain_text_input", "value": value}}
        for name, value in said.items()
    }


def chosen(form, block, number):
    element = next(b for b in form["blocks"] if b["block_id"] == block)["element"]
    return {"value": {"type": "radio_buttons", "selected_option": element["options"][number]}}


def opened(world, text, member_id=ANA):
    """Type a command that opens a form, and return the form."""
    member = world.as_member(member_id)
    member.say(member.channel("bqx-ml"), f"/bqx {text}")
    return member, member.wait_for(member.modal)


def test_a_level_1_from_filing_to_closing_by_commands_and_forms(world):
    key = filed(world, "1 Ledger writer lost its disk", BEN)
    root = seen(world, f"· {key}", channel=CRITICAL)

    assert "Acknowledged" in words(world.bqx(f"acknowledge {key}"))
    assert "Yours now" in words(world.bqx(f"own {key}", BEN))
    member, form = opened(world, f"triage {key}", BEN)
    wrong = member.submit(form["id"], typed(task_1="Replace the disk", hours_1="soon"))
    assert "hours_1" in wrong["errors"]
    assert member.submit(form["id"], typed(task_1="Replace the disk", hours_1="4h")) == {"ok": True}
    seen(world, "Triaged", BEN)
    assert "Resolved" in words(world.bqx(f"resolve {key} run 12 is green", BEN))
    member, form = opened(world, f"close {key}")
    wrong = member.submit(form["id"], typed(evidence="run 12", root_cause="worn out"))
    assert "prevention" in wrong["errors"]
    everything = typed(evidence="run 12", root_cause="worn out", prevention="an alarm")
    assert member.submit(form["id"], everything) == {"ok": True}

    closed = becomes(world, root, "Closed by", channel=CRITICAL)

    assert closed["ts"] == root["ts"]  # one message through its whole life
    assert set(buttons(closed)) == {"Reopen", "Keep this thread", "Details"}
    for said in ("has seen it", "takes care of it", "triaged it", "run 12 is green", "closed it"):
        seen(world, said, channel=CRITICAL, thread_ts=root["ts"])
    card = words(world.bqx(f"issue {key}"))
    for part in ("Replace the disk", "worn out", "an alarm", "Delivery log", "Seen by"):
        assert part in card


def test_two_who_triage_at_once_double_no_task(world):
    key = filed(world, "1 Replica lags by an hour", BEN)
    ana, hers = opened(world, f"triage {key}", ANA)
    ben, his = opened(world, f"triage {key}", BEN)
    assert ana.submit(hers["id"], typed(task_1="Replace the disk", hours_1="4h")) == {"ok": True}
    both = typed(task_1="Replace the disk", hours_1="3h", reason="it is the disk")

    ben.submit(his["id"], both)

    shown = ben.wait_for(
        lambda: (form := ben.modal()) and "while you had this" in str(form) and form
    )
    assert f"<@{ANA}>" in str(shown)
    assert "Replace the disk" in str(shown)
    assert len(issue(world, key).remediation_task_keys) == 1
    ben.submit(shown["id"], typed(reason="it is the disk", task_1="", hours_1=""))
    seen(world, "Triaged", BEN)
    assert len(issue(world, key).remediation_task_keys) == 1


def test_a_member_can_not_close_a_level_1_and_reads_who_can(world):
    key = filed(world, "1 Broker feed broke off", BEN)
    world.bqx(f"resolve {key} it came back", BEN)

    shown = world.bqx(f"close {key}", CHEN)

    assert "You can't close a Level 1 here" in words(shown)
    assert f"<@{ANA}>" in words(shown)


def test_reopening_and_another_level_with_a_reason(world):
    key = filed(world, "3 Calendar shows the wrong quarter")
    world.bqx(f"resolve {key} looked at it")

    assert "Reopened" in words(world.bqx(f"reopen {key} it is back"))
    assert "it is back" in words(world.bqx(f"issue {key}"))
    assert "Level 1: Blocker now" in words(world.bqx(f"severity {key} 1 it stops everything"))

    root = seen(world, f"Level 1: Blocker · {key}", channel=CRITICAL)
    world.bqx(f"severity {key} 2 there is a way round")
    lowered = becomes(world, root, "Level 2: Major issue", channel=CRITICAL)
    assert lowered["ts"] == root["ts"]
    seen(world, "there is a way round", channel=CRITICAL, thread_ts=root["ts"])


def test_whoever_is_assigned_reads_of_it(world):
    key = filed(world, "2 Quota of the warehouse is used up")

    assert f"<@{BEN}>" in words(world.bqx(f"assign {key} @ben"))

    assert "Resolve" in buttons(seen(world, key, BEN, direct(world, BEN)))
    assert issue(world, key).owner_id == BEN
    assert "I know nobody" in words(world.bqx(f"assign {key} zaphod"))


def test_a_command_without_its_word_opens_the_form(world):
    key = filed(world, "3 Report has two headings")
    for command, box in (
        ("resolve", "evidence"),
        ("assign", "owner"),
        ("severity", "reason"),
        ("triage", "task_1"),
    ):
        member, form = opened(world, f"{command} {key}")
        assert box in str(form["blocks"])
        member.close_modal(form["id"])


def test_an_unknown_key_names_what_comes_nearest_and_keeps_what_was_typed(world):
    key = filed(world, "3 Glossary lacks the word slippage")

    shown = words(world.bqx("resolve ISS-777 the glossary has slippage now"))

    assert "the glossary has slippage now" in shown
    assert key in shown
    assert "nothing was changed" in shown


def test_a_step_from_the_wrong_state_says_who_did_it_and_when(world):
    key = filed(world, "3 Footer shows last year")
    world.bqx(f"resolve {key} it shows this year", BEN)

    shown = words(world.bqx(f"resolve {key} again"))

    assert f"Is resolved already: <@{BEN}>" in shown
    assert "<!date^" in shown
    assert "Resolve it first" in words(world.bqx(f"close {filed(world, '3 Header is grey')}"))


def test_of_two_forms_the_slower_one_is_told_and_keeps_what_was_typed(world):
    key = filed(world, "3 Legend hides the last bar")
    member, form = opened(world, f"resolve {key}")
    world.bqx(f"resolve {key} moved the legend", BEN)

    answer = member.submit(form["id"], typed(evidence="my long story"))

    assert "already by" in answer["errors"]["evidence"]
    assert issue(world, key).evidence == "moved the legend"
    member.close_modal(form["id"])


def test_of_two_who_acknowledge_at_once_one_is_told_who_was_faster(world):
    key = filed(world, "1 Matching engine stands still", CHEN)
    seen(world, f"· {key}", channel=CRITICAL)

    with ThreadPoolExecutor(2) as pool:
        shown = [
            words(each) for each in pool.map(lambda who: world.bqx(f"ack {key}", who), (ANA, BEN))
        ]

    winner = issue(world, key).acknowledged_by
    assert sum("Acknowledged" in each for each in shown) == 1
    assert sum(f"Is acknowledged already: <@{winner}>" in each for each in shown) == 1


def test_undo_takes_a_step_back_and_the_message_follows(world):
    key = filed(world, "1 Settlement file is empty", BEN)
    root = seen(world, f"· {key}", channel=CRITICAL)
    shown = world.bqx(f"resolve {key} it has lines now")
    becomes(world, root, "it has lines now", channel=CRITICAL)

    press(world, shown, "Undo")

    becomes(world, root, "*Status:* Open", channel=CRITICAL)
    assert issue(world, key).status is IssueStatus.OPEN


def fill_issue_form(member, title, **more):
    form = member.wait_for(member.modal)
    values = typed(title=title, description="seen at nine") | {
        "severity": chosen(form, "severity", 2)
    }
    return form, member.submit(form["id"], values | more)


def test_a_look_alike_is_asked_about_and_joined(world):
    first = filed(world, "3 Backtest of EURUSD never ends", BEN)
    member, _ = opened(world, "issue")
    _, answer = fill_issue_form(member, "The backtest of EURUSD never ends")
    assert answer["ok"]
    member.wait_for(lambda: member.stack() == 2)
    asked = member.modal()
    assert first in str(asked)

    done = member.submit(asked["id"], {"verdict": chosen(asked, "verdict", 0)})

    assert done["ok"]
    member.wait_for(lambda: member.modal() is None)
    seen(world, "Kept 1 reply")
    assert "seen at nine" in words(world.bqx(f"issue {first}"))


def test_a_look_alike_is_filed_anyway_with_all_that_was_typed(world):
    filed(world, "3 Backtest of GBPUSD never ends", BEN)
    member, _ = opened(world, "issue")
    fill_issue_form(member, "Backtest of GBPUSD never ends")
    member.wait_for(lambda: member.stack() == 2)
    asked = member.modal()

    member.submit(asked["id"], {"verdict": chosen(asked, "verdict", 1)})

    receipt = seen(world, "Backtest of GBPUSD never ends")
    key = re.search(r"ISS-\d+", receipt["text"])[0]
    assert issue(world, key).description == "seen at nine"


def test_a_one_liner_is_filed_and_can_be_joined(world):
    first = filed(world, "3 Tick archive has a hole in May", BEN)
    shown = world.bqx("issue 3 Tick archive has a hole in May again")

    press(world, shown, f"It is the same: add mine to {first}")

    becomes(world, shown, "Kept 1 reply")


def test_a_restricted_level_1_shows_its_level_alone(world):
    member, _ = opened(world, "issue")
    form = member.wait_for(member.modal)
    values = typed(title="Key of the vault leaked", description="in commit abc") | {
        "severity": chosen(form, "severity", 0),
        "visible_to": {"value": {"type": "multi_users_select", "selected_users": [BEN]}},
    }
    member.submit(form["id"], values)
    key = re.search(r"ISS-\d+", seen(world, "Key of the vault leaked")["text"])[0]

    root = seen(world, f"Level 1: Blocker · {key}", channel=CRITICAL)

    assert "(restricted)" in words(root)
    assert "vault" not in words(root)
    assert "in commit abc" in words(seen(world, "vault", BEN, direct(world, BEN)))
    listed = words(world.bqx("issues", CHEN))
    assert "vault" not in listed
    assert "is restricted" in words(world.bqx(f"issue {key}", CHEN))
    assert "is restricted" in words(world.bqx(f"ack {key}", CHEN))
    assert "is restricted" in words(world.bqx(f"history {key}", CHEN))
    assert "vault" in words(world.bqx(f"issue {key}", BEN))


def key_of(world, title):
    with world.plans.reading(world.workspace_id) as plan:
        return next((key for key, known in plan.open_titles().items() if known == title), None)


def test_a_security_issue_of_any_level_is_posted_and_asks_to_be_acknowledged(world):
    member, form = opened(world, "issue")
    tick = next(b for b in form["blocks"] if b["block_id"] == "security")["element"]["options"]
    values = typed(title="Token in the build log") | {
        "severity": chosen(form, "severity", 2),
        "security": {"value": {"type": "checkboxes", "selected_options": tick}},
    }
    member.submit(form["id"], values)

    key = member.wait_for(lambda: key_of(world, "Token in the build log"))
    root = seen(world, f"· {key}", channel=CRITICAL)

    assert "Level 3" in words(root)
    assert "Security" in words(root)
    assert "cknowledge it" in words(root)


def test_an_issue_is_restricted_after_it_was_posted(world):
    key = filed(world, "1 Password of the ledger is in the wiki")
    root = seen(world, f"· {key}", channel=CRITICAL)

    answer = world.bqx(f"restrict {key} @ben")

    assert "ledger" not in words(becomes(world, root, "(restricted)", channel=CRITICAL))
    assert "is restricted" in words(world.bqx(f"issue {key}", CHEN))
    press(world, answer, "Undo")
    becomes(world, root, "Password of the ledger", channel=CRITICAL)


def test_all_that_was_sent_about_an_issue_is_a_click_away(world):
    key = filed(world, "3 Chart has two legends")
    with world.plans.changing(world.workspace_id) as plan:
        for number in range(25):
            payload = {"issue": key, "link": "", "what": "removed", "detail": "", "member": ANA}
            effect = Effect(
                key=f"asked:{key}:{number}",
                kind=EffectKind.CODE_QUESTION,
                payload=payload,
                lane=f"dm:{ANA}",
                about=key,
            )
            plan.emit(effect, datetime.now(UTC))

    press(world, world.bqx(f"issue {key}"), "All of it")
    page = seen(world, "1 to 20 of 25")
    press(world, page, "Later")
    seen(world, "21 to 25 of 25")


def test_the_replies_of_its_thread_are_kept_once_each(world):
    key = filed(world, "1 Risk limits are not loaded", BEN)
    root = seen(world, f"· {key}", channel=CRITICAL)
    member = world.as_member(BEN)
    place = member.channel(CRITICAL)
    for said in ("the loader & its cache", "restarted it"):
        member.say(place, said, root["ts"])

    world.bqx(f"issue {key} keep", BEN)
    seen(world, "Kept 2 replies", BEN)
    member.say(place, "it works again", root["ts"])
    press(world, root, "Keep this thread", BEN, CRITICAL)
    seen(world, "Kept 1 reply", BEN, CRITICAL)

    with world.plans.reading(world.workspace_id) as plan:
        kept = [each.text for each in plan.issue_replies(key)]
    assert kept == ["the loader & its cache", "restarted it", "it works again"]


def test_a_note_goes_on_the_record(world):
    key = filed(world, "3 Chart has no unit")

    assert "Kept 1 reply" in words(world.bqx(f"issue {key} note it is in pips"))

    assert "it is in pips" in words(world.bqx(f"issue {key}", BEN))


def test_words_behind_a_key_are_not_lost(world):
    key = filed(world, "3 Axis starts at one")

    shown = world.bqx(f"issue {key} breaks the whole page")

    assert "breaks the whole page" in words(shown)
    member, _ = press(world, shown, "File it as a new issue")
    form = member.wait_for(member.modal)
    assert "breaks the whole page" in str(form)
    member.close_modal(form["id"])


def test_a_long_list_has_pages_and_home_stays_whole(world):
    for number in range(25):
        filed(world, f"4 Debt number {number} of module m{number}")
    first = world.bqx("issues")
    label = next(each for each in buttons(first) if each.startswith("Next"))

    press(world, first, label)

    second = becomes(world, first, "21 to")
    assert len(second["blocks"]) <= 50
    member = world.as_member()
    member.open_home()
    # An earlier test may have had it published: what is asked for comes a moment later.
    member.wait_for(lambda: "more: `/bqx issues`" in str(member.home()))
