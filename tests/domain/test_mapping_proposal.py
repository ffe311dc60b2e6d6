"""The proposal beyond single bases: the customer's stages, what is missing, what is asked."""

import json
import time

import pytest

from bot.domain.airtable.proposing.proposal import examples, propose_mapping
from tests.domain.mapping_bases import (
    FOLDER,
    TEXT,
    base,
    base_of,
    choices,
    load,
    said,
    table,
    with_created,
    words,
)


def test_the_customers_stages_are_mapped(shared):
    records = json.loads((shared / "data/bqx/stages.json").read_text(encoding="utf-8"))
    types = {
        "Status": ("singleSelect", choices("Todo", "In Progress", "Done")),
        "Estimated Cost": ("currency", {"precision": 2}),
        "Plan (Link)": ("multipleRecordLinks", {"linkedTableId": "tblElsewhere"}),
    }
    names = dict.fromkeys(name for record in records for name in record["fields"])
    names = ["Stage ID", *(name for name in names if name != "Stage ID")]
    fields = [(name, *types.get(name, (TEXT, {}))) for name in names]
    stages = {**table(1, "Stages", *fields), "records": records}

    proposal = propose_mapping(*base(stages))

    assert said(proposal.mapping) == {
        "stage": {
            "": "Stages",
            "title": "Stage ID",
            "code": "Stage Code",
            "status": "Status",
            "duration": "Duration",
            "owner": "Assigned To",
            "notes": "Notes",
            "description": "Description",
            "phase": "Phase (Link)",
        }
    }
    assert words(proposal, "stage", "status") == {
        "Todo": "not started",
        "In Progress": "in progress",
        "Done": "complete",
    }
    assert [(each.kind, each.name, each.label) for each in proposal.missing] == [
        ("stage", "key", "BQX Key"),
        ("stage", "progress", "Progress"),
        ("task", "", "Tasks"),
        ("issue", "", "Issues"),
    ]


def test_the_issues_table_is_the_briefs():
    proposal = propose_mapping(*load("decoys"))

    issues = next(each for each in proposal.missing if each.kind == "issue")

    assert [(each["name"], each["type"]) for each in issues.field["fields"]] == [
        ("Issue ID", TEXT),
        ("Title", TEXT),
        ("Description", "multilineText"),
        ("Severity", "singleSelect"),
        ("Status", "singleSelect"),
        ("Affected Stages", "multipleRecordLinks"),
        ("Root Cause", "multilineText"),
        ("Remediation Tasks", "multipleRecordLinks"),
        ("Discovered Date", "date"),
        ("Resolved Date", "date"),
        ("Owner", TEXT),
        ("Prevention Actions", "multilineText"),
    ]


def test_tables_that_were_created_are_mapped_whole():
    schema, samples = load("stages_export")

    proposal = propose_mapping(
        with_created(schema, propose_mapping(schema, samples).missing), samples
    )

    mapped = said(proposal.mapping)
    assert mapped["task"] == {
        "": "Tasks",
        "title": "Task ID",
        "name": "Title",
        "status": "Status",
        "estimate": "Estimate",
        "actual": "Actual",
        "owner": "Assigned To",
        "created_at": "Created Date",
        "completed_at": "Completed Date",
        "stage": "Stage",
        "key": "BQX Key",
    }
    assert mapped["issue"] == {
        "": "Issues",
        "title": "Title",
        "description": "Description",
        "severity": "Severity",
        "status": "Status",
        "stages": "Affected Stages",
        "root_cause": "Root Cause",
        "discovered_at": "Discovered Date",
        "resolved_at": "Resolved Date",
        "owner": "Owner",
        "prevention_actions": "Prevention Actions",
        "key": "Issue ID",
    }
    assert mapped["stage"]["progress"] == "BQX Progress"


def test_without_stages_nothing_is_made_for_them():
    proposal = propose_mapping(*load("sales"))

    stages = next(each for each in proposal.missing if each.kind == "stage")

    assert (stages.field, stages.label) == (None, "Stages")
    assert "Choose the table that holds your stages" in stages.steps


def test_what_is_missing_can_be_made_by_hand():
    proposal = propose_mapping(*load("spanish"))

    steps = {(each.kind, each.name): each.steps for each in proposal.missing}

    assert steps["issue", "key"] == (
        "In the table “Incidencias”, click + at the right of the last field, name it “Issue Key”"
        " and choose “Single line text”."
    )


def test_a_key_with_anything_else_in_it_is_never_ours():
    fields = (("Name", TEXT), ("Key", TEXT))
    schema, samples = base(table(1, "Stages", *fields, rows=[("1.1 - Dig", "K-7 blue")]))

    proposal = propose_mapping(schema, samples)

    assert "key" not in said(proposal.mapping)["stage"]
    assert ("stage", "key", "BQX Key") in {
        (each.kind, each.name, each.label) for each in proposal.missing
    }


@pytest.mark.parametrize("cells", [("", ""), ("STG-001", ""), ("STG-001", "STG-002")])
def test_a_key_that_is_empty_or_holds_our_form_is_ours(cells):
    fields = (("Name", TEXT), ("Key", TEXT))
    rows = [("1.1 - Dig", cells[0]), ("1.2 - Fill", cells[1])]

    proposal = propose_mapping(*base(table(1, "Stages", *fields, rows=rows)))

    assert said(proposal.mapping)["stage"]["key"] == "Key"


def test_two_tables_that_fit_alike_are_asked_about():
    fields = (("Task", TEXT), ("Status", "singleSelect", choices("Todo", "Doing", "Done")))

    proposal = propose_mapping(
        *base(table(1, "Website tasks", *fields), table(2, "Marketing tasks", *fields))
    )

    assert [doubt.text for doubt in proposal.doubts if doubt.name == ""] == [
        "“Marketing tasks” and “Website tasks” both look like tasks; I took neither. Choose one.",
    ]
    tasks = next(each for each in proposal.missing if each.kind == "task")
    assert tasks.field is None


def test_the_plans_own_word_goes_before_another():
    fields = (("Title", TEXT), ("Severity", "singleSelect", choices("High", "Medium", "Low")))

    proposal = propose_mapping(*base(table(1, "Bugs", *fields), table(2, "Issues", *fields)))

    assert said(proposal.mapping)["issue"][""] == "Issues"
    assert "“Bugs” looks like issues too" in proposal.doubts[0].text


def test_a_field_taken_by_its_options_is_said():
    fields = (
        ("Stage", TEXT),
        ("Where the thing is", "singleSelect", choices("Todo", "Doing", "Blocked", "Done")),
    )

    proposal = propose_mapping(*base(table(1, "Stages", *fields)))

    assert said(proposal.mapping)["stage"]["status"] == "Where the thing is"
    assert [doubt.text for doubt in proposal.doubts] == [
        "I took “Where the thing is” for the status by what it holds, not its name."
    ]


def test_the_order_of_tables_changes_nothing():
    told = json.loads((FOLDER / "agile.json").read_text(encoding="utf-8"))

    forward = propose_mapping(*base_of(told))
    backward = propose_mapping(*base_of({**told, "tables": told["tables"][::-1]}))

    assert said(forward.mapping) == said(backward.mapping)


def test_examples_are_short_lines_of_real_rows():
    schema, samples = load("customer_whole")

    shown = examples(propose_mapping(schema, samples).mapping, samples)

    assert shown["stage", "title"] == (
        "7.2 - Lambda Prediction API",
        "Stage 1.5.1: Baseline Rate Setup",
    )
    assert shown["stage", "progress"] == ("100 %", "27.4 %")
    assert shown["issue", "owner"] == ("Ada Byron",)
    assert all(len(text) <= 40 and "\n" not in text for texts in shown.values() for text in texts)


def test_examples_name_linked_records():
    stages = table(1, "Stages", ("Stage", TEXT), rows=[("1.1 - Dig",)])
    link = ("Stage", "multipleRecordLinks", {"linkedTableId": "tbl1"})
    record_id = "rec00000000000001"
    stages["records"][0]["id"] = record_id
    tasks = table(2, "Tasks", ("Task", TEXT), link, rows=[("Hire", [record_id])])
    schema, samples = base(stages, tasks)

    shown = examples(propose_mapping(schema, samples).mapping, samples, limit=1)

    assert shown["task", "stage"] == ("1.1 - Dig",)


@pytest.mark.parametrize("cell", [["rec1"], {"specialValue": "NaN"}, {"error": "#ERROR"}, 1e300])
def test_a_cell_of_a_shape_nobody_expects_stops_nothing(cell):
    types = ("number", "percent", "singleLineText", "formula", "duration", "date")
    names = ("Severity", "Progress", "Status", "Owner", "Actual", "Due")
    fields = (("Issue", TEXT), *zip(names, types, strict=True))
    issues = table(1, "Issues", *fields, rows=[("Rain", *([cell] * 6))])
    schema, samples = base(issues)

    proposal = propose_mapping(schema, samples)

    assert examples(proposal.mapping, samples)["issue", "title"] == ("Rain",)


def test_a_large_base_is_read_at_once():
    fields = tuple((f"Field {at}", TEXT) for at in range(100))
    row = tuple(f"some text {at}" for at in range(100))
    tables = [table(at, f"List {at}", *fields, rows=[row] * 100) for at in range(10, 40)]

    before = time.thread_time()
    proposal = propose_mapping(*base(*tables))

    assert time.thread_time() - before < 20
    assert proposal.mapping.tables == ()


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ("Cargo", TEXT),  # a post, or freight; "a cargo de" is the owner
        ("Charge", TEXT),  # a workload; "en charge" is the owner
        ("Livre", TEXT),  # a book; "livré le" is when it was done
        ("Signalée par", TEXT),
        ("Gemeldet durch", TEXT),
        ("Ursachenkategorie", TEXT),
        ("Fecha de revisión", "date"),
        ("Geplanter Beginn", "date"),
        ("Début prévu", "date"),
    ],
)
def test_a_name_that_only_looks_like_a_known_one_is_left_alone(field, kind):
    schema, rows = base(
        table(1, "Etapas", ("Etapa", TEXT), (field, kind), rows=[("1.1 - A", None)]),
        table(2, "Störungen", ("Störung", TEXT), (field, kind), rows=[("Pumpe", None)]),
    )

    mapped = said(propose_mapping(schema, rows).mapping)

    assert field not in {name for held in mapped.values() for name in held.values()}
