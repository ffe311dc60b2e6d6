"""How far a job is, read from what it prints (contracts, analysis 5)."""

import re
from itertools import islice

from bot.domain.progress_count_rows import COUNT_ROWS
from bot.domain.progress_nesting import within_outer_loops
from bot.domain.progress_patterns import COUNT, PERCENT
from bot.domain.progress_percent_rows import PERCENT_ROWS
from bot.domain.progress_reading import Reading, interpret
from bot.domain.progress_recognisers import Needs, Recogniser, Rule, in_priority
from bot.domain.progress_text import pictures, plain, without_digit_gaps
from bot.domain.progress_tool_percents import TOOL_PERCENT_ROWS
from bot.domain.progress_tool_rows import NESTED_ROWS, TOOL_ROWS
from bot.domain.progress_vetoes import (
    about_one_part,
    about_retries,
    vetoed_count,
    vetoed_percent,
)

RECOGNISERS = in_priority(NESTED_ROWS, TOOL_ROWS, COUNT_ROWS, TOOL_PERCENT_ROWS, PERCENT_ROWS)

_MATCHES_TRIED = 6  # a hostile line holds thousands
# Nothing that any row asks for, in lower case: nearly every line of a log is done with here.
# Plain words and patterns with a fixed start take a tenth of the time of one large pattern.
_HINT_WORDS = (
    *("%", "percent", "per cent", "pct", "progress", "total", "left", "remain", "pending", "todo"),
    *("to do", "to go", "outstanding", "max_steps", "maxsteps", "fraction", "ratio", "expected"),
    *("stage", "map 1:", "reducer", "sync", "[cv ", "built", "copied", "fetched", "resolved"),
    *("jobs", "done", "0...", "task.setprogress"),
)
_HINT_SLASH = re.compile(
    r"/(?:(?<=[\d\s]/)|(?<=\d[kmgtpb]/)|(?<=[kmgtpi]b/)|(?<=bytes/))\s{0,8}[~\d]"
)
_HINT_OF = re.compile(r"[ (\[]of ")
_HINT_COLUMNS = re.compile(r"\s{0,3}\d{1,3}\s{1,6}[\d.]{1,8}[kmgtp]?\s{1,6}\d{1,3}\s")
# The same for engines that read many lines at once; at least as much as `_may_tell` lets through.
HINT = (
    rf"(?i:{'|'.join(re.escape(word) for word in _HINT_WORDS)}"
    r"|(?:\d|\s|\d[kmgtpb]|[kmgtpi]b|bytes)/\s{0,8}[~\d]|[ (\[]of "
    r"|(?:^|[\r\n])\s{0,3}\d{1,3}\s{1,6}[\d.]{1,8}[kmgtp]?\s{1,6}\d{1,3}\s)"
)
_LINE_ENDS = ("\n", "\r")
_OPEN_END = re.compile(r"[\w.,'/+\-]{1,40}$")
_COUNT = re.compile(COUNT)
_PERCENT = re.compile(PERCENT)


def read_progress(text: str, *, whole: bool = True) -> Reading | None:
    """
    Return the newest credible progress in the end of a log, None where there is none.

    A loop inside a loop is reported as the outer one: `Epoch 3/10` above `129/336` is
    (2 + 129/336)/10, 2 of 10.

    Args:
        text: The last lines of a log, or all of it.
        whole: False where somebody may be writing the last line just now: what touches its end
            counts only when more digits could not change it.
    """
    drawn = pictures(text)
    if drawn and not whole and not text.endswith(_LINE_ENDS):
        drawn[-1] = _settled(drawn[-1])
    silent: set[str] = set()  # a hostile log repeats one costly line
    for at in range(len(drawn) - 1, -1, -1):
        if not _may_tell(drawn[at].lower()) or drawn[at] in silent:
            continue
        reading = _read_segment(drawn[at])
        if reading is not None:
            return within_outer_loops(drawn, at, reading)
        silent.add(drawn[at])
    return None


def _may_tell(lower: str) -> bool:
    """Return whether it is worth trying the rows on a line."""
    return (
        any(map(lower.__contains__, _HINT_WORDS))
        or ("/" in lower and _HINT_SLASH.search(lower) is not None)
        or ("of " in lower and _HINT_OF.search(lower) is not None)
        or _HINT_COLUMNS.match(lower) is not None
    )


def _settled(segment: str) -> str:
    """Return a line that may go on without its last token, unless it says the same without it."""
    shorter = _OPEN_END.sub("", segment)
    if shorter == segment:
        return segment
    now, before = _read_segment(segment), _read_segment(shorter)
    if now is None or before is None:
        return shorter
    same = (now.done, now.total, now.fraction) == (before.done, before.total, before.fraction)
    return segment if same else shorter


def read_line(line: str) -> Reading | None:
    """Return the newest credible progress in one line, taken alone."""
    drawn = dict.fromkeys(reversed(pictures(line)))
    telling = (picture for picture in drawn if _may_tell(picture.lower()))
    readings = (_read_segment(picture) for picture in telling)
    return next((reading for reading in readings if reading is not None), None)


def _read_segment(picture: str) -> Reading | None:
    segment = plain(picture)
    if about_one_part(segment):
        return None
    line = without_digit_gaps(segment)
    lower = line.lower()
    has_count = _COUNT.search(line) is not None
    has_percent = _PERCENT.search(line) is not None
    for row in RECOGNISERS:
        if row.needs is Needs.COUNT and not has_count:
            continue
        if row.needs is Needs.PERCENT and not has_percent:
            continue
        if row.needs is Needs.WORDS and not any(word in lower for word in row.words):
            continue
        reading = _read_row(row, line)
        if reading is not None:
            return reading
    return None


def _read_row(row: Recogniser, line: str) -> Reading | None:
    for match in islice(row.pattern.finditer(line), _MATCHES_TRIED):
        reading = interpret(row, match, line)
        if reading is not None and (row.trusted or not _vetoed(row, match, line)):
            return reading
    return None


def _vetoed(row: Recogniser, match: re.Match[str], line: str) -> bool:
    if row.weak and about_retries(line):
        return True
    seen = {name for name, text in match.groupdict().items() if text is not None}
    counts = [
        (first, "total_unit" if last == "total" and "total_unit" in seen else last)
        for first, last in (("done", "total"), ("left", "total"), ("outer_done", "outer_total"))
        if {first, last} <= seen
    ]
    strict = row.weak or row.rule is Rule.AGREES
    spans = [(match.start(first), match.end(last)) for first, last in counts]
    if any(vetoed_count(line, start, end, strict=strict) for start, end in spans):
        return True
    if "percent" not in seen:
        return False
    return vetoed_percent(line, match.start("percent"), _behind_sign(line, match.end("percent")))


def _behind_sign(line: str, number_end: int) -> int:
    sign = line.find("%", number_end, number_end + 2)
    return sign + 1 if sign >= 0 else number_end
