"""The month's calls: how often to look, when to warn (contracts, airtable 1.2 and 4)."""

from datetime import UTC, datetime, timedelta

MARKS = (50, 80, 95)  # per cent of the plan's calls, at which the admins are told
FASTEST = timedelta(seconds=30)
SLOWEST = timedelta(days=1)
MONTH = timedelta(days=31)
WITH_NOTICE = timedelta(minutes=30)  # where Airtable itself says that something changed
_IDLE = 0.45  # of a month's calls go to looking: a quiet month passes no mark
_OF_THE_REST = 0.6  # where writes and readings used more than the rest


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
    steady = _pause(MONTH, monthly * _IDLE, calls_a_look)
    fitting = _pause(month_end(now) - now, (monthly - used) * _OF_THE_REST, calls_a_look)
    fastest = WITH_NOTICE if noticed else FASTEST
    return min(SLOWEST, max(fastest, steady, fitting))


def _pause(time: timedelta, calls: float, calls_a_look: int) -> timedelta:
    return time * calls_a_look / calls if calls >= 1 else SLOWEST


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
