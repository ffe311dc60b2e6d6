"""Ask for a right, and say who has it where it is refused."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.domain.identities import MAX_NAMED
from bot.domain.people import Role, role_of
from bot.domain.plan import Member
from bot.domain.rights import Right
from bot.errors import UserError
from bot.ports import PlanReader


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
    raise UserError(f"You can't {right.words} here; {who_can(plan, right)}. Nothing was changed.")


def who_may(plan: PlanReader, right: Right) -> list[Member]:
    """Return everybody who has a right: those with the most to say first, then by name."""
    people = plan.people()
    roles = [
        (role_of(each, people.get(each.id), plan.workspace), each)
        for each in plan.members()
        if each.is_here
    ]
    able = [(role, each) for role, each in roles if right.allows(role)]
    able.sort(key=lambda pair: list(Role).index(pair[0]))
    return [each for _, each in able]


def admins(plan: PlanReader) -> list[str]:
    """Return the Slack ids of those who run the project: the admins, and the lead."""
    able = [member.id for member in who_may(plan, Right.SETTINGS)]
    lead = plan.workspace.lead_id
    return list(dict.fromkeys([*able, *([lead] if lead else [])]))


@contextmanager
def keeping_an_admin(plan: PlanReader) -> Iterator[None]:
    """
    Let roles change inside, unless nobody would be left who can give them.

    Raises:
        UserError: the last admin would be gone; the transaction has to be given up.
    """
    before = who_may(plan, Right.ROLES)
    yield
    if before and not who_may(plan, Right.ROLES):
        last = before[0]
        raise UserError(
            f"<@{last.id}> is the last admin here: make somebody else an admin first."
            " Nothing was changed."
        )


def who_can(plan: PlanReader, right: Right) -> str:
    """Return in words who has a right, as mrkdwn: "<@U1>, <@U2> and 3 more can"."""
    names = [f"<@{member.id}>" for member in who_may(plan, right)]
    more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
    if not names:
        return "nobody can yet: a Slack admin of the workspace has to"
    return f"{', '.join(names[:MAX_NAMED])}{more} can"
