"""A person's own time: zone, days of work, holidays, and the hour of their daily prompt."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from bot.domain.cadences import END_OF_DAY
from bot.domain.calendar import Schedule, Slot, due_slots, next_slot, read_wall_time, read_zone
from bot.domain.people import Person
from bot.domain.plan import Member, Workspace
from bot.domain.recurrences import WorkingDays
from bot.domain.team import Team
from bot.domain.workdays import WorkCalendar
from bot.errors import UserError

# Nowhere on earth is it an earlier date than in the zone twelve hours west of UTC, and 26 hours
# east of that it was the same date a day and two hours before: the longest a date takes to pass.
_FARTHEST_WEST = timedelta(hours=12)
_A_DATE_PASSES_IN = timedelta(hours=50)


@dataclass(frozen=True, slots=True)
class OwnTime:
    """
    When somebody is asked how the day was; many people share one.

    Args:
        zone: IANA time zone.
        at: Wall time "HH:MM".
    """

    zone: str
    at: str
    work_days: tuple[int, ...]
    country: str

    @property
    def calendar(self) -> WorkCalendar:
        """On which days they work."""
        return WorkCalendar(self.work_days, self.country)

    @property
    def schedule(self) -> Schedule:
        """Every day of work; a holiday is skipped, not moved, so that its reason is known."""
        return Schedule(
            job=END_OF_DAY,
            recurrence=WorkingDays(self.work_days),
            at=read_wall_time(self.at),
            zone=self.zone,
        )


@cache
def _known_zone(name: str | None) -> ZoneInfo | None:
    try:
        return read_zone(name) if name else None
    except UserError:
        return None


def zone_of(person: Person, member: Member | None, workspace: Workspace) -> ZoneInfo:
    """Return a person's zone: as they said, else as Slack has it, else the workspace's."""
    names = (person.zone, member.zone if member else None, workspace.zone)
    return next((zone for name in names if (zone := _known_zone(name))), ZoneInfo("UTC"))


def work_calendar_of(person: Person, team: Team) -> WorkCalendar:
    """Return on which days a person works: what they said, else what the team has."""
    return WorkCalendar(
        team.work_days if person.work_days is None else person.work_days,
        team.country if person.country is None else person.country,
    )


def own_time(person: Person, member: Member, team: Team, workspace: Workspace) -> OwnTime | None:
    """Return when somebody is asked; None where they are never."""
    at = team.prompt_at if person.prompt_at is None else person.prompt_at
    if not at:
        return None
    calendar = work_calendar_of(person, team)
    zone = zone_of(person, member, workspace).key
    return OwnTime(zone, at, calendar.work_days, calendar.country)


def by_own_time(
    members: Iterable[Member], people: Mapping[str, Person], team: Team, workspace: Workspace
) -> dict[OwnTime, list[Member]]:
    """Return everybody who is asked at all, together with those who share their time."""
    groups: dict[OwnTime, list[Member]] = {}
    nobody = Person(key="")
    for member in members:
        if not member.is_here:
            continue
        own = own_time(people.get(member.id, nobody), member, team, workspace)
        if own is not None:
            groups.setdefault(own, []).append(member)
    return groups


def due_prompts(
    groups: Mapping[OwnTime, list[Member]], *, after: datetime, until: datetime
) -> Iterator[tuple[OwnTime, Slot]]:
    """Yield what is due in (after, until], the oldest first, once for each group."""
    due = [
        (own, slot) for own in groups for slot in due_slots(own.schedule, after=after, until=until)
    ]
    yield from sorted(due, key=lambda pair: pair[1].instant)


def passed_prompts(
    groups: Mapping[OwnTime, list[Member]], *, by: datetime
) -> Iterator[tuple[OwnTime, Slot]]:
    """
    Yield the due moments up to `by` of those dates that were still going on somewhere then.

    Who moves their hour or zone across a moment that others were asked at has it among these.
    """
    oldest = (by - _FARTHEST_WEST).date()
    for own, slot in due_prompts(groups, after=by - _A_DATE_PASSES_IN, until=by):
        if slot.local_date >= oldest:
            yield own, slot


def next_prompts(groups: Mapping[OwnTime, list[Member]], *, after: datetime) -> dict[str, Slot]:
    """Return everybody's next due moment by Slack id, worked out once for each group."""
    return {
        member.id: slot
        for own, members in groups.items()
        if (slot := next_slot(own.schedule, after=after))
        for member in members
    }
