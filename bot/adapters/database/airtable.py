"""What is kept about an Airtable base, on an open transaction; see `bot.ports.airtable`."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Table, case, delete, or_, select

from bot.adapters.database import tables
from bot.adapters.database.rows import from_row, to_row
from bot.adapters.database.statements import SqlQuestions, SqlStatements
from bot.domain.airtable.agreement import Agreed
from bot.domain.airtable.mapping import mapping_from_plain, mapping_to_plain
from bot.domain.airtable.state import (
    AirtableBase,
    Conflict,
    QueuedPush,
    RecordLink,
    Sent,
    Trouble,
)
from bot.domain.plan_file import ItemKind
from bot.domain.plan_items import CLASSES, PlanItem
from bot.domain.records import from_plain, to_plain

_TABLES = {
    "phase": tables.phase,
    "stage": tables.stage,
    "task": tables.task,
    "issue": tables.issue,
}
_WRITTEN_ORDER = {"issue": 0, "phase": 1, "stage": 2, "task": 3}
_ASKED_AT_ONCE = 500  # values of one IN; SQLite takes 32,766, old ones 999


class SqlAirtableReader(SqlQuestions):
    """The port AirtableReader."""

    def airtable_base(self) -> AirtableBase | None:
        """Return the workspace's base and how far it is in step; None without one."""
        row = self._db.execute(self._of(tables.airtable_base)).mappings().first()
        return None if row is None else _base(row)

    def record_link(self, kind: str, key: str) -> RecordLink | None:
        """Return the link of an item of the plan; None while it has no record."""
        query = self._of(tables.airtable_link, kind=kind, key=key)
        row = self._db.execute(query).mappings().first()
        return None if row is None else _link(row)

    def link_of_record(self, record_id: str) -> RecordLink | None:
        """Return the link of a record; None while the plan has no item for it."""
        return self.links_of_records([record_id]).get(record_id)

    def links_of_records(self, record_ids: Iterable[str]) -> dict[str, RecordLink]:
        """Return the links of records, by record id; those without one are absent."""
        wanted = list(dict.fromkeys(record_ids))
        found: dict[str, RecordLink] = {}
        for at in range(0, len(wanted), _ASKED_AT_ONCE):
            some = tables.airtable_link.c.record_id.in_(wanted[at : at + _ASKED_AT_ONCE])
            rows = self._db.execute(self._of(tables.airtable_link).where(some)).mappings()
            found.update({row["record_id"]: _link(row) for row in rows})
        return found

    def record_links(self, kind: str | None = None) -> list[RecordLink]:
        """Return every link (of one kind, when given)."""
        query = self._of(tables.airtable_link, kind=kind).order_by(tables.airtable_link.c.key)
        return [_link(row) for row in self._db.execute(query).mappings()]

    def linked_records(self, table_id: str) -> dict[str, tuple[str, str]]:
        """Return kind and key by record id of one table."""
        link = tables.airtable_link.c
        query = select(link.record_id, link.kind, link.key).where(
            link.workspace_id == self._workspace.id, link.table_id == table_id
        )
        return {row[0]: (row[1], row[2]) for row in self._db.execute(query)}

    def unlinked_items(self, kind: ItemKind) -> list[PlanItem]:
        """Return the items of a kind that have no record, removed ones left out."""
        link = tables.airtable_link.c
        mine = (link.workspace_id == self._workspace.id, link.kind == kind)
        linked = select(link.key).where(*mine)
        table = _TABLES[kind]
        return self._all(CLASSES[kind], self._present(table).where(table.c.key.not_in(linked)))

    def queued_push(self, kind: str, key: str) -> QueuedPush | None:
        """Return an item's place in the queue; None where nothing of it is to be written."""
        return self._one(QueuedPush, self._of(tables.airtable_push, kind=kind, key=key))

    def queued_pushes(
        self, *, due: datetime | None = None, limit: int | None = None
    ) -> list[QueuedPush]:
        """Return what is still to be written, oldest first; what is due, by kind before that."""
        push = tables.airtable_push.c
        query = self._of(tables.airtable_push)
        if due is not None:
            query = query.where(or_(push.not_before.is_(None), push.not_before <= due))
            query = query.order_by(case(_WRITTEN_ORDER, value=push.kind))
        query = query.order_by(push.since, push.kind, push.key)
        return self._all(QueuedPush, query if limit is None else query.limit(limit))

    def conflict(self, key: str) -> Conflict | None:
        """Return the conflict with this key, settled or not."""
        return self._one(Conflict, self._of(tables.airtable_conflict, key=key))

    def conflicts(self, *, open_only: bool = True) -> list[Conflict]:
        """Return the conflicts, oldest first."""
        conflict = tables.airtable_conflict.c
        query = self._of(tables.airtable_conflict).order_by(conflict.found_at, conflict.key)
        return self._all(Conflict, query.where(conflict.choice.is_(None)) if open_only else query)


class SqlAirtableWriter(SqlAirtableReader, SqlStatements):
    """The port AirtableWriter."""

    def put_airtable_base(self, base: AirtableBase | None) -> None:
        """Insert or replace the workspace's base; None forgets it, its links and its queue."""
        if base is not None:
            self._put(tables.airtable_base, _base_row(base))
            return
        for table in (
            tables.airtable_base,
            tables.airtable_link,
            tables.airtable_push,
            tables.airtable_conflict,
        ):
            self._drop(table)

    def put_link(self, link: RecordLink) -> None:
        """Insert or replace the link of an item."""
        self._put(tables.airtable_link, to_row(link))

    def drop_link(self, kind: str, key: str) -> None:
        """Forget the link of an item."""
        self._drop(tables.airtable_link, kind=kind, key=key)

    def queue_push(self, push: QueuedPush) -> None:
        """Insert or replace an item's place in the queue."""
        self._put(tables.airtable_push, to_row(push))

    def drop_push(self, kind: str, key: str) -> None:
        """Take an item off the queue."""
        self._drop(tables.airtable_push, kind=kind, key=key)

    def put_conflict(self, conflict: Conflict) -> None:
        """Insert or replace a conflict by its key."""
        self._put(tables.airtable_conflict, to_row(conflict))

    def _drop(self, table: Table, **equal: str) -> None:
        query = delete(table).where(table.c.workspace_id == self._workspace.id)
        for name, value in equal.items():
            query = query.where(table.c[name] == value)
        self._db.execute(query)


def _base_row(base: AirtableBase) -> dict[str, Any]:
    return to_row(base) | {
        "mapping": mapping_to_plain(base.mapping),
        "troubles": [to_plain(trouble) for trouble in base.troubles],
    }


def _base(row: RowMapping) -> AirtableBase:
    known = {each.name for each in fields(AirtableBase)}
    plain: Mapping[str, Any] = {name: row[name] for name in known}
    return replace(
        from_row(AirtableBase, plain),
        mapping=mapping_from_plain(row["mapping"]),
        troubles=tuple(from_plain(Trouble, each) for each in row["troubles"]),
    )


def _link(row: RowMapping) -> RecordLink:
    return replace(
        from_row(RecordLink, row),
        agreed={name: Agreed(**each) for name, each in row["agreed"].items()},
        sent=tuple(Sent(**each) for each in row["sent"]),
    )
