"""The file of BQX_PROBES written as JSON, read through the port as the product reads it."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.probes import ProbeReader
from bot.adapters.probes.declared import DeclaredProbes
from bot.adapters.probes.loading import load_probes
from bot.errors import SettingsError
from bot.ports.evidence import ProbesRead
from tests.conftest import MONDAY

REFS = {"1.5.4": "STG-901", "1.5.5": "STG-902"}
LOG = {"stage": "1.5.4", "kind": "log", "path": "backfill.log"}
COUNT = "129/336 partitions complete\n"


class Declared:
    """An operator's folder, and the port on what is declared there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.source: DeclaredProbes | None = None

    def declare(self, *probes: object, **rest: object) -> None:
        path = self.folder / "probes.json"
        path.write_text(json.dumps({"probes": probes, **rest}), encoding="utf-8")
        self.source = DeclaredProbes(ProbeReader(load_probes(path), environment={}))

    def refused(self, *probes: object, **rest: object) -> str:
        with pytest.raises(SettingsError) as caught:
            self.declare(*probes, **rest)
        return str(caught.value)

    def write(self, name: str, text: str, at=MONDAY) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        os.utime(path, (at.timestamp(), at.timestamp()))
        return path

    def read(self, now=MONDAY, marks=None, refs=REFS) -> ProbesRead:
        assert self.source is not None
        return self.source.read(now=now, marks=marks or {}, refs=refs)


@pytest.fixture
def declared(tmp_path):
    return Declared(tmp_path)


def test_a_good_declaration_is_read_in_the_words_of_the_plan(declared):
    declared.write("logs/backfill.log", COUNT)
    declared.declare({**LOG, "path": "logs/backfill.log"})

    read = declared.read()

    (one,) = read.readings
    assert (one.stage_key, one.done, one.total) == ("STG-901", 129, 336)
    assert one.fraction == pytest.approx(129 / 336)
    assert one.probe == "1.5.4 log logs/backfill.log"
    assert one.key == f"{one.probe}@{MONDAY.isoformat()}"
    assert one.source == "logs/backfill.log"  # no folder of this machine
    assert one.note == ""
    assert read.not_assessed == ()
    assert read.writing == frozenset()


def test_every_kind_of_file_may_be_declared(declared):
    declared.write("backfill.log", COUNT)
    declared.write("state.json", '{"run": {"done": 3, "total": 12}}')
    declared.write("out/1.parquet", "")
    declared.declare(
        LOG,
        {"stage": "1.5.5", "kind": "json", "path": "state.json", "done": "run.done",
         "of": "run.total"},
        {"stage": "1.5.5", "kind": "glob", "pattern": "out/*.parquet", "total": 4, "writes": True},
    )  # fmt: skip

    read = declared.read()

    found = [(one.stage_key, one.done, one.total) for one in read.readings]
    assert found == [("STG-901", 129, 336), ("STG-902", 3, 12), ("STG-902", 1, 4)]
    assert read.writing == {"1.5.5 glob out/*.parquet"}


def test_a_stage_may_be_declared_by_its_key_and_one_nobody_knows_is_nobodys(declared):
    declared.write("backfill.log", COUNT)
    declared.declare(
        {**LOG, "stage": "STG-902"}, {**LOG, "stage": "9.9"}, {**LOG, "stage": "BQX-1.5.4"}
    )

    assert [one.stage_key for one in declared.read().readings] == ["STG-902", None, "STG-901"]


def test_a_watched_log_belongs_to_the_stage_that_its_name_tells(declared):
    declared.write("logs/stage_1_5_5.log", COUNT)
    declared.declare(watch=["logs/*.log"])

    (one,) = declared.read().readings

    assert one.stage_key == "STG-902"


def test_the_marks_are_plain_json_and_keep_the_probe_from_being_read_too_soon(declared):
    declared.write("backfill.log", COUNT)
    declared.declare({**LOG, "every": 30})
    marks = json.loads(json.dumps(declared.read().marks))

    early = declared.read(MONDAY + timedelta(minutes=29), marks)
    due = declared.read(MONDAY + timedelta(minutes=30), marks)

    assert (len(early.readings), len(due.readings)) == (0, 1)


def test_a_counter_that_is_silent_is_asked_about_and_one_that_is_done_is_not(declared):
    hour = timedelta(hours=1)
    declared.write("backfill.log", COUNT, MONDAY - hour)
    declared.write("done.log", "336/336 partitions complete\n", MONDAY - hour)
    declared.declare(LOG, {**LOG, "path": "done.log"})

    silent, done = declared.read().readings

    assert silent.note == "nothing written since 2025-11-17 07:00 UTC: stalled?"
    assert (done.fraction, done.note) == (1, "")


def test_a_new_run_is_said(declared):
    path = declared.write("backfill.log", "300/336 partitions complete\n")
    declared.declare(LOG)
    marks = declared.read().marks
    path.write_text("40/336 partitions complete\n", encoding="utf-8")

    (one,) = declared.read(MONDAY + timedelta(hours=1), marks).readings

    assert (one.done, one.note) == (40, "a new run began")


# What a person mistyped is refused at once, with its place


def test_a_mistyped_key_is_named_with_its_entry(declared):
    said = declared.refused(LOG, {"stage": "1.5.5", "kind": "log", "pth": "a.log"})

    assert "entry 2 of `probes` (stage 1.5.5), field `pth`" in said


def test_a_mistyped_list_is_named(declared):
    assert "`probs`" in declared.refused(probs=[LOG])


def test_an_unknown_kind_is_named_with_its_entry(declared):
    said = declared.refused(LOG, {"stage": "1.5.5", "kind": "telepathy"})

    assert "entry 2 of `probes` (stage 1.5.5)" in said
    assert "telepathy" in said


def test_a_ref_without_quotes_is_refused(declared):
    assert "field `stage`" in declared.refused({**LOG, "stage": 2.1})


# What cannot be read is not assessed, and stops nothing else


@pytest.fixture
def outside(declared, tmp_path_factory):
    path = tmp_path_factory.mktemp("elsewhere") / "backfill.log"
    path.write_text(COUNT, encoding="utf-8")
    declared.write("good.log", COUNT)
    return path


def only_the_good_one(declared, path: str) -> str:
    """Return why the log at `path` was not assessed; the good one beside it was."""
    declared.declare({**LOG, "path": path}, {**LOG, "path": "good.log"})
    read = declared.read()
    assert [one.probe for one in read.readings] == ["1.5.4 log good.log"]
    (said,) = read.not_assessed
    assert said.startswith("Counter 1.5.4 log ")
    assert Path(path).name in said
    assert str(declared.folder.parent) not in said  # reports go into the repo
    return said


def test_a_file_that_is_not_there_is_not_assessed(declared, outside):
    assert "there is no file" in only_the_good_one(declared, "missing.log")


def test_a_file_that_tells_nothing_is_not_assessed(declared, outside):
    declared.write("noise.log", "hello\n")

    assert "tells progress" in only_the_good_one(declared, "noise.log")


def test_a_folder_in_place_of_a_file_is_not_assessed(declared, outside):
    (declared.folder / "folder.log").mkdir()

    assert "is a folder" in only_the_good_one(declared, "folder.log")


def test_a_pipe_is_not_waited_for(declared, outside):
    os.mkfifo(declared.folder / "pipe.log")

    assert "is a pipe" in only_the_good_one(declared, "pipe.log")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_not_assessed(declared, outside):
    declared.write("secret.log", COUNT).chmod(0)

    assert "may not read" in only_the_good_one(declared, "secret.log")


def test_a_file_outside_the_folder_is_not_assessed(declared, outside):
    assert "outside the folders" in only_the_good_one(declared, str(outside))


def test_a_way_out_by_dots_or_by_a_link_is_not_assessed(declared, outside):
    (declared.folder / "link.log").symlink_to(outside)

    for path in ("link.log", os.path.relpath(outside, declared.folder)):
        assert "outside the folders" in only_the_good_one(declared, path)


def test_a_folder_that_the_operator_names_is_inside(declared, outside):
    declared.declare({**LOG, "path": str(outside)}, folders=[str(outside.parent)])

    assert [one.done for one in declared.read().readings] == [129]
