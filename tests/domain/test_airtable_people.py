"""Whom an owner's cell means: who is here by the one rule of names, and who has left by name."""

from dataclasses import replace

import pytest

from bot.domain.airtable.mapping import MappedField, MappedTable
from bot.domain.airtable.reading import People, read_record
from bot.domain.airtable.schema import AirtableRecord
from bot.domain.plan import Member

ANA = Member(id="UANA", name="ana", real_name="Ana Núñez", aliases=("ana@bqx.example", "DATA-001"))
BOB = Member(id="UBOB", name="Bob", aliases=("bob@bqx.example",), is_active=False)


def owner_of(kind, cell, *members):
    """Return what a record says of its owner."""
    fields = {word: MappedField(word, word, "x") for word in ("title", "owner")}
    record = AirtableRecord("rec1", "2026-01-01T00:00:00.000Z", {"title": "1.1 - A", "owner": cell})
    draft, _ = read_record(MappedTable(kind, "tbl1", "T", fields), record, People(members))
    return draft.fields


@pytest.mark.parametrize(
    "cell",
    [
        "data-001",
        "ana nunez",
        "  Ana  Núñez ",
        {"id": "usr1", "email": "ANA@bqx.example", "name": "A. N."},
        {"id": "usr1", "email": "elsewhere@bqx.example", "name": "Ana Núñez"},
    ],
)
def test_an_owner_is_found_as_everywhere_else(cell):
    assert owner_of("stage", cell, ANA, BOB)["owner_id"] == "UANA"


@pytest.mark.parametrize("cell", ["Bob", {"id": "usr2", "email": "bob@bqx.example", "name": "Bob"}])
def test_who_has_left_stays_named_and_is_nobody_who_listens(cell):
    said = owner_of("stage", cell, ANA, BOB)

    assert said["owner_text"] == "Bob"
    assert said["owner_id"] is None
    assert owner_of("issue", cell, ANA, BOB)["owner_id"] == "UBOB"


def test_a_name_of_somebody_who_left_is_the_one_who_is_here():
    here = replace(ANA, name="Bob")

    assert owner_of("stage", "Bob", BOB, here)["owner_id"] == "UANA"
    assert owner_of("issue", "Bob", BOB, here)["owner_id"] == "UANA"


def test_an_address_says_more_than_a_name():
    cell = {"id": "usr2", "email": "bob@bqx.example", "name": "ana"}

    assert owner_of("stage", cell, ANA, BOB)["owner_id"] is None


def test_a_name_of_two_people_is_nobodys():
    twin = replace(ANA, id="UTWIN", aliases=())

    assert owner_of("task", "ana", ANA, twin)["owner_id"] is None
