"""Which commits of a whole history are worth remembering: those that may name something."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from bot.domain.activity import Commit
from bot.domain.ref_grammar import RefIndex, plain
from bot.domain.refs import find_refs

RECENT = timedelta(weeks=26)
MAX_RECENT = 500  # commits of the recent past that name nothing: they show how a team commits
# Wider than the grammar of `find_refs`: a look too many costs microseconds, one too few is
# evidence that is missed.
_NUMBERS = r"(?<![\d.])\d{1,4}(?:\.\d{1,4}){1,7}[A-Za-z]?"
_TREES = r"[A-Za-z]{1,4}\d{1,4}(?:\.[A-Za-z]{1,4}\d{1,4}){1,7}"
# What only the grammar can tell: a word before a number, and the two ends of a range, of which
# neither need be in the plan.
_WORDS = ("stage", "task", "phase")
_NAMED = re.compile(
    r"(?:stage|task|phase)s?(?:\(s\))?[\W_]{0,8}(?:[a-z]{2,7}\.?[\W_]{1,8})?[a-z]{0,4}[0-9]"
)
_RANGE = (
    r"[.-][a-z]{0,4}[0-9]{1,4}[a-z]?[ \t]{0,3}"
    r"(?:(?:-|\.\.|…)[ \t]{0,3}[0-9a-z]|[ \t](?:to|through|thru|until|bis)[ \t])"
)
_CODE = r"[a-z]{2,10}-[0-9]"  # of a plan that has references without a dot


def worth_remembering(
    commits: Iterable[Commit], index: RefIndex, now: datetime
) -> Iterator[Commit]:
    """
    Yield the commits that may name a stage or task, and the newest of the last half year.

    Args:
        commits: Newest first.
    """
    hints = _Hints(index)
    kept = 0
    for commit in commits:
        if hints.may_be_in(f"{commit.subject}\n{commit.branch}\n{commit.body}"):
            yield commit
        elif kept < MAX_RECENT and now - commit.authored_at <= RECENT:
            kept += 1
            yield commit


class _Hints:
    """
    What looks like a reference of this plan, asked before the grammar is.

    A history has 100,000 messages and the grammar is careful; this is a few microseconds each.
    """

    def __init__(self, index: RefIndex) -> None:
        self._index = index
        known = index.stages | index.tasks | index.phases
        self._known = known | {ref.rpartition("-")[2] for ref in known}
        has_trees = any(ref[:1].isalpha() and "-" not in ref for ref in known)
        self._token = re.compile(f"{_NUMBERS}|{_TREES}" if has_trees else _NUMBERS)
        has_whole = any("." not in ref for ref in known)
        self._ranged = re.compile(f"{_RANGE}|{_CODE}" if has_whole else _RANGE)

    def may_be_in(self, text: str) -> bool:
        """Whether the text may name something of the plan."""
        if self._names_known(text):
            return True
        if text.isascii():
            return self._may_name(text)
        said = plain(text)  # slow: most of what names something has been told without it
        return self._names_known(said) or self._may_name(said)

    def _names_known(self, text: str) -> bool:
        return any(match[0].upper() in self._known for match in self._token.finditer(text))

    def _may_name(self, text: str) -> bool:
        said = text.lower()
        may = self._ranged.search(said) or (
            any(word in said for word in _WORDS) and _NAMED.search(said)
        )
        return bool(may) and bool(find_refs(text, self._index))
