"""Webhooks: who wants to hear of which changes, and what there is to fetch."""

import secrets
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.sandbox.airtable.clock import ServerClock, stamp
from bot.sandbox.airtable.ids import new_id
from bot.sandbox.airtable.model import Base, Json
from bot.sandbox.airtable.refusals import gone, invalid
from bot.sandbox.airtable.transactions import Transaction
from bot.sandbox.airtable.webhook_payloads import payload_of

LIFE = timedelta(days=7)
KEPT = timedelta(days=7)
# After it expired a webhook can still be read for a while (contracts, airtable 1.6).
READABLE = timedelta(days=7)
MOST_PER_BASE = 10
PAGE = 50
SECRET_BYTES = 32


@dataclass
class Webhook:
    """
    One webhook.

    Args:
        payloads: Those that are kept, by the cursor each is found at.
        next_cursor: Where the next payload will be found.
        read_cursor: Where a read without a cursor goes on.
        last_result: How the latest ping went, as the list of webhooks tells it.
    """

    id: str
    base_id: str
    secret: bytes
    specification: Json
    notification_url: str | None
    expires: datetime
    notifies: bool = True
    payloads: dict[int, tuple[datetime, Json]] = field(default_factory=dict)
    next_cursor: int = 1
    read_cursor: int = 1
    last_success: datetime | None = None
    last_result: Json | None = None

    def to_json(self, now: datetime) -> Json:
        """Return it as the list of webhooks shows it, without its secret."""
        return {
            "id": self.id,
            "areNotificationsEnabled": self.notifies,
            "cursorForNextPayload": self.next_cursor,
            "isHookEnabled": now < self.expires,
            "lastSuccessfulNotificationTime": stamp(self.last_success)
            if self.last_success
            else None,
            "lastNotificationResult": self.last_result,
            "notificationUrl": self.notification_url,
            "expirationTime": stamp(self.expires),
            "specification": self.specification,
        }


class Webhooks:
    """
    The webhooks of all bases.

    `on_payload` is called with each webhook that has something new and wants a ping.
    """

    def __init__(self, clock: ServerClock) -> None:
        self._clock = clock
        self._hooks: dict[str, Webhook] = {}
        self.on_payload: Callable[[Webhook], None] = lambda _hook: None

    def create(self, base: Base, specification: Json, url: str | None) -> Json:
        """
        Add a webhook.

        Returns:
            Its id, secret and expiry; the secret is never shown again.

        Raises:
            ApiError: the base has as many as it may (type string unverified).
        """
        if len(self.of_base(base)) >= MOST_PER_BASE:
            raise invalid(
                "TOO_MANY_WEBHOOKS_IN_BASE",
                f"You have reached the limit of {MOST_PER_BASE} webhooks in this base.",
            )
        secret = secrets.token_bytes(SECRET_BYTES)
        expires = self._clock.now() + LIFE
        hook = Webhook(new_id("ach"), base.id, secret, specification, url, expires)
        self._hooks[hook.id] = hook
        return {
            "id": hook.id,
            "macSecretBase64": b64encode(secret).decode(),
            "expirationTime": stamp(expires),
        }

    def of_base(self, base: Base) -> list[Webhook]:
        """Return the webhooks of a base."""
        self._forget_old()
        return [hook for hook in self._hooks.values() if hook.base_id == base.id]

    def get(self, base: Base, hook_id: str) -> Webhook:
        """
        Return a webhook.

        Raises:
            ApiError: 404, there is none, or it expired more than seven days ago.
        """
        self._forget_old()
        hook = self._hooks.get(hook_id)
        if hook is None or hook.base_id != base.id:
            raise gone()
        return hook

    def delete(self, base: Base, hook_id: str) -> None:
        """Remove a webhook."""
        del self._hooks[self.get(base, hook_id).id]

    def refresh(self, hook: Webhook) -> None:
        """
        Let it live for seven more days.

        Raises:
            ApiError: it has expired; one cannot bring it back (unverified).
        """
        if not self.lives(hook):
            raise invalid("FAILED_STATE_CHECK")
        hook.expires = self._clock.now() + LIFE

    def read(self, hook: Webhook, cursor: int | None, limit: int) -> Json:
        """
        Return kept payloads from a cursor on; reading a living webhook extends its life.

        A cursor whose payloads are no longer kept goes on at the next one that is.
        """
        now = self._clock.now()
        hook.payloads = {at: each for at, each in hook.payloads.items() if now - each[0] < KEPT}
        start = hook.read_cursor if cursor is None else cursor
        found = sorted(at for at in hook.payloads if at >= start)
        page = found[:limit]
        following = page[-1] + 1 if page else max(start, hook.next_cursor)
        hook.read_cursor = following
        if self.lives(hook):
            hook.expires = now + LIFE
        return {
            "payloads": [hook.payloads[at][1] for at in page],
            "cursor": following,
            "mightHaveMore": len(found) > len(page),
        }

    def tell(self, change: Transaction) -> None:
        """Give each webhook what it wants to know of a change."""
        for hook in self.of_base(change.base):
            if not self.lives(hook):
                continue
            payload = payload_of(change, hook.specification)
            if payload is None:
                continue
            hook.payloads[hook.next_cursor] = (change.now, payload)
            hook.next_cursor += 1
            if hook.notifies and hook.notification_url is not None:
                self.on_payload(hook)

    def lives(self, hook: Webhook) -> bool:
        """Tell whether it has not expired."""
        return self._clock.now() < hook.expires

    def expire(self) -> None:
        """Let all webhooks expire now."""
        for hook in self._hooks.values():
            hook.expires = min(hook.expires, self._clock.now())

    def drop_payloads(self) -> None:
        """Delete the payloads kept so far, as happens when they are a week old."""
        for hook in self._hooks.values():
            hook.payloads.clear()

    def _forget_old(self) -> None:
        now = self._clock.now()
        for hook in list(self._hooks.values()):
            if now >= hook.expires + READABLE:
                del self._hooks[hook.id]
