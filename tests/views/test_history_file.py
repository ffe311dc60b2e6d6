"""The audit trail as a file: nothing runs in a spreadsheet, and JSON comes back whole."""

import csv
import io
import json
import tracemalloc
from dataclasses import replace

import pytest

from bot.domain.plan import Change, Why
from bot.domain.trail import chained, change_object, change_of
from bot.views.history_file import COLUMNS, history_lines
from tests.conftest import MONDAY

WHY = Why(operation="op", actor_id="U1", at=MONDAY, reason="/bqx progress", evidence="a3f2")
CHANGE = Change(
    id=7,
    why=WHY,
    kind="stage",
    key="STG-001",
    before={"name": "Ä", "progress": {"permille": 1}},
    after={"name": "\ud800 «B»", "progress": None},
    undone_by="op2",
    digest="ab",
)


def rows(changes, names=None):
    text = "".join(history_lines("csv", "W", iter(changes), names or {}))
    text.encode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_spreadsheet_shows_who_what_when_and_why():
    [row] = rows([CHANGE], {"U1": "Ana"})

    assert tuple(row) == COLUMNS
    assert (row["id"], row["at"], row["actor"]) == ("7", MONDAY.isoformat(), "Ana")
    assert json.loads(row["before"]) == CHANGE.before
    assert "Ä" in row["before"]
    assert (row["undone_by"], row["undoes"]) == ("op2", "")


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff20"])
def test_no_cell_is_a_formula(first):
    bad = f'{first}cmd|"/c calc"!A1, and\nmore'
    change = replace(CHANGE, key=bad, why=replace(WHY, reason=bad, evidence=bad, actor_id=bad))

    [row] = rows([change], {bad: bad})

    for name in ("key", "reason", "evidence", "actor_id", "actor"):
        assert row[name] == f"'{bad}"


def test_json_comes_back_whole_and_can_be_checked_by_others():
    other = replace(CHANGE, id=8, before=None, why=replace(WHY, undoes="op0"))

    text = "".join(history_lines("json", "W", iter([CHANGE, other]), {}))

    plain = json.loads(text)
    assert [change_of(each) for each in plain] == [CHANGE, other]
    assert chained("", plain[0]) == chained("", change_object("W", CHANGE))


def test_an_empty_trail_is_an_empty_file():
    assert rows([]) == []
    assert json.loads("".join(history_lines("json", "W", iter([]), {}))) == []


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_a_long_trail_is_never_all_in_memory(kind):
    changes = (replace(CHANGE, id=number) for number in range(20_000))
    tracemalloc.start()

    written = sum(len(line) for line in history_lines(kind, "W", changes, {}))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert written > 3_000_000
    assert most < 1_000_000
