"""What the local servers share: they answer this machine alone, from a thread of their own."""

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

HOST = "127.0.0.1"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
START_S = 60.0
TIMEOUT_S = 60.0
HTTP_OK = 200


class RefusedError(Exception):
    """A local server refused; `status` is HTTP's, the text a sentence."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status}: {text}")
        self.status = status


@web.middleware
async def refuse_strangers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """
    Serve this machine only.

    A web page elsewhere must not reach a server through a browser: neither by a name that
    resolves to loopback (Host) nor by posting across origins (Origin).
    """
    origin = request.headers.get("Origin")
    names = [urlsplit(f"//{request.host}").hostname]
    if origin is not None:
        names.append(urlsplit(origin).hostname)
    if any(name not in LOOPBACK for name in names):
        return web.json_response({"error": "Only this machine may ask."}, status=403)
    return await handler(request)


@contextmanager
def serving(runner: web.AppRunner, listener: socket.socket, name: str) -> Iterator[None]:
    """
    Serve on an open socket until the block is left; whatever still runs then is ended, too.

    Raises:
        TimeoutError: it did not start.
    """
    loops: list[asyncio.AbstractEventLoop] = []
    stop, ready = asyncio.Event(), threading.Event()

    async def serve() -> None:
        loops.append(asyncio.get_running_loop())
        await runner.setup()
        try:
            await web.SockSite(runner, listener).start()
            ready.set()
            await stop.wait()
        finally:
            await runner.cleanup()

    # Its end cancels what handlers began and nobody waits for, such as a client that broke off.
    thread = threading.Thread(target=lambda: asyncio.run(serve()), name=name, daemon=True)
    thread.start()
    if not ready.wait(START_S):
        raise TimeoutError(f"{name} did not start")
    try:
        yield
    finally:
        loops[0].call_soon_threadsafe(stop.set)
        thread.join(START_S)


def ask(base_url: str, verb: str, path: str, body: Any = None) -> dict[str, Any]:
    """
    Send JSON, None for nothing, and return the JSON of the answer.

    Raises:
        RefusedError: the answer is not 200.
    """
    where = urlsplit(base_url)
    connection = HTTPConnection(str(where.hostname), where.port, timeout=TIMEOUT_S)
    try:
        sent = None if body is None else json.dumps(body)
        connection.request(verb, path, sent, {"Content-Type": "application/json"})
        response = connection.getresponse()
        answer: dict[str, Any] = json.loads(response.read())
    finally:
        connection.close()
    if response.status != HTTP_OK:
        raise RefusedError(response.status, str(answer.get("error")))
    return answer
