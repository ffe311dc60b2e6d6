"""Ask everybody at their own time how the day was, and account for every day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from bot.domain.cadences import END_OF_DAY
from bot.domain.calendar import next_slot
from bot.domain.own_time import by_own_time, due_prompts
from bot.domain.people import Person
from bot.domain.team import Pause
from bot.ports import PlanDatabase, PlanReader
from bot.usecases.end_of_day import DuePrompt, settle_prompts, stages_by_owner
from bot.usecases.remind_pauses import forgotten_pauses, remind_of_pauses
from bot.usecases.sweep_calendar import since

ACCOUNTED = timedelta(days=31)  # what was missed before that is nobody's question any more
LOOK_AGAIN = timedelta(minutes=5)  # who moves their hour is heard within this
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
    slots = list(due_prompts(groups, after=after, until=now))
    pauses = tuple(plan.pauses())
    coming = (slot for own in groups if (slot := next_slot(own.schedule, after=now)))
    following = min((slot.instant for slot in coming), default=None)
    if not slots:
        return _Due((), pauses, None, following)
    owned = stages_by_owner(plan.stages(), members)
    nobody = Person(key="")
    found = tuple(
        DuePrompt(
            member=member,
            person=people.get(member.id, nobody),
            own=own,
            slot=slot,
            stages=tuple(owned.get(member.id, ())),
        )
        for own, slot in slots
        for member in groups[own]
        if member.id in owned or people.get(member.id, nobody).prompt_at
    )
    return _Due(found, pauses, slots[-1][1].instant, following)


def _parts(items: Sequence[Each], size: int) -> Iterator[Sequence[Each]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
