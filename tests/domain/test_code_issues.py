"""A comment is known again: moved, edited a little, in another file; or it is gone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.code_comments import CodeComment
from bot.domain.code_issues import CodeLink, CodeSource, follow, host_key, tied_by_number
from tests.conftest import MONDAY

LATER = MONDAY + timedelta(hours=1)


def todo(text="retry on 503", path="a.py", line=3, word="TODO", **more):
    return CodeComment(path=path, line=line, word=word, text=text, **more)


def first(*comments):
    return follow([], comments, repo="etl", now=MONDAY)


def again(links, *comments, **more):
    """Return all links as they are after another reading."""
    changed = follow(links, comments, repo="etl", now=LATER, **more)
    return {link.key: link for link in [*links, *changed]}


def test_a_new_mark_waits_for_somebody():
    [link] = first(todo())

    assert (link.place, link.text, link.words) == ("a.py:3", "TODO: retry on 503", "retry on 503")
    assert link.waits


@pytest.mark.parametrize(
    "comment",
    [
        todo(line=90),
        todo("Retry on 503!"),
        todo(word="FIXME"),
        todo("retry on any 503", line=8),
        todo(path="lib/b.py"),
    ],
)
def test_it_is_the_same_one(comment):
    [link] = first(todo())

    [after] = again([link], comment).values()

    assert (after.key, after.gone_at) == (link.key, None)
    assert (after.path, after.line, after.words) == (comment.path, comment.line, comment.text)


def test_other_words_are_another_one():
    [link] = first(todo())

    after = again([link], todo("drop the cache"))

    assert after[link.key].gone_at == LATER
    assert len(after) == 2


def test_of_two_with_the_same_words_each_is_itself():
    links = first(todo(line=3), todo(line=9))

    after = again(links, todo(line=5), todo(line=11))

    assert len(after) == 2
    assert [after[link.key].line for link in links] == [5, 11]


def test_one_of_two_with_the_same_words_is_taken_away():
    links = first(todo(line=3), todo(line=9))

    after = again(links, todo(line=9))

    assert [after[link.key].gone_at for link in links] == [LATER, None]


def test_one_without_words_is_not_found_in_another_file():
    [link] = first(todo(""))

    after = again([link], todo("", path="b.py"))

    assert after[link.key].gone_at == LATER


def test_nothing_is_gone_that_was_not_read():
    [link] = first(todo())

    assert again([link], unread=frozenset({"a.py"}))[link.key].gone_at is None
    assert again([link], is_whole=False)[link.key].gone_at is None


def test_it_may_come_back():
    [link] = first(todo())
    gone = again([link])[link.key]

    back = again([gone], todo(line=7))[link.key]

    assert (back.gone_at, back.line) == (None, 7)


def test_nothing_is_written_where_nothing_has_changed():
    links = first(todo(), todo("other", line=9))

    assert follow(links, [todo(), todo("other", line=9)], repo="etl", now=LATER) == []


def test_a_key_in_the_words_ties_it():
    [mark] = first(todo("as ISS-004 says", issue_keys=("ISS-004",)))
    [name] = first(todo("see ISS-004", word="", issue_keys=("ISS-004",)))

    assert (mark.issue_key, mark.source) == ("ISS-004", CodeSource.TODO)
    assert (name.issue_key, name.source) == ("ISS-004", CodeSource.REFERENCE)
    assert not mark.waits


def test_a_number_ties_it_to_the_issue_of_the_host():
    [mark] = first(todo("see #12", numbers=(12,)))
    host = CodeLink(
        key=host_key(12), source=CodeSource.HOST, number=12, issue_key="ISS-007", seen_at=MONDAY
    )

    [tied] = tied_by_number([mark, host])

    assert tied == replace(mark, issue_key="ISS-007")
    assert tied_by_number([mark]) == []
