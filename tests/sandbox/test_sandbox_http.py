"""Signed HTTP deliveries to a real Bolt app behind a real HTTP server."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from slack_bolt import App, BoltRequest
from slack_sdk import WebClient


class Listener:
    """A Bolt app on a free port; `seen` keeps path, headers and status of each request."""

    def __init__(self, secret):
        self.seen = []
        self.override = None
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}/slack/events"
        self.secret = secret
        self.app = None

    def _handler(listener):  # noqa: N805 - the class below has a self of its own
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                headers = {name.lower(): value for name, value in self.headers.items()}
                if listener.override:
                    status, extra, words = listener.override
                else:
                    request = BoltRequest(body=body, headers=self.headers)
                    answer = listener.app.dispatch(request)
                    status, words = answer.status, answer.body or ""
                    extra = {"Content-Type": answer.first_headers().get("content-type", "")}
                listener.seen.append((headers, body, status))
                self.send_response(status)
                for name, value in extra.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(words.encode())))
                self.end_headers()
                self.wfile.write(words.encode())

            def log_message(self, *args):
                """Stay quiet."""

        return Handler


@contextmanager
def listening(secret):
    listener = Listener(secret)
    thread = threading.Thread(target=listener.server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield listener
    finally:
        listener.server.shutdown()
        thread.join()
        listener.server.server_close()


@pytest.fixture
def listener():
    with listening("hush") as one:
        yield one


@pytest.fixture
def slack(start, listener):
    slack = start(
        request_url=listener.url,
        signing_secret="hush",
        event_retry_delays_s=(0.02, 0.02, 0.02),
    )
    client = WebClient(token=slack.config.bot_token, base_url=slack.box.api_url)
    listener.app = App(client=client, signing_secret="hush")
    listener.app.command("/test")(lambda ack: ack("Here you are"))
    listener.app.event("message")(lambda: None)
    return slack


def test_a_signed_command_is_answered(slack, listener):
    assert slack.ana.say(slack.ml, "/test now") == {"ok": True}

    headers, body, _ = listener.seen[0]
    assert headers["x-slack-signature"].startswith("v0=")
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert "command=%2Ftest" in body
    assert slack.ana.messages(slack.ml)[0]["text"] == "Here you are"


@pytest.mark.parametrize("fault", ["bad_signature", "stale_signature"])
def test_a_wrong_or_stale_signature_is_refused_by_the_product(slack, listener, fault):
    slack.box.faults(**{fault: 1})

    answer = slack.ana.say(slack.ml, "/test")

    assert listener.seen[0][2] == 401
    assert "dispatch_failed" in answer["notice"]
    assert slack.ana.say(slack.ml, "/test")["ok"]


def test_the_request_url_is_verified_by_a_challenge(slack, listener):
    good = slack.box.post("verify_url", {})
    listener.override = (200, {"Content-Type": "application/json"}, '{"challenge": "guess"}')
    wrong = slack.box.post("verify_url", {})
    listener.override = (500, {}, "")
    broken = slack.box.post("verify_url", {})

    assert good == {"ok": True}
    assert wrong == {"ok": False}
    assert broken == {"ok": False, "notice": "http_error"}


def test_an_interaction_comes_as_a_form_with_json_inside(slack, listener):
    listener.app.shortcut("open_form")(lambda ack: ack())

    assert slack.ana.shortcut("open_form") == {"ok": True}
    assert listener.seen[0][1].startswith("payload=%7B")


def test_an_event_is_retried_with_headers_and_the_same_id(slack, listener):
    listener.override = (500, {}, "")
    slack.ana.say(slack.ml, "hello")
    slack.ana.wait_for(lambda: len(listener.seen) == 4)

    first, *retries = [headers for headers, _, _ in listener.seen]
    assert "x-slack-retry-num" not in first
    assert [one["x-slack-retry-num"] for one in retries] == ["1", "2", "3"]
    assert {one["x-slack-retry-reason"] for one in retries} == {"http_error"}
    assert len({body for _, body, _ in listener.seen}) == 1


def test_retries_stop_when_the_product_asks_for_it(slack, listener):
    listener.override = (500, {"x-slack-no-retry": "1"}, "")
    slack.ana.say(slack.ml, "hello")
    slack.ana.wait_for(lambda: listener.seen)
    listener.override = None

    # Anything sent later would come after a retry, had there been one.
    slack.ana.say(slack.ml, "/test")
    slack.ana.say(slack.ml, "/test")

    assert ["event_callback" in body for _, body, _ in listener.seen] == [True, False, False]


def test_an_unhandled_event_is_retried_as_slack_does_it(slack, listener):
    """Bolt answers 404 to what no listener takes."""
    slack.ana.say(slack.ml, "@testapp hello")
    slack.ana.wait_for(lambda: len(listener.seen) >= 5)

    assert sorted(status for _, _, status in listener.seen) == [200, 404, 404, 404, 404]


def test_a_product_that_is_down_is_a_failed_connection(start):
    slack = start(request_url="http://127.0.0.1:9/", signing_secret="hush")

    assert "dispatch_failed" in slack.ana.say(slack.ml, "/test")["notice"]
