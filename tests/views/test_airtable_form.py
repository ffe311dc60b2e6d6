"""The form that corrects a proposed mapping: what it shows, and what it reads."""

import pytest

from bot.domain.airtable.looking import Choice
from bot.domain.airtable.mapping import PLAN_FIELDS
from bot.errors import FormError
from bot.sandbox.blocks import flaws_of_view
from bot.views.airtable_form import (
    MAX_CHOICES,
    NONE,
    asking_again,
    mapping_form,
    read_mapping_form,
)

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


def corrected(proposal, **fields):
    """Return the proposal after somebody else's corrections; -1 takes a field away."""
    kept = dict(proposal["tables"]["stage"]["fields"])
    for word, number in fields.items():
        kept.pop(word, None)
        kept = {w: field for w, field in kept.items() if field["id"] != f"fld{number:014}"}
        if number >= 0:
            kept[word] = {"id": f"fld{number:014}", "name": "x", "type": "x", "words": {}}
    return {**proposal, "tables": {"stage": {**proposal["tables"]["stage"], "fields": kept}}}


def told_of(form):
    """The text above the lists."""
    return str([block for block in form["blocks"] if block["type"] != "input"])


def test_a_field_that_somebody_else_corrected_meanwhile_stays_corrected():
    shown = told({"title": 0, "owner": 1})
    view = as_sent(mapping_form(shown, "stage", {}), notes=5)
    now = corrected(shown, owner=3)

    assert asking_again(view, now) is None
    assert read_mapping_form(view, now)[0] == [Choice("stage", "notes", f"fld{5:014}")]


def test_what_would_take_anothers_correction_back_is_asked_about_once():
    shown = told({"title": 0, "owner": 1})
    view = as_sent(mapping_form(shown, "stage", {}), owner=2, notes=5)
    now = corrected(shown, owner=3)

    again = asking_again(view, now)

    assert "Owner: now “3 長い" in told_of(again)
    assert "you chose “2 長い" in told_of(again)
    assert flaws_of_view(again) == []
    assert asking_again(as_sent(again), now) is None
    assert read_mapping_form(as_sent(again), now)[0] == [
        Choice("stage", "owner", f"fld{2:014}"),
        Choice("stage", "notes", f"fld{5:014}"),
    ]
    assert asking_again(as_sent(again), corrected(now, owner=4)) is not None


def test_their_correction_is_left_where_it_is_chosen_instead():
    shown = told({"title": 0, "owner": 1})
    now = corrected(shown, owner=3)
    again = asking_again(as_sent(mapping_form(shown, "stage", {}), owner=2), now)

    assert read_mapping_form(as_sent(again, owner=3), now)[0] == []


def test_a_field_that_is_something_else_by_now_is_asked_about():
    shown = told({"title": 0, "owner": 1})
    view = as_sent(mapping_form(shown, "stage", {}), owner=2)

    assert "Notes: now “2 長い" in told_of(asking_again(view, corrected(shown, notes=2)))


def test_a_correction_that_is_still_on_its_way_counts_as_made():
    shown = told({"title": 0, "owner": 1})
    view = as_sent(mapping_form(shown, "stage", {}), owner=2)
    theirs = {"kind": "stage", "name": "owner", "target": f"fld{3:014}", "meaning": ""}

    assert asking_again(view, {**shown, "sent": {"view:1": [theirs]}}) is not None
    assert asking_again(view, {**shown, "sent": {"view:1": [{**theirs, "kind": "task"}]}}) is None


def test_fields_of_a_table_that_was_changed_meanwhile_ask_for_the_table():
    shown = told({"title": 0, "owner": 1})
    other = {"id": "tblOTHER000000000", "name": "Packages", "fields": {}}
    now = {
        **shown,
        "tables": {"stage": other},
        "schema": [*shown["schema"], {"id": other["id"], "name": "Packages", "fields": []}],
    }
    view = as_sent(mapping_form(shown, "stage", {}), notes=5)

    again = asking_again(view, now)

    assert "The table of stages: now “Packages”, you chose “Stages”" in told_of(again)
    assert read_mapping_form(as_sent(again), now)[0] == [
        Choice("stage", "", TABLE_ID),
        Choice("stage", "notes", f"fld{5:014}"),
    ]


def with_options(means):
    """Return a proposal whose status has the options "A" and "B" with these meanings."""
    proposal = told({"title": 0, "status": 1})
    proposal["tables"]["stage"]["fields"]["status"]["words"] = means
    proposal["schema"][0]["fields"][1]["choices"] = ["A", "B"]
    return proposal


def test_an_option_that_somebody_else_gave_a_meaning_stays():
    shown = with_options({"A": "blocked"})
    view = mapping_form(shown, "stage", {})
    sent = as_sent(view)
    meaning = {"value": "in progress"}
    sent["state"]["values"]["word:status:0"]["value"]["selected_option"] = meaning

    theirs = with_options({"A": "blocked", "B": "complete"})
    assert asking_again(sent, theirs) is None
    assert read_mapping_form(sent, theirs)[0] == [Choice("stage", "status", "A", "in progress")]
    assert "Status: “A” means: now “complete”, you chose “in progress”" in told_of(
        asking_again(sent, with_options({"A": "complete"}))
    )


def test_what_a_form_carries_of_what_it_showed_fits_the_widest_table():
    words = [word for word in PLAN_FIELDS["stage"] if word != "status"]
    proposal = told({"status": 0, **{word: number for number, word in enumerate(words, 1)}})
    options = [f"Option {number}" for number in range(30)]
    proposal["tables"]["stage"]["fields"]["status"]["words"] = dict.fromkeys(options, "not started")
    proposal["schema"][0]["fields"][0]["choices"] = options
    reply = {"channel": "C" * 11, "url": "https://hooks.slack.com/" + "x" * 120, "member": "U" * 11}

    assert flaws_of_view(mapping_form(proposal, "stage", reply)) == []
