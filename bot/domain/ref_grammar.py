"""The grammar of one reference: `1.5.4`, `BQX-1.5.4`, `Stage 1.5.4: Name`, `TSK-3.1.6`."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from bot.domain.plan import Phase, Stage, Task

SortKey = tuple[tuple[str, int, str], ...]

TASK_PREFIXES = ("TSK", "TASK")
_BETWEEN = " \t:-\u2013\u2014"
_AROUND = "`\"'\u201c\u201d\u2018\u2019<>[]()#*:,;. \t\n"
_NO_SUFFIX = "dhkmswxy"  # "2.5x faster" and "9.5h" are quantities
_MAX_EDITS = 2  # "1.54" and "1.5.5" are one edit from "1.5.4", "1.5.4.5" is two
_SHORT = 5
_MAX_REF = 40  # longer words are no refs; comparing them would only cost time

# One character for one, so that offsets stay true: full-width digits and signs, every dash.
_PLAIN = (
    {0xFF10 + digit: ord("0") + digit for digit in range(10)}
    | dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d"), "-")
    | dict.fromkeys(map(ord, "\u00a0\u202f\u2009\u3000\u200b\u2060\ufeff"), " ")
    | {
        wide: ord(narrow)
        for wide, narrow in zip(
            (0xFF0E, 0xFF0C, 0xFF1A, 0xFF08, 0xFF09, 0xFF0F, 0xFF06, 0xFF03),
            ".,:()/&#",
            strict=True,
        )
    }
)

# Every quantifier is bounded, so that a line of 100,000 digits costs no more than its length.
_NUMBER = r"[0-9]{1,4}(?:\.[0-9]{1,4}){0,7}[A-Za-z]?"
_TREE = r"[A-Za-z]{1,4}[0-9]{1,4}(?:\.[A-Za-z]{1,4}[0-9]{1,4}){1,7}"
# A whole token or nothing: `1.5.4` inside `1.5.4.5`, `v1.5.4` or `1.5.4.sql` is no reference.
TOKEN = (
    rf"(?:(?P<tree>{_TREE})|(?:(?P<prefix>[A-Za-z]{{2,10}})-)?(?P<number>{_NUMBER}))"
    r"(?!\w|\.\w)"
)
AMOUNT = (
    r"\s{0,2}(?:%|percent\b|sec(?:ond)?s?\b|min(?:ute)?s?\b|h(?:ou)?rs?\b|days?\b|weeks?\b"
    r"|months?\b|years?\b)"
)

_WORD = r"(?:(?:sub-?)?stages?|(?:sub-?)?tasks?)"
_CELL = re.compile(
    rf"[\s\[(#*`\"']{{0,6}}(?:{_WORD}[\s:#-]{{1,3}})?{TOKEN}"
    rf"(?!{AMOUNT})(?P<end>[\])*`\"'.]{{0,4}}(?:\s{{0,4}}[:-]+(?=\s|$)|(?=[\s,;]|$)))",
    re.IGNORECASE,
)
_PHASE_CELL = re.compile(
    rf"\s{{0,6}}(?:phases?[\s:#-]{{1,3}}){TOKEN}(?P<end>\s{{0,4}}[:-]*)", re.IGNORECASE
)
_PART = re.compile(r"([A-Za-z]*)([0-9]*)([A-Za-z]*)")


def plain(text: str) -> str:
    """Return `text` with full-width digits and all dashes as ASCII; same length, same offsets."""
    return text.translate(_PLAIN)


def canonical_ref(text: str) -> str | None:
    """
    Return the reference at the start of a Stage ID, a code or a task's title.

    "7.2 - Lambda Prediction API" is "7.2", "Stage 1.5.7: Unified" is "1.5.7", "BQX-2.17b" is
    "2.17B", "TSK-3.1.6" and "MP03.P01.S01.T02" stay whole. None where no reference stands there.
    """
    return split_title(text)[0]


def split_title(text: str) -> tuple[str | None, str]:
    """Return the reference a title starts with, and the rest of it, which may be empty."""
    said = text.strip()
    match = _CELL.match(plain(said))
    if not match or not _is_clear(match):
        return None, said
    return token_ref(match), said[match.end() :].lstrip(_BETWEEN).strip()


def phase_ref(text: str) -> str | None:
    """Return the reference of a phase: "1.5" of "Phase 1.5: Rate index" and of "1.5"."""
    match = _PHASE_CELL.match(plain(text))
    return token_ref(match) if match else canonical_ref(text)


def token_ref(match: re.Match[str]) -> str:
    """
    Return the canonical reference of a TOKEN.

    A code's prefix is dropped from a dotted number ("BQX-1.5.4"); it stays where it tells a task
    from a stage ("TSK-3.1.6") and where it is all there is ("PROJ-123").
    """
    if match["tree"]:
        return match["tree"].upper()
    number, prefix = match["number"].upper(), (match["prefix"] or "").upper()
    if not prefix or (prefix not in TASK_PREFIXES and "." in number):
        return number
    return f"{prefix}-{number}"


def parse_ref_argument(word: str) -> str | None:
    """Return the reference a person typed (`1.5.4`, `bqx-1.5.4`, `stage 1.5.4`), else None."""
    said = plain(word).strip().strip(_AROUND)
    match = re.fullmatch(rf"(?:{_WORD}[\s:#_-]{{0,3}})?{TOKEN}", said[:_MAX_REF], re.IGNORECASE)
    return token_ref(match) if match and len(said) <= _MAX_REF else None


def ref_sort_key(ref: str) -> SortKey:
    """Return the natural order of refs: 1.2 < 1.10, 2.16 < 2.16B < 2.17."""
    return tuple(_part_key(part) for part in re.split(r"[.\-]", ref.upper()))


def nearest_refs(ref: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """Return the known refs that `ref` may be a typo of, the likeliest first."""
    said = ref.upper()[:_MAX_REF]
    allowed = _MAX_EDITS if len(said) > _SHORT else 1
    near = [(OSA.distance(said, other), other) for other in set(known)]
    ranked = sorted(
        (edits, _gap(said, other), ref_sort_key(other), other)
        for edits, other in near
        if edits <= allowed and edits < len(said)
    )
    return [other for *_, other in ranked[:limit]]


@dataclass(frozen=True, slots=True)
class RefIndex:
    """
    The references a plan knows, canonical; make one with `RefIndex.of`.

    Args:
        prefixes: Letters before the dash of a stage's code, such as "BQX".
        ambiguous: Refs that two or more stages carry: they are answered with a choice.
    """

    stages: frozenset[str]
    tasks: frozenset[str] = frozenset()
    phases: frozenset[str] = frozenset()
    prefixes: frozenset[str] = frozenset({"BQX"})
    ambiguous: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        stages: Iterable[str],
        *,
        tasks: Iterable[str] = (),
        phases: Iterable[str] = (),
        prefixes: Iterable[str] = ("BQX",),
    ) -> "RefIndex":
        """Return the index of refs or codes as people write them."""
        counts = Counter(_canonical(ref) for ref in stages)
        return cls(
            stages=frozenset(counts),
            tasks=frozenset(map(_canonical, tasks)),
            phases=frozenset(phase_ref(ref) or ref.strip().upper() for ref in phases),
            prefixes=frozenset(prefix.upper() for prefix in prefixes),
            ambiguous=frozenset(ref for ref, count in counts.items() if count > 1),
        )


def index_plan(
    stages: Iterable[Stage], tasks: Iterable[Task] = (), phases: Iterable[Phase] = ()
) -> RefIndex:
    """Return the index of a plan's own references and code prefixes."""
    listed = list(stages)
    codes = (
        match for stage in listed if (match := re.match(r"([A-Za-z]{2,10})-", stage.code or ""))
    )
    return RefIndex.of(
        [stage.ref for stage in listed if stage.ref],
        tasks=[task.ref for task in tasks if task.ref],
        phases=[phase.ref for phase in phases if phase.ref],
        prefixes={"BQX", *(match[1] for match in codes)},
    )


def _is_clear(match: re.Match[str]) -> bool:
    """Whether a title's number is its reference: `7 tables to drop` has none, `7: Drop` has."""
    if match["number"] and match["number"][-1] in _NO_SUFFIX:
        return False
    bare = "." not in match[0] and not match["prefix"] and not match["tree"]
    return not bare or bool(match["end"].strip()) or match.end() == len(match.string)


def _canonical(ref: str) -> str:
    return canonical_ref(ref) or ref.strip().upper()


def _part_key(part: str) -> tuple[str, int, str]:
    match = _PART.match(part)
    before, digits, after = match.groups() if match else ("", "", "")
    rest = part[match.end() :] if match else part
    return before, int(digits or "0"), after + rest


def _gap(said: str, other: str) -> int:
    """Return how far two refs of one shape lie apart: 1.5.9 is nearer to 1.5.8 than to 1.5.1."""
    one, two = ref_sort_key(said), ref_sort_key(other)
    parts = sum(abs(a[1] - b[1]) for a, b in zip(one, two, strict=False))
    return parts + 100 * abs(len(one) - len(two))
