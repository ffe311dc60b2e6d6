"""The local server on its thread leaves nothing behind when its block is left."""

import asyncio
import socket

from aiohttp import web

from bot.sandbox.loopback import serving


def test_what_a_handler_began_is_ended_with_the_server():
    ended = []

    async def begun(_request):
        task = asyncio.current_task().get_loop().create_task(forever())
        task.add_done_callback(lambda done: ended.append(done.cancelled()))
        tasks.append(task)
        await asyncio.sleep(0)
        return web.Response(text="begun")

    async def forever():
        await asyncio.Event().wait()

    tasks = []
    app = web.Application()
    app.router.add_get("/", begun)
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    with (
        serving(web.AppRunner(app), listener, "test"),
        socket.create_connection(("127.0.0.1", port)) as client,
    ):
        client.sendall(b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n")
        assert b"begun" in client.makefile("rb").read()

    assert ended == [True]
