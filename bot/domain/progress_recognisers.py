"""
The table of progress recognisers: one row for each way a tool states how far it is.

A new format is a new row, in the place of its priority: count of total, then percentage, then a
bare ratio; within a rank the more telling row comes first (contracts, analysis 5.3).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum


class Rank(IntEnum):
    """What a row yields; a lower rank wins within a line."""

    COUNT = 1
    PERCENT = 2
    RATIO = 3


class Needs(IntEnum):
    """What a line must hold before a row is tried at all; a cheap test spares a slow pattern."""

    COUNT = 1
    PERCENT = 2
    WORDS = 3


class Rule(IntEnum):
    """What is asked of a match beyond its pattern."""

    NONE = 0
    AGREES = 1  # count and percentage must say the same
    SUMS = 2  # every match of the line counts, not only the first
    NO_DATE = 3  # too little around it to tell 10/31 from a day
    ZERO_BASED = 4  # the outer loop counts from nought


@dataclass(frozen=True, slots=True, kw_only=True)
class Recogniser:
    """
    One way of stating progress.

    The named groups of the pattern say what it yields: `done`, `total`, `left`, `plus*` (added to
    done), `percent`, `ratio` (0 to 1), `outer_done`, `outer_total`, and units beside the numbers.

    Args:
        words: With `Needs.WORDS`: the line holds one of them, in lower case.
        weak: A line about retries makes the match worthless.
        trusted: So peculiar to its tool that the words around it are not asked.
        example: A line in which it must see progress.
    """

    name: str
    rank: Rank
    pattern: re.Pattern[str]
    example: str
    needs: Needs = Needs.COUNT
    words: tuple[str, ...] = ()
    rule: Rule = Rule.NONE
    weak: bool = False
    trusted: bool = False


def in_priority(*tables: Sequence[Recogniser]) -> tuple[Recogniser, ...]:
    """Return the rows of all tables, in the order in which they are tried."""
    return tuple(sorted((row for table in tables for row in table), key=lambda row: row.rank))
