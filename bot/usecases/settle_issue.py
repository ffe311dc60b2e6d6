"""Take an issue from open to closed: one step of the brief's "Issue Workflow" at a time."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.entries import IssueStep, StepWords
from bot.domain.escalating import escalates
from bot.domain.issue_steps import TRANSITIONS, can_start, missing
from bot.domain.issues import Issue, IssueReply, IssueStatus, Severity
from bot.domain.outcomes import IssueSettled
from bot.domain.plan import Task
from bot.domain.rights import Right
from bot.domain.triage import counting_of, resolve_due
from bot.errors import FormError, UserError
from bot.ports import PlanDatabase, PlanReader, PlanWriter
from bot.usecases.answer_finding import OF_ISSUE, settle_record
from bot.usecases.asking import Asker
from bot.usecases.file_issue import announce_issue
from bot.usecases.meanwhile import changed_since
from bot.usecases.rights import may, need, who_can
from bot.usecases.seeing import visible_issue

_TRIAGED = frozenset({"remediation_task_keys", "triaged_at", "owner_id"})
MAX_EVIDENCE = 300  # characters of a reason that the audit trail keeps beside the change


def settle_issue(
    plans: PlanDatabase,
    key: str,
    step: IssueStep,
    asker: Asker,
    words: StepWords | None = None,
) -> IssueSettled:
    """
    Write one step and bring the issue's messages up to date.

    What somebody had done before, or can't be done from where the issue stands, changes nothing;
    the outcome says who brought it there, and when.

    Raises:
        UserError: there is no such issue (any more), or the member may not see, close or lower it.
        FormError: a word that the step demands is missing; each message under its box.
    """
    said = words or StepWords()
    with plans.changing(asker.workspace_id) as plan:
        issue = visible_issue(plan, key, asker.member_id)
        if plan.operation(asker.operation):  # the same click, sent twice by Slack
            return IssueSettled(operation=asker.operation, issue=issue, step=step, changed=True)
        if not can_start(step, issue):
            return _unchanged(plan, issue, step, asker)
        need_step(plan, issue, step, asker.member_id)
        if lacking := missing(step, issue, said):
            raise FormError(lacking)
        if step is IssueStep.SEVERITY and said.severity:
            _need_lowering(plan, issue, said.severity, asker.member_id)
        _check_owner(plan, said.owner_id)
        if step is IssueStep.TRIAGE and (asked := _triaged_meanwhile(plan, issue, said, asker)):
            return asked
        after = _AFTER[step](issue, said, asker)
        adds = step is IssueStep.TRIAGE and bool(said.tasks or said.reason.strip())
        if after == issue and not adds:
            return _unchanged(plan, issue, step, asker)
        tasks: tuple[Task, ...] = ()
        if step is IssueStep.TRIAGE:
            after, tasks = _with_tasks(plan, after, said, asker)
        _write(plan, after, step, said, asker)
        return IssueSettled(
            operation=asker.operation, issue=after, step=step, changed=True, tasks=tasks
        )


def need_step(plan: PlanReader, issue: Issue, step: IssueStep, member_id: str) -> None:
    """
    Let those pass who may take a step.

    Raises:
        UserError: the member only reads, or may not close a Level 1; the text names who can.
    """
    need(plan, member_id, Right.WRITE)
    if step is IssueStep.CLOSE and issue.severity is Severity.BLOCKER:
        need(plan, member_id, Right.CLOSE_LEVEL_1)


def _need_lowering(plan: PlanReader, issue: Issue, level: Severity, member_id: str) -> None:
    """
    Let a Level 1 be made less by whoever filed it, or may close one: else all could close it so.

    Raises:
        UserError: somebody else; the text names who can.
    """
    if issue.severity is not Severity.BLOCKER or level is Severity.BLOCKER:
        return
    if member_id == issue.reporter_id or may(plan, member_id, Right.CLOSE_LEVEL_1):
        return
    filed = f"<@{issue.reporter_id}>, who filed it, or " if issue.reporter_id else ""
    raise UserError(
        f"Only {filed}who may close a Level 1 can make it less:"
        f" {who_can(plan, Right.CLOSE_LEVEL_1)}. Nothing was changed."
    )


def _check_owner(plan: PlanReader, owner_id: str | None) -> None:
    owner = plan.member(owner_id) if owner_id else None
    if owner and not owner.is_here:
        raise FormError(
            {"owner": f"{owner.name} is no person of this workspace (any more): choose another."}
        )


def _triaged_meanwhile(
    plan: PlanReader, issue: Issue, said: StepWords, asker: Asker
) -> IssueSettled | None:
    """
    Return what somebody's triage did while this form was open; None where there was none.

    The words come back for the form, with the owner as it is now where the box was not touched.
    """
    if said.seen_revision is None or said.seen_revision >= issue.revision:
        return None
    opened, changes = changed_since(plan, "issue", issue, said.seen_revision)
    if all(getattr(opened, name) == getattr(issue, name) for name in _TRIAGED):
        return None
    last = next(each for each in changes if not _TRIAGED.isdisjoint(each.after))
    added = [key for key in issue.remediation_task_keys if key not in opened.remediation_task_keys]
    untouched = said.owner_id in {None, opened.owner_id}
    return IssueSettled(
        operation=asker.operation,
        issue=issue,
        step=IssueStep.TRIAGE,
        changed=False,
        by=last.why.actor_id,
        at=last.why.at,
        tasks=tuple(task for key in added if (task := plan.task(key))),
        asked=replace(said, owner_id=issue.owner_id if untouched else said.owner_id),
    )


def _unchanged(plan: PlanReader, issue: Issue, step: IssueStep, asker: Asker) -> IssueSettled:
    by, at = who_did(plan, issue, step)
    return IssueSettled(
        operation=asker.operation, issue=issue, step=step, changed=False, by=by, at=at
    )


def who_did(plan: PlanReader, issue: Issue, step: IssueStep) -> tuple[str | None, datetime | None]:
    """Return who brought an issue to where a step finds it, and when; None where nobody knows."""
    if issue.status.is_open and step is IssueStep.ACKNOWLEDGE:
        return issue.acknowledged_by, issue.acknowledged_at
    field, value = "status", issue.status.value
    if step in _SET_BY and can_start(step, issue):
        field, value = _SET_BY[step](issue)
    for change in plan.changes(kind="issue", key=issue.key, limit=200):
        if change.after.get(field) == value and change.undone_by is None:
            return change.why.actor_id, change.why.at
    return None, None


_SET_BY: Mapping[IssueStep, Callable[[Issue], tuple[str, Any]]] = {
    IssueStep.OWN: lambda issue: ("owner_id", issue.owner_id),
    IssueStep.ASSIGN: lambda issue: ("owner_id", issue.owner_id),
    IssueStep.SEVERITY: lambda issue: ("severity", issue.severity.value),
}


def _seen(issue: Issue, asker: Asker) -> Issue:
    return replace(
        issue,
        acknowledged_by=issue.acknowledged_by or asker.member_id,
        acknowledged_at=issue.acknowledged_at or asker.now,
    )


def _acknowledged(issue: Issue, _words: StepWords, asker: Asker) -> Issue:
    return _seen(issue, asker)


def _owned(issue: Issue, _words: StepWords, asker: Asker) -> Issue:
    mine = replace(_seen(issue, asker), owner_id=asker.member_id, status=IssueStatus.IN_PROGRESS)
    # Whoever starts on a lesser issue has said what is done about it.
    is_minor = issue.severity > Severity.MAJOR
    return replace(mine, triaged_at=issue.triaged_at or asker.now) if is_minor else mine


def _triaged(issue: Issue, words: StepWords, asker: Asker) -> Issue:
    return replace(
        _seen(issue, asker),
        triaged_at=issue.triaged_at or asker.now,
        owner_id=words.owner_id or issue.owner_id,
    )


def _resolved(issue: Issue, words: StepWords, asker: Asker) -> Issue:
    return replace(
        _with_lessons(_seen(issue, asker), words),
        status=IssueStatus.RESOLVED,
        resolved_at=asker.now,
        triaged_at=issue.triaged_at or asker.now,
        owner_id=issue.owner_id or asker.member_id,
    )


def _closed(issue: Issue, words: StepWords, asker: Asker) -> Issue:
    return replace(
        _with_lessons(issue, words),
        status=IssueStatus.CLOSED,
        closed_at=asker.now,
        closed_by=asker.member_id,
    )


def _with_lessons(issue: Issue, words: StepWords) -> Issue:
    """Return an issue with what was said; an empty box wipes nothing."""
    return replace(
        issue,
        evidence=words.evidence.strip() or issue.evidence,
        root_cause=words.root_cause.strip() or issue.root_cause,
        prevention_actions=words.prevention.strip() or issue.prevention_actions,
    )


def _reopened(issue: Issue, _words: StepWords, asker: Asker) -> Issue:
    return replace(
        issue,
        status=IssueStatus.OPEN,
        resolved_at=None,
        closed_at=None,
        closed_by=None,
        acknowledged_by=None,
        acknowledged_at=None,
        triaged_at=None,
        evidence="",
        counted_from=asker.now,
    )


def _assigned(issue: Issue, words: StepWords, _asker: Asker) -> Issue:
    return replace(issue, owner_id=words.owner_id)


def _of_level(issue: Issue, words: StepWords, asker: Asker) -> Issue:
    level = words.severity or issue.severity
    # Worse than it was: its time begins now. Better: it keeps the time it had, or waits for the
    # Monday that comes next.
    is_anew = level < issue.severity or level > Severity.MAJOR
    since = asker.now if is_anew else issue.counted_from
    after = replace(issue, severity=level, counted_from=since)
    if escalates(after) and not escalates(issue):
        # Who had seen a lesser issue has not said that they have this one.
        is_mine = issue.owner_id == asker.member_id
        return replace(
            after,
            acknowledged_by=asker.member_id if is_mine else None,
            acknowledged_at=asker.now if is_mine else None,
        )
    return after


_AFTER: Mapping[IssueStep, Callable[[Issue, StepWords, Asker], Issue]] = {
    IssueStep.ACKNOWLEDGE: _acknowledged,
    IssueStep.OWN: _owned,
    IssueStep.TRIAGE: _triaged,
    IssueStep.RESOLVE: _resolved,
    IssueStep.CLOSE: _closed,
    IssueStep.REOPEN: _reopened,
    IssueStep.ASSIGN: _assigned,
    IssueStep.SEVERITY: _of_level,
}


def _with_tasks(
    plan: PlanWriter, issue: Issue, words: StepWords, asker: Asker
) -> tuple[Issue, tuple[Task, ...]]:
    """Make the remediation tasks, due by the issue's target; Level 3 and 4 have no due date."""
    counting = counting_of(plan.team(), plan.workspace) if words.tasks else None
    due = resolve_due(issue, counting) if counting else None
    tasks = tuple(
        Task(
            key=plan.mint("TASK"),
            title=each.title,
            stage_key=issue.stage_keys[0] if issue.stage_keys else None,
            estimate_minutes=each.minutes,
            owner_id=issue.owner_id,
            created_at=asker.now,
            due_at=due.at if due else None,
        )
        for each in words.tasks
    )
    for task in tasks:
        plan.save(task, asker.why(evidence=f"remediation of {issue.key}"))
    keys = (*issue.remediation_task_keys, *(task.key for task in tasks))
    return replace(issue, remediation_task_keys=keys), tasks


def _write(plan: PlanWriter, issue: Issue, step: IssueStep, words: StepWords, asker: Asker) -> None:
    because = (words.reason.strip() or words.evidence.strip())[:MAX_EVIDENCE]
    plan.save(replace(issue, touched_at=asker.now), asker.why(evidence=because))
    if step in {IssueStep.TRIAGE, IssueStep.REOPEN} and words.reason.strip():
        _record(plan, issue, words.reason.strip(), asker)
    announce_issue(plan, issue, asker, note=step.value)
    if TRANSITIONS[step].ends is IssueStatus.RESOLVED:
        settle_record(plan, issue.key, OF_ISSUE, "resolved", asker)
    if answer := asker.answer():
        plan.emit(answer, asker.now)


def _record(plan: PlanWriter, issue: Issue, text: str, asker: Asker) -> None:
    reply = IssueReply(
        key=plan.mint("SAID"),
        issue_key=issue.key,
        member_id=asker.member_id,
        text=text,
        at=asker.now,
    )
    plan.save(reply, asker.why())
