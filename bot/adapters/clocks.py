"""The port `Clock`: the system's, and one that can be moved to see a cadence happen."""

from datetime import UTC, datetime, timedelta
from pathlib import Path


class SystemClock:
    """The system's clock."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return datetime.now(UTC)


class MovedClock:
    """
    The system's clock, moved by the seconds that a file holds at that moment.

    Args:
        offset_file: Text such as "86400.0"; missing or unreadable means not moved.
    """

    def __init__(self, offset_file: Path) -> None:
        self._offset_file = offset_file

    def now(self) -> datetime:
        """Return the moved moment in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self._offset_s())

    def _offset_s(self) -> float:
        try:
            return float(self._offset_file.read_text())
        except (OSError, ValueError):
            return 0.0
