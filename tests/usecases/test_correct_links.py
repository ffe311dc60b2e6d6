"""What a person corrected about a commit is honoured by every matching that follows."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.activity import Commit
from bot.domain.effects import EffectKind, EffectState
from bot.domain.evidence import LinkVerdict, SeenCommit
from bot.domain.matching import Tier
from bot.errors import UserError
from bot.usecases.correct_links import MAX_SHOWN, correct_link, linked_commits
from tests.builders import BEN, SmallPlan
from tests.conftest import MONDAY
from tests.findings import LINKS, report_of

STAGE, NEXT, TASK, TASK_WITHOUT_REF = "STG-901", "STG-902", "TASK-901", "TASK-902"


def commit(number, subject):
    """A commit; a higher number is younger."""
    made = Commit(
        sha=f"{number:040x}",
        author_name="Ben",
        author_email="ben@bqx.example",
        authored_at=MONDAY - timedelta(days=3) + timedelta(minutes=number),
        subject=subject,
        paths=("src/a.py",),
    )
    return SeenCommit(commit=made, repo="bqx", arrived_at=MONDAY)


OF_STAGE = commit(1, "Stage 1.5.4: rebuild the tables")
OF_TASK = commit(2, "TSK-1.5.4: drop the old index")
OF_NEXT = commit(3, "Stage 1.5.5: start with REG")
SHA = OF_STAGE.commit.sha


@pytest.fixture
def small(tmp_path):
    small = SmallPlan(tmp_path)
    with small.plans.changing(small.workspace_id) as plan:
        plan.put_commits([OF_NEXT, OF_STAGE, OF_TASK])
    return small


def linked(small, stage_key=STAGE):
    """The shas of a stage's commits, in the order in which they are shown."""
    found, total = linked_commits(small.plans, small.workspace_id, stage_key)
    assert total == len(found)
    return [one.seen.commit.sha for one in found]


def correct(small, wrong, right, *, sha=SHA, **asked):
    return correct_link(small.plans, sha, wrong, right, small.asker(**asked))


def decisions(small):
    with small.plans.reading(small.workspace_id) as plan:
        return {d.record_key: d.verdict for d in plan.link_decisions()}


def test_of_many_commits_the_newest_are_shown_and_all_are_counted(small):
    many = [commit(number, "Stage 1.1: create") for number in range(100, 105 + MAX_SHOWN)]
    with small.plans.changing(small.workspace_id) as plan:
        plan.put_commits(many)

    found, total = linked_commits(small.plans, small.workspace_id, "STG-903")

    assert total == MAX_SHOWN + 5
    assert [one.seen for one in found] == many[::-1][:MAX_SHOWN]


def test_a_moved_commit_belongs_there_because_a_person_said_so(small):
    correct(small, STAGE, NEXT)

    found, _ = linked_commits(small.plans, small.workspace_id, NEXT)
    [moved] = [one for one in found if one.seen.commit.sha == SHA]
    assert (moved.link.tier, moved.link.reason) == (Tier.PERSON, "a person linked it")
    assert linked(small, NEXT) == [OF_NEXT.commit.sha, SHA]


def test_a_commit_is_moved_to_a_task_of_the_same_stage(small):
    done = correct(small, STAGE, TASK_WITHOUT_REF)

    found, total = linked_commits(small.plans, small.workspace_id, STAGE)
    assert done.moved_to == "“Vacuum”"
    assert total == 2
    assert [one.record.key for one in found] == [TASK, TASK_WITHOUT_REF]


def test_a_correction_can_be_corrected_again(small):
    correct(small, STAGE, NEXT)

    correct(small, NEXT, STAGE)

    assert decisions(small) == {STAGE: LinkVerdict.CONFIRMED, NEXT: LinkVerdict.REJECTED}
    assert linked(small) == [OF_TASK.commit.sha, SHA]
    assert linked(small, NEXT) == [OF_NEXT.commit.sha]


def test_who_corrected_it_and_when_is_written_down(small):
    later = MONDAY + timedelta(hours=1)

    done = correct(small, STAGE, NEXT, member_id=BEN, now=later)

    with small.plans.reading(small.workspace_id) as plan:
        changes = plan.operation(done.operation)
        assert plan.delivery(f"{done.operation}#answer") is not None
    assert {change.key for change in changes} == {f"{SHA}:{STAGE}", f"{SHA}:{NEXT}"}
    assert {(c.why.actor_id, c.why.at, c.why.evidence) for c in changes} == {(BEN, later, SHA)}


def test_the_same_form_sent_twice_writes_once(small):
    first = correct(small, STAGE, NEXT, cause="view:1")
    with small.plans.reading(small.workspace_id) as plan:
        written = plan.operation(first.operation)

    again = correct(small, STAGE, NEXT, cause="view:1")

    assert again == first
    with small.plans.reading(small.workspace_id) as plan:
        assert plan.operation(first.operation) == written


def test_only_a_thread_that_shows_the_commit_shows_it_again(small):
    with small.plans.changing(small.workspace_id) as plan:
        plan.put_report(report_of((), links=(replace(LINKS[0], sha=SHA),)))

    correct(small, TASK, None, sha=OF_TASK.commit.sha)
    before = shown_again(small)
    correct(small, STAGE, None)

    assert before == []
    assert shown_again(small) == [{"report": report_of(()).key}]


def shown_again(small):
    with small.plans.reading(small.workspace_id) as plan:
        waiting = [each.effect for each in plan.deliveries(EffectState.PENDING)]
    return [one.payload for one in waiting if one.kind is EffectKind.GAP_DETAILS]


def remove(small, key):
    with small.plans.changing(small.workspace_id) as plan:
        plan.save(replace(plan.stage(key), removed_at=MONDAY), small.asker().why())


def test_a_stage_that_was_removed_meanwhile_can_not_be_chosen_and_nothing_is_written(small):
    remove(small, NEXT)

    with pytest.raises(UserError, match="not in the plan any more"):
        correct(small, STAGE, NEXT)

    assert decisions(small) == {}
    assert linked(small) == [OF_TASK.commit.sha, SHA]


def test_a_commit_of_a_stage_that_was_removed_meanwhile_can_still_be_moved(small):
    remove(small, STAGE)

    correct(small, STAGE, NEXT)

    assert SHA in linked(small, NEXT)
