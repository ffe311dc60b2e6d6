import os
from datetime import timedelta

from tests.conftest import MONDAY

LOG = """
probes:
  - {stage: "1.5.4", kind: log, path: a.log, every: 30, writes: true}
"""


def test_a_reading_tells_where_it_is_from(operator):
    path = operator.folder / "a.log"
    path.write_text("noise\nINFO 129/336 partitions complete\n")
    os.utime(path, (MONDAY.timestamp(), MONDAY.timestamp()))
    operator.declare(LOG)

    (reading,) = operator.read().readings

    assert (reading.stage, reading.done, reading.total) == ("1.5.4", 129, 336)
    assert reading.line == "INFO 129/336 partitions complete"
    assert reading.source == str(path)
    assert (reading.read_at, reading.changed_at) == (MONDAY, MONDAY)
    assert reading.writes


def test_a_probe_is_not_read_before_it_is_due(operator):
    (operator.folder / "a.log").write_text("129/336 partitions complete\n")
    operator.declare(LOG)
    operator.read()

    assert operator.read(MONDAY + timedelta(minutes=29)).readings == ()
    assert len(operator.read(MONDAY + timedelta(minutes=30)).readings) == 1


def test_a_probe_that_fails_stops_no_other(operator):
    (operator.folder / "b.log").write_text("129/336 partitions complete\n")
    operator.declare(
        """
        probes:
          - {stage: "1.1", kind: log, path: a.log}
          - {stage: "1.2", kind: log, path: b.log}
        """
    )

    run = operator.read()

    assert [reading.stage for reading in run.readings] == ["1.2"]
    assert len(run.not_assessed) == 1
    assert run.not_assessed[0].startswith("1.1 log a.log: there is no file")


def test_a_counter_that_fell_in_a_new_file_is_marked_as_begun_anew(operator):
    path = operator.folder / "a.log"
    path.write_text("300/336 partitions complete\n")
    operator.declare(LOG)
    operator.read()
    path.write_text("40/336 partitions done\n")

    (reading,) = operator.read(MONDAY + timedelta(hours=1)).readings

    assert reading.restarted
    assert reading.done == 40


def test_watched_logs_are_read_and_quiet_ones_left_out(operator):
    logs = operator.folder / "logs"
    logs.mkdir()
    (logs / "stage_1.5.4.log").write_text("129/336 partitions complete\n")
    (logs / "quiet.log").write_text("nothing\n")
    operator.declare('watch: ["logs/*.log"]\n')

    run = operator.read()

    (reading,) = run.readings
    assert (reading.done, reading.stage, reading.writes) == (129, None, False)
    assert reading.source == str(logs / "stage_1.5.4.log")
    assert run.not_assessed == ()


def test_a_watch_may_name_its_stage(operator):
    (operator.folder / "a.log").write_text("129/336 partitions complete\n")
    operator.declare('watch:\n  - {path: a.log, stage: "1.6"}\n')

    assert operator.read().readings[0].stage == "1.6"


def test_a_watched_log_out_of_the_folders_is_not_assessed(operator):
    operator.declare("watch: [/etc/hostname]\n")

    assert "outside" in operator.read().not_assessed[0]
