"""The server's own clock: real time plus what a test has moved it by."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime


class ServerClock:
    """Tells the moved time; penalties, expiries and the Date header follow it."""

    def __init__(self) -> None:
        self._offset_s = 0.0

    def now(self) -> datetime:
        """Return the server's time in UTC, to the millisecond."""
        moved = datetime.now(UTC) + timedelta(seconds=self._offset_s)
        return moved.replace(microsecond=moved.microsecond // 1000 * 1000)

    def ticks(self) -> float:
        """Return seconds that only grow, for measuring spans."""
        return time.monotonic() + self._offset_s

    def advance(self, seconds: float) -> None:
        """Move ahead."""
        self._offset_s += seconds

    def date_header(self) -> str:
        """Return the value of a Date header."""
        return format_datetime(self.now().replace(microsecond=0), usegmt=True)


def stamp(moment: datetime) -> str:
    """Return a moment as the API writes it: "2022-09-05T07:00:00.000Z"."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + (
        f"{moment.microsecond // 1000:03d}Z"
    )
