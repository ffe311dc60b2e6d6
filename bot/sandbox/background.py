"""A local server on a thread of its own, for tests and for what is tried out."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

START_S = 10.0


@contextmanager
def in_background(runner: web.AppRunner, listener: socket.socket, name: str) -> Iterator[None]:
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
        raise TimeoutError(f"the local {name} did not start")
    try:
        yield
    finally:
        loops[0].call_soon_threadsafe(stop.set)
        thread.join(START_S)
