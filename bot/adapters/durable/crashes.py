"""Which jobs were running when the process died: one that kills it must not do so for ever."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

MOST_CRASHES = 5
_LOOK_S = 0.2


class CrashLedger:
    """
    Counts, job by job, the lives in which it was begun and not ended.

    Args:
        schema: Where its table lies; None for SQLite.
    """

    def __init__(self, database: sa.Engine, schema: str | None) -> None:
        self._database = database
        self._table = sa.Table(
            "bqx_crash",
            sa.MetaData(),
            sa.Column("key", sa.Text, primary_key=True),
            sa.Column("starts", sa.Integer, nullable=False),
            schema=schema,
        )
        self._alone = threading.Lock()

    def prepare(self) -> None:
        """Make the table where it is missing; replicas may do so at the same moment."""
        with self._database.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('bqx_crash'))"))
            self._table.create(connection, checkfirst=True)

    @contextmanager
    def watching(self, key: str, stopping: threading.Event) -> Iterator[str | None]:
        """
        Stand by a job that was begun before; yields why it must not run again, or None.

        A job that was running at a death runs alone among its like, so that the next death
        counts against one of them only, and the others get through.
        """
        deaths = self._starts(key)
        if deaths >= MOST_CRASHES:
            yield f"it was running each of the last {deaths} times the process died"
            return
        mine = deaths > 0 and self._wait_for_turn(stopping)
        try:
            self._begin(key)
            try:
                yield None
            finally:
                self._end(key)  # whatever happened, the process lives
        finally:
            if mine:
                self._alone.release()

    def _wait_for_turn(self, stopping: threading.Event) -> bool:
        while not stopping.is_set():
            if self._alone.acquire(timeout=_LOOK_S):
                return True
        return False

    def _starts(self, key: str) -> int:
        query = sa.select(self._table.c.starts).where(self._table.c.key == key)
        with self._database.connect() as connection:
            return connection.execute(query).scalar() or 0

    def _begin(self, key: str) -> None:
        counted = sa.update(self._table).where(self._table.c.key == key)
        with self._database.begin() as connection:
            known = connection.execute(counted.values(starts=self._table.c.starts + 1))
            if known.rowcount == 0:
                connection.execute(sa.insert(self._table).values(key=key, starts=1))

    def _end(self, key: str) -> None:
        with self._database.begin() as connection:
            connection.execute(sa.delete(self._table).where(self._table.c.key == key))
