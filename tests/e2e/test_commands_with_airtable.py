"""The tests of the commands once more, on a plan that is kept in step with a base."""

import time

import pytest
from pydantic import SecretStr

from bot.sandbox.airtable.config import AirtableConfig
from bot.sandbox.airtable.server import running_airtable
from bot.usecases.airtable.connect import connect_base
from bot.usecases.airtable.look import look_at_base
from tests.airtable.agreeing import differences
from tests.airtable.bases import BASE_ID, plan_base
from tests.airtable.world import World
from tests.builders import STAGES, TASKS
from tests.e2e.conftest import plant
from tests.e2e.test_commands import *  # noqa: F403 - the very same tests
from tests.product import running_world

WORDS = {"not started": "Todo", "in progress": "In Progress", "complete": "Done"}
QUIET_S = 120.0


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """The quick tests' world, connected; at the end both sides say the same."""
    base = plan_base(
        stages=[row(each) for each in STAGES], tasks=[task_row(each) for each in TASKS]
    )
    with (
        running_airtable(AirtableConfig(bases=(base,), port=0)) as server,
        running_world(
            tmp_path_factory.mktemp("commands"),
            airtable_api_key=SecretStr(AirtableConfig(bases=()).token),
            airtable_base_id=BASE_ID,
            airtable_api_url=server.base_url,
        ) as world,
    ):
        plant(world)
        ports = world.product.ports
        look = look_at_base(ports.airtable, BASE_ID)
        connect_base(
            ports.plans, ports.airtable, world.workspace_id, look, (), clock=ports.clock.now
        )
        yield world
        both = World(ports.plans, world.workspace_id, server, ports.airtable)
        end = time.monotonic() + QUIET_S
        while both.queue() and time.monotonic() < end:
            time.sleep(0.1)
        assert differences(both) == []


def row(stage):
    """A stage as its record."""
    title = f"{stage.ref} - {stage.name}" if stage.ref else stage.name
    cells = {"Stage ID": title, "Status": WORDS[stage.status.value]}
    return cells | ({"Progress": stage.progress.permille / 1000} if stage.progress else {})


def task_row(task):
    """A task as its record."""
    title = f"{task.ref} - {task.title}" if task.ref else task.title
    return {"Task": title, "Status": WORDS[task.status.value]}
