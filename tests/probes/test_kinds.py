import os
import sqlite3
import sys
from contextlib import closing

import pytest

from tests.git.repos import git


def test_a_log_yields_what_the_table_sees(operator):
    (operator.folder / "a.log").write_text("129/336 partitions complete\n")

    assert operator.counter('{stage: "1", kind: log, path: a.log}') == (129, 336, 0.3839)


def test_a_log_yields_what_the_operators_pattern_sees(operator):
    (operator.folder / "a.log").write_text(
        "tick a=97 b=336\ntick a=1,129 b=3,360\n7/9 files done\n"
    )

    pattern = "'a=(?P<done>[0-9,]+) b=(?P<total>[0-9,]+)'"
    assert operator.counter(f'{{stage: "1", kind: log, path: a.log, pattern: {pattern}}}') == (
        1129,
        3360,
        0.336,
    )


def test_a_pattern_may_count_against_a_fixed_total(operator):
    (operator.folder / "a.log").write_text("saved 97\nsaved 129\n")

    entry = '{stage: "1", kind: log, path: a.log, pattern: "saved (?P<done>[0-9]+)", total: 336}'
    assert operator.counter(entry) == (129, 336, 0.3839)


def test_a_pattern_may_yield_a_percentage(operator):
    (operator.folder / "a.log").write_text("at 38.4 now\n")

    entry = '{stage: "1", kind: log, path: a.log, pattern: "at (?P<percent>[0-9.]+) now"}'
    assert operator.counter(entry) == (None, None, 0.384)


def test_a_pattern_that_would_never_end_elsewhere_ends(operator):
    (operator.folder / "a.log").write_text("1" * 4000 + "\n")

    entry = '{stage: "1", kind: log, path: a.log, pattern: "(?P<done>(?:[0-9]+)+)x", total: 3}'
    assert "tells progress" in operator.reason(entry)


def test_a_log_without_progress_is_not_assessed(operator):
    (operator.folder / "a.log").write_text("all quiet\n")

    assert "tells progress" in operator.reason('{stage: "1", kind: log, path: a.log}')


def test_files_that_match_are_counted(operator):
    for number in range(3):
        (operator.folder / f"{number}.parquet").write_text("")
    (operator.folder / "folder.parquet").mkdir()

    assert operator.counter('{stage: "1", kind: glob, pattern: "*.parquet", total: 10}') == (
        3,
        10,
        0.3,
    )


def test_more_files_than_the_total_are_no_progress(operator):
    (operator.folder / "a.x").write_text("")
    (operator.folder / "b.x").write_text("")

    assert "2 of 1" in operator.reason('{stage: "1", kind: glob, pattern: "*.x", total: 1}')


def test_a_glob_out_of_the_folders_is_refused(operator):
    assert "outside" in operator.reason('{stage: "1", kind: glob, pattern: "/etc/*", total: 9}')


def test_fields_of_a_json_file_are_read(operator):
    (operator.folder / "s.json").write_text('{"runs": [{"done": 129, "total": 336, "pct": 38.4}]}')

    count = '{stage: "1", kind: json, path: s.json, done: runs.0.done, of: runs.0.total}'
    percent = '{stage: "1", kind: json, path: s.json, percent: runs.-1.pct}'
    assert operator.counter(count) == (129, 336, 0.3839)
    assert operator.counter(percent) == (None, None, 0.384)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"a": 1', "no JSON"),
        ('{"b": 1}', "no field a"),
        ('{"a": "many"}', "no whole number"),
        ('{"a": true}', "no number"),
        ('{"a": 1.5}', "no whole number"),
        ('{"a": -1}', "no whole number"),
        ("[" * 100_000, "no JSON"),
    ],
)
def test_a_json_file_that_says_nothing_is_not_assessed(operator, content, reason):
    (operator.folder / "s.json").write_text(content)

    assert reason in operator.reason('{stage: "1", kind: json, path: s.json, done: a, total: 9}')


def test_a_csv_file_is_counted_in_three_ways(operator):
    (operator.folder / "t.csv").write_text("pair,state,done\nAUD,done,3\nEUR,open,5\nGBP,done,7\n")

    base = 'stage: "1", kind: csv, path: t.csv, total: 10'
    assert operator.counter(f"{{{base}}}")[:2] == (3, 10)
    assert operator.counter(f"{{{base}, column: done}}")[:2] == (7, 10)
    assert operator.counter(f"{{{base}, column: state, where: done}}")[:2] == (2, 10)


def test_a_csv_column_that_is_missing_is_named(operator):
    (operator.folder / "t.csv").write_text("pair\nAUD\n")

    reason = operator.reason('{stage: "1", kind: csv, path: t.csv, column: done, total: 10}')
    assert "no column done" in reason


@pytest.fixture
def bars(operator):
    path = operator.folder / "bars.db"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE part (name TEXT, state TEXT)")
        db.executemany("INSERT INTO part VALUES (?, ?)", [("a", "done"), ("b", "open")])
    operator.environment["BARS_URL"] = f"sqlite:///{path}"
    return path


def sql(query, **more):
    extra = "".join(f", {name}: {value}" for name, value in more.items())
    return f'{{stage: "1", kind: sql, database: BARS_URL, query: "{query}"{extra}}}'


def test_a_select_yields_done_and_total(operator, bars):
    query = "SELECT sum(state = 'done'), count(*) FROM part WHERE name LIKE '%' AND ':x' = ':x'"

    assert operator.counter(sql(query)) == (1, 2, 0.5)


def test_a_select_may_count_against_a_fixed_total(operator, bars):
    assert operator.counter(sql("SELECT count(*) FROM part", total=8)) == (2, 8, 0.25)


def test_a_query_cannot_write(operator, bars):
    query = "WITH x AS (SELECT 1) INSERT INTO part SELECT 'c', 'open' FROM x RETURNING 1, 2"

    assert "refused" in operator.reason(sql(query))
    with closing(sqlite3.connect(bars)) as db:
        assert db.execute("SELECT count(*) FROM part").fetchone() == (2,)


def test_a_query_that_takes_too_long_is_stopped(operator, bars):
    query = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000)"
        " SELECT max(i), 1 FROM n"
    )

    assert "interrupted" in operator.reason(sql(query, timeout=0.1))


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELECT 1, 2 WHERE 0", "no rows"),
        ("SELECT 1, 2 UNION SELECT 3, 4", "2 rows"),
        ("SELECT 1", "done and total"),
        ("SELECT 1, 2, 3", "done and total"),
        ("SELECT nothing FROM nowhere", "refused"),
        ("SELECT NULL, 2", "no number"),
    ],
)
def test_a_query_that_yields_no_counter_is_not_assessed(operator, bars, query, reason):
    assert reason in operator.reason(sql(query))


def test_a_database_that_is_not_there_is_not_made(operator):
    operator.environment["BARS_URL"] = f"sqlite:///{operator.folder}/none.db"

    assert "refused" in operator.reason(sql("SELECT 1, 2"))
    assert not (operator.folder / "none.db").exists()


def test_a_variable_that_is_not_set_is_named(operator):
    assert "BARS_URL is not set" in operator.reason(sql("SELECT 1, 2"))


def command(script, **more):
    extra = "".join(f", {name}: {value}" for name, value in more.items())
    return f'{{stage: "1", kind: command, argv: ["{sys.executable}", "-c", "{script}"]{extra}}}'


@pytest.mark.parametrize(
    ("script", "more", "counter"),
    [
        ("print(129, 336)", {}, (129, 336, 0.3839)),
        ("print('129/336')", {}, (129, 336, 0.3839)),
        ("print(129)", {"total": 336}, (129, 336, 0.3839)),
        ("print('129 of 336 partitions complete')", {}, (129, 336, 0.3839)),
        (
            "print('n=3 m=9')",
            {"pattern": "'n=(?P<done>[0-9]+) m=(?P<total>[0-9]+)'"},
            (3, 9, 0.3333),
        ),
    ],
)
def test_a_program_yields_a_counter(operator, script, more, counter):
    assert operator.counter(command(script, **more)) == counter


def test_a_program_sees_none_of_our_secrets(operator):
    script = "import os; print(int('SECRET' in os.environ), 9)"

    assert operator.counter(command(script))[:2] == (0, 9)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("import sys; sys.exit('no disk')", "no disk"),
        ("print('hello')", "nothing that tells progress"),
        ("print(129)", "done and total"),
        ("print(9, 3)", "9 of 3"),
    ],
)
def test_a_program_that_says_nothing_is_not_assessed(operator, script, reason):
    assert reason in operator.reason(command(script))


def test_a_program_that_is_missing_is_not_assessed(operator):
    assert "can't be started" in operator.reason('{stage: "1", kind: command, argv: [no-such]}')


def test_a_program_that_takes_too_long_ends_with_its_children(operator):
    pipe = operator.folder / "pipe"
    os.mkfifo(pipe)
    child = f"import time; pipe = open('{pipe}', 'w'); time.sleep(60); pipe.write('alive')"
    script = (
        f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', '''{child}''']);"
        " time.sleep(60)"
    )
    with os.fdopen(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)) as reader:
        reason = operator.reason(command(script.replace('"', '\\"'), timeout=0.5))
        os.set_blocking(reader.fileno(), True)
        said = reader.read()  # comes to its end when nobody is left who could write

    assert "took longer" in reason
    assert said == ""


def test_a_program_that_prints_without_end_is_cut(operator):
    script = "print('x' * 3000000); print(129, 336)"

    assert operator.counter(command(script)) == (129, 336, 0.3839)


def test_tags_that_match_are_counted(operator):
    repo = operator.folder / "repo"
    repo.mkdir()
    git(repo, "init", "-q")
    git(repo, "commit", "-q", "--allow-empty", "-m", "first")
    for name in ("done/a", "done/b", "v1.0"):
        git(repo, "tag", name)

    entry = '{stage: "1", kind: git_tag, repo: repo, pattern: "done/*", total: 8}'
    assert operator.counter(entry) == (2, 8, 0.25)


def test_a_pattern_of_tags_is_no_option(operator):
    repo = operator.folder / "repo"
    repo.mkdir()
    git(repo, "init", "-q")

    entry = '{stage: "1", kind: git_tag, repo: repo, pattern: "--help", total: 8}'
    assert operator.counter(entry) == (0, 8, 0.0)
