"""Thresholds from a project's own links: hide some, and see which rankings are right."""

import hashlib
from collections.abc import Collection, Sequence

from bot.analysis.lexical import PlanIndex
from bot.analysis.link_model import LinkModel, shipped_model
from bot.analysis.link_thresholds import Judged, blend, fit, judged
from bot.analysis.link_values import Candidate, Known, Ranking, Thresholds, Work
from bot.analysis.links import rank

_FOLDS = 4  # a quarter hidden at a time: the others stay as context
_DELETED = 0.3  # share of the linked candidates taken out, to see undocumented work
_LEAST = 40  # known commits; fewer say nothing about a threshold
_MOST = 1000  # known commits, drawn by their ids; more cost time and change little


def calibrate(
    works: Sequence[Work],
    plan: Sequence[Candidate],
    known: Sequence[Known],
    *,
    model: LinkModel | None = None,
) -> Thresholds:
    """
    Return thresholds that suit a project, from the links it has already.

    With few links they stay near the shipped ones.

    Args:
        works: Commits, those that are linked and the others.
        known: Links to learn from; only those of `works`.
    """
    trained = model or shipped_model()
    learnt = sorted({one.work_id for one in known} & {work.id for work in works}, key=_draw)
    if len(learnt) < _LEAST:
        return trained.thresholds
    whole = _hidden_in_turn(works, plan, known, learnt[:_MOST], trained)
    gone = {one.key for one in known if _draw(one.key) < _DELETED}
    left = [one for one in plan if one.key not in gone]
    cut = _hidden_in_turn(works, left, known, learnt[:_MOST], trained)
    found = fit([whole, cut], trained.thresholds)
    return blend(found, trained.thresholds, decisions=min(len(learnt), _MOST))


def _hidden_in_turn(
    works: Sequence[Work],
    plan: Sequence[Candidate],
    known: Sequence[Known],
    hidden: Sequence[str],
    model: LinkModel,
) -> Judged:
    """Return the rankings of `hidden`, each made while a part of them was unknown."""
    index = PlanIndex(plan)
    truth = _truth(known, index.position)
    rankings: list[Ranking] = []
    for fold in range(_FOLDS):
        asked = set(hidden[fold::_FOLDS])
        shown = [one for one in known if one.work_id not in asked]
        rankings += rank(works, index, shown, only=asked, model=model)
    return judged(rankings, truth)


def _truth(known: Sequence[Known], keys: Collection[str]) -> dict[str, set[str]]:
    truth: dict[str, set[str]] = {one.work_id: set() for one in known}
    for one in known:
        if one.key in keys:
            truth[one.work_id].add(one.key)
    return truth


def _draw(key: str) -> float:
    """Return a number from 0 to 1 that is the same in every run."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") / 2**64
