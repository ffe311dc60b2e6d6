"""Skip a cadence once, pause it with a reason, let it run again."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.away_words import read_days
from bot.domain.cadences import (
    ALL,
    END_OF_DAY,
    JOB_WORDS,
    NO_ANCHOR,
    PHASE_REVIEW,
    cadences,
    pause_on,
    read_job,
)
from bot.domain.calendar import Schedule, Slot, coming
from bot.domain.calendar_outcomes import Paused
from bot.domain.own_time import OwnTime
from bot.domain.rights import Right
from bot.domain.team import Pause, Team
from bot.errors import UserError
from bot.ports import PlanDatabase, PlanReader, PlanWriter
from bot.usecases.asking import Asker
from bot.usecases.rights import need

_DAY = timedelta(days=1)
_UNTIL_BEHIND = re.compile(r"\s+(?P<days>(?:until|till)\s)", re.IGNORECASE)


def skip_once(plans: PlanDatabase, typed: str, asker: Asker) -> Paused:
    """
    Skip the next run of a cadence: "gap assessment release week".

    Raises:
        UserError: no such cadence, none is due, or the asker may not.
    """
    with plans.changing(asker.workspace_id) as plan:
        need(plan, asker.member_id, Right.CADENCE)
        job, reason = read_job(typed)
        if job == ALL:
            raise UserError("Skip one of them, or `/bqx pause all until Monday` with a reason.")
        slot = next_run(plan, job, plan.pauses(), asker.now)
        if slot is None:
            raise UserError(
                NO_ANCHOR if job == PHASE_REVIEW else f"No {JOB_WORDS[job]} is due to be skipped."
            )
        done = _write(plan, job, reason, (slot.local_date, slot.local_date), asker)
        return replace(done, before=_skipped_before(plan, done, asker))


def _skipped_before(plan: PlanReader, done: Paused, asker: Asker) -> tuple[Pause, ...]:
    """Return the earlier runs to come that were skipped already: somebody may have meant those."""
    today = asker.now.astimezone(ZoneInfo(plan.workspace.zone)).date().isoformat()
    [new] = done.pauses
    skips = (each for each in plan.pauses() if each.job == new.job and each.first == each.last)
    return tuple(each for each in skips if today <= each.first < new.first)


def skip_date(plans: PlanDatabase, job: str, local_date: date, asker: Asker) -> Paused:
    """
    Skip the run of a cadence that belongs to a date, as a button of the schedule asks.

    Raises:
        UserError: the asker may not, it has been decided already, or is skipped or paused.
    """
    with plans.changing(asker.workspace_id) as plan:
        need(plan, asker.member_id, Right.CADENCE)
        if not plan.operation(asker.operation):
            _check_to_come(plan, job, local_date)
        return _write(plan, job, "", (local_date, local_date), asker)


def _check_to_come(plan: PlanReader, job: str, local_date: date) -> None:
    if plan.run(job, "", local_date.isoformat()):
        raise UserError("That run is over already; `/bqx schedule` shows the next ones.")
    if on := pause_on(plan.pauses(), job, local_date):
        word = "skipped" if on.first == on.last else "paused"
        raise UserError(
            f"That run is {word} already, by <@{on.by}>; `/bqx schedule` has the way back."
        )


def pause(plans: PlanDatabase, typed: str, asker: Asker) -> Paused:
    """
    Pause a cadence, or all: "phase review until 2026-01-05 holidays", "all migration".

    Without days it is paused until somebody resumes it.

    Raises:
        UserError: no such cadence, the days can't be read, no reason, or the asker may not.
    """
    with plans.changing(asker.workspace_id) as plan:
        need(plan, asker.member_id, Right.CADENCE)
        job, words = read_job(typed)
        today = asker.now.astimezone(ZoneInfo(plan.workspace.zone)).date()
        first, last, reason = _days(words, today)
        if not reason:
            raise UserError(
                "Why? Others will ask: write the reason behind it, such as"
                f" `/bqx pause {JOB_WORDS[job] if job else 'all'} until Monday release week`."
            )
        return _write(plan, job, reason, (first, last), asker)


def resume(plans: PlanDatabase, typed: str, asker: Asker) -> Paused:
    """
    End every pause and skip of a cadence, of all cadences for "all".

    Raises:
        UserError: no such cadence, it is not paused, or the asker may not.
    """
    with plans.changing(asker.workspace_id) as plan:
        need(plan, asker.member_id, Right.CADENCE)
        job, _ = read_job(typed or "all")
        today = asker.now.astimezone(ZoneInfo(plan.workspace.zone)).date().isoformat()
        on = [each for each in plan.pauses() if each.last is None or each.last >= today]
        ended = [each for each in on if job in {ALL, each.job}]
        if not ended and not plan.operation(asker.operation):
            wide = any(each.job == ALL for each in on)
            more = " All cadences are: `/bqx resume all`." if wide else ""
            what = f"The {JOB_WORDS[job]} is" if job else "Nothing is"
            raise UserError(f"{what} {'not ' if job else ''}paused.{more}")
        return _end(plan, ended, asker)


def resume_one(plans: PlanDatabase, key: str, asker: Asker) -> Paused:
    """
    End one pause, as a button asks.

    Raises:
        UserError: it has ended already, or the asker may not.
    """
    with plans.changing(asker.workspace_id) as plan:
        need(plan, asker.member_id, Right.CADENCE)
        found = [each for each in plan.pauses() if each.key == key]
        if not found and not plan.operation(asker.operation):
            raise UserError("That pause has ended already; `/bqx schedule` shows what is on.")
        return _end(plan, found, asker)


def next_run(plan: PlanReader, job: str, pauses: Iterable[Pause], now: datetime) -> Slot | None:
    """Return the next slot of a job that takes place and was not decided yet."""
    team, known = plan.team(), tuple(pauses)
    schedules = [each for each in cadences(plan.workspace, team) if each.job == job]
    if job == END_OF_DAY:
        schedules = _team_day(plan, team)
    slots = (slot for schedule in schedules for slot in coming(schedule, after=now))
    return next((s for s in slots if not s.is_off and not pause_on(known, job, s.local_date)), None)


def _team_day(plan: PlanReader, team: Team) -> list[Schedule]:
    if not team.prompt_at:
        return []
    own = OwnTime(plan.workspace.zone, team.prompt_at, team.work_days, team.country)
    return [own.schedule]


def _days(words: str, today: date) -> tuple[date, date | None, str]:
    """Return first and last day and the reason; words that name no days are all reason."""
    if words.lower().startswith(("until", "till", "from", "for ", "next week", "tomorrow")):
        days = read_days(words, today)
    else:
        try:
            days = read_days(words, today)
        except UserError:
            return _days_behind(words, today)
    return days.first or today, days.back - _DAY if days.back else None, days.reason


def _days_behind(words: str, today: date) -> tuple[date, date | None, str]:
    """Return the same of "release week until Monday": the reason first, as others write it."""
    match = _UNTIL_BEHIND.search(words)
    if match is None:
        return today, None, words
    days = read_days(words[match.start("days") :], today)
    reason = " ".join(part for part in (words[: match.start()], days.reason) if part)
    return today, days.back - _DAY if days.back else None, reason


def _write(
    plan: PlanWriter, job: str, reason: str, days: tuple[date, date | None], asker: Asker
) -> Paused:
    first, last = days
    if before := plan.operation(asker.operation):
        keys = {change.key for change in before}
        made = tuple(each for each in plan.pauses() if each.key in keys)
    else:
        made = (
            Pause(
                key=plan.mint("PAUSE"),
                job=job,
                first=first.isoformat(),
                last=last.isoformat() if last else None,
                reason=reason[:300],
                by=asker.member_id,
                at=asker.now,
            ),
        )
        plan.save(made[0], asker.why())
    return _told(plan, made, asker)


def _end(plan: PlanWriter, ended: Iterable[Pause], asker: Asker) -> Paused:
    for each in ended:
        plan.save(replace(each, removed_at=asker.now), asker.why())
    items = (plan.item(change.kind, change.key) for change in plan.operation(asker.operation))
    return _told(plan, tuple(each for each in items if isinstance(each, Pause)), asker)


def _told(plan: PlanWriter, pauses: tuple[Pause, ...], asker: Asker) -> Paused:
    if answer := asker.answer():
        plan.emit(answer, asker.now)
    jobs = {each.job for each in pauses} - {ALL}
    slot = next_run(plan, jobs.pop(), plan.pauses(), asker.now) if len(jobs) == 1 else None
    return Paused(
        pauses=pauses, following=slot.instant if slot else None, operation=asker.operation
    )
