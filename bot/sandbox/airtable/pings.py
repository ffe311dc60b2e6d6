"""Pings: a webhook with a notification URL is told that there is something to fetch."""

import asyncio
import hmac
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import aiohttp

from bot.sandbox.airtable.clock import stamp
from bot.sandbox.airtable.webhooks import Webhook
from bot.sandbox.airtable.world import World
from bot.sandbox.loopback import LOOPBACK

MAC_HEADER = "X-Airtable-Content-MAC"
# Contracts, airtable 1.6: an empty answer within 25 s, else up to 13 retries from 10 s on.
ANSWER_S = 25.0
RETRIES = 13
FIRST_RETRY_S = 10.0
ACCEPTED = frozenset({200, 204})


def mac_of(secret: bytes, body: bytes) -> str:
    """Return the value of the MAC header for a body."""
    return "hmac-sha256=" + hmac.new(secret, body, "sha256").hexdigest()


class Pings:
    """
    Sends pings for the webhooks of a world, on this machine only.

    A webhook that waits for a retry is not pinged twice: its next ping stands for all that came.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._http: aiohttp.ClientSession | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Send pings until the end of the block."""
        async with aiohttp.ClientSession() as session:
            self._http = session
            self._world.webhooks.on_payload = self._wake
            try:
                yield
            finally:
                for task in self._tasks.values():
                    task.cancel()
                await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _wake(self, hook: Webhook) -> None:
        if urlsplit(hook.notification_url or "").hostname not in LOOPBACK:
            return
        running = self._tasks.get(hook.id)
        if running is not None and not running.done():
            self._again.add(hook.id)
            return
        self._tasks[hook.id] = asyncio.get_running_loop().create_task(self._ping(hook))

    async def _ping(self, hook: Webhook) -> None:
        number = 0
        while hook.notifies:
            self._again.discard(hook.id)
            if await self._delivered(hook, number):
                number = 0
                if hook.id not in self._again:
                    return
                continue
            if number == RETRIES:
                hook.notifies = False
                return
            await asyncio.sleep(FIRST_RETRY_S * 2**number)
            number += 1

    async def _delivered(self, hook: Webhook, number: int) -> bool:
        now = self._world.clock.now()
        told = {"base": {"id": hook.base_id}, "webhook": {"id": hook.id}, "timestamp": stamp(now)}
        body = json.dumps(told, separators=(",", ":")).encode()
        headers = {MAC_HEADER: mac_of(hook.secret, body), "Content-Type": "application/json"}
        began, problem = time.monotonic(), None
        try:
            problem = await self._post(hook.notification_url or "", body, headers)
        except (aiohttp.ClientError, TimeoutError) as error:
            problem = f"{type(error).__name__}: {error}"
        hook.last_result = {
            "success": problem is None,
            "completionTimestamp": stamp(self._world.clock.now()),
            "durationMs": (time.monotonic() - began) * 1000,
            "retryNumber": number,
        }
        if problem is None:
            hook.last_success = now
        else:
            hook.last_result["error"] = {"message": problem}
            hook.last_result["willBeRetried"] = number < RETRIES
        return problem is None

    async def _post(self, url: str, body: bytes, headers: dict[str, str]) -> str | None:
        """Return what was wrong with the answer; None when nothing was."""
        if self._http is None:
            return "not running"
        timeout = aiohttp.ClientTimeout(total=ANSWER_S)
        async with self._http.post(
            url, data=body, headers=headers, timeout=timeout, allow_redirects=False
        ) as response:
            said = await response.read()
            if response.status not in ACCEPTED:
                return f"The notification URL answered {response.status}."
            return "The notification URL answered with a body." if said else None
