"""Quiet hours: until when nothing is sent to a person who did not ask."""

from datetime import datetime, time, timedelta

from bot.domain.calendar import read_wall_time, slot_instant
from bot.domain.own_time import zone_of
from bot.domain.people import Person
from bot.domain.plan import Member, Workspace
from bot.domain.team import Team

_DAY = timedelta(days=1)
_MOST_DAYS = 3  # a zone may skip one date


def next_open_moment(
    person: Person, team: Team, member: Member | None, workspace: Workspace, now: datetime
) -> datetime:
    """
    Return the first moment from `now` on that is in no quiet hours of a person.

    Their own hours count before the team's, in their own zone. From and to at the same wall time
    are no quiet hours. Where clocks show the end twice, the first time ends them; where they skip
    it, the first minute after the gap does.
    """
    start, end = _hours(person, team)
    zone = zone_of(person, member, workspace)
    wall = now.astimezone(zone)
    if start is None or end is None or not _is_within(wall.time(), start, end):
        return now
    day = wall.date() + (_DAY if start > end and wall.time() >= start else timedelta(0))
    for later in range(_MOST_DAYS):
        opens = slot_instant(day + later * _DAY, end, zone)
        if opens is not None:
            return max(opens, now)
    return now


def _hours(person: Person, team: Team) -> tuple[time | None, time | None]:
    start = team.quiet_from if person.quiet_from is None else person.quiet_from
    end = team.quiet_to if person.quiet_to is None else person.quiet_to
    if not start or not end:
        return None, None
    return read_wall_time(start), read_wall_time(end)


def _is_within(wall: time, start: time, end: time) -> bool:
    if start <= end:
        return start <= wall < end
    return wall >= start or wall < end
