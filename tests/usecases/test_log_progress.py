"""Logging progress: what is written, what is asked first, and that nothing is written twice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.effects import EffectKind, EffectState
from bot.domain.entries import CompletedTask, Concern, ProgressEntry
from bot.domain.issues import IssueStatus, Severity
from bot.domain.outcomes import ProgressAsked, ProgressLogged
from bot.domain.plan import Status
from bot.domain.progress import Progress
from bot.errors import UserError
from bot.usecases.log_progress import log_progress
from tests.builders import ANA, BEN, SmallPlan
from tests.conftest import MONDAY

COUNTED = Progress.counted(129, 336)


@pytest.fixture
def small(tmp_path):
    return SmallPlan(tmp_path)


def entry(**said):
    return ProgressEntry(**{"stage_key": "STG-901", "progress": COUNTED, **said})


def test_progress_is_written_with_who_when_and_before_and_after(small):
    done = log_progress(small.plans, entry(note="BQX backfill"), small.asker())

    assert isinstance(done, ProgressLogged)
    assert (done.before.progress, done.after.progress) == (Progress(383), COUNTED)
    assert small.stage("STG-901").progress == COUNTED
    with small.plans.reading(small.workspace_id) as plan:
        change = plan.changes(kind="stage", key="STG-901")[0]
        update = plan.last_update("STG-901")
    assert (change.why.actor_id, change.why.at) == (ANA, MONDAY)
    assert set(change.before) == set(change.after)
    assert update.note == "BQX backfill"


def test_work_on_a_stage_starts_it(small):
    log_progress(small.plans, entry(stage_key="STG-902"), small.asker())

    stage = small.stage("STG-902")
    assert stage.status is Status.IN_PROGRESS
    assert stage.started_at == stage.last_progress_at == MONDAY


def test_a_start_that_nobody_recorded_stays_unknown(small):
    log_progress(small.plans, entry(), small.asker())

    assert small.stage("STG-901").started_at is None


def test_done_completes_the_stage_and_a_full_counter_does_not(small):
    log_progress(small.plans, entry(progress=Progress.counted(336, 336)), small.asker())
    assert small.stage("STG-901").status is Status.IN_PROGRESS

    log_progress(small.plans, entry(progress=Progress(1000), complete=True), small.asker())
    assert small.stage("STG-901").status is Status.COMPLETE
    assert small.stage("STG-901").completed_at == MONDAY


@pytest.mark.parametrize(
    ("key", "said", "concern"),
    [
        ("STG-901", {"progress": Progress(100)}, Concern.BACKWARDS),
        ("STG-903", {"progress": Progress(500)}, Concern.COMPLETED),
        ("STG-903", {"progress": None, "note": "one more thing"}, Concern.COMPLETED),
        ("STG-901", {"seen_revision": 77}, Concern.CHANGED),
    ],
)
def test_what_looks_wrong_is_asked_first_and_nothing_is_written(small, key, said, concern):
    before = small.stage(key)

    asked = log_progress(small.plans, entry(stage_key=key, **said), small.asker())

    assert isinstance(asked, ProgressAsked)
    assert asked.concern is concern
    assert small.stage(key) == before


def test_what_was_asked_and_accepted_is_written(small):
    log_progress(small.plans, entry(progress=Progress(100)), small.asker())

    log_progress(
        small.plans,
        entry(progress=Progress(100), accepted=frozenset({Concern.BACKWARDS})),
        small.asker(),
    )

    assert small.stage("STG-901").progress == Progress(100)


def test_two_people_editing_one_stage_the_second_is_asked(small):
    seen = small.stage("STG-901").revision
    log_progress(small.plans, entry(seen_revision=seen), small.asker(BEN))

    asked = log_progress(
        small.plans, entry(seen_revision=seen, progress=Progress(500)), small.asker(ANA)
    )

    assert isinstance(asked, ProgressAsked)
    assert asked.concern is Concern.CHANGED
    assert asked.last_update.member_id == BEN


def test_the_same_form_sent_twice_is_logged_once(small):
    twice = entry(discovered=("Check nulls",), blockers=("No quota",))
    log_progress(small.plans, twice, small.asker(cause="view:V1:h"))

    again = log_progress(small.plans, twice, small.asker(cause="view:V1:h"))

    assert again.again
    assert [task.title for task in again.tasks_added] == ["Check nulls"]
    with small.plans.reading(small.workspace_id) as plan:
        assert len(plan.issues()) == 1
        assert len(plan.tasks(stage_key="STG-901")) == 3


def test_tasks_are_completed_with_hours_and_discovered_ones_are_added(small):
    done = log_progress(
        small.plans,
        entry(
            tasks_done=(CompletedTask(key="TASK-901", actual_minutes=390),),
            discovered=("Check nulls",),
        ),
        small.asker(),
    )

    task = small.task("TASK-901")
    assert (task.status, task.actual_minutes, task.owner_id) == (Status.COMPLETE, 390, ANA)
    assert done.tasks_added[0].stage_key == "STG-901"


def test_a_level_1_blocker_becomes_an_issue_blocks_the_stage_and_is_announced(small):
    done = log_progress(
        small.plans,
        entry(blockers=("Aurora writer down",), blocker_severity=Severity.BLOCKER),
        small.asker(),
    )

    issue = done.issues[0]
    assert (issue.key, issue.status) == ("ISS-001", IssueStatus.OPEN)
    assert issue.stage_keys == ("STG-901",)
    assert small.stage("STG-901").status is Status.BLOCKED
    with small.plans.reading(small.workspace_id) as plan:
        kinds = {each.effect.kind for each in plan.deliveries(EffectState.PENDING)}
    assert EffectKind.ISSUE_ROOT in kinds


def test_a_stage_removed_meanwhile_is_said_and_nothing_is_written(small):
    with small.plans.changing(small.workspace_id) as plan:
        gone = replace(small.stage("STG-901"), removed_at=MONDAY)
        plan.save(gone, small.asker().why())

    with pytest.raises(UserError, match="removed"):
        log_progress(small.plans, entry(), small.asker())


def test_nothing_said_is_refused(small):
    with pytest.raises(UserError, match="nothing to log"):
        log_progress(small.plans, entry(progress=None, note="  "), small.asker())


@pytest.mark.parametrize("note", ["<!channel> *_~ =1+1", "x" * 3000, "ünï\u202ecode 🚀"])
def test_a_note_is_kept_as_it_was_typed(small, note):
    log_progress(small.plans, entry(note=note), small.asker())

    with small.plans.reading(small.workspace_id) as plan:
        assert plan.last_update("STG-901").note == note


def test_a_later_word_moves_last_progress(small):
    later = MONDAY + timedelta(days=3)

    log_progress(small.plans, entry(progress=None, note="still here"), small.asker(now=later))

    assert small.stage("STG-901").last_progress_at == later
    assert small.stage("STG-901").progress == Progress(383)
