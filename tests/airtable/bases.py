"""Bases the tests begin with, in the shape that `bqx sandbox --airtable --load` reads."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "data" / "bases"

BASE_ID = "appTESTS000000001"
PHASES, STAGES, TASKS, ISSUES = (
    f"tbl{name:0<14}" for name in ("Phases", "Stages", "Tasks", "Issues")
)
STATUS = {"choices": [{"name": name} for name in ("Todo", "In Progress", "Blocked", "Done")]}
SEVERITY = {
    "choices": [
        {"name": name}
        for name in (
            "Level 1: Blocker",
            "Level 2: Major issue",
            "Level 3: Minor issue",
            "Level 4: Technical debt",
        )
    ]
}
ISSUE_STATUS = {
    "choices": [{"name": name} for name in ("Open", "In Progress", "Resolved", "Closed")]
}

Row = Mapping[str, Any]


def text(name: str) -> Row:
    """Return a single line text field."""
    return {"name": name, "type": "singleLineText"}


def long_text(name: str) -> Row:
    """Return a long text field."""
    return {"name": name, "type": "multilineText"}


def select(name: str, options: Row) -> Row:
    """Return a single select."""
    return {"name": name, "type": "singleSelect", "options": options}


def link(name: str, table_id: str, back: str = "") -> Row:
    """Return a link to another table; `back` names the other side's field."""
    options = {"linkedTableId": table_id} | ({"inverseLinkFieldId": back} if back else {})
    return {"name": name, "type": "multipleRecordLinks", "options": options}


def plan_base(
    *,
    base_id: str = BASE_ID,
    phases: Sequence[Row] = (),
    stages: Sequence[Row] = (),
    tasks: Sequence[Row] = (),
    issues: Sequence[Row] = (),
    mirrored: bool = True,
) -> Row:
    """
    Return a whole base with everything the product asks for; rows are fields by name.

    Args:
        mirrored: Links have their other side, as Airtable makes them; somebody may delete it.
    """

    def both(name: str, table_id: str, back: str) -> Row:
        return link(name, table_id, back if mirrored else "")

    def mirror(*fields: Row) -> list[Row]:
        return list(fields) if mirrored else []

    return {
        "id": base_id,
        "name": "Plan",
        "tables": [
            _table(
                PHASES,
                "Phases",
                [
                    text("Name"),
                    select("Status", STATUS),
                    text("BQX Key"),
                    *mirror(link("Stages", STAGES, "Phase")),
                ],
                phases,
            ),
            _table(
                STAGES,
                "Stages",
                [
                    text("Stage ID"),
                    text("Stage Code"),
                    select("Status", STATUS),
                    {"name": "Progress", "type": "percent", "options": {"precision": 1}},
                    text("Duration"),
                    text("Assigned To"),
                    long_text("Notes"),
                    long_text("Description"),
                    {"name": "Docs", "type": "url"},
                    both("Phase", PHASES, "Stages"),
                    text("BQX Key"),
                    *mirror(link("Tasks", TASKS, "Stage")),
                    *mirror(link("Issues", ISSUES, "Affected Stages")),
                ],
                stages,
            ),
            _table(
                TASKS,
                "Tasks",
                [
                    text("Task"),
                    select("Status", STATUS),
                    {"name": "Estimate (hours)", "type": "number", "options": {"precision": 2}},
                    {"name": "Actual (hours)", "type": "number", "options": {"precision": 2}},
                    text("Assigned To"),
                    both("Stage", STAGES, "Tasks"),
                    text("BQX Key"),
                    *mirror(link("Issues", ISSUES, "Remediation Tasks")),
                ],
                tasks,
            ),
            _table(
                ISSUES,
                "Issues",
                [
                    text("Issue ID"),
                    text("Title"),
                    long_text("Description"),
                    select("Severity", SEVERITY),
                    select("Status", ISSUE_STATUS),
                    both("Affected Stages", STAGES, "Issues"),
                    long_text("Root Cause"),
                    both("Remediation Tasks", TASKS, "Issues"),
                    {
                        "name": "Discovered Date",
                        "type": "date",
                        "options": {"dateFormat": {"name": "iso"}},
                    },
                    {
                        "name": "Resolved Date",
                        "type": "date",
                        "options": {"dateFormat": {"name": "iso"}},
                    },
                    text("Owner"),
                    long_text("Prevention Actions"),
                ],
                issues,
            ),
        ],
    }


def _table(table_id: str, name: str, fields: Sequence[Row], rows: Sequence[Row]) -> Row:
    return {
        "id": table_id,
        "name": name,
        "fields": list(fields),
        "records": [dict(row) if "fields" in row else {"fields": dict(row)} for row in rows],
    }


def fixture_names() -> list[str]:
    """Return the names of the bases in `tests/data/bases`."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def fixture_base(name: str) -> dict[str, Any]:
    """Return a base of `tests/data/bases` with ids and people as the server wants them."""
    told = _whole_ids(json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")))
    people = {each["id"]: each for each in _people(told)}
    known = [{"email": f"{each}@example.com", **person} for each, person in people.items()]
    return {**told, "collaborators": known}


def customer_base(shared: Path, *, phases: bool = False) -> dict[str, Any]:
    """
    Return a base around the customer's own stages.

    Args:
        phases: With a table of phases that the stages link to; their export has the ids as text.
    """
    rows = json.loads((shared / "data" / "bqx" / "stages.json").read_text(encoding="utf-8"))
    options = {"choices": [{"name": name} for name in ("Todo", "In Progress", "Done")]}
    fields = [
        text("Stage ID"),
        text("Stage Code"),
        long_text("Description"),
        select("Status", options),
        text("Duration"),
        text("Assigned To"),
        long_text("Charge"),
        long_text("Outcome"),
        {
            "name": "Estimated Cost",
            "type": "currency",
            "options": {"precision": 2, "symbol": "$"},
        },
        link("Plan (Link)", "tblPlans000000001"),
        link("Phase (Link)", PHASES) if phases else text("Phase (Link)"),
        long_text("Notes"),
        text("Autonomy Level"),
    ]
    plan = [{"id": "recSb2RvwT60eSu8U", "fields": {"Name": "BQX ML V3"}}]
    tables = [_table("tblPlans000000001", "Plans", [text("Name")], plan)]
    if phases:
        ids = dict.fromkeys(
            row["fields"]["Phase (Link)"] for row in rows if "Phase (Link)" in row["fields"]
        )
        named = [
            {"id": each, "fields": {"Phase": f"Phase {number}"}}
            for number, each in enumerate(ids, start=1)
        ]
        tables.append(_table(PHASES, "Phases", [text("Phase"), select("Status", options)], named))
        rows = [_linking(row) for row in rows]
    tables.append(_table(STAGES, "Stages", fields, rows))
    return {"id": "appR3PPnrNkVo48mO", "name": "BQX ML", "tables": tables}


def _linking(row: Row) -> Row:
    phase = row["fields"].get("Phase (Link)")
    cells = {**row["fields"], "Phase (Link)": [phase] if phase else []}
    return {**row, "fields": cells}


def _whole_ids(told: Any) -> Any:
    """Return the same with each id as long as Airtable's are; the files have them shorter."""
    if isinstance(told, dict):
        return {name: _whole_ids(part) for name, part in told.items()}
    if isinstance(told, list):
        return [_whole_ids(part) for part in told]
    if isinstance(told, str) and re.fullmatch(r"(app|tbl|fld|rec|usr)[A-Za-z]*[0-9]+", told):
        return told.ljust(17, "0")
    return told


def _people(told: Any) -> Iterator[dict[str, Any]]:
    parts = told.values() if isinstance(told, dict) else told if isinstance(told, list) else ()
    if isinstance(told, dict) and str(told.get("id", "")).startswith("usr"):
        yield told
    for part in parts:
        yield from _people(part)
