"""TODO, FIXME, XXX and HACK in the comments of code, and the issues that comments name."""

import re
from dataclasses import dataclass

from bot.domain.comment_syntax import comment_lines

MAX_TEXT = 300  # characters of a comment that are kept
MAX_OF_A_FILE = 200
MARKERS = ("TODO", "FIXME", "XXX", "HACK")

_DECORATION = re.compile(r"^\s*(?:<!--|--\[\[|\{-|[#/*;%!-]+)?[\s*!@-]*")
_END = re.compile(r"\s*(?:\*+/|-->|-\}|\]\])\s*$")
_WORD = "|".join(MARKERS)
# At the head of a comment, or after a sentence and then with a colon: elsewhere it is talked
# about. "TODO list" and "TODOs" are no marks either.
_AT_HEAD = re.compile(
    rf"(?P<word>{_WORD})(?P<by>\([^()\n]{{0,60}}\))?(?:\s*[:-]+(?=\s|$)|:|\s+|$|(?=\.+$))"
    r"(?!(?:lists?|items?|comments?|markers?|tags?|apps?|entries|notes?|and|or|is|are|was|in)\b"
    rf"|(?:{_WORD})\b)(?P<text>.*)"
)
_AFTER = re.compile(
    rf"(?:[.;!?)\]]\s+|\s[-–—]\s+)(?P<word>{_WORD})(?P<by>\([^()\n]{{0,60}}\))?:\s*(?P<text>.*)"  # noqa: RUF001 - an en dash
)
_KEY = re.compile(r"(?<![\w\"'`“-])ISS-\d{3,9}(?![A-Za-z0-9-])")
_NUMBER = re.compile(r"(?:(?<=\s)|(?<=\()|^)#(\d{1,9})(?![\w-])")
_NAMED_NUMBER = re.compile(
    r"\b(?:issues?|fix(?:es|ed)?|clos(?:es|ed)|resolv(?:es|ed)|see|bug)\s+#(\d{1,9})(?![\w-])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeComment:
    """
    One comment that marks something to do, or that names an issue.

    Args:
        line: From 1.
        word: One of `MARKERS`; "" where it only names an issue.
        text: Its words, without the mark.
        issue_keys: The issues of ours that it names: "ISS-004".
        numbers: The issues of a code host that it names: 12 for "#12".
    """

    path: str
    line: int
    word: str = ""
    text: str = ""
    issue_keys: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()


def comments_of(path: str, source: str) -> list[CodeComment]:
    """Return what a file's comments mark or name, in the order of its lines."""
    found: list[CodeComment] = []
    for line, raw in comment_lines(path, source):
        comment = _read(path, line, raw)
        if comment is not None:
            found.append(comment)
        if len(found) == MAX_OF_A_FILE:
            break
    return found


def mentioned_keys(text: str) -> tuple[str, ...]:
    """Return the issues of ours that a text names, such as a commit's message, each once."""
    return tuple(dict.fromkeys(_KEY.findall(text)))


def named_numbers(text: str) -> tuple[int, ...]:
    """Return the issues of a code host that a mark's words name: 12 for "#12", each once."""
    return tuple(dict.fromkeys(map(int, _NUMBER.findall(text))))


def title_of(text: str, path: str, line: int) -> str:
    """Return the title of an issue made of a comment: its words, else its place."""
    return text or f"Unexplained mark in {path}, line {line}"


def _read(path: str, line: int, raw: str) -> CodeComment | None:
    words = _END.sub("", _DECORATION.sub("", raw, count=1)).strip()
    match = _AT_HEAD.match(words) or _AFTER.search(words)
    keys = mentioned_keys(words)
    if match is None:
        numbers = tuple(dict.fromkeys(map(int, _NAMED_NUMBER.findall(words))))
        if not keys and not numbers:
            return None
        return CodeComment(path=path, line=line, text=_cut(words), issue_keys=keys, numbers=numbers)
    text = " ".join(match["text"].strip(" :-.\t").split())
    if match["by"] and (named_numbers(match["by"]) or mentioned_keys(match["by"])):
        text = f"{text} {match['by']}".strip()
    return CodeComment(
        path=path,
        line=line,
        word=match["word"],
        text=_cut(text),
        issue_keys=keys,
        numbers=named_numbers(text),
    )


def _cut(text: str) -> str:
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"
