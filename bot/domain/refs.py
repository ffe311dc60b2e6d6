"""
References in running text: which stages, tasks and phases a commit or a message names.

Whole tokens only, looked up among the refs the plan knows: `1.5.4` never claims `1.5.4.5`,
`v1.5.4`, `98.3`, a date or an IP address. A number counts when a word or a code names it (`Stages
1.6.12-1.6.17, 2.14 and 2.15`, `BQX-2.16B`); a bare one only where nothing says that it is a
version, a quantity or a price.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bot.domain.ref_grammar import (
    AMOUNT,
    TASK_PREFIXES,
    TOKEN,
    RefIndex,
    SortKey,
    canonical_ref,
    index_plan,
    nearest_refs,
    parse_ref_argument,
    phase_ref,
    plain,
    ref_sort_key,
    split_title,
    token_ref,
)

__all__ = [
    "Kind",
    "Mention",
    "RefIndex",
    "canonical_ref",
    "find_refs",
    "index_plan",
    "nearest_refs",
    "parse_ref_argument",
    "phase_ref",
    "ref_sort_key",
    "split_title",
]


Kind = Literal["stage", "task", "phase"]

_MAX_MENTIONS = 5_000  # a text that names more is no message; keeps hostile ones cheap
_LOOK_BACK = 80  # characters of the line before a number that tell what it is
_LOOK_AHEAD = 60

_TOKEN = re.compile(TOKEN)
_START = re.compile(
    r"(?<![A-Za-z0-9])(?P<word>(?:sub-?)?stages?|(?:sub-?)?tasks?|phases?)(?:\(s\))?"
    r"(?:[ \t]{1,3}(?:ids?|codes?|refs?|nos?\.?|numbers?|records?|entries))?"
    r"[ \t:#(\[*`\"'\u201c\u2018_-]{0,6}(?=[0-9A-Za-z])"
    rf"|(?<![\w.]){TOKEN}",
    re.IGNORECASE,
)
_AND = re.compile(
    r"[ \t]{0,3}[,;&+/][ \t]{0,3}(?:(?:and|or|und|&)[ \t]{1,3})?"
    r"|[ \t]{1,3}(?:and|or|und)[ \t]{1,3}",
    re.IGNORECASE,
)
_TO = re.compile(
    r"[ \t]{0,3}(?:-|\.\.\.?|…)[ \t]{0,3}"
    r"|[ \t]{1,3}(?:to|through|thru|until|bis)[ \t]{1,3}(?:(?:stage|task|phase)[ \t]{1,3})?",
    re.IGNORECASE,
)
_SHORT_TO = re.compile(r"-(?P<end>[0-9]{1,4}|[A-Za-z])(?![\w.-])")
_AMOUNT = re.compile(AMOUNT, re.IGNORECASE)

# What says that a bare number is a quantity, a price, a version or a date, and no reference.
_QUANTITY_BEFORE = re.compile(
    r"(?:[$€£=~≈<>≥≤±+^@\\\u00d7]|\bvs\.?|\bv|[0-9]\s?(?:→|->|=>))[ \t]{0,2}$|-$"
)
_UNIT = re.compile(
    rf"{AMOUNT}|[ \t]?[xX\u00d7%°]"
    r"|[ \t](?:[KMGTkhsdm]|[KMGT]i?B|ms|pp|rows?|points?|million|billion|v?CPUs?)\b"
)
_QUANTITY_AFTER = re.compile(
    r"[ \t]{0,2}(?:→|->|=>|/|\u00d7)[ \t]{0,2}[+-]?[$€£]?[0-9]|-[a-z+]"
    r"|[ \t]{0,2}[-(\[]{0,2}[ \t]{0,2}[0-9]{4}-[0-9]{2}"
)
_VERSION = re.compile(
    r"\b(?:versions?|ver|bump\w*|upgrad\w*|downgrad\w*|releas\w*|pin(?:s|ned)?|install\w*|requires?"
    r"|dependenc\w+|pip|npm|tag(?:ged)?|python|postgres\w*|changelog)\b",
    re.IGNORECASE,
)
# What says that it is one.
_LEADING = re.compile(
    r"[^\w$€£=~≈<≥≤±+@]{0,20}(?:[0-9]{1,3}[.)][ \t]{1,3})?[^\w$€£=~≈<>≥≤±+@]{0,12}"
)
_SCOPE = re.compile(r"\s*(?:\w{2,12}\(|[-*•]?\s?\[|[-*•]?\s?#)")
_BRANCH = re.compile(r"\b(?:feature|feat|fix|bugfix|hotfix|task|chore|wip)/$", re.IGNORECASE)
_LINKING = re.compile(
    r"(?:^|[^\w-])(?:for|of|in|on|with|by|and|or|to|from|after|before|until|through|under|per|see|is"
    r"|re|part|new|only|item|step|ticket|milestone|remaining|now|track [A-Z0-9]{1,2}|plan|done"
    r"|pending|ready|wip|open|closed|updat(?:e[sd]?|ing)|add(?:s|ed|ing)?|remov(?:e[sd]?|ing)|prepar(?:e[sd]?"
    r"|ing)|review(?:s|ed|ing)?|test(?:s|ed|ing)?|run(?:s|ning)?|re-?run|deploy(?:s|ed|ing)?"
    r"|merg(?:e[sd]?|ing)|revert(?:s|ed)?|reopen(?:s|ed)?|split|move[sd]?|report)"
    r"[:,]?[ \t]{1,2}[#\"'\u201c`*(\[]{0,3}$",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"(?:^|[^\w-])(?:complet(?:e[sd]?|ing)|finish(?:e[sd]|ing)?|clos(?:e[sd]?|ing)|fix(?:e[sd])?"
    r"|execut(?:e[sd]?|ing)|start(?:s|ed|ing)?|begin|continue|resume|implement(?:s|ed|ing)?"
    r"|mark(?:s|ed)?|validat(?:e[sd]?|ing)|verif(?:y|ied|ies)|launch(?:e[sd])?|block(?:s|ed)?"
    r"|unblock(?:s|ed)?|refs?|part-of|next|todo|towards|track [A-Z0-9]{1,2}:)"
    r"[:,]?[ \t]{1,2}[#\"'\u201c`*(\[]{0,3}$",
    re.IGNORECASE,
)
_PLANNING = re.compile(
    r"\b(?:phase|stage|sub-?stage|tier|track|milestone|wave)s?\b[^.:()\n]{0,40}[(:]\s?$",
    re.IGNORECASE,
)
_OF_PHASE = re.compile(r"\bphase [0-9.]{1,8}[^:()\n]{0,40}[(:]\s?$", re.IGNORECASE)
_TITLE_AFTER = re.compile(r"[\])`*\"']{0,3}[ \t]{0,2}(?::|-{1,2}(?=\s))")
_STATUS_AFTER = re.compile(
    r"[\])\"'`*]{0,3}[ \t]{0,2}(?:\([^()\n]{0,40}\)[ \t]{0,2})?"
    r"(?:(?:is|are|was|now|marked|as|still|→|->|=>|:|-)[ \t]{0,2}){0,4}[\"'\u201c`*]{0,2}"
    r"(?:done|completed?|finished|to ?do|in progress|blocked|unblocked|pending|started)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Mention:
    """
    One known reference in a text.

    Args:
        start: Offset of the words that name it; those of a range name all that it holds.
        explicit: True where a word or a code says what the number is, False for a bare number.
    """

    ref: str
    start: int
    end: int
    kind: Kind
    explicit: bool


@dataclass(frozen=True, slots=True)
class _Item:
    """A reference as it stands in a text, or a range of them when `last` is set."""

    ref: str
    start: int
    end: int
    prefix: str
    last: str | None = None

    @property
    def is_dotted(self) -> bool:
        return "." in self.ref

    @property
    def is_telling(self) -> bool:
        """Whether its shape alone (1.5.4, 2.16B) makes it an unlikely quantity."""
        return self.ref.count(".") > 1 or self.ref[-1].isalpha()


def find_refs(text: str, known: RefIndex) -> list[Mention]:
    """Return what `text` names of the plan, in the order of the text; phases are no stages."""
    said = plain(text)
    mentions: list[Mention] = []
    at = 0
    while len(mentions) < _MAX_MENTIONS and (start := _START.search(said, at)):
        word = (start["word"] or "").lower()
        items = _items(said, start.end() if word else start.start(), named=bool(word))
        at = max(start.end(), items[-1].end if items else 0)
        if not items:
            continue
        explicit = bool(word) or _is_coded(items[0], known)
        if explicit or _is_reference(said, items, known):
            for item in items:
                mentions.extend(_mentions(item, _kind(word), known, explicit=explicit))
    return mentions


def _items(text: str, at: int, *, named: bool) -> list[_Item]:
    """Read a list such as `1.6.12-1.6.17, 2.14 and 2.15`; bare whole numbers end it."""
    items: list[_Item] = []
    while match := _TOKEN.match(text, at):
        item = _item(text, match)
        if not (named or item.is_dotted or item.prefix) or _is_amount(
            text, item, items, named=named
        ):
            break
        items.append(item)
        separator = _AND.match(text, item.end)
        if not separator:
            break
        at = separator.end()
    return items


def _is_amount(text: str, item: _Item, earlier: list[_Item], *, named: bool) -> bool:
    """Whether a unit behind it makes a number an amount; what a word names rarely is one."""
    if earlier or not named:
        return _UNIT.match(text, item.end) is not None
    return not item.is_telling and _AMOUNT.match(text, item.end) is not None


def _item(text: str, match: re.Match[str]) -> _Item:
    ref, prefix = token_ref(match), (match["prefix"] or "").upper()
    if match["tree"]:
        prefix = "TREE"  # shape enough: nothing else looks like MP03.P01.S01
    item = _Item(ref, match.start(), match.end(), prefix)
    link = _TO.match(text, match.end())
    last = _TOKEN.match(text, link.end()) if link else None
    if last and "." in last[0] and not _AMOUNT.match(text, last.end()):
        return _Item(ref, match.start(), last.end(), prefix, token_ref(last))
    short = _SHORT_TO.match(text, match.end())
    if short and (end := _short_end(ref, short["end"].upper())):
        return _Item(ref, match.start(), short.end(), prefix, end)
    return item


def _short_end(ref: str, end: str) -> str | None:
    """Return the end of `1.6.12-17` or `2.17B-E` in full, None where it is no range."""
    if end.isalpha():
        return ref[:-1] + end if ref[-1].isalpha() and ref[-1] < end else None
    head, dot, number = ref.rpartition(".")
    is_range = dot and number.isdigit() and int(number) < int(end)
    return f"{head}.{end}" if is_range else None


def _is_coded(item: _Item, known: RefIndex) -> bool:
    return item.prefix == "TREE" or item.prefix in (*known.prefixes, *TASK_PREFIXES)


def _kind(word: str) -> Kind | None:
    if "phase" in word:
        return "phase"
    return "task" if "task" in word else "stage" if word else None


def _mentions(
    item: _Item, named: Kind | None, known: RefIndex, *, explicit: bool
) -> Iterator[Mention]:
    if item.prefix and not _is_coded(item, known) and "-" not in item.ref:
        return  # numpy-2.1.2: the letters before the dash are no code of this plan
    if item.last is None:
        found = _lookup(item.ref, named, known)
        if found:
            yield Mention(found[1], item.start, item.end, found[0], explicit)
        return
    kinds: dict[Kind, frozenset[str]] = {
        "stage": known.stages,
        "task": known.tasks,
        "phase": known.phases,
    }
    kind: Kind = named or ("task" if item.prefix in TASK_PREFIXES else "stage")
    for ref in _between(item.ref, item.last, kinds[kind]):
        yield Mention(ref, item.start, item.end, kind, explicit)


def _lookup(ref: str, named: Kind | None, known: RefIndex) -> tuple[Kind, str] | None:
    if named == "phase":
        return ("phase", ref) if ref in known.phases else None
    if named != "task" and ref in known.stages:
        return "stage", ref
    if named != "stage":
        forms = (ref, *(f"{prefix}-{ref}" for prefix in TASK_PREFIXES), ref.rpartition("-")[2])
        for form in forms if named == "task" or "-" in ref else (ref,):
            if form in known.tasks:
                return "task", form
    return ("stage", ref) if ref in known.stages else None


def _between(first: str, last: str, refs: frozenset[str]) -> list[str]:
    """Return the known refs of one depth from `first` to `last`; a range adds none of its own."""
    low, high = sorted((ref_sort_key(first), ref_sort_key(last)))
    keys, ordered = _ordered(refs)
    found = ordered[bisect_left(keys, low) : bisect_right(keys, high)]
    return [ref for ref in found if len(ref_sort_key(ref)) in {len(low), len(high)}]


@lru_cache(maxsize=64)
def _ordered(refs: frozenset[str]) -> tuple[list[SortKey], list[str]]:
    ordered = sorted(refs, key=ref_sort_key)
    return [ref_sort_key(ref) for ref in ordered], ordered


def _is_reference(text: str, items: list[_Item], known: RefIndex) -> bool:
    """Whether bare numbers are references, by what stands around them on their line."""
    start, end = items[0].start, items[-1].end
    before = text[max(0, start - _LOOK_BACK) : start].rpartition("\n")[2]
    after = text[end : end + _LOOK_AHEAD].partition("\n")[0]
    if _BRANCH.search(before):
        return items[0].is_telling
    if _QUANTITY_BEFORE.search(before) or _QUANTITY_AFTER.match(after):
        return False
    leads = len(before) < _LOOK_BACK and _LEADING.fullmatch(before) is not None
    if any(item.is_telling for item in items):
        opens = leads or before.endswith(("(", "[", '"', "\u201c", "`", "; ", ", ", "- "))
        coded = before.split(" ")[-2:-1] and before.split(" ")[-2].upper() in known.prefixes
        cues = (_LINKING, _VERB, _PLANNING, _OF_PHASE)
        named = opens or coded or any(cue.search(before) for cue in cues)
        return bool(named) and not _VERSION.search(before)
    several = len(items) > 1 or items[0].last is not None
    return bool(
        (leads and (_TITLE_AFTER.match(after) or (before.strip() and not after.strip(" ."))))
        or (_SCOPE.fullmatch(before) and after.startswith((")", "]", ":", " ")))
        or _STATUS_AFTER.match(after)
        or _VERB.search(before)
        or (several and _PLANNING.search(before))
    )
