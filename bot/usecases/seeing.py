"""Issues and their tasks as one member, or everybody, may see them."""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.domain.findings import Report
from bot.domain.identities import MAX_NAMED
from bot.domain.issues import Issue
from bot.domain.plan import Stage, Task
from bot.domain.snapshots import veiled_snapshot
from bot.domain.visibility import audience, hidden_tasks, may_see, seen_by, veiled, veiled_task
from bot.errors import UserError
from bot.ports import PlanReader


def visible_issue(plan: PlanReader, key: str, member_id: str) -> Issue:
    """
    Return an issue that a member may see.

    Raises:
        UserError: there is none, it was withdrawn, or it is restricted; the text says who can.
    """
    issue = plan.issue(key)
    if issue is None or issue.removed_at is not None:
        raise UserError(f"{key} is not in the plan (any more).")
    check_visible(plan, issue, member_id)
    return issue


def check_visible(plan: PlanReader, issue: Issue, member_id: str) -> None:
    """
    Let those pass who may see an issue.

    Raises:
        UserError: it is restricted; the text says who can see it.
    """
    lead_id = plan.workspace.lead_id
    if not may_see(issue, member_id, lead_id):
        who = ", ".join(f"<@{each}>" for each in audience(issue, lead_id)[:MAX_NAMED])
        raise UserError(f"{issue.key} is restricted: {who} can see it. Nothing was changed.")


def issues_for(plan: PlanReader, member_id: str) -> list[Issue]:
    """Return the open issues, worst first, as a member may see them."""
    return seen_by(plan.issues(open_only=True), member_id, plan.workspace.lead_id)


def issue_for(plan: PlanReader, issue: Issue, member_id: str) -> Issue:
    """Return an issue as one member may see it."""
    return issue if may_see(issue, member_id, plan.workspace.lead_id) else veiled(issue)


def tasks_for(plan: PlanReader, tasks: Iterable[Task], member_id: str | None) -> list[Task]:
    """
    Return tasks as one member may see them: those of restricted issues without their words.

    Whoever is to do a task reads its title.

    Args:
        member_id: None for what everybody reads.
    """
    hidden = hidden_tasks(plan.restricted_issues(), member_id, plan.workspace.lead_id)
    return [
        veiled_task(task)
        if task.key in hidden and (member_id is None or task.owner_id != member_id)
        else task
        for task in tasks
    ]


def snapshot_for_all(plan: PlanReader, report: Report) -> Mapping[str, Any]:
    """Return a report's snapshot without the words of what was restricted since."""
    restricted = plan.restricted_issues()
    if not restricted:
        return report.snapshot
    tasks = hidden_tasks(restricted, None, None)
    return veiled_snapshot(report.snapshot, [issue.key for issue in restricted], tasks)


def record_for(plan: PlanReader, key: str, member_id: str | None) -> Stage | Task | None:
    """Return a stage or a task as one member, or everybody, may see it; None for neither."""
    task = plan.task(key)
    return tasks_for(plan, [task], member_id)[0] if task else plan.stage(key)
