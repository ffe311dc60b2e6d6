"""What the plan needs and a base lacks: bodies for Airtable's API, and the same by hand."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.airtable.mapping import BaseMapping, MappedTable
from bot.domain.airtable.proposing.mixed import mixed_steps
from bot.domain.airtable.schema import BaseSchema
from bot.domain.issues import IssueStatus, Severity
from bot.domain.plan_file import KINDS, ItemKind

Body = dict[str, Any]

_STATUS_CHOICES = ("Todo", "In Progress", "Blocked", "Done")
_ISSUE_STATUS_CHOICES = tuple(status.value for status in IssueStatus)
_SEVERITY_CHOICES = tuple(level.label for level in Severity)
_NEEDED: Mapping[ItemKind, tuple[str, ...]] = {
    "phase": ("key", "status"),
    "stage": ("key", "status", "progress"),
    "task": ("key", "status"),
    "issue": ("key", "status", "severity", "stages"),
}
_TYPE_NAMES = {
    "singleLineText": "Single line text",
    "multilineText": "Long text",
    "singleSelect": "Single select",
    "percent": "Percent",
    "number": "Number",
    "date": "Date",
    "multipleRecordLinks": "Link to another record",
}


@dataclass(frozen=True, slots=True)
class Missing:
    """
    What the plan needs and the base lacks.

    Args:
        name: The plan's word (`PLAN_FIELDS`), or "" for a whole table.
        label: What it would be called in the base: "Issue Key", "Progress", "Issues".
        field: The body for POST …/fields, or of POST …/tables for a whole table; None where the
            API is not the way.
        steps: What to do by hand in Airtable's own interface.
    """

    kind: ItemKind
    name: str
    label: str
    field: Mapping[str, Any] | None
    steps: str


def missing_of(
    mapping: BaseMapping, schema: BaseSchema, unsure: Collection[ItemKind | None] = ()
) -> tuple[Missing, ...]:
    """
    Return what a base lacks; a table for phases is never needed, they come from references.

    Args:
        unsure: Kinds that a table of the base may hold already: none is made for them.
    """
    found: list[Missing] = []
    for kind in KINDS:
        mapped = mapping.of_kind(kind)
        if mapped is None:
            found.extend(_missing_table(kind, mapping, schema, is_unsure=kind in unsure))
            continue
        table = schema.table(mapped.table_id)
        taken = [each.name for each in table.fields] if table else []
        found.extend(
            _missing_field(mapped, name, body, taken, mapping)
            for name in _NEEDED[kind]
            if name not in mapped.fields and (body := _field(kind, name, mapping))
        )
    return tuple(found)


def _missing_field(
    table: MappedTable, name: str, body: Body, taken: Iterable[str], mapping: BaseMapping
) -> Missing:
    label = free_label(body["name"], taken)
    body = {**body, "name": label}
    steps = (
        f"In the table “{table.name}”, click + at the right of the last field, name it “{label}”"
        f" and choose {_in_words(body, mapping)}."
    )
    return Missing(table.kind, name, label, body, steps)


def _missing_table(
    kind: ItemKind, mapping: BaseMapping, schema: BaseSchema, *, is_unsure: bool
) -> tuple[Missing, ...]:
    if kind == "phase":
        return ()
    if kind == "stage":
        # Every plan has its stages somewhere; a second, empty table would be the wrong answer.
        steps = mixed_steps(schema.tables) or (
            "Choose the table that holds your stages. If there is none yet, click + beside the last"
            " table in Airtable, choose “Create blank table”, name it “Stages” and"
            " write one stage a row, such as “1.1 - Set up”."
        )
        return (Missing(kind, "", "Stages", None, steps),)
    if is_unsure:
        steps = f"Choose the table that holds your {kind}s, or say that there is none."
        return (Missing(kind, "", "Issues" if kind == "issue" else "Tasks", None, steps),)
    label = free_label(
        "Issues" if kind == "issue" else "Tasks", (table.name for table in schema.tables)
    )
    body = _issue_table(mapping) if kind == "issue" else _task_table(mapping)
    body = {"name": label, **body}
    first, *rest = body["fields"]
    fields = "; ".join(f"“{each['name']}” ({_in_words(each, mapping)})" for each in rest)
    steps = (
        f"Click + beside the last table, choose “Create blank table” and name it “{label}”."
        f" Rename its first field to “{first['name']}”, delete the other fields and add: {fields}."
    )
    return (Missing(kind, "", label, body, steps),)


def free_label(label: str, taken: Iterable[str]) -> str:
    """Return a name no field of the table has: "Progress", "BQX Progress", "BQX Progress 2"."""
    used = {name.casefold().strip() for name in taken}
    prefixed = label if label.startswith("BQX ") else f"BQX {label}"
    numbered = (f"{prefixed} {number}" for number in range(2, 1000))
    return next(each for each in (label, prefixed, *numbered) if each.casefold() not in used)


def _field(kind: ItemKind, name: str, mapping: BaseMapping) -> Body | None:
    if name == "key":
        return _text("Issue Key" if kind == "issue" else "BQX Key")
    if name == "status":
        return _select("Status", _ISSUE_STATUS_CHOICES if kind == "issue" else _STATUS_CHOICES)
    if name == "severity":
        return _select("Severity", _SEVERITY_CHOICES)
    if name == "progress":
        return {"name": "Progress", "type": "percent", "options": {"precision": 1}}
    return _link("Affected Stages", "stage", mapping)


def _issue_table(mapping: BaseMapping) -> Body:
    fields = (
        _text("Issue ID"),
        _text("Title"),
        _long("Description"),
        _select("Severity", _SEVERITY_CHOICES),
        _select("Status", _ISSUE_STATUS_CHOICES),
        _link("Affected Stages", "stage", mapping),
        _long("Root Cause"),
        _link("Remediation Tasks", "task", mapping),
        _date("Discovered Date"),
        _date("Resolved Date"),
        _text("Owner"),
        _long("Prevention Actions"),
    )
    about = (
        "Problems of the project, their causes and what is done about them. Kept by BQX Cadence."
    )
    return {"description": about, "fields": [each for each in fields if each]}


def _task_table(mapping: BaseMapping) -> Body:
    fields = (
        _text("Task ID"),
        _text("Title"),
        _select("Status", _STATUS_CHOICES),
        _hours("Estimate"),
        _hours("Actual"),
        _text("Assigned To"),
        _date("Created Date"),
        _date("Completed Date"),
        _link("Stage", "stage", mapping),
        _text("BQX Key"),
    )
    about = "The tasks of the stages, with estimated and actual hours. Kept by BQX Cadence."
    return {"description": about, "fields": [each for each in fields if each]}


def _text(name: str) -> Body:
    return {"name": name, "type": "singleLineText"}


def _long(name: str) -> Body:
    return {"name": name, "type": "multilineText"}


def _date(name: str) -> Body:
    return {"name": name, "type": "date", "options": {"dateFormat": {"name": "iso"}}}


def _hours(name: str) -> Body:
    return {
        "name": name,
        "type": "number",
        "description": "Hours of work.",
        "options": {"precision": 2},
    }


def _select(name: str, choices: Sequence[str]) -> Body:
    options = {"choices": [{"name": choice} for choice in choices]}
    return {"name": name, "type": "singleSelect", "options": options}


def _link(name: str, kind: ItemKind, mapping: BaseMapping) -> Body | None:
    """Return a link to the table of a kind; None where the base has no such table yet."""
    target = mapping.of_kind(kind)
    if target is None:
        return None
    options = {"linkedTableId": target.table_id}
    return {"name": name, "type": "multipleRecordLinks", "options": options}


def _in_words(body: Mapping[str, Any], mapping: BaseMapping) -> str:
    """Return a field's type as Airtable's own menu calls it, with what has to be chosen there."""
    said = f"“{_TYPE_NAMES[body['type']]}”"
    options = body.get("options", {})
    if linked := mapping.of_table(options.get("linkedTableId", "")):
        return f"{said} to the table “{linked.name}”"
    if "choices" in options:
        names = ", ".join(choice["name"] for choice in options["choices"])
        return f"{said} with the options {names}"
    if "precision" in options:
        places = options["precision"]
        return f"{said} with {places} decimal place{'s' * (places != 1)}"
    return said
