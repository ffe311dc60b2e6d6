"""Response URLs: five uses in thirty minutes."""

import time
from dataclasses import dataclass

from bot.sandbox.ids import new_token
from bot.sandbox.workspace import Workspace


@dataclass
class ResponseUrl:
    """
    Where an answer goes: a channel as one member sees it, and the message acted on, if any.

    `command` is what the member typed, where they typed something.
    """

    workspace: Workspace
    channel_id: str
    member_id: str
    original_ts: str | None = None
    command: str | None = None
    issued: float = 0.0
    uses: int = 0


class ResponseUrlError(Exception):
    """An answer is refused, in plain text as Slack does: "used_url", "expired_url", …."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


class ResponseUrls:
    """
    The response URLs given out.

    Args:
        life_s: How long one can be used, in real seconds.
        uses: How often.
    """

    def __init__(self, life_s: float, uses: int) -> None:
        self._life_s = life_s
        self._uses = uses
        self._issued: dict[str, ResponseUrl] = {}

    def issue(self, kind: str, target: ResponseUrl) -> str:
        """Return the URL for an interaction; `kind` is "commands", "actions" or "app"."""
        secret = new_token()
        target.issued = time.monotonic()
        self._issued[secret] = target
        workspace = target.workspace
        return f"{workspace.base_url}/response/{kind}/{workspace.team.id}/{secret}"

    def use(self, secret: str) -> ResponseUrl:
        """
        Count one use.

        Raises:
            ResponseUrlError: it is unknown, too old or used up.
        """
        target = self._issued.get(secret)
        if target is None or time.monotonic() - target.issued > self._life_s:
            raise ResponseUrlError(404, "expired_url")
        if target.uses >= self._uses:
            raise ResponseUrlError(404, "used_url")
        target.uses += 1
        return target
