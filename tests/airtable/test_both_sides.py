"""
Random changes on both sides, with faults and restarts, end in two equal sides.

`BQX_INTERLEAVINGS=1000 pytest tests/airtable/test_both_sides.py` tries as many.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from threading import Barrier, Thread

import pytest

from bot.errors import OutageError
from bot.sandbox.airtable.clock import ServerClock
from bot.sandbox.airtable.config import AirtableConfig
from bot.sandbox.airtable.remote import RemoteAirtable
from bot.sandbox.airtable.server import running_airtable
from tests.airtable.agreeing import differences
from tests.airtable.bases import ISSUES, TASKS, plan_base
from tests.airtable.builders import a_task, an_issue
from tests.airtable.conftest import PHASE_ROWS, STAGE_ROWS, TASK_ROWS
from tests.airtable.interleaving import Interleaving
from tests.airtable.world import world_around
from tests.plans import fresh_plans

# Each once ended with two sides that differed, or something lost.
KNOWN = (38, 105, 131, 197, 1006, 1138, 10007, 10011, 10212, 20051, 20070, 20100)
MORE = range(500, 500 + int(os.environ.get("BQX_INTERLEAVINGS", "48")))
SEEDS = tuple(dict.fromkeys((*KNOWN, *MORE)))
STEPS = 30
NOON = datetime(2025, 11, 17, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def server() -> Iterator[RemoteAirtable]:
    """A server with a small base for each seed; every fourth has links with one side only."""
    bases = tuple(
        plan_base(
            base_id=f"appSEED{seed:010d}",
            phases=PHASE_ROWS,
            stages=STAGE_ROWS,
            tasks=TASK_ROWS,
            mirrored=seed % 4 != 0,
        )
        for seed in SEEDS
    )
    with running_airtable(AirtableConfig(bases=bases, port=0, requests_per_s=0)) as running:
        yield running


@pytest.fixture
def same_chance(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a seed decide all: the server's ids, the order of its lists, and its clock, too."""
    monkeypatch.setattr("bot.sandbox.airtable.ids.secrets", Random(seed))
    asked = count()

    def now(clock: ServerClock) -> datetime:
        return NOON + timedelta(seconds=clock._offset_s, milliseconds=10 * next(asked))

    monkeypatch.setattr(ServerClock, "now", now)


@pytest.mark.usefixtures("same_chance")
@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_happens_both_sides_end_equal_and_nothing_is_lost(
    server: RemoteAirtable, tmp_path: Path, seed: int
) -> None:
    server.heal()
    world = world_around(fresh_plans(tmp_path), server, f"appSEED{seed:010d}")
    world.connect()

    interleaving = Interleaving(world, seed)
    interleaving.run(60 if seed in KNOWN else STEPS)

    assert interleaving.wrongs() == [], "\n".join(interleaving.log)


def test_two_processes_at_once_double_nothing(world) -> None:
    for number in range(2, 42):
        world.save(a_task(number))
    for number in range(1, 6):
        world.save(an_issue(number, remediation_task_keys=(f"TASK-{number + 1:03d}",)))
    mara = world.server.person()
    for number in range(10):
        mara.create(world.base_id, TASKS, {"Task": f"There {number}"})
    start = Barrier(4)

    def run(what) -> None:
        start.wait()
        for _ in range(4):
            try:
                what()
            except OutageError:
                continue

    threads = [Thread(target=run, args=(what,)) for what in (world.push, world.pull) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for _ in range(3):
        world.later(seconds=4)
        world.push()
        world.pull()

    assert len(world.rows(TASKS)) == 1 + 40 + 10
    assert len(world.rows(ISSUES)) == 5
    assert len(world.items("task")) == 51
    assert differences(world) == []
    assert world.conflicts() == []
