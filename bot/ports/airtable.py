"""What the core asks for to keep a plan in step with an Airtable base, in the core's words."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.domain.airtable.feed import FeedPage
from bot.domain.airtable.mapping import MappedField
from bot.domain.airtable.schema import AirtableRecord, BaseSchema
from bot.domain.airtable.state import AirtableBase, Conflict, QueuedPush, RecordLink
from bot.domain.plan_file import ItemKind
from bot.domain.plan_items import PlanItem


class AirtableReader(Protocol):
    """What is kept about the base, as one consistent picture with the plan."""

    def airtable_base(self) -> AirtableBase | None:
        """Return the workspace's base and how far it is in step; None without one."""
        ...

    def record_link(self, kind: str, key: str) -> RecordLink | None:
        """Return the link of an item of the plan; None while it has no record."""
        ...

    def link_of_record(self, record_id: str) -> RecordLink | None:
        """Return the link of a record; None while the plan has no item for it."""
        ...

    def links_of_records(self, record_ids: Iterable[str]) -> dict[str, RecordLink]:
        """Return the links of records, by record id; those without one are absent."""
        ...

    def record_links(self, kind: str | None = None) -> list[RecordLink]:
        """Return every link (of one kind, when given)."""
        ...

    def linked_records(self, table_id: str) -> dict[str, tuple[str, str]]:
        """Return kind and key by record id of one table: all that a deletion check needs."""
        ...

    def unlinked_items(self, kind: ItemKind) -> list[PlanItem]:
        """Return the items of a kind that have no record, removed ones left out."""
        ...

    def queued_push(self, kind: str, key: str) -> QueuedPush | None:
        """Return an item's place in the queue; None where nothing of it is to be written."""
        ...

    def queued_pushes(
        self, *, due: datetime | None = None, limit: int | None = None
    ) -> list[QueuedPush]:
        """
        Return what is still to be written, oldest first.

        Args:
            due: Only what may be tried at this moment; issues then come first, and after them
                what is pointed at before what points at it.
        """
        ...

    def conflict(self, key: str) -> Conflict | None:
        """Return the conflict with this key, settled or not."""
        ...

    def conflicts(self, *, open_only: bool = True) -> list[Conflict]:
        """Return the conflicts, oldest first."""
        ...


class AirtableWriter(AirtableReader, Protocol):
    """Part of the one transaction on a plan."""

    def put_airtable_base(self, base: AirtableBase | None) -> None:
        """Insert or replace the workspace's base; None forgets it, its links and its queue."""
        ...

    def put_link(self, link: RecordLink) -> None:
        """Insert or replace the link of an item."""
        ...

    def drop_link(self, kind: str, key: str) -> None:
        """Forget the link of an item."""
        ...

    def queue_push(self, push: QueuedPush) -> None:
        """Insert or replace an item's place in the queue."""
        ...

    def drop_push(self, kind: str, key: str) -> None:
        """Take an item off the queue."""
        ...

    def put_conflict(self, conflict: Conflict) -> None:
        """Insert or replace a conflict by its key."""
        ...


@dataclass(frozen=True, slots=True)
class Written:
    """
    What the base answered to one row of a batch.

    Args:
        record: The whole record as it is now; None when the row was refused.
        refused: Airtable's own words, and its type in front of them; "" when it was written.
        kind: The error's type: "INVALID_VALUE_FOR_COLUMN", "ROW_DOES_NOT_EXIST", ….
    """

    record: AirtableRecord | None
    refused: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Hook:
    """A change feed as it was made: its secret is told once."""

    id: str
    secret: str


class AirtableApi(Protocol):
    """
    One base, asked for one purpose; every call waits its turn and is counted.

    Every method raises OutageError (no answer, 5xx, 429: `retry_after_s`; `maybe_done` when a
    write may have taken effect), RefusedError (`code` is Airtable's type) and, past the month's
    calls, BudgetSpentError.
    """

    def whoami(self) -> Mapping[str, Any]:
        """Return the token's user: {"id": "usr…", "email"?}."""
        ...

    def bases(self) -> list[Mapping[str, Any]]:
        """Return the bases the token sees: {"id", "name", "permissionLevel"}."""
        ...

    def schema(self) -> BaseSchema:
        """Return all tables and fields of the base, in one call."""
        ...

    def pages(
        self, table_id: str, *, fields: Collection[str] | None = None
    ) -> Iterator[Sequence[AirtableRecord] | None]:
        """
        Walk a table, a hundred records a call, in the base's own order.

        Yields None where the walk had to begin anew (the offset expired): a record may then
        come twice, and what was not seen after the last None is not there.
        """
        ...

    def records(self, table_id: str, record_ids: Sequence[str]) -> list[AirtableRecord]:
        """Return the records with these ids that are there, up to 100, in one call."""
        ...

    def records_with(
        self, table_id: str, text_field: MappedField, values: Sequence[str]
    ) -> list[AirtableRecord]:
        """Return the records whose text field says one of these, up to 100, in one call."""
        ...

    def modified_since(self, table_id: str, moment: datetime) -> Iterator[Sequence[AirtableRecord]]:
        """Walk the records that a person or program edited at or after `moment`."""
        ...

    def update(
        self, table_id: str, changes: Sequence[tuple[str, Mapping[str, Any]]]
    ) -> list[Written]:
        """
        Write cells of up to ten records, by field id; never typecast.

        A row that Airtable refuses is found by halving the batch; the others are written.
        """
        ...

    def upsert(
        self, table_id: str, key_field: str, rows: Sequence[Mapping[str, Any]]
    ) -> list[Written]:
        """Make up to ten records, or find them by the text in `key_field`; as `update`."""
        ...

    def delete(self, table_id: str, record_ids: Sequence[str]) -> None:
        """Delete up to ten records; those that are gone already are no error."""
        ...

    def create_table(self, body: Mapping[str, Any]) -> None:
        """Make a table from the body of the metadata API."""
        ...

    def create_field(self, table_id: str, body: Mapping[str, Any]) -> None:
        """Make a field from the body of the metadata API."""
        ...

    def open_feed(self, notify_url: str | None) -> Hook:
        """Make a change feed of the whole base."""
        ...

    def close_feed(self, hook_id: str) -> None:
        """Remove a change feed; one that is gone already is no error."""
        ...

    def wake_feed(self, hook_id: str) -> None:
        """Have notifications sent again, where Airtable gave up on us."""
        ...

    def feed(self, hook_id: str, cursor: int) -> FeedPage:
        """Return up to fifty changes after a cursor, and whether more are there."""
        ...

    @property
    def server_time(self) -> datetime | None:
        """The base's own clock at the last answer (its Date header)."""
        ...


@dataclass(frozen=True, slots=True)
class Turn:
    """
    The right to ask a base once.

    Args:
        feature: What the call is counted under.
        at_s: When, in seconds since 1970.
        wait_s: How long that is from now, in seconds.
    """

    base_id: str
    feature: str
    at_s: float
    wait_s: float


class CallGate(Protocol):
    """Turns and counts, shared by every process that asks a base."""

    def take_turn(self, base_id: str, feature: str) -> Turn:
        """
        Reserve the next turn, at most four in any second; `answered` ends it.

        The call is counted with it; one that has to wait is counted when it is put off.

        Raises:
            OutageError: the base refuses for now; `retry_after_s` says how long.
        """
        ...

    def put_off(self, turn: Turn) -> Turn:
        """
        Return a turn that was waited for as it is now that it has come; its call is counted.

        It is later where calls before it are still on their way, which nobody knew when it was
        reserved.

        Raises:
            OutageError: the base refuses by now; `retry_after_s` says how long.
        """
        ...

    def answered(self, turn: Turn) -> None:
        """Note that a turn's call has ended, with an answer or without: it can arrive no more."""
        ...

    def close(self, base_id: str, seconds: float) -> None:
        """Let nobody ask for so long: Airtable has answered 429."""
        ...

    def calls(self, base_id: str, month: str) -> dict[str, int]:
        """Return the calls of a month ("2025-11", UTC), by feature."""
        ...


@dataclass(frozen=True, slots=True)
class Airtable:
    """
    Airtable as the settings open it.

    Args:
        api: Opens a base for a purpose: "pull", "push", "read", "schema", "connect", "check".
        monthly_calls: The plan's calls a month; warned at 50, 80 and 95 %.
        base_id: From the settings; "" where the wizard asks.
        notify_url: Public https address that Airtable's notifications reach; "" without one.
    """

    api: Callable[[str, str], AirtableApi]
    gate: CallGate
    monthly_calls: int
    base_id: str = ""
    notify_url: str = ""
