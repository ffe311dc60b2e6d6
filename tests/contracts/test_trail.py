"""The audit trail: only ever added to, chained, read by what is asked for and page by page."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.adapters.database import open_database, tables
from bot.adapters.database.opening import writing
from bot.domain.plan import Stage
from bot.domain.trail import Head, Selection, change_object, change_of
from bot.usecases.verify_trail import verify_trail
from tests.conftest import MONDAY
from tests.contracts.samples import why

FORGING = {
    "sqlite": ("DROP TRIGGER change_is_kept", "DROP TRIGGER change_is_fixed"),
    "postgresql": ("ALTER TABLE change DISABLE TRIGGER ALL",),
}
NOBODY = (
    "INSERT INTO change (workspace_id, operation, actor_id, at, reason, evidence, kind, key,"
    ' "before", "after", digest) SELECT workspace_id, operation, actor_id, at, reason, evidence,'
    ' kind, key, "before", "after", digest FROM change WHERE id = (SELECT max(id) FROM change)'
)
THIRD = "(SELECT id FROM change ORDER BY id LIMIT 1 OFFSET 2)"


@pytest.fixture
def sql(url):
    """Run statements as somebody with the database's password would."""
    engine = open_database(url)

    def run(*statements):
        with writing(engine) as db:
            for statement in statements:
                db.execute(text(statement))

    yield run
    engine.dispose()


def written(plans, home, many=5, **more):
    """Write stages by one operation each."""
    for number in range(many):
        said = replace(why(f"op{number}"), **more)
        with plans.changing(home.id) as plan:
            plan.save(Stage(key=f"STG-{number:03d}", name=f"Stage {number}"), said)


def head_of(plans, home):
    with plans.reading(home.id) as plan:
        return plan.trail_head()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM change WHERE id = " + THIRD,
        "UPDATE change SET reason = 'never' WHERE id = " + THIRD,
        """UPDATE change SET "after" = '{}'""",
        "UPDATE change SET digest = ''",
        "UPDATE change SET undone_by = 'op9', actor_id = 'U9'",
    ],
)
def test_the_database_refuses_to_change_what_was_written(plans, home, sql, statement):
    written(plans, home)

    with pytest.raises(DBAPIError, match="append-only"):
        sql(statement)

    assert verify_trail(plans, home.id).broken is None


def test_a_mark_undone_is_set_once_and_never_taken_off(plans, home, sql):
    written(plans, home)
    with plans.changing(home.id) as plan:
        plan.mark_undone("op1", "op9")

    for value in ("NULL", "'op8'"):
        with pytest.raises(DBAPIError, match="append-only"):
            sql(f"UPDATE change SET undone_by = {value} WHERE operation = 'op1'")


def test_an_untouched_trail_is_intact(plans, home):
    written(plans, home)

    verdict = verify_trail(plans, home.id)

    assert (verdict.intact, verdict.broken) == (5, None)
    assert verdict.head == head_of(plans, home)
    assert verdict.head.changes == 5


def test_each_workspace_has_a_chain_of_its_own(plans, home):
    other = plans.add_project(home, "second", channel="second")
    written(plans, home, 2)
    written(plans, other, 3)
    written(plans, home, 4)

    assert [verify_trail(plans, each.id).intact for each in (home, other)] == [4, 3]
    assert head_of(plans, home).digest != head_of(plans, other).digest


def test_a_transaction_that_is_taken_back_leaves_the_chain_alone(plans, home):
    written(plans, home)
    before = head_of(plans, home)

    with suppress(RuntimeError), plans.changing(home.id) as plan:
        plan.save(Stage(key="STG-900", name="Never"), why())
        assert plan.trail_head().changes == before.changes + 1
        raise RuntimeError

    assert head_of(plans, home) == before
    assert verify_trail(plans, home.id).broken is None


@pytest.mark.parametrize(
    ("forged", "intact", "word", "shown"),
    [
        ("UPDATE change SET reason = 'never' WHERE id = " + THIRD, 2, "changed", "STG-002"),
        ("UPDATE change SET actor_id = 'U9' WHERE id = " + THIRD, 2, "changed", "STG-002"),
        (f"""UPDATE change SET "after" = '{{}}' WHERE id = {THIRD}""", 2, "changed", "STG-002"),
        ("DELETE FROM change WHERE id = " + THIRD, 2, "changed", "STG-003"),
        (NOBODY, 5, "changed", "STG-004"),
        ("DELETE FROM change WHERE id = (SELECT max(id) FROM change)", 4, "newest rows", None),
        ("DELETE FROM change", 0, "newest rows are gone: 5 were written, 0 are there", None),
        ("UPDATE change SET undone_by = 'op9' WHERE id = " + THIRD, 5, "undone", "STG-002"),
    ],
)
def test_what_is_forged_with_the_triggers_off_shows(
    plans, home, sql, backend, forged, intact, word, shown
):
    written(plans, home)
    sql(*FORGING[backend], forged)

    verdict = verify_trail(plans, home.id)

    assert verdict.intact == intact
    assert verdict.broken is not None
    assert word in verdict.broken.what
    assert (verdict.broken.change and verdict.broken.change.key) == shown


FORGED = {
    "operation": "'op9'",
    "at": "(SELECT at FROM change ORDER BY id LIMIT 1)",
    "evidence": "'seen'",
    "undoes": "'op0'",
    "undone_by": "NULL",
    "kind": "'task'",
    "key": "'STG-009'",
    "before": '\'{"name": ""}\'',
    "digest": "(SELECT digest FROM change ORDER BY id LIMIT 1)",
    "id": "99",
    "reason": "'never'",
    "actor_id": "'U9'",
    "after": "'{}'",
    "workspace_id": "(SELECT max(id) FROM workspace)",
}


@pytest.mark.parametrize("column", FORGED)
def test_no_column_of_the_trail_is_changed_unseen(plans, home, sql, backend, column):
    assert set(FORGED) == set(tables.change.columns.keys())
    plans.connect_team("T2", name="Other", bot_user_id="UBOT2")
    for number in range(5):
        with plans.changing(home.id) as plan:
            said = replace(why(f"op{number}"), at=MONDAY + number * timedelta(minutes=1))
            plan.save(Stage(key=f"STG-{number:03d}", name=f"Stage {number}"), said)
    with plans.changing(home.id) as plan:
        plan.save(Stage(key="STG-002", name="Back"), replace(why("op9"), undoes="op2"))
        plan.mark_undone("op2", "op9")
    assert verify_trail(plans, home.id).broken is None

    forged = f'UPDATE change SET "{column}" = {FORGED[column]} WHERE id = {THIRD}'
    sql(*FORGING[backend], forged)

    assert verify_trail(plans, home.id).broken is not None


def test_rows_that_are_gone_are_missed_also_after_others_were_written(plans, home, sql, backend):
    written(plans, home)
    sql(*FORGING[backend], "DELETE FROM change WHERE id = (SELECT max(id) FROM change)")

    with plans.changing(home.id) as plan:
        plan.save(Stage(key="STG-900", name="Later"), why("later"))

    verdict = verify_trail(plans, home.id)
    assert verdict.intact == 4
    assert verdict.broken.change.key == "STG-900"


def test_a_chain_made_anew_is_told_by_an_anchor_kept_elsewhere(plans, home, sql, backend):
    written(plans, home, 3)
    anchor = head_of(plans, home)
    assert verify_trail(plans, home.id, anchor).broken is None
    sql(*FORGING[backend], "DELETE FROM change", "DELETE FROM trail")
    written(plans, plans.add_project(home, "other", channel="c"), 1)
    with plans.changing(home.id) as plan:
        for number in range(4):
            plan.save(Stage(key=f"STG-{number:03d}", name="Forged"), why(f"forged{number}"))

    assert verify_trail(plans, home.id).broken is None
    verdict = verify_trail(plans, home.id, anchor)

    assert verdict.intact == 2
    assert "not the one that had 3 changes" in verdict.broken.what
    beyond = verify_trail(plans, home.id, Head(9, "ab"))
    assert "9 were written, 4 are there" in beyond.broken.what


def test_rows_are_found_by_item_actor_kind_and_time(plans, home):
    written(plans, home, 2)
    with plans.changing(home.id) as plan:
        plan.save(Stage(key="STG-000", name="Other"), replace(why("op8"), actor_id="U8"))
        later = replace(why("op9"), at=MONDAY + timedelta(days=1))
        plan.save(Stage(key="STG-001", name="Other"), later)

    def found(**asked):
        with plans.reading(home.id) as plan:
            rows = plan.changes(chosen=Selection(**asked))
            assert list(reversed(rows)) == list(plan.walk_changes(Selection(**asked)))
            return [row.why.operation for row in rows]

    assert found() == ["op9", "op8", "op1", "op0"]
    assert found(items=(("stage", "STG-000"),)) == ["op8", "op0"]
    assert found(items=(("stage", "STG-000"), ("stage", "STG-001"))) == found()
    assert found(items=(("task", "STG-000"),)) == []
    assert found(items=()) == []
    assert found(hidden=(("stage", "STG-000"),)) == ["op9", "op1"]
    assert found(actor_id="U8") == ["op8"]
    assert found(since=MONDAY + timedelta(hours=1)) == ["op9"]
    assert found(until=MONDAY + timedelta(days=1)) == ["op8", "op1", "op0"]
    assert found(kinds=("task",)) == []
    assert found(kinds=("stage", "task"), actor_id="U8") == ["op8"]


def test_rows_are_read_page_by_page(plans, home):
    written(plans, home)

    with plans.reading(home.id) as plan:
        first = plan.changes(limit=2)
        second = plan.changes(limit=2, before_id=first[-1].id)
        rest = plan.changes(limit=2, before_id=second[-1].id)

    assert [row.key[-1] for row in (*first, *second, *rest)] == ["4", "3", "2", "1", "0"]


def test_operations_are_grouped_and_paged(plans, home):
    with plans.changing(home.id) as plan:
        for number in range(30):
            plan.save(Stage(key=f"STG-{number:03d}", name="Imported"), why("import"))
    written(plans, home, 7)  # these were imported before: each is a change

    seen, after = [], None
    with plans.reading(home.id) as plan:
        while page := plan.operations(Selection(), after=after, limit=3):
            assert len(page) <= 3
            seen += page
            after = page[-1].newest
        of_one = plan.operations(Selection(items=(("stage", "STG-002"),)))

    assert [each.why.operation for each in seen] == [
        *(f"op{n}" for n in range(6, -1, -1)),
        "import",
    ]
    assert (len(seen[-1].changes), seen[-1].found, seen[-1].total) == (5, 30, 30)
    assert [row.key for row in seen[-1].changes] == [f"STG-00{n}" for n in range(5)]
    assert [(each.why.operation, each.found, each.total) for each in of_one] == [
        ("op2", 1, 1),
        ("import", 1, 30),
    ]


def test_a_row_comes_back_from_its_plain_object(plans, home):
    hostile = 'Ümläut \x00 \ud800 ">&<!channel>'
    said = replace(why(), reason=hostile, evidence=hostile)
    with plans.changing(home.id) as plan:
        plan.save(Stage(key="STG-1", name=hostile, source={"a": [1.5, None, hostile]}), said)
        plan.save(Stage(key="STG-1", name="b", source={"a": float("inf")}), said)

    with plans.reading(home.id) as plan:
        rows = list(plan.walk_changes())

    assert [change_of(change_object(home.id, row)) for row in rows] == rows
    assert verify_trail(plans, home.id).broken is None
