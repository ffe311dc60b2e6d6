"""The form that corrects a proposed mapping: what it shows, and what it reads."""

import pytest

from bot.domain.airtable.looking import Choice
from bot.errors import FormError
from bot.sandbox.blocks import flaws_of_view
from bot.views.airtable_wizard import MAX_CHOICES, NONE, mapping_form, read_mapping_form

TABLE_ID = "tblSTAGES00000000"
LAST = 150


def told(taken):
    """Return a proposal of one wide table with these fields, as it is kept."""
    fields = [
        {"id": f"fld{number:014}", "name": f"{number} " + "長い" * 40, "choices": []}
        for number in range(LAST + 1)
    ]
    words = {
        word: {"id": f"fld{number:014}", "name": "x", "type": "singleLineText", "words": {}}
        for word, number in taken.items()
    }
    tables = {"stage": {"id": TABLE_ID, "name": "Stages", "fields": words}}
    schema = [{"id": TABLE_ID, "name": "Stages", "fields": fields}]
    return {"tables": tables, "schema": schema}


def as_sent(view, **changed):
    """Return the form as Slack sends it, with other fields chosen for some words."""
    values = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            chosen = dict(block["element"]["initial_option"])
            if (number := changed.get(block["block_id"].removeprefix("field:"))) is not None:
                chosen = {"value": NONE if number < 0 else f"fld{number:014}"}
            values[block["block_id"]] = {
                "value": {"type": "static_select", "selected_option": chosen}
            }
    return {**view, "state": {"values": values}}


def test_a_form_of_a_wide_table_changes_nothing_by_being_sent():
    proposal = told({"title": 0, "owner": MAX_CHOICES - 2, "notes": LAST})
    view = mapping_form(proposal, "stage", {})

    assert read_mapping_form(as_sent(view), proposal)[0] == []
    assert flaws_of_view(view) == []


def test_a_field_that_is_chosen_for_two_things_is_said_under_its_box():
    proposal = told({"title": 0, "owner": 1})
    view = as_sent(mapping_form(proposal, "stage", {}), notes=1)

    with pytest.raises(FormError) as refused:
        read_mapping_form(view, proposal)

    assert list(refused.value.fields) == ["field:notes"]
    assert "is chosen for “Owner”, too" in refused.value.fields["field:notes"]


def test_two_fields_may_be_swapped():
    proposal = told({"title": 0, "owner": 1, "notes": 2})
    view = as_sent(mapping_form(proposal, "stage", {}), owner=2, notes=1)

    choices, _ = read_mapping_form(view, proposal)

    assert choices == [
        Choice("stage", "owner", f"fld{2:014}"),
        Choice("stage", "notes", f"fld{1:014}"),
    ]


def test_a_field_may_be_left_out():
    proposal = told({"title": 0, "owner": 1})
    view = as_sent(mapping_form(proposal, "stage", {}), owner=-1)

    assert read_mapping_form(view, proposal)[0] == [Choice("stage", "owner", "")]
