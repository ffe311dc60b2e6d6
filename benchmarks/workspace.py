"""The local workspace in a process of its own, with a place for answers that nobody reads."""

import asyncio
import sys
from dataclasses import replace

from aiohttp import web

from benchmarks.processes import WORKSPACE
from bot.sandbox.loopback import HOST
from bot.sandbox.server import create_app

# Slack's hooks answer from elsewhere: the listener thread waits that long for each answer.
ROUND_TRIP_S = 0.1


async def take_answer(request: web.Request) -> web.Response:
    """Take an answer to a response_url as Slack does, without its limit of five."""
    await request.read()
    await asyncio.sleep(ROUND_TRIP_S)
    return web.Response(text="ok")


def main() -> None:
    """Serve at the port of the first argument until terminated."""
    app = create_app(replace(WORKSPACE, port=int(sys.argv[1])))
    app.router.add_post("/answers/{who}", take_answer)

    async def say_so(_app: web.Application) -> None:
        asyncio.get_running_loop().call_later(0.2, lambda: print("listening", flush=True))

    app.on_startup.append(say_so)
    web.run_app(app, host=HOST, port=int(sys.argv[1]), print=None, access_log=None)


if __name__ == "__main__":
    main()
