"""What people type into the settings: addresses, the escalation chain, numbers, a day."""

import re
from collections.abc import Callable, Collection, Sequence
from datetime import date

from bot.domain.identities import called, find_person
from bot.domain.plan import Member
from bot.domain.recurrences import Weekday
from bot.domain.typed import shown
from bot.errors import UserError

MAX_LINES = 20
MAX_MINUTES = 7 * 24 * 60
WORDS = ("owner", "lead", "stakeholders")
_WHO = "Write owner, lead, stakeholders or a member such as @ana."
_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}"
)
_STEP = re.compile(r"(?P<minutes>\d{1,5})\s*(?:m|min|minutes)?\s+(?P<who>\S.*)")


def read_stakeholders(text: str) -> tuple[str, ...]:
    """
    Return the e-mail addresses, one a line.

    Raises:
        UserError: a line is none; the text names the line.
    """
    return tuple(dict.fromkeys(_lines(text, _address)))


def read_chain(text: str, members: Sequence[Member], me: str) -> tuple[str, ...]:
    """
    Return the steps of the escalation, soonest first: "15 owner", "30 U0BEN0002".

    Args:
        me: Slack id of whoever typed it.

    Raises:
        UserError: a line is no step; the text names the line.
    """
    steps = _lines(text, lambda line: _step(line, members, me))
    if not steps:
        raise UserError("Write at least one step, such as: 15 owner")
    return tuple(dict.fromkeys(sorted(steps, key=lambda step: int(step.split()[0]))))


def chain_lines(chain: Sequence[str], members: Sequence[Member]) -> str:
    """Return the steps as people read and type them: "30 @ben"."""
    return "\n".join(_step_words(step, members) for step in chain)


def read_number(text: str, *, least: int, most: int) -> int:
    """
    Return a whole number between two others.

    Raises:
        UserError: it is none, or outside.
    """
    try:
        number = int(text.strip())
    except ValueError:
        number = least - 1
    if not least <= number <= most:
        raise UserError(f"Write a whole number from {least:,} to {most:,}.")
    return number


def read_review_day(text: str, work_days: Collection[int]) -> str:
    """
    Return an ISO date for the phase review: a Friday, where a Friday is worked; "" for none.

    Elsewhere any day: one that nobody works is moved to a day of work by itself.

    Raises:
        UserError: it is another day, though Fridays are worked.
    """
    if not text:
        return ""
    day = date.fromisoformat(text)
    if Weekday.FRIDAY in work_days and day.weekday() != Weekday.FRIDAY:
        raise UserError(f"{day:%d %B %Y} is a {day:%A}: choose a Friday.")
    return text


def _lines(text: str, read: Callable[[str], str]) -> list[str]:
    typed = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    filled = [(number, line) for number, line in typed if line]
    if len(filled) > MAX_LINES:
        raise UserError(f"At most {MAX_LINES} lines; these are {len(filled)}.")
    found = []
    for number, line in filled:
        try:
            found.append(read(line))
        except UserError as error:
            raise UserError(f"Line {number}, “{shown(line)}”: {error}") from error
    return found


def _address(line: str) -> str:
    if not _ADDRESS.fullmatch(line):
        raise UserError("that is no e-mail address, such as kim@example.com")
    return line


def _step(line: str, members: Sequence[Member], me: str) -> str:
    match = _STEP.fullmatch(line)
    if match is None:
        raise UserError("write minutes and who, such as: 15 owner")
    minutes = int(match["minutes"])
    if not 1 <= minutes <= MAX_MINUTES:
        raise UserError(f"from 1 to {MAX_MINUTES:,} minutes")
    return f"{minutes} {_who(match['who'].strip(), members, me)}"


def _who(word: str, members: Sequence[Member], me: str) -> str:
    if word.lower() in WORDS:
        return word.lower()
    return find_person(word, members, me, then=_WHO).id


def _step_words(step: str, members: Sequence[Member]) -> str:
    minutes, _, who = step.partition(" ")
    member = next((each for each in members if each.id == who), None)
    here = [each for each in members if each.is_here]
    if member is None or called(here, member.name) != [member]:
        return step
    return f"{minutes} @{member.name}"
