"""Blanks, checkboxes, lists and dates, as they compare and read."""

import pytest

from bot.sandbox.airtable.formulas import is_true
from tests.airtable_formulas.rows import ERROR, value_of


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("Notes = BLANK()", True),
        ("Notes = ''", True),
        ("Notes = 0", True),
        ("Notes = FALSE()", True),
        ("Notes != ''", False),
        ("BLANK() = ''", True),
        ("Name = ''", False),
        ("Name = BLANK()", False),
        ("Zero = BLANK()", True),
        ("{No tags} = BLANK()", True),
        ("{No tags} = ''", True),
        ("{No date} = BLANK()", True),
        ("NOW() = BLANK()", False),
        ("Notes < 1", True),
        ("Notes & 'x'", "x"),
        ("Notes + 1", 1),
    ],
)
def test_a_blank_equals_the_empty_text_zero_and_false(formula, value):
    assert value_of(formula) == value


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("NOT({Undone})", True),
        ("NOT({Done})", False),
        ("{Done} = TRUE()", True),
        ("{Done} = 1", True),
        ("{Undone} = TRUE()", False),
        ("{Undone} = FALSE()", True),
        ("{Done} = 'true'", False),
        ("{Done} + 1", 2),
        ("{Done} & ''", "1"),
    ],
)
def test_a_checkbox_is_true_or_blank(formula, value):
    assert value_of(formula) == value


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("Count = 3", True),
        ("Count = '3'", False),
        ("'3' = 3", False),
        ("Count & ''", "3"),
        ("Share & ''", "0.25"),
        ("Count > Share", True),
        ("Name = 'ann'", False),
    ],
)
def test_numbers_and_texts_are_never_equal(formula, value):
    assert value_of(formula) == value


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("Tags = 'a, b'", True),
        ("Tags = 'a'", False),
        ("Tags & '!'", "a, b!"),
        ("FIND('b', Tags)", 4),
        ("FIND('b', ARRAYJOIN(Tags, '|'))", 3),
        ("ARRAYJOIN(Tags)", "a, b"),
        ("ARRAYJOIN({No tags}, '|')", ""),
        ("ARRAYJOIN(Name, '|')", "Ann"),
        ("ARRAYUNIQUE(Many)", ["a", "", "b"]),
        ("ARRAYCOMPACT(Many)", ["a", "a", "b"]),
        ("COUNTA(Many)", 3),
        ("LEN(Tags)", 4),
        ("SUM(Numbers)", 7),
        ("One + 1", 6),
    ],
)
def test_a_list_reads_as_its_items_joined_by_comma_and_space(formula, value):
    assert value_of(formula, Many=["a", "", "a", "b"], Numbers=[3, 4], One=[5]) == value


def test_an_empty_list_is_not_true():
    assert not is_true(value_of("{No tags}"))
    assert not is_true(value_of("AND({No tags})"))
    assert is_true(value_of("{Tags}"))


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("Due = '2026-05-01'", True),
        ("Due = '2026-05-01T00:00:00.000Z'", False),
        ("Due = DATETIME_PARSE('2026-05-01')", True),
        ("DATETIME_PARSE('2026-05-01') = '2026-05-01'", False),
        ("DATETIME_PARSE('2026-05-01') & ''", "2026-05-01T00:00:00.000Z"),
        ("Due & ''", "2026-05-01"),
        ("At = DATETIME_PARSE('2026-05-01T11:30:00+02:00')", True),
        ("Due < TODAY()", True),
        ("Due > TODAY()", False),
        ("Due >= DATETIME_PARSE('2026-05-01')", True),
        ("Due < At", True),
        ("Due < '2026-06'", True),
        ("{No date} < TODAY()", True),
        ("{No date} > TODAY()", False),
        ("LAST_MODIFIED_TIME() = Status", False),
    ],
)
def test_a_date_cell_is_a_date_beside_dates_and_text_beside_text(formula, value):
    assert value_of(formula) == value


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (float("inf"), ERROR),
        (float("nan"), ERROR),
        (10**400, ERROR),
        ({"url": "x"}, "{'url': 'x'}"),
        (("a", "b"), "a, b"),
        ("2026-13-45", "2026-13-45"),
        ("0001-01-01T00:00:00+23:00", "0001-01-01T00:00:00+23:00"),
        (1e21, "1e+21"),
        (10**20, "100000000000000000000"),
        (-0.5, "-0.5"),
    ],
)
def test_strange_cells_are_text_or_an_error(cell, value):
    assert value_of("Odd & ''", Odd=cell) == value
