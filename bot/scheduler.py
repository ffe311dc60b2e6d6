"""The alarm clock: wakes the sweep. What is due, and whether it was done, is known elsewhere."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

log = logging.getLogger(__name__)


class Alarm:
    """
    Calls `sweep` at start, every `every_s` seconds and when woken; never twice at a time.

    APScheduler keeps the time and nothing else: its jobs live in memory, so that no second
    replica shares them and no restart skips them. They only ring; a thread of our own sweeps, so
    that a ring during a sweep is neither lost nor a second sweep beside it.
    """

    def __init__(self, sweep: Callable[[], None], every_s: float) -> None:
        self._sweep = sweep
        self._every_s = every_s
        self._bell = threading.Event()
        self._stopping = threading.Event()
        self._clock: BackgroundScheduler | None = None
        self._sweeper: threading.Thread | None = None

    def start(self) -> None:
        """Begin, with a sweep right away."""
        logging.getLogger("apscheduler").setLevel(logging.WARNING)  # it tells of every ring
        self._stopping.clear()
        self._bell.set()
        self._sweeper = threading.Thread(target=self._listen, name="bqx-sweep", daemon=True)
        self._sweeper.start()
        self._clock = BackgroundScheduler(
            timezone=UTC,
            executors={"default": {"type": "threadpool", "max_workers": 1}},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._clock.add_job(self.wake, IntervalTrigger(seconds=self._every_s, timezone=UTC))
        self._clock.start()

    def wake(self) -> None:
        """Sweep now; during a sweep, once more after it."""
        self._bell.set()

    def stop(self) -> None:
        """Stop, after a sweep that is under way."""
        if self._clock is None or self._sweeper is None:
            return
        self._clock.shutdown(wait=True)
        self._stopping.set()
        self._bell.set()
        self._sweeper.join()
        self._clock = self._sweeper = None

    def _listen(self) -> None:
        while self._bell.wait() and not self._stopping.is_set():
            self._bell.clear()
            try:
                self._sweep()
            except Exception:
                log.exception("a sweep failed; the next one comes in %.0f s", self._every_s)
