"""
Open issues that say what a new one says: a hint while filing.

A wrong hint is worse than none, so every word of the shorter title has to be found in the other
one. What tells two issues apart in one word stays apart: numbers, references, names ("stage 1.5.4
fails" and "stage 1.5.5 fails"), a "not".
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from bot.domain.issues import Issue

_WORD = re.compile(r"[^\W_][\w.:/#-]*", re.UNICODE)
_STOP = frozenset(
    [
        "a",
        "an",
        "the",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "it",
        "its",
        "this",
        "that",
        "of",
        "on",
        "in",
        "at",
        "to",
        "for",
        "from",
        "with",
        "and",
        "or",
        "by",
        "as",
        "has",
        "have",
        "had",
        "again",
        "still",
        "since",
        "our",
        "we",
        "i",
    ]
)
_NEGATIONS = frozenset(
    ["not", "no", "never", "without", "isn't", "doesn't", "can't", "cannot", "nobody", "none"]
)
_ENDINGS = ("ing", "ed", "es", "s")
_MIN_STEM = 3
_ALIKE = 84  # of 100: "rebuild"/"rebuilt" is 86, "reader"/"writer" 50
_MIN_WORDS = 3
_MIN_SHARED = 2  # of these at least so many as they are
_COVERED = 0.6  # of the longer title
_COVERED_NEAR = 0.4  # where both affect one stage


@dataclass(frozen=True, slots=True)
class _Said:
    """The words of a text, as they are compared."""

    words: frozenset[str]
    names: frozenset[str]  # words with a digit in them: what they name is one thing
    negated: bool


def lookalike(
    title: str, description: str, stage_keys: Iterable[str], issues: Iterable[Issue]
) -> Issue | None:
    """
    Return the open issue that most likely says the same, None where none nearly certainly does.

    Args:
        stage_keys: The stages that the new one affects.
        issues: What it is compared with; those not open are left out.
    """
    said, whole = _said(title), _said(f"{title}\n{description}")
    stages = frozenset(stage_keys)
    best: tuple[float, Issue] | None = None
    for issue in issues:
        if not issue.is_live:
            continue
        near = bool(stages & set(issue.stage_keys))
        other = _said(issue.title)
        score = _likeness(said, other, _COVERED_NEAR if near else _COVERED)
        if not score and near:
            # The same stage: what one title says may stand in the other's description.
            score = _within(said, _said(f"{issue.title}\n{issue.description}")) or _within(
                other, whole
            )
        if score and (best is None or score > best[0]):
            best = (score, issue)
    return best[1] if best else None


class LookalikesOfMany:
    """
    Look-alikes of many titles among many issues: only those that share words are compared.

    A hint for a list, so it misses what `lookalike` finds by two words that are merely near.
    """

    def __init__(self, issues: Iterable[Issue]) -> None:
        self._by_word: dict[str, list[Issue]] = {}
        for issue in issues:
            for word in _said(issue.title).words:
                self._by_word.setdefault(word, []).append(issue)

    def of(self, title: str) -> Issue | None:
        """Return the open issue that most likely says the same as a title."""
        shared: Counter[str] = Counter()
        found: dict[str, Issue] = {}
        for word in _said(title).words:
            for issue in self._by_word.get(word, ()):
                shared[issue.key] += 1
                found[issue.key] = issue
        near = [found[key] for key, number in shared.items() if number >= _MIN_SHARED]
        return lookalike(title, "", (), near)


def similar_titles(one: str, other: str) -> bool:
    """Whether two titles are near enough that the issues are worth comparing."""
    return _likeness(_said(one), _said(other), _COVERED_NEAR) > 0


def _likeness(one: _Said, other: _Said, covered: float) -> float:
    """Return how alike two titles are, 0 where anything tells them apart."""
    short, long = sorted((one, other), key=lambda each: len(each.words))
    if not _comparable(short, long):
        return 0.0
    coverage = _matched(short, long) / len(long.words)
    return coverage if coverage >= covered else 0.0


def _within(title: _Said, text: _Said) -> float:
    """Return a low score where a whole title is said inside a longer text."""
    return 0.3 if _comparable(title, text) else 0.0


def _comparable(short: _Said, long: _Said) -> bool:
    if len(short.words) < _MIN_WORDS or short.negated != long.negated:
        return False
    if not short.names <= long.names:
        return False
    if short.names != long.names and len(short.words) == len(long.words):
        return False
    return _matched(short, long) == len(short.words)


def _matched(short: _Said, long: _Said) -> int:
    return sum(_has(long, word) for word in short.words)


def _has(text: _Said, word: str) -> bool:
    if word in text.words:
        return True
    if any(letter.isdigit() for letter in word):
        return False
    return any(fuzz.ratio(word, each) >= _ALIKE for each in text.words)


@lru_cache(maxsize=2048)  # the same open issues are compared with each new one
def _said(text: str) -> _Said:
    folded = unicodedata.normalize("NFKC", text).casefold().replace("\u2019", "'")
    negated = any(word in _NEGATIONS for word in folded.split())
    words = {_stem(found[0].rstrip(".:-/#")) for found in _WORD.finditer(folded)}
    words -= _STOP
    words -= _NEGATIONS
    names = {word for word in words if any(letter.isdigit() for letter in word)}
    return _Said(frozenset(words), frozenset(names), negated)


def _stem(word: str) -> str:
    if any(letter.isdigit() for letter in word):
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _MIN_STEM:
            return word.removesuffix(ending)
    return word
