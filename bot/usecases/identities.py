"""Say who is who: a name of the plan or of git is mapped to a member, or freed again."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.domain.identities import MAX_NAME, Unmatched, check_here, folded, holders, unmatched
from bot.domain.people import Person
from bot.domain.plan import Member, Stage, Task
from bot.domain.rights import Right
from bot.errors import UserError
from bot.ports import PlanDatabase, PlanReader, PlanWriter
from bot.usecases.asking import Asker
from bot.usecases.rights import need


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """
    A name that is a member's now, or is so no more.

    Args:
        given: Stages and tasks that got the member as their owner.
        changed: False where it was so before: nothing was written.
    """

    operation: str
    name: str
    member: Member
    given: tuple[Stage | Task, ...] = ()
    changed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Identities:
    """Who goes by which names, and the names that are nobody's."""

    members: tuple[Member, ...]
    unmatched: tuple[Unmatched, ...]


def who_is_who(plan: PlanReader) -> Identities:
    """Return the members with a name of their own elsewhere, and every unmatched name."""
    members = plan.members()
    mapped = tuple(each for each in members if each.aliases and not each.is_bot)
    left = unmatched(members, plan.stages(), plan.tasks(), plan.commit_authors())
    return Identities(members=mapped, unmatched=tuple(left))


def claim_name(plans: PlanDatabase, name: str, member_id: str, asker: Asker) -> Claimed:
    """
    Map a name to a member; stages and tasks that carry it as their owner's word get the owner.

    Raises:
        UserError: the name is empty, too long or another member's, the member is a bot or has
            left, or the asker may not say that.
    """
    name = _checked(name)
    with plans.changing(asker.workspace_id) as plan:
        need(plan, asker.member_id, _right(member_id, asker))
        member = known_person(plan, member_id)
        if plan.operation(asker.operation):
            return Claimed(operation=asker.operation, name=name, member=member, changed=False)
        _need_free(plan, name, member)
        if folded(name) in {folded(alias) for alias in member.aliases}:
            return Claimed(operation=asker.operation, name=name, member=member, changed=False)
        _free_elsewhere(plan, name, member, asker)
        person = plan.person(member.id)
        plan.save(replace(person, aliases=(*person.aliases, name)), asker.why(evidence=name))
        given = tuple(_given(plan, name, member, asker))
        _stand_by(plan, asker)
        return Claimed(operation=asker.operation, name=name, member=member, given=given)


def free_name(plans: PlanDatabase, name: str, asker: Asker) -> Claimed:
    """
    Take a mapped name from whoever has it; owners that were written stay as they are.

    Raises:
        UserError: nobody has it, or it is somebody else's and the asker may not say that.
    """
    name = _checked(name)
    with plans.changing(asker.workspace_id) as plan:
        held = [person for person in plan.people().values() if _has(person, name)]
        if not held:
            raise UserError("Nobody has claimed that name; `/bqx who` shows who has which.")
        for person in held:
            need(plan, asker.member_id, _right(person.key, asker))
            kept = tuple(alias for alias in person.aliases if folded(alias) != folded(name))
            plan.save(replace(person, aliases=kept), asker.why(evidence=name))
        _stand_by(plan, asker)
        member = plan.member(held[0].key) or Member(id=held[0].key, name=held[0].key)
        return Claimed(operation=asker.operation, name=name, member=member)


def known_person(plan: PlanReader, member_id: str) -> Member:
    """
    Return a member who is a person and still here; whom the directory lacks joined just now.

    Raises:
        UserError: it is a bot, or somebody who has left.
    """
    member = plan.member(member_id) or Member(id=member_id, name=member_id)
    check_here(member, "Nothing was changed.")
    return member


def _right(member_id: str, asker: Asker) -> Right:
    return Right.WRITE if member_id == asker.member_id else Right.PEOPLE


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise UserError("Which name? Write `/bqx claim DATA-001`, as the plan or git has it.")
    if len(name) > MAX_NAME:
        raise UserError(f"A name has at most {MAX_NAME} characters.")
    return name


def _need_free(plan: PlanReader, name: str, member: Member) -> None:
    held = holders(plan.members()).get(folded(name), ())
    # Called alike in Slack, it is nobody's yet, and any of them may say "that's me".
    if len(held) == 1 and held[0] != member.id:
        raise UserError(
            f"That name is <@{held[0]}>'s. If it is not, they or a lead free it with"
            f" `/bqx unclaim …`, and you claim it then. Nothing was changed."
        )


def _free_elsewhere(plan: PlanWriter, name: str, member: Member, asker: Asker) -> None:
    """Take the name from those who have left, so that it is one person's also when they return."""
    for person in plan.people().values():
        if person.key != member.id and _has(person, name):
            kept = tuple(alias for alias in person.aliases if folded(alias) != folded(name))
            plan.save(replace(person, aliases=kept), asker.why(evidence=name))


def _has(person: Person, name: str) -> bool:
    return folded(name) in {folded(alias) for alias in person.aliases}


def _given(plan: PlanWriter, name: str, member: Member, asker: Asker) -> Iterable[Stage | Task]:
    records: list[Stage | Task] = [*plan.stages(), *plan.tasks()]
    for record in records:
        if record.owner_id is None and folded(record.owner_text or "") == folded(name):
            owned = replace(record, owner_id=member.id)
            plan.save(owned, asker.why(evidence=name))
            yield owned


def _stand_by(plan: PlanWriter, asker: Asker) -> None:
    if answer := asker.answer():
        plan.emit(answer, asker.now)
