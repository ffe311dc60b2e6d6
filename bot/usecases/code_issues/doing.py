"""What is done with a code host, by the engine's hand as by the command line's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.effects import Delivery, Effect
from bot.domain.host_connection import READING
from bot.errors import RefusedError
from bot.ports import PlanDatabase
from bot.ports.code_host import CodeHost
from bot.usecases.code_issues.from_host import Taken, send_what_differs, take_from_host
from bot.usecases.code_issues.refusals import clear_refusal, note_refusal
from bot.usecases.code_issues.to_host import Body, HostWriter


@dataclass(frozen=True)
class HostWork:
    """
    Reads and writes one project's code host, and keeps what it refuses.

    Args:
        body: Renders the first text of an issue; see `HostWriter`.
    """

    plans: PlanDatabase
    host: CodeHost
    workspace_id: str
    body: Body

    def read(self, now: datetime) -> Taken:
        """
        Take over what changed there, and have what differs here written.

        Raises:
            OutageError, RefusedError: see `CodeHost`.
        """
        taken = take_from_host(self.plans, self.host, self.workspace_id, now=now)
        clear_refusal(self.plans, self.host, self.workspace_id, now=now)
        send_what_differs(self.plans, self.host, self.workspace_id, now=now)
        return taken

    def do(self, before: Delivery, now: datetime) -> Mapping[str, Any]:
        """
        Do what waits for the host; returns what was done, {} for nothing.

        Args:
            before: As it was before this attempt.

        Raises:
            OutageError, RefusedError: see `CodeHost`.
        """
        key = _key(before.effect)
        if key == READING:
            taken = self.read(now)
            return {"read": taken.read, "changed": taken.changed}
        writer = HostWriter(self.plans, self.host, self.workspace_id, self.body)
        done = writer.write(key, now=now, tried_at=before.first_tried_at)
        clear_refusal(self.plans, self.host, self.workspace_id, now=now, key=key)
        return done

    def refused(self, effect: Effect, error: RefusedError, now: datetime) -> None:
        """Keep what the host refuses for good, and have those told who can mend it."""
        key = _key(effect)
        note_refusal(self.plans, self.host, self.workspace_id, error, now=now, key=key)


def _key(effect: Effect) -> str:
    return str(effect.payload.get("issue", READING))
