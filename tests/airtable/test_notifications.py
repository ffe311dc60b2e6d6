"""Signed notifications: Airtable's own word is believed, anybody else's is not."""

import base64
import json
from dataclasses import replace

import pytest

from bot.usecases.airtable.notifying import is_signed, renew_notifications, take_notification

# The vector of Airtable's own documentation (contracts, airtable 2).
SECRET = base64.b64encode(b"secret").decode()
BODY = (
    b'{"base":{"id":"app00000000000000"},"webhook":{"id":"ach00000000000000"},'
    b'"timestamp":"2022-02-01T21:25:05.663Z"}'
)
MAC = "hmac-sha256=8bd89dd8304a4f7b1a661dfa59ba91218f210ff1dd30339081946782504616b1"


@pytest.fixture
def hooked(world):
    """The world, with the documentation's hook."""
    with world.plans.changing(world.workspace_id) as plan:
        base = replace(
            plan.airtable_base(), webhook_id="ach00000000000000", webhook_secret=SECRET, poke=False
        )
        plan.put_airtable_base(base)
    return world


def test_the_documented_signature_is_right():
    assert is_signed(BODY, MAC, SECRET)


@pytest.mark.parametrize(
    ("body", "mac", "secret"),
    [
        (BODY + b" ", MAC, SECRET),
        (BODY, MAC.upper(), SECRET),
        (BODY, "", SECRET),
        (BODY, "hmac-sha256=é", SECRET),
        (BODY, MAC, ""),
        (BODY, MAC, "not base64!"),
    ],
)
def test_any_other_signature_is_wrong(body, mac, secret):
    assert not is_signed(body, mac, secret)


def test_a_signed_notification_has_the_base_looked_at(hooked):
    assert take_notification(hooked.plans, BODY, MAC)
    assert hooked.base().poke


@pytest.mark.parametrize("body", [b"", b"[]", b'{"webhook": 3}', b"\xff", b"{" * 20_000, BODY])
def test_what_is_not_signed_changes_nothing(hooked, body):
    assert not take_notification(hooked.plans, body, "hmac-sha256=0")
    assert not hooked.base().poke


def test_a_look_answers_the_notification(hooked, world):
    with world.plans.changing(world.workspace_id) as plan:
        plan.put_airtable_base(replace(plan.airtable_base(), poke=True))
    world.pull()

    assert not world.base().poke


def test_airtable_notifies_a_public_address_and_is_believed(world):
    hook = world.airtable.api(world.base_id, "pull").open_feed("http://127.0.0.1:9/nobody")
    world.airtable = replace(world.airtable, notify_url="http://127.0.0.1:9/nobody")
    with world.plans.changing(world.workspace_id) as plan:
        plan.put_airtable_base(
            replace(plan.airtable_base(), webhook_id=hook.id, webhook_secret=hook.secret)
        )
    renew_notifications(world.plans, world.airtable, world.workspace_id)

    assert any("enableNotifications" in call for call in world.calls())
    body = json.dumps({"base": {"id": world.base_id}, "webhook": {"id": hook.id}}).encode()
    assert not take_notification(world.plans, body, MAC)
