"""
Effort: what finished tasks took, what a task may take, and what its commits say it took.

Efforts are plain numbers in one unit of the caller's choice (the product passes minutes of work);
estimates come back in the same unit.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SESSION_GAP = timedelta(hours=2)  # a longer pause between two commits is not work on the task
LEAD_IN = timedelta(minutes=30)  # work before a session's first commit, which leaves no trace
_QUARTER_S = 15 * 60  # nobody books work more finely


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A task's words: what an estimate is made from."""

    title: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished(Described):
    """
    A finished task and what it took.

    Raises:
        ValueError: the effort is below 0 or no number.
    """

    key: str
    effort: float

    def __post_init__(self) -> None:
        """Refuse what is no amount of work."""
        if not (math.isfinite(self.effort) and self.effort >= 0):
            raise ValueError(f"{self.effort} is no effort (of the task {self.key})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Similar:
    """A finished task whose words resemble the estimated one's; similarity is 0 to 1."""

    task: Finished
    similarity: float


class Basis(StrEnum):
    """What an estimate rests on."""

    NEIGHBOURS = "neighbours"
    MEDIAN = "median"


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfCheck:
    """
    How the estimates did on the project's own last tasks, each estimated from its earlier ones.

    Args:
        mae_model: Mean absolute error of the estimates from similar and recent tasks.
        mae_median: The same of the running median, on the same tasks.
        n: Tasks checked; with 0 both errors are 0.
    """

    mae_model: float
    mae_median: float
    n: int

    @property
    def beats_median(self) -> bool:
        """Whether similar tasks say more than the median; a draw is no win."""
        return self.mae_model < self.mae_median


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """
    What a task may take.

    Args:
        p10: Lower end of the interval meant to hold four tasks of five.
        p50: As likely too low as too high.
        p80: Enough in four cases of five, by the same tasks.
        p90: Upper end of the interval.
        similar: Up to three finished tasks, the most similar first.
        basis: Neighbours only where they beat the median of the project's own past.
        check: That comparison; None where there are too few tasks for one.
        note: A plain sentence on where the numbers come from.
    """

    p10: float
    p50: float
    p80: float
    p90: float
    similar: tuple[Similar, ...]
    basis: Basis
    check: SelfCheck | None
    note: str

    @property
    def beats_median(self) -> bool:
        """Whether the estimate says more than the median of the project's past."""
        return self.basis is Basis.NEIGHBOURS


@dataclass(frozen=True, slots=True, kw_only=True)
class NotEnough:
    """No estimate: so few tasks are finished that any number would be an invention."""

    finished: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActualWork:
    """
    Working time that a task's commits suggest, for a person to confirm or to correct.

    Args:
        minutes: Whole quarter hours.
        sessions: Stretches of work, counted for each author alone.
        reasoning: How it was counted, in words for that person.
    """

    minutes: int
    commits: int
    sessions: int
    authors: int
    reasoning: str


def actual_work(commit_times: Mapping[str, Sequence[datetime]]) -> ActualWork | None:
    """
    Return the work that a task's commits suggest; None without commits.

    Args:
        commit_times: The aware times of the commits by author, in any order.
    """
    times = {author: sorted(of_one) for author, of_one in commit_times.items() if of_one}
    if not times:
        return None
    sessions = [session for of_one in times.values() for session in _sessions(of_one)]
    # Only differences are taken: a commit dated in the year 1 or 9999 overflows nothing.
    worked = sum(((last - first) + LEAD_IN for first, last in sessions), timedelta())
    minutes = _quarters(worked) * _QUARTER_S // 60
    commits = sum(map(len, times.values()))
    return ActualWork(
        minutes=minutes,
        commits=commits,
        sessions=len(sessions),
        authors=len(times),
        reasoning=_reasoning(minutes, commits, len(sessions), len(times)),
    )


def _sessions(times: Sequence[datetime]) -> Iterator[tuple[datetime, datetime]]:
    """Yield the first and last commit of each session of one author's commits, in time order."""
    first = last = times[0]
    for time in times[1:]:
        if time - last > SESSION_GAP:
            yield first, last
            first = time
        last = time
    yield first, last


def _quarters(worked: timedelta) -> int:
    """Return the nearest number of quarter hours, half up."""
    return (2 * int(worked.total_seconds()) + _QUARTER_S) // (2 * _QUARTER_S)


def _reasoning(minutes: int, commits: int, sessions: int, authors: int) -> str:
    people = f" by {authors} people" if authors > 1 else ""
    each = "each session's" if sessions > 1 else "the"
    return (
        f"About {minutes / 60:g} h, from {_count(commits, 'commit')} in"
        f" {_count(sessions, 'session')}{people}: commits at most"
        f" {SESSION_GAP // timedelta(hours=1)} hours apart are one session, and"
        f" {LEAD_IN // timedelta(minutes=1)} minutes are added before {each} first commit."
        " Work that left no commit is not in it, so take it as a lower bound."
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
