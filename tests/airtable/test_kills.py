"""A process that writes is killed between request and settling: nothing is lost or doubled."""

import os
import random
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from bot.domain.progress import Progress
from tests.airtable.agreeing import differences
from tests.airtable.bases import ISSUES, TASKS
from tests.airtable.builders import a_task, an_issue, stage_of
from tests.airtable.world import START

KILLS = 24
# The longest a process may live before it is killed: it follows the machine, so that most die at
# any moment of their work, and few come to its end.
FIRST_LONGEST_S, KILLED_GIVES, ENDED_TAKES = 0.3, 1.05, 0.8


def more_to_write(world, number):
    """Make a few items and change others, so that a process has some requests to send."""
    first = 100 + number * 12
    for at in range(first, first + 12):
        world.save(a_task(at, stage_key=stage_of(world).key))
    world.save(an_issue(number + 1, remediation_task_keys=(f"TASK-{first}", f"TASK-{first + 1}")))
    world.save(replace(stage_of(world), progress=Progress(number + 1)))
    world.save(replace(world.item("task", "TASK-001"), title=f"Title {number}"))


def test_killed_at_random_moments_a_push_loses_and_doubles_nothing(world, tmp_path, capsys):
    seed = random.randrange(1_000_000)
    chance = random.Random(seed)
    command = [sys.executable, "-m", "tests.airtable.killed", str(tmp_path / "bqx.db")]
    root = str(Path(__file__).parents[2])
    killed, lives, longest_s = 0, 0, FIRST_LONGEST_S
    with subprocess.Popen(
        [*command, world.server.base_url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": root},
    ) as zygote:
        while killed < KILLS:
            more_to_write(world, lives)
            lives += 1
            world.later(seconds=4)
            seconds = int((world.moment - START).total_seconds())
            zygote.stdin.write(f"{seconds} {chance.uniform(0, longest_s)}\n")
            zygote.stdin.flush()
            was_killed = int(zygote.stdout.readline()) == signal.SIGKILL
            killed += was_killed
            longest_s *= KILLED_GIVES if was_killed else ENDED_TAKES
        zygote.stdin.close()

    for _ in range(3):
        world.later(seconds=4)
        world.push()
        world.pull()
    with capsys.disabled():
        sys.stdout.write(f"[{killed} of {lives} killed at work, seed {seed}]")

    assert differences(world) == [], f"seed {seed}"
    assert len(world.rows(TASKS)) == 1 + lives * 12, f"seed {seed}"
    assert len(world.rows(ISSUES)) == lives
    assert world.conflicts() == [], f"seed {seed}"
    assert world.queue() == []
