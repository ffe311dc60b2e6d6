"""What is typed behind /bqx."""

import pytest

from bot.domain.commands import parse_command, split_issue, split_progress
from bot.domain.issues import Severity


@pytest.mark.parametrize(
    ("text", "name", "rest"),
    [
        ("", "help", ""),
        ("  progress   1.5.4 38.3 note ", "progress", "1.5.4 38.3 note"),
        ("PROGRESS 1.5.4", "progress", "1.5.4"),
        ("log 1.5.4 done", "progress", "1.5.4 done"),
        ("issues", "issues", ""),
        ("issue 1 Aurora", "issue", "1 Aurora"),
        ("?", "help", ""),
    ],
)
def test_a_command_is_its_first_word(text, name, rest):
    command = parse_command(text)

    assert (command.name, command.rest, command.known) == (name, rest, True)


@pytest.mark.parametrize(
    ("typed", "guess"),
    [("progres", "progress"), ("isue", "issue"), ("stauts", "status"), ("xyzzy", None)],
)
def test_an_unknown_word_gets_the_nearest_command(typed, guess):
    command = parse_command(f"{typed} 1.5.4")

    assert not command.known
    assert command.name == typed
    assert command.guess == guess


@pytest.mark.parametrize(
    ("rest", "ref", "progress", "note"),
    [
        ("1.5.4 129/336 BQX backfill", "1.5.4", "129/336", "BQX backfill"),
        ("1.5.4 38.3 note", "1.5.4", "38.3", "note"),
        ("1.5.4 38.3% note", "1.5.4", "38.3%", "note"),
        ("1.5.4 38.3 % note", "1.5.4", "38.3 %", "note"),
        ("1.5.4 129 of 336 partitions", "1.5.4", "129/336", "partitions"),
        ("1.5.4 done", "1.5.4", "done", ""),
        ("Stage 1.5.4: 12,5 x", "1.5.4", "12,5", "x"),
        ("1.5.4 -5", "1.5.4", "-5", ""),
        ("1.5.4 nan", "1.5.4", "nan", ""),
        ("1.5.4 waiting for Aurora", "1.5.4", "", "waiting for Aurora"),
        ("1.5.4 336x faster now", "1.5.4", "", "336x faster now"),
        ("1.5.4", "1.5.4", "", ""),
        ("", "", "", ""),
    ],
)
def test_a_progress_line_falls_into_ref_progress_and_note(rest, ref, progress, note):
    words = split_progress(rest)

    assert (words.ref, words.progress, words.note) == (ref, progress, note)


@pytest.mark.parametrize(
    ("rest", "severity", "title"),
    [
        ("1 Aurora writer down", Severity.BLOCKER, "Aurora writer down"),
        ("level 2: slow queries", Severity.MAJOR, "slow queries"),
        ("L3 typo", Severity.MINOR, "typo"),
        ("336 partitions missing", None, "336 partitions missing"),
        ("Aurora writer down", None, "Aurora writer down"),
        ("1", Severity.BLOCKER, ""),
        ("", None, ""),
    ],
)
def test_an_issue_line_falls_into_severity_and_title(rest, severity, title):
    assert split_issue(rest) == (severity, title)


@pytest.mark.parametrize("word", ["-5", "150", "12,5", "nan", "38.3%", "129/336", "done"])
def test_what_was_meant_as_progress_is_never_a_note(word):
    assert split_progress(f"1.5.4 {word}").progress == word


@pytest.mark.parametrize("word", ["backfill", "1.5.4-beta", "done-ish", "n/a"])
def test_a_note_is_not_taken_for_progress(word):
    assert split_progress(f"1.5.4 {word}").progress == ""
