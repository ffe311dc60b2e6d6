"""Rows of a base or a spreadsheet into drafts: which column is which, and what a cell means."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.domain import plan_cells as cells
from bot.domain.plan import Status
from bot.domain.plan_file import Draft, ItemKind, PlanNote
from bot.domain.plan_notes import progress_in_notes
from bot.domain.refs import canonical_ref, phase_ref, split_title

_ISSUE_KEY = re.compile(r"ISS-[0-9]{1,9}", re.IGNORECASE)
_MAX_DESCRIPTION_NAME = 120

_PLANNED_END = (
    "plannedend",
    "duedate",
    "due",
    "eta",
    "targetdate",
    "plannedcompletion",
    "deadline",
)
# Which column is which, by its name without case, spaces and signs. The first that is filled wins.
_COLUMNS: dict[ItemKind, dict[str, tuple[str, ...]]] = {
    "stage": {
        "title": ("stageid", "stageref", "ref", "reference", "stagenumber", "stage"),
        "code": ("stagecode", "code"),
        "name": ("stagename", "name", "title"),
        "status": ("status", "state", "stagestatus"),
        "progress": ("progress", "percentcomplete", "complete", "progresspercent"),
        "duration": ("duration", "estimatedduration", "plannedduration", "estimate"),
        "owner_text": ("assignedto", "owner", "assignee", "responsible", "stageowner"),
        "notes": ("notes", "note", "comments"),
        "description": ("description", "details"),
        "docs_url": ("docs", "docsurl", "documentation", "documentationlink", "doclink"),
        "started_at": ("started", "startdate", "startedat"),
        "completed_at": ("completed", "completeddate", "enddate", "completedat"),
        "planned_end": _PLANNED_END,
        "phase": ("phaselink", "phase", "phaseid", "phasename"),
    },
    "task": {
        "title": ("taskid", "taskref", "ref", "reference", "taskcode", "code", "task"),
        "name": ("title", "taskname", "name", "task"),
        "status": ("status", "state", "taskstatus"),
        "estimate_minutes": ("estimate", "estimatedhours", "estimatehours", "estimatedduration"),
        "actual_minutes": ("actual", "actualhours", "actualduration"),
        "owner_text": ("assignedto", "owner", "assignee", "responsible"),
        "created_at": ("created", "createddate", "createdat"),
        "completed_at": ("completed", "completeddate", "completedat", "doneat"),
        "stage": ("stagelink", "stage", "stageid", "stageref", "stagecode"),
    },
    "issue": {
        "title": ("issueid", "issuekey", "id", "key", "ref"),
        "name": ("title", "issuetitle", "name", "issue", "summary"),
        "description": ("description", "details"),
        "severity": ("severity", "level"),
        "status": ("status", "state"),
        "root_cause": ("rootcause",),
        "discovered_at": ("discovereddate", "discovered", "discoveredat", "created"),
        "resolved_at": ("resolveddate", "resolved", "resolvedat"),
        "prevention_actions": ("preventionactions", "prevention"),
        "stages": ("affectedstages", "stages", "affectedstageslink", "stage"),
        "tasks": ("remediationtasks", "tasks", "remediationtaskslink"),
    },
    "phase": {
        "title": ("phaseid", "phaseref", "phasecode", "ref", "reference", "code", "phase"),
        "name": ("phasename", "name", "title"),
        "status": ("status", "state", "phasestatus"),
        "planned_end": _PLANNED_END,
    },
}
_READ: dict[str, cells.Reading] = {
    "progress": cells.progress_of,
    "duration": cells.duration_of,
    "owner_text": cells.name_of,
    "notes": cells.text_of,
    "description": cells.text_of,
    "docs_url": cells.text_of,
    "started_at": cells.moment_of,
    "completed_at": cells.moment_of,
    "planned_end": cells.moment_of,
    "created_at": cells.moment_of,
    "discovered_at": cells.moment_of,
    "resolved_at": cells.moment_of,
    "estimate_minutes": cells.minutes_of,
    "actual_minutes": cells.minutes_of,
    "severity": cells.severity_of,
    "root_cause": cells.text_of,
    "prevention_actions": cells.text_of,
}
_LINKS = {
    "phase": "phase_key",
    "stage": "stage_key",
    "stages": "stage_keys",
    "tasks": "remediation_task_keys",
}
# Columns that tell what a table without a name holds.
_TELLING: tuple[tuple[ItemKind, frozenset[str]], ...] = (
    ("issue", frozenset({"issueid", "issuekey", "severity", "rootcause", "affectedstages"})),
    ("task", frozenset({"taskid", "taskref", "taskcode", "taskname", "task", "actualhours"})),
    ("stage", frozenset({"stageid", "stagecode", "stagename", "stageref", "phaselink"})),
    ("phase", frozenset({"phaseid", "phasename", "phasecode"})),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """
    One row of a table, as it came.

    Args:
        where: The record's id or the line.
        cells: Values by the column's own name.
        created: When the base made the record; None for spreadsheets.
    """

    where: str
    cells: Mapping[str, Any]
    record_id: str | None = None
    created: str | None = None
    source: Mapping[str, Any] = field(default_factory=dict)


def kind_of_table(columns: Iterable[str], name: str = "") -> ItemKind:
    """Return what a table holds, by its name or by its columns; stages where nothing tells."""
    squeezed = _squeeze(name)
    for kind in _COLUMNS:
        if squeezed in {kind, f"{kind}s"}:
            return kind
    found = {_squeeze(column) for column in columns}
    return next((kind for kind, telling in _TELLING if found & telling), "stage")


def knows_columns(columns: Iterable[str], kind: ItemKind) -> bool:
    """Whether a table has a column that names its items."""
    found = {_squeeze(column) for column in columns}
    known = _COLUMNS[kind]
    return bool(found & {*known["title"], *known["name"], *known.get("code", ())})


def draft_row(kind: ItemKind, row: Row) -> tuple[Draft | None, list[PlanNote]]:
    """Return the draft of a row (None where nothing names it), and what could not be read."""
    return draft_cells(kind, _filled(kind, row), row)


def draft_cells(
    kind: ItemKind, filled: Mapping[str, Any], row: Row
) -> tuple[Draft | None, list[PlanNote]]:
    """
    Return the draft of a row whose columns are known, and what could not be read.

    Args:
        filled: The cells that hold something, by this module's words for their columns.
    """
    notes: list[PlanNote] = []
    named = _names(kind, filled)
    if not named:
        if filled:
            text = f"This {kind} has neither a name nor a reference, so I left it out."
            notes.append(PlanNote("unreadable", row.where, text))
        return None, notes
    fields = {**named, **_values(kind, row.where, filled, notes)}
    if row.created and kind in {"task", "issue"}:
        _keep_created(fields, kind, row)
    if kind == "stage":
        _add_progress(fields, row.where, notes)
    links = {_LINKS[name]: cells.texts_of(filled[name]) for name in _LINKS if name in filled}
    key = fields.pop("key", None)
    return (
        Draft(
            kind=kind,
            where=row.where,
            record_id=row.record_id,
            key=key,
            fields=fields,
            links=links,
            source=row.source,
        ),
        notes,
    )


def _filled(kind: ItemKind, row: Row) -> dict[str, Any]:
    """Return the filled cells by what their column is."""
    squeezed: dict[str, Any] = {}
    for column, value in row.cells.items():
        if cells.text_of(value):
            squeezed.setdefault(_squeeze(column), value)
    found = {}
    for name, columns in _COLUMNS[kind].items():
        value = next((squeezed[column] for column in columns if column in squeezed), None)
        if value is not None:
            found[name] = value
    return found


def _names(kind: ItemKind, filled: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an item is called: ref, code, name or title, and an issue's own key."""
    title, name, code = (cells.name_of(filled.get(cell)) for cell in ("title", "name", "code"))
    if kind == "issue":
        return _issue_names(title, name)
    if not (title or name or code):
        return {}
    title_ref, rest = split_title(title)
    if kind == "phase":
        title_ref, rest = phase_ref(title), title
    name_ref, name_rest = split_title(name)
    ref = title_ref or canonical_ref(code) or name_ref
    if ref and ref == name_ref and name_rest:
        name = name_rest
    # A row that gives only its ref renames nothing; a new item is then called by its ref.
    called = name or rest or _first_line(filled.get("description"))
    named = {"ref": ref, "title" if kind == "task" else "name": called}
    if kind == "stage":
        named["code"] = code
    return {field: value for field, value in named.items() if value}


def _issue_names(number: str, title: str) -> dict[str, Any]:
    if _ISSUE_KEY.fullmatch(number):
        return {"key": number.upper(), "title": title or number.upper()}
    return {"title": title or number} if title or number else {}


def _values(
    kind: ItemKind, where: str, filled: Mapping[str, Any], notes: list[PlanNote]
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    readings = {name: _READ[name] for name in _COLUMNS[kind] if name in _READ}
    readings["status"] = cells.issue_status_of if kind == "issue" else cells.status_of
    for name, read in readings.items():
        if name not in filled:
            continue
        try:
            values[name] = read(filled[name])
        except cells.CellError as error:
            text = f"{error}, so I left it out."
            notes.append(PlanNote("unreadable", where, text))
    duration = values.get("duration")
    if duration and duration.low_s is None:
        text = f"The duration “{duration.text}” states no amount of work; I kept its words."
        notes.append(PlanNote("unreadable", where, text))
    return values


def _add_progress(fields: dict[str, Any], where: str, notes: list[PlanNote]) -> None:
    """Take the progress from the notes where no column has it, unless the status denies it."""
    stated = progress_in_notes(fields.get("notes", ""))
    if stated is None or "progress" in fields:
        return
    status = fields.get("status")
    if status is Status.COMPLETE and not stated.is_full:
        text = f"The stage is marked as done, its notes say {stated}: I left the progress empty."
        notes.append(PlanNote("ambiguous", where, text))
    else:
        fields["progress"] = stated


def _keep_created(fields: dict[str, Any], kind: ItemKind, row: Row) -> None:
    name = "created_at" if kind == "task" else "discovered_at"
    try:
        fields.setdefault(name, cells.moment_of(row.created))
    except cells.CellError:
        return  # a record without a readable createdTime is as good as one without any


def _first_line(value: Any) -> str:
    lines = cells.text_of(value).splitlines()
    return cells.name_of(lines[0])[:_MAX_DESCRIPTION_NAME] if lines else ""


def _squeeze(column: str) -> str:
    return re.sub(r"[^a-z0-9]", "", column.casefold())
