"""Fixtures of the contract: each test runs on SQLite and on PostgreSQL."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.adapters.database import SqlPlanDatabase, open_database
from bot.domain.effects import Effect
from bot.domain.plan import Workspace
from tests.database_fixtures import PostgresqlServer, running_postgresql
from tests.plans import fresh_file

Opener = Callable[..., SqlPlanDatabase]


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresqlServer]:
    """One server for the whole run; where it can't start, the tests fail."""
    with running_postgresql(tmp_path_factory.mktemp("postgresql")) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """The kind of database."""
    return str(request.param)


@pytest.fixture
def empty_url(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The address of a database without tables."""
    if backend == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    return str(request.getfixturevalue("postgresql").empty_database())


@pytest.fixture
def url(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The address of a database with the plan's tables and nothing in them."""
    if backend == "sqlite":
        return f"sqlite:///{fresh_file(tmp_path)}"
    return str(request.getfixturevalue("postgresql").plan_database())


@pytest.fixture
def opened(url: str) -> Iterator[Opener]:
    """Open the database of this test once more, as another process would."""
    engines = []

    def open_again(on_commit: Callable[[str, list[Effect]], None] | None = None) -> SqlPlanDatabase:
        engines.append(open_database(url))
        return SqlPlanDatabase(engines[-1], on_commit)

    yield open_again
    for engine in engines:
        engine.dispose()


@pytest.fixture
def plans(opened: Opener) -> SqlPlanDatabase:
    """An empty plan database."""
    return opened()


@pytest.fixture
def home(plans: SqlPlanDatabase) -> Workspace:
    """A workspace in it."""
    return plans.connect_team("T1", name="BQX", bot_user_id="UBOT")
