"""One job, from its first run to its last, with the waits between."""

import contextvars
import logging
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from typing import Any

from bot.domain.jobs import JobOutcome, JobState, wait_before

Run = Callable[[str, str, Mapping[str, Any]], JobOutcome]
Step = Callable[[str, str, dict[str, Any], int], dict[str, Any]]
Permit = Callable[[str], AbstractContextManager[str | None]]

_LONGEST_TRACEBACK = 8_000  # characters; an error may carry a whole response
_LEAVE_S = 0.2  # what a job that only waits needs to see that it must leave

log = logging.getLogger(__name__)


class Stopped(BaseException):
    """
    The engine stops: leave the job as it is.

    Not an Exception, because an exception that leaves a job ends it for ever in the engine's
    books, and this one goes on in the next life.
    """


class Worker:
    """
    Runs jobs for one life of the engine, from start to stop.

    Args:
        run: Does one run of a job, given kind, key and payload; may raise anything.
        paced: Kinds after which a lane rests for `pace_s`.
        pace_s: Seconds a lane rests after a paced job, as a channel takes one message a second.
        permit: Stands round each run of the job with this key; blocks until this process may
            act, and gives the reason why the job must not run again, or None.
        stopping: Set when the life ends.
    """

    def __init__(
        self,
        run: Run,
        *,
        paced: frozenset[str],
        pace_s: float,
        permit: Permit,
        stopping: threading.Event,
    ) -> None:
        self._run = run
        self._paced = paced
        self._pace_s = pace_s
        self._permit = permit
        self._stopping = stopping
        self._changed = threading.Condition()
        self._active: set[str] = set()
        self._left_behind = threading.Event()

    def work(self, step: Step, kind: str, key: str, payload: dict[str, Any]) -> dict[str, Any]:
        """
        Run a job until it is done or parked; return its last outcome.

        `step` is `attempt` as a step of the engine: what it returned once is kept, and returned
        again instead of another run when the job goes on in another life.
        """
        with self._counted(key):
            for run in count():
                outcome = self._kept(step, kind, key, payload, run)
                if outcome["state"] == JobState.WAIT:
                    self._pause(outcome)
                    continue
                if outcome["state"] == JobState.DONE and kind in self._paced:
                    self._stopping.wait(self._pace_s)
                return outcome
        raise AssertionError  # the loop above has no other end

    def attempt(self, kind: str, key: str, payload: dict[str, Any], run: int) -> dict[str, Any]:
        """Run the job once; never raises: an exception is a reason to wait."""
        with self._permit(key) as refusal:
            if self._stopping.is_set():
                raise Stopped
            outcome = JobOutcome.parked(refusal) if refusal else self._run_once(kind, key, payload)
            if self._left_behind.is_set():
                raise Stopped
        if outcome.state == JobState.PARKED:
            log.warning("%s job %s is parked: %s", kind, key, outcome.reason)
        return _as_row(outcome, run)

    def active(self) -> frozenset[str]:
        """Return the keys of the jobs that run, wait or rest in this process."""
        with self._changed:
            return frozenset(self._active)

    def drain(self, drain_s: float) -> bool:
        """
        Begin nothing more; wait for what runs. Whether all of it ended in time.

        What did not is left behind: its outcome is not kept, as the database is closed by then.
        """
        self._stopping.set()
        with self._changed:
            timeout_s = max(drain_s, _LEAVE_S)
            ended = self._changed.wait_for(lambda: not self._active, timeout=timeout_s)
        if not ended:
            self._left_behind.set()
        return ended

    def _kept(
        self, step: Step, kind: str, key: str, payload: dict[str, Any], run: int
    ) -> dict[str, Any]:
        if self._stopping.is_set():
            raise Stopped
        try:
            return step(kind, key, payload, run)
        except Exception as error:
            if self._stopping.is_set():
                raise Stopped from error
            log.error("job %s: its outcome was not kept\n%s", key, _traceback(error))  # noqa: TRY400
            return _as_row(JobOutcome.wait(), run)

    def _run_once(self, kind: str, key: str, payload: dict[str, Any]) -> JobOutcome:
        try:
            # A context of its own: inside the engine's, what the job submits would be taken for
            # a step of it.
            return contextvars.Context().run(self._run, kind, key, payload)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the boundary
            log.error("%s job %s failed and will be tried again\n%s", kind, key, _traceback(error))  # noqa: TRY400
            return JobOutcome.wait()

    def _pause(self, outcome: Mapping[str, Any]) -> None:
        # Durable: "until" was written down, so a new life waits the rest. The clock may have
        # jumped meanwhile, hence never longer than was meant.
        rest_s = min(max(outcome["until"] - time.time(), 0.0), outcome["wait_s"])
        if self._stopping.wait(rest_s):
            raise Stopped

    @contextmanager
    def _counted(self, key: str) -> Iterator[None]:
        with self._changed:
            self._active.add(key)
        try:
            yield
        finally:
            with self._changed:
                self._active.discard(key)
                self._changed.notify_all()


def _as_row(outcome: JobOutcome, run: int) -> dict[str, Any]:
    """Return the outcome of run number `run` as the engine keeps it."""
    if outcome.state != JobState.WAIT:
        return {"state": outcome.state, "reason": outcome.reason}
    wait_s = wait_before(run, outcome.wait_s)
    return {"state": outcome.state, "until": time.time() + wait_s, "wait_s": wait_s}


def _traceback(error: BaseException) -> str:
    """Return the traceback as text that every log can take."""
    text = "".join(traceback.format_exception(error))
    if len(text) > _LONGEST_TRACEBACK:
        half = _LONGEST_TRACEBACK // 2
        text = f"{text[:half]}\n[...]\n{text[-half:]}"
    return text.encode("utf-8", "backslashreplace").decode()
