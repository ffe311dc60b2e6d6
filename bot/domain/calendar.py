"""When a recurring job is due: wall times in real time zones, turned into instants."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.recurrences import Recurrence
from bot.domain.workdays import ALWAYS, WorkCalendar
from bot.errors import UserError

LATE_AFTER_S = 3600.0
_DAY = timedelta(days=1)
_LONGEST_MOVE = timedelta(days=7)  # to a later day, or to an earlier one
_HORIZON = timedelta(days=800)  # nothing recurs more seldom than that
# The longest gap in use is two hours (Antarctica/Troll); a whole lost day is no gap but a date
# that does not exist.
_LONGEST_GAP_MINUTES = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """
    A job that recurs at a wall time.

    Args:
        job: Name of the job, such as "gap_assessment".
        recurrence: The dates it is meant for.
        at: Wall time in `zone`.
        zone: IANA time zone, such as "Europe/Berlin"; read it with `read_zone` first.
        calendar: Moves a run away from a date on which nobody works.
    """

    job: str
    recurrence: Recurrence
    at: time
    zone: str
    calendar: WorkCalendar = ALWAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """
    One due moment of a job.

    Args:
        key: "{job}:{local date}": moving the wall time or the zone on the day gives no second one.
        instant: When it is due (UTC).
        local_date: The date it is meant for, also where a holiday moved it to another.
        late_s: Seconds from `instant` to the moment it was looked for; 0 for one to come.
        reason: Why it was moved, or why it does not take place.
        is_off: It does not take place: no working day of its week is left, say.
    """

    key: str
    instant: datetime
    local_date: date
    late_s: float = 0.0
    reason: str = ""
    is_off: bool = False


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


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the first moment (UTC) of a local date; of the next one where it never was."""
    days = (day + later * _DAY for later in range(3))
    return next(found for each in days if (found := slot_instant(each, time(0), zone)))


def due_slots(schedule: Schedule, *, after: datetime, until: datetime) -> list[Slot]:
    """
    Return what is due in (after, until], the oldest first.

    Args:
        after: The newest slot handed over so far, or when the schedule was first seen.
        until: Now.
    """
    zone = read_zone(schedule.zone)
    day = after.astimezone(zone).date() - _look_around(schedule)
    last = until.astimezone(zone).date() + max(_DAY, _look_around(schedule))
    found = []
    while day <= last:
        slot = _slot(schedule, day, zone, until) if schedule.recurrence.falls_on(day) else None
        if slot is not None and after < slot.instant <= until:
            found.append(slot)
        day += _DAY
    return found


def coming(schedule: Schedule, *, after: datetime) -> Iterator[Slot]:
    """Yield the slots later than `after`, for about two years."""
    zone = read_zone(schedule.zone)
    first = day = after.astimezone(zone).date() - _look_around(schedule)
    while day - first < _HORIZON:
        slot = _slot(schedule, day, zone) if schedule.recurrence.falls_on(day) else None
        if slot is not None and slot.instant > after:
            yield slot
        day += _DAY


def next_slot(schedule: Schedule, *, after: datetime) -> Slot | None:
    """Return the first slot later than `after`; None where there is none for two years."""
    return next(coming(schedule, after=after), None)


def upcoming(schedule: Schedule, *, start: datetime, days: int) -> list[Slot]:
    """Return the slots of the `days` days from `start` on, `start` itself included."""
    end = start + timedelta(days=days)
    slots = []
    for slot in coming(schedule, after=start - timedelta(microseconds=1)):
        if slot.instant >= end:
            break
        slots.append(slot)
    return slots


def _look_around(schedule: Schedule) -> timedelta:
    """Return how far from its moment the date may be that a run is meant for."""
    return _DAY if schedule.calendar == ALWAYS else _LONGEST_MOVE


def _slot(
    schedule: Schedule, day: date, zone: ZoneInfo, now: datetime | None = None
) -> Slot | None:
    """Return the slot meant for a date; None where the zone never had that date."""
    meant = slot_instant(day, schedule.at, zone)
    if meant is None:
        return None
    placed, reason = schedule.calendar.place(day)
    instant: datetime | None = meant
    if placed != day:
        instant = slot_instant(placed, schedule.at, zone) if placed else None
    return Slot(
        key=f"{schedule.job}:{day}",
        instant=instant or meant,
        local_date=day,
        late_s=max(0.0, (now - (instant or meant)).total_seconds()) if now else 0.0,
        reason=reason,
        is_off=instant is None,
    )
