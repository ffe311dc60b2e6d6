"""Out of office: said by oneself or by others on one's behalf, until a day or until taken back."""

import re
from dataclasses import replace
from datetime import datetime

from bot.domain.away_words import EXAMPLES, read_days
from bot.domain.calendar import start_of
from bot.domain.calendar_outcomes import Absence
from bot.domain.commit_gaps import member_ids
from bot.domain.effects import Effect, EffectKind
from bot.domain.own_time import zone_of
from bot.domain.people import Person
from bot.domain.plan import Member
from bot.domain.quiet_hours import next_open_moment
from bot.domain.rights import Right
from bot.errors import UserError
from bot.ports import PlanDatabase, PlanReader, PlanWriter
from bot.usecases.asking import Asker
from bot.usecases.rights import need

_MENTIONED = re.compile(r"<@([UW][A-Z0-9]{2,20})(?:\|[^>]*)?>\s*")
_AT = re.compile(r"@(\S{1,80})\s*")


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
    text = typed.strip()
    if match := _MENTIONED.match(text):
        member_id, rest = match[1], text[match.end() :]
    elif match := _AT.match(text):
        member_id, rest = _named(plan, text[1:], match[1])
    else:
        return asker.member_id, text
    if member_id != asker.member_id:
        need(plan, asker.member_id, Right.WRITE)
    member = plan.member(member_id)
    if member is None or member.is_bot or not member.is_active:
        raise UserError("I know no such member here, so nothing was written.")
    return member_id, rest


def _named(plan: PlanReader, text: str, word: str) -> tuple[str, str]:
    """Return the member whose name, or first name alone, stands at the beginning, and the rest."""
    members = [each for each in plan.members() if each.is_active and not each.is_bot]
    low = text.casefold()
    names = sorted(member_ids(members).items(), key=lambda pair: len(pair[0]), reverse=True)
    for name, member_id in names:
        if low == name or low.startswith(f"{name} "):
            return member_id, text[len(name) :].strip()
    first = [each for each in members if _first_name(each) == word.casefold()]
    if len(first) == 1:
        return first[0].id, text[len(word) :].strip()
    raise UserError(
        f"{'Several people go' if first else 'Nobody goes'} by that name here, so nothing was"
        f" written. Mention them, then write {EXAMPLES}."
    )


def _first_name(member: Member) -> str:
    return member.name.split()[0].casefold() if member.name.strip() else ""


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
