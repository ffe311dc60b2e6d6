"""Reading git: a whole history and a week of it, beside plain `git log` in the same run."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path

from benchmarks.repositories import git_answer, large_repository
from benchmarks.table import Row, milliseconds
from bot.adapters.git import GitActivity

COMMITS = 107_000
ROUNDS = 5  # of whole histories
WEEKS = 52
WEEK_COMMITS = 120  # of the main line
WEEKLY_ROUNDS = 20
_PATHS = ("log", "-z", "--name-only", "--no-renames")
_MB = 1024.0  # VmHWM counts KiB
_PEAK = """
import sys
from collections import deque
from pathlib import Path
import git
from bot.adapters.git import GitActivity
def peak(): return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
before = peak()
deque(GitActivity().stream(Path(sys.argv[1]), since=None), maxlen=0)
print(peak() - before)
"""


def measure() -> list[Row]:
    """Return the rows of whole histories, of weeks, of processes, memory and completeness."""
    with tempfile.TemporaryDirectory() as place:
        linear = large_repository(Path(place) / "linear.git", COMMITS)
        merged = large_repository(Path(place) / "merged.git", COMMITS, merges=True)
        GitActivity().read(linear, since=None)  # imports, and brings the packs into memory
        return [
            *(_paths(repo) for repo in (linear, merged)),
            _kept(merged),
            _metadata(linear),
            _weekly(linear),
            _weekly(merged),
            _processes(merged),
            _memory(linear),
            _completeness(merged),
        ]


def _paths(repo: Path) -> Row:
    ours, floor = _beside(
        lambda: deque(GitActivity().stream(repo, since=None), maxlen=0),
        lambda: _git(repo, *_PATHS),
        ROUNDS,
    )
    return _ratio(f"R1: all of {repo.stem}, with paths, streamed", ours, floor, 1.3)


def _kept(repo: Path) -> Row:
    ours, floor = _beside(
        lambda: GitActivity().read(repo, since=None), lambda: _git(repo, *_PATHS), ROUNDS
    )
    return _ratio(f"R1: all of {repo.stem}, with paths, kept, with branches", ours, floor, 1.3)


def _metadata(repo: Path) -> Row:
    ours, floor = _beside(
        lambda: deque(GitActivity().stream(repo, since=None, with_paths=False), maxlen=0),
        lambda: _git(repo, "log"),
        ROUNDS,
    )
    return _ratio(f"R2: all of {repo.stem}, metadata", ours, floor, 1.8)


def _weekly(repo: Path) -> Row:
    old = git_answer(repo, "rev-parse", f"main~{WEEK_COMMITS}")
    seen = {"refs/heads/main": old}
    ours, floor = _beside(
        lambda: GitActivity().read(repo, seen=seen, since=None),
        lambda: _git(repo, *_PATHS, f"{old}..HEAD"),
        WEEKLY_ROUNDS,
    )
    row = _ratio(f"R3: a week of {repo.stem}, with paths", ours, floor, 2.0)
    return Row(
        row.what,
        f"{row.measured} ({milliseconds(ours)} against {milliseconds(floor)})",
        "≤ 2.00x or ≤ 50 ms",
        bool(row.met) or ours <= 0.05,
    )


def _processes(repo: Path) -> Row:
    old = git_answer(repo, "rev-parse", f"main~{WEEK_COMMITS}")
    with tempfile.TemporaryDirectory() as place:
        trace = Path(place) / "trace"
        os.environ["GIT_TRACE2_EVENT"] = str(trace)
        try:
            GitActivity().read(repo, seen={"refs/heads/main": old}, since=None)
        finally:
            del os.environ["GIT_TRACE2_EVENT"]
        number = trace.read_text(encoding="utf-8").count('"event":"start"')
    return Row("R4: git processes for a week", str(number), "≤ 5", number <= 5)


def _memory(repo: Path) -> Row:
    done = subprocess.run(
        [sys.executable, "-c", _PEAK, str(repo)],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        check=True,
        text=True,
    )
    more = int(done.stdout) / _MB
    what = f"R5: memory over the imports, all of {repo.stem} streamed"
    return Row(what, f"{more:.0f} MB", "≤ 40 MB", more <= 40)


def _completeness(repo: Path) -> Row:
    line = git_answer(repo, "rev-list", "--first-parent", "-n", "10000", "main").split()
    tips = line[:: len(line) // WEEKS][: WEEKS + 1][::-1]
    alike = 0
    for old, new in pairwise(tips):
        subprocess.run(["git", "-C", str(repo), "update-ref", "refs/heads/main", new], check=True)
        found = GitActivity().read(repo, seen={"refs/heads/main": old}, since=None)
        told = git_answer(repo, "rev-list", f"{old}..main").split()
        alike += [commit.sha for commit in found.commits] == told
    what = f"R6: weeks of {repo.stem} that hold what `git rev-list` names"
    return Row(what, f"{alike} of {WEEKS}", f"{WEEKS}", alike == WEEKS)


def _beside(
    ours: Callable[[], object], floor: Callable[[], object], rounds: int
) -> tuple[float, float]:
    """Return the medians of two things that take turns, in seconds."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for what, times in zip((floor, ours), taken[::-1], strict=True):
            begun = time.perf_counter()
            what()
            times.append(time.perf_counter() - begun)
    return statistics.median(taken[0]), statistics.median(taken[1])


def _ratio(what: str, ours: float, floor: float, most: float) -> Row:
    ratio = ours / floor
    return Row(what, f"{ratio:.2f}x of git ({floor:.2f} s)", f"≤ {most:.2f}x", ratio <= most)


def _git(repo: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(repo), *arguments], check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    """Print the rows as JSON."""
    for row in measure():
        print(json.dumps(asdict(row), ensure_ascii=False))


if __name__ == "__main__":
    main()
