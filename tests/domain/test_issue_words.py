"""What is typed behind a command about an issue."""

import pytest

from bot.domain.entries import IssueStep, PlannedTask
from bot.domain.issue_words import nearest, read_words, split_key
from bot.domain.issues import Issue, Severity
from tests.conftest import MONDAY


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ISS-004 it is gone", ("ISS-004", "it is gone")),
        ("iss-4: gone", ("ISS-004", "gone")),
        ("ISS 4", ("ISS-004", "")),
        ("iss4", ("ISS-004", "")),
        ("ISS-1234 x", ("ISS-1234", "x")),
        ("the disk", ("", "the disk")),
        ("ISS-4.5 x", ("", "ISS-4.5 x")),
        ("", ("", "")),
    ],
)
def test_keys_are_read_as_people_write_them(typed, expected):
    assert split_key(typed) == expected


def test_a_number_alone_is_a_key_where_no_level_can_be_meant():
    assert split_key("4 done", bare=True) == ("ISS-004", "done")
    assert split_key("4 done") == ("", "4 done")


def test_levels_tasks_and_evidence_are_read():
    severity = read_words(IssueStep.SEVERITY, "level 2: it grew")
    triage = read_words(IssueStep.TRIAGE, "Replace the disk 4h; Restore it 90m")

    assert (severity.severity, severity.reason) == (Severity.MAJOR, "it grew")
    assert triage.tasks == (PlannedTask("Replace the disk", 240), PlannedTask("Restore it", 90))
    assert read_words(IssueStep.RESOLVE, "run 12").evidence == "run 12"
    assert read_words(IssueStep.SEVERITY, "it grew").severity is None


@pytest.mark.parametrize("tail", ["Replace the disk", "Replace 4h; Restore", "4h", ""])
def test_tasks_without_an_estimate_are_no_tasks(tail):
    said = read_words(IssueStep.TRIAGE, tail)

    assert said.tasks == ()
    assert said.reason == tail


def test_the_nearest_issues_come_by_key_and_by_title():
    issues = [
        Issue(key=key, title=title, severity=Severity.MINOR, discovered_at=MONDAY)
        for key, title in (("ISS-004", "Aurora writer down"), ("ISS-014", "Disk full"))
    ]

    assert nearest("ISS-015", issues)[0].key == "ISS-014"
    assert nearest("aurora", issues)[0].key == "ISS-004"
    assert nearest("zzz", []) == []
