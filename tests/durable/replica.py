"""
A process of its own with an engine in it, for tests that kill it.

Run as `python -m tests.durable.replica SETTINGS`, a JSON object: url, executor_id, journal (the
file that stands for the outside world: a line for each effect), submit (lists of kind, key,
payload, lane), leave (whether to end when nothing is left to do), most_crashes (optional).
It prints "ready" when all of `submit` is handed over; SIGTERM stops it.
"""

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

from bot.adapters.durable import crashes
from bot.adapters.durable.engine import DbosEngine
from bot.domain.jobs import JobOutcome


class World:
    """The outside world: effects seen by everybody, and deaths at the worst moment."""

    def __init__(self, journal):
        self.journal = Path(journal)
        self.submitted = threading.Event()
        self.engine = None

    def __call__(self, kind, key, payload):
        if kind == "poison":
            self.die()
        if kind == "dies before" and self.first_time(key):
            self.die()
        if kind in {"slow", "until told"} or not self.has(key):  # else verified: asked before
            self.write(key)
        if kind == "dies after" and self.first_time(key):
            self.die()
        time.sleep(payload.get("lasts_s", 0))
        if kind == "until told":
            self.engine._life._stopping.wait()
            self.write(f"{key} ended")
        return JobOutcome.done()

    def write(self, line):
        file = os.open(self.journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(file, f"{line}\n".encode())
        os.close(file)

    def has(self, line):
        return self.journal.exists() and line in self.journal.read_text().splitlines()

    def first_time(self, key):
        marker = self.journal.with_name(f"died at {key}")
        if marker.exists():
            return False
        marker.touch()
        return True

    def die(self):
        self.submitted.wait(30)  # a job that was never submitted can't be lost
        os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(60)


def main():
    settings = json.loads(sys.argv[1])
    crashes.MOST_CRASHES = settings.get("most_crashes", crashes.MOST_CRASHES)
    told = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    world = World(settings["journal"])
    engine = DbosEngine(
        settings["url"],
        world,
        executor_id=settings["executor_id"],
        polling_s=0.02,
        care_s=0.5,
    )
    world.engine = engine
    engine.start()
    for kind, key, payload, lane in settings["submit"]:
        engine.submit(kind, key, payload, lane=lane)
    world.submitted.set()
    print("ready", flush=True)  # noqa: T201
    while not told.wait(0.05):
        if settings["leave"] and not engine.unfinished():
            break
    engine.stop(10)


if __name__ == "__main__":
    main()
