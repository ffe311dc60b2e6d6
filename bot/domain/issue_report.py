"""The report of one issue, with the fields of the brief's "Issue Airtable Schema"."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from bot.domain.code_lists import IssueCode
from bot.domain.issues import Issue, age_days
from bot.domain.plan import Change, Stage, Task
from bot.domain.plan_gaps import stage_name
from bot.domain.triage import Counting, is_past_target

MAX_TIMELINE = 200
MAX_VALUE = 120  # characters of one value in the timeline
# Fields that say nothing to a reader, or that the timeline shows by itself.
_SILENT = frozenset({"revision", "touched_at", "key", "source", "sort_key"})


def issue_report_of(
    issue: Issue,
    *,
    stages: Iterable[Stage],
    tasks: Iterable[Task],
    changes: Iterable[Change],
    code: IssueCode,
    names: Mapping[str, str],
    now: datetime,
    counting: Counting,
) -> dict[str, Any]:
    """
    Return the snapshot of one issue, plain JSON.

    Args:
        stages: Affected ones that are still in the plan.
        tasks: Its remediation tasks that are still in the plan.
        changes: Its rows of the audit trail, newest first.
        names: Names of members by Slack id.
    """
    rows = sorted(changes, key=lambda change: change.id)
    return {
        "zone": counting.zone,
        "as_of": now.isoformat(),
        "key": issue.key,
        "title": issue.title,
        "description": issue.description.split("\n") if issue.description else [],
        "severity": issue.severity.label,
        "status": issue.status.value,
        "restricted": bool(issue.visible_to),
        "overdue": is_past_target(issue, counting, now),
        "age_days": age_days(issue, now),
        "stages": [stage_name(stage) for stage in stages],
        "root_cause": issue.root_cause,
        "prevention": issue.prevention_actions,
        "evidence": issue.evidence,
        "discovered": issue.discovered_at.isoformat(),
        "resolved": issue.resolved_at.isoformat() if issue.resolved_at else "",
        "owner": _name(issue.owner_id, names),
        "reporter": _name(issue.reporter_id, names),
        "tasks": [_task(task, names) for task in tasks],
        "code": [f"{link.place} {link.text or link.url}" for link in code.links],
        "commits": [f"{one.commit.sha[:10]} {one.commit.subject}" for one in code.commits],
        "timeline": [_event(change, names) for change in rows[-MAX_TIMELINE:]],
        "timeline_left_out": max(0, len(rows) - MAX_TIMELINE),
    }


def _task(task: Task, names: Mapping[str, str]) -> dict[str, str]:
    minutes = task.estimate_minutes
    return {
        "key": task.ref or task.key,
        "title": task.title,
        "estimate": f"{minutes / 60:g} h" if minutes else "none yet",
        "owner": _name(task.owner_id, names) or task.owner_text or "nobody yet",
        "status": task.status.value,
    }


def _event(change: Change, names: Mapping[str, str]) -> dict[str, str]:
    before = change.before or {}
    told = [
        f"{name.replace('_', ' ')}: {_value(before.get(name))} → {_value(value)}"
        for name, value in change.after.items()
        if name not in _SILENT
    ]
    return {
        "at": change.why.at.isoformat(),
        "by": _name(change.why.actor_id, names),
        "what": "filed" if change.before is None else "; ".join(told) or "nothing to show",
        "reason": change.why.reason,
        "evidence": change.why.evidence,
        "undone": "undone later" if change.undone_by else "",
    }


def _value(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value or "none")
    return text if len(text) <= MAX_VALUE else text[: MAX_VALUE - 1] + "…"


def _name(member_id: str | None, names: Mapping[str, str]) -> str:
    if member_id == "cadence":
        return "BQX Cadence"
    return names.get(member_id or "", member_id or "")
