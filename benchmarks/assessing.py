"""The whole weekly run on a large repository and plan, beside plain `git log` in the same run."""

import json
import random
import statistics
import subprocess
import tempfile
import time
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks.repositories import git_answer, large_repository
from benchmarks.table import Row
from bot.adapters.database import SqlPlanDatabase, migrate, open_database
from bot.adapters.git import GitActivity
from bot.adapters.probes.none import NoProbes
from bot.domain.plan import Stage, Status, Task, Why
from bot.ports.evidence import Sources
from bot.usecases.assess_gaps import run_gap_assessment

COMMITS = 107_000
NEW_COMMITS = 1_000
STAGES, TASKS = 200, 4_800
ROUNDS = 3
WEEK = timedelta(days=7)
_WORDS = [
    *("add", "fix", "handle", "board", "driver", "clock", "reset", "buffer", "cache", "memory"),
    *("page", "timer", "network", "device", "tree", "support", "remove", "unused", "convert"),
    *("common", "extraction", "feature", "partition", "backfill", "verify", "schema"),
]


def measure() -> list[Row]:
    """Return the rows of the first run and of the run a week later."""
    with tempfile.TemporaryDirectory() as place:
        repo = large_repository(Path(place) / "project.git", COMMITS)
        now = _tip_at(repo)
        taken = [_two_runs(Path(place), repo, now, number) for number in range(ROUNDS)]
        floor = statistics.median(each[0] for each in taken)
        first = statistics.median(each[1] for each in taken)
        later = statistics.median(each[2] for each in taken)
    most = floor * 1.3 + 3
    plan = f"{STAGES + TASKS:,} stages and tasks"
    return [
        Row(
            f"W: first run, {COMMITS:,} commits, {plan}",
            f"{first:.1f} s (git {floor:.1f} s)",
            f"≤ git x 1.3 + 3 s = {most:.1f} s",
            first <= most,
        ),
        Row(f"W: a week later, {NEW_COMMITS:,} new commits", f"{later:.1f} s", "≤ 3 s", later <= 3),
    ]


def _two_runs(place: Path, repo: Path, now: datetime, number: int) -> tuple[float, float, float]:
    """Return the seconds of `git log`, of the first run and of the one a week later."""
    engine = open_database(f"sqlite:///{place / f'plan-{number}.db'}")
    migrate(engine)
    plans = SqlPlanDatabase(engine)
    workspace_id = _plan(plans, now)
    begun = time.perf_counter()
    subprocess.run(
        ["git", "-C", str(repo), "log", "-z", "--name-only", "--no-renames"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    floor = time.perf_counter() - begun
    tip = git_answer(repo, "rev-parse", "main")
    git_answer(repo, "update-ref", "refs/heads/main", f"main~{NEW_COMMITS}")
    first = _run(plans, workspace_id, repo, now)
    git_answer(repo, "update-ref", "refs/heads/main", tip)
    later = _run(plans, workspace_id, repo, now + WEEK)
    plans.close()
    return floor, first, later


def _run(plans: SqlPlanDatabase, workspace_id: str, repo: Path, now: datetime) -> float:
    sources = Sources(activity=GitActivity(timeout_s=300), probes=NoProbes(), repos=[repo])
    day: date = now.date()
    begun = time.perf_counter()
    run_gap_assessment(plans, sources, workspace_id, local_date=day, now=now, late=False)
    return time.perf_counter() - begun


def _plan(plans: SqlPlanDatabase, now: datetime) -> str:
    workspace_id = plans.local_workspace(zone="UTC").id
    why = Why(operation="benchmark", actor_id="import", at=now, reason="benchmark")
    chance = random.Random(1)
    with plans.changing(workspace_id) as plan:
        for number in range(STAGES):
            name = " ".join(chance.choices(_WORDS, k=5))
            ref = f"{number // 20 + 1}.{number % 20 + 1}"
            plan.save(
                Stage(key=f"STG-{number:03}", ref=ref, name=name, status=Status.IN_PROGRESS), why
            )
        for number in range(TASKS):
            plan.save(_task(number, chance, now), why)
    return workspace_id


def _task(number: int, chance: random.Random, now: datetime) -> Task:
    done = number % 2 == 1
    return Task(
        key=f"TASK-{number:04}",
        ref=f"TSK-{number}",
        title=" ".join(chance.choices(_WORDS, k=6)),
        stage_key=f"STG-{number % STAGES:03}",
        status=Status.COMPLETE if done else Status.IN_PROGRESS,
        owner_text="somebody",
        estimate_minutes=None if number % 10 == 0 else 60,
        actual_minutes=60 if done else None,
        created_at=now - timedelta(days=number % 300),
        completed_at=now - timedelta(days=number % 200) if done else None,
    )


def _tip_at(repo: Path) -> datetime:
    seconds = int(git_answer(repo, "log", "-1", "--format=%ct", "main"))
    return datetime.fromtimestamp(seconds, UTC) + timedelta(hours=1)


def main() -> None:
    """Print the rows as JSON."""
    for row in measure():
        print(json.dumps(asdict(row), ensure_ascii=False))


if __name__ == "__main__":
    main()
