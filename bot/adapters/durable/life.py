"""One life of the engine in this process, from start to stop."""

import contextvars
import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig, WorkflowStatus
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.adapters.durable.codec import JsonSerializer
from bot.adapters.durable.crashes import CrashLedger
from bot.adapters.durable.postgres import SCHEMA, ProofOfLife, open_server
from bot.adapters.durable.sqlite import (
    InstanceLock,
    assert_millisecond_clock,
    check_file,
    engine_file,
    open_file,
)
from bot.adapters.durable.worker import Run, Worker
from bot.errors import SettingsError

# Bumped by hand, only when the order of steps inside a job changes: a replica leaves the jobs of
# another version alone, so the old version must have drained first.
VERSION = "1"
QUEUE = "lanes"

_JOB = "bqx.job"
_STEP = "bqx.run"
# Looks in a row before something counts as dead: after a restart of the server the living need
# a moment to take their locks again.
_LOOKS = 3
_LOCK_WAIT_S = 1.0
_CARETAKER_ENDS_S = 5.0

log = logging.getLogger(__name__)

# DBOS keeps one instance for the whole process, and would share it silently.
_only_one = threading.Lock()

Job = Callable[[str, str, dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What a life needs to know; see `DbosEngine` for the meaning."""

    url: sa.URL
    run: Run
    executor_id: str
    paced: frozenset[str]
    pace_s: float
    polling_s: float
    workers: int
    care_s: float

    @property
    def is_sqlite(self) -> bool:
        """Whether the plan is a SQLite file."""
        return self.url.get_backend_name() == "sqlite"


class _Hold(Protocol):
    """What proves that this process is alive, and lets the dead be told from the living."""

    def is_held(self) -> bool: ...

    def release(self) -> None: ...

    def of_the_dead(self, executor_id: str) -> AbstractContextManager[bool]: ...


class Life:
    """
    The running engine: DBOS, the thread that looks after what the dead left, and the lock.

    Raises:
        SettingsError: another process works on the file or under this name, or another engine
            runs in this process.
        OutageError: the database does not answer.
    """

    def __init__(self, setup: Setup) -> None:
        if not _only_one.acquire(blocking=False):
            raise SettingsError("Another job engine runs in this process; stop it first.")
        try:
            self._begin(setup)
        except BaseException:
            _only_one.release()
            raise

    def _begin(self, setup: Setup) -> None:
        self._setup = setup
        # On SQLite the file's lock is the identity: a container's new host name must not make
        # strangers of its own jobs.
        self._executor_id = "only" if setup.is_sqlite else setup.executor_id
        self._stopping = threading.Event()
        self._hold: _Hold = _claim(setup)
        self._database = _open(setup)
        try:
            self._launch()
        except SQLAlchemyError as error:
            self._close()
            reason = error.orig if isinstance(error, DBAPIError) else error
            raise SettingsError(f"The job engine can't make its tables: {reason}") from error
        except BaseException:
            self._close()
            raise
        self._caretaker = threading.Thread(target=self._care, name="bqx-caretaker", daemon=True)
        self._caretaker.start()

    def end(self, drain_s: float) -> None:
        """Stop; jobs that do not end within `drain_s` seconds go on in the next life."""
        self._stopping.set()
        for event in self._dbos.background_thread_stop_events:
            event.set()  # take no more jobs from the lanes, which DBOS does only when destroyed
        if not self.worker.drain(drain_s):
            log.warning("stopped while these jobs run: %s", ", ".join(sorted(self.worker.active())))
        # It may be inside a question that the engine repeats until the database is back.
        self._caretaker.join(timeout=_CARETAKER_ENDS_S)
        try:
            self._close()
        finally:
            _only_one.release()

    def _launch(self) -> None:
        if self._setup.is_sqlite:
            check_file(self._database)
            assert_millisecond_clock(self._database)
        schema = None if self._setup.is_sqlite else SCHEMA
        self._crashes = CrashLedger(self._database, schema)
        self.worker = Worker(
            self._setup.run,
            paced=self._setup.paced,
            pace_s=self._setup.pace_s,
            permit=self._permit,
            stopping=self._stopping,
        )
        _tame_logging()
        self._dbos = DBOS(config=_config(self._database, self._executor_id))
        self.job = _register(self.worker)
        DBOS.launch()
        self._crashes.prepare()
        DBOS.register_queue(
            QUEUE,
            partition_concurrency=1,
            worker_concurrency=self._setup.workers,
            polling_interval_sec=self._setup.polling_s,
            on_conflict="always_update",
        )

    def _close(self) -> None:
        DBOS.destroy(destroy_registry=True)
        self._database.dispose()
        self._hold.release()

    @contextmanager
    def _permit(self, key: str) -> Iterator[str | None]:
        """Wait until this process may act; yields why the job must not run again, or None."""
        while not self._hold.is_held() and not self._stopping.wait(_LOCK_WAIT_S):
            pass
        # Outside the engine's context, where the question would become a step of the job.
        if contextvars.Context().run(_dispatches, key) > 1:
            with self._crashes.watching(key, self._stopping) as refusal:
                yield refusal
        else:
            yield None

    def _care(self) -> None:
        """
        Take up, again and again, what nobody works on any more.

        That is the work of dead replicas, which the engine's open edition leaves alone, and jobs
        of this one that the engine lost, as when the disk was full just as a job ended.
        """
        dead: dict[str, int] = {}
        lost: dict[str, int] = {}
        while not self._stopping.wait(self._setup.care_s):
            try:
                if not self._hold.is_held():
                    continue
                pending = _pending()
                others = {job.executor_id for job in pending if job.executor_id}
                dead = _seen_again(dead, others - {self._executor_id})
                self._take_over(_long_seen(dead))
                mine = {j.workflow_id for j in pending if j.executor_id == self._executor_id}
                lost = _seen_again(lost, mine - self.worker.active())
                _take_up(_long_seen(lost))
            except Exception:
                log.exception("looking after lost jobs failed; the next look is in a moment")

    def _take_over(self, executor_ids: Iterable[str]) -> None:
        for executor_id in executor_ids:
            with self._hold.of_the_dead(executor_id) as dead:
                if dead:
                    log.warning("replica %s is dead; its jobs go on here", executor_id)
                    # What DBOS itself does for its own id at start. `resume_workflows` would
                    # set the count of dispatches back, by which crashes are noticed.
                    DBOS._recover_pending_workflows([executor_id])  # noqa: SLF001


def _claim(setup: Setup) -> _Hold:
    if setup.is_sqlite:
        return InstanceLock(Path(setup.url.database or ""))
    return ProofOfLife(setup.url, setup.executor_id)


def _open(setup: Setup) -> sa.Engine:
    if setup.is_sqlite:
        return open_file(engine_file(Path(setup.url.database or "")))
    return open_server(setup.url)


def _config(database: sa.Engine, executor_id: str) -> DBOSConfig:
    return {
        "name": "bqx-cadence",
        "system_database_engine": database,
        "dbos_system_schema": SCHEMA,
        "executor_id": executor_id,
        "application_version": VERSION,
        "serializer": JsonSerializer(),
        "log_level": "WARNING",
        "enable_otlp": False,
        # Nothing here waits for messages between jobs: no connection is kept for LISTEN.
        "use_listen_notify": False,
        # How long `stop` waits for the thread that listens all the same.
        "notification_listener_polling_interval_sec": 0.1,
        "scheduler_polling_interval_sec": 3600.0,
    }


def _tame_logging() -> None:
    """Send DBOS's words where ours go; it would write to the console in a format of its own."""
    logger = logging.getLogger("dbos")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())


def _register(worker: Worker) -> Job:
    @DBOS.step(name=_STEP)
    def step(kind: str, key: str, payload: dict[str, Any], run: int) -> dict[str, Any]:
        return worker.attempt(kind, key, payload, run)

    # Crashes are counted by us (see crashes.py): DBOS would also count a life in which the job
    # only waited for a service that was away.
    @DBOS.workflow(name=_JOB, max_recovery_attempts=None)
    def job(kind: str, key: str, payload: dict[str, Any]) -> dict[str, Any]:
        return worker.work(step, kind, key, payload)

    return job


def _dispatches(key: str) -> int:
    status = DBOS.get_workflow_status(key)
    return (status and status.recovery_attempts) or 1


def _pending() -> list[WorkflowStatus]:
    return DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)


def _take_up(keys: list[str]) -> None:
    if keys:
        log.warning("taking up lost jobs: %s", ", ".join(keys))
        DBOS.resume_workflows(keys, queue_name=QUEUE)


def _seen_again(before: dict[str, int], now: Iterable[str]) -> dict[str, int]:
    return {name: before.get(name, 0) + 1 for name in now}


def _long_seen(looks: dict[str, int]) -> list[str]:
    return sorted(name for name, count in looks.items() if count >= _LOOKS)
