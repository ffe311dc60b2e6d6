"""The month's calls: how often to look, when to warn (contracts, airtable 1.2 and 4)."""

from datetime import UTC, datetime, timedelta

MARKS = (50, 80, 95)  # per cent of the plan's calls, at which the admins are told
FASTEST = timedelta(seconds=30)
SLOWEST = timedelta(hours=6)
WITH_NOTICE = timedelta(minutes=30)  # where Airtable itself says that something changed
_FOR_LOOKING = 0.6  # of what is left; the rest is for writes and readings


def look_every(
    now: datetime, *, used: int, monthly: int, calls_a_look: int = 1, noticed: bool = False
) -> timedelta:
    """
    Return how often to ask for changes so that the month's calls last until its end.

    Args:
        used: Calls of this month so far.
        monthly: The plan's calls a month.
        calls_a_look: One for the feed; one a table where changes are asked for by time.
        noticed: Whether notifications arrive, so that looking is only a safeguard.
    """
    left = max(0, monthly - used) * _FOR_LOOKING
    seconds = (month_end(now) - now).total_seconds()
    fitting = timedelta(seconds=seconds * calls_a_look / left) if left >= 1 else SLOWEST
    fastest = WITH_NOTICE if noticed else FASTEST
    return min(SLOWEST, max(fastest, fitting))


def passed_mark(used: int, monthly: int) -> int | None:
    """Return the highest mark that the month's calls have passed, in per cent; None below 50."""
    share = 100 * used / monthly if monthly else 100
    return max((mark for mark in MARKS if share >= mark), default=None)


def month_of(now: datetime) -> str:
    """Return the month that Airtable counts ("2025-11", UTC)."""
    return f"{now.astimezone(UTC):%Y-%m}"


def month_end(now: datetime) -> datetime:
    """Return when the count begins anew (UTC)."""
    year, month = divmod(now.year * 12 + now.month, 12)
    return datetime(year, month + 1, 1, tzinfo=UTC)
