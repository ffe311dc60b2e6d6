"""How a look, a connection, a run or a click ended: what views show and callers count."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.airtable.looking import Look
from bot.domain.airtable.proposing.proposal import Missing, Proposal
from bot.domain.airtable.state import AirtableBase, Conflict, QueuedPush


@dataclass(frozen=True, slots=True)
class Pushed:
    """What one run wrote: records made, updated, deleted, and rows that wait for a person."""

    made: int = 0
    updated: int = 0
    deleted: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True)
class Pulled:
    """What one run learned: looks at the feed or pages read, and records that changed."""

    calls: int = 0
    records: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class Connected:
    """
    A base that is kept in step from now on.

    Args:
        created: What was made in the base, as people call it.
        by_hand: What it lacks and the API can't or may not make, with the steps.
        pushed: What people had made here before, and is there now.
        base: As it stands now, with what waits for a person from the beginning.
    """

    look: Look
    proposal: Proposal
    created: tuple[str, ...]
    by_hand: tuple[Missing, ...]
    pulled: Pulled
    pushed: Pushed
    base: AirtableBase | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """
    What `/bqx airtable` shows.

    Args:
        has_token: Whether a token is set at all.
        waiting: Rows that will be written by themselves.
        oldest: Since when the oldest of them waits; None where nothing waits.
        held: The first rows that wait for a person, with why.
        held_count: How many there are in all.
        calls: This month's calls by feature.
        linked: Records kept in step, by kind.
        next_look: When changes are asked for next.
        renews: When the month's count begins anew.
    """

    has_token: bool
    base: AirtableBase | None = None
    waiting: int = 0
    oldest: datetime | None = None
    held: tuple[QueuedPush, ...] = ()
    held_count: int = 0
    conflicts: tuple[Conflict, ...] = ()
    calls: Mapping[str, int] = field(default_factory=dict)
    monthly: int = 0
    linked: Mapping[str, int] = field(default_factory=dict)
    next_look: datetime | None = None
    renews: datetime | None = None

    @property
    def used(self) -> int:
        """This month's calls in all."""
        return sum(self.calls.values())


@dataclass(frozen=True, slots=True)
class ConflictSettled:
    """
    How a click on a conflict's card ended.

    Args:
        changed: False when somebody, or both sides by themselves, had settled it before.
    """

    conflict: Conflict
    operation: str
    changed: bool
