"""Restricted issues: who may see one, and what all others see in its place."""

from collections.abc import Iterable
from dataclasses import replace

from bot.domain.issues import Issue
from bot.domain.plan import Task

VEILED = "(restricted)"


def is_restricted(issue: Issue) -> bool:
    """Whether only those named may see it."""
    return bool(issue.visible_to)


def audience(issue: Issue, lead_id: str | None) -> tuple[str, ...]:
    """Return who may see a restricted issue: those named, who filed it, its owner, the lead."""
    known = (*issue.visible_to, issue.reporter_id, issue.owner_id, lead_id)
    return tuple(dict.fromkeys(each for each in known if each))


def may_see(issue: Issue, member_id: str | None, lead_id: str | None) -> bool:
    """Whether a member may read an issue."""
    return not is_restricted(issue) or member_id in audience(issue, lead_id)


def veiled(issue: Issue) -> Issue:
    """Return what is shown of a restricted issue to others: that it is there, and its level."""
    return replace(
        issue,
        title=VEILED,
        description="",
        root_cause="",
        prevention_actions="",
        evidence="",
        stage_keys=(),
        remediation_task_keys=(),
        permalink=None,
        source_url=None,
        source={},
    )


def public(issue: Issue) -> Issue:
    """Return an issue as everybody may see it: for channels, mails to many, and reports."""
    return veiled(issue) if is_restricted(issue) else issue


def seen_by(issues: Iterable[Issue], member_id: str, lead_id: str | None) -> list[Issue]:
    """Return issues as one member may see them, in the same order."""
    return [each if may_see(each, member_id, lead_id) else veiled(each) for each in issues]


def hidden_tasks(
    issues: Iterable[Issue], member_id: str | None, lead_id: str | None
) -> frozenset[str]:
    """
    Return the keys of the remediation tasks whose words a member may not read.

    Args:
        issues: The restricted ones.
        member_id: None for everybody: what goes into channels, mails to many, and reports.
    """
    unseen = (each for each in issues if not may_see(each, member_id, lead_id))
    return frozenset(key for each in unseen for key in each.remediation_task_keys)


def veiled_task(task: Task) -> Task:
    """Return what is shown of a restricted issue's task to others: that it is there."""
    return replace(task, title=VEILED, source={})
