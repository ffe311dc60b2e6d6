"""Progress that a plan's own notes state: "STATUS: IN PROGRESS (38.3% complete)"."""

import re
from decimal import Decimal

from bot.domain.progress import MAX_COUNT, Progress

_MAX_LINES = 500
_MAX_LINE = 200

# Only a line that begins with its progress speaks of the stage itself; "Track 2 verified (97.3%
# complete)", "Success rate: 100%" and an open check box speak of something else.
_OPEN_BOX = re.compile(r"\s*[-*]?\s*\[ \]")
_LABEL = re.compile(
    r"\W{0,12}(?:(?:current|overall)\s)?(?P<label>status|progress|completion|currently running)"
    r"\W{0,8}:\W{0,8}",
    re.IGNORECASE,
)
_HEADLINE = re.compile(r"\W{0,12}(?:[\w.]{1,20}\s){0,4}in progress\W{1,4}(?=[0-9])", re.IGNORECASE)
_COUNTER = re.compile(
    r"[^\w+-]{0,12}(?P<done>[0-9][0-9,]{0,18})\s?/\s?(?P<total>[0-9][0-9,]{0,18})(?![\d./])"
    r"(?P<rest>.{0,80})"
)
_FINISHED = re.compile(
    r"(?:\s[A-Za-z]{2,20}){0,3}\s(?:completed?|done|finished|populated|processed|extracted|loaded)\b",
    re.IGNORECASE,
)
_PERCENT = re.compile(
    r"(?:in progress\W{1,4})?(?P<percent>[0-9]{1,3}(?:\.[0-9]{1,6})?)\s?%(?P<rest>.{0,20})",
    re.IGNORECASE,
)
_COMPLETE = re.compile(r"\s?(?:completed?|done|finished)\b", re.IGNORECASE)


def progress_in_notes(text: str) -> Progress | None:
    """
    Return the progress that the notes of a stage clearly state, None where they do not.

    A counter goes before a percentage. Lines that contradict each other state nothing.
    """
    found = [
        progress
        for line in text.splitlines()[:_MAX_LINES]
        if not _OPEN_BOX.match(line) and (progress := _in_line(line[:_MAX_LINE]))
    ]
    counted = [progress for progress in found if progress.total is not None]
    stated = set(counted or found)
    return stated.pop() if len(stated) == 1 else None


def _in_line(line: str) -> Progress | None:
    label = _LABEL.match(line) or _HEADLINE.match(line)
    at = label.end() if label else 0
    if counter := _COUNTER.match(line, at):
        return _counted(counter, labelled=label is not None)
    percent = _PERCENT.match(line, at) if label else None
    if not percent or not label:
        return None
    # "Status: 38 % of budget" is no progress; "Progress: 38 %" and "in progress (38 %)" are.
    says_so = "progress" in line[: percent.start("percent")].lower()
    number = Decimal(percent["percent"])
    if number > 100 or not (says_so or _COMPLETE.match(percent["rest"])):  # noqa: PLR2004 - per cent
        return None
    return Progress.percent(number)


def _counted(counter: re.Match[str], *, labelled: bool) -> Progress | None:
    done, total = (int(counter[name].replace(",", "")) for name in ("done", "total"))
    impossible = total < 1 or done > total or total > MAX_COUNT
    if impossible or not (
        _FINISHED.match(counter["rest"]) or (labelled and not counter["rest"].strip())
    ):
        return None
    return Progress.counted(done, total)
