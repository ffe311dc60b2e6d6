"""Marks in comments, and nothing that only looks like one."""

import time

import pytest

from bot.domain.code_comments import comments_of, mentioned_keys, title_of


def marks(path, source):
    return [(each.line, each.word, each.text) for each in comments_of(path, source) if each.word]


@pytest.mark.parametrize(
    ("path", "source", "expected"),
    [
        ("a.py", "# TODO: retry on 503", ("TODO", "retry on 503")),
        ("a.py", "x = 1  # FIXME(ana): bad", ("FIXME", "bad")),
        ("a.py", "#TODO add retries", ("TODO", "add retries")),
        ("a.py", "# It works. TODO: faster", ("TODO", "faster")),
        ("a.py", "# XXX", ("XXX", "")),
        ("a.c", "/* HACK - for old firmware */", ("HACK", "for old firmware")),
        ("a.c", "/*\n * TODO free it\n */", ("TODO", "free it")),
        ("a.java", "  /** @TODO: document */", ("TODO", "document")),
        ("a.sql", "select 1 -- TODO: index", ("TODO", "index")),
        ("a.html", "<p>x</p><!-- TODO: alt text -->", ("TODO", "alt text")),
        ("a.lisp", ";; TODO: tail call", ("TODO", "tail call")),
        ("a.tex", "50\\% % TODO: cite", ("TODO", "cite")),
        ("a.rs", "fn f<'a>(x: &'a str) {} // TODO: don't", ("TODO", "don't")),
        ("a.yaml", "a: don't # TODO: yes", ("TODO", "yes")),
        ("Makefile", "# TODO: clean", ("TODO", "clean")),
        ("a.js", "const a = `x`; // TODO: y", ("TODO", "y")),
    ],
)
def test_a_mark_in_a_comment_is_taken(path, source, expected):
    [(_, *found)] = marks(path, source)

    assert tuple(found) == expected


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("a.py", "todo_list = TODO_LIST"),
        ("a.py", 'x = "# TODO: no"'),
        ("a.py", "'''\n# TODO: no\n'''"),
        ("a.py", '"""Doc.\n\nTODO: prose of a docstring.\n"""'),
        ("a.py", "# TODO list of the week"),
        ("a.py", "# TODOs are collected here"),
        ("a.py", "# finds TODO, FIXME and HACK"),
        ("a.py", "# TODO/FIXME scanner"),
        ("a.py", "# TODO, FIXME, XXX: all of them"),
        ("a.py", '# "TODO" in a string'),
        ("a.py", "# XXX-XX-1234"),
        ("a.py", "# TODO_LIST: none"),
        ("a.py", "# todo: small letters are prose"),
        ("a.md", "# TODO: prose\n- TODO: more"),
        ("a.txt", "TODO: prose"),
        ("a.html", "<p>TODO: prose</p>"),
        ("a.c", 'char *url = "http://x // TODO: no";'),
        ("a.c", "#define TODO 1"),
        ("a.js", "const a = `\n// TODO: no\n`;"),
        ("a.sh", "cat <<EOF\n# TODO: no\nEOF\n"),
        ("a.sh", 'echo "# TODO: no" ${x#TODO: no}'),
        ("a.css", "a { color: #TODO }"),
        ("a.py", "# TODO: no" + "x" * 3000),
    ],
)
def test_what_only_looks_like_one_is_not(path, source):
    assert marks(path, source) == []


def test_lines_are_counted_through_strings_and_blocks():
    source = '"""\nx\n"""\n# TODO: four\n\ny = "a"  # FIXME: six\r\n'

    assert marks("a.py", source) == [(4, "TODO", "four"), (6, "FIXME", "six")]


def test_issues_are_named_by_key_and_by_number():
    source = "# TODO: as ISS-004 and #12 say\n# fixes #7\n# works round ISS-009\n# colour #123456\n"

    found = comments_of("a.py", source)

    assert [(each.word, each.issue_keys, each.numbers) for each in found] == [
        ("TODO", ("ISS-004",), (12,)),
        ("", (), (7,)),
        ("", ("ISS-009",), ()),
    ]


def test_keys_are_whole_words():
    assert mentioned_keys('ISS-004, ISS-004: xISS-005 ISS-006b ISS-12 "ISS-001" ISS-007') == (
        "ISS-004",
        "ISS-007",
    )


def test_a_mark_without_words_is_called_by_its_place():
    assert title_of("", "a.py", 3) == "Unexplained mark in a.py, line 3"


@pytest.mark.parametrize("piece", ['"\\"' * 400, "/*" * 900, "'''\\\"" * 300, "`\\`" * 300, "<<A "])
def test_hostile_source_takes_no_minutes(piece):
    source = (piece + "\n") * (30_000 // len(piece))
    begun = time.process_time()

    for ending in ("py", "c", "js", "sh", "rs", "sql", "html", "lua"):
        comments_of(f"a.{ending}", source)

    assert time.process_time() - begun < 20
