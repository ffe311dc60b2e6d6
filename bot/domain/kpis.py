"""
The brief's five Airtable Accuracy KPIs, each with its arithmetic.

Completeness is read as the share of pieces of work that belong to something in the plan: commits
are not tasks, and a ratio of counts could pass 100 % and be gamed (contracts, field 1).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from bot.domain.assessment import Assessment
from bot.domain.facts import Facts
from bot.domain.findings import Finding, FindingKind, GapAnswer

COMPLETENESS_TARGET = 0.95
STALENESS_TARGET = 0.05
DOCUMENTATION_TARGET = 1.0
FORECAST_TARGET = 0.20


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """
    One KPI.

    Args:
        value: A share (0.84) or days (0.6); None where there is nothing to measure yet.
        arithmetic: Numerator and denominator in words: "21 of 25 pieces of work".
        target: As the brief states it.
        is_met: None where there is nothing to measure.
    """

    name: str
    value: float | None
    unit: str
    arithmetic: str
    target: str
    is_met: bool | None


def kpis_of(
    facts: Facts, findings: Iterable[Finding], answers: Mapping[str, GapAnswer]
) -> tuple[Kpi, ...]:
    """
    Return the KPIs of an assessment, as the answers so far leave them.

    Args:
        answers: How findings were answered since, by their key.
    """
    found = list(findings)
    return (
        _completeness(facts, found, answers),
        _staleness(facts, found, answers),
        *_resolution(facts),
        _documentation(facts),
        _forecast(facts),
    )


def kpis_of_snapshot(snapshot: Mapping[str, Any]) -> tuple[Kpi, ...]:
    """Return the KPIs of a report's snapshot, outcomes included."""
    found = Assessment.from_plain(snapshot)
    answers = {
        key: GapAnswer(outcome["answer"]) for key, outcome in snapshot.get("outcomes", {}).items()
    }
    return kpis_of(found.facts, found.findings, answers)


def _completeness(facts: Facts, findings: list[Finding], answers: Mapping[str, GapAnswer]) -> Kpi:
    said = [
        answers.get(finding.key)
        for finding in findings
        if finding.kind is FindingKind.COMMIT_UNPLANNED
    ]
    repaired = sum(answer in {GapAnswer.LINKED, GapAnswer.CREATED} for answer in said)
    excluded = sum(answer is GapAnswer.NOT_A_GAP for answer in said)
    mapped, total = facts.pieces_planned + repaired, facts.pieces_planned + len(said) - excluded
    left_out = f"; {excluded} left out as no gap" if excluded else ""
    return _share(
        "Completeness rate",
        mapped,
        total,
        f"{mapped} of {total} pieces of work belong to the plan{left_out}",
        target=">95 %",
        is_met=lambda share: share > COMPLETENESS_TARGET,
    )


def _staleness(facts: Facts, findings: list[Finding], answers: Mapping[str, GapAnswer]) -> Kpi:
    moved = {GapAnswer.COMPLETE, GapAnswer.BLOCKED}
    settled = sum(
        finding.kind is FindingKind.STAGE_OLD and answers.get(finding.key) in moved
        for finding in findings
    )
    total = sum(number for _, number in facts.stages)
    old = max(0, facts.stages_old - settled)
    return _share(
        "Staleness rate",
        old,
        total,
        f"{old} of {total} stages in progress for over two weeks",
        target="<5 %",
        is_met=lambda share: share < STALENESS_TARGET,
    )


def _resolution(facts: Facts) -> Iterable[Kpi]:
    for fact in facts.resolution:
        unit = "1 day" if fact.within_days == 1 else f"{fact.within_days} days"
        number = "1 issue" if fact.issues == 1 else f"{fact.issues} issues"
        yield Kpi(
            name=f"Issue resolution time, Level {fact.level}",
            value=fact.mean_days,
            unit="days",
            arithmetic=f"mean of {number} resolved in the last 90 days",
            target=f"<{unit}",
            is_met=fact.mean_days < fact.within_days,
        )
    if not facts.resolution:
        yield Kpi(
            name="Issue resolution time",
            value=None,
            unit="days",
            arithmetic="no Level 1 or 2 was resolved in the last 90 days",
            target="Level 1 <1 day, Level 2 <7 days",
            is_met=None,
        )


def _documentation(facts: Facts) -> Kpi:
    total = sum(number for _, number in facts.stages)
    return _share(
        "Documentation coverage",
        facts.stages_documented,
        total,
        f"{facts.stages_documented} of {total} stages link to their documentation",
        target="100 %",
        is_met=lambda share: share >= DOCUMENTATION_TARGET,
    )


def _forecast(facts: Facts) -> Kpi:
    errors = facts.forecast_errors
    value = round(median(errors), 3) if errors else None
    number = "1 forecast" if len(errors) == 1 else f"{len(errors)} forecasts"
    return Kpi(
        name="Forecast accuracy",
        value=value,
        unit="share",
        arithmetic=f"median error of {number} that came due" if errors else "none has come due yet",
        target="<20 % variance",
        is_met=None if value is None else value < FORECAST_TARGET,
    )


def _share(
    name: str,
    part: int,
    total: int,
    arithmetic: str,
    *,
    target: str,
    is_met: Callable[[float], bool],
) -> Kpi:
    if total == 0:
        return Kpi(
            name=name,
            value=None,
            unit="share",
            arithmetic="nothing to count",
            target=target,
            is_met=None,
        )
    share = part / total
    return Kpi(
        name=name,
        value=round(share, 4),
        unit="share",
        arithmetic=arithmetic,
        target=target,
        is_met=is_met(share),
    )
