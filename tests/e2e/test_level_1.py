"""A Level 1 reaches #bqx-ml-critical at once, and does not rest until a person has it."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.domain.effects import EffectKind, EffectState
from tests.e2e.conftest import plant
from tests.e2e.looking import becomes, buttons, direct, press, seen, words
from tests.product import ANA, BEN, running_world

CRITICAL = "bqx-ml-critical"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with running_world(tmp_path_factory.mktemp("world"), slack_timeout_s=2) as world:
        plant(world)
        yield world


def filed(world, member_id=ANA, title="Aurora writer down"):
    """File a Level 1 and return its key."""
    answer = world.bqx(f"issue 1 {title}", member_id)
    return re.search(r"ISS-\d+", answer["text"])[0]


def shown_in(world, key, channel=CRITICAL):
    member = world.as_member()
    return [m for m in member.messages(member.channel(channel)) if key in words(m)]


def unposted(world):
    with world.plans.reading(world.workspace_id) as plan:
        return plan.deliveries(EffectState.PENDING, kind=EffectKind.ISSUE_ROOT)


def test_it_is_posted_and_updated_in_place(world):
    key = filed(world, BEN)
    root = seen(world, f"· {key}", channel=CRITICAL)

    press(world, root, "Acknowledge", ANA, CRITICAL)
    becomes(world, root, "Acknowledged by", channel=CRITICAL)
    press(world, root, "Take ownership", ANA, CRITICAL)
    becomes(world, root, "In Progress", channel=CRITICAL)

    [only] = shown_in(world, f"Level 1: Blocker · {key}")
    assert only["ts"] == root["ts"]
    assert "Acknowledge" not in buttons(only)
    assert "takes care of it" in words(
        seen(world, "takes care of it", channel=CRITICAL, thread_ts=root["ts"])
    )


def test_resolving_asks_for_evidence_and_changes_the_message(world):
    root = seen(world, f"· {filed(world)}", channel=CRITICAL)

    member, _ = press(world, root, "Resolve", ANA, CRITICAL)
    form = member.wait_for(member.modal)
    said = {
        name: {"value": {"type": "plain_text_input", "value": value}}
        for name, value in {"evidence": "run 12 is green", "root_cause": "disk full"}.items()
    }
    answer = member.submit(form["id"], said)

    assert answer == {"ok": True}
    done = becomes(world, root, "disk full", channel=CRITICAL)
    assert "Resolve" not in buttons(done)
    assert "Close" in buttons(done)


def test_from_a_message_its_text_and_permalink_are_taken(world):
    member = world.as_member()
    place = member.channel("bqx-ml")
    member.say(place, "the writer is down & nobody knows\nsince 9:00")
    message = next(m for m in member.messages(place) if "the writer is" in m["text"])
    member.shortcut("file_issue", place, message["ts"])
    form = member.wait_for(member.modal)
    values = {
        "title": {"value": {"type": "plain_text_input", "value": title_in(form)}},
        "description": {"value": {"type": "plain_text_input", "value": "since 9:00"}},
        "severity": {"value": {"type": "radio_buttons", "selected_option": severity(form, 0)}},
    }
    assert "writer is down & nobody knows" in title_in(form)

    assert member.submit(form["id"], values) == {"ok": True}

    root = seen(world, message["permalink"], channel=CRITICAL)
    assert "nobody knows" in words(root)


def title_in(form):
    return next(b for b in form["blocks"] if b["block_id"] == "title")["element"]["initial_value"]


def severity(form, position):
    block = next(b for b in form["blocks"] if b["block_id"] == "severity")
    return block["element"]["options"][position]


@pytest.mark.parametrize(
    ("break_it", "mend_it", "cure"),
    [
        ("remove_bot", "invite_bot", "/invite"),
        ("archive", "unarchive", "Unarchive it"),
    ],
)
def test_an_unusable_channel_is_told_and_the_post_lands_once_it_is_mended(
    world, break_it, mend_it, cure
):
    member = world.as_member()
    critical = member.channel(CRITICAL)
    member.wait_for(lambda: not unposted(world))  # of other tests: posts go one after another
    member.change_channel(critical, break_it)

    key = filed(world, BEN)

    for who in (BEN, ANA):  # the one who filed it, and the admin
        assert cure in words(seen(world, f"{key} could not be posted", who, direct(world, who)))
    member.change_channel(critical, mend_it)
    member.wait_for(lambda: shown_in(world, f"· {key}"))
    assert len(shown_in(world, f"· {key}")) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"lost_response": 1, "method": "chat.postMessage"},
        {"http_500": 2, "method": "chat.postMessage"},
        {"rate_limit": 2, "method": "chat.postMessage"},
        {"no_answer": 1, "method": "chat.postMessage"},
    ],
    ids=lambda fault: next(iter(fault)),
)
def test_whatever_slack_answers_the_post_lands_once(world, fault):
    world.sandbox.faults(**fault)

    key = filed(world)

    member = world.as_member()
    member.wait_for(lambda: shown_in(world, f"· {key}"))
    member.wait_for(lambda: pending(world) == 0)
    world.sandbox.faults()
    assert len(shown_in(world, f"Level 1: Blocker · {key}")) == 1


def pending(world):
    with world.plans.reading(world.workspace_id) as plan:
        waiting = plan.deliveries(EffectState.PENDING)
    return sum(each.effect.kind == "issue_root" for each in waiting)


def test_many_at_once_are_named_in_one_message_and_each_gets_its_own(world):
    world.as_member().wait_for(lambda: not unposted(world))
    world.sandbox.faults(rate_limit=9999, method="chat.postMessage")  # till all have been filed
    with ThreadPoolExecutor(6) as people:
        titles = [f"Aurora reader {number} down" for number in range(6)]
        keys = sorted(people.map(lambda title: filed(world, BEN, title), titles))
    assert len(set(keys)) == 6
    world.sandbox.faults()

    for key in keys:
        root = seen(world, f"Level 1: Blocker · {key}", channel=CRITICAL)
        assert len(shown_in(world, f"Level 1: Blocker · {key}")) == 1
        assert "Acknowledge" in buttons(root)
    bursts = [words(m) for m in shown_in(world, "all within seconds")]
    assert sum(any(key in burst for burst in bursts) for key in keys) >= 3
