"""`bqx history …`: the trail as a file, and whether it is as it was written."""

import csv
import io
import json
import sqlite3

import pytest

from bot.domain.trail import chained
from bot.local import SAMPLE_PLAN


@pytest.fixture
def trail(typed):
    """A command line with a plan that was imported."""
    assert typed.bqx("plan", "import", str(SAMPLE_PLAN)).returncode == 0
    return typed


def forge(folder, *statements):
    db = sqlite3.connect(folder / "bqx.db")
    with db:
        for statement in ("DROP TRIGGER change_is_kept", "DROP TRIGGER change_is_fixed"):
            db.execute(statement)
        for statement in statements:
            db.execute(statement)
    db.close()


def test_the_whole_trail_goes_out_and_can_be_checked_by_others(trail):
    done = trail.bqx("history", "export", "--format", "json", "--out", "trail.json")
    assert (done.returncode, done.stderr) == (0, "")

    rows = json.loads((trail.folder / "trail.json").read_text())

    assert f"{len(rows):,} changes are in trail.json" in done.stdout
    digest = ""
    for row in rows:
        digest = chained(digest, row)
        assert row["digest"] == digest
    assert [path.name for path in trail.folder.glob(".*begun")] == []


def test_a_part_of_it_goes_to_standard_output(trail):
    [row] = csv.DictReader(
        io.StringIO(trail.bqx("history", "export", "1.5.4", "by", "import").stdout)
    )

    assert (row["actor_id"], row["kind"], row["before"]) == ("import", "stage", "")
    assert json.loads(row["after"])["ref"] == "1.5.4"
    nothing = trail.bqx("history", "export", "before", "2001-01-01")
    assert nothing.stdout.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["export", "1.5.4", "sinec", "Monday"], "Did you mean `since`"),
        (["export", "by", "me"], "command line"),
        (["export", "9.9"], "called “9.9”"),
        (["export", "--out", "absent/trail.csv"], "can't be written"),
        (["verify", "--anchor", "soup"], "1234:3f2a"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(trail, arguments, said):
    assert said in trail.refused("history", *arguments)


def test_an_intact_trail_is_said_to_be_and_ends_where_the_anchor_says(trail):
    done = trail.bqx("history", "verify")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("The audit trail is intact: ")
    anchor = done.stdout.removeprefix("The audit trail is intact: ").strip().rstrip(".")
    assert trail.bqx("history", "verify", "--anchor", anchor).returncode == 0
    other = trail.bqx("history", "verify", "--anchor", "2:aaaaaaaa")
    assert other.returncode == 1
    assert "not the one that had 2 changes" in other.stdout


def test_a_forged_row_is_named_also_by_doctor(trail):
    forge(trail.folder, "UPDATE change SET actor_id = 'U\x1b[31m' WHERE id = 3")

    done = trail.bqx("history", "verify")

    assert done.returncode == 1
    assert "NOT as it was written" in done.stdout
    assert "Row 3, of " in done.stdout
    assert "\x1b" not in done.stdout
    assert "The 2 rows before it" in done.stdout
    assert "FAIL The audit trail is NOT" in trail.bqx("doctor").stdout


def test_missing_newest_rows_are_missed(trail):
    forge(trail.folder, "DELETE FROM change WHERE id = (SELECT max(id) FROM change)")

    done = trail.bqx("history", "verify")

    assert done.returncode == 1
    assert "the newest rows are gone" in done.stdout
