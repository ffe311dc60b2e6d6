"""The kind of probe that asks a database one question, in a transaction that can't write."""

import sqlite3
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from bot.adapters.probes.counters import Counter, of_count
from bot.domain.probes import SqlSource
from bot.errors import NotAssessedError

_POSTGRESQL = {"postgres", "postgresql", "postgresql+psycopg"}
_SQLITE = {"sqlite", "sqlite+pysqlite"}
_CONNECT_TIMEOUT_S = 5
_STEPS_BETWEEN_LOOKS = 10_000  # of SQLite's machine; about a millisecond
_COLUMNS = 2


def read_sql(source: SqlSource, *, total: int | None, environment: Mapping[str, str]) -> Counter:
    """
    Return the counter that a SELECT yields: done, or done and total.

    Raises:
        NotAssessedError: no such database, no answer in time, or not one row of numbers.
    """
    name = f"the database in {source.url_variable}"
    engine = _engine(source, environment)
    try:
        row = _only_row(engine, source, name)
    except SQLAlchemyError as error:
        raise NotAssessedError(f"{name} refused the query: {_reason(error)}.") from error
    finally:
        engine.dispose()
    if len(row) > _COLUMNS or (len(row) < _COLUMNS and total is None):
        raise NotAssessedError(f"{name}: the query has to yield done and total, or fix a total.")
    stated = total if total is not None else row[1]
    return of_count(row[0], stated, source=name, line=source.query)


def _engine(source: SqlSource, environment: Mapping[str, str]) -> Engine:
    address = environment.get(source.url_variable)
    if not address:
        raise NotAssessedError(f"the variable {source.url_variable} is not set.")
    try:
        url = make_url(address)
    except (ArgumentError, ValueError) as error:
        raise NotAssessedError(f"{source.url_variable} holds no database address.") from error
    if url.drivername in _SQLITE:
        return _sqlite(url, source.timeout_s)
    if url.drivername in _POSTGRESQL:
        return _postgresql(url, source.timeout_s)
    raise NotAssessedError(f"{source.url_variable}: I know SQLite and PostgreSQL only.")


def _sqlite(url: URL, timeout_s: float) -> Engine:
    path = Path(url.database or "").resolve()

    def connect() -> sqlite3.Connection:
        address = f"{path.as_uri()}?mode=ro"  # else a missing file would be made
        connection = sqlite3.connect(address, uri=True, timeout=timeout_s)
        deadline = time.monotonic() + timeout_s
        connection.set_progress_handler(
            lambda: int(time.monotonic() > deadline), _STEPS_BETWEEN_LOOKS
        )
        connection.execute("PRAGMA query_only = ON")  # attached files would be writable
        return connection

    return create_engine("sqlite://", creator=connect, poolclass=NullPool)


def _postgresql(url: URL, timeout_s: float) -> Engine:
    options = (
        f"-c default_transaction_read_only=on -c statement_timeout={round(timeout_s * 1000)}"
        f" -c lock_timeout={round(timeout_s * 1000)}"
    )
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        poolclass=NullPool,
        connect_args={"connect_timeout": _CONNECT_TIMEOUT_S, "options": options},
    )


def _only_row(engine: Engine, source: SqlSource, name: str) -> Sequence[Any]:
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET TRANSACTION READ ONLY"))
        # As the driver takes it: a colon or a % in the operator's query is no parameter of ours.
        plain = connection.execution_options(no_parameters=True)
        rows = plain.exec_driver_sql(source.query).fetchmany(2)
        connection.rollback()
    if len(rows) != 1:
        raise NotAssessedError(f"{name}: the query yields {len(rows) or 'no'} rows instead of one.")
    return tuple(rows[0])


def _reason(error: SQLAlchemyError) -> str:
    """Return the driver's own words, without the address they may hold."""
    original = getattr(error, "orig", None)
    return str(original or type(error).__name__).strip().split("\n")[0].rstrip(".")
