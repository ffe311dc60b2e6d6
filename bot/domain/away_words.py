"""Days as people type them: "until Wednesday", "3 days", "2026-12-24 to 2027-01-02"."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from rapidfuzz import fuzz, process

from bot.errors import UserError

EXAMPLES = (
    "`until Wednesday`, `3 days`, `tomorrow`, `next week`, `2026-12-24 to 2027-01-02`,"
    " `until further notice`"
)
MOST_DAYS = 400  # longer than that is a typing error, or `until further notice`
_LAST_YEAR = 2200  # the calendar's own end leaves no day behind it to be back on
_DAY = timedelta(days=1)
_WEEK = timedelta(weeks=1)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december"),
)
_NUMBERS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
_FOR = re.compile(r"(?:for\s+)?(\d{1,3}|[a-z]+)\s+(day|week)s?\b", re.IGNORECASE)
_ISO = re.compile(r"\d{4}-\d{1,2}-\d{1,2}\b")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})?(?!\d)")
_DAY_MONTH = re.compile(r"(\d{1,2})\.?\s+([a-z]{3,9})(?:\s+(\d{4}))?\b", re.IGNORECASE)
_MONTH_DAY = re.compile(r"([a-z]{3,9})\s+(\d{1,2})(?:,?\s+(\d{4}))?\b", re.IGNORECASE)
_WORD = re.compile(r"[^\s,.;]+")
_LIKE_A_DAY = 80  # of 100: "wensday" is 88 to "wednesday"


@dataclass(frozen=True, slots=True)
class DaysOff:
    """
    Days on which somebody, or something, is off.

    Args:
        first: First day off; None for right now.
        back: First day that is none any more; None until further notice.
        reason: The words behind the days, "" where there are none.
    """

    first: date | None
    back: date | None
    reason: str = ""


def read_days(typed: str, today: date) -> DaysOff:
    """
    Return the days that somebody typed, and the reason behind them.

    "until Wednesday" ends when Wednesday begins; a day alone, or the second of "A to B", is off.

    Args:
        today: The date where whoever is meant is.

    Raises:
        UserError: no day can be read, or the days are over or in the wrong order.
    """
    text = " ".join(typed.split())
    for read in (_further_notice, _until, _for_days, _next_week, _range):
        found = read(text, today)
        if found is not None:
            return _checked(found, today)
    raise UserError(f"I can't read those days{_guess(text)}. Write {EXAMPLES}.")


def _further_notice(text: str, today: date) -> DaysOff | None:  # noqa: ARG001 - one shape for all
    match = re.match(r"until further notice\b", text, re.IGNORECASE)
    return DaysOff(None, None, _reason(text[match.end() :])) if match else None


def _until(text: str, today: date) -> DaysOff | None:
    match = re.match(r"(?:until|till|til)\s+(?:on\s+)?", text, re.IGNORECASE)
    if not match:
        return None
    week = re.match(r"next\s+week\b", text[match.end() :], re.IGNORECASE)
    if week:
        back = today - timedelta(days=today.weekday()) + _WEEK
        return DaysOff(None, back, _reason(text[match.end() + week.end() :]))
    day, rest = _read_day(text[match.end() :], today)
    return DaysOff(None, day, _reason(rest))


def _for_days(text: str, today: date) -> DaysOff | None:
    match = _FOR.match(text)
    if not match:
        return None
    word = match[1].lower()
    number = int(word) if word.isdecimal() else _NUMBERS.get(word, 0)
    days = number * (7 if match[2].lower() == "week" else 1)
    return DaysOff(None, today + days * _DAY, _reason(text[match.end() :])) if days else None


def _next_week(text: str, today: date) -> DaysOff | None:
    match = re.match(r"next\s+week\b", text, re.IGNORECASE)
    if not match:
        return None
    monday = today - timedelta(days=today.weekday()) + _WEEK
    return DaysOff(monday, monday + _WEEK, _reason(text[match.end() :]))


def _range(text: str, today: date) -> DaysOff | None:
    text = re.sub(r"^(?:from|on)\s+", "", text, flags=re.IGNORECASE)
    try:
        first, rest = _read_day(text, today)
    except UserError:
        if re.search(r"\s(?:to|until|-|–)\s", text):  # noqa: RUF001 - what people type
            raise
        return None
    match = re.match(r"\s*(?:to|until|till|-|–)\s*(?=\S)", rest, re.IGNORECASE)  # noqa: RUF001
    if not match:
        return DaysOff(first, first + _DAY, _reason(rest))
    last, rest = _read_day(rest[match.end() :], max(first, today))
    return DaysOff(first, last + _DAY, _reason(rest))


def _read_day(text: str, today: date) -> tuple[date, str]:
    """Return the day that a text begins with, the next of that name, and the rest of the text."""
    if match := _ISO.match(text):
        return _date(*(int(part) for part in match[0].split("-"))), text[match.end() :]
    if match := _DOTTED.match(text):
        day = _in_year(int(match[1]), int(match[2]), match[3], today)
        return day, text[match.end() :]
    for pattern, day_at, month_at in ((_DAY_MONTH, 1, 2), (_MONTH_DAY, 2, 1)):
        match = pattern.match(text)
        month = _named(match[month_at], _MONTHS) if match else None
        if match and month is not None:
            day = _in_year(int(match[day_at]), month + 1, match[3], today)
            return day, text[match.end() :]
    match = _WORD.match(text)
    word = match[0].lower() if match else ""
    rest = text[match.end() :] if match else ""
    if word in {"today", "tomorrow"}:
        return today + (_DAY if word == "tomorrow" else timedelta(0)), rest
    if word == "next" and (following := _WORD.match(rest.lstrip())):
        weekday = _named(following[0], _WEEKDAYS)
        if weekday is not None:
            monday = today - timedelta(days=today.weekday()) + _WEEK
            return monday + weekday * _DAY, rest.lstrip()[following.end() :]
    weekday = _named(word, _WEEKDAYS)
    if weekday is None:
        raise UserError(f"I can't read the day{_guess(text)}. Write {EXAMPLES}.")
    return today + ((weekday - today.weekday() - 1) % 7 + 1) * _DAY, rest


def _named(word: str, names: tuple[str, ...]) -> int | None:
    """Return which of the names a word, or its first three letters or more, is."""
    low = word.lower().rstrip(".")
    if len(low) < len("mon"):
        return None
    return next((n for n, name in enumerate(names) if name.startswith(low)), None)


def _in_year(day: int, month: int, year: str | None, today: date) -> date:
    if year:
        return _date(int(year), month, day)
    found = _date(today.year, month, day)
    return found if found >= today else _date(today.year + 1, month, day)


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day) if year <= _LAST_YEAR else date(_LAST_YEAR, 1, 1)
    except ValueError as error:
        raise UserError(
            f"There is no {year:04d}-{month:02d}-{day:02d}. Write {EXAMPLES}."
        ) from error


def _checked(days: DaysOff, today: date) -> DaysOff:
    first = days.first or today
    if days.back is not None and days.back <= first:
        raise UserError(
            f"{days.back - _DAY} is before {first}." if days.first else f"{days.back} has begun."
        )
    if days.back is not None and days.back <= today:
        raise UserError(f"{days.back - _DAY} is over. Write {EXAMPLES}.")
    if days.back is not None and (days.back - today).days > MOST_DAYS:
        raise UserError(
            f"{days.back} is more than {MOST_DAYS} days away; write `until further notice`"
            " if you mean that."
        )
    return days


def _reason(rest: str) -> str:
    return rest.strip(" ,.;:—–-")[:300]  # noqa: RUF001 - what people put between


def _guess(text: str) -> str:
    """Return "(did you mean “wednesday”?)" where a word looks like a day's name."""
    known = (*_WEEKDAYS, "today", "tomorrow", "until")
    for word in text.lower().split()[:3]:
        near = process.extractOne(word, known, scorer=fuzz.ratio)
        if _LIKE_A_DAY <= near[1] < 100:  # noqa: PLR2004 - the word itself is no guess
            return f" (did you mean “{near[0]}”?)"
    return ""
