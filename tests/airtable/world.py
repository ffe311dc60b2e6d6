"""The product's own use cases on one side, a strict local Airtable on the other, over real HTTP."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.adapters.airtable import GovernedApi, PyAirtableApi
from bot.adapters.database import SqlPlanDatabase
from bot.adapters.database.gate import SqlCallGate
from bot.domain.airtable.looking import Choice
from bot.domain.airtable.outcomes import Connected, Pulled, Pushed
from bot.domain.airtable.state import AirtableBase, Conflict, RecordLink
from bot.domain.plan import Why
from bot.ports.airtable import Airtable
from bot.sandbox.airtable.config import AirtableConfig
from bot.sandbox.airtable.remote import RemoteAirtable
from bot.sandbox.airtable.server import running_airtable
from bot.usecases.airtable.connect import connect_base
from bot.usecases.airtable.look import look_at_base
from bot.usecases.airtable.pull import pull_changes, read_everything
from bot.usecases.airtable.push import push_changes
from bot.usecases.asking import Asker
from tests.airtable.bases import BASE_ID

START = datetime(2025, 11, 17, 14, 0, tzinfo=UTC)


@dataclass
class World:
    """
    One workspace, one base, and a clock that the test moves.

    The server counts its limits on its own clock; `fast` worlds have no limit of calls a second,
    so that a test of what is written does not wait for turns.
    """

    plans: SqlPlanDatabase
    workspace_id: str
    server: RemoteAirtable
    airtable: Airtable
    base_id: str = BASE_ID
    moment: datetime = START
    operations: int = field(default=0)

    def clock(self) -> datetime:
        """Return the product's moment."""
        return self.moment

    def later(self, **parts: float) -> None:
        """Let time pass, on both sides."""
        step = timedelta(**parts)
        self.moment += step
        self.server.advance(step.total_seconds())

    def connect(self, *choices: Choice) -> Connected:
        """Look at the base, take the proposal, adopt it."""
        look = look_at_base(self.airtable, self.base_id)
        return connect_base(
            self.plans, self.airtable, self.workspace_id, look, choices, clock=self.clock
        )

    def push(self) -> Pushed:
        """Write what waits."""
        return push_changes(self.plans, self.airtable, self.workspace_id, clock=self.clock)

    def pull(self) -> Pulled:
        """Take over what changed."""
        return pull_changes(self.plans, self.airtable, self.workspace_id, clock=self.clock)

    def read_all(self) -> Pulled:
        """Read every table."""
        return read_everything(self.plans, self.airtable, self.workspace_id, clock=self.clock)

    def why(self, actor_id: str = "U0ANA0001") -> Why:
        """Return who, when and why for a change that a member makes in Slack."""
        self.operations += 1
        return Why(
            operation=f"op{self.operations}", actor_id=actor_id, at=self.moment, reason="/bqx test"
        )

    def asker(self, member_id: str = "U0ANA0001") -> Asker:
        """Return a member who clicks."""
        self.operations += 1
        return Asker(
            workspace_id=self.workspace_id,
            member_id=member_id,
            cause=f"click{self.operations}",
            words="a click",
            now=self.moment,
        )

    def save(self, item: Any, actor_id: str = "U0ANA0001") -> None:
        """Save an item as a member's command would."""
        with self.plans.changing(self.workspace_id) as plan:
            plan.save(item, self.why(actor_id))

    def item(self, kind: str, key: str) -> Any:
        """Return an item of the plan."""
        with self.plans.reading(self.workspace_id) as plan:
            return plan.item(kind, key)

    def items(self, kind: str) -> list[Any]:
        """Return the items of a kind that are in the plan."""
        with self.plans.reading(self.workspace_id) as plan:
            return list(getattr(plan, f"{kind}s")())

    def link(self, kind: str, key: str) -> RecordLink | None:
        """Return the link of an item."""
        with self.plans.reading(self.workspace_id) as plan:
            return plan.record_link(kind, key)

    def base(self) -> AirtableBase:
        """Return what is kept of the base."""
        with self.plans.reading(self.workspace_id) as plan:
            base = plan.airtable_base()
        assert base is not None
        return base

    def conflicts(self) -> list[Conflict]:
        """Return the open conflicts."""
        with self.plans.reading(self.workspace_id) as plan:
            return plan.conflicts()

    def queue(self) -> list[Any]:
        """Return what waits to be written."""
        with self.plans.reading(self.workspace_id) as plan:
            return plan.queued_pushes()

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Return the records of a table as Airtable stores them, fields by name."""
        return self.server.records(self.base_id, table)

    def row(self, kind: str, key: str) -> dict[str, Any]:
        """Return the cells of an item's record, by name."""
        link = self.link(kind, key)
        assert link is not None
        return next(
            row["fields"] for row in self.rows(link.table_id) if row["id"] == link.record_id
        )

    def calls(self) -> list[str]:
        """Return the requests since the ledger was cleared, as "METHOD path"."""
        return [f"{each['method']} {each['path']}" for each in self.server.ledger()]


@contextmanager
def running_world(
    plans: SqlPlanDatabase,
    bases: Sequence[Mapping[str, Any]],
    *,
    fast: bool = True,
    **config: Any,
) -> Iterator[World]:
    """Serve bases and return a world around the first; `fast` lifts the calls a second."""
    limits = {"requests_per_s": 0} if fast else {}
    with running_airtable(AirtableConfig(bases=tuple(bases), port=0, **limits, **config)) as server:
        yield world_around(plans, server, str(bases[0]["id"]), fast=fast)


def world_around(
    plans: SqlPlanDatabase, server: RemoteAirtable, base_id: str, *, fast: bool = True
) -> World:
    """Return a world on a server that runs; a `fast` one waits by the test's own clock."""
    workspace = plans.local_workspace(zone="America/New_York")
    token = AirtableConfig(bases=()).token
    gate = SqlCallGate(plans._engine, (lambda: world.moment) if fast else None)

    def api(base_id: str, feature: str) -> PyAirtableApi:
        client = GovernedApi(
            token,
            endpoint_url=server.base_url,
            base_id=base_id,
            feature=feature,
            gate=gate,
            wait=(lambda _seconds: None) if fast else time.sleep,
        )
        return PyAirtableApi(client, base_id)

    airtable = Airtable(api=api, gate=gate, monthly_calls=100_000)
    world = World(plans, workspace.id, server, airtable, base_id=base_id)
    return world
