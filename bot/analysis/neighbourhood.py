"""
What finished tasks say about the next one: weights by words and recency, and their quantiles.

Recency first, words second (contracts, analysis 4): teams change what they call an effort of 5.
"""

from collections.abc import Sequence

import numpy as np

from bot.analysis.task_texts import Numbers

RECENT = 50  # tasks of the running median
NEAREST = 25  # finished tasks of the neighbourhood
_AGE_SCALE = 300.0  # tasks after which a finished one counts for a third
_UNLIKE = 0.02  # weight of a task without a word in common, by age alone
# Share of the neighbours; the rest are the last 50 tasks. It costs nothing where words help, and
# halves the loss where they say nothing.
_NEIGHBOURS_SHARE = 0.7

# Tails that an interval may leave out on either side. Which of them holds four tasks of five
# differs by project (few distinct efforts overfill every interval), so it is read off the past.
TAILS = (0.06, 0.08, 0.10, 0.12, 0.14, 0.16, 0.18, 0.20)
PLAIN_TAIL = TAILS.index(0.10)
LEVELS = np.array([*TAILS, 0.5, 0.8, *(1 - tail for tail in TAILS)])
P50, P80 = len(TAILS), len(TAILS) + 1
_ROUNDING = 1e-9  # sums of weights miss 0.5 by less


def lower(tail: int) -> int:
    """Return the place in `LEVELS` where the interval with that tail begins."""
    return tail


def upper(tail: int) -> int:
    """Return the place in `LEVELS` where the interval with that tail ends."""
    return P80 + 1 + tail


def neighbour_levels(similarities: Numbers, efforts: Numbers) -> Numbers:
    """
    Return the quantiles (`LEVELS`) of the similar and recent tasks.

    They are efforts that occurred: of the logarithms, or of the efforts, makes no difference.

    Args:
        similarities: Of the task with each finished one, the oldest first.
        efforts: Of these finished ones.
    """
    age = np.arange(len(efforts), 0, -1)
    closeness = (similarities + _UNLIKE) * np.exp(-age / _AGE_SCALE)
    nearest = np.argsort(-closeness, kind="stable")[:NEAREST]
    weights = np.zeros(len(efforts))
    weights[nearest] = _NEIGHBOURS_SHARE * closeness[nearest] / closeness[nearest].sum()
    recent = min(RECENT, len(efforts))
    weights[-recent:] += (1 - _NEIGHBOURS_SHARE) / recent
    return _weighted_quantiles(efforts, weights)


def recent_levels(efforts: Numbers) -> Numbers:
    """Return the quantiles (`LEVELS`) of the last 50 efforts, whatever their tasks were about."""
    levels: Numbers = np.quantile(efforts[-RECENT:], LEVELS)
    return levels


def fitting_tail(levels: Numbers, efforts: Sequence[float] | Numbers, share: float) -> int:
    """
    Return the widest tail (a place in `TAILS`) whose intervals held that share of the efforts.

    Args:
        levels: A row of quantiles (`LEVELS`) for each effort.
        share: Of the efforts, 0 to 1; where no tail reaches it, the narrowest is returned.
    """
    actual = np.asarray(efforts)
    fitting = 0
    for tail in range(len(TAILS)):
        held = (levels[:, lower(tail)] <= actual) & (actual <= levels[:, upper(tail)])
        if held.mean() >= share:
            fitting = tail
    return fitting


def _weighted_quantiles(efforts: Numbers, weights: Numbers) -> Numbers:
    order = np.argsort(efforts, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum()
    places = np.searchsorted(reached, LEVELS - _ROUNDING)
    quantiles: Numbers = efforts[order][np.minimum(places, len(efforts) - 1)]
    return quantiles
