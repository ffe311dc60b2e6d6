"""What the report and the remediation plan show of an issue."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.issues import Issue, age_days
from bot.domain.plan import Stage, Status, Task
from bot.domain.plan_gaps import one_line, stage_name
from bot.domain.triage import Counting, is_past_target, resolve_due


@dataclass(frozen=True, slots=True, kw_only=True)
class RemediationTask:
    """A task that is to settle an issue, as the remediation plan shows it."""

    key: str
    title: str
    status: Status
    estimate_minutes: int | None = None
    owner_id: str | None = None
    owner_text: str | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueFact:
    """
    An issue as the report and the remediation plan show it.

    Args:
        days: Its age in days, or how long it took.
        due_at: When the brief's time for its level ends, as the team counts; None where there is
            none.
        stages: Affected stages in words: "1.5.4 “BQX Table Recalculation”".
        remediation: Its remediation tasks that are still in the plan.
    """

    key: str
    title: str
    severity: str
    days: int
    status: str
    overdue: bool = False
    prevention: str = ""
    owner_id: str | None = None
    discovered_at: datetime | None = None
    due_at: datetime | None = None
    acknowledged: bool = False
    has_root_cause: bool = False
    stages: tuple[str, ...] = ()
    remediation: tuple[RemediationTask, ...] = ()


def issue_fact(
    issue: Issue,
    now: datetime,
    counting: Counting,
    stages: Mapping[str, Stage],
    tasks: Mapping[str, Task],
) -> IssueFact:
    """Return what a report shows of an issue, with the stages and tasks that are still there."""
    due = resolve_due(issue, counting)
    return IssueFact(
        key=issue.key,
        title=one_line(issue.title),
        severity=issue.severity.label,
        days=age_days(issue, now),
        status=issue.status.value,
        overdue=is_past_target(issue, counting, now),
        prevention=one_line(issue.prevention_actions, 200),
        owner_id=issue.owner_id,
        discovered_at=issue.discovered_at,
        due_at=due.at if due else None,
        acknowledged=issue.acknowledged_at is not None,
        has_root_cause=bool(issue.root_cause.strip()),
        stages=tuple(stage_name(stages[key]) for key in issue.stage_keys if key in stages),
        remediation=tuple(
            _remediation_task(tasks[key]) for key in issue.remediation_task_keys if key in tasks
        ),
    )


def _remediation_task(task: Task) -> RemediationTask:
    return RemediationTask(
        key=task.ref or task.key,
        title=one_line(task.title),
        status=task.status,
        estimate_minutes=task.estimate_minutes,
        owner_id=task.owner_id,
        owner_text=task.owner_text,
        created_at=task.created_at,
    )
