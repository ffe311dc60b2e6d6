"""All that is known of one issue, for its report."""

from datetime import datetime
from typing import Any

from bot.domain.issue_report import issue_report_of
from bot.domain.triage import counting_of
from bot.errors import UserError
from bot.ports import PlanReader
from bot.usecases.code_issues.listing import code_of_issue

MAX_CHANGES = 1_000


def take_issue_report(plan: PlanReader, key: str, now: datetime) -> dict[str, Any]:
    """
    Return the snapshot of one issue.

    Raises:
        UserError: there is no such issue.
    """
    issue = plan.issue(key)
    if issue is None:
        raise UserError(f"There is no issue {key[:20]} in the plan.")
    stages = (plan.stage(each) for each in issue.stage_keys)
    tasks = (plan.task(each) for each in issue.remediation_task_keys)
    return issue_report_of(
        issue,
        stages=[each for each in stages if each and each.removed_at is None],
        tasks=[each for each in tasks if each and each.removed_at is None],
        changes=plan.changes(kind="issue", key=issue.key, limit=MAX_CHANGES),
        code=code_of_issue(plan, issue.key),
        names={member.id: member.name for member in plan.members()},
        now=now,
        counting=counting_of(plan.team(), plan.workspace),
    )
