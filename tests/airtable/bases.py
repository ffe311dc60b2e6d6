"""Bases the tests begin with, in the shape that `bqx sandbox --airtable --load` reads."""

from collections.abc import Mapping, Sequence
from typing import Any

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
