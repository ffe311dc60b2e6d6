"""Forecasts of when work will be done, and how earlier ones turned out."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

LEVELS = (0.05, 0.10, 0.15, 0.25, 0.50, 0.75, 0.85, 0.90, 0.95)
FAN_LEVELS = (0.05, 0.15, 0.50, 0.85, 0.95)
NEVER_DAYS = 3640.0  # 520 weeks, the end of every simulated run: "not within ten years"
NEEDED_COMPLETIONS = 13  # in the last 26 weeks; below it a rate is a guess (analysis 3.2, step 9)
NEEDED_PITS = 20  # resolved forecasts of a project before they correct the next (step 8)
NEEDED_RISES = 3  # readings of a counter above the one before


@dataclass(frozen=True, slots=True, kw_only=True)
class NotEnough:
    """
    Why there is no forecast: too little has happened.

    Args:
        found: How many of the things that count were there.
        counted: What was counted, as read after "3 of 13".
    """

    found: int
    needed: int = NEEDED_COMPLETIONS
    counted: str = "completions in the last 26 weeks"

    @property
    def text(self) -> str:
        """Say it as a report does."""
        return f"not enough data ({self.found} of {self.needed} {self.counted})"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoMovement:
    """A counter that was read again and again and has stood still since a moment."""

    since: datetime

    @property
    def text(self) -> str:
        """Say it as a report does, with the day in UTC."""
        return f"no movement since {self.since:%Y-%m-%d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FanWeek:
    """
    What may be left at one moment to come.

    Args:
        at: The end of the week, counted from the forecast's `made_at`.
        remaining: Tasks left at most with probability .05 .15 .50 .85 .95 (`FAN_LEVELS`).
    """

    at: datetime
    remaining: tuple[float, float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """
    The days until the work is done, as nine quantiles at `LEVELS`.

    A quantile of `NEVER_DAYS` or more means "not within ten years" and has no date.
    """

    made_at: datetime
    days: tuple[float, ...]

    @property
    def p50(self) -> datetime | None:
        """Return the date that is as likely to be met as missed, in UTC."""
        return self.date(0.50)

    @property
    def p85(self) -> datetime | None:
        """Return the date to promise, in UTC."""
        return self.date(0.85)

    @property
    def p95(self) -> datetime | None:
        """Return the date that is nearly sure, in UTC."""
        return self.date(0.95)

    def days_at(self, level: float) -> float:
        """Return the days until it is done with this probability, one of `LEVELS`."""
        return self.days[LEVELS.index(level)]

    def date(self, level: float) -> datetime | None:
        """Return the moment by which it is done with this probability, None for "never"."""
        days = self.days_at(level)
        return None if days >= NEVER_DAYS else self.made_at + timedelta(days=days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """
    When the remaining tasks will be done.

    Args:
        remaining: Tasks left at `made_at`.
        scope: The answer for today's tasks.
        with_growth: The answer if new tasks keep arriving as they did; None where arrivals are
            not known.
        rate_per_week: Completions a week, recent weeks counting most.
        recalibrated_by: Resolved forecasts that corrected this one; 0 means it is uncorrected.
        runs: 99 quantiles (.01 to .99) of the uncorrected runs in days; keep them, since `pit`
            asks for them once the work is done.
        fan: The weeks to come, for a chart; the first is `made_at` itself.
    """

    made_at: datetime
    remaining: int
    scope: Span
    with_growth: Span | None = None
    rate_per_week: float = 0.0
    recalibrated_by: int = 0
    runs: tuple[float, ...] = ()
    fan: tuple[FanWeek, ...] = ()

    @property
    def done(self) -> bool:
        """Tell whether nothing was left."""
        return self.remaining == 0

    @property
    def calibration_text(self) -> str:
        """Say whether the project's own earlier forecasts corrected this one."""
        if self.recalibrated_by:
            return f"corrected by {self.recalibrated_by} earlier forecasts of this project"
        return f"not corrected yet (fewer than {NEEDED_PITS} earlier forecasts have resolved)"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeForecast:
    """
    When a counter reaches its total.

    Args:
        as_of: When the counter was last read.
        remaining: Units left at `as_of`, 0 when it got there.
        rate_per_day: Units a day in the present run, less what the total grows by.
        p50: As likely met as missed, UTC; None means "not within ten years".
        p85: The date to promise, UTC; None means "not within ten years".
    """

    as_of: datetime
    remaining: int
    rate_per_day: float
    p50: datetime | None
    p85: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """
    How one forecast turned out.

    Args:
        estimated_days: Its P50, in days from `made_at`.
        promised_days: Its P85, in days from `made_at`.
        pit: The share of its runs that were no longer than the truth.
    """

    made_at: datetime
    resolved_at: datetime
    estimated_days: float
    promised_days: float
    pit: float

    @property
    def actual_days(self) -> float:
        """Return how long it really took."""
        return (self.resolved_at - self.made_at) / timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """
    How good the forecasts were, as the KPI "forecast accuracy" counts it.

    Args:
        error: Median of |actual - estimated| / estimated; None while nothing has resolved.
        promises_met: P85 dates that were met, of `resolved`.
    """

    resolved: int
    promises_met: int
    error: float | None

    @property
    def text(self) -> str:
        """Say the hit rate as a report does."""
        if not self.resolved:
            return "no P85 date has come due yet"
        verb = "was" if self.promises_met == 1 else "were"
        return f"of {self.resolved} P85 dates, {self.promises_met} {verb} met"


def pit(runs: Sequence[float], actual_days: float) -> float:
    """
    Return the share of a forecast's runs that were no longer than the truth.

    The runs are stored as quantiles, so the truth lies between two of them: half a step is added.
    """
    return (bisect_right(sorted(runs), actual_days) + 0.5) / (len(runs) + 1)


def accuracy(outcomes: Sequence[Outcome]) -> Accuracy:
    """Return how the resolved forecasts did; one that estimated no time at all has no error."""
    errors = [
        abs(outcome.actual_days - outcome.estimated_days) / outcome.estimated_days
        for outcome in outcomes
        if outcome.estimated_days > 0
    ]
    met = sum(outcome.actual_days <= outcome.promised_days for outcome in outcomes)
    return Accuracy(
        resolved=len(outcomes), promises_met=met, error=median(errors) if errors else None
    )


Made = Forecast | ProbeForecast | NotEnough | NoMovement


def p50_of(made: Made) -> datetime | None:
    """Return the moment of even odds, None where nothing or no such moment was found."""
    if isinstance(made, Forecast):
        return made.scope.p50
    return made.p50 if isinstance(made, ProbeForecast) else None


def p85_of(made: Made | None) -> datetime | None:
    """Return the moment to promise, None where nothing or no such moment was found."""
    if isinstance(made, Forecast):
        return made.scope.p85
    return made.p85 if isinstance(made, ProbeForecast) else None


def is_never(made: Made | None) -> bool:
    """Whether a forecast says "not within ten years"."""
    return isinstance(made, Forecast | ProbeForecast) and p85_of(made) is None
