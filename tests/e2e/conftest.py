"""One running product for the quick tests of this folder."""

from dataclasses import replace

import pytest

from bot.domain.plan import Why
from tests.builders import STAGES, TASKS
from tests.conftest import MONDAY
from tests.product import ANA, running_world


def plant(world):
    """Put the small plan into the world, owned by its members."""
    why = Why(operation="setup", actor_id="import", at=MONDAY, reason="import")
    with world.plans.changing(world.workspace_id) as plan:
        for stage in STAGES:
            plan.save(replace(stage, owner_id=ANA if stage.owner_id else None), why)
        for task in TASKS:
            plan.save(task, why)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with running_world(tmp_path_factory.mktemp("world")) as world:
        plant(world)
        yield world
