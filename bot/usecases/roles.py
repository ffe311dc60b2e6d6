"""Give a member a role: admin, lead, member or viewer."""

from dataclasses import dataclass, replace

from bot.domain.people import Role, RoleHeld, role_of
from bot.domain.rights import Right
from bot.ports import PlanDatabase, PlanReader
from bot.usecases.asking import Asker
from bot.usecases.identities import known_person
from bot.usecases.rights import keeping_an_admin, need, role_in


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGiven:
    """A member's role before and now; `changed` is False where it was given before."""

    operation: str
    member_id: str
    before: Role
    after: Role
    changed: bool


def roles_held(plan: PlanReader) -> list[RoleHeld]:
    """Return everybody's role, those with the most to say first, then by name."""
    people = plan.people()
    held = [
        RoleHeld(
            member=member,
            role=role_of(member, people.get(member.id), plan.workspace),
            is_given=member.id in people and people[member.id].role is not None,
        )
        for member in plan.members()
        if member.is_here
    ]
    return sorted(held, key=lambda each: list(Role).index(each.role))


def give_role(plans: PlanDatabase, member_id: str, role: Role, asker: Asker) -> RoleGiven:
    """
    Give a member a role.

    Raises:
        UserError: the asker may not, the member is a bot or has left, or nobody would be left who
            can give roles.
    """
    with plans.changing(asker.workspace_id) as plan:
        need(plan, asker.member_id, Right.ROLES)
        known_person(plan, member_id)
        before, person = role_in(plan, member_id), plan.person(member_id)
        if person.role is not role:
            with keeping_an_admin(plan):
                plan.save(replace(person, role=role), asker.why())
            if answer := asker.answer():
                plan.emit(answer, asker.now)
        return RoleGiven(
            operation=asker.operation,
            member_id=member_id,
            before=before,
            after=role,
            changed=person.role is not role,
        )
