"""Ways to drive a local workspace from tests: the real SDK, the real Bolt, raw HTTP."""

import http.client
import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.config import SandboxConfig
from bot.sandbox.remote import RemoteMember, RemoteSandbox
from bot.sandbox.server import running_sandbox

HERE = Path(__file__).parent
MANIFEST = HERE / "manifest.yml"
# Tests are no measure of three seconds: the machine may be busy with other things for longer.
PATIENCE_S = 60.0


class Rig:
    """A workspace under test and what belongs to it; close it with `stack`."""

    def __init__(self, box: RemoteSandbox, config: SandboxConfig, stack: ExitStack) -> None:
        self.box = box
        self.config = config
        self.web = WebClient(token=config.bot_token, base_url=box.api_url, retry_handlers=[])
        self.ana = box.member("U0ANA0001")
        self.ben = box.member("U0BEN0002")
        self.ml = "C0BQXML01"
        self._stack = stack

    def member(self, member_id: str) -> RemoteMember:
        return self.box.member(member_id)

    def app(self) -> App:
        return App(
            client=WebClient(
                token=self.config.bot_token, base_url=self.box.api_url, retry_handlers=[]
            ),
            signing_secret=self.config.signing_secret,
        )

    def connect(self, app: App) -> SocketModeHandler:
        before = self.ana.state()["sockets"]
        handler = SocketModeHandler(app, self.config.app_token, web_client=app.client)
        self._stack.callback(hang_up, handler)
        handler.connect()
        self.ana.wait_for(lambda: self.ana.state()["sockets"] > before)
        return handler


def hang_up(handler: SocketModeHandler) -> None:
    """Close a handler without the seconds its threads would sit out."""
    client = handler.client
    client.closed = True
    client.auto_reconnect_enabled = False
    client.current_session_runner.event.set()
    client.current_session_state.terminated = True
    client.message_processor.event.set()
    client.enqueue_message("{}")
    session = client.current_session
    if session is not None and session.sock is not None:
        with suppress(OSError):
            session.sock.shutdown(socket.SHUT_RDWR)
    handler.close()


@contextmanager
def rig(**settings: Any) -> Iterator[Rig]:
    """Run a workspace for a while."""
    patient = {"ack_timeout_s": PATIENCE_S, "trigger_life_s": PATIENCE_S}
    settings = {"manifest": MANIFEST, "port": 0, **patient, **settings}
    config = SandboxConfig(**settings)
    with ExitStack() as stack:
        box = stack.enter_context(running_sandbox(config))
        yield Rig(box, config, stack)


def ask(slack, method, body, content_type, token=None):
    """Post a raw body to the Web API; returns status and JSON."""
    where = urlsplit(slack.box.base_url)
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=PATIENCE_S)
    headers = {"Content-Type": content_type}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    connection.request("POST", f"/api/{method}", body, headers)
    response = connection.getresponse()
    answer = response.status, json.loads(response.read())
    connection.close()
    return answer


def refusal(call, *args, **kwargs):
    """Return the answer of a call that is refused."""
    with pytest.raises(SlackApiError) as caught:
        call(*args, **kwargs)
    return caught.value.response
