"""Socket Mode is closed in time, whatever the SDK's threads do in that moment."""

import threading
from pathlib import Path

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.running import close
from bot.sandbox.config import SandboxConfig
from bot.sandbox.server import running_sandbox

MANIFEST = Path(__file__).parents[1] / "manifest.yml"
LONG_S = 60.0


def test_closing_ends_though_the_sdk_s_reading_thread_would_begin_anew(monkeypatch):
    monkeypatch.setattr("bot.running.CLOSING_S", 10 * LONG_S)
    config = SandboxConfig(manifest=MANIFEST, port=0)
    with running_sandbox(config) as box:
        app = App(client=WebClient(token=config.bot_token, base_url=box.api_url))
        handler = SocketModeHandler(app, config.app_token)
        handler.connect()
        client = handler.client
        client.current_session.sock.settimeout(0.05)
        disconnect, reader = client.disconnect, client.current_session_runner.thread

        def when_it_is_over_or_begun_anew():
            while reader.is_alive() and client.current_session_state.terminated:
                reader.join(0.01)
            disconnect()

        client.disconnect = when_it_is_over_or_begun_anew
        closing = threading.Thread(target=close, args=(handler,), daemon=True)
        closing.start()
        closing.join(LONG_S)

        assert not closing.is_alive()
        assert not reader.is_alive()
