"""What every Engine promises. Runs on both databases."""

import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.adapters.durable.engine import DbosEngine
from bot.domain.jobs import JobOutcome, JobRefusedError
from bot.errors import OutageError, SettingsError
from tests.durable.conftest import Journal, when_told_to_stop
from tests.waiting import until

DONE = JobOutcome.done()


def idle(engine):
    return lambda: engine.unfinished() == []


def soon(seconds):
    return datetime.now(UTC) + timedelta(seconds=seconds)


def submit_too_much(engine):
    for n in range(200):
        engine.submit("k", f"too much {n}", {"text": "x" * 5000}, lane=f"other {n}")


def test_a_job_is_run_with_what_it_was_submitted_with(url, engine_on):
    journal = Journal()
    engine = engine_on(url, journal)

    engine.submit("issue_note", "k1", {"issue": "ISS-001", "n": [1, None, "ü"]}, lane="C1")

    until(idle(engine))
    assert journal.jobs == [("issue_note", "k1", {"issue": "ISS-001", "n": [1, None, "ü"]})]


def test_a_key_submitted_again_is_run_once(url, engine_on):
    journal = Journal()
    engine = engine_on(url, journal)
    threads = [
        threading.Thread(target=engine.submit, args=("k", f"key{n % 5}", {}), kwargs={"lane": "l"})
        for n in range(25)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    until(idle(engine))
    engine.submit("k", "key0", {}, lane="l")

    assert sorted(journal.keys) == [f"key{n}" for n in range(5)]
    assert engine.unfinished() == []


def test_the_first_of_two_payloads_counts_and_the_second_is_logged(url, engine_on, caplog):
    journal = Journal()
    engine = engine_on(url, journal)
    engine.submit("k", "key", {"n": 1}, lane="l")

    engine.submit("k", "key", {"n": 1}, lane="l")
    assert "submitted again" not in caplog.text
    engine.submit("k", "key", {"n": 2}, lane="l")

    until(idle(engine))
    assert journal.jobs == [("k", "key", {"n": 1})]
    assert "job key was submitted again as something else" in caplog.text


def test_a_lane_runs_in_order_and_one_at_a_time(url, engine_on):
    journal = Journal(lasts_s=0.005)
    engine = engine_on(url, journal)
    keys = [f"{n * 7919 % 100:02}" for n in range(25)]

    for key in keys:
        engine.submit("k", key, {}, lane="C1")

    until(idle(engine))
    assert journal.keys == keys
    assert journal.most_at_once == 1


def test_lanes_run_beside_each_other(url, engine_on):
    journal = Journal()
    engine = engine_on(url, journal)
    journal.gate.clear()

    for n in range(4):
        engine.submit("k", f"k{n}", {}, lane=f"C{n}")

    until(lambda: journal.at_once == 4)
    journal.gate.set()
    until(idle(engine))


def test_an_urgent_job_goes_before_the_others_of_its_lane(url, engine_on):
    journal = Journal()
    engine = engine_on(url, journal)
    journal.gate.clear()
    engine.submit("k", "running", {}, lane="C1")
    until(lambda: journal.keys)

    engine.submit("k", "digest", {}, lane="C1")
    engine.submit("k", "level 1", {}, lane="C1", urgent=True)
    journal.gate.set()

    until(idle(engine))
    assert journal.keys == ["running", "level 1", "digest"]


def test_a_lane_rests_after_a_job_of_a_paced_kind(url, engine_on):
    journal = Journal()
    engine = engine_on(url, journal, paced=frozenset({"post"}), pace_s=0.25)

    for key in ("a", "b", "c"):
        engine.submit("post", key, {}, lane="C1")

    until(idle(engine))
    a, b, c = (at for _, at in journal.runs)
    assert b - a >= 0.25
    assert c - b >= 0.25


def test_a_lane_does_not_rest_after_other_kinds_and_a_stop_ends_the_rest(url, engine_on):
    journal = Journal()
    engine = engine_on(url, journal, paced=frozenset({"post"}), pace_s=300)

    for kind, key in (("note", "a"), ("note", "b"), ("post", "c"), ("note", "d")):
        engine.submit(kind, key, {}, lane="C1")

    until(lambda: journal.keys == ["a", "b", "c"])
    engine.stop(10)
    engine.start()
    until(lambda: journal.keys == ["a", "b", "c", "d"])


def test_a_job_waits_for_its_moment_and_holds_up_nobody(url, engine_on):
    journal = Journal()
    engine = engine_on(url, journal)
    moment = soon(0.5)

    engine.submit("k", "tomorrow", {}, lane="C1", not_before=soon(86_400))
    engine.submit("k", "later", {}, lane="C1", not_before=moment)
    engine.submit("k", "now", {}, lane="C1", not_before=soon(-3600))

    until(lambda: "later" in journal.keys)
    assert datetime.now(UTC) >= moment
    until(lambda: engine.unfinished() == ["tomorrow"])
    assert sorted(journal.keys) == ["later", "now"]


def test_a_job_that_waits_is_run_again_and_its_lane_waits_with_it(url, engine_on):
    journal = Journal({"a": [JobOutcome.wait(0.2), JobOutcome.wait(0.2)]})
    engine = engine_on(url, journal)

    engine.submit("k", "a", {}, lane="C1")
    engine.submit("k", "b", {}, lane="C1")

    until(idle(engine))
    assert journal.keys == ["a", "a", "a", "b"]
    first, second, third = journal.times("a")
    assert second - first >= 0.2
    assert third - second >= 0.2


def test_a_job_that_fails_is_told_about_and_run_again(url, engine_on, caplog):
    hostile = ValueError("\ud800" + "x" * 1_000_000 + "\0")
    journal = Journal({"a": [hostile], "exits": [SystemExit(1)]})
    engine = engine_on(url, journal)

    engine.submit("k", "a", {}, lane="C1")
    engine.submit("k", "exits", {}, lane="C2")

    until(idle(engine))
    assert len(journal.times("exits")) == 2
    first, second = journal.times("a")
    assert second - first >= 1.0
    (told,) = (r.getMessage() for r in caplog.records if "job a" in r.getMessage())
    assert "k job a failed and will be tried again" in told
    assert "\\ud800xxx" in told
    assert len(told.encode()) < 10_000


def test_a_parked_job_is_not_run_again_and_its_lane_goes_on(url, engine_on, caplog):
    journal = Journal({"a": [JobOutcome.parked("is_archived")]})
    engine = engine_on(url, journal)

    engine.submit("k", "a", {}, lane="C1")
    engine.submit("k", "b", {}, lane="C1")

    until(idle(engine))
    assert journal.keys == ["a", "b"]
    assert "k job a is parked: is_archived" in caplog.text


def test_a_job_may_submit_others_and_ask_about_them(url, engine_on):
    asked = []
    has_asked = threading.Event()

    def run(kind, key, payload):
        if key == "parent":
            engine.submit("k", "child", {}, lane="l2")
            engine.submit("k", "child", {}, lane="l2")
            asked.extend(engine.unfinished())
            has_asked.set()
        else:
            has_asked.wait()
            asked.append(f"ran {key}")
        return DONE

    engine = engine_on(url, run)

    engine.submit("k", "parent", {}, lane="l1")

    until(lambda: "ran child" in asked)
    until(idle(engine))
    assert {"parent", "child"} <= set(asked)
    assert asked.count("ran child") == 1


def test_what_cannot_be_kept_is_refused(url, engine_on):
    engine = engine_on(url, Journal())

    for key, payload in (
        ("", {}),
        ("k" * 513, {}),
        ("a\0b", {}),
        ("k", {"text": "x" * 66_000}),
        ("k", {"__exc__": 1}),
    ):
        with pytest.raises(JobRefusedError):
            engine.submit("k", key, payload, lane="l")

    assert engine.unfinished() == []


def test_the_largest_key_and_payload_are_kept(url, engine_on):
    journal = Journal()
    engine = engine_on(url, journal)
    key, text = "k" * 512, "x" * 65_000

    engine.submit("k", key, {"text": text}, lane="l" * 512)

    until(idle(engine))
    assert journal.jobs == [("k", key, {"text": text})]


def test_unfinished_jobs_go_on_after_a_stop(url, engine_on):
    first = Journal({"waits": [JobOutcome.wait(300)]})
    engine = engine_on(url, first)
    engine.submit("k", "waits", {}, lane="C1")
    engine.submit("k", "behind", {}, lane="C1")
    engine.submit("k", "later", {}, lane="C2", not_before=soon(3600))
    until(lambda: first.keys)
    engine.stop(20)
    second = Journal()

    engine = engine_on(url, second)

    assert sorted(engine.unfinished()) == ["behind", "later", "waits"]
    assert second.keys == []


def test_a_wait_is_kept_over_a_restart(url, engine_on):
    first = Journal({"a": [JobOutcome.wait(0.6)]})
    engine = engine_on(url, first)
    engine.submit("k", "a", {}, lane="C1")
    until(lambda: first.keys)
    engine.stop(20)
    second = Journal()

    engine = engine_on(url, second)

    until(idle(engine))
    (again,) = second.times("a")
    assert again - first.times("a")[0] >= 0.6


def test_stop_waits_for_what_runs_and_begins_nothing_more(url, engine_on):
    journal = Journal()
    engine = engine_on(url, journal)
    journal.gate.clear()
    engine.submit("k", "a", {}, lane="C1")
    engine.submit("k", "b", {}, lane="C1")
    until(lambda: journal.keys)
    opens = when_told_to_stop(engine, journal.gate.set)

    engine.stop(20)
    opens.join()

    assert journal.at_once == 0
    assert journal.keys == ["a"]
    engine = engine_on(url, journal)
    until(idle(engine))
    assert journal.keys == ["a", "b"]


def test_stop_leaves_behind_what_takes_too_long(url, engine_on, caplog):
    release = threading.Event()
    begun = threading.Event()

    def run(kind, key, payload):
        begun.set()
        release.wait(120)
        return DONE

    engine = engine_on(url, run)
    engine.submit("k", "slow", {}, lane="C1")
    until(begun.is_set)

    engine.stop(0.1)

    assert "stopped while these jobs run: slow" in caplog.text
    release.set()
    journal = Journal()
    engine = engine_on(url, journal)
    until(idle(engine))
    assert journal.keys == ["slow"]


def test_stopping_and_starting_twice_is_once(url, engine_on):
    journal = Journal()
    engine = engine_on(url, journal)
    engine.start()
    engine.stop(1)
    engine.stop(1)

    with pytest.raises(OutageError):
        engine.submit("k", "a", {}, lane="l")
    engine.start()
    engine.submit("k", "a", {}, lane="l")

    until(idle(engine))
    assert journal.keys == ["a"]


def test_a_second_engine_in_one_process_is_refused(url, engine_on, tmp_path):
    engine_on(url, Journal())
    other = DbosEngine(f"sqlite:///{tmp_path / 'other.db'}", Journal(), executor_id="b")

    with pytest.raises(SettingsError, match="Another job engine runs in this process"):
        other.start()


def test_purge_forgets_finished_jobs_and_no_others(url, engine_on):
    journal = Journal()
    engine = engine_on(url, journal)
    engine.submit("k", "old", {}, lane="l")
    engine.submit("k", "later", {}, lane="l", not_before=soon(3600))
    until(lambda: engine.unfinished() == ["later"])
    between = datetime.now(UTC)

    assert engine.purge(between - timedelta(days=14)) == 0
    assert engine.purge(between + timedelta(seconds=1)) == 1

    assert engine.unfinished() == ["later"]
    engine.submit("k", "old", {}, lane="l")
    until(lambda: engine.unfinished() == ["later"])
    assert journal.keys == ["old", "old"]


def test_what_the_engine_lost_is_taken_up(url, engine_on, mark_as_claimed):
    """As when the disk was full just as a job ended: claimed, and nobody works on it."""
    journal = Journal()
    engine = engine_on(url, journal, care_s=1.0)
    engine.submit("k", "lost", {}, lane="l", not_before=soon(3600))

    mark_as_claimed("lost")

    until(lambda: journal.keys == ["lost"])
    until(idle(engine))


def test_the_engine_is_quiet(url, engine_on, capfd):
    engine = engine_on(url, Journal())
    engine.submit("k", "a", {}, lane="l")
    until(idle(engine))
    engine.stop(1)

    out, err = capfd.readouterr()
    assert (out, err) == ("", "")


def test_a_full_disk_refuses_new_jobs_and_loses_none(sqlite_url, engine_on):
    journal = Journal(lasts_s=0.2)
    engine = engine_on(sqlite_url, journal)
    database = engine._life._database
    for n in range(3):
        engine.submit("k", f"k{n}", {}, lane="l")
    until(lambda: journal.keys)

    pages = 1  # SQLite takes the file's present size where that is more

    @sa.event.listens_for(database, "connect")
    @sa.event.listens_for(database, "checkout")
    def limit(raw, *_):
        raw.execute(f"PRAGMA max_page_count={pages}")

    with pytest.raises(OutageError):
        submit_too_much(engine)
    time.sleep(0.5)
    pages = 100_000

    until(idle(engine))
    assert {"k0", "k1", "k2"} <= set(journal.keys)


def test_a_damaged_file_is_named_and_never_used(sqlite_url, engine_on):
    file = Path(sqlite_url.removeprefix("sqlite:///") + ".engine.db")
    content = bytearray(file.read_bytes())
    content[4096 * 3 : 4096 * 5] = b"\xff" * 8192

    for damaged in (bytes(content), b"not SQLite's" * 1000):
        file.write_bytes(damaged)
        with pytest.raises(SettingsError, match=r"bqx\.db\.engine\.db can't be used"):
            engine_on(sqlite_url, Journal())
        assert file.read_bytes() == damaged
