"""Words from people, read back through a Markdown parser."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.reports.markdown import escape

PARSER = MarkdownIt("gfm-like", {"linkify": False})
ZERO_WIDTH = "\u200b"


def shown(markdown: str) -> tuple[set[str], str]:
    """Return the kinds of marks in a list item's inline content, and the words a reader sees."""
    tokens = PARSER.parse(f"- {markdown} end\n")
    inline = [token for token in tokens if token.type == "inline"]
    blocks = [token.type for token in tokens if token.type != "inline"]
    assert blocks == [
        "bullet_list_open",
        "list_item_open",
        "paragraph_open",
        "paragraph_close",
        "list_item_close",
        "bullet_list_close",
    ]
    children = [child for token in inline for child in token.children]
    words = "".join(child.content for child in children).replace(ZERO_WIDTH, "")
    return {child.type for child in children}, words


HOSTILE = [
    "# heading",
    "- [x] done",
    "1. first",
    "1) first",
    "> quote",
    "+ plus",
    "=== setext",
    "---",
    "a | b | c",
    "`code` and ``more``",
    "**bold** _it_ ~~gone~~",
    "[text](javascript:alert(1))",
    "![img](http://x)",
    "<script>alert(1)</script>",
    "<!-- bqx-cadence sha256:0 -->",
    "<https://evil.example>",
    "https://evil.example www.evil.example",
    "&lt;b&gt; &amp; &#60;",
    "back\\slash \\* \\",
    "[^1]: note",
    "two\n\nlines\r\n# heading",
    "\x00\x1b[31m\u202eabc",
    "    indented code",
    "~~~fence",
    "```",
    ":---:|---",
    "$x^2$",
    "!important",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words(words):
    kinds, seen = shown(escape(words))

    assert kinds <= {"text", "text_special"}
    cleaned = "".join(" " if not sign.isprintable() else sign for sign in words)
    assert seen == " ".join(cleaned.split()) + " end"


@given(st.text(max_size=200))
def test_any_text_is_one_line_of_plain_words(words):
    line = escape(words)

    assert "\n" not in line
    if line:
        assert shown(line)[0] <= {"text", "text_special"}


@given(st.text(alphabet="|\\`a \n", max_size=40))
def test_a_table_cell_holds_any_text(words):
    table = f"| A | B |\n|---|---|\n| {escape(words)} | x |\n"
    tokens = PARSER.parse(table)

    assert [token.type for token in tokens].count("td_open") == 2


def test_long_words_are_cut():
    assert escape("x" * 600) == "x" * 499 + "…"
