"""Every way in which a call of Slack's can end, over real HTTP."""

import json
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bot.adapters.slack import SlackMessenger
from bot.errors import OutageError, RefusedError
from bot.sandbox.config import SandboxConfig
from bot.sandbox.server import running_sandbox
from tests.product import ANA, MANIFEST

HELLO = {"text": "hello", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "hi"}}]}


@contextmanager
def answering(status, body, headers=()):
    """A server that gives every call the same answer, and counts the calls."""
    calls = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            calls.append(self.path)
            if body is None:
                self.connection.close()
                return
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield SlackMessenger("xoxb-t", f"http://127.0.0.1:{server.server_port}/api/"), calls
    finally:
        server.shutdown()
        server.server_close()


def ended(status, body, headers=()):
    with answering(status, body, headers) as (messenger, calls):
        with pytest.raises((OutageError, RefusedError)) as caught:
            messenger.post("C1", HELLO, key="k")
        assert len(calls) == 1, "a post is tried once"
    return caught.value


def said(**answer):
    return json.dumps(answer).encode()


@pytest.mark.parametrize(
    ("header", "wait_s"), [("1", 1), ("30", 30), (None, 5), ("abc", 5), ("86400", 3600)]
)
def test_too_many_requests_say_when_to_come_back(header, wait_s):
    headers = [("Retry-After", header)] if header else []

    error = ended(429, said(ok=False, error="ratelimited"), headers)

    assert isinstance(error, OutageError)
    assert error.retry_after_s == wait_s
    assert not error.maybe_done


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"<html>Oops</html>"),
        (503, b""),
        (200, b""),
        (200, b'{"ok": tru'),
        (200, b'{"ok": false, "error": "internal_error"}'),
        (200, b'{"ok": false, "error": "fatal_error"}'),
        (200, None),
    ],
)
def test_what_may_have_worked_is_verified_before_it_is_sent_again(status, body):
    error = ended(status, body)

    assert isinstance(error, OutageError)
    assert error.maybe_done


@pytest.mark.parametrize(
    "code", ["not_in_channel", "is_archived", "token_revoked", "invalid_blocks"]
)
def test_a_refusal_keeps_slacks_own_word(code):
    error = ended(200, said(ok=False, error=code))

    assert isinstance(error, RefusedError)
    assert error.code == code


def test_nobody_there_is_an_outage():
    messenger = SlackMessenger("xoxb-t", "http://127.0.0.1:9/api/")

    with pytest.raises(OutageError) as caught:
        messenger.post("C1", HELLO, key="k")

    assert not caught.value.maybe_done


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.slack.com.evil.example/x",
        "http://169.254.169.254/latest",
        "https://evil.example/?https://hooks.slack.com/",
        "file:///etc/passwd",
    ],
)
def test_an_answer_goes_to_slack_and_nowhere_else(url):
    with pytest.raises(RefusedError, match="foreign"):
        SlackMessenger("xoxb-t").respond(url, HELLO)


@pytest.fixture(scope="module")
def slack():
    # What is proved here is no limit, and a machine that is busy makes whoever waits ask often.
    config = SandboxConfig(manifest=MANIFEST, port=0, post_interval_s=0.0, tiers={})
    with running_sandbox(config) as sandbox:
        yield sandbox, SlackMessenger(config.bot_token, sandbox.api_url)


def test_a_post_is_found_again_by_its_key(slack):
    sandbox, messenger = slack
    channel = sandbox.member(ANA).channel("bqx-ml")
    began = datetime.now(UTC)

    sent = messenger.post(channel, HELLO, key="once")
    reply = messenger.post(channel, HELLO, key="reply", thread_ts=sent.ts)

    assert messenger.find(channel, "once", since=began) == sent
    assert messenger.find(channel, "reply", since=began, thread_ts=sent.ts) == reply
    assert messenger.find(channel, "never", since=began) is None
    again = {"since": began, "thread_ts": sent.ts}
    assert messenger.find(channel, "reply", **again, after=sent.ts) == reply
    assert messenger.find(channel, "reply", **again, after=reply.ts) is None


def test_a_thread_is_read_page_by_page_and_from_where_it_was_left(slack):
    sandbox, messenger = slack
    member = sandbox.member(ANA)
    channel = member.channel("bqx-ml")
    root = messenger.post(channel, HELLO, key="thread")
    messenger.post(channel, HELLO, key="of the bot", thread_ts=root.ts)
    for number in range(40):
        member.say(channel, f"reply {number} & more", root.ts)

    said, after, pages = [], None, 0
    while pages == 0 or after:
        page, after = messenger.thread(channel, root.ts, after=after)
        said += page
        pages += 1

    assert [each.text for each in said] == [f"reply {number} & more" for number in range(40)]
    assert {each.member_id for each in said} == {ANA}
    assert pages > 1
    assert messenger.thread(channel, root.ts, after=said[-1].ts) == ([], None)


def test_a_file_is_shared_in_a_thread_and_seen_there(slack):
    sandbox, messenger = slack
    sent = messenger.post(sandbox.member(ANA).channel("bqx-ml"), HELLO, key="with file")
    assert not messenger.has_file(sent, "report.md")

    messenger.upload(sent, filename="report.md", title="Report", content="# Ünïcode")

    # Slack shares files in its own time (contracts 1.10).
    assert sandbox.member(ANA).wait_for(lambda: messenger.has_file(sent, "report.md"))


def test_members_and_channels_are_read_page_by_page(slack):
    _, messenger = slack

    people = {member.id: member for member in messenger.members()}

    assert people[ANA].is_admin
    assert people[ANA].zone == "America/New_York"
    assert (people[ANA].name, people[ANA].real_name) == ("ana", "Ana Reyes")
    assert "bqx-ml-critical" in messenger.channels()
