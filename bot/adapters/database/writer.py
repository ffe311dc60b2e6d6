"""Write one workspace's plan inside one transaction."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields, replace
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Connection, and_, delete, select, update

from bot.adapters.database import tables
from bot.adapters.database.airtable import SqlAirtableWriter
from bot.adapters.database.evidence import SqlEvidenceWriter
from bot.adapters.database.issue_life import SqlIssueLifeWriter
from bot.adapters.database.people import SqlPeopleWriter
from bot.adapters.database.reader import KINDS, SqlPlanReader
from bot.adapters.database.rows import from_row, search_text, sort_key, to_row
from bot.domain.airtable.state import AIRTABLE_LANE, PULLED, BaseState, PushState, QueuedPush
from bot.domain.effects import Delivery, Effect, EffectKind, EffectState, Post
from bot.domain.findings import Finding, Report
from bot.domain.issues import Issue
from bot.domain.items import Item
from bot.domain.people import Person
from bot.domain.plan import Member, Stage, Why, Workspace
from bot.domain.plan_file import ItemKind
from bot.domain.records import to_plain
from bot.domain.team import Team
from bot.domain.trail import Head, chained

MAX_KEY = 512  # characters; also what the engine takes
DRAFT_KEPT = timedelta(days=30)

_KIND_BY_CLASS = {cls: kind for kind, (cls, _) in KINDS.items()}
_NUMBERED = re.compile("([A-Z]{1,10})-([0-9]{1,9})")
# `revision` counts the changes and is none itself; `source` says nothing new on the first row.
_NOT_RECORDED = {"revision"}
_NOT_RECORDED_AT_FIRST = {"revision", "source"}


class SqlPlanWriter(
    SqlPlanReader, SqlEvidenceWriter, SqlAirtableWriter, SqlPeopleWriter, SqlIssueLifeWriter
):
    """
    The port PlanWriter on an open transaction.

    `emitted` holds the effects that were added in it, in order.
    """

    def __init__(self, db: Connection, workspace: Workspace) -> None:
        super().__init__(db, workspace)
        self.emitted: list[Effect] = []
        # Counted here and written by `finish`: writers take turns, so nobody else counts now.
        self._lasts: dict[str, int] = {}
        self._push_since: datetime | None = None
        self._in_step: frozenset[str] | None = None
        self._head: Head | None = None  # of the chain, once it was read or moved on here

    def finish(self) -> None:
        """Write what was kept until the end; called once, just before the commit."""
        if self._push_since:
            key = f"airtable:push:{self._next('airtable_push')}"
            lane = AIRTABLE_LANE
            self.emit(Effect(key=key, kind=EffectKind.AIRTABLE_PUSH, lane=lane), self._push_since)
        for name, last in self._lasts.items():
            self._put(tables.sequence, {"name": name, "last": last})
        if self._head is not None:
            self._put(tables.trail, asdict(self._head))

    def save(self, item: Item, why: Why) -> None:
        """Insert or replace an item and record the Change."""
        kind = _KIND_BY_CLASS[type(item)]
        table = KINDS[kind][1]
        before = self.item(kind, _checked(item.key))
        # As it will be read back, so that text the database can't hold makes no difference.
        after = from_row(type(item), to_row(item))
        revision = 1 if before is None else before.revision + 1
        recorded = _recorded(before or _unsaid(after), after)
        if recorded is None:
            return
        row = to_row(replace(after, revision=revision)) | _derived(after)
        if before is None:
            self._insert(table, row)
            self._reserve(item.key)
        else:
            self._update(table, {"key": item.key}, row)
        told = {"kind": kind, "key": after.key, "before": recorded[0], "after": recorded[1]}
        self._record(to_row(why) | told)
        if not why.operation.startswith(PULLED):
            self._queue_item(kind, before, after, why.at)

    def _record(self, row: Mapping[str, Any]) -> None:
        """Add a row to the audit trail, chained to the one before it."""
        head = self.trail_head()
        digest = chained(head.digest, {"workspace_id": self._workspace.id, **row})
        self._insert(tables.change, {**row, "digest": digest})
        self._head = Head(head.changes + 1, digest)

    def trail_head(self) -> Head:
        """Return where the chain ends, with what this transaction added."""
        # Writers of a workspace take turns, so nobody else moves it meanwhile.
        return self._head or super().trail_head()

    def queue_push(self, push: QueuedPush) -> None:
        """Insert or replace an item's place in the queue; what is new is written right away."""
        super().queue_push(push)
        if push.state is PushState.WAITING and push.not_before is None:
            self._push_since = push.since

    def _queue_item(self, kind: str, before: Any, after: Any, at: datetime) -> None:
        """
        Queue a saved item's write to the base, in the same transaction, whoever saved it.

        An issue's remediation tasks say from their side which issue they are for.
        """
        if self._in_step is None:
            base = self.airtable_base()
            connected = base is not None and base.state is not BaseState.PROPOSED
            kinds = (table.kind for table in base.mapping.tables) if base and connected else ()
            self._in_step = frozenset(kinds)
        if kind not in self._in_step:
            return
        self._queue_one(cast("ItemKind", kind), after.key, at)
        if isinstance(after, Issue) and "task" in self._in_step:
            were = set(before.remediation_task_keys) if before else set()
            for key in sorted(were ^ set(after.remediation_task_keys)):
                self._queue_one("task", key, at)

    def _queue_one(self, kind: ItemKind, key: str, at: datetime) -> None:
        known = self.queued_push(kind, key)
        if known is not None and known.state is PushState.SENT:
            # Its outcome comes before anything else is written; the later moment tells whoever
            # takes it that there is more to say.
            later = max(at, known.since + timedelta.resolution)
            self.queue_push(replace(known, since=later))
            return
        self.queue_push(QueuedPush(kind=kind, key=key, since=at))

    def mark_undone(self, operation: str, by: str) -> None:
        """Note on the changes of `operation` that the operation `by` took them back, once."""
        self._update(tables.change, {"operation": operation}, {"undone_by": by})

    def mint(self, sequence: str) -> str:
        """Return the next key of a sequence, once for ever."""
        return f"{sequence}-{self._next(sequence):03d}"

    def claim(self, cause: str, now: datetime) -> bool:
        """Whether this cause is handled here for the first time."""
        return self._add(tables.cause, {"cause": _checked(cause), "claimed_at": now})

    def emit(self, effect: Effect, now: datetime) -> None:
        """Add an effect; a known key is left alone."""
        self.emit_all([effect], now)

    def emit_all(self, effects: Iterable[Effect], now: datetime) -> None:
        """Add up to a few hundred effects as `emit` does, in two statements."""
        wanted = {_checked(effect.key): effect for effect in effects}
        effect = tables.effect.c
        mine = (effect.workspace_id == self._workspace.id, effect.key.in_(wanted))
        known = set(self._db.scalars(select(effect.key).where(*mine)))
        fresh = [each for key, each in wanted.items() if key not in known]
        if fresh:
            self._insert(tables.effect, *(self._pending(each, now) for each in fresh))
            self.emitted += fresh

    def _pending(self, effect: Effect, now: datetime) -> dict[str, Any]:
        return to_row(effect) | {
            "position": self._next("effect"),
            "state": EffectState.PENDING.value,
            "attempts": 0,
            "created_at": now,
            "result": {},
        }

    def record_delivery(
        self,
        key: str,
        *,
        state: EffectState,
        now: datetime,
        result: Mapping[str, Any] | None = None,
        error: str | None = None,
    ) -> None:
        """
        Write down how an effect ended, or why it waits.

        Raises:
            LookupError: no effect has this key.
        """
        ended = None if state is EffectState.PENDING else now
        row: dict[str, Any] = {"state": state.value, "done_at": ended, "error": error}
        if result is not None:
            row["result"] = result
        if not self._update(tables.effect, {"key": key}, row):
            raise LookupError(f"no effect {key}")

    def mark_attempt(self, key: str, now: datetime) -> Delivery:
        """
        Count an attempt, set `first_tried_at` once; return the delivery as it was before.

        Raises:
            LookupError: no effect has this key.
        """
        before = self.delivery(key)
        if before is None:
            raise LookupError(f"no effect {key}")
        self._update(
            tables.effect,
            {"key": key},
            {"attempts": before.attempts + 1, "first_tried_at": before.first_tried_at or now},
        )
        return before

    def put_post(self, post: Post) -> None:
        """Remember where a subject is shown."""
        self._put(tables.post, to_row(post))

    def put_member(self, member: Member) -> None:
        """Insert or replace a member; the names that people mapped by hand stay with the person."""
        mapped = self.person(member.id).aliases
        own = tuple(name for name in member.aliases if name not in mapped)
        self._put(tables.member, to_row(replace(member, aliases=own)))

    def put_workspace(self, workspace: Workspace) -> None:
        """
        Replace the workspace's own row.

        Raises:
            ValueError: it is another workspace's.
        """
        if workspace.id != self._workspace.id:
            raise ValueError(f"{workspace.id} is not the workspace of this transaction")
        mine = tables.workspace.c.id == workspace.id
        self._db.execute(update(tables.workspace).where(mine).values(to_row(workspace)))
        self._workspace = workspace

    def put_findings(self, findings: Iterable[Finding]) -> None:
        """Insert or replace findings by their keys."""
        self._put(tables.finding, *(to_row(finding) | _derived(finding) for finding in findings))

    def put_report(self, report: Report) -> None:
        """Insert or replace a report by its key."""
        self._put(tables.report, to_row(report))

    def put_channels(self, ids_by_name: Mapping[str, str]) -> None:
        """Replace the cached channel directory."""
        mine = tables.channel.c.workspace_id == self._workspace.id
        self._db.execute(delete(tables.channel).where(mine))
        rows = ({"name": name, "channel_id": key} for name, key in ids_by_name.items())
        self._put(tables.channel, *rows)

    def keep_draft(self, key: str, member_id: str, typed: Mapping[str, Any], now: datetime) -> None:
        """Keep what a member typed; drafts older than 30 days go."""
        kept = tables.draft.c
        old = and_(kept.workspace_id == self._workspace.id, kept.kept_at < now - DRAFT_KEPT)
        self._db.execute(delete(tables.draft).where(old))
        row = {"key": _checked(key), "member_id": member_id, "typed": typed, "kept_at": now}
        self._put(tables.draft, row)

    def _next(self, sequence: str) -> int:
        last = self._last(sequence) + 1
        self._lasts[sequence] = last
        return last

    def _reserve(self, key: str) -> None:
        """See to it that a key that came from elsewhere (an import) is not minted again."""
        if numbered := _NUMBERED.fullmatch(key):
            name, number = numbered[1], int(numbered[2])
            self._lasts[name] = max(self._last(name), number)

    def _last(self, sequence: str) -> int:
        if sequence not in self._lasts:
            row = self._db.execute(self._of(tables.sequence, name=sequence)).mappings().first()
            self._lasts[sequence] = 0 if row is None else row["last"]
        return self._lasts[sequence]


def _unsaid(item: Item) -> Item | None:
    """
    Return what held before the first word was kept: of people and teams the defaults.

    So their first change is one of some fields like any other, and its Undo leaves alone what
    was said of the others since.
    """
    return type(item)(key=item.key) if isinstance(item, Person | Team) else None


def _recorded(before: Any, after: Any) -> tuple[dict[str, Any] | None, dict[str, Any]] | None:
    """Return the changed fields as they were and as they became; None when nothing differs."""
    if before is None:
        plain = to_plain(after)
        return None, {name: plain[name] for name in plain if name not in _NOT_RECORDED_AT_FIRST}
    changed = [
        field.name
        for field in fields(after)
        if field.name not in _NOT_RECORDED
        and getattr(before, field.name) != getattr(after, field.name)
    ]
    if not changed:
        return None
    was, now = to_plain(before), to_plain(after)
    return {name: was[name] for name in changed}, {name: now[name] for name in changed}


def _derived(item: Item) -> dict[str, Any]:
    derived = {"sort_key": sort_key(item)}
    if isinstance(item, Stage):
        derived["search_text"] = search_text(item)
    return derived


def _checked(key: str) -> str:
    if not 0 < len(key) <= MAX_KEY:
        raise ValueError(f"a key has 1 to {MAX_KEY} characters, this one has {len(key)}")
    return key
