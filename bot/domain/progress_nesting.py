"""Loops inside loops: the outer one is what a person wants to know."""

import re
from typing import NamedTuple

from bot.domain.progress_reading import Reading

_SEGMENTS_BACK = 20_000  # a megabyte of short lines, the most that is ever read
_BARS_BACK = 2_000

# The words of loops by their level: the second lies inside the first, and whatever has no such
# word lies inside both.
_LEVELS = (
    frozenset(
        (
            *("fold", "seed", "repeat", "experiment", "pair", "currency", "symbol", "dataset"),
            *("phase", "stage", "part", "item", "trial", "run", "config", "configuration", "model"),
            "table",
        )
    ),
    frozenset(("epoch", "pass", "cycle", "generation", "round")),
)
_TITLE_WORDS = frozenset({"step", "task", "job"})
_COUNT = re.compile(r"(?<![\w.+$@/%\-])(\d{1,6})\s{0,3}(?:/|of)\s{0,3}(\d{1,6})[\])]?(?![\w/])")
_WORD_BEFORE = re.compile(r"(?<![\w\-])([a-z]{3,13}?)s?(?:\(\w{1,8}\))?[\s:#=(\[]{0,4}$")
_BEFORE_CHARS = 32
# "Step 3/10 : RUN make" and "#9 [3/10] RUN make" are titles, "step 3/10 loss=0.1" is a counter.
_TITLE_START = re.compile(r"(?:^|[=\-*#>\]] )\s{0,4}[a-z]{3,4} $")
_TITLE_END = re.compile(r"\s?(?::|[-\u2013\u2014]|$)")
_BUILD_STEP = re.compile(r"(?:#\d{1,4}|\s{0,4}[=\-*#>]{2,12}) \[(?:[\w.\-]{1,60} ){0,2}$")
_FINISHED = re.compile(
    r"(?i:\b(?:done|completed?|finished|loss|acc(?:uracy)?|val_\w{1,20}|took|elapsed|time)\b)"
)
_BAR = re.compile(
    r"^(?P<label>[^|]{0,80}?)(?:\d{1,3}%)?\s{0,2}"
    r"(?:\|[^|]{0,200}\||[\u2500-\u257f\u2580-\u25ff\u2800-\u28ff]{3,200})\s{0,4}"
    r"(?:\d{1,3}%\s{1,3})?(?P<done>\d{1,9})/(?P<total>\d{1,9})(?![\w/])"
)
_NEAR_NOUGHT = 0.02


class _Header(NamedTuple):
    level: int
    current: int
    total: int
    end: int


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
    header = _header(segment)
    return len(_LEVELS) if header is None else header.level


def _outer_loop(shown: list[str], before: int, level: int) -> tuple[_Loop | None, int]:
    for at in range(before - 1, max(-1, before - 1 - _SEGMENTS_BACK), -1):
        header = _header(shown[at])
        if header is None or header.level >= level:
            continue
        loop = _loop(at, header, shown[at])
        if loop is not None:
            return loop, header.level
    return None, 0


def _header(segment: str) -> _Header | None:
    """Return the counter of a named loop in a segment."""
    if "/" not in segment and " of " not in segment:
        return None
    for found in _COUNT.finditer(segment):
        before = segment[max(0, found.start() - _BEFORE_CHARS) : found.start()].lower()
        level = _level_of_words(before, segment[found.end() :])
        if level is not None:
            return _Header(level, int(found[1]), int(found[2]), found.end())
    return None


def _level_of_words(before: str, after: str) -> int | None:
    word = _WORD_BEFORE.search(before)
    if word is None:
        return 0 if before.endswith("[") and _BUILD_STEP.fullmatch(before) else None
    level = next((number for number, words in enumerate(_LEVELS) if word[1] in words), None)
    if level is None and word[1] in _TITLE_WORDS:
        is_title = _TITLE_START.search(before) and _TITLE_END.match(after)
        return 0 if is_title else None  # a title is the outermost thing there is
    return level


def _loop(at: int, header: _Header, segment: str) -> _Loop | None:
    # A line with results stands behind its round, a bare one before it.
    over = header.current == 0 or _FINISHED.search(segment[header.end :])
    finished = header.current if over else header.current - 1
    return _Loop(at, finished, header.total) if finished < header.total else None


def _outer_bar(shown: list[str], at: int) -> _Loop | None:
    """Return the bar above a bar: it stands still while the newest one starts from nought."""
    newest = _bar(shown[at])
    if newest is None:
        return None
    lowest = newest
    for back in range(at - 1, max(-1, at - _BARS_BACK), -1):
        if not shown[back].strip():
            continue  # a cursor that went up leaves an empty line
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
