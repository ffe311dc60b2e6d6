"""Ask for a right, and say who has it where it is refused."""

from bot.domain.people import Role, role_of
from bot.domain.rights import Right
from bot.errors import UserError
from bot.ports import PlanReader

MAX_NAMED = 5


def role_in(plan: PlanReader, member_id: str) -> Role:
    """Return what a member may do in this project."""
    return role_of(plan.member(member_id), plan.person(member_id), plan.workspace)


def may(plan: PlanReader, member_id: str, right: Right) -> bool:
    """Whether a member has a right."""
    return right.allows(role_in(plan, member_id))


def need(plan: PlanReader, member_id: str, right: Right) -> None:
    """
    Let those pass who have a right.

    Raises:
        UserError: the member has not; the text names who can (never a silent refusal).
    """
    if may(plan, member_id, right):
        return
    people = plan.people()
    able = [
        each.id
        for each in plan.members()
        if right.allows(role_of(each, people.get(each.id), plan.workspace))
    ]
    named = ", ".join(f"<@{member}>" for member in able[:MAX_NAMED])
    more = f" and {len(able) - MAX_NAMED} more" if len(able) > MAX_NAMED else ""
    who = f"{named}{more} can" if able else "nobody can yet: a Slack admin of the workspace has to"
    raise UserError(f"You can't {right.words} here; {who}. Nothing was changed.")
