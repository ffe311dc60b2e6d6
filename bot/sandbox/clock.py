"""The workspace's clock: real time plus an offset one can move."""

import os
import tempfile
import time
from pathlib import Path

MICROSECONDS = 1_000_000


class WorkspaceClock:
    """
    Tells the moved time and hands out message timestamps that never repeat.

    Args:
        file: Where the offset is written, in seconds as text, whenever it changes; the product
            reads it there, because it never talks to the page's API.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._last_us = 0
        self.offset_s = 0.0
        self._write()

    def now(self) -> float:
        """Return the workspace's time in epoch seconds."""
        return time.time() + self.offset_s

    def move(self, offset_s: float) -> None:
        """Set how far the workspace is ahead of real time, in seconds."""
        self.offset_s = float(offset_s)
        self._write()

    def ts(self) -> str:
        """
        Return the next message timestamp, such as "1788768060.000200".

        It follows the clock but always grows: ts is a message's identity, also after the
        clock was moved back.
        """
        self._last_us = max(int(self.now() * MICROSECONDS), self._last_us + 1)
        return f"{self._last_us // MICROSECONDS}.{self._last_us % MICROSECONDS:06d}"

    def _write(self) -> None:
        if self._file is None:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._file.parent, prefix=".clock-")
        with os.fdopen(handle, "w", encoding="ascii") as draft:
            draft.write(repr(self.offset_s))
        Path(name).replace(self._file)
