"""Read the audit trail inside one transaction."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, exists, func, not_, or_, select
from sqlalchemy.sql import tuple_

from bot.adapters.database import tables
from bot.adapters.database.rows import from_row
from bot.adapters.database.statements import SqlQuestions
from bot.domain.issues import Issue
from bot.domain.plan import Change, Why
from bot.domain.trail import Head, Operation, Selection

PAGE = 500  # rows that are in memory at once while a whole trail is read
MAX_FALSE = 20

_row = tables.change.c


class SqlTrailReader(SqlQuestions):
    """The port TrailReader on an open transaction."""

    def changes(
        self,
        *,
        kind: str | None = None,
        key: str | None = None,
        chosen: Selection | None = None,
        before_id: int | None = None,
        limit: int = 50,
    ) -> list[Change]:
        """Return rows of the audit trail, newest first; see the port."""
        query = self._chosen(chosen or Selection())
        if kind is not None:
            query = query.where(_row.kind == kind)
        if key is not None:
            query = query.where(_row.key == key)
        if before_id is not None:
            query = query.where(_row.id < before_id)
        return self._changes(query.order_by(_row.id.desc()).limit(limit))

    def walk_changes(self, chosen: Selection | None = None) -> Iterator[Change]:
        """Yield rows, oldest first, a page at a time."""
        query, last = self._chosen(chosen or Selection()).order_by(_row.id).limit(PAGE), 0
        while page := self._changes(query.where(_row.id > last)):
            yield from page
            last = page[-1].id

    def operations(
        self, chosen: Selection, *, after: int | None = None, limit: int = 10, shown: int = 5
    ) -> list[Operation]:
        """Return what was asked for grouped by operation, newest first; see the port."""
        query = self._chosen(chosen)
        found: list[Operation] = []
        seen = [] if after is None else self._operations_of(after)
        while len(found) < limit:
            older = query if after is None else query.where(_row.id < after)
            # Rows of one operation stand side by side: all of them were written in one turn.
            other = older.where(_row.operation.not_in(seen[-1:])).order_by(_row.id.desc())
            row = self._db.execute(other.limit(1)).mappings().first()
            if row is None:
                break
            after, name = row["id"], row["operation"]
            seen.append(name)
            found.append(self._grouped(query.where(_row.operation == name), name, after, shown))
        return found

    def operation(self, operation: str) -> list[Change]:
        """Return the changes of one operation, in the order in which they were written."""
        query = self._of(tables.change, operation=operation)
        return self._changes(query.order_by(_row.id))

    def last_operation(self, actor_id: str) -> str | None:
        """Return the actor's newest operation that is neither undone nor an undo itself."""
        done = self._of(tables.change, actor_id=actor_id).where(
            _row.undone_by.is_(None), _row.undoes.is_(None)
        )
        row = self._db.execute(done.order_by(_row.id.desc()).limit(1)).mappings().first()
        return None if row is None else row["operation"]

    def trail_head(self) -> Head:
        """Return where the writers left the trail's end."""
        return self._one(Head, self._of(tables.trail)) or Head()

    def restricted_issues(self) -> list[Issue]:
        """Return the issues that not everybody may see, withdrawn ones too."""
        nobody: list[str] = []
        return self._all(Issue, self._of(tables.issue).where(tables.issue.c.visible_to != nobody))

    def false_marks(self) -> list[Change]:
        """Return rows whose mark "undone" says other than the undos that were written."""
        undo = tables.change.alias("undo").c
        same = and_(undo.workspace_id == _row.workspace_id, undo.undoes == _row.operation)
        explained = exists().where(and_(same, undo.operation == _row.undone_by))
        undone = exists().where(same)
        false = or_(
            and_(_row.undone_by.is_not(None), not_(explained)),
            and_(_row.undone_by.is_(None), undone),
        )
        return self._changes(
            self._of(tables.change).where(false).order_by(_row.id).limit(MAX_FALSE)
        )

    def _operations_of(self, row_id: int) -> list[str]:
        query = select(_row.operation).where(
            _row.workspace_id == self._workspace.id, _row.id == row_id
        )
        return list(self._db.scalars(query))

    def _grouped(self, query: Select[Any], name: str, newest: int, shown: int) -> Operation:
        upto = query.where(_row.id <= newest)
        first = self._changes(upto.order_by(_row.id).limit(shown))
        found = self._count(upto)
        total = self._count(self._of(tables.change, operation=name))
        return Operation(newest=newest, changes=tuple(first), found=found, total=total)

    def _count(self, query: Select[Any]) -> int:
        return self._db.scalar(query.with_only_columns(func.count())) or 0

    def _chosen(self, chosen: Selection) -> Select[Any]:
        query = self._of(tables.change, actor_id=chosen.actor_id)
        if chosen.items is not None:
            query = query.where(_among(chosen.items))
        if chosen.kinds is not None:
            query = query.where(_row.kind.in_(chosen.kinds))
        if chosen.since is not None:
            query = query.where(_row.at >= chosen.since)
        if chosen.until is not None:
            query = query.where(_row.at < chosen.until)
        if chosen.hidden:
            query = query.where(not_(_among(chosen.hidden)))
        return query

    def _changes(self, query: Select[Any]) -> list[Change]:
        return [_change(row) for row in self._db.execute(query).mappings()]


def _among(items: Sequence[tuple[str, str]]) -> ColumnElement[bool]:
    return tuple_(_row.kind, _row.key).in_(items)


def _change(row: RowMapping) -> Change:
    return Change(
        id=row["id"],
        why=from_row(Why, row),
        kind=row["kind"],
        key=row["key"],
        before=row["before"],
        after=row["after"],
        undone_by=row["undone_by"],
        digest=row["digest"],
    )
