"""Matching a large plan: time and peak memory on one core."""

import json
import random
import resource
import subprocess
import sys
import time
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from benchmarks.table import Row
from bot.analysis.lexical import PlanIndex
from bot.analysis.link_values import Candidate, Known, Work
from bot.analysis.links import rank

TASKS, COMMITS, WEEK = 5000, 1000, 50
MOST_S, MOST_WEEK_S, MOST_MB = 3.0, 1.0, 350
_WORDS = 4000  # different words of the made-up project
_PATHS = 800
_AUTHORS = 40
_START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def measure() -> list[Row]:
    """Return a row for the first run and one for a week."""
    # In a process of its own: the peak is that of the whole life of a process.
    command = [sys.executable, "-m", "benchmarks.matching", "--alone"]
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    first_s, week_s, peak_mb = json.loads(told.stdout)
    return [
        Row(
            f"Match {COMMITS:,} commits with {TASKS:,} tasks, index included",
            f"{first_s:.1f} s, peak {peak_mb:.0f} MB",
            f"≤ {MOST_S:.0f} s, ≤ {MOST_MB} MB",
            first_s <= MOST_S and peak_mb <= MOST_MB,
        ),
        Row(
            f"A week of {WEEK} commits, {COMMITS - WEEK} linked ones as context, index warm",
            f"{week_s:.2f} s",
            f"≤ {MOST_WEEK_S:.0f} s",
            week_s <= MOST_WEEK_S,
        ),
    ]


def _alone() -> tuple[float, float, float]:
    draw = random.Random(0)
    tasks, works = _plan(draw), _commits(draw)
    begun = time.perf_counter()
    index = PlanIndex(tasks)
    rank(works, index)
    first = time.perf_counter() - begun
    known = [Known(work_id=work.id, key=draw.choice(tasks).key) for work in works[: COMMITS - WEEK]]
    begun = time.perf_counter()
    rank(works, index, known)
    week = time.perf_counter() - begun
    return first, week, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _plan(draw: random.Random) -> list[Candidate]:
    """Return tasks with titles of 4 to 12 words, and descriptions to every second of them."""
    return [
        Candidate(
            key=f"T-{number}",
            title=_text(draw, draw.randint(4, 12)),
            description=_text(draw, 60) if number % 2 else "",
            order=number,
        )
        for number in range(TASKS)
    ]


def _commits(draw: random.Random) -> list[Work]:
    return [
        Work(
            id=f"c{number}",
            at=_START + timedelta(hours=number),
            author=f"dev-{draw.randrange(_AUTHORS)}",
            text=f"{_text(draw, 8)}\n\n{_text(draw, 30)}",
            paths=tuple(_path(draw) for _ in range(draw.randint(1, 12))),
        )
        for number in range(COMMITS)
    ]


def _text(draw: random.Random, words: int) -> str:
    """Return words of which few are frequent, as in a language."""
    numbers = (int(_WORDS ** draw.random()) for _ in range(words))
    return " ".join(_syllables(number) for number in numbers)


def _syllables(number: int) -> str:
    return "".join("bdfgklmnprst"[int(digit)] + "aeiouaeiou"[int(digit)] for digit in str(number))


def _path(draw: random.Random) -> str:
    number = draw.randrange(_PATHS)
    return f"src/{_syllables(number % 9)}/{_syllables(number % 70)}/{_syllables(number)}.py"


def main() -> None:
    """Print the rows as JSON, or the bare figures of this process."""
    if "--alone" in sys.argv:
        print(json.dumps(_alone()))
        return
    for row in measure():
        print(json.dumps(asdict(row), ensure_ascii=False))


if __name__ == "__main__":
    main()
