"""Where the comments of a source file are, by its language."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

MAX_LINE = 2_000  # characters; a file with a longer line was written by a program

_TO_LINE_END = r"[^\n]*"
_DOUBLE = r'"(?:\\.|[^"\\\n])*+"'
_SINGLE = r"'(?:\\.|[^'\\\n])*+'"
_CHARACTER = r"'(?:\\[^\n]{1,8}?|[^'\\\n])'"
_TRIPLE = (
    r'"""(?:(?:\\[\s\S]|(?!""")[^\\])*+""")|"""[\s\S]*'
    r"|'''(?:(?:\\[\s\S]|(?!''')[^\\])*+''')|'''[\s\S]*"
)
_BACKTICK = r"`(?:\\[\s\S]|[^`\\])*+(?:`|\Z)"
_RAW_BACKTICK = r"`[^`]*+(?:`|\Z)"
_SHELL_QUOTES = r"\\[\s\S]|\"(?:\\[\s\S]|[^\"\\])*+(?:\"|\Z)|'[^']*+(?:'|\Z)"
_HERE = r"<<-?[ \t]*['\"]?(?P<here>\w+)['\"]?[^\n]*\n(?:[^\n]*\n){0,300}?[ \t]*(?P=here)(?=\n|\Z)"
_SQL_QUOTES = r"'[^']*+(?:'|\Z)|\"[^\"\n]*+\""


def _block(start: str, end: str) -> str:
    # One that nobody closes goes to the end of the file: a wrong one is worse than a missing one.
    return rf"{start}(?:[\s\S]*?{end}|[\s\S]*)"


_SLASHES = "//" + _TO_LINE_END + "|" + _block(r"/\*", r"\*/")
_HASH = "#" + _TO_LINE_END
_HASH_WORD = r"(?:(?<=\s)|(?<![\s\S]))#" + _TO_LINE_END


@dataclass(frozen=True, slots=True)
class _Syntax:
    """Patterns of what is a comment, and of what only looks as if one began inside it."""

    comments: str
    strings: str
    names: str


_SYNTAXES = (
    _Syntax(_HASH, f"{_TRIPLE}|{_DOUBLE}|{_SINGLE}", "py pyi pyx bzl"),
    _Syntax(_HASH_WORD, f"{_HERE}|{_SHELL_QUOTES}", "sh bash zsh ksh"),
    _Syntax(
        _HASH_WORD,
        f"{_DOUBLE}|{_SINGLE}",
        "rb pl pm r jl ex exs yml yaml tf hcl mk cmake nix ps1 conf cfg gitignore properties",
    ),
    _Syntax(_HASH, f"{_TRIPLE}|{_DOUBLE}|{_SINGLE}", "toml"),
    _Syntax(
        _SLASHES,
        f"{_DOUBLE}|{_SINGLE}",
        "c h cc cpp cxx hh hpp java cs kt kts scala swift dart groovy gradle proto sol zig",
    ),
    _Syntax(_SLASHES, f"{_DOUBLE}|{_CHARACTER}", "rs"),
    _Syntax(_SLASHES, f"{_DOUBLE}|{_SINGLE}|{_RAW_BACKTICK}", "go"),
    _Syntax(_SLASHES, f"{_DOUBLE}|{_SINGLE}|{_BACKTICK}", "js jsx mjs cjs ts tsx scss less"),
    _Syntax(f"{_SLASHES}|{_HASH}", f"{_DOUBLE}|{_SINGLE}", "php"),
    _Syntax(_block(r"/\*", r"\*/"), f"{_DOUBLE}|{_SINGLE}", "css"),
    _Syntax("--" + _TO_LINE_END + "|" + _block(r"/\*", r"\*/"), _SQL_QUOTES, "sql"),
    _Syntax(
        _block(r"--\[\[", r"\]\]") + "|--" + _TO_LINE_END,
        rf"{_block(chr(92) + '[' + chr(92) + '[', chr(92) + ']' + chr(92) + ']')}"
        f"|{_DOUBLE}|{_SINGLE}",
        "lua",
    ),
    _Syntax("--" + _TO_LINE_END + "|" + _block(r"\{-", r"-\}"), _DOUBLE, "hs elm"),
    _Syntax(_block("<!--", "-->"), r"<!\[CDATA\[[\s\S]*?\]\]>", "html htm xml xhtml svg vue"),
    _Syntax(";" + _TO_LINE_END, r'\\.|"(?:\\[\s\S]|[^"\\])*+(?:"|\Z)', "lisp el clj cljs scm"),
    _Syntax("(?m:^[ \t]*[;#])" + _TO_LINE_END, _DOUBLE, "ini"),
    _Syntax("%" + _TO_LINE_END, r"\\.", "tex sty cls"),
    _Syntax("%" + _TO_LINE_END, rf"\$.|{_DOUBLE}|{_SINGLE}", "erl hrl"),
)
_BY_NAME = {name: syntax for syntax in _SYNTAXES for name in syntax.names.split()}
_BY_FILE = {"makefile": "mk", "dockerfile": "mk", "rakefile": "rb", "gemfile": "rb"}


def has_comments(path: str) -> bool:
    """Whether a file is in a language whose comments are known; prose, such as Markdown, is not."""
    return _name(path) in _BY_NAME


def comment_lines(path: str, source: str) -> Iterator[tuple[int, str]]:
    """
    Yield each line of each comment with its number from 1; none for a language nobody taught us.

    Args:
        path: Of the file; its ending tells the language.
        source: The whole file, so that a string or a comment of many lines is known as such.
    """
    syntax = _BY_NAME.get(_name(path))
    if syntax is None or any(len(line) > MAX_LINE for line in source.split("\n")):
        return
    line, counted = 1, 0
    for match in _pattern(syntax).finditer(source):
        comment = match["comment"]
        if comment is None:
            continue
        line += source.count("\n", counted, match.start())
        counted = match.start()
        for number, text in enumerate(comment.split("\n"), start=line):
            yield number, text.rstrip("\r")


@cache
def _pattern(syntax: _Syntax) -> re.Pattern[str]:
    return re.compile(f"(?:{syntax.strings})|(?P<comment>{syntax.comments})")


def _name(path: str) -> str:
    file = path.rsplit("/", 1)[-1].lower()
    return _BY_FILE.get(file, file.rpartition(".")[2] if "." in file else "")
