"""Names of tables and fields, whatever their style: into words, and against known phrases."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from enum import IntEnum
from functools import lru_cache

Words = tuple[str, ...]
Phrases = frozenset[Words]

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
_WORD = re.compile(r"[^\W\d_]+|[0-9]+")
_SIGNS = {"%": " percent ", "#": " number ", "\u2116": " number ", "$": " usd ", "\u20ac": " eur "}
BRACKETS = re.compile(r"\([^)]{0,60}\)|\[[^\]]{0,60}\]")
_CONTRACTED = re.compile(r"(?<=\w)['\u2019]s\b", re.IGNORECASE)  # "Who's on it"
# As columns of databases are cut short (STAGE_NM, DUE_DT), and one word of many tongues.
_SHORT = {
    "act": "actual",
    "asgn": "assigned",
    "asgnd": "assigned",
    "assgn": "assigned",
    "assgnd": "assigned",
    "bemerk": "bemerkung",
    "beschr": "beschreibung",
    "bez": "bezeichnung",
    "cd": "code",
    "clsd": "closed",
    "cmpl": "complete",
    "cmplt": "complete",
    "cmpltd": "completed",
    "cmt": "comment",
    "comp": "complete",
    "compl": "complete",
    "crt": "created",
    "crtd": "created",
    "descr": "description",
    "disc": "discovered",
    "dok": "doku",
    "dt": "date",
    "dur": "duration",
    "est": "estimated",
    "fnd": "found",
    "h": "hour",
    "hr": "hour",
    "hrs": "hour",
    "iss": "issue",
    "lvl": "level",
    "nm": "name",
    "nts": "note",
    "own": "owner",
    "ownr": "owner",
    "pct": "percent",
    "percentage": "percent",
    "percentuale": "percent",
    "porcentagem": "percent",
    "porcentaje": "percent",
    "pourcentage": "percent",
    "prog": "progress",
    "prozent": "percent",
    "resp": "responsible",
    "rmk": "remark",
    "rptd": "reported",
    "rslv": "resolved",
    "rslvd": "resolved",
    "st": "status",
    "stat": "status",
    "std": "stunden",
    "stg": "stage",
    "strt": "start",
    "strtd": "started",
    "ts": "date",
    "tsk": "task",
    "ttl": "title",
    "txt": "text",
    "verantw": "verantwortlich",
    "wk": "week",
}
_LIGATURES = str.maketrans({"\u00e6": "ae", "\u0153": "oe", "\u00f8": "o"})
_SHORTEST_PLURAL = 3  # letters: "ids"
_NO_PLURAL = ("ss", "us", "is")  # progress, status, analysis


def word_set(text: str) -> frozenset[str]:
    """Return a set of words, each as `words_of` gives it."""
    return frozenset(text.split())


# Words that say nothing of what a name is about: articles, "Phase (Link)".
_STOP = word_set(
    "the a an of for is le la les l du de d der die da den el lo del en al un una em het van"
    " il della link linked field feld lien campo enlace"
)
# Words beside a known one that leave its meaning: "Project status", "Current owner", "BQX Key".
_NEUTRAL = word_set(
    "current overall our my main general project projet projekt proyecto plan item record work"
    " delivery implementation development dev workflow execution team equipe equipo bqx date datum"
    " fecha name text slack actual latest all list liste lista master tracker register log board db"
    " database table backlog active aktuell actuel actuelle"
    " id ref number no nr code cd key value tbl email hour stunden so far 2 3 4 5 timestamp datum"
)


class Match(IntEnum):
    """How a name meets a phrase; more is better."""

    NONE = 0
    PARTIAL = 1  # among words that change what it is about: "Status of budget"
    NEAR = 2
    EXACT = 3


@lru_cache(maxsize=4096)
def words_of(name: str) -> Words:
    """
    Return the words of a name, without case, accents, plural, signs and emoji.

    "assignedTo", "ASSIGNED_TO" and "📌 Assigned to" are ("assigned", "to"); "% done" is
    ("percent", "done").
    """
    for sign, word in _SIGNS.items():
        name = name.replace(sign, word)
    split = _CAMEL.sub(" ", _CONTRACTED.sub("", name))
    folded = unicodedata.normalize("NFKD", split.casefold()).translate(_LIGATURES)
    plain = "".join(char for char in folded if not unicodedata.combining(char))
    singular = (_singular(word) for word in _WORD.findall(plain))
    return tuple(_SHORT.get(word, word) for word in singular)


def phrases(text: str) -> Phrases:
    """Return the phrases of "start date|started", each as the words a name is compared by."""
    return frozenset(essence(words_of(phrase)) for phrase in text.split("|") if phrase.strip())


def essence(said: Words) -> Words:
    """Return words without those that only join others, unless there are no others."""
    return tuple(word for word in said if word not in _STOP) or said


def match_name(name: str, known: Phrases, own: Phrases = frozenset()) -> Match:
    """
    Return how well a name says one of the known phrases.

    Args:
        own: What the items of the table are called: "Stage Status" of a stage is its status.
    """
    match = _match(name, known, own)
    outside = BRACKETS.sub(" ", name)
    if match >= Match.NEAR or not words_of(outside) or outside == name:
        return match
    # What stands in brackets only explains: "Hours (guess)".
    return max(match, min(_match(outside, known, own), Match.NEAR))


@lru_cache(maxsize=65536)
def _match(name: str, known: Phrases, own: Phrases) -> Match:
    forms, core = _forms(name, own)
    squeezed, in_any_order, heads = _index(known)
    if not forms.isdisjoint(squeezed) or tuple(sorted(core)) in in_any_order:
        return Match.EXACT
    if heads.isdisjoint(core):
        return Match.NONE
    rests = [rest for phrase in known if (rest := _rest(core, phrase)) is not None]
    if not rests:
        return Match.NONE
    return Match.NEAR if any(map(_NEUTRAL.issuperset, rests)) else Match.PARTIAL


@lru_cache(maxsize=4096)
def _forms(name: str, own: Phrases) -> tuple[frozenset[str], Words]:
    """Return the squeezed forms of a name, and its words without what the items are called."""
    said = essence(words_of(name))
    core = without(said, own)
    squeezed = "".join(said)
    return frozenset({squeezed, "".join(core), *_unprefixed(squeezed, own)}), core


@lru_cache(maxsize=512)
def _index(known: Phrases) -> tuple[frozenset[str], frozenset[Words], frozenset[str]]:
    squeezed = frozenset("".join(phrase) for phrase in known)
    in_any_order = frozenset(tuple(sorted(phrase)) for phrase in known)
    return squeezed, in_any_order, frozenset(phrase[0] for phrase in known)


def without(said: Words, own: Phrases) -> Words:
    """Return the words without what the items are called, unless nothing else is left."""
    core = said
    for phrase in sorted(own, key=lambda each: (-len(each), each)):
        core = _rest(core, phrase) or core
    return core


def is_neutral(word: str) -> bool:
    """Whether a word leaves the meaning of the others as it is."""
    return word in _NEUTRAL or word in _STOP or word.isdigit()


def position(said: Sequence[str], phrase: Words) -> int | None:
    """Return where a phrase stands among words; None where it does not."""
    size = len(phrase)
    starts = range(len(said) - size + 1) if size else ()
    return next((at for at in starts if tuple(said[at : at + size]) == phrase), None)


def is_stop(word: str) -> bool:
    """Whether a word only joins others."""
    return word in _STOP


def _rest(said: Words, phrase: Words) -> Words | None:
    at = position(said, phrase)
    return None if at is None else said[:at] + said[at + len(phrase) :]


def _unprefixed(squeezed: str, own: Iterable[Words]) -> set[str]:
    """Return STAGEID without STAGE, and "Aufgabenstatus" without "Aufgaben"."""
    heads = {"".join(phrase) for phrase in own}
    cut = {squeezed.removeprefix(head + "n").removeprefix(head) for head in heads}
    return {rest for rest in cut if rest}


def _singular(word: str) -> str:
    if word.endswith(("ungen", "ciones")):  # Störungen, acciones
        return word[:-2]
    if len(word) < _SHORTEST_PLURAL or not word.endswith("s") or word.endswith(_NO_PLURAL):
        return word
    return word[:-3] + "y" if word.endswith("ies") else word[:-1]
