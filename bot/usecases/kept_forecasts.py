"""Forecasts that are kept, and how earlier ones came out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.evidence import KeptForecast
from bot.domain.forecast import (
    Accuracy,
    Forecast,
    Made,
    Outcome,
    ProbeForecast,
    accuracy,
    p50_of,
    p85_of,
    pit,
)
from bot.usecases.forecast_scopes import Scope

_BY_COUNT, _BY_COUNTER = "throughput", "counter"


def kept_forecasts(
    scopes: Sequence[Scope], made: Mapping[str, Made], now: datetime
) -> Iterator[KeptForecast]:
    """Return what was forecast as it is kept, to be scored when it comes out."""
    for scope in scopes:
        one = made[scope.key]
        if isinstance(one, Forecast | ProbeForecast) and one.remaining:
            by_count = isinstance(one, Forecast)
            yield KeptForecast(
                key=f"{scope.kind}:{scope.key}:{now.isoformat()}",
                record_kind=scope.kind,
                record_key=scope.key,
                made_at=now,
                method=_BY_COUNT if by_count else _BY_COUNTER,
                remaining=scope.remaining,
                p50_at=p50_of(one),
                p85_at=p85_of(one),
                quantiles_days=one.runs if isinstance(one, Forecast) else (),
            )


def resolved(one: KeptForecast, scope: Scope | None, now: datetime) -> KeptForecast:
    """Return a forecast with how it came out: the N-th item since then is done."""
    since = sorted(at for at in (scope.done_at if scope else ()) if one.made_at < at <= now)
    if len(since) < one.remaining or not one.remaining:
        return one
    actual = since[one.remaining - 1]
    days = (actual - one.made_at) / timedelta(days=1)
    return replace(
        one,
        actual_at=actual,
        pit=pit(one.quantiles_days, days) if one.quantiles_days else None,
    )


def accuracy_of(known: Iterable[KeptForecast]) -> Accuracy:
    """Return how well resolved forecasts did."""
    return accuracy(list(_outcomes(known)))


def _outcomes(known: Iterable[KeptForecast]) -> Iterator[Outcome]:
    for one in known:
        if one.actual_at and one.p50_at and one.p85_at:
            yield Outcome(
                made_at=one.made_at,
                resolved_at=one.actual_at,
                estimated_days=(one.p50_at - one.made_at) / timedelta(days=1),
                promised_days=(one.p85_at - one.made_at) / timedelta(days=1),
                pit=one.pit if one.pit is not None else 0.5,
            )


def errors_of(known: Iterable[KeptForecast]) -> Iterator[float]:
    """Yield how far each resolved forecast was off, as a fraction of what it estimated."""
    for one in _outcomes(known):
        if one.estimated_days > 0:
            yield round(abs(one.actual_days - one.estimated_days) / one.estimated_days, 4)
