"""The triage clock: what is due when, and which moments are told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.facts import open_issue_facts
from bot.domain.findings import FindingKind
from bot.domain.issues import Issue, IssueStatus, Severity
from bot.domain.plan import Workspace
from bot.domain.plan_gaps import issue_findings
from bot.domain.team import Team
from bot.domain.triage import (
    Target,
    counting_of,
    marks,
    open_targets,
    past_targets,
    resolve_due,
    triage_due,
)
from tests.conftest import MONDAY

WORKSPACE = Workspace(id="W", zone="Europe/Berlin", digest_at="09:00")
CLOCK = counting_of(Team(), WORKSPACE)
WORKING = counting_of(Team(counts_working_time=True), WORKSPACE)
FRIDAY = MONDAY + timedelta(days=4, hours=4)  # 13:00 in Berlin
DAY = timedelta(days=1)


def issue(level=1, **said):
    return Issue(
        **{"key": "ISS-1", "title": "t", "severity": Severity(level), "discovered_at": MONDAY}
        | said
    )


@pytest.mark.parametrize("level", [1, 2])
def test_the_worse_levels_are_triaged_within_a_day(level):
    due = triage_due(issue(level), CLOCK)

    assert (due.near_at, due.at) == (MONDAY + 0.75 * DAY, MONDAY + DAY)


@pytest.mark.parametrize("level", [3, 4])
def test_the_lesser_levels_wait_for_mondays_assessment(level):
    due = triage_due(issue(level, discovered_at=FRIDAY), CLOCK)

    assert due.at == MONDAY + 7 * DAY
    assert FRIDAY < due.near_at < due.at


def test_what_is_found_during_an_assessment_waits_for_the_next_one():
    assert triage_due(issue(3), CLOCK).at == MONDAY + 7 * DAY


@pytest.mark.parametrize(("level", "days"), [(1, 1), (2, 7), (3, None), (4, None)])
def test_the_targets_of_resolution(level, days):
    due = resolve_due(issue(level), CLOCK)

    assert (due.at if due else None) == (MONDAY + days * DAY if days else None)


def test_in_working_time_a_weekend_does_not_count():
    due = triage_due(issue(1, discovered_at=FRIDAY), WORKING)

    assert due.at == FRIDAY + 3 * DAY
    # Six of its eight hours: four on Friday, two on Monday.
    assert due.near_at == MONDAY + 7 * DAY + timedelta(hours=2)


def test_reopened_and_raised_ones_are_counted_anew():
    assert triage_due(issue(1, counted_from=FRIDAY), CLOCK).at == FRIDAY + DAY


@pytest.mark.parametrize(
    "rests",
    [
        {"status": IssueStatus.RESOLVED},
        {"status": IssueStatus.CLOSED},
        {"removed_at": MONDAY},
    ],
)
def test_nothing_is_due_of_what_rests(rests):
    assert list(marks([issue(**rests)], CLOCK)) == []


def test_what_is_triaged_has_only_its_target_left():
    targets = [due.target for due in open_targets(issue(triaged_at=MONDAY), CLOCK)]

    assert targets == [Target.RESOLVE]


def test_another_level_makes_other_marks_and_the_old_level_the_old_ones():
    first = {mark.key for mark in marks([issue(1)], CLOCK)}
    raised = {mark.key for mark in marks([issue(2)], CLOCK)}
    undone = {mark.key for mark in marks([replace(issue(2), severity=Severity.BLOCKER)], CLOCK)}

    assert first == undone
    assert first != raised


def test_what_is_past_its_target_says_since_when():
    late = past_targets([issue(1), issue(3, key="ISS-3")], CLOCK, MONDAY + 2 * DAY)

    assert {key: [due.at for due in over] for key, over in late.items()} == {
        "ISS-1": [MONDAY + DAY, MONDAY + DAY]
    }


def test_a_clock_that_goes_back_gives_the_same_deadline():
    autumn = datetime(2025, 10, 24, 8, 0, tzinfo=UTC)  # Friday 10:00 summer time

    assert triage_due(issue(1, discovered_at=autumn), WORKING).at == datetime(
        2025, 10, 27, 9, 0, tzinfo=UTC
    )


def test_every_view_says_past_target_alike():
    """Filed on a Friday: past one day on Saturday by the clock, on Monday in working time."""
    filed = issue(1, discovered_at=FRIDAY)
    for counting, hours in ((CLOCK, 24), (WORKING, 72)):
        until = FRIDAY + timedelta(hours=hours)
        (fact,) = open_issue_facts([filed], until - DAY / 24, counting)
        assert fact.due_at == until
        for now, is_past in ((until - DAY / 24, False), (until, True)):
            (fact,) = open_issue_facts([filed], now, counting)
            (finding,) = issue_findings([filed], counting, now)
            assert fact.overdue == is_past
            assert (finding.kind is FindingKind.ISSUE_OVERDUE) == is_past
            assert (
                any(
                    due.target is Target.RESOLVE
                    for due in past_targets([filed], counting, now).get(filed.key, ())
                )
                == is_past
            )


def test_what_was_reopened_has_its_target_counted_anew_in_the_report():
    reopened = issue(1, discovered_at=MONDAY - 30 * DAY, counted_from=MONDAY)

    (fact,) = open_issue_facts([reopened], MONDAY, CLOCK)

    assert (fact.due_at, fact.overdue) == (MONDAY + DAY, False)
