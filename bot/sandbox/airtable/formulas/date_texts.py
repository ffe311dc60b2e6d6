"""Dates written and read by a format, in the tokens of moment.js (https://momentjs.com/docs)."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from bot.sandbox.airtable.formulas.values import FaultError

ISO_FORMAT = "YYYY-MM-DDTHH:mm:ss[Z]"

_MONTHS = [
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
]
_DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
_MARK_OF_TIME = "T"  # the one letter that may stand for itself, as in ISO
_NOON = 12
_CENTURY = 2000
_PIVOT = 68  # moment.js takes 68 for 2068 and 69 for 1969
_SHORT_YEARS = 100
_LOCALIZED = re.compile(r"\[[^\]]*\]|\bL\b")
_TOKEN = re.compile(
    r"\[[^\]]*\]|YYYY|YY|Q|MMMM|MMM|MM|M|DD|Do|D|dddd|ddd|HH|H|hh|h|mm|m|ss|s|SSS|A|a|ZZ|Z|X|x|.",
    re.DOTALL,
)


def _ordinal(day: int) -> str:
    teen = day // 10 == 1
    return f"{day}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"


def _weekday(moment: datetime) -> str:
    return _DAYS[moment.isoweekday() % 7]


def _half(moment: datetime) -> str:
    return "AM" if moment.hour < _NOON else "PM"


_WRITERS: dict[str, Callable[[datetime], str]] = {
    "YYYY": lambda moment: f"{moment.year:04}",
    "YY": lambda moment: f"{moment.year % 100:02}",
    "Q": lambda moment: str((moment.month + 2) // 3),
    "MMMM": lambda moment: _MONTHS[moment.month - 1],
    "MMM": lambda moment: _MONTHS[moment.month - 1][:3],
    "MM": lambda moment: f"{moment.month:02}",
    "M": lambda moment: str(moment.month),
    "DD": lambda moment: f"{moment.day:02}",
    "Do": lambda moment: _ordinal(moment.day),
    "D": lambda moment: str(moment.day),
    "dddd": _weekday,
    "ddd": lambda moment: _weekday(moment)[:3],
    "HH": lambda moment: f"{moment.hour:02}",
    "H": lambda moment: str(moment.hour),
    "hh": lambda moment: f"{moment.hour % 12 or 12:02}",
    "h": lambda moment: str(moment.hour % 12 or 12),
    "mm": lambda moment: f"{moment.minute:02}",
    "m": lambda moment: str(moment.minute),
    "ss": lambda moment: f"{moment.second:02}",
    "s": lambda moment: str(moment.second),
    "SSS": lambda moment: f"{moment.microsecond // 1000:03}",
    "A": _half,
    "a": lambda moment: _half(moment).lower(),
    "Z": lambda _: "+00:00",
    "ZZ": lambda _: "+0000",
    "X": lambda moment: str(int(moment.timestamp())),
    "x": lambda moment: str(int(moment.timestamp() * 1000)),
}
_ONE_OR_TWO = r"(\d{1,2})"
_READERS = {
    "YYYY": r"(\d{4})",
    "YY": r"(\d{2})",
    "MMMM": rf"({'|'.join(_MONTHS)})",
    "MMM": rf"({'|'.join(month[:3] for month in _MONTHS)})",
    **dict.fromkeys(["MM", "M", "DD", "D", "HH", "H", "hh", "h", "mm", "m"], _ONE_OR_TWO),
    **dict.fromkeys(["ss", "s"], _ONE_OR_TWO),
    "SSS": r"(\d{3})",
    **dict.fromkeys(["A", "a"], "(am|pm)"),
}


def written(moment: datetime, form: str) -> str:
    """
    Return the date as the format says.

    Raises:
        FaultError: The format holds a letter that stands for nothing here.
    """
    return "".join(
        _WRITERS[token](moment) if token in _WRITERS else _literal(token) for token in _tokens(form)
    )


def read(text: str, form: str) -> datetime:
    """
    Return the date a text names when it is read by the format; what is left out is the least.

    Raises:
        FaultError: The text does not fit the format, or names no date.
    """
    found = _tokens(form)
    names = [token for token in found if token in _READERS]
    if len({name[0] for name in names}) != len(names):
        raise FaultError
    pattern = "".join(_READERS.get(token) or re.escape(_literal(token)) for token in found)
    match = re.fullmatch(pattern, text, re.IGNORECASE | re.ASCII)
    if match is None:
        raise FaultError
    return _date(dict(zip(names, match.groups(), strict=True)))


def _tokens(form: str) -> list[str]:
    spelt = _LOCALIZED.sub(lambda found: "MM/DD/YYYY" if found[0] == "L" else found[0], form)
    return _TOKEN.findall(spelt)


def _literal(token: str) -> str:
    if len(token) > 1 and token.startswith("["):
        return token[1:-1]
    if token in _WRITERS or (token.isalpha() and token != _MARK_OF_TIME):
        raise FaultError
    return token


def _date(parts: dict[str, str]) -> datetime:
    month = parts.get("MMMM") or parts.get("MMM")
    return datetime(
        _year(parts),
        _month_named(month) if month else _part(parts, "M", 1),
        _part(parts, "D", 1),
        _hour(parts),
        _part(parts, "m", 0),
        _part(parts, "s", 0),
        int(parts.get("SSS", "0")) * 1000,
        tzinfo=UTC,
    )


def _part(parts: dict[str, str], name: str, otherwise: int) -> int:
    return int(parts.get(name) or parts.get(name * 2) or otherwise)


def _year(parts: dict[str, str]) -> int:
    year = _part(parts, "YY", 0)
    if not year and "YY" not in parts:
        raise FaultError
    if "YYYY" in parts:
        return year
    return _CENTURY + year if year <= _PIVOT else _CENTURY - _SHORT_YEARS + year


def _month_named(name: str) -> int:
    return 1 + [month[:3].lower() for month in _MONTHS].index(name[:3].lower())


def _hour(parts: dict[str, str]) -> int:
    half = (parts.get("A") or parts.get("a") or "").lower()
    hour = _part(parts, "H", 0) or _part(parts, "h", 0)
    if not half:
        return hour
    if not 0 < hour <= _NOON:
        raise FaultError
    return hour % _NOON + (_NOON if half == "pm" else 0)
