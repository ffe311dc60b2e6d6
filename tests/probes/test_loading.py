import textwrap
from datetime import timedelta

import pytest

from bot.adapters.probes.loading import load_probes
from bot.domain.probes import CommandSource, JsonSource, LogSource, SqlSource, Watch
from bot.errors import SettingsError


@pytest.fixture
def load(tmp_path):
    def _load(text, **kwargs):
        path = tmp_path / "probes.yml"
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return load_probes(path, **kwargs)

    return _load


def refusal(load, text):
    with pytest.raises(SettingsError) as caught:
        load(text)
    return str(caught.value)


def test_every_kind_is_read(load, tmp_path):
    probes = load(
        """
        folders: [logs, /data]
        probes:
          - {stage: "1.5.4", kind: log, path: logs/a.log, every: 30, writes: true}
          - {stage: "1.5.4", kind: glob, pattern: "out/*.parquet", total: 336}
          - {stage: "1.5.5", kind: json, path: state.json, done: run.done, of: run.total}
          - {stage: "1.5.6", kind: csv, path: t.csv, column: status, where: done, total: 10}
          - {stage: "1.5.7", kind: sql, database: BARS_URL, query: "SELECT 1, 2;", timeout: 5}
          - {stage: "1.5.8", kind: command, argv: [count, --all], total: 5}
          - {stage: "1.5.9", kind: git_tag, repo: repo, pattern: "done/*", total: 4}
        watch:
          - "logs/*.log"
          - {path: "x/*.log", stage: "1.6"}
        """
    )

    log, _, document, _, sql, command, _ = probes.probes
    assert log.source == LogSource(path=str(tmp_path / "logs/a.log"))
    assert (log.stage, log.writes, log.every) == ("1.5.4", True, timedelta(minutes=30))
    assert document.source == JsonSource(
        path=str(tmp_path / "state.json"), done="run.done", total="run.total"
    )
    assert sql.source == SqlSource(url_variable="BARS_URL", query="SELECT 1, 2", timeout_s=5)
    assert command.source == CommandSource(
        argv=("count", "--all"), timeout_s=10, folder=str(tmp_path)
    )
    assert not command.writes
    assert probes.folders == (str(tmp_path / "logs"), "/data")
    assert probes.watches[0] == Watch(pattern=str(tmp_path / "logs/*.log"))
    assert probes.watches[1].stage == "1.6"


def test_an_empty_file_declares_nothing(load):
    assert load("").probes == ()


def test_a_ref_that_yaml_took_for_a_number_is_refused(load):
    said = refusal(load, "probes:\n  - {stage: 2.10, kind: log, path: a.log}\n")

    assert "entry 1 of `probes`" in said
    assert "field `stage`" in said
    assert "quotes" in said


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        ('{stage: "1.1", kind: log}', "path"),
        ('{stage: "1.1", kind: log, path: a, colour: red}', "colour"),
        ('{stage: "1.1", kind: log, path: a, pattern: "(?P<done>[0-9"}', "pattern"),
        ('{stage: "1.1", kind: log, path: a, pattern: "[0-9]+"}', "pattern"),
        ('{stage: "1.1", kind: log, path: a, pattern: "(?P<done>[0-9]+)"}', "pattern"),
        ('{stage: "1.1", kind: log, path: a, pattern: "(?P<done>a)(?=b)"}', "pattern"),
        ('{stage: "1.1", kind: glob, pattern: "*.x"}', "total"),
        ('{stage: "1.1", kind: glob, pattern: "*.x", total: 0}', "total"),
        ('{stage: "1.1", kind: glob, pattern: "*.x", total: "many"}', "total"),
        ('{stage: "1.1", kind: json, path: a.json}', "done"),
        ('{stage: "1.1", kind: csv, path: a.csv, where: done, total: 3}', "column"),
        ('{stage: "1.1", kind: sql, database: "postgres://x", query: "SELECT 1"}', "database"),
        ('{stage: "1.1", kind: sql, database: A_URL, query: "DELETE FROM t"}', "query"),
        ('{stage: "1.1", kind: sql, database: A_URL, query: "SELECT 1; DROP TABLE t"}', "query"),
        ('{stage: "1.1", kind: command, argv: []}', "argv"),
        ('{stage: "1.1", kind: command, argv: "rm -rf /"}', "argv"),
        ('{stage: "1.1", kind: command, argv: [x], timeout: 900}', "timeout"),
        ('{stage: "1.1", kind: git_tag, repo: r, pattern: "v*"}', "total"),
        ('{stage: "1.1", kind: log, path: a, writes: "maybe"}', "writes"),
    ],
)
def test_a_wrong_entry_is_named_with_its_field(load, entry, field):
    good = '{stage: "1.0", kind: log, path: good.log}'

    said = refusal(load, f"probes:\n  - {good}\n  - {entry}\n")

    assert "probes.yml" in said
    assert "entry 2 of `probes` (stage 1.1)" in said
    assert f"field `{field}`" in said


def test_an_unknown_kind_is_named(load):
    assert "telepathy" in refusal(load, 'probes:\n  - {stage: "1.1", kind: telepathy}\n')


def test_two_entries_that_are_the_same_are_refused(load):
    entry = '{stage: "1.1", kind: log, path: a.log}'

    assert "entries 1 and 2" in refusal(load, f"probes:\n  - {entry}\n  - {entry}\n")


@pytest.mark.parametrize("text", ["probes: [", "probes: !!python/object:os.system {}", "- a\n- b"])
def test_what_is_no_probes_file_is_refused(load, text):
    assert "probes.yml" in refusal(load, text)


def test_a_file_in_a_watched_repository_is_refused(load, tmp_path):
    with pytest.raises(SettingsError, match="lies in the repository"):
        load("", repos=[tmp_path])


def test_a_file_that_anybody_may_write_is_refused(tmp_path):
    path = tmp_path / "probes.yml"
    path.write_text("")
    path.chmod(0o666)

    with pytest.raises(SettingsError, match="Anybody may write"):
        load_probes(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SettingsError, match=r"probes\.yml"):
        load_probes(tmp_path / "probes.yml")
