"""
What a regular expression may cost.

Airtable runs RE2, which takes time in proportion to the text. Python tries alternatives one after
the other, and some patterns make it try for years, so such a pattern is refused beforehand.
"""

import math
import re
from dataclasses import dataclass

from bot.sandbox.airtable.formulas.values import FaultError

MOST_STEPS = 100_000_000  # a second or two
MOST_REPEATS = 1000  # RE2's own limit on {n}

_PART = re.compile(
    r"""(?P<escape>\\[^1-9])
    |(?P<set>\[\^?\]?(?:[^\[\]\\]|\\.)*\])
    |(?P<open>\((?:\?:|\?P<\w+>|\?[ims]+:)?(?!\?))
    |(?P<flags>\(\?[ims]+\))
    |(?P<close>\))
    |(?P<either>\|)
    |(?P<repeat>[*+?]|\{(?P<least>\d*)(?P<comma>,(?P<most>\d*))?\})\??
    |(?P<plain>[^\\(\[])
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_SET_OPERATION = re.compile(r"--|&&|~~|\|\|")  # Python reserves them, RE2 does not know them


@dataclass
class _Group:
    """What stands between two parentheses, as far as it costs."""

    branches: int = 1
    varies: bool = False


class _Costs:
    """
    Counts in how many ways the parts of a pattern may match.

    `repeats` may each end anywhere in the text; `ways` multiplies the other choices.
    """

    def __init__(self) -> None:
        self.repeats = 0
        self.ways = 1
        self._groups = [_Group()]
        self._closed = _Group()
        self._previous = "repeat"

    def add(self, part: re.Match[str]) -> None:
        """Count one more part."""
        kind = str(part.lastgroup)
        if kind == "open":
            self._groups.append(_Group())
        elif kind == "close":
            self._close()
        elif kind == "either":
            self._groups[-1].branches += 1
            self._groups[-1].varies = True
        elif kind == "repeat":
            self._repeat(part)
        elif kind == "set" and _SET_OPERATION.search(part[0]):
            raise FaultError
        self._previous = kind

    def _close(self) -> None:
        if len(self._groups) == 1:
            raise FaultError
        self._closed = self._groups.pop()
        self._groups[-1].varies |= self._closed.varies
        self.ways *= self._closed.branches

    def _repeat(self, part: re.Match[str]) -> None:
        """Count a repetition; one of something that itself varies could take for ever."""
        optional = part[0].startswith("?")
        nested = self._previous == "close" and self._closed.varies and not optional
        if self._previous == "repeat" or nested:
            raise FaultError
        self._groups[-1].varies = True
        if optional:
            self.ways *= 2
        elif not _is_exact(part):
            self.repeats += 1


def check_cost(pattern: str, length: int) -> None:
    """
    Make sure that searching a text of this length ends soon.

    Raises:
        FaultError: It might not, or the pattern looks around or back, which RE2 cannot.
    """
    costs = _Costs()
    position = 0
    while position < len(pattern):
        part = _PART.match(pattern, position)
        if part is None:
            raise FaultError
        costs.add(part)
        position = part.end()
    anchored = pattern.startswith(("^", r"\A")) and "|" not in pattern
    starts_and_ends = costs.repeats + (not anchored)
    if costs.ways * math.comb(length + starts_and_ends, starts_and_ends) > MOST_STEPS:
        raise FaultError


def _is_exact(part: re.Match[str]) -> bool:
    """Tell whether it repeats a fixed number of times; refuses more than RE2 does."""
    counts = [int(count) for count in (part["least"], part["most"]) if count]
    if any(count > MOST_REPEATS for count in counts):
        raise FaultError
    return part["least"] is not None and part["comma"] is None
