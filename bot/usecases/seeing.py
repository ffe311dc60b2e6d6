"""Issues as one member may see them."""

from bot.domain.issues import Issue
from bot.domain.visibility import audience, may_see, seen_by
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
    lead_id = plan.workspace.lead_id
    if not may_see(issue, member_id, lead_id):
        who = ", ".join(f"<@{each}>" for each in audience(issue, lead_id)[:5])
        raise UserError(f"{issue.key} is restricted: {who} can see it. Nothing was changed.")
    return issue


def issues_for(plan: PlanReader, member_id: str) -> list[Issue]:
    """Return the open issues, worst first, as a member may see them."""
    return seen_by(plan.issues(open_only=True), member_id, plan.workspace.lead_id)
