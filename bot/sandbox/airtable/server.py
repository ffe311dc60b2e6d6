"""The local Airtable as one loopback server."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.sandbox.airtable.config import AirtableConfig
from bot.sandbox.airtable.control_api import ControlApi
from bot.sandbox.airtable.front import Front
from bot.sandbox.airtable.pings import Pings
from bot.sandbox.airtable.remote import RemoteAirtable
from bot.sandbox.airtable.world import World
from bot.sandbox.background import in_background

HOST = "127.0.0.1"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
BODY_BYTES = 10_000_000
# Airtable's own limit of 16,000 characters is ours to refuse, not the parser's.
LINE_BYTES = 200_000
SHUTDOWN_S = 0.2


@web.middleware
async def _refuse_strangers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """
    Serve this machine only.

    A web page elsewhere must not reach the bases through a browser: neither by a name that
    resolves to loopback (Host) nor by posting across origins (Origin).
    """
    origin = request.headers.get("Origin")
    names = [urlsplit(f"//{request.host}").hostname]
    if origin is not None:
        names.append(urlsplit(origin).hostname)
    if any(name not in LOOPBACK for name in names):
        return web.json_response({"error": "Only this machine may ask."}, status=403)
    return await handler(request)


def _runner(world: World) -> web.AppRunner:
    app = web.Application(middlewares=[_refuse_strangers], client_max_size=BODY_BYTES)
    app.add_routes(
        [
            web.post("/local/{what}", ControlApi(world).serve),
            web.route("*", "/{path:.*}", Front(world).serve),
        ]
    )

    async def pinging(_app: web.Application) -> AsyncIterator[None]:
        async with Pings(world).running():
            yield

    app.cleanup_ctx.append(pinging)
    return web.AppRunner(
        app,
        access_log=None,
        shutdown_timeout=SHUTDOWN_S,
        max_line_size=LINE_BYTES,
        max_field_size=LINE_BYTES,
    )


def run(config: AirtableConfig) -> None:
    """
    Serve until interrupted.

    Raises:
        BaseFileError: a base of the configuration cannot be one.
    """
    runner = _runner(World(config))

    async def serve() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for each in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError, ValueError):
                loop.add_signal_handler(each, stop.set)
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, config.port).start()
            await stop.wait()
        finally:
            await runner.cleanup()

    asyncio.run(serve())


@contextmanager
def running_airtable(config: AirtableConfig) -> Iterator[RemoteAirtable]:
    """
    Serve in a background thread, on a free port when the configured one is 0.

    Yields:
        A client that acts as people do, and looks behind the scenes.
    """
    runner = _runner(World(config))
    listener = socket.create_server((HOST, config.port))
    with in_background(runner, listener, "Airtable"):
        yield RemoteAirtable(f"http://{HOST}:{listener.getsockname()[1]}")
