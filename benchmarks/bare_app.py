"""The baseline: a Bolt app that acknowledges and does nothing, behind the product's server."""

import sys
from concurrent.futures import ThreadPoolExecutor

from slack_bolt import Ack, App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_bolt.authorization import AuthorizeResult
from waitress.server import create_server

from benchmarks.processes import WORKSPACE
from bot.running import MAX_BODY_BYTES
from bot.wiring import LISTENERS

KNOWN = AuthorizeResult(
    enterprise_id=None, team_id="T0BQX0001", bot_token="xoxb-bare", bot_user_id="U0BARE001"
)


def acknowledge(ack: Ack) -> None:
    """Do what every app has to do, and nothing else."""
    ack()


def main() -> None:
    """Serve at the port of the first argument until terminated."""
    app = App(
        signing_secret=WORKSPACE.signing_secret,
        authorize=lambda: KNOWN,
        listener_executor=ThreadPoolExecutor(LISTENERS),
    )
    app.command("/bqx")(acknowledge)
    server = create_server(
        SlackRequestHandler(app, path="/slack/events"),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        threads=LISTENERS,
        max_request_body_size=MAX_BODY_BYTES,
        ident=None,
    )
    print("listening", flush=True)
    server.run()


if __name__ == "__main__":
    main()
