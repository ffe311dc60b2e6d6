"""
The port `Engine` on DBOS Transact 3.4.

Where its tables lie. On PostgreSQL in the plan's own database, in a schema of their own. On
SQLite in a second file beside the plan's: SQLite has one writer for each file, and the engine
writes several times for each job (claim, outcome, end) while a change of the plan holds the
write lock from its first read to its commit; apart, neither waits for the other. The engine also
needs SQLite's clock replaced (see sqlite.py), which would change the plan's own SQL. Nothing is
lost by it: the plan keeps every effect, and the sweep hands over again what the engine's file
does not know.

What the engine is not asked to do: recover the work of other replicas (its open edition can't;
see `Life._care`), limit rates (its limiter limits starts, not calls; a lane runs one job at a
time and rests inside it), give up (an exception that leaves a job is final in its books, so none
does; see worker.py).
"""

import logging
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from dbos import DBOS, SetEnqueueOptions, SetWorkflowID, WorkflowStatus
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from bot.adapters.durable.life import QUEUE, Life, Setup
from bot.adapters.durable.worker import Run
from bot.domain.jobs import check_job
from bot.errors import OutageError, SettingsError

_URGENT, _NORMAL = 1, 2  # the engine takes the smallest first
_OPEN = ["ENQUEUED", "DELAYED", "PENDING"]
_CLOSED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_PAGE = 500
# Two jobs submitted within a millisecond would run in the order of their keys.
_APART_S = 0.0011

log = logging.getLogger(__name__)


class DbosEngine:
    """
    Jobs by key, each run once in effect. One started engine in a process.

    Args:
        url: The plan's database (sqlite:///… or postgresql://…).
        run: Does one run of a job, given kind, key and payload. Called on threads of the engine,
            again after a crash: what it does outside must be verified or repeatable.
        executor_id: Name of this replica, the same after a restart and unlike any other's.
        paced: Kinds after which their lane rests for `pace_s`.
        pace_s: 1.1 s keeps a Slack channel under its one message a second.
        polling_s: How often a replica looks for work; 0.1 s on SQLite, 0.2 s on PostgreSQL.
        workers: Lanes served at the same time by this replica, those that wait included.
        care_s: How often a replica looks after what the dead left behind.
    """

    def __init__(
        self,
        url: str,
        run: Run,
        *,
        executor_id: str,
        paced: frozenset[str] = frozenset(),
        pace_s: float = 1.1,
        polling_s: float | None = None,
        workers: int = 64,
        care_s: float = 5.0,
    ) -> None:
        parsed = _parse(url)
        sqlite = parsed.get_backend_name() == "sqlite"
        self._setup = Setup(
            url=parsed,
            run=run,
            executor_id=executor_id,
            paced=paced,
            pace_s=pace_s,
            polling_s=polling_s or (0.1 if sqlite else 0.2),
            workers=workers,
            care_s=care_s,
        )
        self._lifecycle = threading.Lock()
        self._spacing = threading.Lock()
        self._last_submit = 0.0
        self._life: Life | None = None

    def submit(
        self,
        kind: str,
        key: str,
        payload: Mapping[str, Any],
        *,
        lane: str,
        not_before: datetime | None = None,
        urgent: bool = False,
    ) -> None:
        """
        Hand over a job; returns after the commit. A known key is left alone.

        Raises:
            JobRefusedError: the job can't be kept as it is (see `check_job`).
            OutageError: the engine is stopped or its database does not take the job.
        """
        plain = check_job(kind, key, payload, lane=lane)
        life = self._living()
        try:
            if known := _find(key):
                _log_conflict(known, kind, plain)
                return
            self._wait_for_the_next_millisecond()
            with (
                SetWorkflowID(key),
                SetEnqueueOptions(
                    queue_partition_key=lane,
                    priority=_URGENT if urgent else _NORMAL,
                    delay_seconds=_seconds_until(not_before),
                ),
            ):
                DBOS.enqueue_workflow(QUEUE, life.job, kind, key, plain)
        except SQLAlchemyError as error:
            raise OutageError("The database") from error
        finally:
            self._last_submit = time.monotonic()

    def start(self) -> None:
        """
        Start working; unfinished jobs of an earlier life go on. Started twice is once.

        Raises:
            SettingsError: another process works on the file, or under this replica's name.
            OutageError: the database does not answer.
        """
        with self._lifecycle:
            if self._life is None:
                self._life = Life(self._setup)

    def stop(self, drain_s: float) -> None:
        """Stop, waiting at most `drain_s` seconds for running jobs; the rest goes on later."""
        with self._lifecycle:
            if self._life is not None:
                self._life.end(drain_s)
                self._life = None

    def unfinished(self) -> list[str]:
        """Return the keys of jobs that wait or run, oldest first."""
        self._living()
        return [job.workflow_id for job in _list(status=_OPEN)]

    def purge(self, before: datetime) -> int:
        """Forget finished jobs older than `before`; return how many."""
        self._living()
        purged = 0
        until = before.astimezone(UTC).isoformat()
        while page := _list(status=_CLOSED, completed_before=until, limit=_PAGE):
            DBOS.delete_workflows([job.workflow_id for job in page])
            purged += len(page)
        return purged

    def _living(self) -> Life:
        if self._life is None:
            raise OutageError("The job engine")
        return self._life

    def _wait_for_the_next_millisecond(self) -> None:
        with self._spacing:
            time.sleep(max(0.0, self._last_submit + _APART_S - time.monotonic()))


def _parse(url: str) -> sa.URL:
    try:
        parsed = sa.make_url(url)
    except ArgumentError as error:
        raise SettingsError("DATABASE_URL is no database URL.") from error
    backend = parsed.get_backend_name()
    if backend not in {"sqlite", "postgresql"}:
        raise SettingsError(f"DATABASE_URL: {backend} is not known; use sqlite or postgresql.")
    if backend == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise SettingsError("DATABASE_URL: SQLite needs a file, such as sqlite:///bqx.db.")
    return parsed


def _list(**filters: Any) -> list[WorkflowStatus]:
    return DBOS.list_workflows(**filters, load_input=False, load_output=False)


def _find(key: str) -> WorkflowStatus | None:
    found = DBOS.list_workflows(workflow_ids=[key], load_output=False)
    return found[0] if found else None


def _log_conflict(known: WorkflowStatus, kind: str, payload: dict[str, Any]) -> None:
    """Say it when a known key comes with something else; the first one counts."""
    args = known.input["args"] if known.input else ()
    if list(args) != [kind, known.workflow_id, payload]:
        log.warning(
            "job %s was submitted again as something else; the first one counts", known.workflow_id
        )


def _seconds_until(moment: datetime | None) -> float | None:
    if moment is None:
        return None
    seconds = (moment - datetime.now(UTC)).total_seconds()
    return seconds if seconds > 0 else None
