"""Values of the plan as people read them, in cards about both sides."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.domain.airtable.aspects import label_of
from bot.domain.airtable.state import Conflict
from bot.domain.issues import Severity
from bot.domain.plan import Status
from bot.domain.progress import Progress
from bot.domain.records import from_plain
from bot.views.wording import STATUS_WORDS

Names = Mapping[str, str]
_NOTHING = "nothing"


def said_value(aspect: str, value: Mapping[str, Any], names: Names) -> str:
    """
    Return what one side says of an aspect, as plain words: "In progress", "38.3 %", "nothing".

    Args:
        value: Plain JSON by field, as in `Conflict.ours`.
        names: What people call the items that links point at, and the members, by key and id.
    """
    if aspect == "status":
        return _status(str(value["status"]))
    if aspect == "progress":
        plain = value.get("progress")
        return str(from_plain(Progress, plain)) if plain else _NOTHING
    if aspect == "severity":
        return Severity(value["severity"]).label
    if aspect == "owner":
        owner = value.get("owner_id")
        return names.get(str(owner), str(owner)) if owner else value.get("owner_text") or _NOTHING
    if aspect == "name":
        return " ".join(str(part) for part in value.values() if part) or _NOTHING
    return _plainly(next(iter(value.values()), None), names)


def _status(word: str) -> str:
    known = next((status for status in Status if status.value == word), None)
    return STATUS_WORDS[known] if known else word


def _plainly(value: Any, names: Names) -> str:
    if value in (None, "", []):
        return _NOTHING
    if isinstance(value, list):
        return ", ".join(names.get(str(key), str(key)) for key in value)
    if isinstance(value, Mapping):  # a duration
        return str(value.get("text", ""))
    if isinstance(value, int):  # an estimate, in minutes
        return f"{value / 60:g} h"
    text = str(value)
    return _day(text) or names.get(text, text)


def _day(text: str) -> str | None:
    try:
        return f"{datetime.fromisoformat(text):%Y-%m-%d}"
    except ValueError:
        return None


def aspect_words(conflict: Conflict) -> str:
    """Return what a conflict is about: "Status"."""
    return label_of(conflict.aspect)
