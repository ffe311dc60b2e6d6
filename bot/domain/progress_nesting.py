"""Loops inside loops: the outer one is what a person wants to know."""

import re
from typing import NamedTuple

from bot.domain.progress_patterns import OUTER_COUNT
from bot.domain.progress_reading import Reading

_SEGMENTS_BACK = 20_000  # a megabyte of short lines, the most that is ever read
_BARS_BACK = 2_000

# The second of two levels lies inside the first; whatever has no such word lies inside both.
_LEVELS = (
    (
        r"fold|seed|repeat|experiment|currency pair|pair|currency|symbol|dataset|phase"
        r"|stage|part|item"
        r"|trial|run|config(?:uration)?|model"
    ),
    r"epoch|pass|cycle|generation|round",
)
_HEADERS = tuple(
    re.compile(
        rf"(?<![\w\-])(?i:{words})(?:s|\(s\))?(?:\(\w{{1,8}}\))?[\s:#=(\[]{{0,4}}{OUTER_COUNT}[\])]?(?![\w/])"
    )
    for words in _LEVELS
)
# "Step 3/10 : RUN make" and "[3/10] RUN make" are titles, "step 3/10 loss=0.1" is a counter.
_TITLES = re.compile(
    rf"(?:^|[=\-*#>\]] )\s{{0,4}}(?i:step|task|job) {OUTER_COUNT}\s?(?::|[-\u2013\u2014]|$)"
    rf"|^#\d{{1,4}} \[(?:[\w.\-]{{1,60}} ){{0,2}}{OUTER_COUNT.replace('outer_', 'build_')}\] "
)
_FINISHED = re.compile(
    r"(?i:\b(?:done|completed?|finished|loss|acc(?:uracy)?|val_\w{1,20}|took|elapsed|time)\b)"
)
_FOUR_DIGITS = re.compile(r"\d{1,6}\s{0,3}(?:/|of)\s{0,3}\d")
_BAR = re.compile(
    r"^(?P<label>[^|]{0,80}?)(?:\d{1,3}%)?\s{0,2}"
    r"(?:\|[^|]{0,200}\||[\u2500-\u257f\u2580-\u25ff\u2800-\u28ff]{3,200})\s{0,4}"
    r"(?:\d{1,3}%\s{1,3})?(?P<done>\d{1,9})/(?P<total>\d{1,9})(?![\w/])"
)
_NEAR_NOUGHT = 0.02


class _Loop(NamedTuple):
    at: int
    finished: int
    total: int


class _Bar(NamedTuple):
    label: str
    done: int
    total: int


def within_outer_loops(shown: list[str], at: int, reading: Reading) -> Reading:
    """
    Return `reading` as part of the loops that hold it, or as it is.

    Args:
        shown: The segments of the log, oldest first.
        at: Where in them the reading stands.
    """
    bar = _outer_bar(shown, at)
    if bar is not None:
        return reading.inside(bar.finished, bar.total)
    level = _level(shown[at])
    where = at
    while level > 0:
        loop, level = _outer_loop(shown, where, level)
        if loop is None:
            break
        reading = reading.inside(loop.finished, loop.total)
        where = loop.at
    return reading


def _level(segment: str) -> int:
    """Return how many levels of named loops may lie around what a segment tells."""
    if _TITLES.search(segment):
        return 0  # a title is the outermost thing there is
    for level, header in enumerate(_HEADERS):
        if header.search(segment):
            return level
    return len(_HEADERS)


def _outer_loop(shown: list[str], before: int, level: int) -> tuple[_Loop | None, int]:
    for at in range(before - 1, max(-1, before - _SEGMENTS_BACK), -1):
        if not _FOUR_DIGITS.search(shown[at]):
            continue
        for outer, header in enumerate((*_HEADERS[:level], _TITLES)):
            found = header.search(shown[at])
            loop = _loop(at, found, shown[at]) if found else None
            if loop is not None:
                return loop, min(outer, level - 1)
    return None, 0


def _loop(at: int, found: re.Match[str], segment: str) -> _Loop | None:
    groups = found.groupdict()
    current = int(groups["outer_done"] or groups["build_done"])
    total = int(groups["outer_total"] or groups["build_total"])
    # A line with results stands behind its round, a bare one before it.
    over = current == 0 or _FINISHED.search(segment[found.end() :])
    finished = current if over else current - 1
    return _Loop(at, finished, total) if finished < total else None


def _outer_bar(shown: list[str], at: int) -> _Loop | None:
    """Return the bar above a bar: it stands still while the newest one starts from nought."""
    newest = _bar(shown[at])
    if newest is None:
        return None
    lowest = newest
    for back in range(at - 1, max(-1, at - _BARS_BACK), -1):
        bar = _bar(shown[back])
        if bar is None:
            return None
        if (bar.label, bar.total) == (newest.label, newest.total):
            lowest = min(lowest, bar, key=lambda seen: seen.done)
            continue
        starts = lowest.done <= max(1, _NEAR_NOUGHT * lowest.total)
        if bar.done < bar.total and starts:
            return _Loop(back, bar.done, bar.total)
        return None
    return None


def _bar(segment: str) -> _Bar | None:
    found = _BAR.match(segment)
    if found is None:
        return None
    return _Bar(found["label"].strip(" :"), int(found["done"]), int(found["total"]))
