"""When somebody may be written to: not in their quiet hours, nor on a day off or a holiday."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.domain.calendar import read_wall_time, read_zone, slot_instant
from bot.domain.people import Person
from bot.domain.plan import Member, Workspace
from bot.domain.team import Team
from bot.errors import UserError

_LOOK_AHEAD_DAYS = 60  # no country has so many days off in a row
_MIDNIGHT = time(0)
_DAY = timedelta(days=1)


def zone_of(person: Person, member: Member | None, workspace: Workspace) -> ZoneInfo:
    """Return the zone somebody lives in: as they say, else Slack, else the workspace's."""
    for name in (person.zone, member.zone if member else None, workspace.zone):
        if name:
            try:
                return read_zone(name)
            except UserError:
                continue  # a zone that this machine's tables do not have
    return ZoneInfo("UTC")


def next_open_moment(
    person: Person, team: Team, member: Member | None, workspace: Workspace, now: datetime
) -> datetime:
    """
    Return the first moment from `now` on at which a person may be prompted (UTC).

    What a person did not say is as the team has it. Absences are not looked at. `now` itself
    where no moment of the next two months is open, for then the settings make no sense.
    """
    zone = zone_of(person, member, workspace)
    first = now.astimezone(zone).date()
    for number in range(_LOOK_AHEAD_DAYS):
        day = first + number * _DAY
        if not is_day_off(day, person, team):
            for opens, closes in _open_hours(day, person, team, zone):
                if max(now, opens) < closes:
                    return max(now, opens)
    return now


def is_day_off(day: date, person: Person, team: Team) -> bool:
    """Whether a local date is none of a person's days of work, or a public holiday of theirs."""
    days = team.work_days if person.work_days is None else person.work_days
    country = team.country if person.country is None else person.country
    return (bool(days) and day.weekday() not in days) or day in _holidays(country, day.year)


def _open_hours(
    day: date, person: Person, team: Team, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    """Yield the open stretches of a local date, earliest first (UTC)."""
    quiet_from = _wall(person.quiet_from, team.quiet_from)
    quiet_to = _wall(person.quiet_to, team.quiet_to)
    start, end = _instant(day, _MIDNIGHT, zone), _instant(day + _DAY, _MIDNIGHT, zone)
    begins, ends = _instant(day, quiet_from, zone), _instant(day, quiet_to, zone)
    if quiet_from == quiet_to:
        yield start, end
    elif quiet_from > quiet_to:
        yield ends, begins
    else:
        yield start, begins
        yield ends, end


def _wall(own: str | None, team: str) -> time:
    return read_wall_time(team if own is None else own)


def _instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    found = slot_instant(day, wall, zone)
    # A date that the zone never had: what comes of it is as good as any other moment near it.
    return found or datetime.combine(day, wall, tzinfo=UTC)


@lru_cache(maxsize=512)
def _holidays(country: str, year: int) -> frozenset[date]:
    if not country:
        return frozenset()
    import holidays  # noqa: PLC0415 - a tenth of a second that only teams with a country need

    code, _, part = country.partition("-")
    try:
        return frozenset(holidays.country_holidays(code, subdiv=part or None, years=year))
    except NotImplementedError:  # a country or part of one that the library does not know
        return frozenset()
