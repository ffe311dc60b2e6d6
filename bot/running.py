"""Run the product in the foreground: Socket Mode, signed HTTP, or the worker alone."""

import gc
import json
import logging
import signal
import threading
from collections.abc import Callable, Iterable
from io import BytesIO
from types import FrameType
from typing import Any
from wsgiref.types import StartResponse

from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_bolt.request.internals import parse_body
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from waitress.server import create_server

from bot.adapters.slack.outcomes import our_error
from bot.errors import OutageError, RefusedError, SettingsError
from bot.settings import Settings
from bot.usecases.airtable.notifying import take_notification
from bot.wiring import LISTENERS, Product, build
from bot.workspaces import NOTIFY_PATH

MAX_BODY_BYTES = 1_000_000  # Slack's largest payload, a view of 250 kB, four times over
LONGEST_WAIT_S = 30.0
CLOSING_S = 5.0  # what reads from Slack looks up every three seconds
SIGNATURE_CHARS = 67  # "v0=" and 64 hexadecimal digits

log = logging.getLogger(__name__)


def run_socket_mode(settings: Settings) -> None:
    """
    Run everything in one process, with Slack's requests over Socket Mode.

    Raises:
        SettingsError: a token is missing or wrong.
    """
    token = settings.slack_app_token.get_secret_value()
    if not token:
        raise SettingsError("SLACK_APP_TOKEN is not set: Socket Mode needs the xapp-… token.")
    stopping = _set_by_signals()
    product = _build_when_slack_answers(settings, "run", stopping)
    if product is None:
        return
    handler = SocketModeHandler(product.bolt, token, proxy=None)
    _until_stopped(product, stopping, lambda: _connect(handler, stopping), lambda: _close(handler))


def run_web(settings: Settings) -> None:
    """
    Run everything in one process, with Slack's requests over signed HTTP.

    Raises:
        SettingsError: a token or the signing secret is missing or wrong.
    """
    if not settings.slack_signing_secret.get_secret_value():
        raise SettingsError("SLACK_SIGNING_SECRET is not set: signed HTTP needs it.")
    stopping = _set_by_signals()
    product = _build_when_slack_answers(settings, "web", stopping)
    if product is None:
        return
    try:
        server = create_server(
            web_app(product),
            host="0.0.0.0",  # noqa: S104 - Slack calls from outside; every request is signed
            port=settings.port,
            threads=LISTENERS,
            max_request_body_size=MAX_BODY_BYTES,
            ident=None,
        )
    except OSError as error:
        raise SettingsError(
            f"Port {settings.port} can't be used ({error.strerror}). Set PORT to another one."
        ) from error
    serving = threading.Thread(target=server.run, name="web", daemon=True)
    _until_stopped(product, stopping, serving.start, server.close)


def run_worker(settings: Settings) -> None:
    """Run the engine and the clock only; Slack's requests come in elsewhere."""
    stopping = _set_by_signals()
    product = _build_when_slack_answers(settings, "worker", stopping)
    if product is not None:
        _until_stopped(product, stopping, lambda: None, lambda: None)


def web_app(product: Product) -> Callable[[dict[str, Any], StartResponse], Iterable[bytes]]:
    """
    Return the WSGI application: Slack's requests at /slack/events, health at /healthz.

    Airtable's notifications come to /airtable/notify, signed with the hook's secret.

    Bolt parses a body before it checks the signature, and answers 500 with a traceback to what
    it can't parse (contracts, engine 7.1): so the signature is checked here, before anything else.
    """
    slack = SlackRequestHandler(product.bolt, path="/slack/events")
    verifier = SignatureVerifier(product.settings.slack_signing_secret.get_secret_value())

    def application(environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/healthz":
            return _respond(start, "200 OK", {"ok": True})
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if environ["PATH_INFO"] == NOTIFY_PATH:
            return _notified(product, environ, start, body)
        environ["wsgi.input"] = BytesIO(body)
        if not _is_from_slack(verifier, environ, body):
            return _respond(start, "401 Unauthorized", {"error": "invalid request"})
        if not _is_readable(body, environ.get("CONTENT_TYPE")):
            return _respond(start, "400 Bad Request", {"error": "unreadable body"})
        return slack(environ, start)

    return application


def _notified(
    product: Product, environ: dict[str, Any], start: StartResponse, body: bytes
) -> Iterable[bytes]:
    """Answer a notification of Airtable's: an empty body, and only what it signed counts."""
    signature = environ.get("HTTP_X_AIRTABLE_CONTENT_MAC", "")
    if not take_notification(product.ports.plans, body, signature):
        return _respond(start, "401 Unauthorized", {"error": "invalid request"})
    product.alarm.wake()
    start("200 OK", [("Content-Length", "0")])
    return [b""]


def _is_from_slack(verifier: SignatureVerifier, environ: dict[str, Any], body: bytes) -> bool:
    """Whether the signature is right and fresh; headers that can't be read are not Slack's."""
    stamp = environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP", "")
    signature = environ.get("HTTP_X_SLACK_SIGNATURE", "")
    return (
        stamp.isascii()
        and stamp.isdigit()
        and len(stamp) <= 12  # noqa: PLR2004 - seconds since 1970, for thousands of years
        and signature.isascii()
        and len(signature) == SIGNATURE_CHARS
        and _is_utf8(body)  # which the verifier takes for granted
        and verifier.is_valid(body, stamp, signature)
    )


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_readable(body: bytes, content_type: str | None) -> bool:
    try:
        return isinstance(parse_body(body.decode(), content_type), dict)
    except (ValueError, RecursionError):  # no JSON, or nested without end
        return False


def _respond(start: StartResponse, status: str, body: dict[str, Any]) -> Iterable[bytes]:
    start(status, [("Content-Type", "application/json")])
    return [json.dumps(body).encode()]


def _set_by_signals() -> threading.Event:
    """Return what is set when this process is asked to end."""
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    return stopping


def _build_when_slack_answers(
    settings: Settings, role: str, stopping: threading.Event
) -> Product | None:
    """Return the product; None when this process was asked to end before Slack answered."""
    wait_s = 1.0
    while not stopping.is_set():
        try:
            return build(settings, role=role)
        except OutageError as error:
            log.warning("%s isn't answering; the next try is in %.0f s.", error.service, wait_s)
            stopping.wait(wait_s)
            wait_s = min(wait_s * 2, LONGEST_WAIT_S)
        except RefusedError as error:
            raise SettingsError(
                f"Slack refuses SLACK_BOT_TOKEN ({error.code}): copy it again from"
                " “OAuth & Permissions”, or reinstall the app if it was revoked."
            ) from error
    return None


def _connect(handler: SocketModeHandler, stopping: threading.Event) -> None:
    """
    Open Socket Mode, trying again until Slack answers; later breaks are Bolt's business.

    Raises:
        SettingsError: Slack refuses the app-level token.
    """
    wait_s = 1.0
    while not stopping.is_set():
        try:
            handler.client.connect_to_new_endpoint(force=True)
        except SlackApiError as error:
            refused = our_error(error)
            if isinstance(refused, RefusedError):
                raise SettingsError(
                    f"Slack refuses SLACK_APP_TOKEN ({refused.code}): make an app-level token with"
                    " connections:write under “Basic Information”."
                ) from error
        except OSError as error:
            log.warning("Socket Mode can't be opened: %s", error)
        else:
            return
        log.warning("Slack isn't answering; the next try is in %.0f s.", wait_s)
        stopping.wait(wait_s)
        wait_s = min(wait_s * 2, LONGEST_WAIT_S)


def _close(handler: SocketModeHandler) -> None:
    """Close Socket Mode; a request that comes in meanwhile is not acknowledged: it comes again."""
    handler.client.logger.setLevel(logging.CRITICAL)  # of which the SDK would write a traceback
    close(handler)


def close(handler: SocketModeHandler) -> None:
    """
    Close Socket Mode, in time.

    The SDK (slack_sdk 3.47) may wait for ever: its reading thread, where it begins anew in that
    very moment, forgets that it was told to end. So it is told beforehand not to begin anew.
    """
    client = handler.client
    client.current_session_runner.event.set()
    closing = threading.Thread(target=handler.close, name="closing", daemon=True)
    closing.start()
    closing.join(CLOSING_S)
    client.current_session_state.terminated = True


def _until_stopped(
    product: Product,
    stopping: threading.Event,
    open_door: Callable[[], None],
    close_door: Callable[[], None],
) -> None:
    try:
        product.start()
        # What was imported and built stays: else the collector looks at all of it time and again,
        # and every request under way stands still for a tenth of a second.
        gc.freeze()
        open_door()
        if not stopping.is_set():
            log.info("BQX Cadence is ready in %s.", product.workspace.name or "the workspace")
        stopping.wait()
        close_door()
    finally:
        product.stop()
