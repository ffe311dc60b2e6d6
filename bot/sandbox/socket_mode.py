"""Socket Mode: single-use tickets, at most ten sockets, each envelope to one of them."""

import asyncio
import json
import logging
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from aiohttp import WSMsgType, web

from bot.sandbox.delivery import EVENTS, Parcel
from bot.sandbox.ids import new_token
from bot.sandbox.refusals import DeliveryError

SOCKETS = 10
CONNECTION_TIME_S = 3600
HEARTBEAT_S = 30.0
# How long a socket stays open after its goodbye; a warning comes about ten seconds ahead.
GOODBYE_S = 1.0
WARNING_S = 10.0
DISCONNECT_REASONS = ("warning", "refresh_requested", "link_disabled", "too_many_websockets")

_log = logging.getLogger(__name__)


class SocketMode:
    """
    Delivers over the product's WebSockets.

    Args:
        app_id: The app's id, told in `hello`.
        ack_timeout_s: How long an envelope waits for its acknowledgement.
    """

    def __init__(self, app_id: str, ack_timeout_s: float) -> None:
        self._app_id = app_id
        self._ack_timeout_s = ack_timeout_s
        self._tickets: set[str] = set()
        self._sockets: deque[web.WebSocketResponse] = deque()
        self._leaving: set[asyncio.Task[None]] = set()
        self._waiting: dict[str, tuple[web.WebSocketResponse, asyncio.Future[Any]]] = {}
        self.on_change: Callable[[], None] = _nothing

    def ticket(self) -> str:
        """Return a word that opens one socket, once."""
        ticket = new_token()
        self._tickets.add(ticket)
        return ticket

    def connections(self) -> int:
        """Return how many sockets are open."""
        return len(self._sockets)

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Serve one socket until either side closes it."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.json_response({"ok": False, "error": "invalid_ticket"}, status=403)
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT_S)
        await socket.prepare(request)
        if len(self._sockets) >= SOCKETS:
            await socket.send_json(_goodbye("too_many_websockets"))
            await socket.close()
            return socket
        self._sockets.append(socket)
        self.on_change()
        try:
            await socket.send_json(self._hello())
            await self._listen(socket)
        finally:
            self._forget(socket)
        return socket

    def _hello(self) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": len(self._sockets),
            "debug_info": {
                "host": "local-workspace",
                "build_number": 1,
                "approximate_connection_time": CONNECTION_TIME_S,
            },
            "connection_info": {"app_id": self._app_id},
        }

    async def _listen(self, socket: web.WebSocketResponse) -> None:
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            try:
                answer = json.loads(message.data)
                envelope_id = answer["envelope_id"]
            except (ValueError, KeyError, TypeError):
                _log.error("Socket Mode: not an acknowledgement: %.200s", message.data)
                continue
            waiting = self._waiting.pop(envelope_id, None)
            if waiting is None:
                _log.warning("Socket Mode: envelope %s was acknowledged too late", envelope_id)
            elif not waiting[1].done():
                waiting[1].set_result(answer.get("payload"))

    def _forget(self, socket: web.WebSocketResponse) -> None:
        with suppress(ValueError):
            self._sockets.remove(socket)
        for owner, answer in list(self._waiting.values()):
            if owner is socket and not answer.done():
                answer.set_exception(DeliveryError("connection_failed"))
        self.on_change()

    async def send(self, parcel: Parcel) -> Any:
        """Hand the parcel to one socket, the next in turn; see `Delivery.send`."""
        open_sockets = [one for one in self._sockets if not one.closed]
        if not open_sockets:
            raise DeliveryError("connection_failed")
        socket = open_sockets[0]
        self._sockets.rotate(-1)
        envelope_id = new_token(36)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = (socket, answer)
        try:
            await socket.send_json(_envelope(envelope_id, parcel))
            return await asyncio.wait_for(answer, self._ack_timeout_s)
        except TimeoutError as error:
            raise DeliveryError("http_timeout") from error
        except (ConnectionError, RuntimeError) as error:
            raise DeliveryError("connection_failed") from error
        finally:
            self._waiting.pop(envelope_id, None)

    async def disconnect(self, reason: str) -> None:
        """
        Say goodbye to every socket the way Slack does.

        A socket that was only warned still gets envelopes. The others get no more, but what they
        hold can be acknowledged until they are closed a moment later.
        """
        for socket in list(self._sockets):
            with suppress(ConnectionError, RuntimeError):
                await socket.send_json(_goodbye(reason))
            if reason != "warning":
                self._sockets.remove(socket)
            wait_s = WARNING_S if reason == "warning" else GOODBYE_S
            task = asyncio.get_running_loop().create_task(_close_later(socket, wait_s))
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)
        self.on_change()

    async def close(self) -> None:
        """Close every socket without a word."""
        for task in list(self._leaving):
            task.cancel()
        await asyncio.gather(*self._leaving, return_exceptions=True)
        for socket in list(self._sockets):
            await socket.close()


async def _close_later(socket: web.WebSocketResponse, wait_s: float) -> None:
    try:
        await asyncio.sleep(wait_s)
    finally:
        await socket.close()


def _nothing() -> None:
    """Do nothing; stands in until somebody wants to hear of changes."""


def _goodbye(reason: str) -> dict[str, Any]:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "local-workspace"}}


def _envelope(envelope_id: str, parcel: Parcel) -> dict[str, Any]:
    envelope = {
        "envelope_id": envelope_id,
        "type": parcel.kind,
        "payload": parcel.payload,
        "accepts_response_payload": parcel.kind != EVENTS,
    }
    if parcel.kind == EVENTS:
        envelope |= {"retry_attempt": parcel.retry, "retry_reason": parcel.reason}
    return envelope
