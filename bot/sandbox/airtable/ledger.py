"""Every request to /v0, so that tests can count calls."""

import time
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

# A server that runs for weeks forgets its oldest requests.
MOST_ENTRIES = 100_000


@dataclass
class Entry:
    """
    One request.

    Args:
        path: With its query, as it was sent.
        table: As the path names it: an id or a name.
        status: What was answered; 0 when the connection was cut instead.
        type: The error's type string; "" without an error.
        at: Monotonic seconds when it came in, on the real clock.
    """

    method: str
    path: str
    base: str
    table: str
    status: int
    type: str
    at: float


class Ledger:
    """Keeps the requests in the order they came in."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=MOST_ENTRIES)

    def open(self, method: str, path: str) -> Entry:
        """Add a request that is not answered yet."""
        entry = Entry(method, path, "", "", 0, "", time.monotonic())
        self._entries.append(entry)
        return entry

    def clear(self) -> None:
        """Forget them all."""
        self._entries.clear()

    def to_json(self) -> list[dict[str, Any]]:
        """Return the requests."""
        return [asdict(entry) for entry in self._entries]
