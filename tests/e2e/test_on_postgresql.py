"""The product's main jobs once more, with plan and durable engine in PostgreSQL."""

import pytest

from tests.database_fixtures import running_postgresql
from tests.e2e.conftest import plant
from tests.e2e.test_commands import *  # noqa: F403 - the very same tests
from tests.e2e.test_issue_life import *  # noqa: F403
from tests.e2e.test_issue_life import members
from tests.e2e.test_level_1 import *  # noqa: F403
from tests.product import running_world


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with (
        running_postgresql(tmp_path_factory.mktemp("postgresql")) as server,
        running_world(
            tmp_path_factory.mktemp("world"), database_url=server.plan_database()
        ) as world,
    ):
        plant(world)
        world.as_member().wait_for(lambda: members(world))
        yield world
