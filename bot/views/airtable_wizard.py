"""The wizard: the proposed mapping with examples; a table's form is in `airtable_form`."""

from collections.abc import Mapping
from typing import Any

from bot.domain.airtable.looking import CAN_WRITE
from bot.domain.plan_file import KINDS
from bot.views.airtable_message import CONNECT
from bot.views.airtable_text import READ_ONLY
from bot.views.mrkdwn import (
    Block,
    Message,
    actions,
    button,
    context,
    escape,
    message,
    section,
    title_text,
)

ADOPT, CORRECT, LEAVE = "airtable_adopt", "airtable_correct", "airtable_leave"  # value: the kind
_MAX_DOUBTS = 8
_LABELS = {
    "title": "Reference and name",
    "name": "Name, where it stands apart",
    "code": "Code",
    "docs_url": "Documentation link",
    "started_at": "Started",
    "completed_at": "Completed",
    "planned_end": "Planned end",
    "created_at": "Created",
    "discovered_at": "Discovered",
    "resolved_at": "Resolved",
    "stages": "Affected stages",
    "tasks": "Remediation tasks",
    "root_cause": "Root cause",
    "prevention_actions": "Prevention actions",
    "key": "BQX's own key",
}
PLURALS = {"phase": "Phases", "stage": "Stages", "task": "Tasks", "issue": "Issues"}


def proposal_message(told: Mapping[str, Any]) -> Message:
    """
    Return the proposal, a section for each table, with a button to correct it.

    Args:
        told: What `proposal_plain` kept.
    """
    base = told["base"]
    blocks: list[Block] = [
        section(
            f"*{escape(base['name'])}* — this is how I read the base. Nothing is changed before"
            " you take it."
        )
    ]
    for kind in KINDS:
        table = told["tables"].get(kind)
        text = _table_lines(kind, table) if table else f"*{PLURALS[kind]}:* no table"
        again = button("Correct…", CORRECT, kind, label=f"Correct the table of {kind}s")
        blocks.append(section(text, accessory=again))
    if told["missing"]:
        blocks.append(section(f"*I would add:* {escape(', '.join(told['missing']))}"))
    blocks += [
        section(f"*{escape(each['what'])}:* {escape(each['steps'])}")
        for each in told.get("by_hand", ())
    ]
    if told["base"]["permission"] not in CAN_WRITE:
        blocks.append(section(f":warning: {READ_ONLY}"))
    doubts = told["doubts"]
    blocks += [context(f"Please look: {escape(doubt)}") for doubt in doubts[:_MAX_DOUBTS]]
    if len(doubts) > _MAX_DOUBTS:
        more = f"and {len(doubts) - _MAX_DOUBTS} more: `bqx airtable connect` shows them all"
        blocks.append(context(more))
    first = (
        button("Take it and connect", ADOPT, base["id"], style="primary")
        if "stage" in told["tables"]
        else button("Look again", CONNECT, "")
    )
    blocks.append(actions("airtable_proposal", [first, button("Leave it", LEAVE, "")]))
    return message(f"How I read {base['name']}", blocks)


def _table_lines(kind: str, table: Mapping[str, Any]) -> str:
    lines = [f"*{PLURALS[kind]}:* the table “{escape(table['name'])}”"]
    for word, field in table["fields"].items():
        shown = f"   _{_examples(field)}_" if _examples(field) else ""
        lines.append(f"{label(word)} ← *{title_text(field['name'], 60)}*{shown}")
    return "\n".join(lines)


def _examples(field: Mapping[str, Any]) -> str:
    """Return what the field says: its options' meanings, or cells of real rows; no long texts."""
    if field["words"]:
        told = ", ".join(f"{option} = {means}" for option, means in field["words"].items())
        return title_text(told, 200)
    if field["type"] in {"multilineText", "richText"}:
        return ""
    return " · ".join(title_text(each, 40) for each in field["examples"])


def label(word: str) -> str:
    """Return what people call a word of the plan for a field."""
    return _LABELS.get(word, word.replace("_", " ").capitalize())
