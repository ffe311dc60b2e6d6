"""The engine on PostgreSQL: who is alive, and who may take over the work of the dead."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import sqlalchemy as sa

from bot.errors import OutageError, SettingsError

SCHEMA = "bqx_engine"
_LOCK = "SELECT pg_try_advisory_lock(hashtext('bqx-engine'), hashtext(%s))"
_CONNECT_S = 10
# The janitor of another replica holds the lock for a moment while it takes over.
_CLAIM_S = 5.0
_RECLAIM_S = 1.0
# The server notices within 25 s that this machine is gone, instead of its default of two hours.
_KEEPALIVES = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"

log = logging.getLogger(__name__)


def open_server(url: sa.URL) -> sa.Engine:
    """Return the SQLAlchemy engine on the plan's own database; the tables lie in `SCHEMA`."""
    return sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=10,
        max_overflow=10,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": _CONNECT_S,
            "application_name": "bqx engine",
            # A stopped process must not hold row locks for ever.
            "options": "-c idle_in_transaction_session_timeout=60000",
        },
    )


class ProofOfLife:
    """
    A lock on the server under this replica's id, held as long as the process lives.

    It goes with the connection: after kill -9 the server frees it at once, while a process that
    is only stopped keeps it. Needs a direct connection, never a transaction pooler.

    Raises:
        SettingsError: another process runs under this id.
        OutageError: the server does not answer.
    """

    def __init__(self, url: sa.URL, executor_id: str) -> None:
        self._conninfo = _conninfo(url)
        self._executor_id = executor_id
        self._reclaiming = threading.Lock()
        self._not_before = 0.0
        self._connection = self._claim()

    def is_held(self) -> bool:
        """Whether this process may act; takes the lock again after the server was away."""
        with self._reclaiming:
            return self._answers() or self._reclaim()

    def _answers(self) -> bool:
        try:
            self._connection.execute("SELECT 1")
        except psycopg.Error:
            self._connection.close()
            return False
        return True

    def _reclaim(self) -> bool:
        if time.monotonic() < self._not_before:
            return False  # another thread has just tried, and all of them ask
        try:
            self._connection = self._claim()
        except (SettingsError, OutageError) as error:
            log.warning("replica %s lost its lock: %s", self._executor_id, error)
            self._not_before = time.monotonic() + _RECLAIM_S
            return False
        log.warning("replica %s has its lock again", self._executor_id)
        return True

    def release(self) -> None:
        """Tell the others that this replica is gone."""
        self._connection.close()

    @contextmanager
    def of_the_dead(self, executor_id: str) -> Iterator[bool]:
        """Hold the lock of another replica for a moment; False while that replica lives."""
        with _connect(self._conninfo) as connection:
            yield _take(connection, executor_id)

    def _claim(self) -> psycopg.Connection:
        connection = _connect(self._conninfo)
        deadline = time.monotonic() + _CLAIM_S
        while not _take(connection, self._executor_id):
            if time.monotonic() > deadline:
                connection.close()
                raise SettingsError(
                    f"another bqx is already running as {self._executor_id!r} on this database."
                    " Give each replica its own name."
                )
            time.sleep(0.1)
        return connection


def _conninfo(url: sa.URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _connect(conninfo: str) -> psycopg.Connection:
    try:
        return psycopg.connect(
            conninfo,
            autocommit=True,
            connect_timeout=_CONNECT_S,
            application_name="bqx engine: alive",
            options=_KEEPALIVES,
        )
    except psycopg.OperationalError as error:
        raise OutageError("The database") from error


def _take(connection: psycopg.Connection, executor_id: str) -> bool:
    row = connection.execute(_LOCK, (executor_id,)).fetchone()
    return bool(row and row[0])
