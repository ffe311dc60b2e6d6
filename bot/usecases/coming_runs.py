"""What will run when, for one reader: the team's cadences and their own prompts."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import takewhile

from bot.domain.cadences import (
    ARCHITECTURE_REVIEW,
    END_OF_DAY,
    GAP_ASSESSMENT,
    cadences,
    pause_on,
    pause_reason,
)
from bot.domain.calendar import Schedule, Slot, coming
from bot.domain.calendar_outcomes import ComingRun
from bot.domain.own_time import own_time
from bot.domain.people import Person
from bot.domain.plan import Workspace
from bot.domain.team import Pause
from bot.ports import PlanReader

SHOWN = 10
HORIZON = timedelta(days=400)
MERGED = "in the Monday message"


def coming_runs(
    plan: PlanReader,
    *,
    now: datetime,
    until: datetime | None = None,
    member_id: str = "",
    limit: int | None = None,
    workspace: Workspace | None = None,
) -> list[ComingRun]:
    """
    Return what is due later than `now`, by its moment.

    Args:
        member_id: Whose prompts are among them; nobody's without one.
        limit: Only the first so many; the next run of each of the team's jobs is among them.
        workspace: As the settings have it, where they differ from the plan's.
    """
    pauses, end = plan.pauses(), until or now + HORIZON
    team = [
        run
        for schedule in cadences(workspace or plan.workspace, plan.team())
        for run in _team_runs(schedule, pauses, now, end)
    ]
    merged = _merged(team)
    own = list(_own_runs(plan, member_id, pauses, now, end)) if member_id else []
    runs = sorted([*merged, *own], key=lambda run: (run.slot.instant, run.job))
    if limit is None:
        return runs
    firsts = {run.job: run for run in reversed(merged)}
    last = [run for run in firsts.values() if run not in runs[:limit]]
    return [*runs[:limit], *sorted(last, key=lambda run: run.slot.instant)]


def _team_runs(
    schedule: Schedule, pauses: Sequence[Pause], now: datetime, end: datetime
) -> Iterator[ComingRun]:
    for slot in takewhile(lambda slot: slot.instant < end, coming(schedule, after=now)):
        yield _judged(schedule.job, slot, pauses, off=slot.reason if slot.is_off else "")


def _judged(
    job: str, slot: Slot, pauses: Sequence[Pause], *, off: str, subject: str = ""
) -> ComingRun:
    if pause := pause_on(pauses, job, slot.local_date):
        state = "skipped" if pause.first == pause.last else "paused"
        return ComingRun(
            job=job,
            slot=slot,
            subject=subject,
            state=state,
            reason=pause_reason(pause),
            pause_key=pause.key,
        )
    if off:
        return ComingRun(job=job, slot=slot, subject=subject, state="skipped", reason=off)
    state = "moved" if slot.reason else "due"
    return ComingRun(job=job, slot=slot, subject=subject, state=state, reason=slot.reason)


def _merged(runs: Sequence[ComingRun]) -> list[ComingRun]:
    """Return the runs with the architecture review marked where a Monday message carries it."""
    mondays = {run.slot.local_date for run in runs if run.job == GAP_ASSESSMENT and run.takes_place}
    return [
        ComingRun(
            job=run.job,
            slot=run.slot,
            state="merged",
            reason=", ".join(part for part in (MERGED, run.reason) if part),
        )
        if run.job == ARCHITECTURE_REVIEW and run.takes_place and run.slot.local_date in mondays
        else run
        for run in runs
    ]


def _own_runs(
    plan: PlanReader,
    member_id: str,
    pauses: Sequence[Pause],
    now: datetime,
    end: datetime,
) -> Iterator[ComingRun]:
    member, person = plan.member(member_id), plan.person(member_id)
    own = own_time(person, member, plan.team(), plan.workspace) if member else None
    if own is None:
        return
    slots = takewhile(lambda slot: slot.instant < end, coming(own.schedule, after=now))
    for slot in slots:
        holiday = own.calendar.holiday(slot.local_date)
        off = f"holiday: {holiday}" if holiday else _away(person, slot)
        yield _judged(END_OF_DAY, slot, pauses, off=off, subject=member_id)


def _away(person: Person, slot: Slot) -> str:
    if not person.is_away(slot.instant):
        return ""
    return f"away: {person.away_reason}" if person.away_reason else "away"
