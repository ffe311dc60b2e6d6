"""Pairs of commit and candidate as rows of numbers: what the score model reads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz

from bot.analysis.lexical import POOL_VIEWS, VIEWS, PlanIndex, Queries
from bot.analysis.likeness import MOST_FILES
from bot.analysis.link_context import PAIR_NAMES, WORK_NAMES, Context, Doubles, Ints
from bot.analysis.link_values import Known, Work
from bot.analysis.text import MAX_CHARS, Floats, row_sums

POOL = 40  # candidates by text (contracts, analysis 2.4)
CHUNK = 200  # commits at a time: 8 MB for each view of a plan of 10,000
_KINDS = ("score", "z", "share", "rank")
# On the development sets 88 and 99 of 100 such commits belong there.
_PLAIN_SCORE = 0.4
_PLAIN_MARGIN = 0.2
_TINY = 1e-6  # instead of a division by nothing
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """
    Commits in question.

    Args:
        rows: Their positions among all commits.
        queries: Their term counts.
    """

    works: Sequence[Work]
    rows: Ints
    queries: Queries

    def chunks(self) -> Iterator["Asked"]:
        """Yield them a few at a time."""
        for start in range(0, len(self.works), CHUNK):
            end = start + CHUNK
            yield Asked(
                works=self.works[start:end],
                rows=self.rows[start:end],
                queries=self.queries.part(start, end),
            )


def pairs(index: PlanIndex, context: Context, asked: Asked) -> Iterator[Pairs]:
    """Yield the candidates of each commit with their features."""
    if not index.candidates:
        yield from (_nothing(work) for work in asked.works)
        return
    for some in asked.chunks():
        yield from _chunk(index, context, some)


def _nothing(work: Work) -> Pairs:
    nowhere = np.empty(0, dtype=np.int64)
    return Pairs(
        work=work, candidates=nowhere, features=np.empty((0, len(NAMES)), dtype=np.float32)
    )


def _chunk(index: PlanIndex, context: Context, some: Asked) -> Iterator[Pairs]:
    views = index.views(some.queries)
    views["mean"] = np.mean([views[name] for name in POOL_VIEWS], axis=0, dtype=np.float32)
    rows = list(views.values())
    spread = np.array([(row.mean(axis=1), row.std(axis=1), row.max(axis=1)) for row in rows])
    about = _about(some.works, some.queries)
    around = context.around(some.works, some.rows)
    for at, (work, near) in enumerate(zip(some.works, around, strict=True)):
        chosen = np.union1d(_top(views["mean"][at], POOL), near.proposals())
        scores = np.array([row[at, chosen] for row in rows], dtype=np.float64)
        columns = [_kinds(scores, *spread[:, :, at].T), _fuzzy(index, work, chosen)]
        columns.append(_ties(views["tfidf_title"][at], chosen))
        columns.append(np.tile(about[at], (len(chosen), 1)))
        columns.append(near.pair_features(chosen))
        columns.append(np.tile(near.work_features(), (len(chosen), 1)))
        features = np.hstack(columns).astype(np.float32)
        yield Pairs(work=work, candidates=chosen, features=features)


def assumed_links(index: PlanIndex, asked: Asked) -> list[Known]:
    """
    Return the links that are plain from the words alone: the only candidate that reads like it.

    They are context for the other commits where few are linked yet, never an answer by themselves.
    """
    if not index.candidates:
        return []
    found = []
    for some in asked.chunks():
        scores = index.mean_view(some.queries)
        best = scores.argmax(axis=1)
        for at, work in enumerate(some.works):
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


def _kinds(scores: Doubles, mean: Doubles, spread: Doubles, most: Doubles) -> Doubles:
    """
    Return score, z-value in the whole plan, share of the plan's best and rank, view by view.

    Args:
        scores: A row for each view, a column for each candidate of the pool.
    """
    kinds = [
        scores,
        (scores - mean[:, None]) / np.maximum(spread, _TINY)[:, None],
        scores / np.maximum(most, _TINY)[:, None],
        _ranks(scores),
    ]
    return np.concatenate(np.stack(kinds, axis=1)).T


def _ranks(scores: Doubles) -> Doubles:
    """Return the logarithm of 1 + how many candidates score higher, in each row."""
    ranks: Doubles = np.log1p((scores[:, None, :] > scores[:, :, None]).sum(axis=2))
    return ranks


def _fuzzy(index: PlanIndex, work: Work, chosen: Ints) -> Doubles:
    """Return score, share of the pool's best and rank for each of `_FUZZ`."""
    titles = [index.lower_titles[at] for at in chosen.tolist()]
    subject = work.subject.lower()[:MAX_CHARS]
    scores = np.array([[scorer(subject, title) for title in titles] for _, scorer in _FUZZ]) / 100
    most = scores.max(axis=1, initial=_TINY)
    kinds = [scores, scores / most[:, None], _ranks(scores)]
    return np.concatenate(np.stack(kinds, axis=1)).T


def _ties(scores: Floats, chosen: Ints) -> Doubles:
    """Return how many others of the plan score the same: 0 where a title stands alone."""
    ordered = np.sort(-scores)
    first = np.searchsorted(ordered, -scores[chosen] - _SAME, side="left")
    after = np.searchsorted(ordered, -scores[chosen] + _SAME, side="right")
    others: Doubles = np.log1p(after - first - 1)[:, None]
    return others


def _about(works: Sequence[Work], queries: Queries) -> Doubles:
    message, subject = row_sums(queries.message.matrix), row_sums(queries.subject.matrix)
    all_words = message + queries.message.unknown
    return np.column_stack(
        [
            np.log1p(all_words),
            np.log1p(subject + queries.subject.unknown),
            np.log1p([min(len(work.paths), MOST_FILES) for work in works]),
            queries.message.unknown / np.maximum(all_words, 1),
        ]
    )
