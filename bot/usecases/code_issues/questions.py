"""Ask the owner what the code, or its host, says of an issue; and take the answer."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from bot.domain.code_issues import CodeLink
from bot.domain.effects import Effect, EffectKind
from bot.domain.issues import Issue
from bot.domain.prompts import PromptKind
from bot.domain.rights import Right
from bot.errors import UserError
from bot.ports import PlanDatabase, PlanReader, PlanWriter
from bot.usecases.asking import Asker
from bot.usecases.file_issue import announce_issue
from bot.usecases.prompting import first_who_listens, send_prompt
from bot.usecases.rights import need
from bot.usecases.seeing import visible_issue


class Asked(StrEnum):
    """What the owner is asked about."""

    REMOVED = "removed"  # the comment is gone from the code; detail: the commit
    CLOSED = "closed"  # a Level 1 or 2 was closed at the host
    TITLE = "title"  # both sides changed the title; detail: theirs


def ask_owner(
    plan: PlanWriter, issue: Issue, link: CodeLink, what: Asked, *, detail: str, now: datetime
) -> None:
    """Ask whoever takes care of an issue, once for each time it happens; see `who_is_asked`."""
    member_id = who_is_asked(plan, issue)
    if member_id is None:
        return
    mark = link.gone_at.isoformat() if link.gone_at else detail
    effect = Effect(
        key=f"code_question:{what.value}:{link.key}:{mark}"[:200],
        kind=EffectKind.CODE_QUESTION,
        payload={
            "issue": issue.key,
            "link": link.key,
            "what": what.value,
            "detail": detail,
            "member": member_id,
        },
        lane=f"dm:{member_id}",
        about=issue.key,
    )
    send_prompt(plan, effect, member_id, PromptKind.TRIAGE, now)


def who_is_asked(plan: PlanReader, issue: Issue) -> str | None:
    """Return the owner, else the lead, else who filed it: who is here and turned no such down."""
    wanted = (issue.owner_id, plan.workspace.lead_id, issue.reporter_id)
    return first_who_listens(plan, wanted, PromptKind.TRIAGE)


def keep_open(plans: PlanDatabase, link_key: str, asker: Asker) -> Issue:
    """
    Leave an issue open that is gone from the code or closed at the host; there it is reopened.

    Raises:
        UserError: there is no such issue any more, or the member may not.
    """
    with plans.changing(asker.workspace_id) as plan:
        link, issue = _asked_about(plan, link_key, asker)
        if link.number is not None and len(link.agreed) > 1:
            # "Closed" is what they say and we have read; that we say otherwise goes to the host.
            agreed = (link.agreed[0], "closed", *link.agreed[2:3])
            plan.put_code_links([replace(link, agreed=agreed, seen_at=asker.now)])
        return issue


def settle_title(plans: PlanDatabase, link_key: str, title: str | None, asker: Asker) -> Issue:
    """
    Settle a title that both sides changed.

    Args:
        title: The host's title, to be ours as well; None where ours goes to the host.

    Raises:
        UserError: there is no such issue any more, or the member may not.
    """
    with plans.changing(asker.workspace_id) as plan:
        link, issue = _asked_about(plan, link_key, asker)
        theirs = title if title is not None else _title_there(link)
        agreed = (theirs, *link.agreed[1:])
        plan.put_code_links([replace(link, agreed=agreed, text="", seen_at=asker.now)])
        if title is not None and title != issue.title:
            issue = replace(issue, title=title)
            plan.save(issue, asker.why(evidence=link.url))
            announce_issue(plan, issue, asker)
        return issue


def waiting_title(plans: PlanDatabase, link_key: str, workspace_id: str) -> str:
    """
    Return the host's title that waits for an answer.

    Raises:
        UserError: none does: somebody has answered.
    """
    with plans.reading(workspace_id) as plan:
        link = next((each for each in plan.code_links() if each.key == link_key), None)
    if link is None or not link.text:
        raise UserError("This was settled meanwhile; nothing was changed.")
    return link.text


def _title_there(link: CodeLink) -> str:
    """Return the host's title when it was last read; kept while the question is open."""
    return link.text or link.agreed[0]


def _asked_about(plan: PlanWriter, link_key: str, asker: Asker) -> tuple[CodeLink, Issue]:
    need(plan, asker.member_id, Right.WRITE)
    link = next((each for each in plan.code_links() if each.key == link_key), None)
    issue = plan.issue(link.issue_key) if link and link.issue_key else None
    if link is None or issue is None or issue.removed_at is not None:
        raise UserError("This issue is not in the plan any more.")
    return link, visible_issue(plan, issue.key, asker.member_id)
