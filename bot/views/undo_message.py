"""Undo, and the receipt of an answer that was late: views of the audit trail."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.domain.plan import Change
from bot.views.mrkdwn import (
    Block,
    Message,
    actions,
    button,
    mention,
    message,
    one_line,
    section,
    title_text,
    when,
)
from bot.views.people_inputs import days_words

UNDO = "undo"  # value: operation
MAX_ROWS = 15
Names = Mapping[str, str]
# Bookkeeping that says nothing beside the change it came with.
_HIDDEN = {"revision", "source", "key", "bundle", "operation", "last_progress_at", "touched_at"}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:\+00:00|Z)")
_MEMBER = re.compile(r"[UW][A-Z0-9]{5,15}")
_AS_TEAM = "as the team has it"
# What nothing said means, of people's own settings; "" is none at all.
_AS_OTHERS = {
    "zone": "as in Slack",
    **dict.fromkeys(("work_days", "country", "quiet_from", "quiet_to"), _AS_TEAM),
    **dict.fromkeys(("prompt_at", "prompts_a_day"), _AS_TEAM),
}
_ANSWERED = {"finding", "gap_check"}
_WORDS = {
    "progress": "progress",
    "started_at": "started",
    "completed_at": "completed",
    "estimate_minutes": "estimate (min)",
    "actual_minutes": "actual (min)",
    "owner_id": "owner",
}


def undo_button(operation: str) -> Block:
    """Return the button that takes an operation back."""
    return button("Undo", UNDO, operation, label="Undo this change")


def undone_message(changes: Sequence[Change], operation: str, names: Names) -> Message:
    """
    Return what was taken back, with a way to bring it back.

    Args:
        names: What people call the items, by key.
    """
    called = [names.get(change.key, change.key) for change in _told(changes)]
    called = list(dict.fromkeys(called))
    text = one_line("Undone: " + (", ".join(called) or "your last change") + ".")
    return message(
        text,
        [
            section(f"{text}\n{_lines(changes, names, backwards=True)}"),
            actions("undone", [button("Bring it back", UNDO, operation)]),
        ],
    )


def receipt_message(changes: Sequence[Change], names: Names) -> Message:
    """Return what an operation wrote, for an answer that had to be sent a second time."""
    text = "Your change was saved."
    blocks = [section(f"{text}\n{_lines(changes, names)}")]
    if changes:
        blocks.append(actions("receipt", [undo_button(changes[0].why.operation)]))
    return message(text, blocks)


def _told(changes: Sequence[Change]) -> list[Change]:
    """Return what a person cares about: of an answer the plan, not the question it answered."""
    rows = [change for change in changes if change.kind != "progress_update"]
    return [change for change in rows if change.kind not in _ANSWERED] or rows


def _lines(changes: Sequence[Change], names: Names, *, backwards: bool = False) -> str:
    rows = _told(changes)
    called = {key: f"*{title_text(name, 60)}*" for key, name in names.items()}
    return "\n".join(
        f"{called.get(change.key, change.key)} {what_changed(change, backwards=backwards)}"
        for change in rows[:MAX_ROWS]
    )


def what_changed(change: Change, *, backwards: bool = False, limit: int | None = None) -> str:
    """
    Return what a row says in mrkdwn: "status: in progress → complete".

    Args:
        limit: No more fields are told past so many characters.
    """
    if change.before is None:
        made = "made" if not backwards else "taken out again"
        told = (change.after.get(field) for field in ("title", "name", "note", "reason"))
        name = next((said for said in told if said), "")
        return made + (f": {one_line(str(name), 120)}" if name else "")
    parts: list[str] = []
    for field, after in change.after.items():
        if field in _HIDDEN:
            continue
        if limit is not None and sum(len(part) for part in parts) > limit:
            parts.append("…")
            break
        was, now = change.before.get(field), after
        if backwards:
            was, now = now, was
        if field == "removed_at":
            parts.append("taken out" if now else "brought back")
            continue
        old, new = (_said(change.kind, field, value) for value in (was, now))
        parts.append(f"{_WORDS.get(field, field.replace('_', ' '))}: {old} → {new}")
    return "; ".join(parts) or "touched"


def _said(kind: str, field: str, value: Any) -> str:
    if field == "work_days" and value:
        return days_words(value)
    if kind == "person" and value is None and field in _AS_OTHERS:
        return _AS_OTHERS[field]
    return _value(value)


def _value(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return "none"
    if isinstance(value, dict) and "permille" in value:
        percent = f"{value['permille'] / 10:g} %"
        return f"{value['done']}/{value['total']} ({percent})" if value.get("total") else percent
    if isinstance(value, str) and _MEMBER.fullmatch(value):
        return mention(value)
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return when(datetime.fromisoformat(value))
    if isinstance(value, list):
        return one_line(", ".join(str(part) for part in value), 80)
    return one_line(str(value), 80)
