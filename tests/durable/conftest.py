"""A durable engine on either database, started fresh for each test."""

import itertools
import shutil
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.adapters.durable.engine import DbosEngine
from bot.domain.jobs import JobOutcome
from tests.database_fixtures import PostgresqlServer, running_postgresql

TEMPLATE = "engine_template"


class Journal:
    """
    What the engine ran, and what each run comes to.

    Args:
        script: Outcomes of a key, run by run; an exception is raised. Then (and for all other
            keys) it is done.
        lasts_s: How long each run takes, after `gate` was opened; it is open at first.
    """

    def __init__(self, script=None, *, lasts_s=0.0):
        self.script = script or {}
        self.lasts_s = lasts_s
        self.gate = threading.Event()
        self.gate.set()
        self.runs = []  # (key, monotonic seconds at its begin)
        self.jobs = []  # (kind, key, payload)
        self.at_once = 0
        self.most_at_once = 0
        self._taken = defaultdict(itertools.count)
        self._lock = threading.Lock()

    @property
    def keys(self):
        return [key for key, _ in self.runs]

    def times(self, key):
        return [at for each, at in self.runs if each == key]

    def __call__(self, kind, key, payload):
        with self._lock:
            self.runs.append((key, time.monotonic()))
            self.jobs.append((kind, key, payload))
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            run = next(self._taken[key])
        try:
            self.gate.wait(30)
            time.sleep(self.lasts_s)
        finally:
            with self._lock:
                self.at_once -= 1
        scripted = self.script.get(key, [])
        outcome = scripted[run] if run < len(scripted) else JobOutcome.done()
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome


def when_told_to_stop(engine: DbosEngine, do: Callable[[], object]) -> threading.Thread:
    """Do something at the moment from which the engine begins no more jobs."""
    stopping = engine._life._stopping
    thread = threading.Thread(target=lambda: stopping.wait() and do())
    thread.start()
    return thread


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresqlServer]:
    """A PostgreSQL server of our own, with a database that holds the engine's empty tables."""
    with running_postgresql(tmp_path_factory.mktemp("postgresql")) as running:
        _prepare(running.empty_database(TEMPLATE))
        yield running


@pytest.fixture(scope="session")
def prepared_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An engine file with empty tables."""
    plan = tmp_path_factory.mktemp("engine") / "bqx.db"
    _prepare(f"sqlite:///{plan}")
    return plan.with_name("bqx.db.engine.db")


@pytest.fixture
def sqlite_url(tmp_path: Path, prepared_file: Path) -> str:
    shutil.copyfile(prepared_file, tmp_path / prepared_file.name)
    return f"sqlite:///{tmp_path / 'bqx.db'}"


@pytest.fixture
def postgres_url(server: PostgresqlServer) -> str:
    return server.empty_database(template=TEMPLATE)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """An empty engine's database, of each kind."""
    fixture = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    value: str = request.getfixturevalue(fixture)
    return value


@pytest.fixture
def engine_on() -> Iterator[Callable[..., DbosEngine]]:
    """
    Return a function that starts an engine; it is stopped after the test.

    It looks after nothing lost unless a test says how often: looks in quick succession take a job
    for lost that a busy machine has only claimed.
    """
    started: list[DbosEngine] = []

    def start(url, run, **options):
        options = {"executor_id": "tested", "polling_s": 0.02, "care_s": 3600.0, **options}
        engine = DbosEngine(url, run, **options)
        engine.start()
        started.append(engine)
        return engine

    yield start
    for engine in started:
        engine.stop(2)


@pytest.fixture
def mark_as_claimed(url: str) -> Iterator[Callable[[str], None]]:
    """Return a function that marks a job as claimed by the tested engine, behind its back."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        database, schema, owner = sa.create_engine(f"{url}.engine.db"), "", "only"
    else:
        database = sa.create_engine(parsed.set(drivername="postgresql+psycopg"))
        schema, owner = "bqx_engine.", "tested"
    statement = sa.text(
        f"UPDATE {schema}workflow_status SET status = 'PENDING', executor_id = :owner"
        " WHERE workflow_uuid = :key"
    )

    def mark(key: str) -> None:
        with database.begin() as connection:
            assert connection.execute(statement, {"key": key, "owner": owner}).rowcount == 1

    yield mark
    database.dispose()


def _prepare(url: str) -> None:
    engine = DbosEngine(url, Journal(), executor_id="template", polling_s=0.02)
    engine.start()
    engine.stop(0)
