"""
Forecast when the remaining tasks are done, from when earlier ones were.

The model is that of contracts, analysis 3.2. Only what happened before `now` is looked at, and a
seed is fixed: the same history gives the same forecast.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from bot.analysis.throughput import DAYS, WEEK_S, Array, Pace, Runs, seconds, simulate
from bot.domain.forecast import (
    FAN_LEVELS,
    LEVELS,
    NEEDED_COMPLETIONS,
    NEEDED_PITS,
    NEVER_DAYS,
    FanWeek,
    Forecast,
    NotEnough,
    Outcome,
    Span,
    pit,
)

_RECENT_WEEKS = 26
_GROWTH_RUNS = 1_000  # runs against arrivals go on for long; half of them bound the cost
# Perfect PITs that a project's own are mixed with: a few dozen say little about a .95 quantile.
# Of 0, 20, 50, 100 and 200, tried on two real streams and seventeen thinned, cut or wound down
# ones, 100 kept the coverage while the P85 dates and the pinball loss came nearer their targets.
_PRIOR_PITS = 100
_EDGES = (0.02, 0.98)
_MIDDLE = 0.5
_RUN_LEVELS = tuple(number / 100 for number in range(1, 100))
_LONGEST_FAN_WEEKS = 104
_BACKTEST_SIZES = (5, 10, 25, 50, 100)
_BACKTEST_FIRST_WEEK = 8
_BACKTEST_EVERY_WEEKS = 4


def forecast(
    done_at: Sequence[datetime],
    remaining: int,
    *,
    now: datetime,
    pits: Sequence[float] = (),
    added_at: Sequence[datetime] | None = None,
) -> Forecast | NotEnough:
    """
    Return when the remaining tasks will be done, or how much history is missing for that.

    Args:
        done_at: When each finished task was finished, in any order.
        remaining: Tasks left now; 0 is done already, whatever the history.
        now: The moment of the forecast; what is dated at or after it is not looked at.
        pits: `pit` of this project's earlier forecasts that resolved before `now`.
        added_at: When each task came into the plan. What came in its first week is what it
            began with; what came later makes `with_growth`.

    Raises:
        ValueError: `remaining` is negative.
    """
    if remaining < 0:
        raise ValueError("The remaining tasks cannot be fewer than none.")
    now = now.astimezone(UTC)
    times = seconds(done_at)
    if remaining == 0:
        return _finished(times, now)
    if lacking := _lacking(times, now):
        return lacking
    pace = Pace.fit(times, now.timestamp())
    runs = simulate(pace, remaining)
    levels = _levels(pits)
    scope = _span(runs, levels, now)
    return Forecast(
        made_at=now,
        remaining=remaining,
        scope=scope,
        with_growth=_with_growth(pace, remaining, added_at, levels, scope),
        rate_per_week=pace.rate,
        recalibrated_by=len(pits) if len(pits) >= NEEDED_PITS else 0,
        runs=tuple(_days(runs.weeks, _RUN_LEVELS)),
        fan=_fan(runs, levels, scope, remaining),
    )


def backtest(done_at: Sequence[datetime], now: datetime) -> tuple[Outcome, ...]:
    """
    Return how forecasts would have done on the project's own completions, resolved before `now`.

    Every four weeks from the eighth week on, for the next 5, 10, 25, 50 and 100 completions. Each
    of them knows only what was before it, so all of one history's outcomes are made at once and
    those resolved by a moment are the ones that were known then.
    """
    times = seconds(done_at)
    times = times[times < now.timestamp()]
    if not len(times):
        return ()
    first = times[0] + _BACKTEST_FIRST_WEEK * WEEK_S
    origins = np.arange(first, times[-1], _BACKTEST_EVERY_WEEKS * WEEK_S)
    return tuple(
        outcome
        for origin in origins
        if _recent(times, origin) >= NEEDED_COMPLETIONS
        for outcome in _resolved(times, float(origin))
    )


def backtest_pits(done_at: Sequence[datetime], now: datetime) -> tuple[float, ...]:
    """Return the PITs of `backtest`: the first ones of a project that was never forecast."""
    return tuple(outcome.pit for outcome in backtest(done_at, now))


def _resolved(times: Array, origin: float) -> list[Outcome]:
    ahead = times[times >= origin]
    pace = Pace.fit(times, origin)
    made_at = datetime.fromtimestamp(origin, UTC)
    outcomes = []
    for size in _BACKTEST_SIZES:
        if len(ahead) < size:
            break
        weeks = simulate(pace, size).weeks
        estimated, promised = _days(weeks, (0.50, 0.85))
        outcomes.append(
            Outcome(
                made_at=made_at,
                resolved_at=datetime.fromtimestamp(ahead[size - 1], UTC),
                estimated_days=estimated,
                promised_days=promised,
                pit=pit(_days(weeks, _RUN_LEVELS), float(ahead[size - 1] - origin) / 86_400),
            )
        )
    return outcomes


def _finished(times: Array, now: datetime) -> Forecast:
    rate = Pace.fit(times, now.timestamp()).rate if (times < now.timestamp()).any() else 0.0
    at_once = Span(made_at=now, days=(0.0,) * len(LEVELS))
    return Forecast(made_at=now, remaining=0, scope=at_once, rate_per_week=rate)


def _lacking(times: Array, now: datetime) -> NotEnough | None:
    found = _recent(times, now.timestamp())
    return NotEnough(found=found) if found < NEEDED_COMPLETIONS else None


def _recent(times: Array, now: float) -> int:
    return int(((times >= now - _RECENT_WEEKS * WEEK_S) & (times < now)).sum())


def _levels(pits: Sequence[float]) -> Array:
    """
    Return the levels to read the runs at, so that `LEVELS` come out as they came out so far.

    A correction that brings a late date forward counts half: what has resolved are the early
    outcomes, and the late ones among the earlier forecasts are still open.
    """
    stated = np.array(LEVELS)
    if len(pits) < NEEDED_PITS:
        return stated
    prior = (np.arange(_PRIOR_PITS) + 0.5) / _PRIOR_PITS
    met = np.quantile(np.concatenate([np.asarray(pits, float), _EDGES, prior]), LEVELS)
    late = (stated > _MIDDLE) & (met < stated)
    levels: Array = np.where(late, (met + stated) / 2, met)
    return levels


def _days(weeks: Array, levels: Sequence[float] | Array) -> list[float]:
    return [float(value) for value in np.quantile(weeks, levels) * DAYS]


def _span(runs: Runs, levels: Array, now: datetime) -> Span:
    return Span(made_at=now, days=tuple(_days(runs.weeks, levels)))


def _with_growth(
    pace: Pace,
    remaining: int,
    added_at: Sequence[datetime] | None,
    levels: Array,
    scope: Span,
) -> Span | None:
    """Return the answer with arrivals; never sooner than without, whatever the draws."""
    if not added_at:
        return None
    now = scope.made_at.timestamp()
    added = seconds(added_at)
    came_later = added[added >= added[0] + WEEK_S]
    began = added[0] + WEEK_S
    if began >= now:
        return None
    arrivals = Pace.fit(came_later, now, since=began)
    grown = _days(simulate(pace, remaining, arrivals=arrivals, runs=_GROWTH_RUNS).weeks, levels)
    later = tuple(max(pair) for pair in zip(grown, scope.days, strict=True))
    return Span(made_at=scope.made_at, days=later)


def _fan(runs: Runs, levels: Array, scope: Span, remaining: int) -> tuple[FanWeek, ...]:
    """Return the weeks until nearly every run is done, corrected like the dates."""
    last = min(int(np.ceil(min(scope.days[-1], NEVER_DAYS) / DAYS)), _LONGEST_FAN_WEEKS)
    chosen = [levels[LEVELS.index(level)] for level in FAN_LEVELS]
    shown = np.quantile(runs.left[:, :last], chosen, axis=0).T
    rows = [(float(remaining),) * len(FAN_LEVELS), *(tuple(map(float, row)) for row in shown)]
    return tuple(
        FanWeek(at=scope.made_at + timedelta(weeks=week), remaining=(a, b, c, d, e))
        for week, (a, b, c, d, e) in enumerate(rows)
    )
