"""Work calendars: days of work and public holidays, and where a date goes that is neither."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

from bot.errors import UserError

_DAY = timedelta(days=1)
_WEEK_DAYS = 7
_NEAR = range(1, 4)  # days: farther than that the other side is nearer
_SOME = "DE, DE-BE, US-CA, GB, FR, IN, IL, BR"  # what a refusal names
_CACHED = 512  # years of countries, a few hundred bytes each


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """
    On which dates a team or a person works.

    Args:
        work_days: Days of work, 0 is Monday.
        country: ISO code of the country whose public holidays count, "DE" or "DE-BE"; "" for none.
    """

    work_days: tuple[int, ...] = (0, 1, 2, 3, 4)
    country: str = ""

    def holiday(self, day: date) -> str:
        """Return the name of the public holiday on a date, "" where there is none."""
        return holidays_of(self.country, day.year).get(day, "") if self.country else ""

    def why_off(self, day: date) -> str:
        """Return why nobody works on a date, "" where they do."""
        if day.weekday() not in self.work_days:
            return f"{day:%A} is no working day"
        return self.holiday(day)

    def place(self, day: date) -> tuple[date | None, str]:
        """
        Return the date on which something meant for `day` is done, and why not on that day.

        The next working day of the same week; for a weekday on which nobody ever works, and after
        which none is left, the nearest one: Thursday for a Friday, Tuesday for a Monday. None for
        a holiday after which no working day is left. A week begins with its first working day: for
        a team that works Sunday to Thursday, on Sunday.
        """
        why = self.why_off(day)
        if not why:
            return day, ""
        tried = list(self._later_in_week(day))
        if day.weekday() not in self.work_days:
            tried += [day + side * _DAY for near in _NEAR for side in (near, -near)]
        placed = next((each for each in tried if not self.why_off(each)), None)
        if placed is None:
            return None, f"{why}, and no working day of the week is left"
        return placed, f"moved from {day:%a} {day.day} {day:%b}: {why}"

    def _later_in_week(self, day: date) -> Iterator[date]:
        later = day + _DAY
        while later.weekday() != self._first_of_week:
            yield later
            later += _DAY

    @property
    def _first_of_week(self) -> int:
        """The weekday behind the longest rest; Monday where no rest is the longest."""
        days = sorted(set(self.work_days))
        if not days:
            return 0
        rests = {day: (day - days[n - 1] - 1) % _WEEK_DAYS for n, day in enumerate(days)}
        return max(days, key=lambda day: (rests[day], -day))


ALWAYS = WorkCalendar(work_days=tuple(range(_WEEK_DAYS)))


@lru_cache(maxsize=_CACHED)
def holidays_of(country: str, year: int) -> Mapping[date, str]:
    """
    Return the public holidays of a year by date, named in the country's own language.

    Args:
        country: ISO 3166 code, of a subdivision too: "DE", "DE-BE".

    Raises:
        UserError: no such country or subdivision is known.
    """
    # Its import takes a third of a second, and most commands ask for no holiday.
    import holidays  # noqa: PLC0415

    code, _, part = country.strip().upper().partition("-")
    try:
        language = getattr(holidays, code).default_language
        found = holidays.country_holidays(code, subdiv=part or None, years=year, language=language)
    except (AttributeError, NotImplementedError) as error:
        raise UserError(
            f"I know no public holidays of “{_plain(country)}”; write a code such as {_SOME}."
        ) from error
    return MappingProxyType(dict(found))


def _plain(typed: str) -> str:
    """Return what was typed without anything that could come alive in Slack."""
    return "".join(letter for letter in typed[:20] if letter.isalnum() or letter in "- ")
