"""What is kept between two looks at a base: the connection, links, the queue, conflicts."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.domain.airtable.agreement import Agreed
from bot.domain.airtable.mapping import BaseMapping, MappedField
from bot.domain.plan_file import ItemKind

AIRTABLE_LANE = "airtable"  # reads and writes of one base run one after another
KEPT_FOR = timedelta(days=6, hours=12)  # payloads are kept seven days, and clocks differ
OWN_KEY = "key"  # in a link's `agreed`: the key its record carries
# In a task's link: the issues it is a remediation of, as the inverse of their link says it.
FOR_ISSUES = "issues"
PULLED = "airtable:"  # what the operation of a change begins with that came from the base


class BaseState(StrEnum):
    """Where the connection to a base stands."""

    PROPOSED = "proposed"  # a mapping is shown to a person, nothing is kept in step yet
    CONNECTED = "connected"
    STOPPED = "stopped"  # refused until a person mends it: token, scopes, base


class PullMode(StrEnum):
    """How changes made in the base are learned of."""

    FEED = "feed"  # webhook payloads by cursor
    MODIFIED = "modified"  # LAST_MODIFIED_TIME(), where the token may not manage webhooks


@dataclass(frozen=True, slots=True)
class Trouble:
    """
    Something that a person has to mend, in the base or in the settings.

    Args:
        key: The same trouble has the same key; told to the admins once.
        text: What happened and what waits because of it.
        cure: What to do, in one sentence.
        table_id: The table whose writes wait; None where it concerns everything or nothing.
        field_id: The field that is left alone meanwhile; None where it is the whole table.
        words: Names of the field's options that are left alone; empty where it is all of it.
    """

    key: str
    text: str
    cure: str
    table_id: str | None = None
    field_id: str | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AirtableBase:
    """
    A workspace's base and how far both sides are in step.

    Args:
        user_id: Airtable's id of the token's user: tells our own writes in the feed.
        webhook_secret: Base64, for the signatures of notifications; "" without a hook.
        cursor: The next payload of the feed.
        server_time: The base's own clock at the last look (UTC), for the modified-time poll.
        read_at: When everything was last read, for the weekly reconcile.
        pulled_at: When changes were last asked for, and understood.
        poke: Set by a notification: look now.
        proposal: What the wizard shows while `state` is PROPOSED, as plain JSON.
    """

    base_id: str
    name: str = ""
    state: BaseState = BaseState.PROPOSED
    mode: PullMode = PullMode.FEED
    mapping: BaseMapping
    user_id: str = ""
    webhook_id: str | None = None
    webhook_secret: str = ""
    cursor: int = 1
    server_time: datetime | None = None
    read_at: datetime | None = None
    pulled_at: datetime | None = None
    pushed_at: datetime | None = None
    poke: bool = False
    error: str = ""
    error_at: datetime | None = None
    stopped_until: datetime | None = None
    troubles: tuple[Trouble, ...] = ()
    proposal: Mapping[str, Any] = field(default_factory=dict)

    @property
    def usable(self) -> BaseMapping:
        """The mapping less the tables, fields and options that wait for a person."""
        tables = {each.table_id for each in self.troubles if each.table_id and not each.field_id}
        fields = {each.field_id for each in self.troubles if each.field_id and not each.words}
        words = {each.field_id: each.words for each in self.troubles if each.field_id}
        return _with_inverse(self.mapping.without(fields, tables, words))

    def is_open(self, now: datetime) -> bool:
        """Whether the base may be asked: connected, and not past its month's calls."""
        waits = self.stopped_until is not None and now < self.stopped_until
        return self.state is BaseState.CONNECTED and not waits


@dataclass(frozen=True, slots=True)
class Sent:
    """
    A cell we wrote whose echo in the feed is still to come.

    Args:
        was: The cell as we knew it when we wrote.
        cell: What we wrote.
        at: When, ISO 8601; an echo that is long overdue was a write that changed nothing.
        said: What the plan said of the cell's aspect then, as plain JSON by field; None where the
            cell is of no aspect. Where the answer is lost, this is what is agreed on once the
            cell is seen, whatever the plan says by then.
    """

    word: str
    was: Any
    cell: Any
    at: str = ""
    said: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLink:
    """
    One item of the plan and its record in the base.

    Args:
        agreed: What both sides last agreed on, by the aspect's name.
        made_here: The record was made by us, so that undoing the item may delete it.
        sent: Cells we wrote whose echo is still to come, oldest first.
    """

    kind: ItemKind
    key: str
    base_id: str
    table_id: str
    record_id: str
    agreed: Mapping[str, Agreed]
    sent: tuple[Sent, ...] = ()
    made_here: bool = False
    seen_at: datetime | None = None


class PushState(StrEnum):
    """Where a queued write stands."""

    WAITING = "waiting"
    SENT = "sent"  # an attempt is under way, or its outcome was lost
    HELD = "held"  # a person has to mend something first; `error` says what


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedPush:
    """
    An item whose changes are still to be written to the base.

    What is written is worked out from the plan as it is then, so that a thousand changes of one
    item are one write.
    """

    kind: ItemKind
    key: str
    since: datetime
    state: PushState = PushState.WAITING
    attempts: int = 0
    not_before: datetime | None = None
    error: str = ""
    feature: str = "push"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """
    Both sides changed one aspect of an item since they last agreed.

    Args:
        key: "stage:STG-001:status".
        aspect: Its name, "row" where the record was deleted while the plan's item changed.
        ours: The plan's value, as plain JSON by field.
        theirs: What Airtable's cells mean, as plain JSON by field.
        cells: Airtable's cells, by the plan's word.
        overwritten: Our write replaced a value that nobody here had seen.
        choice: "plan" or "airtable" once settled; "alike" when both came to say the same.
    """

    key: str
    kind: ItemKind
    item_key: str
    aspect: str
    ours: Mapping[str, Any]
    theirs: Mapping[str, Any]
    cells: Mapping[str, Any]
    our_actor: str
    our_at: datetime | None
    their_actor: str
    their_at: datetime
    found_at: datetime
    overwritten: bool = False
    choice: str | None = None
    settled_by: str | None = None
    settled_at: datetime | None = None

    @property
    def version(self) -> str:
        """What tells a card of these values from one of others, or of an earlier conflict."""
        said = json.dumps([self.ours, self.theirs, self.found_at.isoformat()], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()[:12]


def _with_inverse(mapping: BaseMapping) -> BaseMapping:
    """Return the mapping with the tasks' side of an issue's remediation tasks as a field too."""
    issues = mapping.of_kind("issue")
    tasks = issues.fields.get("tasks") if issues else None
    if tasks is None or not tasks.inverse_id:
        return mapping
    inverse = MappedField(tasks.inverse_id, tasks.name, tasks.type, inverse_id=tasks.field_id)
    return replace(
        mapping,
        tables=tuple(
            replace(each, fields={**each.fields, FOR_ISSUES: inverse})
            if each.kind == "task"
            else each
            for each in mapping.tables
        ),
    )


def conflict_key(kind: str, item_key: str, aspect: str) -> str:
    """Return the key of what two sides may disagree on: one conflict at a time."""
    return f"{kind}:{item_key}:{aspect}"
