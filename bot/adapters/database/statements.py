"""The few SQL statements from which reader and writer are made: one workspace's rows only."""

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Insert, Select, Table, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.adapters.database.rows import from_row
from bot.domain.plan import Workspace

Value = TypeVar("Value")


class SqlQuestions:
    """Selects on an open transaction."""

    def __init__(self, db: Connection, workspace: Workspace) -> None:
        self._db = db
        self._workspace = workspace

    @property
    def workspace(self) -> Workspace:
        """The workspace whose plan this is."""
        return self._workspace

    def _of(self, table: Table, **equal: Any) -> Select[Any]:
        """Select this workspace's rows of a table; a condition that is None is none."""
        query = select(table).where(table.c.workspace_id == self._workspace.id)
        for name, value in equal.items():
            if value is not None:
                query = query.where(table.c[name] == value)
        return query

    def _present(self, table: Table, **equal: Any) -> Select[Any]:
        """Select what was not removed, in order."""
        query = self._of(table, **equal).where(table.c.removed_at.is_(None))
        return query.order_by(table.c.sort_key)

    def _all(self, cls: type[Value], query: Select[Any]) -> list[Value]:
        return [from_row(cls, row) for row in self._db.execute(query).mappings().all()]

    def _one(self, cls: type[Value], query: Select[Any]) -> Value | None:
        row = self._db.execute(query.limit(1)).mappings().first()
        return None if row is None else from_row(cls, row)


class SqlStatements(SqlQuestions):
    """Inserts and updates on an open transaction."""

    def _insert(self, table: Table, *rows: Mapping[str, Any]) -> None:
        """Insert rows of the same columns, in one statement."""
        self._db.execute(insert(table), [{"workspace_id": self._workspace.id, **r} for r in rows])

    def _update(self, table: Table, where: Mapping[str, Any], row: Mapping[str, Any]) -> int:
        """Change the rows that are so; return how many there were."""
        query = update(table).where(table.c.workspace_id == self._workspace.id)
        for name, value in where.items():
            query = query.where(table.c[name] == value)
        return self._db.execute(query.values(dict(row))).rowcount

    def _put(self, table: Table, *rows: Mapping[str, Any]) -> None:
        """Insert or replace rows of the same columns by their primary key, in one statement."""
        if not rows:
            return
        putting = _putting(self._db.dialect.name, table, tuple(rows[0]))
        self._db.execute(putting, [{"workspace_id": self._workspace.id, **row} for row in rows])

    def _add(self, table: Table, row: Mapping[str, Any]) -> bool:
        """Insert a row unless its primary key is there; whether it was inserted."""
        adding = inserting(self._db, table).values(workspace_id=self._workspace.id, **row)
        added = adding.on_conflict_do_nothing().returning(table.c.workspace_id)
        return self._db.execute(added).first() is not None


@cache
def _putting(dialect: str, table: Table, names: tuple[str, ...]) -> Insert:
    """Return the statement that inserts or replaces; kept, for making it costs more than a row."""
    adding = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    keys = [column.name for column in table.primary_key]
    new = {name: adding.excluded[name] for name in names if name not in keys}
    return adding.on_conflict_do_update(index_elements=keys, set_=new)


def inserting(db: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT that can say what happens on a conflict, in the database's dialect."""
    return sqlite.insert(table) if db.dialect.name == "sqlite" else postgresql.insert(table)
