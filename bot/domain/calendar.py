"""When a recurring job is due: wall times in real time zones, turned into instants."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from zoneinfo import ZoneInfo

from bot.errors import UserError

GAP_ASSESSMENT = "gap_assessment"  # the job of Monday morning
LATE_AFTER_S = 3600.0
_DAY = timedelta(days=1)
_WEEK = timedelta(weeks=1)
# The longest gap in use is two hours (Antarctica/Troll); a whole lost day is no gap but a date
# that does not exist.
_LONGEST_GAP_MINUTES = 180


class Weekday(IntEnum):
    """A day of the week, by name: cron's numbers mean different days in different programs."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """
    Once a week, on a weekday at a wall time.

    Args:
        job: Name of the job, such as "gap_digest".
        at: Wall time in `zone`.
        zone: IANA time zone, such as "Europe/Berlin"; read it with `read_zone` first.
    """

    job: str
    weekday: Weekday
    at: time
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """
    One due moment of a job.

    Args:
        key: "{job}:{local date}": moving the wall time or the zone on the day gives no second one.
        instant: When it is due (UTC).
        late_s: Seconds from `instant` to the moment it was looked for; 0 for one to come.
    """

    key: str
    instant: datetime
    local_date: date
    late_s: float = 0.0

    @property
    def is_late(self) -> bool:
        """Whether what it brings should say that it comes late."""
        return self.late_s > LATE_AFTER_S


def read_wall_time(text: str) -> time:
    """
    Return the wall time a person wrote as "HH:MM".

    Raises:
        UserError: it is no time of day.
    """
    hours, colon, minutes = text.strip().partition(":")
    if colon and hours.isdecimal() and minutes.isdecimal() and len(minutes) == len("00"):
        try:
            return time(int(hours), int(minutes))
        except ValueError:
            pass
    raise UserError(f'"{text[:20]}" is not a time of day; write it like 09:00.')


def read_zone(name: str) -> ZoneInfo:
    """
    Return the time zone of an IANA name.

    Raises:
        UserError: there is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise UserError(
            f'There is no time zone "{name[:60]}"; write one like Europe/Berlin.'
        ) from error


def slot_instant(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """
    Return the instant (UTC) of a wall time on a local date.

    Where clocks skip it: the first minute after the gap. Where they show it twice: the first
    time. None where the zone never had that date (the date line was moved).
    """
    naive = datetime.combine(day, at)
    for minute in range(_LONGEST_GAP_MINUTES + 1):
        wall = naive + timedelta(minutes=minute)
        instant = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None) == wall:
            return instant
    return None


def due_slots(schedule: Schedule, *, after: datetime, until: datetime) -> list[Slot]:
    """
    Return what is due in (after, until]: of several missed slots only the newest.

    Args:
        after: The newest slot handed over so far, or when the schedule was first seen.
        until: Now.
    """
    zone = read_zone(schedule.zone)
    latest_day = until.astimezone(zone).date() + _DAY
    earliest_day = after.astimezone(zone).date() - _DAY
    for day in _days(schedule, latest_day, -_WEEK):
        if day < earliest_day:
            break
        instant = slot_instant(day, schedule.at, zone)
        if instant is not None and after < instant <= until:
            late_s = (until - instant).total_seconds()
            return [_slot(schedule, day, instant, late_s=late_s)]
    return []


def next_slot(schedule: Schedule, *, after: datetime) -> Slot:
    """Return the first slot later than `after`."""
    return next(_coming(schedule, after))


def upcoming(schedule: Schedule, *, start: datetime, days: int) -> list[Slot]:
    """Return the slots of the `days` days from `start` on, `start` itself included."""
    end = start + timedelta(days=days)
    slots = []
    for slot in _coming(schedule, start - timedelta(microseconds=1)):
        if slot.instant >= end:
            break
        slots.append(slot)
    return slots


def _coming(schedule: Schedule, after: datetime) -> Iterator[Slot]:
    """Yield the slots later than `after`, without end."""
    zone = read_zone(schedule.zone)
    for day in _days(schedule, after.astimezone(zone).date() - _DAY, _WEEK):
        instant = slot_instant(day, schedule.at, zone)
        if instant is not None and instant > after:
            yield _slot(schedule, day, instant)


def _days(schedule: Schedule, start: date, step: timedelta) -> Iterator[date]:
    """Yield the schedule's weekday, from `start` on in the direction of `step`."""
    away = schedule.weekday - start.weekday()
    forward = step > timedelta(0)
    day = start + timedelta(days=away % 7 if forward else -(-away % 7))
    while True:
        yield day
        day += step


def _slot(schedule: Schedule, day: date, instant: datetime, *, late_s: float = 0.0) -> Slot:
    return Slot(key=f"{schedule.job}:{day}", instant=instant, local_date=day, late_s=late_s)
