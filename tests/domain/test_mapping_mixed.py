"""A base that keeps phases, stages and tasks in one table: said, with what to do by hand."""

import pytest

from bot.domain.airtable.proposing.proposal import propose_mapping, with_choice
from tests.domain.mapping_bases import TEXT, base, choices, table

KINDS = ("Phase", "Stage", "Task")


def one_table(name, *options, called="Type"):
    """Return a base of one table whose select has these options."""
    status = choices("Todo", "Doing", "Blocked", "Done")
    fields = (("Name", TEXT), (called, "singleSelect", choices(*options)))
    rows = [("1 - Prep", options[0], "Todo"), ("1.1 - Racks", options[1], "Done")]
    return base(table(1, name, *fields, ("Status", "singleSelect", status), rows=rows))


def test_a_table_of_several_kinds_is_named_with_every_step_by_hand():
    proposal = propose_mapping(*one_table("Work", *KINDS))

    assert proposal.mapping.of_kind("stage") is None
    steps = next(each.steps for each in proposal.missing if each.kind == "stage")
    assert steps.startswith("“Work” holds phases, stages and tasks in one table: its “Type” says")
    assert "until there are 3; name them “Phases”, “Stages”, “Tasks”" in steps
    assert "In “Tasks” add a field “Stage”" in steps


@pytest.mark.parametrize(
    ("called", "options"),
    [("Art", ("Meilenstein", "Arbeitspaket", "Aufgabe")), ("Nivel", ("Fase", "Etapa", "Tarea"))],
)
def test_the_field_that_tells_them_apart_may_be_called_anything(called, options):
    proposal = propose_mapping(*one_table("Plan", *options, called=called))

    steps = next(each.steps for each in proposal.missing if each.kind == "stage")
    assert f"its “{called}” says which row is what" in steps


def test_who_takes_such_a_table_all_the_same_is_told_what_becomes_of_it():
    schema, rows = one_table("Work", *KINDS)

    proposal = with_choice(propose_mapping(schema, rows), schema, rows, "stage", "", "tbl1")

    told = [doubt.text for doubt in proposal.doubts]
    assert any("I would read every row as a stage" in text for text in told)


def test_a_select_of_features_and_bugs_makes_no_mixed_table():
    proposal = propose_mapping(*one_table("Stages", "Feature", "Bug", "Chore"))

    assert proposal.mapping.of_kind("stage") is not None
    assert not [doubt for doubt in proposal.doubts if "every row" in doubt.text]
