"""The end-of-day prompt: who is asked about which stages, and what they said so far."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.cadences import END_OF_DAY, pause_on, pause_reason, ran
from bot.domain.calendar import Slot, start_of
from bot.domain.calendar_outcomes import EndOfDay
from bot.domain.effects import Effect, EffectKind
from bot.domain.identities import folded, member_ids
from bot.domain.own_time import OwnTime, zone_of
from bot.domain.people import Person
from bot.domain.plan import Member, ProgressUpdate, Stage, Status
from bot.domain.prompts import PromptKind, day_of
from bot.domain.runs import Run, RunState
from bot.domain.team import Pause
from bot.ports import PlanReader, PlanWriter
from bot.usecases.asking import Asker
from bot.usecases.prompting import send_at_once

TOO_LATE = timedelta(hours=4)  # nobody is asked at night how the day was
_SHOWN_FOR = 4  # days: what is said on Monday belongs to Friday's prompt where none came since


@dataclass(frozen=True, slots=True, kw_only=True)
class DuePrompt:
    """One person's due prompt, with what decides about it."""

    member: Member
    person: Person
    own: OwnTime
    slot: Slot
    stages: tuple[Stage, ...]

    @property
    def day(self) -> str:
        """The person's own date it is about, ISO."""
        return self.slot.local_date.isoformat()


def stages_by_owner(stages: Iterable[Stage], members: Iterable[Member]) -> dict[str, list[Stage]]:
    """Return the stages that somebody owns, by the Slack id of the owner."""
    names = member_ids(members)
    owned: dict[str, list[Stage]] = {}
    for stage in stages:
        owner = stage.owner_id or names.get(folded(stage.owner_text or ""))
        if owner:
            owned.setdefault(owner, []).append(stage)
    return owned


def settle_prompts(
    plan: PlanWriter, due: Sequence[DuePrompt], pauses: Sequence[Pause], now: datetime
) -> None:
    """
    Ask these people, or write down why not; a day that was decided before changes nothing.

    The statements are as many for a hundred of them as for one.
    """
    ids, days = {each.member.id for each in due}, {each.day for each in due}
    decided = {(run.subject, run.local_date) for run in plan.runs_of(END_OF_DAY, ids, days)}
    people = plan.people(ids)  # as they are now: somebody may have left on holiday just before
    left = [
        replace(each, person=people.get(each.member.id, each.person))
        for each in due
        if (each.member.id, each.day) not in decided
    ]
    why_not = {(each.member.id, each.day): _why_not(plan, each, pauses, now) for each in left}
    asked = [each for each in left if not why_not[each.member.id, each.day]]
    refused = send_at_once(
        plan,
        PromptKind.END_OF_DAY,
        {each.member.id: _asking(each) for each in asked},
        {each.member.id: day_of(now.astimezone(ZoneInfo(each.own.zone)).date()) for each in asked},
        now,
    )
    plan.claim_runs(
        _run(each, why_not[each.member.id, each.day] or refused.get(each.member.id, ""), now)
        for each in left
    )


def _asking(due: DuePrompt) -> Effect:
    member_id, day = due.member.id, due.slot.local_date
    effect = _effect(asking_key(member_id, day), member_id, day)
    return replace(effect, not_after=due.slot.instant + TOO_LATE)


def _run(due: DuePrompt, reason: str, now: datetime) -> Run:
    slot = due.slot
    run = ran(
        END_OF_DAY,
        slot.local_date,
        due=slot.instant,
        now=now,
        subject=due.member.id,
        reason=reason or slot.reason,
    )
    return replace(run, state=RunState.SKIPPED) if reason else run


def _why_not(plan: PlanReader, due: DuePrompt, pauses: Sequence[Pause], now: datetime) -> str:
    day, instant = due.slot.local_date, due.slot.instant
    if pause := pause_on(pauses, END_OF_DAY, day):
        return pause_reason(pause)
    if holiday := due.own.calendar.holiday(day):
        return f"holiday: {holiday}"
    if due.person.is_away(instant) or due.person.is_away(now):
        return f"away: {due.person.away_reason}" if due.person.away_reason else "away"
    if due.slot.is_off or now - instant > TOO_LATE:
        return due.slot.reason or "missed"
    moving = [stage for stage in due.stages if stage.status is Status.IN_PROGRESS]
    if not moving:
        return "nothing in progress"
    start = start_of(day, ZoneInfo(due.own.zone))
    said = said_since(plan, due.member.id, moving, start)
    return "already logged" if len(said) == len(moving) else ""


def said_since(
    plan: PlanReader, member_id: str, stages: Iterable[Stage], start: datetime
) -> dict[str, ProgressUpdate]:
    """Return a member's newest word on each of the stages, where they said any since `start`."""
    moved = (s for s in stages if s.last_progress_at is not None and s.last_progress_at >= start)
    updates = (plan.last_update(stage.key, member_id) for stage in moved)
    return {update.stage_key: update for update in updates if update and update.at >= start}


def end_of_day(plan: PlanReader, member_id: str, day: date) -> EndOfDay:
    """Return what a member's prompt of a local date shows now."""
    member, person = plan.member(member_id), plan.person(member_id)
    start = start_of(day, zone_of(person, member, plan.workspace))
    own = stages_by_owner(plan.stages(), plan.members()).get(member_id, [])
    said = said_since(plan, member_id, own, start)
    shown = [s for s in own if s.status is Status.IN_PROGRESS or s.key in said]
    run = plan.run(END_OF_DAY, member_id, day.isoformat())
    keys = {stage.key for stage in shown}
    return EndOfDay(
        member_id=member_id,
        local_date=day,
        stages=tuple(shown),
        said=said,
        hints={
            finding.record_keys[0]: finding.text
            for finding in plan.findings()
            if finding.state.is_open and keys.intersection(finding.record_keys[:1])
        },
        late=run is not None and run.state is RunState.LATE,
        skipped=plan.draft(skipped_key(member_id, day)) is not None,
    )


def show_again(plan: PlanWriter, asker: Asker, clicked: date | None = None) -> None:
    """
    Have the asker's newest prompt show what they said since; nothing where there is none.

    Args:
        clicked: The date of the prompt that was clicked, however old: it shows it, too.
    """
    member, person = plan.member(asker.member_id), plan.person(asker.member_id)
    today = asker.now.astimezone(zone_of(person, member, plan.workspace)).date()
    days = [today - timedelta(days=back) for back in range(_SHOWN_FOR)]
    shown = plan.posts([subject_of(asker.member_id, day) for day in days])
    newest = next((day for day in days if subject_of(asker.member_id, day) in shown), None)
    for day in sorted({each for each in (newest, clicked) if each is not None}):
        key = f"{asker.operation}#{subject_of(asker.member_id, day)}"
        update = _effect(key, asker.member_id, day, prompt=asking_key(asker.member_id, day))
        plan.emit(update, asker.now)


def subject_of(member_id: str, day: date) -> str:
    """Return under what the message of a member's prompt is remembered."""
    return f"{END_OF_DAY}:{member_id}:{day}"


def asking_key(member_id: str, day: date) -> str:
    """Return the key of the effect, and of the prompt, that asks a member about a day."""
    return f"{subject_of(member_id, day)}#ask"


def skipped_key(member_id: str, day: date) -> str:
    """Return the key of the draft that says "skip today": kept as long as anybody looks."""
    return f"{subject_of(member_id, day)}#skipped"


def _effect(key: str, member_id: str, day: date, **update_of: str) -> Effect:
    return Effect(
        key=key,
        kind=EffectKind.END_OF_DAY,
        payload={"member": member_id, "date": day.isoformat(), **update_of},
        lane=f"dm:{member_id}",
    )
