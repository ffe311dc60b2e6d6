"""What the report shows of forecasts, and the findings they give."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo

from bot.domain.facts import ForecastFact
from bot.domain.findings import Finding
from bot.domain.forecast import (
    Forecast,
    Made,
    NoMovement,
    NotEnough,
    ProbeForecast,
    p50_of,
    p85_of,
)
from bot.domain.plan import Stage
from bot.domain.risks import Deliverable, Outlook, at_risk_finding
from bot.domain.slips import slip_drivers
from bot.usecases.forecast_scopes import Scope


def forecast_fact(
    scope: Scope, made: Made, outlooks: Mapping[str, Outlook], zone: tzinfo, now: datetime
) -> ForecastFact:
    """Return one forecast as the report shows it."""
    base = ForecastFact(
        record_kind=scope.kind,
        record_key=scope.key,
        name=scope.name,
        remaining=scope.remaining,
        planned=_day(scope.planned_end, UTC),  # the plan's days are kept as midnight UTC
    )
    if isinstance(made, NotEnough | NoMovement):
        return replace(base, text=made.text)
    p85 = p85_of(made)
    slip = (p85 - scope.planned_end).days if p85 and scope.planned_end else 0
    growth = made.with_growth.p85 if isinstance(made, Forecast) and made.with_growth else None
    drivers = _drivers(scope, outlooks, now)
    return replace(
        base,
        p50=_day(p50_of(made), zone) or "not within ten years",
        p85=_day(p85, zone) or "not within ten years",
        growth=_day(growth, zone),
        rate=_rate(scope, made),
        slip_days=max(0, slip),
        drivers=tuple(line for line, _ in drivers),
        mitigation=drivers[0][1] if drivers else "",
    )


def _rate(scope: Scope, made: Forecast | ProbeForecast) -> str:
    if isinstance(made, ProbeForecast):
        return f"{made.rate_per_day:,.1f} units/day"
    noun = "stages" if scope.items and isinstance(scope.items[0], Stage) else "tasks"
    return f"{made.rate_per_week:.1f} {noun}/week, {made.calibration_text}"


def _drivers(scope: Scope, outlooks: Mapping[str, Outlook], now: datetime) -> list[tuple[str, str]]:
    if scope.planned_end is None:
        return []
    seen = [outlooks[stage.key].stage for stage in scope.stages if stage.key in outlooks]
    return [
        (_driver_line(one.ref, one.slip_days, one.causes), " ".join(one.mitigations))
        for one in slip_drivers(seen, due=scope.planned_end, now=now)[:3]
    ]


def _driver_line(ref: str, slip_days: float | None, causes: Iterable[str]) -> str:
    late = "its end can't be told" if slip_days is None else f"{slip_days:.0f} days late"
    why = ", ".join(causes)
    return f"{ref}: {late}{f' ({why})' if why else ''}"


def at_risk_findings(
    scopes: Sequence[Scope],
    made: Mapping[str, Made],
    outlooks: Mapping[str, Outlook],
    now: datetime,
) -> Iterator[Finding]:
    """Yield a finding for each scope that will probably end after its date."""
    for scope in scopes:
        if scope.planned_end is None or not scope.remaining:
            continue
        one = made[scope.key]
        is_told = isinstance(one, Forecast | ProbeForecast)
        finding = at_risk_finding(
            Deliverable(scope.key, scope.ref, scope.name, scope.planned_end),
            ends=(p50_of(one), p85_of(one)) if is_told else None,
            drivers=_drivers(scope, outlooks, now),
            owner=outlooks[scope.stages[0].key] if len(scope.stages) == 1 else None,
            now=now,
        )
        if finding:
            yield finding


def _day(moment: datetime | None, zone: tzinfo) -> str:
    return moment.astimezone(zone).date().isoformat() if moment else ""
