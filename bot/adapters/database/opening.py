"""Open the plan's database from its connection string."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from bot.errors import OutageError, SettingsError

SERVICE = "The plan's database"  # in what people read
BUSY_TIMEOUT_MS = 30_000  # a writer waits this long for the one before it
CONNECT_TIMEOUT_S = 5
SQLITE_NEEDED = (3, 35, 0)  # the first one with RETURNING
WRITES = "bqx_writes"  # execution option of a connection that is going to write
_TURN = "bqx_turn"  # execution option of an engine: the lock of its writers, on SQLite

_POSTGRESQL = {"postgres", "postgresql", "postgresql+psycopg"}


def open_database(url: str) -> Engine:
    """
    Return the engine of the database at `url`, tried once.

    SQLite's file and the folder above it are made when they are missing.

    Args:
        url: "sqlite:///relative.db", "sqlite:////absolute.db" or "postgresql://…".

    Raises:
        SettingsError: the address makes no sense, or nothing answers there.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise SettingsError(
            "DATABASE_URL can't be read. Write `sqlite:////path/to/bqx.db` or"
            " `postgresql://user:password@host/name`."
        ) from error
    if parsed.drivername in _POSTGRESQL:
        engine = _postgresql(parsed)
    elif parsed.drivername in {"sqlite", "sqlite+pysqlite"}:
        engine = _sqlite(parsed)
    else:
        raise SettingsError(
            f"DATABASE_URL starts with `{parsed.drivername}`, which I don't know."
            " It has to start with `sqlite:///` or `postgresql://`."
        )
    _try_once(engine, parsed)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """
    Open a transaction that writes; on SQLite it has the file to itself from the start.

    Raises:
        OutageError: the database doesn't answer, is full, or stayed locked for 30 s;
            `maybe_done` when that came to light while it committed.
    """
    committing = False
    try:
        with _turn(engine), engine.connect().execution_options(**{WRITES: True}) as db, db.begin():
            yield db
            committing = True
    except DBAPIError as error:
        if not _is_outage(error):
            raise
        raise OutageError(SERVICE, maybe_done=committing) from error


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    """
    Hold this process's turn to write to SQLite's file.

    SQLite lets a writer that waits sleep up to 100 ms between two looks at the file, so that a
    crowd of them leaves it idle most of the time; a lock wakes the next one at once.
    """
    lock: threading.Lock | None = engine.get_execution_options().get(_TURN)
    if lock is None:
        yield
        return
    if not lock.acquire(timeout=BUSY_TIMEOUT_MS / 1000):
        raise OutageError(SERVICE)
    try:
        yield
    finally:
        lock.release()


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """
    Open a transaction that sees one moment of the database, whatever is written meanwhile.

    Raises:
        OutageError: the database doesn't answer.
    """
    options: dict[str, Any] = {}
    if engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    try:
        with engine.connect().execution_options(**options) as db, db.begin():
            yield db
    except DBAPIError as error:
        if not _is_outage(error):
            raise
        raise OutageError(SERVICE) from error


def _is_outage(error: DBAPIError) -> bool:
    """Whether the fault lies with the database or the way to it, not with the statement."""
    if isinstance(error.orig, sqlite3.Error):
        # SQLite's driver calls wrong SQL an operational error too; the code tells them apart.
        code = getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        return isinstance(error, OperationalError) and code != sqlite3.SQLITE_ERROR
    return error.connection_invalidated or isinstance(error, OperationalError)


def _postgresql(url: URL) -> Engine:
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        max_overflow=20,
        connect_args={"connect_timeout": CONNECT_TIMEOUT_S},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.execute(f"SET lock_timeout = {BUSY_TIMEOUT_MS}")
        connection.commit()

    return engine


def _sqlite(url: URL) -> Engine:
    if sqlite3.sqlite_version_info < SQLITE_NEEDED:
        raise SettingsError(
            f"This Python brings SQLite {sqlite3.sqlite_version}; the plan needs 3.35 or newer."
        )
    if not url.database or url.database == ":memory:":
        raise SettingsError("DATABASE_URL names no file. Write `sqlite:////path/to/bqx.db`.")
    path = Path(url.database).expanduser()
    _make_folder(path)
    engine = create_engine(
        url.set(database=str(path)),
        # No limit of its own: whoever runs the threads has set one.
        max_overflow=-1,
        execution_options={_TURN: threading.Lock()},
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
        # The driver would begin transactions late and by guess; `_begin` does it on time.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA journal_mode = WAL")
        # What a member was told is saved is on the disk, even when the power fails.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def _begin(db: Connection) -> None:
        # A reader that turned into a writer could lose the race for the file and fail
        # at once, whatever the time-out: so writers take their turn before they read.
        writes = db.get_execution_options().get(WRITES, False)
        db.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"The folder {path.parent} for the plan's database can't be made"
            f" ({error.strerror}). Choose another place in DATABASE_URL."
        ) from error
    if path.is_dir():
        raise SettingsError(f"{path} is a folder. DATABASE_URL has to name a file.")


def _try_once(engine: Engine, url: URL) -> None:
    shown = url.render_as_string(hide_password=True)
    try:
        with engine.connect().execution_options(**{WRITES: True}) as db, db.begin():
            # Bumping the file's own header by nothing is a write, and leaves no trace.
            if engine.dialect.name == "sqlite":
                version = db.exec_driver_sql("PRAGMA user_version").scalar_one()
                db.exec_driver_sql(f"PRAGMA user_version = {version}")
    except DBAPIError as error:
        engine.dispose()
        raise SettingsError(
            f"The plan's database {shown} can't be opened: {_reason(error, url)}."
            " Check DATABASE_URL."
        ) from error


def _reason(error: DBAPIError, url: URL) -> str:
    path = Path(url.database or "")
    if isinstance(error.orig, sqlite3.Error) and path.is_file() and not os.access(path, os.W_OK):
        return "the file is not writable"
    text = " ".join(str(error.orig).split()).rstrip(".")
    return text.replace(str(url.password), "***") if url.password else text
