"""Trailers, cherry-picks and twins."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.activity import Commit
from bot.domain.trailers import cherry_picked_from, trailers, twins

AT = datetime(2025, 11, 10, tzinfo=UTC)


def commit(sha: str, **fields) -> Commit:
    plain = {
        "author_name": "Ada",
        "author_email": "ada@example.org",
        "authored_at": AT,
        "subject": "Add it",
        "paths": ("a",),
    }
    return Commit(sha=sha, **{**plain, **fields})


def test_the_last_paragraph_holds_the_trailers():
    body = "Why it is so.\n\nStage: 1.5.4\nCo-authored-by: Bob <bob@example.org>\nReviewed-by:Eve\n"

    assert trailers(body) == (
        ("Stage", "1.5.4"),
        ("Co-authored-by", "Bob <bob@example.org>"),
        ("Reviewed-by", "Eve"),
    )


def test_a_body_of_trailers_alone_is_read():
    assert trailers("Stage: 1.5.4") == (("Stage", "1.5.4"),)


def test_a_line_that_begins_with_a_blank_goes_on_with_the_trailer_before():
    assert trailers("Task: first\n  second\n\tthird\nStage: 2") == (
        ("Task", "first second third"),
        ("Stage", "2"),
    )


@pytest.mark.parametrize(
    "body",
    [
        "",
        "\n\n",
        "prose only",
        "Stage: 1.5.4\n\nprose after it",
        "Note: this is prose\nthat goes on in the next line",
        "https://example.org/1.5.4",
        "two words: no trailer",
        " Stage: indented from the start",
    ],
)
def test_prose_is_no_trailer(body):
    assert trailers(body) == ()


def test_beside_a_line_of_gits_own_a_little_prose_is_allowed():
    body = "[Ada: mended the tests]\nSigned-off-by: Ada <a@x>\nStage: 1.5"

    assert trailers(body) == (("Signed-off-by", "Ada <a@x>"), ("Stage", "1.5"))


def test_a_cherry_pick_names_where_it_came_from():
    first, second = "a" * 40, "b" * 40
    pick = "(cherry picked from commit {})"
    body = f"Why.\n\n{pick.format(first)}\nStage: 1\n{pick.format(second)}"

    assert cherry_picked_from(body) == (first, second)
    assert trailers(body) == (("Stage", "1"),)
    assert cherry_picked_from("cherry picked from somewhere") == ()


def test_the_same_author_moment_and_subject_are_the_same_work():
    first, other, again = commit("1"), commit("2", subject="Other"), commit("3")

    assert twins([first, other, again]) == ((first, again),)


@pytest.mark.parametrize(
    "different",
    [
        {"authored_at": AT + timedelta(seconds=1)},
        {"author_email": "bob@example.org"},
        {"paths": ("b",)},
        {"parents": ("1",)},
        {"parents": ("x", "y")},
    ],
)
def test_another_moment_author_file_or_place_is_other_work(different):
    assert twins([commit("1"), commit("2", **different)]) == ()


def test_what_a_script_committed_in_one_second_is_no_work_done_twice():
    chain = [commit(str(n), parents=(str(n - 1),)) for n in range(5)]

    assert twins(chain) == ()
