"""Slack's rate limits: calls a minute by tier, and one message a second and channel."""

import math
import time
from collections import deque
from collections.abc import Mapping

MINUTE_S = 60.0


class RateLimitedError(Exception):
    """Too many calls; Slack answers HTTP 429 with `Retry-After`."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"retry after {retry_after_s} s")
        self.retry_after_s = retry_after_s


class RateLimits:
    """
    Counts calls on the real clock, which nobody can move.

    Args:
        tiers: Calls a minute for each tier; a missing tier has no limit.
    """

    def __init__(self, tiers: Mapping[str, int]) -> None:
        self._tiers = tiers
        self._calls: dict[tuple[str, ...], deque[float]] = {}

    def call(self, team_id: str, method: str, tier: str) -> None:
        """
        Count one call of a method.

        Raises:
            RateLimitedError: the tier's calls of this minute are used up.
        """
        if tier in self._tiers:
            self.take((team_id, method), self._tiers[tier], MINUTE_S)

    def take(self, key: tuple[str, ...], most: int, window_s: float) -> None:
        """
        Count one use of `key`, of which there may be `most` in any window.

        Raises:
            RateLimitedError: they are used up; a refused use does not count.
        """
        now = time.monotonic()
        uses = self._calls.setdefault(key, deque())
        while uses and uses[0] <= now - window_s:
            uses.popleft()
        if len(uses) >= most:
            raise RateLimitedError(max(1, math.ceil(uses[0] + window_s - now)))
        uses.append(now)
