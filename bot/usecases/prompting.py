"""Write to somebody who did not ask, within what they said they want to be asked."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.domain.calendar import start_of
from bot.domain.effects import Effect, EffectKind
from bot.domain.own_time import work_calendar_of, zone_of
from bot.domain.people import Person
from bot.domain.prompts import Prompt, PromptKind, day_of
from bot.domain.quiet_hours import next_open_moment
from bot.domain.records import from_plain, to_plain
from bot.domain.team import Team
from bot.domain.workdays import WorkCalendar
from bot.errors import UserError
from bot.ports import PlanDatabase, PlanReader, PlanWriter
from bot.usecases.asking import Asker

TURNED_DOWN = "turned down"
DAY_IS_FULL = "daily number reached"
_LOOK_AHEAD_DAYS = 60  # no country has so many days off in a row
_BUNDLE_LIFE = timedelta(hours=12)  # later the next day's bundle has it anyway


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """
    Why a prompt came.

    Args:
        number: Which of the day's prompts it was, from 1; 0 for one that had to wait.
        a_day: How many there are at most.
    """

    prompt: Prompt
    number: int
    a_day: int


def send_prompt(
    plan: PlanWriter, effect: Effect, member_id: str, kind: PromptKind, now: datetime
) -> bool:
    """
    Send a prompt and count it; the same effect again changes nothing.

    In quiet hours and on days off it is sent at the next open moment. What the day has no room
    for, and what comes while somebody is away, waits for the next bundle.

    Returns whether it goes out, now or later: False where the person turned this kind down.
    """
    if plan.prompt(effect.key) is not None:
        return True
    person = plan.person(member_id)
    if kind.value in person.muted:
        return False
    moment = _open_moment(plan, person, now)
    day = _day(plan, person, moment)
    waits = person.is_away(now) or _sent_on(plan, member_id, day) >= a_day(plan, person)
    prompt = Prompt(
        key=effect.key,
        member_id=member_id,
        kind=kind,
        local_date=day,
        at=now,
        effect_key=effect.key,
        sent=not waits,
        waiting=to_plain(effect) if waits else {},
    )
    plan.put_prompts([prompt])
    if not waits:
        plan.emit(_from(effect, moment, now), now)
    return True


def first_who_listens(
    plan: PlanReader, member_ids: Iterable[str | None], kind: PromptKind
) -> str | None:
    """Return the first of these who is here and has not turned a kind of prompt down."""
    for member_id in member_ids:
        member = plan.member(member_id) if member_id else None
        if member is None or not member.is_active:
            continue
        if kind.value not in plan.person(member.id).muted:
            return member.id
    return None


def send_at_once(
    plan: PlanWriter,
    kind: PromptKind,
    effects: Mapping[str, Effect],
    days: Mapping[str, str],
    now: datetime,
) -> dict[str, str]:
    """
    Send prompts of one kind that keep to the hour their people chose, and never wait.

    Args:
        effects: By the Slack id of who is asked.
        days: Everybody's own date, by Slack id: of its prompts this is one.

    Returns why not, by the Slack id of who is not asked.
    """
    people, team = plan.people(effects), plan.team()
    had = Counter(
        each.member_id
        for each in plan.prompts_of(effects, set(days.values()))
        if each.local_date == days[each.member_id] and each.sent and not each.waiting
    )
    refused: dict[str, str] = {}
    prompts = []
    for member_id, effect in effects.items():
        person = people.get(member_id, Person(key=member_id))
        if kind.value in person.muted:
            refused[member_id] = TURNED_DOWN
        elif had[member_id] >= _number(person, team):
            refused[member_id] = DAY_IS_FULL
        else:
            prompts.append(
                Prompt(
                    key=effect.key,
                    member_id=member_id,
                    kind=kind,
                    local_date=days[member_id],
                    at=now,
                    effect_key=effect.key,
                )
            )
    plan.put_prompts(prompts)
    plan.emit_all((effects[each.member_id] for each in prompts), now)
    return refused


def send_waiting_prompts(plans: PlanDatabase, workspace_id: str, now: datetime) -> int:
    """
    Bundle what waited for each person whose new day is open: one message that lists it.

    Returns how many people got one.
    """
    with plans.reading(workspace_id) as reader:
        if not _due(reader, now):
            return 0
    with plans.changing(workspace_id) as plan:
        return sum(_bundle(plan, person, waited, now) for person, waited in _due(plan, now))


def show_waited(plans: PlanDatabase, keys: Sequence[str], asker: Asker) -> int:
    """
    Send what had waited, because its person asks for it now; return how many that are.

    Raises:
        UserError: it is somebody else's.
    """
    with plans.changing(asker.workspace_id) as plan:
        prompts = [prompt for key in keys if (prompt := plan.prompt(key))]
        if any(prompt.member_id != asker.member_id for prompt in prompts):
            raise UserError("These are somebody else's questions.")
        fresh = [prompt for prompt in prompts if plan.delivery(prompt.effect_key) is None]
        for prompt in fresh:
            effect = from_plain(Effect, prompt.waiting)
            plan.emit(replace(effect, not_before=None, not_after=None), asker.now)
        return len(fresh)


def reason_of(plan: PlanReader, key: str) -> Reason | None:
    """Return why a prompt came and which of its day's it was; None where nobody knows it."""
    prompt = plan.prompt(key)
    if prompt is None:
        return None
    day = plan.prompts(prompt.member_id, prompt.local_date)
    keys = [each.key for each in day if each.sent and not each.waiting]
    number = keys.index(key) + 1 if key in keys else 0
    return Reason(prompt=prompt, number=number, a_day=a_day(plan, plan.person(prompt.member_id)))


def a_day(plan: PlanReader, person: Person) -> int:
    """Return how many prompts a day somebody gets at most."""
    return _number(person, plan.team())


def _number(person: Person, team: Team) -> int:
    return team.prompts_a_day if person.prompts_a_day is None else person.prompts_a_day


def _bundle(plan: PlanWriter, person: Person, waited: Sequence[Prompt], now: datetime) -> bool:
    """Emit one person's bundle; what they turned down meanwhile is left out for good."""
    member_id = person.key
    day = _day(plan, person, now)
    plan.put_prompts(replace(prompt, sent=True) for prompt in waited)
    keys = [prompt.key for prompt in waited if prompt.kind.value not in person.muted]
    if not keys:
        return False
    # Its own day is counted by the bundle alone: what it lists is shown when it is asked for.
    bundle = Prompt(
        key=f"waited:{member_id}:{day}:{waited[0].key}",
        member_id=member_id,
        kind=PromptKind.WAITED,
        local_date=day,
        at=now,
    )
    plan.put_prompts([replace(bundle, effect_key=bundle.key)])
    plan.emit(
        Effect(
            key=bundle.key,
            kind=EffectKind.WAITED_PROMPTS,
            payload={"member": member_id, "prompts": keys},
            lane=f"dm:{member_id}",
            not_after=now + _BUNDLE_LIFE,
        ),
        now,
    )
    return True


def _due(plan: PlanReader, now: datetime) -> list[tuple[Person, list[Prompt]]]:
    """Return the people who are here on a new, open day, each with what waited long enough."""
    waiting: dict[str, list[Prompt]] = {}
    for prompt in plan.waiting_prompts():
        waiting.setdefault(prompt.member_id, []).append(prompt)
    people = ((plan.person(member_id), prompts) for member_id, prompts in waiting.items())
    found = [(person, _waited(plan, person, prompts, now)) for person, prompts in people]
    return [(person, waited) for person, waited in found if waited]


def _waited(
    plan: PlanReader, person: Person, prompts: Sequence[Prompt], now: datetime
) -> list[Prompt]:
    if person.is_away(now) or _open_moment(plan, person, now) > now:
        return []
    today, back = _day(plan, person, now), person.away_until
    return [
        prompt
        for prompt in prompts
        if prompt.local_date < today or (back is not None and prompt.at < back)
    ]


def _open_moment(plan: PlanReader, person: Person, now: datetime) -> datetime:
    """Return the first moment on a day of work, outside quiet hours, from `now` on (UTC)."""
    member, team, workspace = plan.member(person.key), plan.team(), plan.workspace
    zone, calendar = zone_of(person, member, workspace), work_calendar_of(person, team)
    begins = now
    for _ in range(_LOOK_AHEAD_DAYS):
        moment = next_open_moment(person, team, member, workspace, begins)
        day = moment.astimezone(zone).date()
        if not _is_off(calendar, day):
            return moment
        begins = start_of(day + timedelta(days=1), zone)
    return now  # settings under which no day is open make no sense


def _is_off(calendar: WorkCalendar, day: date) -> bool:
    try:
        return bool(calendar.work_days) and bool(calendar.why_off(day))
    except UserError:  # a country whose holidays the library does not know any more
        return day.weekday() not in calendar.work_days


def _day(plan: PlanReader, person: Person, moment: datetime) -> str:
    zone = zone_of(person, plan.member(person.key), plan.workspace)
    return day_of(moment.astimezone(zone).date())


def _sent_on(plan: PlanReader, member_id: str, day: str) -> int:
    """Return how many prompts a day has had; what a bundle lists counted on no day."""
    return sum(each.sent and not each.waiting for each in plan.prompts(member_id, day))


def _from(effect: Effect, moment: datetime, now: datetime) -> Effect:
    """Return an effect that waits for a moment, with as long to live from there on."""
    if moment <= now:
        return effect
    late = effect.not_after + (moment - now) if effect.not_after else None
    begins = max(moment, effect.not_before) if effect.not_before else moment
    return replace(effect, not_before=begins, not_after=late)
