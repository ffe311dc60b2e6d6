"""Section 4 of the report: progress against the plan, forecasts, and what is at risk."""

from collections import defaultdict
from typing import Any

from bot.domain.facts import Facts, ForecastFact, PhaseFact
from bot.domain.findings import FindingKind
from bot.reports.findings import listed
from bot.reports.frozen import Frozen, listing, number_of, planned_day

NOT_RECORDED = "not recorded"


def forecast_section(frozen: Frozen) -> dict[str, Any]:
    """Return what the template shows in section 4."""
    facts = frozen.found.facts
    project = next((one for one in facts.forecasts if one.record_kind == "project"), None)
    parts = [one for one in facts.forecasts if one is not project]
    overdue = [issue.key for issue in facts.open_issues if issue.overdue]
    return {
        "phases": [_phase(one, parts) for one in facts.phases],
        "velocity": _velocity(facts),
        "projected": _dates(project) if project else "not enough data",
        "projected_help": _help(project, frozen) if project else [],
        "projected_planned": (project.planned if project else "") or NOT_RECORDED,
        "forecasts": [
            {
                "name": one.name,
                "dates": _dates(one),
                "planned": one.planned or NOT_RECORDED,
                "help": [] if _is_at_risk(one, frozen) else _help(one, frozen),
            }
            for one in parts
            if not one.text
        ],
        "unforecast": _unforecast(parts),
        "has_dates": any(one.p50 or one.p85 for one in facts.forecasts),
        "calibration": facts.calibration,
        "at_risk": listed(frozen, (FindingKind.DELIVERABLE_AT_RISK,), _beside(parts, frozen)),
        "overdue": f"{number_of(len(overdue), 'issue is', 'issues are')} past the time of the"
        f" level, see section 3: {listing(overdue, 10)}"
        if overdue
        else "",
    }


def _phase(phase: PhaseFact, forecasts: list[ForecastFact]) -> dict[str, Any]:
    forecast = next((one for one in forecasts if one.name == phase.name), None)
    planned = planned_day(phase.planned_end) if phase.planned_end else ""
    return {
        "name": phase.name,
        "percent": phase.complete * 100 // phase.total,
        "complete": phase.complete,
        "total": phase.total,
        "planned": planned or (forecast.planned if forecast else "") or NOT_RECORDED,
    }


def _velocity(facts: Facts) -> str:
    done, per_week = facts.tasks_done, facts.tasks_per_week
    if per_week is not None:
        return f"{per_week:g} tasks/week over four weeks; {done} completed in this period"
    if done is not None:
        return f"{number_of(done, 'task')} completed in this period; too short a record for a mean"
    return "not enough data (no task says when it was completed)"


def _dates(forecast: ForecastFact) -> str:
    if forecast.text:
        return forecast.text
    growth = f" ({forecast.growth} if new tasks keep coming as they did)" if forecast.growth else ""
    left = f"; {forecast.remaining:,} left" if forecast.remaining else ""
    rate = f" at {forecast.rate}" if left and forecast.rate else ""
    return f"P50 {forecast.p50 or 'open'}, P85 {forecast.p85 or 'open'}{growth}{left}{rate}"


def _unforecast(forecasts: list[ForecastFact]) -> list[str]:
    """Return a line for each reason why there is no forecast, with what it concerns."""
    names: defaultdict[str, list[str]] = defaultdict(list)
    for one in forecasts:
        if one.text:
            names[one.text].append(one.name)
    return [f"{listing(about)}: {text}" for text, about in names.items()]


def _is_at_risk(forecast: ForecastFact, frozen: Frozen) -> bool:
    at_risk = frozen.of_kinds(FindingKind.DELIVERABLE_AT_RISK)
    return any(forecast.record_key in finding.record_keys for finding in at_risk)


def _beside(forecasts: list[ForecastFact], frozen: Frozen) -> dict[str, list[str]]:
    """Return what drives each date at risk, and what would help, by the finding's key."""
    return {
        finding.key: [
            line
            for one in forecasts
            if one.record_key in finding.record_keys
            for line in _help(one, frozen)
        ]
        for finding in frozen.of_kinds(FindingKind.DELIVERABLE_AT_RISK)
    }


def _help(forecast: ForecastFact, frozen: Frozen) -> list[str]:
    lines = [f"Drivers: {'; '.join(forecast.drivers)}"] if forecast.drivers else []
    if forecast.mitigation:
        owner = frozen.name(forecast.owner_id, forecast.owner_text) or "no owner yet"
        lines.append(f"Mitigation: {forecast.mitigation} ({owner})")
    return lines
