"""Pairs of commit and candidate as rows of numbers: what the score model reads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from bot.analysis.lexical import POOL_VIEWS, VIEWS, PlanIndex, Queries
from bot.analysis.link_context import PAIR_NAMES, WORK_NAMES, Context, Ints
from bot.analysis.link_values import Known, Work
from bot.analysis.text import Floats, row_sums

POOL = 40  # candidates by text (contracts, analysis 2.4)
CHUNK = 200  # commits at a time: 8 MB for each view of a plan of 10,000
_KINDS = ("score", "z", "share", "rank")
# On the development sets 88 and 99 of 100 such commits belong there.
_PLAIN_SCORE = 0.4
_PLAIN_MARGIN = 0.2
_SAME = 1e-6  # the rounding of two equal titles
_FUZZ = (("token_set", fuzz.token_set_ratio), ("ratio", fuzz.ratio))
_FUZZ_KINDS = ("score", "share", "rank")
_TEXT_NAMES = ("title_ties", "words", "subject_words", "path_count", "unknown_share")
NAMES = (
    *(f"{view}_{kind}" for view in (*VIEWS, "mean") for kind in _KINDS),
    *(f"{name}_{kind}" for name, _ in _FUZZ for kind in _FUZZ_KINDS),
    *_TEXT_NAMES,
    *PAIR_NAMES,
    *WORK_NAMES,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """
    The candidates of one commit.

    Args:
        candidates: Positions in the plan.
        features: One row a candidate, one column for each of `NAMES`.
    """

    work: Work
    candidates: Ints
    features: Floats


def pairs(index: PlanIndex, context: Context, works: Sequence[Work], rows: Ints) -> Iterator[Pairs]:
    """
    Yield the candidates of each commit with their features.

    Args:
        rows: Position of each commit among those of the context.
    """
    if not index.candidates:
        yield from (_nothing(work) for work in works)
        return
    for start in range(0, len(works), CHUNK):
        some = works[start : start + CHUNK]
        yield from _chunk(index, context, some, rows[start : start + CHUNK])


def _nothing(work: Work) -> Pairs:
    nowhere = np.empty(0, dtype=np.int64)
    return Pairs(
        work=work, candidates=nowhere, features=np.empty((0, len(NAMES)), dtype=np.float32)
    )


def _chunk(
    index: PlanIndex, context: Context, works: Sequence[Work], rows: Ints
) -> Iterator[Pairs]:
    queries = index.queries(works)
    views = index.views(queries)
    views["mean"] = np.mean([views[name] for name in POOL_VIEWS], axis=0, dtype=np.float32)
    spreads = {
        name: (scores.mean(axis=1), scores.std(axis=1), scores.max(axis=1))
        for name, scores in views.items()
    }
    about = _about(works, queries)
    around = context.around(works, rows)
    for at, (work, near) in enumerate(zip(works, around, strict=True)):
        chosen = np.union1d(_top(views["mean"][at], POOL), near.proposals())
        columns = [
            _kinds(scores[at, chosen], *(float(values[at]) for values in spreads[name]))
            for name, scores in views.items()
        ]
        columns.append(_fuzzy(index, work, chosen))
        columns.append(_ties(views["tfidf_title"][at], chosen))
        columns.append(np.tile(about[at], (len(chosen), 1)))
        columns.append(near.pair_features(chosen))
        columns.append(np.tile(near.work_features(), (len(chosen), 1)))
        features = np.hstack(columns).astype(np.float32)
        yield Pairs(work=work, candidates=chosen, features=features)


def assumed_links(index: PlanIndex, works: Sequence[Work]) -> list[Known]:
    """
    Return the links that are plain from the words alone: the only candidate that reads like it.

    They are context for the other commits where few are linked yet, never an answer by themselves.
    """
    if not index.candidates:
        return []
    found = []
    for start in range(0, len(works), CHUNK):
        some = works[start : start + CHUNK]
        scores = index.mean_view(index.queries(some))
        best = scores.argmax(axis=1)
        for at, work in enumerate(some):
            top = float(scores[at, best[at]])
            second = float(np.delete(scores[at], best[at]).max(initial=0))
            if top >= _PLAIN_SCORE and top - second >= _PLAIN_MARGIN:
                found.append(Known(work_id=work.id, key=index.candidates[int(best[at])].key))
    return found


def _top(scores: Floats, count: int) -> Ints:
    """Return the places of the highest scores, those of 0 left out."""
    count = min(count, len(scores))
    best = np.argpartition(-scores, count - 1)[:count]
    return best[scores[best] > 0].astype(np.int64)


def _kinds(scores: Floats, mean: float, spread: float, most: float) -> NDArray[np.float64]:
    """Return score, z-value in the whole plan, share of the plan's best, rank in the pool."""
    return np.column_stack(
        [
            scores,
            (scores - mean) / max(spread, 1e-6),
            scores / max(most, 1e-6),
            _ranks(scores),
        ]
    )


def _ranks(scores: Floats) -> NDArray[np.float64]:
    """Return the logarithm of 1 + how many score higher."""
    ordered = np.sort(-scores)
    return np.log1p(np.searchsorted(ordered, -scores))


def _fuzzy(index: PlanIndex, work: Work, chosen: Ints) -> NDArray[np.float64]:
    titles = [index.candidates[int(at)].title.lower() for at in chosen]
    columns = []
    for _, scorer in _FUZZ:
        scores = process.cdist([work.subject.lower()], titles, scorer=scorer)[0] / 100
        columns += [scores, scores / max(float(scores.max(initial=0)), 1e-6), _ranks(scores)]
    return np.column_stack(columns)


def _ties(scores: Floats, chosen: Ints) -> NDArray[np.float64]:
    """Return how many others of the plan score the same: 0 where a title stands alone."""
    ordered = np.sort(-scores)
    first = np.searchsorted(ordered, -scores[chosen] - _SAME, side="left")
    after = np.searchsorted(ordered, -scores[chosen] + _SAME, side="right")
    others: NDArray[np.float64] = np.log1p(after - first - 1)[:, None]
    return others


def _about(works: Sequence[Work], queries: Queries) -> NDArray[np.float64]:
    message, subject = row_sums(queries.message.matrix), row_sums(queries.subject.matrix)
    all_words = message + queries.message.unknown
    return np.column_stack(
        [
            np.log1p(all_words),
            np.log1p(subject + queries.subject.unknown),
            np.log1p([len(work.paths) for work in works]),
            queries.message.unknown / np.maximum(all_words, 1),
        ]
    )
