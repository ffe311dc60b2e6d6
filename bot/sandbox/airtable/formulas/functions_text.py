"""Functions that work on text. Positions count from 1."""

import re

from bot.sandbox.airtable.formulas.functions import (
    Arguments,
    Function,
    given,
    taking,
    taking_any,
)
from bot.sandbox.airtable.formulas.values import (
    LONGEST_TEXT,
    FaultError,
    Value,
    finite,
    joined,
    text,
    whole,
)

_NOT_OF_A_NUMBER = re.compile(r"[^0-9.-]")


def _start(arguments: Arguments) -> int:
    """Return where a search starts, from 0; the argument's 0 and 1 both mean the beginning."""
    return max(whole(given(arguments, 2, 0.0)) - 1, 0)


def _find(arguments: Arguments) -> Value:
    return float(text(arguments[1]).find(text(arguments[0]), _start(arguments)) + 1)


def _search(arguments: Arguments) -> Value:
    wanted = re.compile(re.escape(text(arguments[0])), re.IGNORECASE)
    subject, start = text(arguments[1]), _start(arguments)
    found = wanted.search(subject, start) if start <= len(subject) else None
    return float(found.start() + 1) if found else None


def _left(arguments: Arguments) -> Value:
    return text(arguments[0])[: max(whole(given(arguments, 1, 1.0)), 0)]


def _right(arguments: Arguments) -> Value:
    subject, count = text(arguments[0]), max(whole(given(arguments, 1, 1.0)), 0)
    return subject[max(len(subject) - count, 0) :]


def _mid(arguments: Arguments) -> Value:
    start = max(whole(arguments[1]) - 1, 0)
    return text(arguments[0])[start : start + max(whole(arguments[2]), 0)]


def _replace(arguments: Arguments) -> Value:
    subject, start = text(arguments[0]), max(whole(arguments[1]) - 1, 0)
    end = start + max(whole(arguments[2]), 0)
    return joined([subject[:start], arguments[3], subject[end:]])


def _substitute(arguments: Arguments) -> Value:
    """Replace every occurrence of a text, or only the one of that number."""
    subject, old, new = map(text, arguments[:3])
    if not old:
        return subject
    if len(arguments) > 3:  # noqa: PLR2004 - the fourth argument
        return _substitute_one(subject, old, new, whole(arguments[3]))
    _check_length(len(subject) + subject.count(old) * (len(new) - len(old)))
    return subject.replace(old, new)


def _substitute_one(subject: str, old: str, new: str, index: int) -> str:
    parts = subject.split(old)
    if not 0 < index < len(parts):
        return subject
    _check_length(len(subject) + len(new) - len(old))
    return old.join(parts[:index]) + new + old.join(parts[index:])


def _repeat(arguments: Arguments) -> Value:
    subject, times = text(arguments[0]), max(whole(arguments[1]), 0)
    _check_length(len(subject) * times)
    return subject * times if subject else ""


def _check_length(length: int) -> None:
    if length > LONGEST_TEXT:
        raise FaultError


def _value(arguments: Arguments) -> Value:
    """Return the number in a text, whatever stands around its digits."""
    value = arguments[0]
    if isinstance(value, float | bool):
        return float(value)
    return finite(float(_NOT_OF_A_NUMBER.sub("", text(value))))


def _text_only(arguments: Arguments) -> Value:
    return arguments[0] if isinstance(arguments[0], str) else None


TEXT_FUNCTIONS: dict[str, Function] = {
    "FIND": taking(2, _find, optional=1),
    "SEARCH": taking(2, _search, optional=1),
    "LOWER": taking(1, lambda arguments: text(arguments[0]).lower()),
    "UPPER": taking(1, lambda arguments: text(arguments[0]).upper()),
    "TRIM": taking(1, lambda arguments: text(arguments[0]).strip()),
    "LEN": taking(1, lambda arguments: float(len(text(arguments[0])))),
    "LEFT": taking(1, _left, optional=1),
    "RIGHT": taking(1, _right, optional=1),
    "MID": taking(3, _mid),
    "REPLACE": taking(4, _replace),
    "SUBSTITUTE": taking(3, _substitute, optional=1),
    "REPT": taking(2, _repeat),
    "CONCATENATE": taking_any(1, joined),
    "EXACT": taking(2, lambda arguments: text(arguments[0]) == text(arguments[1])),
    "VALUE": taking(1, _value),
    "T": taking(1, _text_only),
}
