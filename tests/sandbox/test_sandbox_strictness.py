"""What a faithful local Slack must enforce between a member's act and the product's answer."""

import asyncio
import json
import threading
import time
import urllib.error
import urllib.request

import aiohttp
import pytest
from sandbox_driving import PATIENCE_S, refusal

MODAL = {
    "type": "modal",
    "callback_id": "form",
    "title": {"type": "plain_text", "text": "A form"},
    "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "Hello"}}],
}


def use(url, body):
    """Post to a response URL; returns status and text."""
    request = urllib.request.Request(
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def heard_commands(slack):
    """Connect an app that acknowledges /test and /raw; returns the payloads it hears."""
    heard = []
    app = slack.app()

    def listen(ack, body):
        heard.append(body)  # before the answer, after which the test goes on
        ack()

    app.command("/test")(listen)
    app.command("/raw")(listen)
    slack.connect(app)
    return heard


# Deadlines


def test_an_answer_in_time_is_shown_to_the_member_only(slack):
    app = slack.app()
    app.command("/test")(lambda ack: ack("Here you are"))
    slack.connect(app)

    answer = slack.ana.say(slack.ml, "/test now")

    assert answer == {"ok": True}
    assert slack.ana.messages(slack.ml)[0]["text"] == "Here you are"
    assert slack.ana.messages(slack.ml)[0]["ephemeral"]
    assert slack.ben.messages(slack.ml) == []


def test_a_command_not_answered_in_time_fails_with_operation_timeout(start, caplog):
    slack = start(ack_timeout_s=0.3)
    app = slack.app()
    failed = threading.Event()
    app.command("/test")(lambda ack: failed.wait(PATIENCE_S) and ack("too late"))
    slack.connect(app)

    answer = slack.ana.say(slack.ml, "/test")

    assert not answer["ok"]
    assert "operation_timeout" in answer["notice"]
    failed.set()
    slack.ana.wait_for(lambda: "acknowledged too late" in caplog.text)
    assert slack.ana.messages(slack.ml) == []


def test_the_deadline_is_three_seconds_unless_a_test_shortens_it(slack):
    config = type(slack.config)(manifest=slack.config.manifest)

    assert config.ack_timeout_s == 3.0
    assert config.trigger_life_s == 3.0
    assert config.event_retry_delays_s[1:] == (60.0, 300.0)
    assert (config.response_url_uses, config.response_url_life_s) == (5, 1800.0)


def test_a_command_nobody_listens_to_fails_at_once(slack):
    answer = slack.ana.say(slack.ml, "/test")

    assert "dispatch_failed" in answer["notice"]
    assert slack.ana.say(slack.ml, "/unknown")["notice"] == "/unknown is not a valid command."


def test_commands_cannot_be_used_in_threads(slack):
    root = slack.ana.say(slack.ml, "root")["ts"]

    assert "not supported in threads" in slack.ana.say(slack.ml, "/test", root)["notice"]


def test_an_answer_in_the_channel_shows_the_command_too(slack):
    app = slack.app()
    app.command("/test")(lambda ack: ack(text="For all", response_type="in_channel"))
    slack.connect(app)

    slack.ana.say(slack.ml, "/test it")

    assert [one["text"] for one in slack.ben.messages(slack.ml)] == ["/test it", "For all"]


def test_an_answer_with_wrong_blocks_is_a_failure(slack, caplog):
    app = slack.app()
    app.command("/test")(lambda ack: ack(blocks=[{"type": "nonsense"}], text="x"))
    slack.connect(app)

    assert "invalid_blocks" in slack.ana.say(slack.ml, "/test")["notice"]
    assert "unsupported type: nonsense" in caplog.text


def test_names_become_ids_only_where_the_manifest_asks_for_it(slack):
    heard = heard_commands(slack)

    slack.ana.say(slack.ml, "/test @ben #general #bqx-leads")
    slack.ana.say(slack.ml, "/raw @ben")

    assert heard[0]["text"] == "<@U0BEN0002> <#C0GENERAL|general> <#C0LEADS01|>"
    assert heard[1]["text"] == "@ben"


def test_a_command_carries_what_slack_sends(slack):
    heard = heard_commands(slack)

    slack.ana.say(slack.ml, "/test tomorrow")

    assert set(heard[0]) == {
        *("token", "team_id", "team_domain", "channel_id", "channel_name", "user_id"),
        *("user_name", "command", "text", "api_app_id", "is_enterprise_install"),
        *("response_url", "trigger_id"),
    }
    assert heard[0]["is_enterprise_install"] == "false"
    assert heard[0]["channel_name"] == "bqx-ml"


# trigger_id


def test_a_trigger_opens_one_modal(slack):
    heard = heard_commands(slack)
    slack.ana.say(slack.ml, "/test")
    trigger = heard[0]["trigger_id"]

    slack.web.views_open(trigger_id=trigger, view=MODAL)
    again = refusal(slack.web.views_open, trigger_id=trigger, view=MODAL)

    assert slack.ana.modal()["callback_id"] == "form"
    assert again["error"] == "exchanged_trigger_id"


def test_a_trigger_expires(start):
    slack = start(trigger_life_s=0.1)
    heard = heard_commands(slack)
    slack.ana.say(slack.ml, "/test")
    slack.box.move_clock(-3600)
    time.sleep(0.15)

    answer = refusal(slack.web.views_open, trigger_id=heard[0]["trigger_id"], view=MODAL)

    assert answer["error"] == "expired_trigger_id"


def test_an_invented_trigger_is_invalid(slack):
    answer = refusal(slack.web.views_open, trigger_id="1.2.3", view=MODAL)

    assert answer["error"] == "invalid_trigger_id"


def test_a_refused_view_does_not_use_the_trigger_up(slack):
    heard = heard_commands(slack)
    slack.ana.say(slack.ml, "/test")
    trigger = heard[0]["trigger_id"]
    long = {**MODAL, "title": {"type": "plain_text", "text": "x" * 25}}

    refused = refusal(slack.web.views_open, trigger_id=trigger, view=long)

    assert refused["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    ]
    assert slack.web.views_open(trigger_id=trigger, view=MODAL)["ok"]


# response_url


def test_a_response_url_serves_five_times(slack):
    heard = heard_commands(slack)
    slack.ana.say(slack.ml, "/test")
    url = heard[0]["response_url"]

    answers = [use(url, {"text": f"answer {n}"}) for n in range(6)]

    assert answers[:5] == [(200, "ok")] * 5
    assert answers[5] == (404, "used_url")
    assert len(slack.ana.messages(slack.ml)) == 5
    assert all(one["ephemeral"] for one in slack.ana.messages(slack.ml))


def test_a_response_url_expires(start):
    slack = start(response_url_life_s=0.05)
    heard = heard_commands(slack)
    slack.ana.say(slack.ml, "/test")
    time.sleep(0.1)

    assert use(heard[0]["response_url"], {"text": "late"}) == (404, "expired_url")


def test_a_response_url_answers_where_the_bot_is_not_a_member(slack):
    heard = heard_commands(slack)

    slack.ana.say("C0LEADS01", "/test")
    use(heard[0]["response_url"], {"text": "to all", "response_type": "in_channel"})

    assert [one["text"] for one in slack.member("U0DANA004").messages("C0LEADS01")] == ["to all"]


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ({}, (400, "no_text")),
        ({"text": "x", "channel": "C1"}, (400, "invalid_payload")),
        ({"text": "x", "blocks": [{"type": "x"}]}, (400, "invalid_blocks")),
        ([], (400, "invalid_payload")),
    ],
)
def test_a_wrong_answer_is_refused(slack, body, answer):
    heard = heard_commands(slack)
    slack.ana.say(slack.ml, "/test")

    assert use(heard[0]["response_url"], body) == answer


def test_a_message_acted_in_can_be_replaced_or_deleted_by_its_response_url(slack):
    urls = []
    app = slack.app()

    @app.action("go")
    def go(ack, body):
        ack()
        urls.append(body["response_url"])

    slack.connect(app)
    button = {
        "type": "button",
        "action_id": "go",
        "text": {"type": "plain_text", "text": "Go"},
    }
    blocks = [{"type": "actions", "block_id": "b", "elements": [button]}]
    ts = slack.web.chat_postEphemeral(
        channel=slack.ml, user=slack.ana.id, text="Press", blocks=blocks
    )["message_ts"]
    place = {"type": "message", "channel": slack.ml, "ts": ts}

    slack.ana.press(place, "b", "go")
    slack.ana.wait_for(lambda: urls)
    use(urls[0], {"text": "Pressed", "replace_original": True})
    replaced = slack.ana.messages(slack.ml)
    use(urls[0], {"delete_original": True})

    assert [one["text"] for one in replaced] == ["Pressed"]
    assert "blocks" not in replaced[0]
    assert slack.ana.messages(slack.ml) == []


# Events


def test_a_mention_is_told_in_an_envelope_with_app_and_authorization(slack):
    bodies = []
    app = slack.app()

    @app.event("app_mention")
    def keep(body):
        bodies.append(body)

    app.event("message")(lambda: None)
    slack.connect(app)

    slack.ana.say(slack.ml, "@testapp status")
    slack.ana.wait_for(lambda: bodies)

    assert bodies[0]["api_app_id"]
    assert bodies[0]["authorizations"][0]["is_bot"]
    assert bodies[0]["event"]["channel"] == slack.ml
    assert bodies[0]["event"]["text"].endswith("> status")
    assert bodies[0]["event_time"] == int(float(bodies[0]["event"]["ts"]))


def test_an_event_nobody_takes_comes_again_three_times_with_the_same_id(start, caplog):
    slack = start(event_retry_delays_s=(0.05, 0.1, 0.15), ack_timeout_s=0.3)
    heard = []
    app = slack.app()

    @app.middleware
    def count(req, body):
        # A listener that is never reached leaves the envelope without an acknowledgement.
        headers = {name: values[0] for name, values in req.headers.items()}
        heard.append((body["event_id"], headers))
        raise RuntimeError("not now")

    slack.connect(app)
    slack.ana.say(slack.ml, "hello")
    slack.ana.wait_for(lambda: "the product never took it" in caplog.text)
    slack.ana.wait_for(lambda: len(heard) == 4)

    # The threads of the product may have heard them in another order.
    heard.sort(key=lambda one: one[1]["x-slack-retry-num"])
    assert len({event_id for event_id, _ in heard}) == 1
    assert [headers["x-slack-retry-num"] for _, headers in heard] == ["0", "1", "2", "3"]
    assert {headers.get("x-slack-retry-reason") for _, headers in heard[1:]} == {"http_timeout"}


def test_events_may_come_twice_and_out_of_order(slack):
    heard = []
    app = slack.app()
    app.event("message")(lambda: None)

    def listen(raw):
        payload = json.loads(raw).get("payload")
        if payload:
            heard.append((payload["event"]["text"], payload["event_id"]))

    # In the order of their arrival: the listeners of an app run on threads beside each other.
    slack.connect(app).client.on_message_listeners.append(listen)

    slack.box.faults(duplicate_event=1)
    slack.ana.say(slack.ml, "twice")
    slack.ana.wait_for(lambda: len(heard) == 2)
    slack.box.faults(reorder_events=1)
    for word in ("first", "second"):
        slack.ana.say(slack.ml, word)
    slack.ana.wait_for(lambda: len(heard) == 4)

    assert heard[0] == heard[1]
    assert [text for text, _ in heard[2:]] == ["second", "first"]


def test_only_subscribed_events_of_channels_with_the_bot_are_told(slack):
    heard = []
    app = slack.app()
    app.event("message")(lambda event: heard.append(event["text"]))
    app.event("app_mention")(lambda event: heard.append("mention"))
    slack.connect(app)

    slack.ana.say("C0GENERAL", "@testapp unheard")
    slack.ana.say(slack.ana.channel("bot"), "direct")
    slack.ana.wait_for(lambda: heard)

    assert heard == ["direct"]


def test_joining_is_told(slack):
    heard = []
    app = slack.app()
    app.event("member_joined_channel")(lambda event: heard.append(event["user"]))
    slack.connect(app)
    slack.ben.change_channel(slack.ml, "leave")

    slack.ben.change_channel(slack.ml, "join")

    assert slack.ana.wait_for(lambda: heard) == ["U0BEN0002"]


# Socket Mode


def test_each_envelope_goes_to_one_of_the_sockets(slack):
    first, second = heard_commands(slack), heard_commands(slack)

    for _ in range(4):
        slack.ana.say(slack.ml, "/test")

    assert len(first) + len(second) == 4
    assert first
    assert second


def test_an_eleventh_socket_is_turned_away(slack):
    async def open_eleven():
        async with aiohttp.ClientSession() as session:
            sockets = []
            for _ in range(11):
                url = slack.web.apps_connections_open(app_token=slack.config.app_token)["url"]
                sockets.append(await session.ws_connect(url))
            first_words = [(await one.receive_json())["type"] for one in sockets]
            await sockets[10].receive()
            for one in sockets:
                await one.close()
            return first_words

    words = asyncio.run(open_eleven())

    assert words == ["hello"] * 10 + ["disconnect"]


def test_a_ticket_opens_one_socket(slack):
    url = slack.web.apps_connections_open(app_token=slack.config.app_token)["url"]
    ticket = url.replace("ws:", "http:")
    with pytest.raises(urllib.error.HTTPError) as first:
        urllib.request.urlopen(ticket)
    with pytest.raises(urllib.error.HTTPError) as second:
        urllib.request.urlopen(ticket)

    # No WebSocket handshake the first time, no valid ticket the second.
    assert (first.value.code, second.value.code) == (400, 403)
    first.value.close()
    second.value.close()


def test_the_sdk_reconnects_when_told_to_refresh(slack):
    heard = heard_commands(slack)

    slack.box.disconnect("refresh_requested")
    slack.ana.wait_for(lambda: slack.ana.state()["sockets"] == 1)
    answer = slack.ana.wait_for(lambda: slack.ana.say(slack.ml, "/test")["ok"])

    assert answer
    assert heard


def test_an_envelope_on_a_socket_that_breaks_fails(start):
    slack = start()

    async def break_off():
        async with aiohttp.ClientSession() as session:
            url = slack.web.apps_connections_open(app_token=slack.config.app_token)["url"]
            socket = await session.ws_connect(url)
            await socket.receive_json()
            asking = asyncio.create_task(asyncio.to_thread(slack.ana.say, slack.ml, "/test"))
            envelope = await socket.receive_json()
            await socket.close()
            return envelope, await asking

    envelope, answer = asyncio.run(break_off())

    assert envelope["type"] == "slash_commands"
    assert envelope["accepts_response_payload"]
    assert "dispatch_failed" in answer["notice"]
