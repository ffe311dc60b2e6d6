"""Answering a gap check writes the plan, once."""

from datetime import timedelta

import pytest

from bot.domain.effects import EffectKind, EffectState
from bot.domain.entries import AnswerWords
from bot.domain.findings import GapAnswer, GapCheck, GapQuestion
from bot.domain.issues import Severity
from bot.domain.plan import Status
from bot.domain.progress import Progress
from bot.usecases.gap_answers import answer_gap_check
from bot.usecases.undo import undo
from tests.builders import ANA, BEN, SmallPlan
from tests.conftest import MONDAY


@pytest.fixture
def small(tmp_path):
    small = SmallPlan(tmp_path)
    with small.plans.changing(small.workspace_id) as plan:
        for n, (question, kind, key) in enumerate(QUESTIONS):
            check = GapCheck(
                key=f"G-{n}",
                bundle="B",
                member_id=ANA,
                question=question,
                record_kind=kind,
                record_key=key,
                text=f"About {key}",
                asked_at=MONDAY,
            )
            plan.save(check, small.asker("cadence").why())
    return small


QUESTIONS = (
    (GapQuestion.STILL_ACCURATE, "stage", "STG-901"),
    (GapQuestion.ESTIMATE, "task", "TASK-901"),
    (GapQuestion.OWNER, "task", "TASK-902"),
)
LATER = MONDAY + timedelta(hours=2)


def answered(small, n, answer, **words):
    return answer_gap_check(
        small.plans, f"G-{n}", answer, small.asker(now=LATER), AnswerWords(**words)
    )


def test_still_accurate_counts_as_a_word_on_the_stage(small):
    answered(small, 0, GapAnswer.ACCURATE)

    stage = small.stage("STG-901")
    assert (stage.last_progress_at, stage.progress) == (LATER, Progress(383))


def test_complete_completes(small):
    answered(small, 0, GapAnswer.COMPLETE)

    stage = small.stage("STG-901")
    assert (stage.status, stage.progress, stage.completed_at) == (
        Status.COMPLETE,
        Progress(1000),
        LATER,
    )


def test_blocked_files_an_issue(small):
    answered(small, 0, GapAnswer.BLOCKED, blocker="No quota", severity=Severity.MAJOR)

    assert small.stage("STG-901").status is Status.BLOCKED
    with small.plans.reading(small.workspace_id) as plan:
        [issue] = plan.issues()
    assert (issue.title, issue.severity) == ("No quota", Severity.MAJOR)


def test_snoozed_rests_a_week_and_leaves_the_plan_alone(small):
    before = small.stage("STG-901")

    done = answered(small, 0, GapAnswer.SNOOZED)

    assert done.check.snoozed_until == LATER + timedelta(days=7)
    assert small.stage("STG-901") == before


def test_an_estimate_and_an_owner_are_written(small):
    answered(small, 1, GapAnswer.ESTIMATED, estimate_minutes=390)
    answered(small, 2, GapAnswer.ASSIGNED)

    assert small.task("TASK-901").estimate_minutes == 390
    assert small.task("TASK-902").owner_id == ANA


def test_the_message_follows_each_answer(small):
    answered(small, 0, GapAnswer.ACCURATE)

    with small.plans.reading(small.workspace_id) as plan:
        effects = [each.effect for each in plan.deliveries(EffectState.PENDING)]
    assert [e.payload for e in effects if e.kind is EffectKind.GAP_CHECKS] == [{"bundle": "B"}]


def test_an_answer_stands_by_for_a_process_that_dies(small):
    done = answered(small, 0, GapAnswer.ACCURATE)

    with small.plans.reading(small.workspace_id) as plan:
        assert plan.delivery(f"{done.operation}#answer") is not None


def test_the_second_answer_changes_nothing_and_says_who_was_first(small):
    answered(small, 0, GapAnswer.ACCURATE)

    second = answer_gap_check(small.plans, "G-0", GapAnswer.COMPLETE, small.asker(BEN))

    assert not second.changed
    assert second.check.answered_by == ANA
    assert small.stage("STG-901").status is Status.IN_PROGRESS


def test_an_answer_can_be_undone_and_the_question_is_open_again(small):
    done = answered(small, 0, GapAnswer.COMPLETE)

    undo(small.plans, done.operation, small.asker(now=LATER))

    assert small.stage("STG-901").status is Status.IN_PROGRESS
    with small.plans.reading(small.workspace_id) as plan:
        assert plan.gap_check("G-0").answer is None
