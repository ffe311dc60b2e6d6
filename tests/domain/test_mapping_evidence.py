"""What the rows and the links of a table tell of a field whose name tells nothing."""

import pytest

from bot.domain.airtable.proposing.proposal import propose_mapping, with_choice
from tests.domain.mapping_bases import TEXT, base, choices, field_id, said, table

STATUS = ("Status", "singleSelect", choices("To do", "Doing", "Done"))
STATES = ("Done", "Done", "Doing", "Doing", "To do", "To do")
ADA = {"id": "usr1", "email": "ada@example.com", "name": "Ada Byron"}


def _stages(*fields, cells):
    """Return what is proposed for stages with these fields, by name, and these cells by row."""
    rows = [
        (f"Stage {at}", state, *cell)
        for at, (state, cell) in enumerate(zip(STATES, cells, strict=True))
    ]
    proposal = propose_mapping(
        *base(table(1, "Stages", ("Stage", TEXT), STATUS, *fields, rows=rows))
    )
    return said(proposal.mapping)["stage"], proposal.doubts


def _column(*values):
    return [(value,) for value in values]


def test_a_date_that_only_the_done_rows_have_is_when_they_were_done():
    stage, doubts = _stages(
        ("Ribbon", "date"), cells=_column("2026-01-02", "2026-01-03", None, None, None, None)
    )

    assert stage["completed_at"] == "Ribbon"
    assert "by what it holds" in next(each.text for each in doubts if each.name == "completed_at")


@pytest.mark.parametrize(
    "dates",
    [
        ("2026-01-02", "2026-01-03", "2026-01-04", None, None, None),
        ("2026-01-02", None, None, None, None, None),
        ("2026-01-02",) * 6,
    ],
)
def test_other_dates_of_an_unknown_name_are_left(dates):
    stage, _ = _stages(("Ribbon", "date"), cells=_column(*dates))

    assert "Ribbon" not in stage.values()


def test_of_two_such_dates_neither_is_taken():
    stage, _ = _stages(
        ("Ribbon", "date"),
        ("Party", "date"),
        cells=[("2026-01-02", "2026-01-03")] * 2 + [(None, None)] * 4,
    )

    assert "completed_at" not in stage


@pytest.mark.parametrize("name", ["Invoice sent", "Warranty from", "Contract ended"])
def test_a_date_about_something_else_is_left(name):
    stage, _ = _stages(
        (name, "date"), cells=_column("2026-01-02", "2026-01-03", None, None, None, None)
    )

    assert "completed_at" not in stage


def test_a_completion_date_of_what_is_yet_to_come_is_planned():
    stage, _ = _stages(("Completion date", "date"), cells=_column(*("2026-01-02",) * 6))

    assert (stage.get("completed_at"), stage["planned_end"]) == (None, "Completion date")


def test_a_percent_that_goes_with_the_status_is_the_progress():
    stage, _ = _stages(
        ("Burn", "percent"),
        ("Luck", "percent"),
        cells=[(1, 0.5), (1, 0.6), (0.4, 0.2), (0.1, 1), (None, 0.3), (None, 0.3)],
    )

    assert stage["progress"] == "Burn"


@pytest.mark.parametrize(
    ("name", "shares"),
    [
        ("Burn", (1, 1, 1, 0.5, None, None)),
        ("Burn", (1, 0.9, 0.5, 0.5, None, None)),
        ("Burn", (1, 1, 0.5, 0.5, 0.2, None)),
        ("Invoiced", (1, 1, 0.5, 0.5, None, None)),
    ],
)
def test_another_percent_is_left(name, shares):
    stage, _ = _stages((name, "percent"), cells=_column(*shares))

    assert "progress" not in stage


@pytest.mark.parametrize("other", ["Reviewer", "Reported by", "Sponsor"])
def test_the_only_free_person_owns_it(other):
    people = [("Pilot", "singleCollaborator"), (other, "singleCollaborator")]

    stage, _ = _stages(*people, cells=[(ADA, ADA)] * 6)

    assert stage["owner"] == "Pilot"


def test_of_two_free_people_neither_owns_it():
    people = [("Pilot", "singleCollaborator"), ("Buddy", "singleCollaborator")]

    stage, _ = _stages(*people, cells=[(ADA, ADA)] * 6)

    assert "owner" not in stage


def test_an_address_of_documents_is_the_documentation():
    stage, _ = _stages(
        ("Home", "url"), cells=_column(*("https://docs.google.com/document/d/1",) * 6)
    )

    assert stage["docs_url"] == "Home"


@pytest.mark.parametrize("host", ["github.com/a/b/pull/1", "grafana.example.com/d/1"])
def test_another_address_is_left(host):
    stage, _ = _stages(("Home", "url"), cells=_column(*(f"https://{host}",) * 6))

    assert "docs_url" not in stage


def test_a_number_of_weeks_is_no_duration():
    stage, _ = _stages(("Duration (weeks)", "number"), cells=_column(*(2,) * 6))

    assert "duration" not in stage


def _link(name, number):
    return (
        name,
        "multipleRecordLinks",
        {"linkedTableId": f"tbl{number}"} | {"prefersSingleRecordLink": True},
    )


@pytest.mark.parametrize(
    ("name", "is_phase"), [("Chapters", True), ("Clients", False), ("Old chapters", False)]
)
def test_the_one_table_the_stages_belong_to_holds_the_phases(name, is_phase):
    chapters = table(1, name, ("Name", TEXT), STATUS, ("End", "date"), rows=[("One", "Done", "")])
    stages = table(2, "Stages", ("Stage", TEXT), STATUS, _link("Part", 1))

    mapped = said(propose_mapping(*base(chapters, stages)).mapping)

    assert ("phase" in mapped) is is_phase


def test_of_two_tables_the_stages_belong_to_neither_holds_the_phases():
    chapters = table(1, "Chapters", ("Name", TEXT), STATUS, ("End", "date"))
    books = table(3, "Books", ("Name", TEXT), STATUS, ("End", "date"))
    stages = table(2, "Stages", ("Stage", TEXT), STATUS, _link("Part", 1), _link("Book", 3))

    mapped = said(propose_mapping(*base(chapters, stages, books)).mapping)

    assert "phase" not in mapped


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("Technical cause", "root_cause"),
        ("Regression guard", "prevention_actions"),
        ("Cause and prevention", None),
    ],
)
def test_single_words_tell_a_text_of_an_issue(name, word):
    severity = ("Severity", "singleSelect", choices("High", "Low"))
    issues = table(1, "Issues", ("Issue", TEXT), severity, (name, "multilineText"))

    mapped = said(propose_mapping(*base(issues)).mapping)["issue"]

    assert [each for each in mapped if mapped[each] == name] == ([word] if word else [])


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("First noticed", "discovered_at"),
        ("Fix confirmed", "resolved_at"),
        ("Fix due", None),
        ("Last reported", None),
    ],
)
def test_single_words_tell_a_date_of_an_issue(name, word):
    severity = ("Severity", "singleSelect", choices("High", "Low"))
    issues = table(1, "Issues", ("Issue", TEXT), severity, (name, "date"))

    mapped = said(propose_mapping(*base(issues)).mapping)["issue"]

    assert [each for each in mapped if mapped[each] == name] == ([word] if word else [])


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("dt_plan_fin", "planned_end"),
        ("dt_act_fin", "completed_at"),
        ("dt_plan_start", None),
        ("dt_act_start", "started_at"),
        ("Planned start", None),
        ("Geplantes Ende", "planned_end"),
        ("Tatsächliches Ende", "completed_at"),
        ("Expected completion", "planned_end"),
    ],
)
def test_what_was_planned_is_never_taken_for_what_happened(name, word):
    stages = table(1, "Stages", ("Stage", TEXT), STATUS, (name, "date"))

    mapped = said(propose_mapping(*base(stages)).mapping)["stage"]

    assert [each for each in mapped if mapped[each] == name] == ([word] if word else [])


@pytest.mark.parametrize(
    ("name", "field_type", "is_taken"),
    [
        ("Team", "multipleCollaborators", False),
        ("Crew", "multipleCollaborators", False),
        ("Assignees", "multipleCollaborators", True),
        ("Team", "singleCollaborator", True),
        ("resp_email", "email", True),
        ("Owner email", "email", True),
        ("Client email", "email", False),
        ("E-mail", "email", False),
    ],
)
def test_whose_it_is_and_who_else_works_on_it(name, field_type, is_taken):
    stages = table(1, "Stages", ("Stage", TEXT), STATUS, (name, field_type))

    mapped = said(propose_mapping(*base(stages)).mapping)["stage"]

    assert (mapped.get("owner") == name) is is_taken


@pytest.mark.parametrize("name", ["Mängel", "Mängelliste", "NCR log", "Störungen"])
def test_a_table_of_defects_is_not_made_a_second_time(name):
    defects = table(
        1,
        name,
        ("Nr.", TEXT),
        ("Kurzbeschreibung", TEXT),
        ("Dringlichkeit", "singleSelect", choices("hoch", "niedrig")),
        ("Festgestellt am", "date"),
        rows=[("M-001", "Riss in der Wand", "hoch", "2026-01-01")],
    )
    stages = table(2, "Arbeitspakete", ("AP", TEXT), STATUS)

    proposal = propose_mapping(*base(defects, stages))

    assert said(proposal.mapping)["issue"][""] == name
    assert [each.label for each in proposal.missing if each.kind == "issue" and not each.name] == []


@pytest.mark.parametrize(
    ("field_type", "cells", "is_taken"),
    [
        ("singleLineText", ("1", "1", "0.5", "0.5", "0", "0"), False),
        ("number", (1, 1, 0.5, 0.5, 0, 0), False),
        ("number", (1, 1, 0, 0, 0, 0), False),
        ("number", (100, 100, 50, 1, 0, 0), True),
        ("singleLineText", ("100", "100", "50 %", "0.5", "0", "0"), True),
        ("percent", (1, 1, 0.5, 0.5, 0, 0), True),
    ],
)
def test_numbers_from_0_to_1_are_no_percent(field_type, cells, is_taken):
    stage, doubts = _stages(("Progress", field_type), cells=_column(*cells))

    assert (stage.get("progress") == "Progress") is is_taken
    asked = [each.text for each in doubts if each.name == "progress"]
    assert asked == ([] if is_taken else [f"“Progress” {MAYBE}"])


MAYBE = "may be the progress; I wasn't sure enough to take it."


def test_who_chooses_such_numbers_is_told_how_they_are_read():
    rows = [("Dig", "1"), ("Fill", "0.5")]
    schema, samples = base(table(1, "Stages", ("Stage", TEXT), ("Progress", TEXT), rows=rows))
    proposal = propose_mapping(schema, samples)

    chosen = with_choice(
        proposal, schema, samples, "stage", "progress", field_id(schema, "Stages", "Progress")
    )

    assert "0 to 1 %" in next(each.text for each in chosen.doubts if each.name == "progress")


def test_an_owner_who_is_a_record_of_another_table_comes_by_a_lookup():
    people = table(2, "People", ("Name", TEXT), rows=[("Ada Byron",)])
    link = ("Owner", "multipleRecordLinks", {"linkedTableId": "tbl2"})
    lookup = ("Name of owner", "multipleLookupValues", {"result": {"type": TEXT}, "isValid": True})

    def proposed(*fields, row):
        stages = table(1, "Stages", ("Stage", TEXT), STATUS, *fields, rows=[row])
        proposal = propose_mapping(*base(stages, people))
        asked = [each.text for each in proposal.doubts if each.name == "owner"]
        return said(proposal.mapping)["stage"].get("owner"), asked

    taken, asked = proposed(link, row=("Dig", "Done", ["rec20"]))
    assert taken is None
    assert "“Owner” links to another table" in asked[0]
    assert "Add a lookup" in asked[0]

    taken, asked = proposed(link, lookup, row=("Dig", "Done", ["rec20"], ["Ada Byron"]))
    assert (taken, asked) == ("Name of owner", [])
