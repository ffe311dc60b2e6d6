"""Cells of a plan file into the domain's values; what can't be read is said, never guessed."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from bot.domain.durations import parse_duration, parse_hours
from bot.domain.issues import IssueStatus, Severity
from bot.domain.plan import Duration, Status, parse_status
from bot.domain.progress import Progress, parse_progress

MAX_NAME = 500  # characters; Airtable's own limit for a cell is 100,000
_SEVERITY = re.compile(r"\s*(?:level|lvl|l|sev|severity|p)?[\s-]*([1-4])\b", re.IGNORECASE)
_ISSUE_STATUS = {
    **{status.value.lower(): status for status in IssueStatus},
    "todo": IssueStatus.OPEN,
    "new": IssueStatus.OPEN,
    "done": IssueStatus.RESOLVED,
    "fixed": IssueStatus.RESOLVED,
}


_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # no database takes them


class CellError(ValueError):
    """The cell says something else than its column promises; the message is for people."""


def text_of(value: Any) -> str:
    """Return a cell as text: people and files of a base by their name, lists joined by commas."""
    if isinstance(value, Mapping):
        named = next(
            (value[name] for name in ("name", "email", "url", "id") if value.get(name)), ""
        )
        return storable(str(named)).strip()
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, map(text_of, value)))
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value is None else storable(str(value)).strip()


def storable(text: str) -> str:
    """Return `text` as every database stores it: U+FFFD for NUL and half surrogate pairs."""
    return _UNSTORABLE.sub("\ufffd", text)


def texts_of(value: Any) -> tuple[str, ...]:
    """Return what a cell links to: a list's parts, or the one text."""
    parts = value if isinstance(value, list | tuple) else [value]
    return tuple(text for part in parts if (text := text_of(part)))


def name_of(value: Any) -> str:
    """Return a cell as a name: one line of at most 500 characters."""
    return " ".join(text_of(value).split())[:MAX_NAME]


def status_of(value: Any) -> Status:
    """Return the status a base's word means."""
    status = parse_status(text_of(value))
    if status is None:
        raise CellError(f"I don't know the status “{name_of(value)}”")
    return status


def issue_status_of(value: Any) -> IssueStatus:
    """Return the state of an issue."""
    status = _ISSUE_STATUS.get(" ".join(text_of(value).replace("_", " ").lower().split()))
    if status is None:
        raise CellError(f"I don't know the issue status “{name_of(value)}”")
    return status


def severity_of(value: Any) -> Severity:
    """Return the level of "Level 1", "Level 1: Blocker", "L1", "1"."""
    match = _SEVERITY.match(text_of(value))
    if not match:
        raise CellError(f"I don't know the severity “{name_of(value)}”")
    return Severity(int(match[1]))


def duration_of(value: Any) -> Duration:
    """Return the planned duration; its words are kept, whether they state an amount or not."""
    return parse_duration(text_of(value))


def progress_of(value: Any) -> Progress:
    """Return the progress of a cell; a number up to 1 is a base's fraction (0.383 is 38.3 %)."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not 0 <= value <= 100:  # noqa: PLR2004 - per cent
            raise CellError(f"{value} is no progress from 0 to 100 %")
        fraction = Decimal(str(value))
        return Progress.percent(fraction * 100 if fraction <= 1 else fraction)
    try:
        return parse_progress(text_of(value))
    except ValueError as error:
        raise CellError(str(error).rstrip(".")) from error


def minutes_of(value: Any) -> int:
    """Return minutes of work: a number is hours, and so is text without a unit."""
    stated = parse_duration(text_of(value)).low_s
    if stated is not None:
        return round(stated / 60)
    try:
        return parse_hours(text_of(value))
    except ValueError as error:
        raise CellError(str(error).rstrip(".")) from error


def moment_of(value: Any) -> datetime:
    """Return the instant of a date or time; without a zone it is taken as UTC, as bases do."""
    try:
        moment = datetime.fromisoformat(text_of(value))
    except ValueError as error:
        raise CellError(f"I can't read the date “{name_of(value)}”") from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


Reading = Callable[[Any], Any]
