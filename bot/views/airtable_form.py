"""
The form that corrects the proposed mapping of one table.

Two admins may have it open at once. What a person did not touch is never sent; what they changed
while somebody else did, too, is asked about before it takes the other's correction back.
"""

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from bot.domain.airtable.looking import NO_MEANING, Choice
from bot.domain.airtable.mapping import PLAN_FIELDS
from bot.domain.issues import IssueStatus, Severity
from bot.domain.plan import Status
from bot.domain.plan_file import ItemKind
from bot.errors import FormError
from bot.views.airtable_wizard import PLURALS, label
from bot.views.mrkdwn import (
    MAX_OPTION,
    MAX_TITLE,
    Block,
    View,
    context,
    cut,
    escape,
    form_input,
    option,
    plain,
    read_value,
    section,
)

FORM_ID = "airtable_mapping_form"
TABLE = "table"
NONE = "-"
WORDED = ("status", "severity")  # fields whose options mean something in the plan
MAX_CHOICES = 100  # options of one select
_FIELD, _WORD = "field:", "word:"
_MAX_WORDS = 20
_ON_ERROR = 60
_MANY = 40
_SHORT = 24
_MAX_MOVED = 8

Values = Mapping[str, str]  # what a form's lists hold, by block id; "" for none


def mapping_form(told: Mapping[str, Any], kind: str, reply: Mapping[str, Any]) -> View:
    """
    Return the form of one table: which table, which field is what, what options mean.

    Args:
        told: What `proposal_plain` kept.
    """
    table, held = told["tables"].get(kind), _held(told, kind)
    blocks = [
        _select(TABLE, f"The table of {kind}s", _tables(told), held[TABLE]),
        context("Another table? Send this first: its fields are proposed anew."),
    ]
    if table:
        fields = _fields(told, table["id"])
        blocks += [
            _select(f"{_FIELD}{word}", label(word), fields, held[f"{_FIELD}{word}"])
            for word in PLAN_FIELDS[cast("ItemKind", kind)]
        ]
        blocks += _word_selects(told, kind, table, held)
    shown = {block_id: value for block_id, value in held.items() if value}
    return _form(kind, {"kind": kind, "reply": reply, "shown": shown}, blocks)


def asking_again(view: View, told: Mapping[str, Any]) -> View | None:
    """
    Return the form with what was corrected meanwhile, where what was sent would take that back.

    None where it would not, or where it is sent again. What was chosen stays chosen.
    """
    metadata = json.loads(view["private_metadata"])
    moved = _moved(view, told)
    mark = zlib.crc32(json.dumps(sorted(moved.items())).encode())
    if not moved or metadata.get("asked") == mark:
        return None
    blocks = [_with_choice(block, _read(view, block["block_id"])) for block in _lists(view)]
    return _form(
        metadata["kind"], {**metadata, "asked": mark}, [*_news(view, told, moved), *blocks]
    )


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
    touched, now = _touched(view), _held(told, kind)
    if TABLE in touched:
        return [Choice(kind, "", touched[TABLE])], metadata["reply"]
    _refuse_twice(view, told, kind)
    wanted = _wanted(view)
    is_other_table = bool(wanted) and wanted[TABLE] != now[TABLE]
    table = [Choice(kind, "", wanted[TABLE])] if is_other_table else []
    changed = {
        block_id: value
        for block_id, value in wanted.items()
        if is_other_table or now.get(block_id, "") != value
    }
    return [*table, *_choices_of(view, told, changed)], metadata["reply"]


def _form(kind: str, metadata: Mapping[str, Any], blocks: Sequence[Block]) -> View:
    return {
        "type": "modal",
        "callback_id": FORM_ID,
        "title": plain(PLURALS[kind], MAX_TITLE),
        "submit": plain("Propose again", MAX_TITLE),
        "close": plain("Cancel", MAX_TITLE),
        "private_metadata": json.dumps(metadata, separators=(",", ":")),
        "blocks": list(blocks),
    }


def _held(told: Mapping[str, Any], kind: str) -> dict[str, str]:
    """Return what is proposed for a table, and over it what was sent and is not proposed yet."""
    table = told["tables"].get(kind)
    held = {TABLE: table["id"] if table else ""}
    if table:
        fields = table["fields"]
        for word in PLAN_FIELDS[cast("ItemKind", kind)]:
            held[f"{_FIELD}{word}"] = fields.get(word, {}).get("id", "")
        for word in (each for each in WORDED if each in fields):
            for number, name in enumerate(_choices(told, table["id"], fields[word])):
                held[f"{_WORD}{word}:{number}"] = fields[word]["words"].get(name, "")
    for sent in told.get("sent", {}).values():
        for choice in sent:
            if choice["kind"] == kind:
                _put(told, held, Choice(**choice))
    return held


def _put(told: Mapping[str, Any], held: dict[str, str], choice: Choice) -> None:
    if choice.meaning:
        field = {"id": held.get(f"{_FIELD}{choice.name}", ""), "words": {}}
        for number, name in enumerate(_choices(told, held[TABLE], field)):
            if name == choice.target:
                meaning = "" if choice.meaning == NO_MEANING else choice.meaning
                held[f"{_WORD}{choice.name}:{number}"] = meaning
        return
    if not choice.name:
        held[TABLE] = choice.target
        return
    for block_id, value in held.items():  # what else had the field loses it
        if choice.target and value == choice.target and block_id.startswith(_FIELD):
            held[block_id] = ""
    held[f"{_FIELD}{choice.name}"] = choice.target


def _shown(view: View) -> Values:
    shown: Values = json.loads(view["private_metadata"])["shown"]
    return shown


def _touched(view: View) -> dict[str, str]:
    """Return what a person chose otherwise than it was shown, by block id, in the form's order."""
    shown = _shown(view)
    typed = {block["block_id"]: _read(view, block["block_id"]) for block in _lists(view)}
    return {each: value for each, value in typed.items() if value != shown.get(each, "")}


def _wanted(view: View) -> dict[str, str]:
    """
    Return what a person means to have: what they touched, and what that stands on.

    A field is one of the shown table's, and an option one of the shown field's; the options of a
    field that was changed mean nothing.
    """
    shown, touched = _shown(view), _touched(view)
    if TABLE in touched:
        return {TABLE: touched[TABLE]}
    wanted = {TABLE: shown.get(TABLE, "")} if touched else {}
    for block_id, value in touched.items():
        field = _field_of(block_id)
        if block_id.startswith(_WORD):
            if field in touched:
                continue
            wanted.setdefault(field, shown.get(field, ""))
        wanted[block_id] = value
    return wanted


def _field_of(block_id: str) -> str:
    """Return the list of the field whose option a list is about."""
    return f"{_FIELD}{block_id.split(':')[1]}" if ":" in block_id else block_id


def _moved(view: View, told: Mapping[str, Any]) -> dict[str, str]:
    """Return what somebody else corrected that this form would take back, as it is now."""
    shown, wanted = _shown(view), _wanted(view)
    now = _held(told, json.loads(view["private_metadata"])["kind"])

    def is_moved(block_id: str) -> bool:
        return now.get(block_id, "") not in {shown.get(block_id, ""), wanted[block_id]}

    if TABLE in wanted and is_moved(TABLE):
        return {TABLE: now[TABLE]}
    moved = {each: now.get(each, "") for each in wanted if is_moved(each)}
    taken = {value for each, value in wanted.items() if value and each.startswith(_FIELD)}
    moved |= {
        each: value
        for each, value in now.items()
        if value in taken and each not in wanted and shown.get(each, "") != value
    }
    return {each: value for each, value in moved.items() if not _stands_on(each, moved)}


def _stands_on(block_id: str, moved: Values) -> bool:
    return block_id.startswith(_WORD) and _field_of(block_id) in moved


def _news(view: View, told: Mapping[str, Any], moved: Values) -> Iterator[Block]:
    names = {each["id"]: each["name"] for each in told["schema"]}
    names |= {field["id"]: field["name"] for each in told["schema"] for field in each["fields"]}
    labels = {block["block_id"]: block["label"]["text"] for block in _lists(view)}
    lines = []
    for block_id, now in list(moved.items())[:_MAX_MOVED]:
        mine = _read(view, block_id)
        said, yours = (
            f"“{escape(cut(names.get(v, v), _ON_ERROR))}”" if v else "none" for v in (now, mine)
        )
        lines.append(
            f"{escape(labels.get(block_id, label(block_id)))}: now {said}, you chose {yours}"
        )
    yield section("*Somebody corrected this while the form was open:*\n" + "\n".join(lines))
    yield context(
        "What you chose is still below. “Propose again” takes yours instead; choose theirs, or"
        " cancel, to leave it. What you did not touch stays as corrected."
    )


def _lists(view: View) -> list[Block]:
    return [block for block in view["blocks"] if block["type"] == "input"]


def _with_choice(block: Block, value: str) -> Block:
    element = block["element"]
    chosen = next(each for each in element["options"] if each["value"] == (value or NONE))
    return {**block, "element": {**element, "initial_option": chosen}}


def _tables(told: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(each["name"], each["id"]) for each in told["schema"]]


def _fields(told: Mapping[str, Any], table_id: str) -> list[tuple[str, str]]:
    found = next((each for each in told["schema"] if each["id"] == table_id), None)
    return [(each["name"], each["id"]) for each in found["fields"]] if found else []


def _word_selects(
    told: Mapping[str, Any], kind: str, table: Mapping[str, Any], held: Values
) -> Sequence[Block]:
    blocks: list[Block] = []
    for word in WORDED:
        field = table["fields"].get(word)
        for number, choice in enumerate(_choices(told, table["id"], field) if field else ()):
            block_id = f"{_WORD}{word}:{number}"
            meanings = [(meaning, meaning) for meaning in _meanings(kind, word)]
            said = f"{label(word)}: “{choice}” means"
            blocks.append(_select(block_id, said, meanings, held[block_id]))
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


def _select(block_id: str, said: str, choices: Sequence[tuple[str, str]], taken: str) -> Block:
    none = option("— none —", NONE)
    # What is taken is always among them: else sending the form would leave it out.
    shown = choices[: MAX_CHOICES - 1]
    if len(choices) > len(shown) and (mine := [each for each in choices if each[1] == taken]):
        shown = [*shown[: MAX_CHOICES - 2], *(mine if mine[0] not in shown else shown[-1:])]
    # Fifteen lists of a hundred long names would be more than a form may weigh.
    most = MAX_OPTION if len(shown) <= _MANY else _SHORT
    options = [none, *(option(cut(name, most), value) for name, value in shown)]
    initial = next((each for each in options if each["value"] == (taken or NONE)), none)
    element = {
        "type": "static_select",
        "action_id": "value",
        "options": options,
        "initial_option": initial,
    }
    return form_input(block_id, cut(said, MAX_OPTION), element)


def _refuse_twice(view: View, told: Mapping[str, Any], kind: str) -> None:
    names = {target: name for name, target in _fields(told, _read(view, TABLE))}
    used: dict[str, str] = {}
    errors = {}
    for word in PLAN_FIELDS[cast("ItemKind", kind)]:
        if not (target := _read(view, f"{_FIELD}{word}")):
            continue
        if target in used:
            name = cut(names.get(target, target), _ON_ERROR)
            errors[f"{_FIELD}{word}"] = (
                f"“{name}” is chosen for “{label(used[target])}”, too. A field can be one thing."
            )
        used.setdefault(target, word)
    if errors:
        raise FormError(errors)


def _choices_of(view: View, told: Mapping[str, Any], changed: Values) -> Iterator[Choice]:
    kind = json.loads(view["private_metadata"])["kind"]
    for block_id, value in changed.items():
        if block_id == TABLE:
            continue
        _, word, *number = block_id.split(":")
        if not number:
            yield Choice(kind, word, value)
            continue
        held = told["tables"].get(kind, {"fields": {}})["fields"].get(word, {"words": {}})
        field = {"id": _read(view, _field_of(block_id)), "words": held["words"]}
        names = _choices(told, _read(view, TABLE), field)
        yield Choice(kind, word, names[int(number[0])], value or NO_MEANING)


def _read(view: View, block_id: str) -> str:
    value = read_value(view, block_id)
    return "" if value == NONE else value
