"""The issue remediation plan of the brief: how each open issue of Level 1 and 2 gets settled."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from bot.domain.findings import FindingKind
from bot.domain.issue_facts import IssueFact, RemediationTask
from bot.domain.plan import Status
from bot.reports.findings import outcome_words
from bot.reports.frozen import Frozen, Plain, number_of, read
from bot.reports.templates import template

TRIAGE_WITHIN = timedelta(hours=24)  # the brief's "within 24 hours for Level 1-2"


def remediation_plan(snapshot: Plain) -> str:
    """
    Return the plan as Markdown; the same snapshot gives the same bytes.

    Args:
        snapshot: As for `gap_assessment_report`.
    """
    frozen = read(snapshot)
    # Only Level 1 and 2 have a time within which they are to be resolved.
    issues = [one for one in frozen.found.facts.open_issues if one.due_at is not None]
    overdue = sum(issue.overdue for issue in issues)
    return template("remediation_plan.md.j2").render(
        date=frozen.found.local_date,
        as_of=frozen.minute(frozen.found.as_of),
        project=frozen.found.project,
        number=number_of(len(issues), "issue of Level 1 or 2", "issues of Level 1 and 2"),
        overdue=f", {overdue} past the time of its level" if overdue else "",
        issues=[_issue(frozen, issue) for issue in issues],
    )


def _issue(frozen: Frozen, issue: IssueFact) -> dict[str, Any]:
    return {
        "key": issue.key,
        "title": issue.title,
        "severity": issue.severity,
        "age": number_of(issue.days, "day"),
        "overdue": issue.overdue,
        "status": issue.status,
        "since": _since(frozen, issue),
        "owner": frozen.name(issue.owner_id) or "nobody yet",
        "acknowledged": issue.acknowledged,
        "stages": issue.stages,
        "root_cause": "recorded" if issue.has_root_cause else "not recorded yet",
        "target": frozen.minute(issue.due_at) if issue.due_at else "",
        "steps": list(_steps(frozen, issue)),
        "tasks": [_task(frozen, task) for task in issue.remediation],
    }


def _since(frozen: Frozen, issue: IssueFact) -> str:
    """Return what became of the issue since the snapshot, "" for nothing."""
    for finding in frozen.of_kinds(FindingKind.ISSUE_OPEN, FindingKind.ISSUE_OVERDUE):
        if issue.key in finding.record_keys and (ended := frozen.outcomes.get(finding.key)):
            return " ".join(outcome_words(frozen, ended))
    return ""


def _task(frozen: Frozen, task: RemediationTask) -> dict[str, str]:
    minutes = task.estimate_minutes
    return {
        "key": task.key,
        "title": task.title,
        "estimate": f"{minutes / 60:g} h" if minutes else "none yet",
        "owner": frozen.name(task.owner_id, task.owner_text) or "nobody yet",
        "status": task.status.value,
    }


def _steps(frozen: Frozen, issue: IssueFact) -> Iterator[str]:
    """Yield what comes next by the brief's workflow: triage, remediation, verification, cause."""
    tasks = issue.remediation
    left = [task for task in tasks if task.status is not Status.COMPLETE]
    if todo := list(_untriaged(issue)):
        yield f"Triage{_by(frozen, issue)}: {', '.join(todo)}."
    if left:
        done = len(tasks) - len(left)
        yield f"Remediation: {done} of {number_of(len(tasks), 'task')} complete."
    elif tasks:
        yield "Verification: all tasks are complete; verify the fix, then mark the issue Resolved."
    if not (issue.has_root_cause and issue.prevention):
        lacks = [
            word
            for word, is_there in (
                ("the root cause", issue.has_root_cause),
                ("prevention actions", bool(issue.prevention)),
            )
            if not is_there
        ]
        yield f"Retrospective, once it is resolved: write down {' and '.join(lacks)}."


def _untriaged(issue: IssueFact) -> Iterator[str]:
    if not issue.acknowledged:
        yield "acknowledge it"
    if not issue.owner_id:
        yield "name an owner"
    if not issue.remediation:
        yield "create remediation tasks with estimates"
    elif number := sum(
        not task.estimate_minutes and task.status is not Status.COMPLETE
        for task in issue.remediation
    ):
        yield f"estimate {number_of(number, 'remediation task')}"


def _by(frozen: Frozen, issue: IssueFact) -> str:
    """Return until when an issue is to be triaged: " (due 2025-11-16 09:00, overdue)"."""
    if issue.discovered_at is None:
        return ""
    due: datetime = issue.discovered_at + TRIAGE_WITHIN
    late = ", overdue" if due < frozen.found.as_of else ""
    return f" (due {frozen.minute(due)}{late})"
