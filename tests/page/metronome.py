"""A real Bolt app in Socket Mode that uses every part of the page."""

import queue
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.running import close
from bot.sandbox.config import SandboxConfig
from tests.page import views

Json = dict[str, Any]


class Metronome:
    """The app, and what it has been sent."""

    def __init__(self, api_url: str, config: SandboxConfig) -> None:
        self.client = WebClient(token=config.bot_token, base_url=api_url)
        self.app = App(client=self.client, raise_error_for_unhandled_request=False)
        self.sent: queue.Queue[Json] = queue.Queue()
        self.silent = False
        self._register()

    def next(self, timeout_s: float = 60.0) -> Json:
        """Return the next payload the app was sent."""
        return self.sent.get(timeout=timeout_s)

    def _register(self) -> None:
        app = self.app
        app.command("/test")(self._command)
        app.action({"type": "block_actions", "action_id": views.ANY})(self._acted)
        app.options(views.ANY)(self._suggest)
        app.view(views.ANY)(self._submitted)
        app.view_closed(views.ANY)(self._closed)
        app.shortcut(views.ANY)(self._shortcut)
        app.event("app_home_opened")(self._home_opened)
        app.event("app_mention")(self._mentioned)
        app.event("message")(self._heard)

    def _command(self, ack: Ack, command: Json) -> None:
        word, _, rest = command["text"].partition(" ")
        if word == "slow":
            return
        self.sent.put(command)
        ack()
        channel, user = command["channel_id"], command["user_id"]
        if word == "form":
            self.client.views_open(trigger_id=command["trigger_id"], view=views.form())
        elif word == "hidden":
            self.client.chat_postEphemeral(channel=channel, user=user, text=rest)
        elif word == "say":
            self.client.chat_postMessage(channel=channel, text=rest, unfurl_links=False)
        elif word == "report":
            self.report(channel)

    def report(self, channel: str) -> None:
        """Upload a Markdown report and a picture."""
        self.client.files_upload_v2(
            channel=channel,
            initial_comment="The week in one page.",
            file_uploads=[
                {"filename": "week.md", "title": "Week 36", "content": views.REPORT},
                {"filename": "chart.png", "title": "Burn-up", "file": png(320, 120)},
            ],
        )

    def _acted(self, ack: Ack, body: Json) -> None:
        self.sent.put(body)
        ack()
        action = body["actions"][0]["action_id"]
        if action == "grow":
            self.client.views_update(
                view_id=body["view"]["id"],
                hash=body["view"]["hash"],
                view=views.form(grown=True),
            )
        elif action == "ask":
            self.client.views_open(trigger_id=body["trigger_id"], view=views.form())

    def _suggest(self, ack: Ack, payload: Json) -> None:
        typed = payload["value"].lower()
        found = [views.option(name) for name in views.STAGES if typed in name.lower()]
        if payload["action_id"] == "grouped":
            ack(option_groups=[{"label": views.plain("Phase 7"), "options": found}])
        else:
            ack(options=found)

    def _submitted(self, ack: Ack, body: Json) -> None:
        if self.silent:
            return
        self.sent.put(body)
        values = body["view"]["state"]["values"]
        name = values.get("name", {}).get("value", {}).get("value")
        if name == "wrong":
            ack(response_action="errors", errors={"name": "That name is taken."})
        elif name == "more":
            ack(response_action="push", view=views.second())
        else:
            ack()

    def _closed(self, ack: Ack, body: Json) -> None:
        self.sent.put(body)
        ack()

    def _shortcut(self, ack: Ack, body: Json) -> None:
        self.sent.put(body)
        ack()
        self.client.views_open(trigger_id=body["trigger_id"], view=views.second())

    def _home_opened(self, event: Json) -> None:
        if event["tab"] == "home":
            self.client.views_publish(user_id=event["user"], view=views.home())

    def _mentioned(self, event: Json) -> None:
        self.sent.put(event)

    def _heard(self, event: Json) -> None:
        self.sent.put(event)


@contextmanager
def running_metronome(api_url: str, config: SandboxConfig) -> Iterator[Metronome]:
    """Connect the app to a local workspace."""
    metronome = Metronome(api_url, config)
    handler = SocketModeHandler(metronome.app, config.app_token)
    handler.connect()
    try:
        yield metronome
    finally:
        close(handler)


def png(width: int, height: int) -> bytes:
    """Return a picture: a gradient, as a PNG."""
    rows = b"".join(
        b"\0" + b"".join(bytes((20, 90 + x * 120 // width, 90)) for x in range(width))
        for _ in range(height)
    )

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)
