"""
Durations as people write them, in a plan's cell and behind a command.

A day is 8 working hours and a week is 5 days, here and in the whole product. A month is no
amount of work anybody agrees on, so it is not read.
"""

import re
from decimal import Decimal

from bot.domain.plan import Duration

_HOUR_S = 3600
_UNIT_S = {
    "s": 1,
    "m": 60,
    "h": _HOUR_S,
    "d": 8 * _HOUR_S,
    "w": 5 * 8 * _HOUR_S,
}
MAX_HOURS = 10_000  # five working years: past it somebody slipped on a key

_NUMBER = r"[0-9]{1,12}(?:\.[0-9]{1,6})?"
_UNIT = r"(?P<unit>sec(?:ond)?s?|s|min(?:ute)?s?|m|h(?:ou)?rs?|h|days?|d|weeks?|wks?|w)"
_STATED = re.compile(
    rf"\s{{0,5}}(?:~|\u2248|<|about\b|approx\b\.?|approximately\b|est\b\.?|up to\b)?\s{{0,3}}"
    rf"(?P<low>{_NUMBER})(?:\s{{0,2}}(?:-|to\b)\s{{0,2}}(?P<high>{_NUMBER}))?"
    rf"\s{{0,2}}{_UNIT}(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_MORE = re.compile(
    rf"(?:,|\s|and){{0,4}}\s{{0,2}}(?P<low>{_NUMBER})\s{{0,2}}{_UNIT}(?![A-Za-z0-9])",
    re.IGNORECASE,
)
# Words that make an amount something else: a rest, a rate, a habit.
_NO_DURATION = re.compile(
    r"\b(?:remaining|left|ongoing|continuous|recurring|per|each|every|(?:bi-?)?weekly|daily"
    r"|monthly|quarterly)\b|/\s?(?:day|week|month|quarter|year|wk|mo)\b",
    re.IGNORECASE,
)
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))

_HOURS = re.compile(rf"(?P<hours>{_NUMBER})\s{{0,2}}(?:h|hrs?|hours?)?")
_HOURS_MINUTES = re.compile(
    r"(?P<hours>[0-9]{1,9})\s?(?:h|hrs?|hours?)\s{0,2}(?P<minutes>[0-5]?[0-9])\s?(?:m|min|minutes)?"
)
_ONE_UNIT = re.compile(rf"(?P<number>{_NUMBER})\s{{0,2}}{_UNIT}")
_COMMA = re.compile(r"[+-]?([0-9]{1,9}),([0-9]{1,6})\s{0,2}([a-z]{0,8})")
_HELP = "Write hours such as `6.5`, or `90m`, `1h30`, `2d` (a day is 8 hours)."


def parse_duration(text: str) -> Duration:
    """
    Return the planned duration in a plan's cell; its words are kept always.

    "4-6 hours" and "6 hours (c7i.8xlarge)" state an amount. "2.8 hours remaining", "Ongoing
    (2 hours/week)" and "TBD" state none: `low_s` and `high_s` are None.
    """
    said = text.translate(_DASHES)
    match = _STATED.match(said[:200])
    if not match or _NO_DURATION.search(said[:500]):
        return Duration(text)
    low = _seconds(match["low"], match["unit"])
    high = _seconds(match["high"], match["unit"]) if match["high"] else low
    if not match["high"] and (more := _MORE.match(said[:200], match.end())):
        low = high = low + _seconds(more["low"], more["unit"])
    return Duration(text, low, high) if low <= high <= MAX_HOURS * _HOUR_S else Duration(text)


def parse_hours(text: str) -> int:
    """
    Return the minutes of work a person typed: `6.5` (hours), `90m`, `1h30`, `2d`.

    Raises:
        ValueError: it is no amount above 0 and up to 10,000 hours; the message says what to do.
    """
    said = " ".join(text.lower().split())
    if comma := _COMMA.fullmatch(said):
        raise ValueError(
            f"I read decimals with a point. Did you mean `{comma[1]}.{comma[2]}{comma[3]}`?"
        )
    seconds = _typed_seconds(said)
    if seconds is None:
        raise ValueError(f"I can't read “{_short(text)}” as an amount of work. {_HELP}")
    if seconds > MAX_HOURS * _HOUR_S:
        raise ValueError(f"That is more than {MAX_HOURS:,} hours. {_HELP}")
    minutes = round(seconds / 60)
    if minutes < 1:
        raise ValueError(f"An amount of work is more than nothing. {_HELP}")
    return minutes


def _typed_seconds(said: str) -> Decimal | None:
    if match := _HOURS.fullmatch(said):
        return Decimal(match["hours"]) * _HOUR_S
    if match := _HOURS_MINUTES.fullmatch(said):
        return Decimal(match["hours"]) * _HOUR_S + Decimal(match["minutes"]) * 60
    if match := _ONE_UNIT.fullmatch(said):
        return Decimal(match["number"]) * _UNIT_S[match["unit"][0]]
    if re.fullmatch(rf"-\s?{_NUMBER}.{{0,10}}", said):
        return Decimal(0)
    return None


def _seconds(number: str, unit: str) -> int:
    return int((Decimal(number) * _UNIT_S[unit[0].lower()]).to_integral_value())


def _short(text: str, limit: int = 40) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= limit else one_line[: limit - 1] + "…"
