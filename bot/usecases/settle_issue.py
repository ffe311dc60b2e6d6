"""Take an issue from open to resolved: acknowledge, take ownership, resolve."""

from dataclasses import replace

from bot.domain.entries import IssueStep
from bot.domain.issues import Issue, IssueStatus
from bot.domain.outcomes import IssueSettled
from bot.domain.rights import Right
from bot.errors import UserError
from bot.ports import PlanDatabase, PlanWriter
from bot.usecases.answer_finding import OF_ISSUE, settle_record
from bot.usecases.asking import Asker
from bot.usecases.file_issue import announce_issue
from bot.usecases.rights import need


def settle_issue(
    plans: PlanDatabase,
    key: str,
    step: IssueStep,
    asker: Asker,
    *,
    root_cause: str = "",
    prevention: str = "",
) -> IssueSettled:
    """
    Write one step of the brief's "Issue Workflow" and bring the issue's message up to date.

    Raises:
        UserError: there is no such issue, it was withdrawn, or this member only reads.
    """
    with plans.changing(asker.workspace_id) as plan:
        issue = plan.issue(key)
        if issue is None or issue.removed_at is not None:
            raise UserError(f"{key} is not in the plan (any more).")
        need(plan, asker.member_id, Right.WRITE)
        after = _after(issue, step, asker, root_cause=root_cause, prevention=prevention)
        changed = after != issue
        if changed:
            _write(plan, after, step, asker)
        return IssueSettled(operation=asker.operation, issue=after, step=step, changed=changed)


def _after(
    issue: Issue, step: IssueStep, asker: Asker, *, root_cause: str, prevention: str
) -> Issue:
    if not issue.status.is_open:
        return issue
    seen = replace(
        issue,
        acknowledged_by=issue.acknowledged_by or asker.member_id,
        acknowledged_at=issue.acknowledged_at or asker.now,
    )
    if step is IssueStep.OWN:
        return replace(seen, owner_id=asker.member_id, status=IssueStatus.IN_PROGRESS)
    if step is IssueStep.RESOLVE:
        return replace(
            seen,
            status=IssueStatus.RESOLVED,
            resolved_at=asker.now,
            owner_id=issue.owner_id or asker.member_id,
            root_cause=root_cause.strip() or issue.root_cause,
            prevention_actions=prevention.strip() or issue.prevention_actions,
        )
    return seen


def _write(plan: PlanWriter, issue: Issue, step: IssueStep, asker: Asker) -> None:
    plan.save(issue, asker.why())
    announce_issue(plan, issue, asker, note=step.value)
    if not issue.status.is_open:
        settle_record(plan, issue.key, OF_ISSUE, "resolved", asker)
    if answer := asker.answer():
        plan.emit(answer, asker.now)
