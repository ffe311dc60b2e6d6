"""Durations in a plan's cells and amounts of work that people type."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.durations import parse_duration, parse_hours

HOUR = 3600


@pytest.mark.parametrize(
    ("text", "low_s", "high_s"),
    [
        ("6 hours", 6 * HOUR, 6 * HOUR),
        ("4-6 hours", 4 * HOUR, 6 * HOUR),
        ("4\u20136 hours", 4 * HOUR, 6 * HOUR),
        ("10-15 seconds", 10, 15),
        ("3 days", 24 * HOUR, 24 * HOUR),
        ("2-3 days", 16 * HOUR, 24 * HOUR),
        ("1.3 days (Phase 2 accelerated)", 37440, 37440),
        ("6 hours (c7i.8xlarge + S3 Transfer Accel)", 6 * HOUR, 6 * HOUR),
        ("0.1 hours", 360, 360),
        ("30 minutes", 1800, 1800),
        ("1 week", 40 * HOUR, 40 * HOUR),
        ("~2h", 2 * HOUR, 2 * HOUR),
        ("1h 30m", 5400, 5400),
        ("2 days, 4 hours", 20 * HOUR, 20 * HOUR),
        ("2.8 hours remaining (c7i.8xlarge)", None, None),
        ("Ongoing (2 hours/week)", None, None),
        ("Ongoing (3 hours bi-weekly)", None, None),
        ("2 hours per week", None, None),
        ("6-4 hours", None, None),
        ("3 months", None, None),
        ("TBD", None, None),
        ("6", None, None),
        ("", None, None),
        ("999999999 weeks", None, None),
    ],
)
def test_a_cell_states_an_amount_or_none(text, low_s, high_s):
    duration = parse_duration(text)

    assert (duration.text, duration.low_s, duration.high_s) == (text, low_s, high_s)


def test_every_duration_of_the_customers_plan_is_read_as_meant(shared):
    records = json.loads((shared / "data/bqx/stages.json").read_text(encoding="utf-8"))
    texts = {record["fields"]["Duration"] for record in records}

    unread = {text for text in texts if parse_duration(text).low_s is None}

    assert unread == {text for text in texts if "Ongoing" in text or "remaining" in text}


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("6.5", 390),
        ("6", 360),
        (" 6.5 h ", 390),
        ("6 hours", 360),
        ("90m", 90),
        ("45 min", 45),
        ("1h30", 90),
        ("1h 30m", 90),
        ("2d", 960),
        ("1w", 2400),
        ("0.1", 6),
        ("10000", 600_000),
    ],
)
def test_typed_amounts_become_minutes(typed, minutes):
    assert parse_hours(typed) == minutes


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("6,5", "Did you mean `6.5`?"),
        ("1,5h", "Did you mean `1.5h`?"),
        ("-3", "more than nothing"),
        ("0", "more than nothing"),
        ("0.001", "more than nothing"),
        ("nan", "I can't read"),
        ("inf", "I can't read"),
        ("1e9", "I can't read"),
        (str(10**9), "more than 10,000 hours"),
        ("100000000", "more than 10,000 hours"),
        ("soon", "I can't read"),
        ("", "I can't read"),
        ("6 7", "I can't read"),
        ("٦", "I can't read"),
    ],
)
def test_what_is_no_amount_is_refused_in_plain_words(typed, says):
    with pytest.raises(ValueError, match=r"^(I |An |That )") as refusal:
        parse_hours(typed)

    assert says in str(refusal.value)


@pytest.mark.parametrize("line", ["9" * 100_000, "1.5 " * 25_000, "1-" * 50_000, " " * 100_000])
def test_hostile_texts_cost_no_more_than_their_length(line):
    started = time.thread_time()

    parse_duration(line)
    with pytest.raises(ValueError, match=r"."):
        parse_hours(line)

    assert time.thread_time() - started < 1


@settings(max_examples=200)
@given(st.text(max_size=40))
def test_any_text_is_a_duration_or_keeps_its_words(text):
    duration = parse_duration(text)

    assert duration.text == text
    assert (duration.low_s is None) == (duration.high_s is None)
