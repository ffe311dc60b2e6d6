"""Which stage a watched log belongs to, by the refs in its path and in the line."""

import re
from collections.abc import Iterable

from bot.domain.plan import Stage
from bot.domain.ref_grammar import canonical_ref

_NAMED = r"(?i:stage|task|phase)[\s:#_\-]{0,3}"


def stage_keys(stages: Iterable[Stage]) -> dict[str, str]:
    """Return stage keys by ref, of the refs that one stage alone carries."""
    keys: dict[str, list[str]] = {}
    for stage in stages:
        if stage.ref:
            keys.setdefault(canonical_ref(stage.ref) or stage.ref, []).append(stage.key)
    return {ref: found[0] for ref, found in keys.items() if len(found) == 1}


def stage_of(path: str, line: str, refs: Iterable[str]) -> str | None:
    """
    Return the ref that the path of a log names, else the one its line does, else None.

    The longest exact ref counts (`1.5.4.5` is no `1.5.4`), in paths also with other separators
    (`extract_1_5_4_5.log`); in a line only behind the word "stage", where numbers abound. Two
    that differ are no answer.

    Args:
        refs: Of the stages that the plan knows.
    """
    known = tuple(refs)
    return _only(known, path, "", r"[._\-]") or _only(known, line, _NAMED, r"\.")


def _only(refs: tuple[str, ...], text: str, before: str, separator: str) -> str | None:
    found = {ref for ref in refs if _pattern(ref, before, separator).search(text)}
    return found.pop() if len(found) == 1 else None


def _pattern(ref: str, before: str, separator: str) -> re.Pattern[str]:
    parts = separator.join(re.escape(part) for part in ref.split("."))
    # A number alone names too much to be searched for in paths.
    needs = before or ("" if "." in ref else _NAMED)
    return re.compile(rf"(?<![0-9A-Za-z.]){needs}(?<![\d.]){parts}(?!{separator}?\d)(?![A-Za-z]\d)")
