"""
Effort estimates from a project's own finished tasks, held against the median of its past.

An estimate is made from similar and recent tasks only where that has beaten the running median on
the project's last tasks; else it is that median, and says so (contracts, analysis 4 and 7, E1, E2).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.analysis.neighbourhood import (
    P50,
    P80,
    PLAIN_TAIL,
    RECENT,
    fitting_tail,
    lower,
    neighbour_levels,
    recent_levels,
    upper,
)
from bot.analysis.task_texts import Numbers, TaskTexts
from bot.domain.effort import (
    Basis,
    Described,
    Estimate,
    Finished,
    NotEnough,
    SelfCheck,
    Similar,
)

MIN_FINISHED = 5  # below, one odd task is the estimate
MIN_NEIGHBOURS = 15  # finished tasks below which words are not looked at (contracts, analysis 4)
CHECKED = 200  # last tasks that the self-check estimates anew; it bounds the cost of a proposal
_FIRST_CHECKED = 10  # a task with fewer before it tells nothing of either method
_KNOWN = 1200  # newest tasks an estimate looks at; an older one weighs below 2 %
_READ = _KNOWN + CHECKED  # newest tasks of a history: the oldest checked one sees 1,200, too
_MIN_CALIBRATED = 20  # checked tasks below which an interval takes the plain tenths
# Share of the checked tasks an interval must have held. Above the 80 % it is meant for: tasks to
# come are a little less regular than those the interval was fitted to.
_HELD = 0.84
_SHOWN = 3

_FEW = f"fewer than {MIN_NEIGHBOURS} finished tasks; this is their median"


def propose(title: str, description: str, history: Sequence[Finished]) -> Estimate | NotEnough:
    """
    Return what a task may take.

    Args:
        history: The project's finished tasks, the first finished first.
    """
    [proposal] = propose_all([Described(title=title, description=description)], history)
    return proposal


def propose_all(
    tasks: Sequence[Described], history: Sequence[Finished]
) -> list[Estimate | NotEnough]:
    """Return what each task may take; the history is read and checked once for all of them."""
    past = _Past(history[-_READ:], tasks)
    finished = len(past.efforts)
    checked = range(max(_FIRST_CHECKED, finished - CHECKED), finished)
    rows = range(finished, finished + len(tasks))
    return past.estimates(rows, finished, past.trail(checked))


def propose_in_turn(tasks: Sequence[Finished], first: int) -> list[Estimate | NotEnough]:
    """
    Return what `propose` would have said of each task from `first` on, when it was still to do.

    Args:
        tasks: In the order they were finished. An estimate sees those before its task.
    """
    past = _Past(tasks, ())
    trail = past.trail(range(max(_FIRST_CHECKED, first - CHECKED), len(tasks)))
    return [past.estimates([row], row, trail)[0] for row in range(first, len(tasks))]


def self_check(history: Sequence[Finished]) -> SelfCheck:
    """
    Return how estimates from similar tasks did against the median on the last 200 finished tasks.

    Args:
        history: The project's finished tasks, the first finished first.
    """
    past = _Past(history[-_READ:], ())
    finished = len(past.efforts)
    rows = range(max(_FIRST_CHECKED, finished - CHECKED), finished)
    return past.trail(rows).check()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trail:
    """What both methods said of finished tasks in a row, beside what these took."""

    first: int
    by_words: Numbers
    by_recency: Numbers
    efforts: Numbers

    def before(self, row: int) -> "_Trail":
        """Return the part of the trail that is known when that task is estimated."""
        known = slice(max(0, row - CHECKED - self.first), max(0, row - self.first))
        return _Trail(
            first=self.first + known.start,
            by_words=self.by_words[known],
            by_recency=self.by_recency[known],
            efforts=self.efforts[known],
        )

    def check(self) -> SelfCheck:
        if not self.efforts.size:
            return SelfCheck(mae_model=0.0, mae_median=0.0, n=0)
        return SelfCheck(
            mae_model=float(np.abs(self.by_words[:, P50] - self.efforts).mean()),
            mae_median=float(np.abs(self.by_recency[:, P50] - self.efforts).mean()),
            n=len(self.efforts),
        )

    def tail(self, basis: Basis) -> int:
        """Return the tail of the intervals that held enough of these tasks."""
        if len(self.efforts) < _MIN_CALIBRATED:
            return PLAIN_TAIL
        said = self.by_words if basis is Basis.NEIGHBOURS else self.by_recency
        return fitting_tail(said, self.efforts, _HELD)


class _Past:
    """Finished tasks in time order and, in the rows behind them, tasks to estimate."""

    def __init__(self, finished: Sequence[Finished], asked: Sequence[Described]) -> None:
        self._finished = finished
        self._texts = TaskTexts([*finished, *asked])
        self.efforts = np.array([task.effort for task in finished], dtype=np.float64)

    def trail(self, rows: range) -> _Trail:
        """Estimate finished tasks, each from those before it."""
        words, recency = [], []
        for row in rows:
            known = _known(row)
            [similarities] = self._texts.similarities([row], known)
            efforts = self.efforts[known.start : known.stop]
            words.append(neighbour_levels(similarities, efforts))
            recency.append(recent_levels(efforts))
        return _Trail(
            first=rows.start,
            by_words=np.array(words),
            by_recency=np.array(recency),
            efforts=self.efforts[rows.start : rows.stop],
        )

    def estimates(
        self, rows: Sequence[int], finished: int, trail: _Trail
    ) -> list[Estimate | NotEnough]:
        """Estimate tasks from the first finished ones, by the method that did better on these."""
        if finished < MIN_FINISHED:
            return [_not_enough(finished) for _ in rows]
        known = _known(finished)
        # Where there are few, the median stands unchecked: a check of a handful is luck.
        seen = trail.before(finished) if finished >= MIN_NEIGHBOURS else None
        return [
            self._estimate(similarities, known, seen)
            for similarities in self._texts.similarities(rows, known)
        ]

    def _estimate(self, similarities: Numbers, known: range, seen: _Trail | None) -> Estimate:
        efforts = self.efforts[known.start : known.stop]
        check = seen.check() if seen else None
        basis = Basis.NEIGHBOURS if check and check.beats_median else Basis.MEDIAN
        by_words = basis is Basis.NEIGHBOURS
        levels = neighbour_levels(similarities, efforts) if by_words else recent_levels(efforts)
        tail = seen.tail(basis) if seen else PLAIN_TAIL
        return Estimate(
            p10=float(levels[lower(tail)]),
            p50=float(levels[P50]),
            p80=float(levels[P80]),
            p90=float(levels[upper(tail)]),
            similar=self._most_similar(similarities, known),
            basis=basis,
            check=check,
            note=_note(basis, check),
        )

    def _most_similar(self, similarities: Numbers, known: range) -> tuple[Similar, ...]:
        """Return the tasks with the most words in common; of equals, the latest."""
        latest_first = np.arange(len(similarities))[::-1]
        order = latest_first[np.argsort(-similarities[latest_first], kind="stable")][:_SHOWN]
        return tuple(
            Similar(task=self._finished[known[place]], similarity=float(similarities[place]))
            for place in order
            if similarities[place] > 0
        )


def _known(row: int) -> range:
    """Return the finished tasks that an estimate of a task looks at."""
    return range(max(0, row - _KNOWN), row)


def _not_enough(finished: int) -> NotEnough:
    tasks = f"{finished} task is" if finished == 1 else f"{finished or 'no'} tasks are"
    note = f"{tasks} finished with a known effort; an estimate needs {MIN_FINISHED}"
    return NotEnough(finished=finished, note=note)


def _note(basis: Basis, check: SelfCheck | None) -> str:
    if check is None:
        return _FEW
    if basis is Basis.NEIGHBOURS:
        return (
            "from similar and recent finished tasks; on the project's last"
            f" {check.n} this came closer than their median"
        )
    return (
        f"similar tasks came no closer than the median on the project's last {check.n}; this is"
        f" the median of the last {RECENT} finished tasks"
    )
