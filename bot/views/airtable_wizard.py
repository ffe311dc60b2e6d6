"""The wizard: the proposed mapping with examples, and a form for each table to correct it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from bot.domain.airtable.looking import NO_MEANING, Choice
from bot.domain.airtable.mapping import PLAN_FIELDS
from bot.domain.issues import IssueStatus, Severity
from bot.domain.plan import Status
from bot.domain.plan_file import KINDS, ItemKind
from bot.errors import FormError
from bot.views.mrkdwn import (
    MAX_OPTION,
    MAX_TITLE,
    Block,
    Message,
    View,
    actions,
    button,
    context,
    cut,
    escape,
    form_input,
    message,
    option,
    plain,
    read_value,
    section,
    title_text,
)

ADOPT, CORRECT, LEAVE = "airtable_adopt", "airtable_correct", "airtable_leave"  # value: the kind
FORM_ID = "airtable_mapping_form"
TABLE = "table"
NONE = "-"
WORDED = ("status", "severity")  # fields whose options mean something in the plan
MAX_CHOICES = 100  # options of one select
_MAX_WORDS = 20
_ON_ERROR = 60
_MAX_DOUBTS = 8
_MANY = 40
_SHORT = 24
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
_PLURALS = {"phase": "Phases", "stage": "Stages", "task": "Tasks", "issue": "Issues"}


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
        text = _table_lines(kind, table) if table else f"*{_PLURALS[kind]}:* no table"
        again = button("Correct…", CORRECT, kind, label=f"Correct the table of {kind}s")
        blocks.append(section(text, accessory=again))
    if told["missing"]:
        blocks.append(section(f"*I would add:* {escape(', '.join(told['missing']))}"))
    blocks += [
        section(f"*{escape(each['what'])}:* {escape(each['steps'])}")
        for each in told.get("by_hand", ())
    ]
    doubts = told["doubts"]
    blocks += [context(f"Please look: {escape(doubt)}") for doubt in doubts[:_MAX_DOUBTS]]
    if len(doubts) > _MAX_DOUBTS:
        more = f"and {len(doubts) - _MAX_DOUBTS} more: `bqx airtable connect` shows them all"
        blocks.append(context(more))
    if "stage" in told["tables"]:
        elements = [
            button("Take it and connect", ADOPT, base["id"], style="primary"),
            button("Leave it", LEAVE, ""),
        ]
        blocks.append(actions("airtable_proposal", elements))
    return message(f"How I read {base['name']}", blocks)


def _table_lines(kind: str, table: Mapping[str, Any]) -> str:
    lines = [f"*{_PLURALS[kind]}:* the table “{escape(table['name'])}”"]
    for word, field in table["fields"].items():
        shown = f"   _{_examples(field)}_" if _examples(field) else ""
        lines.append(f"{_label(word)} ← *{title_text(field['name'], 60)}*{shown}")
    return "\n".join(lines)


def _examples(field: Mapping[str, Any]) -> str:
    """Return what the field says: its options' meanings, or cells of real rows; no long texts."""
    if field["words"]:
        told = ", ".join(f"{option} = {means}" for option, means in field["words"].items())
        return title_text(told, 200)
    if field["type"] in {"multilineText", "richText"}:
        return ""
    return " · ".join(title_text(each, 40) for each in field["examples"])


def _label(word: str) -> str:
    return _LABELS.get(word, word.replace("_", " ").capitalize())


def mapping_form(told: Mapping[str, Any], kind: str, reply: Mapping[str, Any]) -> View:
    """Return the form of one table: which table, which field is what, what options mean."""
    table = told["tables"].get(kind)
    blocks = [
        _select(TABLE, f"The table of {kind}s", _tables(told), table["id"] if table else NONE),
        context("Another table? Send this first: its fields are proposed anew."),
    ]
    if table:
        fields = _fields(told, table["id"])
        taken = {word: field["id"] for word, field in table["fields"].items()}
        blocks += [
            _select(f"field:{word}", _label(word), fields, taken.get(word, NONE))
            for word in PLAN_FIELDS[cast("ItemKind", kind)]
        ]
        blocks += _word_selects(told, kind, table)
    return {
        "type": "modal",
        "callback_id": FORM_ID,
        "title": plain(_PLURALS[kind], MAX_TITLE),
        "submit": plain("Propose again", MAX_TITLE),
        "close": plain("Cancel", MAX_TITLE),
        "private_metadata": json.dumps({"kind": kind, "reply": reply}),
        "blocks": blocks,
    }


def _tables(told: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(each["name"], each["id"]) for each in told["schema"]]


def _fields(told: Mapping[str, Any], table_id: str) -> list[tuple[str, str]]:
    found = next((each for each in told["schema"] if each["id"] == table_id), None)
    return [(each["name"], each["id"]) for each in found["fields"]] if found else []


def _word_selects(told: Mapping[str, Any], kind: str, table: Mapping[str, Any]) -> Sequence[Block]:
    blocks: list[Block] = []
    for word in WORDED:
        field = table["fields"].get(word)
        for number, choice in enumerate(_choices(told, table["id"], field) if field else ()):
            blocks.append(
                _select(
                    f"word:{word}:{number}",
                    f"{_label(word)}: “{choice}” means",
                    [(meaning, meaning) for meaning in _meanings(kind, word)],
                    field["words"].get(choice, NONE),
                )
            )
    return blocks


def _choices(told: Mapping[str, Any], table_id: str, field: Mapping[str, Any]) -> list[str]:
    table = next((each for each in told["schema"] if each["id"] == table_id), None)
    found = table["fields"] if table else ()
    options: list[str] = next((f["choices"] for f in found if f["id"] == field["id"]), [])
    return (options or list(field["words"]))[:_MAX_WORDS]


def _meanings(kind: str, word: str) -> list[str]:
    if word == "severity":
        return [str(level.value) for level in Severity]
    return [each.value for each in (IssueStatus if kind == "issue" else Status)]


def _select(block_id: str, label: str, choices: Sequence[tuple[str, str]], taken: str) -> Block:
    none = option("— none —", NONE)
    # What is taken is always among them: else sending the form would leave it out.
    shown = choices[: MAX_CHOICES - 1]
    if len(choices) > len(shown) and (mine := [each for each in choices if each[1] == taken]):
        shown = [*shown[: MAX_CHOICES - 2], *(mine if mine[0] not in shown else shown[-1:])]
    # Fifteen lists of a hundred long names would be more than a form may weigh.
    most = MAX_OPTION if len(shown) <= _MANY else _SHORT
    options = [none, *(option(cut(name, most), value) for name, value in shown)]
    initial = next((each for each in options if each["value"] == taken), none)
    element = {
        "type": "static_select",
        "action_id": "value",
        "options": options,
        "initial_option": initial,
    }
    return form_input(block_id, cut(label, MAX_OPTION), element)


def read_mapping_form(
    view: View, told: Mapping[str, Any]
) -> tuple[list[Choice], Mapping[str, Any]]:
    """
    Return what a person changed in the form, and where to answer.

    Raises:
        FormError: a field is chosen for two things.
    """
    metadata = json.loads(view["private_metadata"])
    kind = metadata["kind"]
    table = told["tables"].get(kind)
    chosen = _read(view, TABLE)
    if chosen != (table["id"] if table else ""):
        return [Choice(kind, "", chosen)], metadata["reply"]
    if table is None:
        return [], metadata["reply"]
    _refuse_twice(view, told, kind, table)
    choices = [*_read_fields(view, kind, table), *_read_words(view, told, kind, table)]
    return choices, metadata["reply"]


def _refuse_twice(view: View, told: Mapping[str, Any], kind: str, table: Mapping[str, Any]) -> None:
    names = {value: name for name, value in _fields(told, table["id"])}
    used: dict[str, str] = {}
    errors = {}
    for word in PLAN_FIELDS[cast("ItemKind", kind)]:
        if not (target := _read(view, f"field:{word}")):
            continue
        if target in used:
            name = cut(names.get(target, target), _ON_ERROR)
            errors[f"field:{word}"] = (
                f"“{name}” is chosen for “{_label(used[target])}”, too. A field can be one thing."
            )
        used.setdefault(target, word)
    if errors:
        raise FormError(errors)


def _read_fields(view: View, kind: str, table: Mapping[str, Any]) -> Iterator[Choice]:
    for word in PLAN_FIELDS[cast("ItemKind", kind)]:
        taken = table["fields"].get(word, {}).get("id", "")
        if (target := _read(view, f"field:{word}")) != taken:
            yield Choice(kind, word, target)


def _read_words(
    view: View, told: Mapping[str, Any], kind: str, table: Mapping[str, Any]
) -> Iterator[Choice]:
    """Yield the options whose meaning was changed; of a field that was changed, none."""
    for word in WORDED:
        field = table["fields"].get(word)
        if not field or _read(view, f"field:{word}") != field["id"]:
            continue
        for number, name in enumerate(_choices(told, table["id"], field)):
            meaning = _read(view, f"word:{word}:{number}")
            if meaning != field["words"].get(name, ""):
                yield Choice(kind, word, name, meaning or NO_MEANING)


def _read(view: View, block_id: str) -> str:
    value = read_value(view, block_id)
    return "" if value == NONE else value
