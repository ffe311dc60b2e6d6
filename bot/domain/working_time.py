"""
Allowances of time, counted on the clock or in a team's working time.

On the clock an allowance of n days is n times 24 hours. In working time each of its days is a
working day: what begins on Thursday at 14:00 and has one day ends on Friday at 14:00, with two on
Monday at 14:00 (the same wall time, whatever the zone's clocks do meanwhile). What begins outside
the hours of work begins when the next ones do: Friday 20:00 and one day is Tuesday 09:00. So the
"24 hours" of a triage are one working day and the "7 days" of a Level 2 are seven of them: working
time gives longer than the clock, never less.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.calendar import read_wall_time, read_zone, slot_instant
from bot.domain.team import Team
from bot.domain.workdays import WorkCalendar

_DAY = timedelta(days=1)
_LOOK_AHEAD = 400  # days: past it the team does not work at all
Window = tuple[datetime, datetime]  # from, until (UTC)


@dataclass(frozen=True)
class WorkingTime:
    """
    When a team works.

    Args:
        starts, ends: Wall times; an end that is not later than the start is on the next day.
        country: "DE" or "DE-BE"; "" for no public holidays.
    """

    zone: ZoneInfo
    days: frozenset[int]
    starts: time
    ends: time
    country: str = ""
    _windows: dict[date, Window | None] = field(default_factory=dict, repr=False, compare=False)

    def is_working_day(self, day: date) -> bool:
        """Whether the team works on a local date."""
        return not WorkCalendar(tuple(self.days), self.country).why_off(day)

    def window(self, day: date) -> Window | None:
        """Return the hours of work that begin on a local date, None where there are none."""
        if day not in self._windows:
            self._windows[day] = self._window(day) if self.is_working_day(day) else None
        return self._windows[day]

    def _window(self, day: date) -> Window | None:
        last = day if self.ends > self.starts else day + _DAY
        begin, end = (
            slot_instant(day, self.starts, self.zone),
            slot_instant(last, self.ends, self.zone),
        )
        return (begin, end) if begin and end and begin < end else None

    def windows(self, moment: datetime) -> Iterator[tuple[date, Window]]:
        """Yield the hours of work that are not over at a moment, with their local dates."""
        day = moment.astimezone(self.zone).date() - _DAY
        for offset in range(_LOOK_AHEAD):
            window = self.window(day + offset * _DAY)
            if window and window[1] > moment:
                yield day + offset * _DAY, window


def working_time_of(team: Team, zone: str) -> WorkingTime:
    """
    Return when a team works.

    Raises:
        UserError: a wall time or the zone can't be read.
    """
    return WorkingTime(
        zone=read_zone(zone),
        days=frozenset(team.work_days),
        starts=read_wall_time(team.work_from),
        ends=read_wall_time(team.work_to),
        country=team.country,
    )


def deadline(start: datetime, days: int, working: WorkingTime | None) -> datetime:
    """
    Return when an allowance of `days` days that begins at `start` is over (UTC).

    Args:
        working: Count in this working time; None counts on the clock, as does a team without any
            day of work.
    """
    plain = start.astimezone(UTC) + timedelta(days=days)
    if working is None:
        return plain
    first = next(working.windows(start), None)
    if first is None:
        return plain
    first_day, window = first
    begin = max(start, window[0]).astimezone(working.zone)
    crossed = begin.date() - first_day  # hours of work may go over midnight
    day = first_day
    for _ in range(days):
        after = next(working.windows(_noon_after(day, working)), None)
        if after is None:
            return plain
        day = after[0]
    found = slot_instant(day + crossed, begin.time().replace(tzinfo=None), working.zone)
    return found or plain


def _noon_after(day: date, working: WorkingTime) -> datetime:
    """Return a moment from which the windows of later days are looked for."""
    window = working.window(day)
    return window[1] if window else datetime.combine(day + _DAY, time(), UTC)


def part_of(start: datetime, end: datetime, part: float, working: WorkingTime | None) -> datetime:
    """Return when a part (0 to 1) of the time from start to end is over, counted alike (UTC)."""
    if working is None:
        return start + (end - start) * part
    pieces = []
    for _, (begins, ends) in working.windows(start):
        if begins >= end:
            break
        pieces.append((max(begins, start), min(ends, end)))
    left = sum((until - since for since, until in pieces), timedelta()) * part
    for since, until in pieces:
        if left <= until - since:
            return since + left
        left -= until - since
    return start + (end - start) * part
