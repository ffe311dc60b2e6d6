"""An operator's own pattern, run on an engine that no pattern and no line can slow down."""

import re2

from bot.adapters.probes.log_tail import Finder
from bot.domain.probes import counted
from bot.domain.progress_reading import LINE_CHARS, Reading
from bot.domain.progress_text import segments

_GROUPS = {"done", "total", "percent"}
_FULL_PERCENT = 100
_MEMORY_BYTES = 1 << 20


class PatternError(ValueError):
    """A pattern can't be used; the text says why."""


def pattern_finder(pattern: str, total: int | None = None) -> Finder:
    """
    Return what finds the newest line that `pattern` matches.

    Args:
        pattern: In RE2's syntax, with named groups `done` and `total`, or `percent`.
        total: Units in all where the pattern has no group for them.

    Raises:
        PatternError: it makes no sense, or names no such group.
    """
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY_BYTES
    try:
        compiled = re2.compile(pattern, options)
    except re2.error as error:
        raise PatternError(_reason(error)) from error
    names = set(compiled.groupindex)
    if not names & {"done", "percent"} or not names <= _GROUPS:
        raise PatternError("it needs named groups: (?P<done>…) and (?P<total>…), or (?P<percent>…)")
    if "done" in names and "total" not in names and total is None:
        raise PatternError("it has no group `total`, and the entry fixes no `total`")

    def find(text: str, whole: bool) -> Reading | None:  # noqa: FBT001 - a callback
        shown = segments(text)
        for at in range(len(shown) - 1, -1, -1):
            match = compiled.search(shown[at])
            open_end = at == len(shown) - 1 and not whole and not text.endswith(("\n", "\r"))
            if match and not (open_end and match.end() == len(shown[at])):
                reading = _reading(match.groupdict(), total, shown[at])
                if reading is not None:
                    return reading
        return None

    return find


def _reading(groups: dict[str, str | None], total: int | None, line: str) -> Reading | None:
    done, percent = groups.get("done"), groups.get("percent")
    source = line.strip()[:LINE_CHARS]
    if done is not None:
        stated = _number(groups.get("total"))
        count = counted(_number(done) or 0, stated if total is None else total)
        if count is None or _number(done) is None:
            return None
        return Reading(
            done=count[0],
            total=count[1],
            fraction=count[2],
            recogniser="pattern",
            line=source,
            says_done=count[0] == count[1],
        )
    share = _share(percent)
    if share is None:
        return None
    return Reading(fraction=share, recogniser="pattern", line=source, says_done=share >= 1)


def _number(text: str | None) -> int | None:
    digits = (text or "").strip().replace(",", "").replace("_", "")
    return int(digits) if digits.isdecimal() and len(digits) <= 15 else None  # noqa: PLR2004 - no row count is longer


def _share(text: str | None) -> float | None:
    try:
        percent = float((text or "").strip().rstrip("%").replace(",", "."))
    except ValueError:
        return None
    return percent / _FULL_PERCENT if 0 <= percent <= _FULL_PERCENT else None


def _reason(error: re2.error) -> str:
    text = error.args[0] if error.args else ""
    return text.decode("utf-8", errors="replace") if isinstance(text, bytes) else str(text)
