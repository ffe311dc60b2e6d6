"""A person's corrections of a proposed mapping."""

import pytest

from bot.domain.airtable.proposing.proposal import propose_mapping, with_choice, with_word
from bot.errors import UserError
from tests.domain.mapping_bases import TEXT, base, field_id, load, said, table, words


def test_a_person_chooses_another_field():
    schema, samples = load("decoys")
    before = propose_mapping(schema, samples)
    confidence = field_id(schema, "Stages", "Confidence")

    after = with_choice(before, schema, samples, "stage", "progress", confidence)

    assert said(after.mapping)["stage"]["progress"] == "Confidence"
    assert said(before.mapping)["stage"]["progress"] == "Complete"


def test_a_field_is_taken_from_the_word_that_had_it():
    schema, samples = load("camel_case")
    proposal = propose_mapping(schema, samples)
    planned = field_id(schema, "stages", "plannedEnd")

    after = with_choice(proposal, schema, samples, "stage", "completed_at", planned)

    assert said(after.mapping)["stage"]["completed_at"] == "plannedEnd"
    assert "planned_end" not in said(after.mapping)["stage"]


def test_a_field_that_is_unmapped_is_missing():
    schema, samples = load("customer_whole")
    proposal = propose_mapping(schema, samples)

    after = with_choice(proposal, schema, samples, "stage", "progress", None)

    assert [each.label for each in after.missing if each.name == "progress"] == ["BQX Progress"]


@pytest.mark.parametrize(
    ("name", "field", "says"),
    [
        ("progress", "Estimated Cost", "needs a percent or a number or a single line of text"),
        ("key", "Progress notes", "the key needs a single line of text"),
        ("phase", "Blocked by", "links to another table"),
        ("title", None, "Every stage needs a title"),
        ("severity", "Status", "A stage of the plan has no severity"),
    ],
)
def test_a_field_that_cannot_hold_it_is_refused(name, field, says):
    schema, samples = load("decoys")
    proposal = propose_mapping(schema, samples)
    target = field and field_id(schema, "Stages", field)

    with pytest.raises(UserError, match=says):
        with_choice(proposal, schema, samples, "stage", name, target)


def test_a_person_chooses_another_table():
    schema, samples = load("casual")
    proposal = propose_mapping(schema, samples)
    rocks = next(each.id for each in schema.tables if each.name == "Big rocks")

    after = with_choice(proposal, schema, samples, "phase", "", rocks)

    assert said(after.mapping)["phase"] == {
        "": "Big rocks",
        "title": "What",
        "status": "How's it going?",
        "planned_end": "When by",
    }
    assert said(after.mapping)["stage"]["phase"] == "Part of"


def test_a_table_is_taken_from_the_kind_that_had_it():
    schema, samples = load("agile")
    proposal = propose_mapping(schema, samples)
    epics = next(each.id for each in schema.tables if each.name == "Epics")

    after = with_choice(proposal, schema, samples, "stage", "", epics)

    assert said(after.mapping)["stage"][""] == "Epics"
    assert after.mapping.of_kind("phase") is None
    assert "stage" not in said(after.mapping)["task"]


def test_a_table_is_left_out():
    schema, samples = load("agile")
    proposal = propose_mapping(schema, samples)

    after = with_choice(proposal, schema, samples, "issue", "", None)

    assert after.mapping.of_kind("issue") is None
    assert ("issue", "", "Issues") in {(e.kind, e.name, e.label) for e in after.missing}


def test_a_table_without_names_is_refused():
    schema, samples = base(
        table(1, "Stages", ("Stage", TEXT)), table(2, "Numbers", ("No", "autoNumber"))
    )
    proposal = propose_mapping(schema, samples)

    with pytest.raises(UserError, match="has no text that names its records"):
        with_choice(proposal, schema, samples, "task", "", "tbl2")


def test_a_person_says_what_an_option_means():
    proposal = propose_mapping(*load("german"))

    after = with_word(proposal, "stage", "status", "Zurückgestellt", "blocked")

    assert words(after, "stage", "status")["Zurückgestellt"] == "blocked"
    assert not any("Zurückgestellt" in doubt.text for doubt in after.doubts)


def test_a_meaning_is_taken_back():
    proposal = propose_mapping(*load("german"))

    after = with_word(proposal, "stage", "status", "Blockiert", None)

    assert "Blockiert" not in words(after, "stage", "status")
    texts = [doubt.text for doubt in after.doubts if doubt.kind == "stage"]
    assert any("“Blockiert”" in text for text in texts)
    assert any("means “blocked”" in text for text in texts)


@pytest.mark.parametrize(
    ("name", "meaning", "says"),
    [("status", "late", "choose one of them"), ("owner", "complete", "has no such words")],
)
def test_a_meaning_the_plan_has_not_is_refused(name, meaning, says):
    proposal = propose_mapping(*load("german"))

    with pytest.raises(UserError, match=says):
        with_word(proposal, "stage", name, "Offen", meaning)
