"""Processes that die: nothing is lost, and verified effects happen once."""

import json
import signal
import subprocess
import sys
import threading
import time
from collections import Counter

import psycopg
import pytest
import sqlalchemy as sa

from bot.adapters.durable import postgres
from bot.adapters.durable.crashes import MOST_CRASHES, CrashLedger
from bot.adapters.durable.engine import DbosEngine
from bot.errors import OutageError, SettingsError
from tests.durable.conftest import Journal
from tests.waiting import until


@pytest.fixture
def journal(tmp_path):
    return tmp_path / "journal"


@pytest.fixture
def replica(journal):
    """Return a function that starts a process with an engine and waits until it is ready."""
    started = []

    def start(url, submit=(), *, name="replica", leave=False, **more):
        settings = {"url": url, "executor_id": name, "journal": str(journal), "leave": leave}
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.durable.replica",
                json.dumps({**settings, "submit": list(submit), **more}),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        process.stdout.readline()
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def lines(journal):
    return journal.read_text().splitlines() if journal.exists() else []


def test_a_death_before_or_after_the_effect_loses_and_doubles_nothing(url, replica, journal):
    jobs = [("effect", f"plain {n}", {"lasts_s": 0.05}, f"lane {n % 3}") for n in range(6)]
    jobs += [("dies before", "before", {}, "b"), ("dies after", "after", {}, "a")]

    exits = [replica(url, jobs, leave=True).wait(240)]
    while exits[-1] == -signal.SIGKILL and len(exits) < 5:
        exits.append(replica(url, leave=True).wait(240))

    assert exits[0] == -signal.SIGKILL
    assert exits[-1] == 0
    assert Counter(lines(journal)) == Counter(key for _, key, _, _ in jobs)


def test_kills_at_any_moment_lose_and_double_nothing(url, replica, journal):
    jobs = [("effect", f"k{n}", {"lasts_s": 0.02}, f"lane {n % 4}") for n in range(32)]
    process = replica(url, jobs)
    for pause_s in (0.05, 0.2):
        time.sleep(pause_s)
        process.kill()
        process.wait()
        process = replica(url, leave=pause_s >= 0.2)

    assert process.wait(240) == 0
    assert Counter(lines(journal)) == Counter(key for _, key, _, _ in jobs)


def test_sigterm_lets_the_running_job_end(url, replica, journal):
    process = replica(url, [("until told", "a", {}, "l"), ("until told", "b", {}, "l")])
    until(lambda: lines(journal) == ["a"])

    process.terminate()

    assert process.wait(240) == 0
    assert lines(journal) == ["a", "a ended"]


def test_a_job_that_kills_the_process_is_parked_and_the_others_get_through(
    sqlite_url, replica, journal
):
    jobs = [("effect", f"k{n}", {"lasts_s": 0.2}, f"lane {n}") for n in range(4)]
    jobs.append(("poison", "poison", {}, "p"))

    exits = [replica(sqlite_url, jobs, leave=True, most_crashes=2).wait(240)]
    while exits[-1] == -signal.SIGKILL and len(exits) < 9:
        exits.append(replica(sqlite_url, leave=True, most_crashes=2).wait(240))

    assert exits[-1] == 0
    assert exits.count(-signal.SIGKILL) <= 3 + len(jobs)
    assert Counter(lines(journal)) == Counter(f"k{n}" for n in range(4))


def test_a_second_process_on_the_file_is_refused_until_the_first_is_dead(
    sqlite_url, replica, engine_on
):
    first = replica(sqlite_url)

    with pytest.raises(SettingsError, match=rf"already running on .*bqx\.db \(process {first.pid}"):
        engine_on(sqlite_url, Journal())

    first.kill()
    first.wait()
    engine_on(sqlite_url, Journal())


def test_a_file_in_a_folder_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").touch()
    engine = DbosEngine(f"sqlite:///{tmp_path / 'file' / 'bqx.db'}", Journal(), executor_id="a")

    with pytest.raises(SettingsError, match="can't write beside"):
        engine.start()


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://x/y", "sqlite://", "sqlite:///:memory:"])
def test_a_database_of_another_kind_is_refused(url):
    with pytest.raises(SettingsError, match="DATABASE_URL"):
        DbosEngine(url, Journal(), executor_id="a")


def test_a_second_replica_of_the_same_name_is_refused(
    postgres_url, replica, engine_on, monkeypatch
):
    replica(postgres_url, name="twin")
    monkeypatch.setattr(postgres, "_CLAIM_S", 0.2)

    with pytest.raises(SettingsError, match="already running as 'twin'"):
        engine_on(postgres_url, Journal(), executor_id="twin")

    engine_on(postgres_url, Journal(), executor_id="other")


def test_the_work_of_a_dead_replica_is_taken_over_and_that_of_a_stopped_one_is_not(
    postgres_url, replica, journal, engine_on
):
    first = replica(postgres_url, [("slow", "a", {"lasts_s": 600}, "l")], name="first")
    until(lambda: lines(journal) == ["a"])
    here = Journal()
    engine = engine_on(postgres_url, here, executor_id="second", care_s=0.5)

    first.send_signal(signal.SIGSTOP)
    time.sleep(3)  # six looks, of which three are enough
    assert here.keys == []
    first.kill()
    first.wait()

    until(lambda: here.keys == ["a"])
    until(lambda: engine.unfinished() == [])


def test_three_replicas_that_submit_the_same_keys_run_each_once(postgres_url, replica, journal):
    jobs = [("effect", f"k{n}", {}, f"lane {n % 5}") for n in range(50)]

    processes = [replica(postgres_url, jobs, name=f"r{n}", leave=True) for n in range(3)]

    assert [process.wait(240) for process in processes] == [0, 0, 0]
    assert Counter(lines(journal)) == Counter(key for _, key, _, _ in jobs)


def test_a_restart_of_the_server_stops_no_replica(postgres_url, engine_on, caplog):
    here = Journal(lasts_s=0.02)
    engine = engine_on(postgres_url, here)
    for n in range(40):
        engine.submit("k", f"k{n}", {}, lane=f"lane {n % 4}")
    until(lambda: len(here.keys) > 5)

    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    until(lambda: len(set(here.keys)) == 40)
    until(lambda: engine.unfinished() == [])
    until(lambda: "has its lock again" in caplog.text)


def test_a_server_that_does_not_answer_is_an_outage_and_tells_no_password():
    engine = DbosEngine("postgresql://u:hunter2@127.0.0.1:9/bqx", Journal(), executor_id="a")

    with pytest.raises(OutageError) as outage:
        engine.start()

    assert "hunter2" not in str(outage.value)


def test_the_ledger_counts_deaths_and_forgets_a_job_that_ended(tmp_path):
    database = sa.create_engine(f"sqlite:///{tmp_path / 'crash.db'}")
    ledger = CrashLedger(database, None)
    ledger.prepare()
    ledger.prepare()
    stopping = threading.Event()
    for _ in range(MOST_CRASHES):
        ledger._begin("poison")
        ledger._begin("innocent")

    with ledger.watching("poison", stopping) as refusal:
        assert refusal == "it was running each of the last 5 times the process died"
    ledger._end("innocent")
    with ledger.watching("innocent", stopping) as refusal:
        assert refusal is None
    with ledger.watching("new", stopping) as refusal:
        assert refusal is None
    database.dispose()
