"""The weekly gap assessment report, in the brief's five sections, from a frozen snapshot."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from bot.domain.findings import FindingKind
from bot.reports.markdown import escape

MAX_LISTED = 200  # findings in one list; a page of thousands is read by nobody
MAX_ACTIONS = 5
_COMPLETENESS = (
    FindingKind.STAGE_SILENT,
    FindingKind.STAGE_OLD,
    FindingKind.STAGE_AGE_UNKNOWN,
    FindingKind.TASK_NO_ESTIMATE,
    FindingKind.TASK_NO_OWNER,
)
_UNDOCUMENTED = (FindingKind.STAGE_COMPLETE_IN_GIT, FindingKind.COMMIT_UNPLANNED)
_AT_RISK = (FindingKind.ISSUE_OVERDUE, FindingKind.STAGE_SILENT)
_ACTIONS = {
    FindingKind.ISSUE_OVERDUE: "Decide how {} is settled, and by when",
    FindingKind.STAGE_COMPLETE_IN_GIT: "Mark stage {} complete, or say what is left",
    FindingKind.STAGE_SILENT: "Say where stage {} stands",
    FindingKind.REF_AMBIGUOUS: "Give each of the stages that carry {} a reference of its own",
}

Plain = Mapping[str, Any]


def gap_assessment_report(snapshot: Plain) -> str:
    """
    Return the report as Markdown; the same snapshot gives the same bytes.

    What only a person can say is left as an empty box. All words from the snapshot are escaped.

    Args:
        snapshot: What `Assessment.to_plain` returned.
    """
    findings = snapshot["findings"]
    facts = snapshot["facts"]
    return _template().render(
        date=snapshot["local_date"],
        project=snapshot["project"],
        start=_day(snapshot["period_start"], snapshot["zone"]),
        end=_day(snapshot["as_of"], snapshot["zone"]),
        late=snapshot["late"],
        not_assessed=snapshot["not_assessed"],
        remarks=snapshot["remarks"],
        completeness=_listed(findings, _COMPLETENESS, snapshot["zone"]),
        completeness_more=_more(findings, _COMPLETENESS),
        undocumented=_listed(findings, _UNDOCUMENTED, snapshot["zone"]),
        undocumented_more=_more(findings, _UNDOCUMENTED),
        unclear=_listed(findings, (FindingKind.REF_AMBIGUOUS,), snapshot["zone"]),
        unknown_refs=", ".join(facts["unknown_refs"][:MAX_LISTED]),
        commits=_count(facts["commits"], "commit"),
        open_issues=facts["open_issues"],
        resolved_issues=[
            {**issue, "took": _count(issue["days"], "day")} for issue in facts["resolved_issues"]
        ],
        phases=[
            {**phase, "percent": phase["complete"] * 100 // phase["total"]}
            for phase in facts["phases"]
        ],
        velocity=_velocity(facts),
        at_risk=_listed(findings, _AT_RISK, snapshot["zone"]),
        actions=_actions(findings),
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("bot", "reports"),
        autoescape=False,  # noqa: S701 - Markdown, not HTML: `finalize` escapes every value
        finalize=lambda value: escape(str(value)) if value else value,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    return environment.get_template("gap_assessment.md.j2")


def _listed(findings: Sequence[Plain], kinds: Sequence[str], zone: str) -> list[dict[str, Any]]:
    chosen = [finding for finding in findings if finding["kind"] in kinds]
    return [{**finding, "text": _said(finding, zone)} for finding in chosen[:MAX_LISTED]]


def _more(findings: Sequence[Plain], kinds: Sequence[str]) -> int:
    return max(0, sum(finding["kind"] in kinds for finding in findings) - MAX_LISTED)


def _said(finding: Plain, zone: str) -> str:
    text = str(finding["text"])
    if finding["state"] != "carried" or not finding["first_seen_at"]:
        return text
    return f"{text} Known since {_day(finding['first_seen_at'], zone)}."


def _velocity(facts: Plain) -> str:
    done, per_week = facts["tasks_done"], facts["tasks_per_week"]
    if per_week is not None:
        return f"{per_week:g} tasks/week over four weeks; {done} completed in this period"
    if done is not None:
        return f"{_count(done, 'task')} completed in this period; too short a record for a mean"
    return "not enough data (no task says when it was completed)"


def _actions(findings: Sequence[Plain]) -> list[str]:
    """Return what to do first about what was found; nothing that nobody found."""
    return [
        _ACTIONS[finding["kind"]].format(", ".join(finding["refs"]) or "without a reference")
        for kind in _ACTIONS
        for finding in findings
        if finding["kind"] == kind
    ][:MAX_ACTIONS]


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _day(moment: str, zone: str) -> str:
    return datetime.fromisoformat(moment).astimezone(ZoneInfo(zone)).date().isoformat()
