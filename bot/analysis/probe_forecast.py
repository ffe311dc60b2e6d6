"""Forecast when a counter such as 129/336 reaches its total, from its own readings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from bot.analysis.throughput import Array
from bot.domain.forecast import NEEDED_RISES, NEVER_DAYS, NoMovement, NotEnough, ProbeForecast

_DAY_S = 86_400.0
_RUNS = 2_000
_SEED = 1
_FORGETTING = 0.97  # the weight of a reading against the one after it
# Doubt about a rate that a few even readings would hide: its deviation with one rise, shrinking
# with the root of their number.
_DOUBT = 0.3
_STILL_AT_LEAST_S = _DAY_S  # nights and lunch breaks are no standstill
_STILL_TIMES_LONGEST = 2.0  # neither is a pause hardly longer than one that ended


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """The readings since the counter last fell, in seconds and units, and which of them rose."""

    at: Array
    count: Array

    @property
    def rises(self) -> NDArray[np.intp]:
        return np.flatnonzero(np.diff(self.count) > 0) + 1


def probe_forecast(
    readings: Sequence[tuple[datetime, int]],
    total: int,
    *,
    now: datetime,
    totals: Sequence[tuple[datetime, int]] = (),
) -> ProbeForecast | NotEnough | NoMovement:
    """
    Return when the counter reaches its total, or why that cannot be told.

    A counter that falls has begun anew: what was before does not count.

    Args:
        readings: When it was read and what it said, in any order; later than `now` is not read.
        total: What it has to reach, as last heard.
        totals: Readings of the total, where it moves. What it grew by during the present run is
            taken off the counter's rate; one that shrank is taken as it is now.
    """
    run = _present_run(readings, now)
    if not len(run.at):
        return NotEnough(found=0, needed=NEEDED_RISES, counted="rising readings")
    as_of = datetime.fromtimestamp(float(run.at[-1]), UTC)
    remaining = max(total - int(run.count[-1]), 0)
    if remaining == 0:
        return ProbeForecast(as_of=as_of, remaining=0, rate_per_day=0.0, p50=as_of, p85=as_of)
    if stillness := _standstill(run):
        return stillness
    if len(run.rises) < NEEDED_RISES:
        return NotEnough(found=len(run.rises), needed=NEEDED_RISES, counted="rising readings")
    rates = _rates(run)
    growth = _growth_per_day(totals, run, now)
    days = np.minimum(remaining / np.maximum(rates - growth, 1e-9), NEVER_DAYS)
    middle, late = (float(value) for value in np.quantile(days, (0.50, 0.85)))
    return ProbeForecast(
        as_of=as_of,
        remaining=remaining,
        rate_per_day=float(np.median(rates)) - growth,
        p50=_date(as_of, middle, now),
        p85=_date(as_of, late, now),
    )


def _present_run(readings: Sequence[tuple[datetime, int]], now: datetime) -> _Run:
    seen = sorted({(at.astimezone(UTC).timestamp(), count) for at, count in readings if at <= now})
    at = np.array([moment for moment, _ in seen], float)
    count = np.array([value for _, value in seen], float)
    falls = np.flatnonzero(np.diff(count) < 0) + 1
    begin = int(falls[-1]) if len(falls) else 0
    return _Run(at=at[begin:], count=count[begin:])


def _standstill(run: _Run) -> NoMovement | None:
    """Return since when repeated readings showed the same, if that is longer than its pauses."""
    moved = int(run.rises[-1]) if len(run.rises) else 0
    still_s = float(run.at[-1] - run.at[moved])
    moves = run.at[np.concatenate([[0], run.rises])]
    longest_s = float(np.diff(moves).max(initial=0.0))
    if still_s <= max(_STILL_AT_LEAST_S, _STILL_TIMES_LONGEST * longest_s):
        return None
    return NoMovement(since=datetime.fromtimestamp(float(run.at[moved]), UTC))


def _rates(run: _Run) -> Array:
    """Return units a day as each run sees them: the intervals weighted anew, recent ones more."""
    rng = np.random.default_rng(_SEED)
    days, units = np.diff(run.at) / _DAY_S, np.diff(run.count)
    recency = _FORGETTING ** np.arange(len(days) - 1, -1, -1)
    weights = rng.standard_gamma(recency, (_RUNS, len(days)))
    doubt = rng.normal(0, _DOUBT / np.sqrt(len(run.rises)), _RUNS)
    passed = np.maximum(weights @ days, 1e-9)
    rates: Array = (weights @ units) / passed * np.exp(doubt)
    return rates


def _growth_per_day(totals: Sequence[tuple[datetime, int]], run: _Run, now: datetime) -> float:
    known = sorted(
        (at.timestamp(), value) for at, value in totals if run.at[0] <= at.timestamp() and at <= now
    )
    if len(known) <= 1 or known[-1][0] <= known[0][0]:
        return 0.0
    grown = known[-1][1] - known[0][1]
    return max(0.0, grown / ((known[-1][0] - known[0][0]) / _DAY_S))


def _date(as_of: datetime, days: float, now: datetime) -> datetime | None:
    """Return the moment, never one that is over: an old reading is no proof of the end."""
    if days >= NEVER_DAYS:
        return None
    return max(as_of + timedelta(days=days), now.astimezone(UTC))
