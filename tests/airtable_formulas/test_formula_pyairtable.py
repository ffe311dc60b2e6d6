"""The formulas pyairtable builds are read as they were meant."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyairtable import formulas as built

from bot.sandbox.airtable.formulas import FormulaError, compile_formula, is_true
from bot.sandbox.airtable.formulas.function_table import FUNCTIONS
from tests.airtable_formulas.rows import CELLS, EDITS, ERROR, FakeRow, value_of

NASTY = [
    "it's",
    'say "hi"',
    "back\\slash",
    "\\",
    "\\'",
    "\\n",
    "line\nbreak\r\n",
    "tab\t",
    "naïve ☃ 🎉",
    "' OR TRUE() OR '",
    "'), TRUE(), ('",
    "{Name}",
    "",
    " spaces ",
    "2026-05-01",
    "0",
]


@pytest.mark.parametrize("text", NASTY)
def test_a_quoted_text_equals_itself(text):
    assert value_of(built.quoted(text)) == text
    assert is_true(value_of(built.match({"Note": text}), Note=text))
    assert is_true(value_of(built.match({"Note": text}), Note=text + "x")) is False


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"Name": "Ann"}, True),
        ({"Name": "Ann", "Count": 3}, True),
        ({"Name": "Ann", "Count": 4}, False),
        ({"Count": (">=", 3), "Share": ("<", 0.5)}, True),
        ({"Done": True}, True),
        ({"Undone": False}, True),
        ({"Undone": True}, False),
        ({"Due": date(2026, 5, 1)}, True),
        ({"Due": (">", date(2026, 5, 1))}, False),
        ({"At": datetime(2026, 5, 1, 9, 30, tzinfo=UTC)}, True),
        ({"Tags": "a, b"}, True),
        ({"First Name": ("!=", "Ann")}, True),
        ({"Share": Decimal("0.25")}, True),
        ({"fldStatus000000001": "In progress"}, True),
    ],
)
def test_match_finds_the_rows_it_describes(wanted, found):
    assert is_true(value_of(built.match(wanted))) is found


def test_match_any_needs_one_of_its_values():
    wanted = {"Name": "Ben", "Count": 3}

    assert is_true(value_of(built.match(wanted, match_any=True)))
    assert not is_true(value_of(built.match(wanted)))


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        (built.AND(built.EQ(built.Field("Name"), "Ann"), Count=3), True),
        (built.OR(built.EQ(built.Field("Name"), "Ben"), built.GT(built.Field("Count"), 5)), False),
        (built.NOT(built.Field("Undone")), True),
        (built.XOR(built.TRUE(), built.FALSE()), True),
        (built.EQ(built.RECORD_ID(), FakeRow.record_id), True),
        (built.EQ(built.EQ(1, 1), built.NE(1, 2)), True),
        (built.match({"Name": "Ann"}) & built.Formula("Done") | built.Formula("Undone"), True),
        (
            built.IS_AFTER(built.LAST_MODIFIED_TIME(), datetime(2026, 5, 2, 11, tzinfo=UTC)),
            True,
        ),
        (
            built.IS_AFTER(
                built.LAST_MODIFIED_TIME(built.Field("Name")),
                datetime(2026, 5, 2, 11, tzinfo=UTC),
            ),
            False,
        ),
        (built.IS_SAME(built.Field("Due"), date(2026, 5, 1), "day"), True),
        (built.DATETIME_DIFF(built.TODAY(), built.Field("Due"), "days"), 1),
        (built.SEARCH("PROG", built.Field("Status")), 4),
        (built.FIND("PROG", built.Field("Status")), 0),
        (built.IF(built.Field("Done"), "yes", "no"), "yes"),
        (built.SWITCH(built.Field("Count"), 3, "three", "other"), "three"),
        (built.CONCATENATE("it's ", built.Field("Name")), "it's Ann"),
        (built.REGEX_MATCH(built.Field("First Name"), r"^\w+-\w+$"), True),
        (built.ERROR(), ERROR),
    ],
)
def test_built_formulas_are_computed(formula, value):
    assert value_of(formula) == value


def test_a_list_of_many_ids_finds_one_of_them():
    ids = [f"rec{number:014}" for number in range(500)]

    assert is_true(value_of(built.OR(built.EQ(built.RECORD_ID(), one) for one in ids)))


def test_a_field_the_table_lacks_is_refused():
    with pytest.raises(FormulaError, match=r"^Unknown field names: Gone$"):
        value_of(built.match({"Name": "Ann", "Gone": 1}))


@given(text=st.text(), other=st.text())
def test_any_quoted_text_equals_itself_only(text, other):
    formula = built.match({"Note": text})

    assert value_of(formula, Note=text) is True
    assert value_of(formula, Note=other) is (text == other)
    assert value_of(built.EQ(text, other)) is (text == other)


PIECES = [
    *("(", ")", ",", "{", "}", "'", '"', "\\", "+", "-", "*", "/", "&", "=", "!=", "<", ">="),
    *("{Name}", "Count", "{Due}", "{Tags}", "Notes", "{No date}", "{Gone}", "'text'", '"7"'),
    *("'2026-05-01'", "'days'", "'('", "'[a-z]+'", "0", "1.5", "99999999999", "-1", " ", "\n"),
    *(f"{name}(" for name in [*FUNCTIONS, "LAST_MODIFIED_TIME", "RECORD_ID", "TODAY", "NOPE"]),
]


@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map("".join)))
def test_no_text_raises_anything_but_a_refusal(text):
    try:
        ask = compile_formula(text, field_names=CELLS)
    except FormulaError:
        return
    ask(FakeRow(CELLS, EDITS))


ARGUMENTS = st.sampled_from(
    [
        *("{Name}", "Notes", "Count", "{Zero}", "Share", "Done", "Due", "{At}", "{Tags}"),
        *("{No tags}", "''", "'x'", "'('", "'$1'", "'7'", "'day'", "'M'", "'YYYY-MM-DD'", "'Q'"),
        *("'0001-01-01'", "'9999-12-31'", "0", "1", "-1", "2.5", "1" + "0" * 300, "1/0", "NOW()"),
    ]
)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
@given(arguments=st.lists(ARGUMENTS, max_size=5))
@settings(max_examples=60)
def test_no_arguments_make_a_function_raise(name, arguments):
    formula = f"{name}({', '.join(arguments)})"
    if not FUNCTIONS[name].accepts(len(arguments)):
        with pytest.raises(FormulaError):
            value_of(formula)
        return

    value_of(formula)
