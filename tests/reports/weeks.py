"""Assessments to render: a week as it might be, and what people answered since."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.domain.assessment import Assessment
from bot.domain.facts import Facts, ForecastFact
from bot.domain.findings import Finding, FindingKind
from bot.domain.issue_facts import IssueFact
from bot.reports.gap_assessment import gap_assessment_report
from tests.conftest import MONDAY

DAY = timedelta(days=1)
ANA, BEN = "U0ANA", "U0BEN"
NAMES = ((ANA, "Ana"), (BEN, "Ben"))
STAGE = "1.5.4 “BQX Table Recalculation”"


def finding(kind: FindingKind, text: str = "", n: int = 1, **rest: Any) -> Finding:
    """Return a finding of a kind, with a text that no other has."""
    known = {
        "text": text or f"Text {n} of {kind.value}.",
        "record_keys": (f"REC-{n}",),
        "first_seen_at": MONDAY,
        "owner_id": ANA,
        **rest,
    }
    return Finding(key=f"{kind.value}:{n}", kind=kind, **known)


def week(*findings: Finding, **rest: Any) -> Assessment:
    """Return the assessment of Monday 2025-11-17 in Berlin."""
    known = {
        "zone": "Europe/Berlin",
        "local_date": "2025-11-17",
        "project": "BQX",
        "facts": Facts(names=NAMES),
        **rest,
    }
    return Assessment(as_of=MONDAY, period_start=MONDAY - 7 * DAY, findings=findings, **known)


def outcome(answer: str, verdict: str, **rest: Any) -> dict[str, Any]:
    """Return one outcome, as `with_outcomes` writes it: by Ana, an hour after the report."""
    return {
        "answer": answer,
        "verdict": verdict,
        "by": ANA,
        "by_name": "Ana",
        "at": (MONDAY + timedelta(hours=1)).isoformat(),
        "reason": "",
        "until": None,
        "operation": "op",
        **rest,
    }


def signed(**sections: str) -> dict[str, Any]:
    """Return signatures, such as `signed(s1="Ana")`."""
    at = (MONDAY + timedelta(hours=2)).isoformat()
    return {
        name.removeprefix("s"): {"by": f"U0{who.upper()}", "by_name": who, "at": at}
        for name, who in sections.items()
    }


def snapshot(assessment: Assessment, **added: Any) -> dict[str, Any]:
    """Return an assessment as it is read back from the database."""
    return json.loads(json.dumps({**assessment.to_plain(), **added}))


def issue(key: str = "ISS-001", **rest: Any) -> IssueFact:
    """Return an open Level 2 issue of Ben's, three days old."""
    known = {
        "title": "Backfill stops at partition 129",
        "severity": "Level 2: Major issue",
        "days": 3,
        "status": "In Progress",
        "owner_id": BEN,
        "discovered_at": MONDAY - 3 * DAY,
        "due_at": MONDAY + 4 * DAY,
        "acknowledged": True,
        "stages": (STAGE,),
        **rest,
    }
    return IssueFact(key=key, **known)


def report(*findings: Finding, answers: Mapping[str, Any] | None = None, **rest: Any) -> str:
    """Return the report of a week with these findings, rendered."""
    return gap_assessment_report(snapshot(week(*findings, **rest), outcomes=dict(answers or {})))


def sections(text: str) -> dict[str, str]:
    """Return what stands below each heading of a report."""
    parts = text.split("\n## ")
    return {part.partition("\n")[0]: part.partition("\n")[2] for part in parts}


def forecast(kind: str, **rest: Any) -> ForecastFact:
    """Return what was forecast for something named "1.5"."""
    return ForecastFact(
        **{"record_kind": kind, "record_key": "K", "name": "1.5", "remaining": 3, **rest}
    )
