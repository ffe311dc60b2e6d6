"""Estimates proposed for tasks without one, from enough finished work, up to the finding."""

import pytest

from bot.domain.assessment import Judged
from bot.domain.findings import FindingKind
from bot.domain.plan import Status
from bot.usecases.estimate_tasks import MAX_TASKS, estimate_tasks
from tests.conftest import MONDAY
from tests.domain.builders import DAY, found, of_kind, task

TODO = task("TSK-9", title="Backfill the rate table", estimate_minutes=None)


def finished(minutes, **rest):
    """Finished tasks that took so long, the first one first."""
    return [
        task(
            f"TSK-{number}",
            **{
                "title": f"Backfill the table number {number}",
                "status": Status.COMPLETE,
                "actual_minutes": took,
                "completed_at": MONDAY - (100 - number) * DAY,
                **rest,
            },
        )
        for number, took in enumerate(minutes, start=10)
    ]


def test_from_five_finished_tasks_on_there_is_a_proposal():
    done = finished([60, 90, 120, 150, 180])

    proposed = estimate_tasks([TODO, *done])[TODO.key]

    assert proposed["estimate_minutes"] == 120
    assert 60 <= proposed["low_minutes"] < 120 < proposed["high_minutes"] <= 180
    assert proposed["lines"][0].startswith("proposed 2 h (")
    assert proposed["note"] in proposed["lines"][0]
    assert "like TSK-" in proposed["lines"][1]


def test_from_four_there_is_none_and_it_says_why():
    proposed = estimate_tasks([TODO, *finished([60, 90, 120, 150])])

    why = "no proposal: 4 tasks are finished with a known effort; an estimate needs 5"
    assert proposed == {TODO.key: {"lines": [why]}}


@pytest.mark.parametrize(
    "unknown",
    [
        {"actual_minutes": None},
        {"actual_minutes": 0},
        {"completed_at": None},
        {"status": Status.IN_PROGRESS, "estimate_minutes": 60},
    ],
)
def test_what_is_not_finished_or_took_nobody_knows_how_long_is_not_counted(unknown):
    done = [*finished([60, 90, 120, 150]), *finished([180] * 3, **unknown)]

    assert "estimate_minutes" not in estimate_tasks([TODO, *done])[TODO.key]


def test_only_open_tasks_without_an_estimate_get_a_proposal():
    estimated = task("TSK-8", estimate_minutes=30)
    ended = task("TSK-7", estimate_minutes=None, status=Status.COMPLETE)
    done = finished([60, 90, 120, 150, 180])

    assert set(estimate_tasks([TODO, estimated, ended, *done])) == {TODO.key}
    assert estimate_tasks([estimated, ended, *done]) == {}


def test_minutes_are_whole_quarter_hours_and_at_least_one():
    small = estimate_tasks([TODO, *finished([1, 2, 2, 3, 4])])[TODO.key]
    odd = estimate_tasks([TODO, *finished([97, 98, 99, 100, 101])])[TODO.key]

    assert small["estimate_minutes"] == small["low_minutes"] == small["high_minutes"] == 15
    assert odd["estimate_minutes"] == 105


def test_at_most_so_many_tasks_get_a_proposal_in_one_assessment():
    many = [task(f"T-{n}", estimate_minutes=None) for n in range(MAX_TASKS + 1)]

    proposed = estimate_tasks([*many, *finished([60, 90, 120, 150, 180])])

    assert set(proposed) == {one.key for one in many[:MAX_TASKS]}


@pytest.mark.parametrize("took", [[60, 90, 120, 150, 180], [60]])
def test_the_finding_shows_the_proposal_or_why_there_is_none(took):
    tasks = (TODO, *finished(took))
    estimates = estimate_tasks(tasks)

    assessment = found(tasks=tasks, judged=Judged(estimates=estimates))

    (finding,) = [
        one
        for one in of_kind(assessment, FindingKind.TASK_NO_ESTIMATE)
        if one.record_keys == (TODO.key,)
    ]
    assert finding.proposal == estimates[TODO.key]
    assert finding.proposal["lines"][0] in finding.evidence
    assert ("estimate_minutes" in finding.proposal) is (len(took) >= 5)
