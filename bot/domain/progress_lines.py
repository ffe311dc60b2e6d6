"""How far a job is, read from what it prints (contracts, analysis 5)."""

import re
from itertools import islice

from bot.domain.progress_count_rows import COUNT_ROWS
from bot.domain.progress_nesting import within_outer_loops
from bot.domain.progress_patterns import COUNT, PERCENT
from bot.domain.progress_percent_rows import PERCENT_ROWS
from bot.domain.progress_reading import Reading, interpret
from bot.domain.progress_recognisers import Needs, Recogniser, in_priority
from bot.domain.progress_text import segments, without_digit_gaps
from bot.domain.progress_tool_rows import NESTED_ROWS, TOOL_ROWS
from bot.domain.progress_vetoes import (
    about_one_part,
    about_retries,
    vetoed_count,
    vetoed_percent,
)

RECOGNISERS = in_priority(NESTED_ROWS, TOOL_ROWS, COUNT_ROWS, PERCENT_ROWS)

_MATCHES_TRIED = 6  # a hostile line holds thousands
# Nothing that any row asks for: nearly every line of a log is done with here.
_HINT = re.compile(
    r"\d(?:\s?[kKMGTPbB][A-Za-z]{0,4})?\s{0,8}/\s{0,8}[~\d]|\d [A-Za-z]{2,14}(?:\(s\))? / ~?\d|"
    r"\d\s?%|\d\S{0,3} {1,4}(?:[A-Za-z()]{2,16} )?[(\[]?(?:out )?of |/100%|0\.\.\."
    r"|(?i:percent|progress|pct|total|left|remain|pending|to go|to ?do\b|outstanding|max_?steps|"
    r"fraction"
    r"|expected|stage|map 1:|reducer|sync|"
    r"\[cv |built|jobs|copied|fetched|resolved|done|per cent|ratio)"
    r"|\d:\d{2}:\d{2}\s{1,4}[\d.]{1,8}[kMGTP]?$|:\d{2}\s[ \d.]{4}[\dkMGTP]$"
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
    shown = segments(text)
    if shown and not whole and not text.endswith(_LINE_ENDS):
        shown[-1] = _settled(shown[-1])
    silent: set[str] = set()  # a hostile log repeats one costly segment
    for at in range(len(shown) - 1, -1, -1):
        if shown[at] in silent:
            continue
        reading = _read_segment(shown[at])
        if reading is not None:
            return within_outer_loops(shown, at, reading)
        silent.add(shown[at])
    return None


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
    newest = dict.fromkeys(reversed(segments(line)))
    readings = (_read_segment(segment) for segment in newest)
    return next((reading for reading in readings if reading is not None), None)


def _read_segment(segment: str) -> Reading | None:
    if not _HINT.search(segment) or about_one_part(segment):
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
    if any(vetoed_count(line, match.start(first), match.end(last)) for first, last in counts):
        return True
    if "percent" not in seen:
        return False
    return vetoed_percent(line, match.start("percent"), _behind_sign(line, match.end("percent")))


def _behind_sign(line: str, number_end: int) -> int:
    sign = line.find("%", number_end, number_end + 2)
    return sign + 1 if sign >= 0 else number_end
