"""Out of office: said by oneself or by others on one's behalf, until a day or until taken back."""

from dataclasses import replace
from datetime import datetime

from bot.domain.away_words import EXAMPLES, read_days
from bot.domain.calendar import start_of
from bot.domain.calendar_outcomes import Absence
from bot.domain.effects import Effect, EffectKind
from bot.domain.identities import find_person, leading_person
from bot.domain.own_time import zone_of
from bot.domain.people import Person
from bot.domain.quiet_hours import next_open_moment
from bot.domain.rights import Right
from bot.errors import UserError
from bot.ports import PlanDatabase, PlanReader, PlanWriter
from bot.usecases.asking import Asker
from bot.usecases.rights import need


def set_away(plans: PlanDatabase, typed: str, asker: Asker) -> Absence:
    """
    Write down an absence: "until Wednesday", "@ben 3 days sick".

    Whoever is meant by somebody else is told once. Days are those of the zone of who is away.

    Raises:
        UserError: the days or the name can't be read, or the asker may not say it for others.
    """
    with plans.changing(asker.workspace_id) as plan:
        member_id, words = _who(plan, typed, asker)
        before = plan.person(member_id)
        if plan.operation(asker.operation):
            return Absence(person=before, operation=asker.operation)
        zone = zone_of(before, plan.member(member_id), plan.workspace)
        today = asker.now.astimezone(zone).date()
        days = read_days(words, today)
        starts_now = days.first is None or days.first <= today
        after = replace(
            before,
            away_since=asker.now if starts_now else start_of(days.first or today, zone),
            away_until=start_of(days.back, zone) if days.back else None,
            away_reason=days.reason,
            away_by=asker.member_id,
        )
        _write(plan, after, asker)
    replaced = before if _is_to_come(before, asker.now) else None
    return Absence(person=after, replaced=replaced, operation=asker.operation)


def set_back(plans: PlanDatabase, typed: str, asker: Asker) -> Absence:
    """
    End an absence now, one to come included.

    Raises:
        UserError: whoever is meant is not away, or the asker may not say it for others.
    """
    with plans.changing(asker.workspace_id) as plan:
        member_id, _ = _who(plan, typed, asker)
        before = plan.person(member_id)
        if plan.operation(asker.operation):
            return Absence(person=before, operation=asker.operation)
        if not _is_to_come(before, asker.now):
            who = "You are" if member_id == asker.member_id else f"<@{member_id}> is"
            raise UserError(f"{who} not away, as far as I know.")
        after = replace(before, away_since=None, away_until=None, away_reason="", away_by=None)
        _write(plan, after, asker)
    return Absence(person=after, replaced=before, operation=asker.operation)


def absences(plan: PlanReader, now: datetime) -> list[Person]:
    """Return who is away or will be, the first to begin first."""
    found = [person for person in plan.people().values() if _is_to_come(person, now)]
    return sorted(found, key=lambda person: (person.away_since or now, person.key))


def _is_to_come(person: Person, now: datetime) -> bool:
    if person.away_since is None:
        return False
    return person.away_until is None or now < person.away_until


def _who(plan: PlanReader, typed: str, asker: Asker) -> tuple[str, str]:
    """Return who is meant, and the words behind the name."""
    members = plan.members()
    said, rest = leading_person(typed, members)
    if not said:
        return asker.member_id, rest
    found = find_person(said, members, asker.member_id, then=f"Behind the name write {EXAMPLES}.")
    if found.id != asker.member_id:
        need(plan, asker.member_id, Right.WRITE)
    return found.id, rest


def _write(plan: PlanWriter, person: Person, asker: Asker) -> None:
    plan.save(person, asker.why())
    if person.key != asker.member_id:
        member = plan.member(person.key)
        opens = next_open_moment(person, plan.team(), member, plan.workspace, asker.now)
        effect = Effect(
            key=f"{asker.operation}#absence:{person.key}",
            kind=EffectKind.ABSENCE,
            payload={"member": person.key, "by": asker.member_id, "operation": asker.operation},
            lane=f"dm:{person.key}",
            not_before=opens if opens > asker.now else None,
        )
        plan.emit(effect, asker.now)
    if answer := asker.answer():
        plan.emit(answer, asker.now)
