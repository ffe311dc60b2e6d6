"""A Level 1 that nobody acknowledges climbs: direct messages, then e-mail, in the whole product."""

import re

import pytest
from pydantic import SecretStr

from bot.domain.plan import Why
from bot.domain.team import Team
from tests.conftest import MONDAY
from tests.e2e.conftest import plant
from tests.e2e.looking import becomes, buttons, direct, press, seen, words
from tests.mail.server import running_mail
from tests.product import ANA, BEN, running_world

CRITICAL = "bqx-ml-critical"
CHIEF = "chief@example.org"
MINUTE = 60


@pytest.fixture(scope="module")
def mail():
    with running_mail() as mail:
        yield mail


@pytest.fixture(scope="module")
def world(tmp_path_factory, mail):
    with running_world(
        tmp_path_factory.mktemp("world"),
        slack_timeout_s=2,
        smtp_url=SecretStr(mail.url()),
        bqx_stakeholders=CHIEF,
        bqx_lead=ANA,
    ) as world:
        plant(world)
        why = Why(operation="setup", actor_id=ANA, at=MONDAY, reason="test")
        with world.plans.changing(world.workspace_id) as plan:
            plan.save(Team(chain=("15 lead", "60 stakeholders")), why)
        yield world


def later(world, minutes):
    """Move the one clock of this module's world on."""
    moved = world.as_member().state()["clock"]["offset_s"]
    world.sandbox.move_clock(moved + minutes * MINUTE)


def filed(world, title="Aurora writer down", member_id=BEN):
    answer = world.bqx(f"issue 1 {title}", member_id)
    return re.search(r"ISS-\d+", answer["text"])[0]


def mail_sent(world, key):
    """The delivery of an issue's e-mail, once what became of it is on record."""
    with world.plans.reading(world.workspace_id) as plan:
        log = plan.deliveries_about(key)
    return next((each for each in log if each.effect.kind == "mail" and each.done_at), None)


def mails(mail, key):
    return [one for one in mail.box.mails if key in one["Subject"]]


def test_it_climbs_until_somebody_acknowledges(world, mail):
    key = filed(world)
    root = seen(world, f"· {key}", channel=CRITICAL)
    assert "please acknowledge" in words(root)
    assert f"<@{ANA}>" in words(root)

    later(world, 16)
    asked = seen(world, f"{key}: nobody has acknowledged", ANA, direct(world))
    assert {"Acknowledge", "Take ownership", "Snooze"} <= set(buttons(asked))
    later(world, 46)
    world.as_member().wait_for(lambda: mails(mail, key))

    press(world, asked, "Acknowledge", ANA, direct(world))
    becomes(world, root, "Acknowledged by", channel=CRITICAL)
    with world.plans.reading(world.workspace_id) as plan:
        assert plan.escalation(key).acknowledged_by == ANA
    sent = world.as_member().wait_for(lambda: mail_sent(world, key))
    assert sent.result["to"] == CHIEF
    assert sent.result["message_id"] == mails(mail, key)[0]["Message-ID"]
    assert seen(world, "e-mail to 1 stakeholder", channel=CRITICAL, thread_ts=root["ts"])


def test_the_second_who_acknowledges_is_told_who_was_first(world):
    key = filed(world)
    seen(world, f"· {key}", channel=CRITICAL)
    world.bqx(f"ack {key}", BEN)

    answer = world.bqx(f"ack {key}", ANA)

    assert f"acknowledged already: <@{BEN}>" in words(answer)


def test_a_snooze_works_once(world):
    key = filed(world)
    seen(world, f"· {key}", channel=CRITICAL)

    assert "once" in words(world.bqx(f"snooze {key}", ANA))
    assert f"<@{ANA}>" in words(world.bqx(f"snooze {key}", BEN))


def test_a_channel_that_is_archived_in_the_middle_sends_mail_instead(world, mail):
    member = world.as_member()
    critical = member.channel(CRITICAL)
    member.change_channel(critical, "archive")

    key = filed(world, "title\r\nBcc: thief@example.net")

    [one] = member.wait_for(lambda: mails(mail, key))
    assert one["Bcc"] is None
    assert "Slack has not taken" in one.get_body(("plain",)).get_content()
    member.change_channel(critical, "unarchive")
    member.wait_for(lambda: [m for m in member.messages(critical) if key in words(m)])


def test_debt_is_listed(world):
    world.bqx("issue 4 Untangle the loader")

    assert "Untangle the loader" in words(world.bqx("debt"))
