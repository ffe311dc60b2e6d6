"""Events: envelopes, subscriptions, three retries with the same event_id."""

import asyncio
import logging
from typing import Any

from bot.sandbox.delivery import EVENTS, Delivery, Parcel
from bot.sandbox.faults import Faults
from bot.sandbox.ids import new_id, new_token
from bot.sandbox.refusals import DeliveryError
from bot.sandbox.shapes import TOKEN
from bot.sandbox.workspace import Workspace

_log = logging.getLogger(__name__)


class EventSender:
    """
    Sends events the manifest subscribes to, each until it is taken or three retries failed.

    Args:
        delivery: The way to the product.
        subscribed: Names such as "app_mention" or "message.channels".
        delays_s: Waits before each retry.
        faults: Duplicates and disorder.
    """

    def __init__(
        self,
        delivery: Delivery,
        subscribed: frozenset[str],
        delays_s: tuple[float, ...],
        faults: Faults,
    ) -> None:
        self._delivery = delivery
        self._subscribed = subscribed
        self._delays_s = delays_s
        self._faults = faults
        self._held: dict[str, Any] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def send(self, workspace: Workspace, name: str, event: dict[str, Any]) -> None:
        """Start delivering an event, if the app is subscribed to `name` and still installed."""
        if name not in self._subscribed or (workspace.revoked and name != "tokens_revoked"):
            return
        envelope = _envelope(workspace, event)
        if self._held is None and self._faults.take("reorder_events"):
            self._held = envelope
            return
        self._start(envelope)
        if self._faults.take("duplicate_event"):
            self._start(envelope)
        if self._held is not None:
            held, self._held = self._held, None
            self._start(held, wait_s=0.05)

    def _start(self, envelope: dict[str, Any], wait_s: float = 0.0) -> None:
        task = asyncio.get_running_loop().create_task(self._deliver(envelope, wait_s))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, envelope: dict[str, Any], wait_s: float) -> None:
        await asyncio.sleep(wait_s)
        reason = ""
        for retry, delay_s in enumerate((0.0, *self._delays_s)):
            if delay_s:
                await asyncio.sleep(delay_s)
            try:
                await self._delivery.send(Parcel(EVENTS, envelope, retry, reason))
            except DeliveryError as error:
                reason = error.reason
                _log.warning("Event %s was not taken: %s", envelope["event_id"], reason)
                if not error.retry:
                    return
            else:
                return
        _log.error(
            "Event %s (%s) is lost: the product never took it",
            envelope["event_id"],
            envelope["event"]["type"],
        )

    async def close(self) -> None:
        """Give up what is still being delivered."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _envelope(workspace: Workspace, event: dict[str, Any]) -> dict[str, Any]:
    team_id = workspace.team.id
    return {
        "token": TOKEN,
        "team_id": team_id,
        "context_team_id": team_id,
        "context_enterprise_id": None,
        "api_app_id": workspace.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": new_id("Ev"),
        "event_time": int(float(event["event_ts"])),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": team_id,
                "user_id": workspace.bot.id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{new_token(40)}",
    }
