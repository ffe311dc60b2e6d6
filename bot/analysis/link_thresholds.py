"""From where on a ranking is written unasked, asked about, or taken for undocumented work."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.analysis.link_values import Ranking, Thresholds
from bot.analysis.trees import Doubles

AUTO, SUGGEST, NONE = "auto", "suggest", "none"
AUTO_PRECISION = 0.97  # aimed at so that elsewhere .95 is kept (contracts, analysis 2.6)
AUTO_DECISIONS = 50  # fewer than these above a threshold prove nothing about it

_CUTS = np.arange(1, 200) / 200
_PRIOR_DECISIONS = 100  # what the shipped thresholds weigh against a project's own links
_AS_GOOD = 0.002  # of F1: less is chance, so take the middle of the plateau

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """
    Rankings of commits whose true candidate is known.

    Args:
        score: Of the best candidate.
        margin: Its lead.
        right: Whether it is the true one.
        none: Chance that the commit is undocumented.
        documented: Whether its true candidate is in the plan.
    """

    score: Doubles
    margin: Doubles
    right: Flags
    none: Doubles
    documented: Flags


def decide(ranking: Ranking, thresholds: Thresholds) -> str:
    """Return what to do with a ranking: `AUTO`, `SUGGEST` or `NONE`."""
    if not ranking.ranked:
        return NONE
    auto = thresholds.auto is not None and ranking.score >= thresholds.auto
    if auto and ranking.margin >= thresholds.margin:
        return AUTO
    return SUGGEST if ranking.score >= thresholds.link else NONE


def is_undocumented(ranking: Ranking, thresholds: Thresholds) -> bool:
    """Whether to ask which task a commit was: it seems to belong to none in the plan."""
    return ranking.undocumented >= thresholds.undocumented


def judged(rankings: Sequence[Ranking], truth: Mapping[str, Collection[str]]) -> Judged:
    """
    Return rankings beside the truth.

    Args:
        truth: By commit, the candidates it belongs to; none where it is undocumented.
    """
    keys = [one.ranked[0][0] if one.ranked else "" for one in rankings]
    return Judged(
        score=np.array([one.score for one in rankings]),
        margin=np.array([one.margin for one in rankings]),
        right=np.array(
            [key in truth[one.work_id] for key, one in zip(keys, rankings, strict=True)], dtype=bool
        ),
        none=np.array([one.undocumented for one in rankings]),
        documented=np.array([bool(truth[one.work_id]) for one in rankings], dtype=bool),
    )


def fit(groups: Sequence[Judged], prior: Thresholds) -> Thresholds:
    """
    Return the thresholds that serve all groups of rankings: each group counts the same.

    Args:
        prior: Kept where the groups prove nothing: too few decisions, nothing undocumented.
    """
    link = _best_cut([_Question(one.score, one.right, one.documented.sum()) for one in groups])
    none = _best_cut(
        [_Question(one.none, ~one.documented, (~one.documented).sum()) for one in groups]
    )
    auto = auto_cut(groups, prior.margin)
    return Thresholds(
        link=prior.link if link is None else link,
        auto=prior.auto if auto is None else auto,
        margin=prior.margin,
        undocumented=prior.undocumented if none is None else none,
    )


def blend(found: Thresholds, prior: Thresholds, *, decisions: int) -> Thresholds:
    """Return thresholds between `prior` and `found`: nearer to these the more decisions."""
    weight = decisions / (decisions + _PRIOR_DECISIONS)

    def between(old: float, new: float) -> float:
        return old + weight * (new - old)

    link, auto = between(prior.link, found.link), found.auto
    if auto is not None and prior.auto is not None:
        auto = between(prior.auto, auto)
    return Thresholds(
        link=link,
        auto=None if auto is None else max(auto, link),  # unasked is never easier than asked
        margin=prior.margin,
        undocumented=between(prior.undocumented, found.undocumented),
    )


@dataclass(frozen=True, slots=True)
class _Question:
    score: Doubles
    right: Flags
    wanted: int


def _best_cut(groups: Sequence[_Question]) -> float | None:
    """Return the cut with the best mean F1; the middle of those that are as good as it."""
    asked = [one for one in groups if one.wanted]
    if not asked:
        return None
    curves = [
        2 * _at_least(one.score[one.right], _CUTS) / (_at_least(one.score, _CUTS) + one.wanted)
        for one in asked
    ]
    mean = np.mean(curves, axis=0)
    good = _CUTS[mean >= mean.max() - _AS_GOOD]
    return float(np.median(good))


def auto_cut(
    groups: Sequence[Judged], margin: float, precision: float = AUTO_PRECISION
) -> float | None:
    """
    Return the cut from which on every one is precise enough; None where nothing proves one.

    Args:
        margin: Least lead of a decision.
    """
    if not groups:
        return None
    scores = [np.where(one.margin >= margin, one.score, 0) for one in groups]
    flagged = sum(_at_least(score, _CUTS) for score in scores)
    hits = sum(
        _at_least(score[one.right], _CUTS) for score, one in zip(scores, groups, strict=True)
    )
    enough = np.asarray(flagged >= AUTO_DECISIONS)
    failing = np.flatnonzero(enough & (hits < precision * flagged))
    first = int(failing[-1]) + 1 if len(failing) else 0
    return float(_CUTS[first]) if first < len(_CUTS) and enough[first] else None


def _at_least(score: Doubles, cuts: Doubles) -> NDArray[np.int64]:
    """Return how many scores reach each cut."""
    reached = len(score) - np.searchsorted(np.sort(score), cuts, side="left")
    return np.asarray(reached, dtype=np.int64)
