"""The state of the local Airtable."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.sandbox.airtable.base_file import BaseFileError, build_base
from bot.sandbox.airtable.clock import ServerClock
from bot.sandbox.airtable.config import AirtableConfig
from bot.sandbox.airtable.faults import Faults
from bot.sandbox.airtable.ledger import Ledger
from bot.sandbox.airtable.limits import Limits
from bot.sandbox.airtable.model import Actor, Base
from bot.sandbox.airtable.transactions import Transaction
from bot.sandbox.airtable.walks import Walks
from bot.sandbox.airtable.webhooks import Webhooks


class CrashError(Exception):
    """The server goes down in the middle of a change; nothing of it stays."""


class World:
    """
    Bases, who may use them, and what goes on in them.

    Raises:
        BaseFileError: a base of the configuration cannot be one.
    """

    def __init__(self, config: AirtableConfig) -> None:
        self.config = config
        self.clock = ServerClock()
        self.token: str | None = config.token
        self.scopes = config.scopes
        self.ledger = Ledger()
        self.faults = Faults()
        self.walks = Walks(self.clock, config.offset_life_s)
        self.webhooks = Webhooks(self.clock)
        self.crash_next = False
        self.limits = Limits(
            self.clock,
            requests_per_s=config.requests_per_s,
            penalty_s=config.penalty_s,
            monthly_cap=config.monthly_cap,
        )
        self.bases: dict[str, Base] = {}
        for content in config.bases:
            base = build_base(content, config.user, self.clock.now())
            if base.id in self.bases:
                raise BaseFileError(f"The base {base.id} is there twice.")
            self.bases[base.id] = base

    @property
    def api_actor(self) -> Actor:
        """Who acts through the API."""
        return Actor(self.config.user, "publicApi", self.config.permission)

    @contextmanager
    def change(self, base: Base, actor: Actor) -> Iterator[Transaction]:
        """
        Change a base whole or not at all, and tell its webhooks.

        Raises:
            CrashError: a fault wants it so.
        """
        change = Transaction(base, actor, self.clock.now())
        try:
            yield change
            self._crash_if_asked()
        except BaseException:
            change.undo()
            raise
        if change.changed():
            base.transactions += 1
            self.webhooks.tell(change)

    def _crash_if_asked(self) -> None:
        if self.crash_next:
            raise CrashError
