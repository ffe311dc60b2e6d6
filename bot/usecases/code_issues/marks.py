"""What becomes of a mark in the code: it is filed as an issue, or it is none."""

from dataclasses import replace

from bot.domain.code_issues import CodeLink, CodeSource
from bot.domain.effects import Effect, EffectKind
from bot.domain.host_connection import HostConnection
from bot.domain.issues import Issue
from bot.domain.rights import Right
from bot.errors import UserError
from bot.ports import PlanDatabase, PlanReader, PlanWriter
from bot.usecases.asking import Asker
from bot.usecases.rights import need

HOST_LANE = "code_host"


def code_mark(plan: PlanReader, key: str) -> CodeLink:
    """
    Return what is known of a comment in the code.

    Raises:
        UserError: it is not known.
    """
    found = next((link for link in plan.code_links() if link.key == key), None)
    if found is None or found.source is CodeSource.HOST:
        raise UserError("I don't know this comment any more; `/bqx code` has those of now.")
    return found


def tie_to_code(plan: PlanWriter, issue: Issue, key: str, asker: Asker) -> Issue:
    """
    Tie a new issue to the comment it is filed from, and have it made at the code host.

    Returns the issue with its place in the code.

    Raises:
        UserError: somebody has filed the same comment meanwhile.
    """
    link = code_mark(plan, key)
    if link.issue_key and link.issue_key != issue.key:
        raise UserError(
            f"{link.issue_key} stands for this comment already: somebody filed it meanwhile."
        )
    plan.put_code_links([replace(link, issue_key=issue.key, dismissed_by=None)])
    connection = agreed_host(plan)
    if connection is not None:
        plan.emit(make_at_host(issue.key, connection.repo), asker.now)
    return replace(issue, source_url=issue.source_url or link.place)


def agreed_host(plan: PlanReader) -> HostConnection | None:
    """Return the repository of the code host that is kept in step: a person has agreed to it."""
    return next((each for each in plan.code_hosts() if each.is_agreed), None)


def new_at_host(issue_key: str, repo: str) -> str:
    """Return the key of the effect that makes an issue in a repository of the code host."""
    return f"code_host:new:{repo}:{issue_key}"


def make_at_host(issue_key: str, repo: str) -> Effect:
    """Return the effect that makes an issue in a repository of the code host."""
    return Effect(
        key=new_at_host(issue_key, repo),
        kind=EffectKind.CODE_HOST,
        payload={"issue": issue_key},
        lane=HOST_LANE,
        about=issue_key,
    )


def dismiss_mark(plans: PlanDatabase, key: str, asker: Asker, *, is_issue: bool) -> CodeLink:
    """
    Say that a comment is no issue, or take that back.

    Raises:
        UserError: it is not known, is tied to an issue, or the member may not.
    """
    with plans.changing(asker.workspace_id) as plan:
        need(plan, asker.member_id, Right.DISMISS_GAPS)
        link = code_mark(plan, key)
        if link.issue_key:
            raise UserError(f"{link.issue_key} stands for this comment already.")
        after = replace(link, dismissed_by=None if is_issue else asker.member_id)
        plan.put_code_links([after])
        return after
