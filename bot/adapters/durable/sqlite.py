"""The engine on one machine: its SQLite file, its clock and the lock that keeps it alone."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from bot.errors import SettingsError

# FULL: a submitted job survives a power cut. The engine's default journal is 3 to 6 times slower.
_PRAGMAS = ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")


def engine_file(plan: Path) -> Path:
    """Return the engine's file, which lies beside the plan's."""
    return plan.with_name(f"{plan.name}.engine.db")


def open_file(path: Path) -> sa.Engine:
    """Return the SQLAlchemy engine on `path`, in WAL mode and with a millisecond clock."""
    engine = sa.create_engine(f"sqlite:///{path}")

    @sa.event.listens_for(engine, "connect")
    def prepare(raw: Any, _record: object) -> None:
        raw.isolation_level = "IMMEDIATE"
        for pragma in _PRAGMAS:
            raw.execute(f"PRAGMA {pragma}")
        # DBOS 3.4 asks SQLite for the time: before SQLite 3.42 it gets whole seconds (then the
        # order inside a lane is random) or, on Python 3.12 and later, NULL and does not start.
        raw.create_function("unixepoch", 1, _now)
        raw.create_function("strftime", 2, _now_as_text)

    return engine


def check_file(engine: sa.Engine) -> None:
    """
    Prove that the file is whole.

    Raises:
        SettingsError: it is damaged, or no SQLite file at all; says what to do.
    """
    try:
        with engine.connect() as connection:
            found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    except DatabaseError as error:
        found = str(error.orig)
    if found != "ok":
        raise SettingsError(
            f"the job engine's file {engine.url.database} can't be used: {found}. Move it away and"
            " start again: what the plan still has to deliver is handed over anew."
        )


def _now(_mode: str) -> float:
    return time.time()


def _now_as_text(form: str, when: str) -> str | None:
    return repr(time.time()) if (form, when) == ("%s", "now") else None


def assert_millisecond_clock(engine: sa.Engine) -> None:
    """
    Prove that the file's clock moves within a second.

    Raises:
        SettingsError: this Python or SQLite does not take the clock it is given.
    """
    query = sa.text("SELECT unixepoch('subsec'), strftime('%s','now')")
    with engine.connect() as connection:
        first = connection.execute(query).one()
        time.sleep(0.003)
        second = connection.execute(query).one()
    if None in (*first, *second) or first[0] == second[0] or first[1] == second[1]:
        raise SettingsError("SQLite's clock shows whole seconds only, so jobs would lose order.")


class InstanceLock:
    """
    The lock file that keeps a second process off the plan. Released by the kernel on any death.

    Raises:
        SettingsError: another process holds it, or the folder can't be written.
    """

    def __init__(self, plan: Path) -> None:
        self._file = _open_lock(plan)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = self._file.read(32).strip()
            self._file.close()
            who = f" (process {holder})" if holder.isdigit() else ""
            raise SettingsError(
                f"another bqx is already running on {plan}{who}. Stop it first, or point"
                " DATABASE_URL at another file."
            ) from error
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def is_held(self) -> bool:
        """Whether this process is still the one that may work; always, for a kernel's lock."""
        return not self._file.closed

    def release(self) -> None:
        """Let another process have the plan."""
        self._file.close()

    @contextmanager
    def of_the_dead(self, executor_id: str) -> Iterator[bool]:  # noqa: ARG002 - as on PostgreSQL
        """Hold the lock of another replica; whoever it was, it is dead while this one is held."""
        yield True


def _open_lock(plan: Path) -> TextIO:
    path = plan.with_name(f"{plan.name}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("r+" if path.exists() else "w+", encoding="ascii")
    except OSError as error:
        raise SettingsError(
            f"DATABASE_URL: can't write beside {plan}: {error.strerror}."
        ) from error
