"""The page's API: what members see, the stream, the clock, and who may ask."""

import http.client
import json
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from sandbox_driving import PATIENCE_S

from bot.sandbox.loopback import RefusedError


@contextmanager
def listening(slack, member_id):
    """Yield the notes a member's page is told, as they come."""
    where = urlsplit(slack.box.base_url)
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=PATIENCE_S)
    connection.request("GET", f"/sandbox/stream?as={member_id}")
    response = connection.getresponse()
    notes = []

    def read():
        try:
            # One at a time: the test reads while more may come.
            notes.extend(json.loads(line[6:]) for line in response if line.startswith(b"data: "))
        except (OSError, ValueError, AttributeError, http.client.HTTPException):
            return

    assert response.readline().startswith(b": connected")
    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield notes
    finally:
        connection.sock.shutdown(2)
        reader.join()
        response.close()
        connection.close()


def test_the_state_shows_team_app_members_and_the_channels_one_can_see(slack):
    ana, ben = slack.ana.state(), slack.ben.state()

    assert ana["team"]["name"] == "BQX"
    assert slack.box.get("state")["as"] == ana["as"] == slack.ana.id
    assert [one["command"] for one in ana["app"]["commands"]] == ["/test", "/raw"]
    assert [one["type"] for one in ana["app"]["shortcuts"]] == ["global", "message"]
    assert len([one for one in ana["members"] if one["is_bot"]]) == 1
    assert "bqx-leads" in [one["name"] for one in ana["channels"]]
    assert "bqx-leads" not in [one["name"] for one in ben["channels"]]
    assert len([one for one in ben["channels"] if one["kind"] == "im"]) == 1
    assert ben["clock"]["zone"] == "America/New_York"


def test_what_others_wrote_is_unread_until_it_is_read(slack):
    def unread(member):
        return {one["name"]: one["unread"] for one in member.state()["channels"]}["bqx-ml"]

    slack.ana.say(slack.ml, "news")
    before = unread(slack.ben)
    slack.ben.messages(slack.ml)

    assert (unread(slack.ana), before, unread(slack.ben)) == (0, 1, 0)


def test_open_pages_are_told_what_changed(slack):
    with listening(slack, slack.ben.id) as notes:
        root = slack.ana.say(slack.ml, "root")["ts"]
        slack.ana.say(slack.ml, "reply", root)
        slack.box.move_clock(60)
        slack.web.views_publish(
            user_id=slack.ben.id, view={"type": "home", "blocks": [{"type": "divider"}]}
        )
        slack.web.chat_postEphemeral(channel=slack.ml, user=slack.ana.id, text="psst")
        slack.ana.wait_for(lambda: len(notes) >= 4)

    assert notes == [
        {"type": "messages", "channel": slack.ml},
        {"type": "messages", "channel": slack.ml, "thread_ts": root},
        {"type": "state"},
        {"type": "home"},
    ]


def test_a_private_channel_is_not_told_to_outsiders(slack):
    with listening(slack, slack.ben.id) as notes:
        slack.ana.say("C0LEADS01", "between us")
        slack.ana.say(slack.ml, "to all")
        slack.ana.wait_for(lambda: notes)

    assert notes == [{"type": "messages", "channel": slack.ml}]


def test_a_mention_of_an_absent_bot_is_noticed(slack):
    with listening(slack, slack.ana.id) as notes:
        slack.ana.say("C0GENERAL", "@testapp hello")
        slack.ana.wait_for(lambda: len(notes) == 2)

    assert notes[1]["type"] == "notice"
    assert "invite it" in notes[1]["text"]


def test_the_clock_moves_and_the_product_can_read_by_how_much(start, tmp_path):
    clock = tmp_path / "clock"
    slack = start(clock_file=clock)
    begun = clock.read_text()

    before = time.time()
    monday = before + 5 * 86_400
    slack.box.post("clock", {"now": monday})
    ts = float(slack.ana.say(slack.ml, "on Monday")["ts"])
    took_s = time.time() - before + 0.01
    moved = float(clock.read_text())
    slack.box.post("clock", {"reset": True})

    assert float(begun) == 0.0
    assert -0.01 < ts - monday < took_s
    assert -0.01 < 5 * 86_400 - moved < took_s
    assert float(clock.read_text()) == 0.0
    assert [one.name for one in tmp_path.iterdir()] == ["clock"]


def test_channels_can_be_made_left_and_archived(slack):
    made = slack.box.post("channel", {"as": slack.ana.id, "do": "create", "name": "bqx-new"})
    slack.ben.change_channel(made["channel"], "join")
    slack.ben.change_channel(made["channel"], "leave")
    slack.ana.change_channel(made["channel"], "archive")

    with pytest.raises(RefusedError, match="archived"):
        slack.ana.say(made["channel"], "too late")
    with pytest.raises(RefusedError, match="already"):
        slack.box.post("channel", {"as": slack.ana.id, "do": "create", "name": "bqx-new"})


@pytest.mark.parametrize(
    ("path", "body", "sentence"),
    [
        ("say", {"as": "U0NOBODY", "channel": "C0BQXML01", "text": "x"}, "no member"),
        ("say", {"as": "U0BEN0002", "channel": "C0LEADS01", "text": "x"}, "no channel"),
        ("say", {"as": "U0ANA0001", "channel": "C0BQXML01", "text": " "}, "something"),
        ("say", {"as": "U0ANA0001"}, "missing"),
        ("say", {"as": "U0ANA0001", "channel": [], "text": "x"}, "missing"),
        ("act", {"as": "U0ANA0001", "container": "here"}, "object"),
        ("act", {"as": "U0ANA0001", "container": {"view_id": {}}}, "missing"),
        ("submit", {"as": "U0ANA0001", "view_id": 7}, "missing"),
        ("faults", {"earthquake": 1}, "no fault called"),
        ("faults", {"lost_response": "many"}, "cannot be"),
        ("clock", {"now": "soon"}, "number"),
        ("disconnect", {"reason": "boredom"}, "never"),
        ("open_home", {"as": "U0ANA0001", "tab": "files"}, "no tab"),
        ("close", {"as": "U0ANA0001", "view_id": "V1"}, "no longer open"),
    ],
)
def test_a_slip_is_answered_with_a_sentence(slack, path, body, sentence):
    with pytest.raises(RefusedError, match=sentence):
        slack.box.post(path, body)


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "rebound.example:8150"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
    ],
)
@pytest.mark.parametrize("path", ["/sandbox/state?as=U0ANA0001", "/api/api.test"])
def test_pages_from_elsewhere_may_not_ask(slack, headers, path):
    request = urllib.request.Request(slack.box.base_url + path, headers=headers)

    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request)

    assert caught.value.code == 403
    caught.value.close()


def test_a_permalink_leads_to_the_page(slack):
    where = urlsplit(slack.box.base_url)
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=PATIENCE_S)
    connection.request("GET", f"/archives/{slack.ml}/p1788768060000200?thread_ts=1.000001")
    response = connection.getresponse()
    connection.close()

    assert response.status == 302
    assert response.headers["Location"] == (
        f"/?channel={slack.ml}&ts=1788768060.000200&thread_ts=1.000001"
    )
