"""How often may be asked: five calls a second and base, fifty for a token, so many in a month."""

from collections import deque

from bot.sandbox.airtable.clock import ServerClock
from bot.sandbox.airtable.refusals import over_the_month, rate_limited

TOKEN_CALLS_PER_S = 50
WINDOW_S = 1.0


class Limits:
    """
    Counts calls in sliding windows and punishes a breach.

    Args:
        requests_per_s: For each base; 0 for no limit, for tokens neither.
        penalty_s: How long everything is refused after a breach; asking meanwhile does not
            make it longer.
        monthly_cap: Calls of a calendar month in UTC; None for no cap.
    """

    def __init__(
        self,
        clock: ServerClock,
        *,
        requests_per_s: int,
        penalty_s: float,
        monthly_cap: int | None,
    ) -> None:
        self._clock = clock
        self._per_s = requests_per_s
        self._penalty_s = penalty_s
        self._cap = monthly_cap
        self._calls: dict[str, deque[float]] = {}
        self._until: dict[str, float] = {}
        self._month = ""
        self._used = 0

    def take(self, base_id: str | None, token: str) -> None:
        """
        Count a call; a refused one does not count.

        Raises:
            ApiError: 429, one call too many, or a penalty is not over.
        """
        if self._per_s == 0:
            return
        if base_id is not None:
            self._take(base_id, self._per_s)
        self._take(token, TOKEN_CALLS_PER_S)

    def spend(self) -> None:
        """
        Count a call of the month.

        Raises:
            ApiError: 429 with the billing type, the month's calls are used up.
        """
        month = self._clock.now().strftime("%Y-%m")
        if month != self._month:
            self._month, self._used = month, 0
        if self._cap is not None and self._used >= self._cap:
            raise over_the_month()
        self._used += 1

    def forgive(self) -> None:
        """End every penalty and forget the calls of the last second."""
        self._until.clear()
        self._calls.clear()

    def _take(self, key: str, most: int) -> None:
        now = self._clock.ticks()
        if now < self._until.get(key, now):
            raise rate_limited()
        calls = self._calls.setdefault(key, deque())
        while calls and calls[0] <= now - WINDOW_S:
            calls.popleft()
        if len(calls) >= most:
            self._until[key] = now + self._penalty_s
            raise rate_limited()
        calls.append(now)
