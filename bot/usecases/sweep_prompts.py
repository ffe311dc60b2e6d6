"""Ask everybody at their own time how the day was, and account for every day."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypeVar

from bot.domain.cadences import END_OF_DAY
from bot.domain.calendar import Slot, next_slot, read_zone, slot_instant
from bot.domain.own_time import OwnTime, by_own_time, due_prompts, passed_prompts
from bot.domain.people import Person
from bot.domain.plan import Member, Stage
from bot.domain.runs import Run
from bot.domain.team import Pause
from bot.ports import PlanDatabase, PlanReader
from bot.usecases.end_of_day import DuePrompt, settle_prompts, stages_by_owner
from bot.usecases.remind_pauses import forgotten_pauses, remind_of_pauses
from bot.usecases.sweep_calendar import since

ACCOUNTED = timedelta(days=31)  # what was missed before that is nobody's question any more
LOOK_AGAIN = timedelta(minutes=5)  # who moves their hour is heard within this
MOVED_PAST = "moved to an hour already past"
CAME_LATER = "due only after its hour had passed"
_REMEMBERED_DAYS = 15
# A date's moment by the old hour and zone and by the new ones are this far apart at most.
_MOVED_AT_MOST = timedelta(days=5)
# In one transaction: others who write wait for it, some hundredths of a second.
_AT_ONCE = 100

Each = TypeVar("Each")


@dataclass(frozen=True, slots=True)
class _Due:
    """
    What is due, the oldest first.

    Args:
        until: The newest due moment; None where nothing is due.
        following: When anybody is asked next.
    """

    prompts: tuple[DuePrompt, ...]
    pauses: tuple[Pause, ...]
    until: datetime | None
    following: datetime | None = None


def sweep_prompts(db: PlanDatabase, workspace_id: str, now: datetime) -> datetime:
    """
    Decide about every end-of-day prompt that became due since the last sweep.

    Returns when to look again: reading everybody's settings every two seconds would be too much.

    Asked are those who own a stage, and those who chose an hour for themselves. The ledger's key
    is the person's own date: neither a second replica, nor a clock set back, nor another zone
    doubles a prompt. The cursor moves to the newest due moment once all of it is decided.
    """
    name = f"{workspace_id}:{END_OF_DAY}"
    reached = db.cursor(name)
    if reached is None:
        db.move_cursor(name, now)
        return now + timedelta(minutes=1)
    after = max(since(reached, now), now - ACCOUNTED)
    with db.reading(workspace_id) as plan:
        due = _due(plan, after, now)
        forgotten = forgotten_pauses(plan, due.pauses, now)
    for some in _parts(due.prompts, _AT_ONCE):
        with db.changing(workspace_id) as writer:
            settle_prompts(writer, some, due.pauses, now)
    if due.until is not None:
        db.move_cursor(name, due.until)
    if forgotten:
        with db.changing(workspace_id) as writer:
            remind_of_pauses(writer, forgotten, now)
    return min(due.following or now + LOOK_AGAIN, now + LOOK_AGAIN)


def _due(plan: PlanReader, after: datetime, now: datetime) -> _Due:
    team, people, members = plan.team(), plan.people(), plan.members()
    groups = by_own_time(members, people, team, plan.workspace)
    asked = _Asked(groups, people, stages_by_owner(plan.stages(), members))
    slots = list(due_prompts(groups, after=after, until=now))
    found = (*_moved_past(plan, asked, after), *asked.prompts(slots))
    pauses = tuple(plan.pauses())
    coming = (slot for own in groups if (slot := next_slot(own.schedule, after=now)))
    following = min((slot.instant for slot in coming), default=None)
    return _Due(found, pauses, slots[-1][1].instant if slots else None, following)


@dataclass(frozen=True)
class _Asked:
    """Everybody who is asked how the day was, by their own time."""

    groups: Mapping[OwnTime, list[Member]]
    people: Mapping[str, Person]
    owned: Mapping[str, list[Stage]]

    def prompts(self, slots: Iterable[tuple[OwnTime, Slot]]) -> Iterator[DuePrompt]:
        nobody = Person(key="")
        for own, slot in slots:
            for member in self.groups[own]:
                person = self.people.get(member.id, nobody)
                stages = tuple(self.owned.get(member.id, ()))
                if stages or person.prompt_at:
                    yield DuePrompt(member=member, person=person, own=own, slot=slot, stages=stages)


def _moved_past(plan: PlanReader, asked: _Asked, by: datetime) -> list[DuePrompt]:
    """
    Return the prompts whose moment lies before `by` though they were not decided by then.

    Somebody's hour or zone was moved across it: then they are asked, late. Or they became due
    for that day only after its hour, by a stage of theirs, say: then the day has its row, and
    they are asked from the next on. Nobody who was never asked before has any.
    """
    done = plan.decided(END_OF_DAY, since=by - _MOVED_AT_MOST)
    left = [
        each
        for each in asked.prompts(passed_prompts(asked.groups, by=by))
        if (each.member.id, each.day) not in done
    ]
    runs = _runs_before(plan, left)
    found = []
    for each in left:
        run, slot = runs.get((each.member.id, each.day)), each.slot
        if run is not None and _is_moved(run, each.own):
            found.append(replace(each, slot=replace(slot, reason=MOVED_PAST)))
        elif run is not None and slot.local_date >= by.astimezone(read_zone(each.own.zone)).date():
            found.append(replace(each, slot=replace(slot, reason=CAME_LATER, is_off=True)))
    return found


def _runs_before(plan: PlanReader, prompts: Sequence[DuePrompt]) -> dict[tuple[str, str], Run]:
    """Return the newest run of some days before each prompt, by member and the prompt's day."""
    ids = {each.member.id for each in prompts}
    days = {
        (each.slot.local_date - timedelta(days=back)).isoformat()
        for each in prompts
        for back in range(1, _REMEMBERED_DAYS)
    }
    runs: defaultdict[str, list[Run]] = defaultdict(list)
    for run in sorted(plan.runs_of(END_OF_DAY, ids, days), key=lambda run: run.local_date):
        runs[run.subject].append(run)
    return {
        (each.member.id, each.day): run
        for each in prompts
        for run in runs[each.member.id]
        if run.local_date < each.day
    }


def _is_moved(run: Run, own: OwnTime) -> bool:
    schedule = own.schedule
    day = date.fromisoformat(run.local_date)
    return run.due_at != slot_instant(day, schedule.at, read_zone(schedule.zone))


def _parts(items: Sequence[Each], size: int) -> Iterator[Sequence[Each]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
