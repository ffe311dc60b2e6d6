"""`bqx web`: Slack's requests over signed HTTP, and what is not Slack's."""

import json
import time
from http.client import HTTPConnection

import pytest

from bot.sandbox.http_delivery import signature
from tests.e2e.children import child_world
from tests.e2e.conftest import plant
from tests.e2e.looking import direct, words
from tests.ports import reserved_port
from tests.product import ANA

SECRET = "local-workspace"
MARK = "nobody-may-log-this"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("web")
    with reserved_port() as port:
        url = f"http://127.0.0.1:{port}/slack/events"
        with child_world(folder, url, port=port, project_repo=str(folder)) as world:
            plant(world)
            world.start("web")
            yield world


@pytest.fixture(scope="module", autouse=True)
def _the_end(world):
    """After all that was thrown at it, it lives, logged no body and ends politely."""
    yield
    assert MARK not in world.said()
    assert SECRET not in world.said()
    assert "Traceback" not in world.said()
    assert world.terminate() == 0


def ask(world, verb, path, body=b"", headers=None):
    """Ask the product as anybody on the net can; return status and body."""
    connection = HTTPConnection("127.0.0.1", int(world.environment["PORT"]), timeout=60)
    try:
        connection.putrequest(verb, path)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def signed(body, *, at=None, secret=SECRET, content_type="application/json"):
    stamp = str(int(at or time.time()))
    return {
        "Content-Type": content_type,
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature(secret, stamp, body),
    }


def test_a_slash_command_is_answered(world):
    member = world.as_member()
    place = member.channel("bqx-ml")

    member.say(place, "/bqx status 1.5.4")

    assert world.wait(lambda: any("Recalculation" in words(m) for m in member.messages(place)))


def test_a_form_opens_and_is_sent_in(world):
    member = world.as_member()
    place = member.channel("bqx-ml")
    member.say(place, "/bqx progress 1.5.5")
    form = world.wait(member.modal)
    option = form["blocks"][0]["element"]["initial_option"]
    values = {
        "stage": {"value": {"type": "external_select", "selected_option": option}},
        "progress:STG-902": {"value": {"type": "plain_text_input", "value": "12.5"}},
    }

    assert member.submit(form["id"], values) == {"ok": True}

    assert world.wait(lambda: any("12.5 %" in words(m) for m in member.messages(place)))


def test_an_event_is_answered(world):
    member = world.as_member()
    place = member.channel(direct(world))

    member.say(place, "status 1.1")

    assert world.wait(lambda: any("Create BQX" in words(m) for m in member.messages(place)))


def test_health_is_told_without_a_signature(world):
    assert ask(world, "GET", "/healthz") == (200, b'{"ok": true}')


BODY = json.dumps({"type": "url_verification", "challenge": MARK}).encode()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        signed(BODY, secret="another"),
        signed(BODY, at=time.time() - 360),
        signed(BODY, at=time.time() + 3600),
        signed(BODY) | {"X-Slack-Request-Timestamp": "abc"},
        signed(BODY) | {"X-Slack-Request-Timestamp": "9" * 5000},
        signed(BODY) | {"X-Slack-Request-Timestamp": "-1"},
        signed(BODY) | {"X-Slack-Request-Timestamp": "\u00b2"},
        signed(BODY) | {"X-Slack-Signature": "v0=" + "\u00e9" * 64},
        signed(BODY) | {"X-Slack-Signature": ""},
        signed(BODY) | {"X-Slack-Signature": "v0=" + "0" * 64},
    ],
    ids=[
        "no-headers",
        "wrong-secret",
        "stale",
        "from-the-future",
        "timestamp-abc",
        "timestamp-5000-digits",
        "timestamp-negative",
        "timestamp-superscript",
        "signature-not-ascii",
        "signature-empty",
        "signature-zeros",
    ],
)
def test_what_slack_did_not_sign_is_refused(world, headers):
    status, answer = ask(world, "POST", "/slack/events", BODY, headers)

    assert status == 401
    assert MARK.encode() not in answer


@pytest.mark.parametrize(
    "body",
    [
        b"{" + MARK.encode(),
        b"[1, 2]",
        b"payload=" + MARK.encode(),
        b'{"a":' + b"[" * 100_000,
    ],
    ids=["half-json", "list", "payload-not-json", "nested-without-end"],
)
def test_an_unreadable_body_is_a_bad_request(world, body):
    kind = "application/x-www-form-urlencoded" if body[:1] == b"p" else "application/json"

    status, _ = ask(world, "POST", "/slack/events", body, signed(body, content_type=kind))

    assert status == 400
    assert ask(world, "POST", "/slack/events", body, {"Content-Type": kind})[0] == 401


def test_a_body_that_is_no_text_is_not_slacks(world):
    body = b"\xff\xfe" + MARK.encode()

    assert ask(world, "POST", "/slack/events", body, signed(body))[0] == 401


def test_a_body_larger_than_slacks_largest_is_refused_unread(world):
    headers = {"Content-Length": "2000000", "Content-Type": "application/json"}

    status, _ = ask(world, "POST", "/slack/events", b"{", headers)

    assert status == 413


@pytest.mark.parametrize(
    ("verb", "path"), [("GET", "/"), ("POST", "/elsewhere"), ("GET", "/slack/events")]
)
def test_nothing_else_is_served(world, verb, path):
    assert ask(world, verb, path)[0] in {401, 404}


def test_signed_wrongly_or_late_by_the_workspace_itself_nothing_is_written(world):
    member = world.as_member(ANA)
    world.sandbox.faults(bad_signature=99)  # an event that is on its way takes one of them

    member.say(member.channel("bqx-ml"), f"/bqx issue 2 {MARK}")

    world.sandbox.faults()
    with world.plans.reading(world.workspace_id) as plan:
        assert plan.issues() == []


@pytest.mark.parametrize("body", [b"", b"{}", b'{"webhook": {"id": "ach00000000000000"}}', b"\xff"])
def test_a_notification_that_airtable_did_not_sign_is_refused(world, body):
    mac = {"X-Airtable-Content-MAC": "hmac-sha256=" + "0" * 64}

    assert ask(world, "POST", "/airtable/notify", body, mac)[0] == 401
