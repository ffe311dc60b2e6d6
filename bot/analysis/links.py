"""
Which candidate of the plan does a commit belong to, when its message names none?

`rank` answers for many commits at once; `link_thresholds` says what an answer is good for.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np

from bot.analysis.lexical import PlanIndex
from bot.analysis.link_context import Context
from bot.analysis.link_evidence import EvidenceFinder
from bot.analysis.link_features import Asked, Pairs, assumed_links, pairs
from bot.analysis.link_model import LinkModel, shipped_model, summary
from bot.analysis.link_values import Candidate, Known, Ranking, Work
from bot.analysis.text import Floats
from bot.analysis.trees import Doubles

MOST_RANKED = 50  # candidates of one commit that are worth keeping
_BATCH = 200  # commits whose pairs go through the trees together


def rank(
    works: Sequence[Work],
    plan: PlanIndex | Sequence[Candidate],
    known: Sequence[Known] = (),
    rejected: Sequence[Known] = (),
    *,
    only: Collection[str] | None = None,
    model: LinkModel | None = None,
) -> list[Ranking]:
    """
    Return the candidates of every commit that is not linked yet, in the order of `works`.

    Args:
        works: The commits in question and, for context, those that are linked already.
        plan: Every candidate; an index where it is asked more than once.
        known: Links that stand: by reference, or made or confirmed by a person.
        rejected: Links that a person undid; they are never proposed again.
        only: Ids of the commits to rank, the others being context; all by default.
        model: The shipped one by default.
    """
    index = plan if isinstance(plan, PlanIndex) else PlanIndex(plan)
    finder = EvidenceFinder(works, index, known)
    found = described(works, index, known, rejected, only=only)
    return [
        _with_evidence(ranking, one.work, index, finder)
        for one, ranking in _scored(found, index, model or shipped_model())
    ]


def described(
    works: Sequence[Work],
    index: PlanIndex,
    known: Sequence[Known],
    rejected: Sequence[Known] = (),
    *,
    only: Collection[str] | None = None,
) -> Iterator[Pairs]:
    """Yield every commit that is not linked yet with its candidates and their features."""
    linked = {one.work_id for one in known}
    rows = [row for row, work in enumerate(works) if work.id not in linked]
    unlinked = _asked(works, rows, index)
    wrong = {(one.work_id, one.key) for one in rejected}
    assumed = [one for one in assumed_links(index, unlinked) if (one.work_id, one.key) not in wrong]
    context = Context(works, index, [*known, *assumed])
    if only is not None:
        unlinked = _asked(works, [row for row in rows if works[row].id in only], index)
    for one in pairs(index, context, unlinked):
        yield _without(one, wrong, index) if wrong else one


def _asked(works: Sequence[Work], rows: Sequence[int], index: PlanIndex) -> Asked:
    some = [works[row] for row in rows]
    return Asked(works=some, rows=np.array(rows, dtype=np.int64), queries=index.queries(some))


def _without(one: Pairs, wrong: set[tuple[str, str]], index: PlanIndex) -> Pairs:
    keys = [index.candidates[int(at)].key for at in one.candidates]
    kept = np.array([(one.work.id, key) not in wrong for key in keys], dtype=bool)
    return replace(one, candidates=one.candidates[kept], features=one.features[kept])


def _scored(
    found: Iterable[Pairs], index: PlanIndex, model: LinkModel
) -> Iterator[tuple[Pairs, Ranking]]:
    rest = iter(found)
    while batch := list(islice(rest, _BATCH)):
        yield from _score(batch, index, model)


def _score(
    batch: Sequence[Pairs], index: PlanIndex, model: LinkModel
) -> Iterator[tuple[Pairs, Ranking]]:
    chances = split_chances(batch, model.link.chance(np.vstack([one.features for one in batch])))
    summaries: Floats = np.vstack(
        [summary(one, mine) for one, mine in zip(batch, chances, strict=True)]
    )
    right, none = model.right.chance(summaries), model.none.chance(summaries)
    for one, mine, sure, alone in zip(batch, chances, right, none.tolist(), strict=True):
        yield one, _ranking(one, settled(mine, float(sure)), alone, index)


def split_chances(batch: Sequence[Pairs], chances: Doubles) -> list[Doubles]:
    """Return the chances of all pairs of `batch`, a piece for each commit."""
    return np.split(chances, np.cumsum([len(one.candidates) for one in batch])[:-1])


def settled(chances: Doubles, right: float) -> Doubles:
    """
    Return the chances with that of the best candidate at `right`, the others in proportion.

    A pair by itself does not know how good the other candidates are; `right` does.
    """
    return chances * (right / max(float(chances.max(initial=0)), 1e-12))


def _ranking(one: Pairs, chances: Doubles, none: float, index: PlanIndex) -> Ranking:
    best = np.argsort(-chances, kind="stable")[:MOST_RANKED]
    ordered = [(index.candidates[int(one.candidates[at])].key, float(chances[at])) for at in best]
    lead = ordered[0][1] - (ordered[1][1] if len(ordered) > 1 else 0.0) if ordered else 0.0
    return Ranking(
        work_id=one.work.id,
        ranked=tuple(ordered),
        undocumented=none if ordered else 1.0,
        margin=lead,
    )


def _with_evidence(
    ranking: Ranking, work: Work, index: PlanIndex, finder: EvidenceFinder
) -> Ranking:
    if not ranking.ranked:
        return ranking
    candidate = index.candidates[index.position[ranking.ranked[0][0]]]
    return replace(ranking, evidence=finder.about(work, candidate))
