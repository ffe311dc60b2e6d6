"""Forecast phases and stages from throughput and counters, and score what was forecast before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.assessment import PlanSnapshot
from bot.domain.evidence import CounterReading, KeptForecast
from bot.domain.facts import ForecastFact
from bot.domain.findings import Finding
from bot.domain.forecast import (
    Forecast,
    Made,
    is_never,
    p85_of,
)
from bot.domain.progress_claims import is_claim
from bot.domain.risks import outlook_of
from bot.usecases.forecast_chart import chart_data
from bot.usecases.forecast_facts import at_risk_findings, forecast_fact
from bot.usecases.forecast_scopes import Scope, scopes_of, scopes_of_keys
from bot.usecases.kept_forecasts import accuracy_of, errors_of, kept_forecasts, resolved

_PERMILLE = 1000
_Moment = tuple[datetime, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecasts:
    """
    What was forecast.

    Args:
        kept: New forecasts, and earlier ones that have resolved since, to be written.
        chart: Data of the fan chart, plain JSON; empty where there is no forecast of the project.
    """

    facts: tuple[ForecastFact, ...] = ()
    at_risk: tuple[Finding, ...] = ()
    kept: tuple[KeptForecast, ...] = ()
    calibration: str = ""
    errors: tuple[float, ...] = ()
    chart: Mapping[str, Any] = field(default_factory=dict)


def forecast_work(
    snapshot: PlanSnapshot,
    readings: Sequence[CounterReading],
    kept: Sequence[KeptForecast],
    *,
    now: datetime,
) -> Forecasts:
    """
    Return forecasts for the project, its open phases and the stages in progress.

    Throughput counts tasks where the plan has them, else stages. Where too little has happened the
    fact says so and no number is made up (contracts, analysis 3.2).
    """
    zone = ZoneInfo(snapshot.workspace.zone)
    scopes = scopes_of(snapshot)
    waiting = [one for one in kept if one.actual_at is None]
    asked = scopes_of_keys(snapshot, {one.record_key for one in waiting})
    ended = [resolved(one, asked.get(one.record_key), now) for one in waiting]
    ended = [one for one in ended if one.actual_at is not None]
    known = [*(one for one in kept if one.actual_at is not None), *ended]
    made = {scope.key: _forecast(scope, known, readings, now) for scope in scopes}
    outlooks = {
        stage.key: outlook_of(
            snapshot,
            stage,
            p85_of(made.get(stage.key)),
            never=is_never(made.get(stage.key)),
            now=now,
        )
        for stage in snapshot.stages
    }
    whole = made.get(scopes[0].key) if scopes else None
    return Forecasts(
        facts=tuple(forecast_fact(scope, made[scope.key], outlooks, zone, now) for scope in scopes),
        at_risk=tuple(at_risk_findings(scopes, made, outlooks, now)),
        kept=(*ended, *kept_forecasts(scopes, made, now)),
        calibration=accuracy_of(known).text if known else "",
        errors=tuple(errors_of(known)),
        chart=chart_data(scopes[0], whole, now)
        if isinstance(whole, Forecast) and not whole.done
        else {},
    )


def _forecast(
    scope: Scope, known: Sequence[KeptForecast], readings: Sequence[CounterReading], now: datetime
) -> Made:
    from bot.analysis.forecast import backtest_pits, forecast  # noqa: PLC0415 - most of a second
    from bot.analysis.probe_forecast import probe_forecast  # noqa: PLC0415

    if scope.kind == "stage":
        mine = _of_one_counter([one for one in readings if one.stage_key == scope.key])
        if mine:
            counts, totals = _counted(mine)
            return probe_forecast(counts, totals[-1][1], now=now, totals=totals)
    own = [one.pit for one in known if one.record_key == scope.key and one.pit is not None]
    # A stage is too short for a backtest of its own to say anything.
    first = backtest_pits(scope.done_at, now) if scope.kind != "stage" else ()
    pits = (*first, *own)
    return forecast(scope.done_at, scope.remaining, now=now, pits=pits, added_at=scope.added_at)


def _of_one_counter(readings: Sequence[CounterReading]) -> list[CounterReading]:
    """Return the readings of the counter that was read last: two counters count two things."""
    probed = [one for one in readings if not is_claim(one)]
    return [one for one in probed if one.probe == probed[-1].probe]


def _counted(readings: Sequence[CounterReading]) -> tuple[list[_Moment], list[_Moment]]:
    """Return what was read and its totals: in permille where a reading lacks a count or total."""
    has_counts = all(one.done is not None and one.total for one in readings)
    counts = [
        (one.read_at, (one.done or 0) if has_counts else round(one.fraction * _PERMILLE))
        for one in readings
    ]
    totals = [(one.read_at, (has_counts and one.total) or _PERMILLE) for one in readings]
    return counts, totals
