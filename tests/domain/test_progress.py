"""Progress: counters, percentages, and what is refused in plain words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.progress import (
    Progress,
    ProgressTextError,
    parse_progress,
)


def test_a_counter_is_kept_and_its_percent_derived():
    assert parse_progress("129/336") == Progress(384, 129, 336)
    assert str(parse_progress("129/336")) == "129/336 (38.4 %)"


@pytest.mark.parametrize("text", ["38.3", "38.3%", " 38.3 % ", "+38.3"])
def test_a_percentage_may_carry_its_sign(text):
    assert parse_progress(text) == Progress(383)


@pytest.mark.parametrize(
    ("text", "shown"), [("38.35", "38.4 %"), ("38.34", "38.3 %"), ("7", "7 %")]
)
def test_percentages_are_rounded_half_up_to_one_decimal(text, shown):
    assert str(parse_progress(text)) == shown


def test_thousands_separators_are_read():
    assert parse_progress("1,290/3,360") == Progress(384, 1290, 3360)


def test_only_a_finished_counter_shows_a_hundred_percent():
    assert str(parse_progress("99999/100000")) == "99,999/100,000 (99.9 %)"
    assert parse_progress("336/336").is_full


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("-5", "below zero"),
        ("150", "past 100"),
        ("100.1", "past 100"),
        ("nan", "can't read"),
        ("12,5", "`12.5`"),
        ("400/336", "past 100"),
        ("1/0", "at least 1"),
        ("1,2/33", "write it as"),
        ("", "can't read"),
        ("9" * 5000, "can't read"),
        ("1e9", "can't read"),
    ],
)
def test_bad_progress_is_refused_in_plain_words(text, words):
    with pytest.raises(ProgressTextError, match=words):
        parse_progress(text)


@given(done=st.integers(0, 10**9), total=st.integers(1, 10**9))
def test_a_counter_is_full_exactly_when_everything_is_done(done, total):
    done = min(done, total)

    progress = Progress.counted(done, total)

    assert 0 <= progress.permille <= 1000
    assert progress.is_full == (done == total)
