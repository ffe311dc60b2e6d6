"""How long a code host wants to be left alone, by what its refusal says."""

from collections.abc import Mapping
from datetime import datetime

MIN_S = 1.0
MAX_S = 3600.0
SECONDARY_S = 60.0  # GitHub: "wait for at least one minute" where no header says more
_LIMITED = {403, 429}


def seconds_to_wait(
    status: int, headers: Mapping[str, str], words: str, now: datetime
) -> float | None:
    """
    Return the seconds to wait; None where this refusal is no limit of calls.

    A 403 is one only where its headers or its words say so; else the token may not do it.

    Args:
        headers: By lower-case name.
        words: The host's own sentence.
    """
    if status not in _LIMITED:
        return None
    asked = headers.get("retry-after", "")
    if asked.isdigit():
        return _within(float(asked))
    reset = headers.get("x-ratelimit-reset", "")
    if headers.get("x-ratelimit-remaining") == "0" and reset.isdigit():
        return _within(float(reset) - now.timestamp())
    if status == 429 or "rate limit" in words.lower() or "abuse" in words.lower():  # noqa: PLR2004 - "Too Many Requests"
        return SECONDARY_S
    return None


def _within(seconds: float) -> float:
    return min(MAX_S, max(MIN_S, seconds))
