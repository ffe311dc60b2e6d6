"""What the linked commits say about the others: who, when, where in the plan, which files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.analysis.lexical import PlanIndex
from bot.analysis.likeness import Likeness, files, folders
from bot.analysis.link_values import Known, Work
from bot.analysis.text import Floats

Ints = NDArray[np.int64]
Doubles = NDArray[np.float64]
Flags = NDArray[np.bool_]

PAIR_NAMES = (
    "author_hours",
    "author_turn",
    "author_linked",
    "anyone_hours",
    "anyone_turn",
    "linked",
    "order_distance",
    "order_offset",
    "author_order_distance",
    "path_overlap",
    "path_likeness",
    "text_likeness",
    "first_hours",
    "last_hours",
)
WORK_NAMES = ("author_known", "author_last_hours", "known_last_hours", "known_share")
_NEAREST = 7  # linked commits whose median place in the plan is "now" (contracts, analysis 2.4)
_AUTHOR_NEAREST = 3
_POOL_HOURS = 5 * 24.0  # how far back and forth an author's linked commits propose their tasks
_POOL_AUTHOR = 10
_POOL_NEIGHBOURS = 5  # linked commits with the likest files, and as many with the likest text
_SHARE_HOURS = 14 * 24.0  # around a commit, to see how many commits there carry links
_HOUR_S = 3600.0


class Context:
    """
    The linked commits of a project, ready to be compared with any commit of it.

    Args:
        works: Every commit, linked or not.
        known: The links; those of other commits or candidates are left out.
    """

    def __init__(self, works: Sequence[Work], index: PlanIndex, known: Sequence[Known]) -> None:
        names = {name: at for at, name in enumerate(dict.fromkeys(w.author for w in works))}
        self._hours = np.array([work.at.timestamp() / _HOUR_S for work in works])
        self._authors = np.array([names[work.author] for work in works], dtype=np.int64)
        self._sorted_hours = np.sort(self._hours)
        self._places = _places(index)
        self._set_links(works, index, known)
        linked = [works[row] for row in self._linked_rows.tolist()]
        self._files = Likeness([files(work) for work in linked])
        self._folders = Likeness([folders(work) for work in linked])
        self._texts = Likeness([index.tokeniser.stems(work.text) for work in linked])
        self._stems = index.tokeniser.stems

    def _set_links(self, works: Sequence[Work], index: PlanIndex, known: Sequence[Known]) -> None:
        """Keep each link once, as the rows of its commit and its candidate."""
        row = {work.id: at for at, work in enumerate(works)}
        links = {
            (row[one.work_id], index.position[one.key])
            for one in known
            if one.work_id in row and one.key in index.position
        }
        pairs = np.array(sorted(links), dtype=np.int64).reshape(-1, 2)
        self._rows, self._candidates = pairs[:, 0], pairs[:, 1]
        self._linked_rows, self._slots = np.unique(self._rows, return_inverse=True)

    def around(self, works: Sequence[Work], rows: Ints) -> Iterator["Surroundings"]:
        """
        Yield for each of `works` what the linked commits around it say.

        Args:
            rows: Their positions among all commits.
        """
        overlap = self._files.jaccard([files(work) for work in works])
        like_paths = self._folders.cosine([folders(work) for work in works])
        like_texts = self._texts.cosine([self._stems(work.text) for work in works])
        for at, row in enumerate(rows.tolist()):
            others = self._rows != row  # a commit is no neighbour of itself
            slots = self._slots[others]
            hours = self._hours[self._rows[others]] - self._hours[row]
            yield Surroundings(
                candidate=self._candidates[others],
                hours=hours,
                mine=self._authors[self._rows[others]] == self._authors[row],
                overlap=overlap[at][slots],
                like_path=like_paths[at][slots],
                like_text=like_texts[at][slots],
                places=self._places,
                known_share=self._known_share(row, hours),
            )

    def _known_share(self, row: int, hours: Doubles) -> float:
        window = self._hours[row] + np.array([-_SHARE_HOURS, _SHARE_HOURS])
        there = int(np.diff(np.searchsorted(self._sorted_hours, window))[0])
        return min(1.0, np.count_nonzero(np.abs(hours) <= _SHARE_HOURS) / max(1, there))


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """
    The links of other commits, one entry each, as one commit sees them.

    Args:
        candidate: Position in the plan.
        hours: From the commit to the linked one; negative before it.
        mine: Whether the author is the same.
        overlap: Jaccard overlap of the changed files.
        like_path: Likeness of files and folders; like_text: of the messages.
        places: Rank of each candidate of the plan in the order of creation, NaN if unknown.
        known_share: Links for each commit in the weeks around.
    """

    candidate: Ints
    hours: Doubles
    mine: Flags
    overlap: Floats
    like_path: Floats
    like_text: Floats
    places: Doubles
    known_share: float

    def proposals(self) -> Ints:
        """Return candidates that the text of the commit alone may not show."""
        away = np.abs(self.hours)
        own = np.flatnonzero(self.mine & (away <= _POOL_HOURS))
        recent = self.candidate[own[np.argsort(away[own], kind="stable")]]
        first = np.array(list(dict.fromkeys(recent.tolist()))[:_POOL_AUTHOR], dtype=np.int64)
        like = [self._likest(values) for values in (self.like_path, self.like_text)]
        return np.unique(np.concatenate([first, *like]))

    def _likest(self, values: Floats) -> Ints:
        best = np.argsort(-values, kind="stable")[:_POOL_NEIGHBOURS]
        return self.candidate[best[values[best] > 0]]

    def pair_features(self, chosen: Ints) -> Doubles:
        """Return `PAIR_NAMES` for each of the candidates `chosen`; what is missing is NaN."""
        if not len(self.candidate):
            return np.full((len(chosen), len(PAIR_NAMES)), np.nan)
        everyone = np.ones_like(self.mine)
        columns = [
            *self._recency(chosen, self.mine),
            *self._recency(chosen, everyone),
            *self._order(chosen),
            *(
                -self._least(-values.astype(np.float64), everyone)[chosen]
                for values in (self.overlap, self.like_path, self.like_text)
            ),
            _signed_log(self._least(self.hours, everyone)[chosen]),
            _signed_log(-self._least(-self.hours, everyone)[chosen]),
        ]
        found = np.column_stack(columns)
        found[~np.isfinite(found)] = np.nan
        return found

    def _recency(self, chosen: Ints, whose: Flags) -> tuple[Doubles, Doubles, Doubles]:
        """Return hours to the nearest link, how many candidates have a nearer one, and links."""
        nearest = self._least(np.abs(self.hours), whose)
        ordered = np.sort(nearest[np.isfinite(nearest)])
        hours = nearest[chosen]
        turns = np.log1p(np.searchsorted(ordered, hours))
        count = np.bincount(self.candidate[whose], minlength=len(self.places))[chosen]
        return np.log1p(hours), np.where(np.isfinite(hours), turns, np.nan), np.log1p(count)

    def _order(self, chosen: Ints) -> tuple[Doubles, Doubles, Doubles]:
        """Return how far from the plan's present place each candidate was created."""
        there = self.places[chosen]
        now, spread = self._present(np.ones_like(self.mine), _NEAREST)
        own, _ = self._present(self.mine, _AUTHOR_NEAREST)
        return (
            np.log1p(np.abs(there - now)),
            np.arcsinh((there - now) / (1 + spread)),
            np.log1p(np.abs(there - own)),
        )

    def _present(self, whose: Flags, count: int) -> tuple[float, float]:
        """Return the median place of the nearest links, and their median distance from it."""
        places = self.places[self.candidate]
        usable = np.flatnonzero(whose & ~np.isnan(places))
        if not len(usable):
            return float("nan"), float("nan")
        away = np.abs(self.hours[usable])
        near = places[usable[np.argsort(away, kind="stable")[:count]]]
        middle = float(np.median(near))
        return middle, float(np.median(np.abs(near - middle)))

    def _least(self, values: Doubles, whose: Flags) -> Doubles:
        """Return the least value for each candidate of the plan; infinity where there is none."""
        found = np.full(len(self.places), np.inf)
        np.minimum.at(found, self.candidate[whose], values[whose])
        return found

    def work_features(self) -> Doubles:
        """Return `WORK_NAMES`."""
        if not len(self.candidate):
            return np.full(len(WORK_NAMES), np.nan)
        away = np.abs(self.hours)
        own = away[self.mine]
        last = float(own.min()) if len(own) else float("nan")
        return np.array(
            [np.log1p(len(own)), np.log1p(last), np.log1p(away.min()), self.known_share]
        )


def _places(index: PlanIndex) -> Doubles:
    """Return the rank of each candidate in the order of creation; NaN where nobody knows."""
    orders = np.array([np.nan if one.order is None else one.order for one in index.candidates])
    known = np.flatnonzero(~np.isnan(orders))
    places = np.full(len(orders), np.nan)
    places[known[np.argsort(orders[known], kind="stable")]] = np.arange(len(known))
    return places


def _signed_log(hours: Doubles) -> Doubles:
    signed: Doubles = np.copysign(np.log1p(np.abs(hours)), hours)
    return signed
