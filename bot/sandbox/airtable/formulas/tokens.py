"""A formula's text, cut into tokens."""

import re
from dataclasses import dataclass
from enum import Enum, auto

from bot.sandbox.airtable.formulas.contract import INVALID, FormulaError

LONGEST_FORMULA = 100_000  # characters

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?!\w))
    |(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    |(?P<field>\{(?:[^}\\]|\\.)+\})
    |(?P<word>[^\W\d]\w*)
    |(?P<sign>!=|<=|>=|[=<>&+\-*/(),])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"'}


class Kind(Enum):
    """What a token is."""

    NUMBER = auto()
    TEXT = auto()
    FIELD = auto()
    WORD = auto()
    SIGN = auto()
    END = auto()


@dataclass(frozen=True)
class Token:
    """A piece of a formula; texts and field names stand without quotes and escapes."""

    kind: Kind
    text: str


def tokens(formula: str) -> list[Token]:
    """
    Return the formula's tokens, an END last.

    Raises:
        FormulaError: A part is no token, or the formula is too long.
    """
    if len(formula) > LONGEST_FORMULA:
        raise FormulaError(INVALID)
    found: list[Token] = []
    position = 0
    while position < len(formula):
        match = _TOKEN.match(formula, position)
        if match is None:
            raise FormulaError(INVALID)
        position = match.end()
        if match.lastgroup not in (None, "space"):
            found.append(_token(Kind[str(match.lastgroup).upper()], match.group()))
    return [*found, Token(Kind.END, "")]


def _token(kind: Kind, text: str) -> Token:
    if kind is Kind.TEXT:
        return Token(kind, _ESCAPE.sub(_unescaped, text[1:-1]))
    if kind is Kind.FIELD:
        return Token(kind, text[1:-1].replace(r"\}", "}"))
    return Token(kind, text)


def _unescaped(match: re.Match[str]) -> str:
    r"""Return what an escape stands for; an unknown one keeps its backslash, as \d does."""
    return _ESCAPED.get(match[1], match[0])
