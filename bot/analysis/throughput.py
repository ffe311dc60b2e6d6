"""Simulate how fast things get done: a rate that wanders and counts that come in bursts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

WEEK_S = 7 * 86_400
DAYS = 7
RUNS = 2_000  # contracts, analysis 3.2; 10,000 take four times as long
NEVER_WEEKS = 520.0  # ten years
_SEED = 1  # the same history gives the same forecast
MEMORY_WEEKS = 52
PROFILE_WEEKS = 26
FORGETTING = 0.93  # the weight of a week against the one after it (contracts, analysis 3.2)
WANDERING = 0.05  # standard deviation of a week's step of the logarithm of the rate
_RATE_PER_WEEK = (0.02, 1e5)
_BURSTS = (0.3, 1000.0)  # negative-binomial size: 0.3 is wild, 1,000 is Poisson
_SMALL_RATE = 0.05  # a week; keeps a horizon finite
_LEAST_BLOCK = 8  # weeks drawn at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """
    The rate of one kind of event, fitted to its recent weeks.

    Args:
        rate: Events a week, recent weeks counting most.
        shape: Of the gamma that the present rate is drawn from.
        scale: Of the same gamma, in events a week.
        size: Negative-binomial size of a week's count; small means bursts.
        weekdays: Share of a week's events in each of the seven days after `now`.
        day_size: Negative-binomial size of a day's count.
        week_size: What is left of the week's bursts when its days burst by themselves.
    """

    rate: float
    shape: float
    scale: float
    size: float
    weekdays: Array
    day_size: float
    week_size: float

    @classmethod
    def fit(cls, times: Array, now: float, *, since: float | None = None) -> Self:
        """
        Return the pace of events that happened before `now`, all in seconds since 1970.

        Args:
            since: When events could first happen; the first one where that is not known. Weeks
                before it do not count.
        """
        past = times[times < now]
        began = since if since is not None else float(past.min(initial=now))
        weeks = _counts(past, now, _weeks_between(began, now, MEMORY_WEEKS))
        weights = FORGETTING ** np.arange(len(weeks) - 1, -1, -1)
        shape, weight = 1 + float(weights @ weeks), 0.5 + float(weights.sum())
        rate = shape / weight
        variance = float(weights @ (weeks - rate) ** 2) / float(weights.sum())
        size = _clip(rate**2 / max(variance - rate, 0.001 * rate + 1e-6), _BURSTS)
        widened = max(1.0, variance / rate)
        weekdays, day_size, week_size = _days(past, now, began, size)
        return cls(
            rate=rate,
            shape=shape / widened,
            scale=widened / weight,
            size=size,
            weekdays=weekdays,
            day_size=day_size,
            week_size=week_size,
        )

    def draw(self, level: Array, weeks: int, rng: np.random.Generator) -> tuple[Array, Array]:
        """
        Return the counts of the next weeks (runs x weeks) and the log rates they end with.

        Args:
            level: The log rate each run starts from.
        """
        rates, level = self._wander(level, weeks, rng)
        bursts = rng.standard_gamma(self.size, rates.shape) / self.size
        return rng.poisson(rates * bursts).astype(float), level

    def draw_days(self, level: Array, weeks: int, rng: np.random.Generator) -> tuple[Array, Array]:
        """Return the counts of the next days (runs x 7 weeks) and the log rates at their end."""
        rates, level = self._wander(level, weeks, rng)
        rates *= rng.standard_gamma(self.week_size, rates.shape) / self.week_size
        daily = (rates[:, :, None] * self.weekdays).reshape(len(level), weeks * DAYS)
        bursts = rng.standard_gamma(self.day_size, daily.shape) / self.day_size
        return rng.poisson(daily * bursts).astype(float), level

    def start(self, runs: int, rng: np.random.Generator) -> Array:
        """Return the log rate that each run begins with."""
        return np.log(np.maximum(rng.gamma(self.shape, self.scale, runs), 1e-300))

    def _wander(self, level: Array, weeks: int, rng: np.random.Generator) -> tuple[Array, Array]:
        steps = rng.normal(-(WANDERING**2) / 2, WANDERING, (len(level), weeks))
        levels = level[:, None] + np.cumsum(steps, axis=1)
        return np.clip(np.exp(levels), *_RATE_PER_WEEK), levels[:, -1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """
    Simulated runs.

    Args:
        weeks: When each finished, `NEVER_WEEKS` where it did not.
        left: Tasks left at the end of each simulated week (runs x weeks).
    """

    weeks: Array
    left: Array


def seconds(moments: Sequence[datetime]) -> Array:
    """Return the moments as sorted seconds since 1970."""
    return np.sort(np.array([moment.astimezone(UTC).timestamp() for moment in moments], float))


def simulate(pace: Pace, remaining: int, *, arrivals: Pace | None = None, runs: int = RUNS) -> Runs:
    """
    Return the runs until the remaining tasks, and those that arrive meanwhile, are done.

    What a week would finish at the present rate is simulated by the day, since there the weekday
    and the bursts of a single day decide; anything longer by the week. The weeks are drawn in
    blocks, and a block only for the runs that are not done yet.
    """
    rng = np.random.default_rng(_SEED)
    expected = remaining / max(pace.rate, _SMALL_RATE)
    horizon = int(np.clip(8 * expected + 20, 20, NEVER_WEEKS))
    paces = [pace] if arrivals is None else [pace, arrivals]
    by_day = arrivals is None and remaining <= pace.rate
    levels = np.stack([each.start(runs, rng) for each in paces])
    finish, left = np.full(runs, NEVER_WEEKS), np.zeros((runs, horizon))
    live, open_tasks = np.arange(runs), np.full(runs, float(remaining))
    past, block = 0, max(_LEAST_BLOCK, int(1.3 * expected))
    while past < horizon and len(live):
        block = min(block, horizon - past)
        net, levels = _draw(paces, levels, block, rng, by_day=by_day)
        after = open_tasks[:, None] - np.cumsum(net, axis=1)
        done, steps = _finish(after, net)
        a_week = net.shape[1] // block
        finish[live[done]] = past + steps[done] / a_week
        not_yet = np.where(np.minimum.accumulate(after, axis=1) > 0, after, 0)
        left[live, past : past + block] = not_yet[:, a_week - 1 :: a_week]
        live, levels, open_tasks = live[~done], levels[:, ~done], after[~done, -1]
        past, block = past + block, max(_LEAST_BLOCK, block // 2)
    return Runs(weeks=finish, left=left)


def _draw(
    paces: Sequence[Pace], levels: Array, weeks: int, rng: np.random.Generator, *, by_day: bool
) -> tuple[Array, Array]:
    """Return what the next steps finish, less what arrives in them, and the log rates after."""
    if by_day:
        done, level = paces[0].draw_days(levels[0], weeks, rng)
        return done, level[None, :]
    drawn = [pace.draw(level, weeks, rng) for pace, level in zip(paces, levels, strict=True)]
    net = drawn[0][0] - drawn[1][0] if len(drawn) > 1 else drawn[0][0]
    return net, np.stack([level for _, level in drawn])


def _finish(after: Array, net: Array) -> tuple[NDArray[np.bool_], Array]:
    """Return which runs reach zero, and in how many steps, linear inside the last one."""
    reached = after <= 0
    step = reached.argmax(axis=1)
    rows = np.arange(len(after))
    last = net[rows, step]
    part: Array = (after[rows, step] + last) / np.maximum(last, 1)
    done: NDArray[np.bool_] = reached[rows, step]
    return done, step + part


def _weeks_between(began: float, now: float, most: int) -> int:
    return int(np.clip(np.ceil((now - began) / WEEK_S), 1, most))


def _counts(past: Array, now: float, steps: int, step_s: float = WEEK_S) -> Array:
    """Return the events in each of the last steps, which end at `now`, oldest first."""
    age = np.ceil((now - past) / step_s).astype(int) - 1
    return np.bincount(age[age < steps], minlength=steps)[::-1].astype(float)


def _days(past: Array, now: float, began: float, size: float) -> tuple[Array, float, float]:
    """Return the share of each day after `now` in a week, and how the bursts split."""
    known = DAYS * _weeks_between(began, now, PROFILE_WEEKS)
    days = _counts(past, now, known, WEEK_S / DAYS).reshape(-1, DAYS)
    share = days.sum(axis=0) + 0.5 + 0.05 * days.sum() / DAYS  # no weekday is impossible
    share /= share.sum()
    weights = FORGETTING ** np.arange(len(days) - 1, -1, -1)[:, None]
    expected = days.sum(axis=1, keepdims=True) * share
    excess = (weights * ((days - expected) ** 2 - expected * (1 - share))).sum()
    of_day = float(excess / max((weights * expected**2).sum(), 1e-9))
    day_size = _clip(1 / max(of_day, 1e-3), (0.1, 1000.0))
    rest = 1 / size - float((share**2).sum()) / day_size
    return share, day_size, _clip(1 / max(rest, 1e-3), _BURSTS)


def _clip(value: float, bounds: tuple[float, float]) -> float:
    return min(max(value, bounds[0]), bounds[1])
