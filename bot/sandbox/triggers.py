"""Trigger ids: three seconds, one use."""

import time
from dataclasses import dataclass
from typing import Any

from bot.sandbox.ids import new_token
from bot.sandbox.refusals import ApiError
from bot.sandbox.workspace import Workspace


@dataclass
class Trigger:
    """Who did something, when (monotonic seconds), and in which modal if in one."""

    workspace: Workspace
    member_id: str
    issued: float
    view_id: str | None = None
    used: bool = False


class Triggers:
    """Issues trigger ids and takes each once."""

    def __init__(self, life_s: float) -> None:
        self._life_s = life_s
        self._issued: dict[str, Trigger] = {}

    def issue(self, workspace: Workspace, member_id: str, view_id: str | None = None) -> str:
        """Return a fresh trigger_id for what a member just did."""
        now = time.monotonic()
        trigger_id = f"{int(now * 1000)}.{abs(hash(member_id)) % 10**10}.{new_token(32).lower()}"
        self._issued[trigger_id] = Trigger(workspace, member_id, now, view_id)
        return trigger_id

    def find(self, trigger_id: Any, workspace: Workspace) -> Trigger:
        """
        Return a trigger that may still be used; `use` it once the call is sure to work.

        Raises:
            ApiError: invalid_trigger_id, expired_trigger_id or exchanged_trigger_id.
        """
        found = self._issued.get(str(trigger_id))
        if found is None or found.workspace is not workspace:
            raise ApiError("invalid_trigger_id")
        if found.used:
            raise ApiError("exchanged_trigger_id")
        if time.monotonic() - found.issued > self._life_s:
            raise ApiError("expired_trigger_id")
        return found
