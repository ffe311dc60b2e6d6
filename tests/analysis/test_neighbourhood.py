"""Weights by words and recency, their quantiles, and the tails of an interval."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.analysis.neighbourhood import (
    LEVELS,
    P50,
    PLAIN_TAIL,
    TAILS,
    fitting_tail,
    lower,
    neighbour_levels,
    recent_levels,
    upper,
)

EFFORTS = st.lists(st.floats(0, 10_000), min_size=1, max_size=90)


def intervals_of_uniform_efforts(count: int) -> np.ndarray:
    """Return for each task the levels of efforts that are even between 0 and 1."""
    return np.tile(LEVELS, (count, 1))


@pytest.mark.parametrize(("share", "tail"), [(0.60, 0.20), (0.80, 0.10), (0.88, 0.06)])
def test_the_widest_tail_that_held_enough_is_taken(share, tail):
    efforts = (np.arange(1000) + 0.5) / 1000

    place = fitting_tail(intervals_of_uniform_efforts(1000), efforts, share)

    assert TAILS[place] == tail


def test_the_narrowest_tail_is_taken_where_none_held_enough():
    assert fitting_tail(intervals_of_uniform_efforts(30), [2.0] * 30, 0.8) == 0


def test_an_interval_leaves_its_tail_out_on_either_side():
    for place, tail in enumerate(TAILS):
        assert LEVELS[lower(place)] == tail
        assert LEVELS[upper(place)] == 1 - tail
    assert TAILS[PLAIN_TAIL] == 0.10


def test_similar_tasks_decide_over_unlike_ones():
    efforts = np.array([5.0, 1.0] * 50)

    assert neighbour_levels(np.array([0.9, 0.0] * 50), efforts)[P50] == 5.0
    assert neighbour_levels(np.array([0.0, 0.9] * 50), efforts)[P50] == 1.0


@given(EFFORTS, st.integers(0, 2**32 - 1))
def test_levels_ascend_and_are_efforts_that_occurred(listed, seed):
    efforts = np.array(listed)
    similarities = np.random.default_rng(seed).random(len(efforts))

    levels = neighbour_levels(similarities, efforts)

    assert (np.diff(levels[[*range(P50 + 1)]]) >= 0).all()
    assert set(levels) <= set(listed)


@given(EFFORTS)
def test_recency_alone_is_the_median_of_the_last_fifty(listed):
    levels = recent_levels(np.array(listed))

    assert levels[P50] == pytest.approx(np.median(listed[-50:]))
