"""Undo: everything one answer changed, unless somebody changed it since."""

import pytest

from bot.domain.entries import CompletedTask, IssueEntry, ProgressEntry
from bot.domain.issues import Severity
from bot.domain.people import Role
from bot.domain.plan import Status
from bot.domain.progress import Progress
from bot.errors import UserError
from bot.usecases.away import set_away
from bot.usecases.file_issue import file_issue
from bot.usecases.log_progress import log_progress
from bot.usecases.roles import give_role
from bot.usecases.undo import undo
from tests.builders import ANA, BEN, CARA, SmallPlan


@pytest.fixture
def small(tmp_path):
    return SmallPlan(tmp_path)


def logged(small, permille=500, member=ANA, **said):
    entry = ProgressEntry(stage_key="STG-901", progress=Progress(permille), **said)
    return log_progress(small.plans, entry, small.asker(member)).operation


def fields(stage):
    return (stage.status, stage.progress, stage.last_progress_at)


def test_undo_brings_everything_of_an_answer_back(small):
    before = small.stage("STG-901")
    operation = logged(
        small,
        tasks_done=(CompletedTask(key="TASK-901", actual_minutes=60),),
        discovered=("New one",),
        blockers=("In the way",),
        note="oops",
    )

    undo(small.plans, operation, small.asker())

    assert fields(small.stage("STG-901")) == fields(before)
    assert small.task("TASK-901").status is Status.NOT_STARTED
    with small.plans.reading(small.workspace_id) as plan:
        assert [task.key for task in plan.tasks()] == ["TASK-901", "TASK-902"]
        assert plan.issues() == []
        assert plan.last_update("STG-901") is None


def test_undoing_the_undo_brings_it_back_again(small):
    operation = logged(small, blockers=("In the way",))
    back = undo(small.plans, operation, small.asker())

    undo(small.plans, back.operation, small.asker())

    assert small.stage("STG-901").progress == Progress(500)
    with small.plans.reading(small.workspace_id) as plan:
        assert [issue.title for issue in plan.issues()] == ["In the way"]


def test_undo_without_a_name_takes_the_members_own_last_change(small):
    logged(small, 500, ANA)
    logged(small, 600, BEN)

    with pytest.raises(UserError, match="changed again since"):
        undo(small.plans, None, small.asker(ANA))

    undo(small.plans, None, small.asker(BEN))
    undo(small.plans, None, small.asker(ANA))
    assert small.stage("STG-901").progress == Progress(383)


def test_a_later_change_of_the_same_fields_is_never_wiped(small):
    operation = logged(small, 500, ANA)
    logged(small, 600, BEN)

    with pytest.raises(UserError, match=BEN):
        undo(small.plans, operation, small.asker(ANA))

    assert small.stage("STG-901").progress == Progress(600)


def test_an_operation_is_undone_once(small):
    operation = logged(small)
    undo(small.plans, operation, small.asker())

    with pytest.raises(UserError, match="already undone"):
        undo(small.plans, operation, small.asker())


def test_the_same_click_twice_undoes_once(small):
    operation = logged(small)
    undo(small.plans, operation, small.asker(cause="act:1"))

    undo(small.plans, operation, small.asker(cause="act:1"))

    assert small.stage("STG-901").progress == Progress(383)


def test_only_the_actor_the_lead_or_an_admin_undoes(small):
    operation = logged(small, 500, ANA)

    with pytest.raises(UserError, match="who did it, or a lead can undo that"):
        undo(small.plans, operation, small.asker(BEN))

    undo(small.plans, operation, small.asker(CARA))
    assert small.stage("STG-901").progress == Progress(383)


def test_who_became_a_viewer_changes_nothing_of_the_plan_by_undoing(small):
    operation = logged(small, member=BEN)
    away = small.asker(BEN)
    set_away(small.plans, "until further notice", away)
    give_role(small.plans, BEN, Role.VIEWER, small.asker(CARA))

    with pytest.raises(UserError, match=f"can't change the plan here; <@{CARA}>"):
        undo(small.plans, operation, small.asker(BEN))
    undo(small.plans, away.operation, small.asker(BEN))  # their own words, not the role since

    with small.plans.reading(small.workspace_id) as plan:
        assert plan.person(BEN).away_since is None
        assert plan.person(BEN).role is Role.VIEWER
    assert small.stage("STG-901").progress == Progress(500)


def test_nothing_to_undo_is_said(small):
    with pytest.raises(UserError, match="nothing of yours"):
        undo(small.plans, None, small.asker())


def test_a_filed_issue_is_withdrawn(small):
    done = file_issue(
        small.plans, IssueEntry(title="By mistake", severity=Severity.BLOCKER), small.asker()
    )

    undo(small.plans, done.operation, small.asker())

    with small.plans.reading(small.workspace_id) as plan:
        assert plan.issues() == []
        assert plan.issue(done.issue.key).removed_at is not None
