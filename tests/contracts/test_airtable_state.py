"""What is kept between two looks at a base. Runs on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.airtable.state import PULLED, BaseState, PushState
from tests.conftest import MONDAY
from tests.contracts.samples import BASE, CONFLICT, ISSUE, LINK, PUSH, STAGE, TASK, why


@pytest.fixture
def changing(plans, home):
    """Open the plan of a workspace to write."""
    return lambda: plans.changing(home.id)


@pytest.fixture
def reading(plans, home):
    """Open the plan of a workspace to read."""
    return lambda: plans.reading(home.id)


def test_a_base_comes_back_as_it_was_kept(changing, reading):
    with reading() as plan:
        assert plan.airtable_base() is None

    with changing() as plan:
        plan.put_airtable_base(BASE)

    with reading() as plan:
        assert plan.airtable_base() == BASE


def test_a_workspace_has_one_base(changing, reading):
    other = replace(BASE, base_id="appOTHER000000001", name="Other", troubles=())
    with changing() as plan:
        plan.put_airtable_base(BASE)
        plan.put_airtable_base(other)

    with reading() as plan:
        assert plan.airtable_base() == other


def test_forgetting_a_base_forgets_links_queue_and_conflicts(changing, reading):
    with changing() as plan:
        plan.save(STAGE, why())
        plan.put_airtable_base(BASE)
        plan.put_link(LINK)
        plan.queue_push(PUSH)
        plan.put_conflict(CONFLICT)
        plan.put_airtable_base(None)

    with reading() as plan:
        assert plan.airtable_base() is None
        assert plan.record_links() == []
        assert plan.queued_pushes() == []
        assert plan.conflicts(open_only=False) == []
        assert plan.stage(STAGE.key) is not None


def test_a_link_is_found_by_its_item_and_by_its_record(changing, reading):
    with changing() as plan:
        plan.put_link(LINK)

    with reading() as plan:
        assert plan.record_link("stage", LINK.key) == LINK
        assert plan.link_of_record(LINK.record_id) == LINK
        assert plan.links_of_records([LINK.record_id, "recNOWHERE0000001"]) == {
            LINK.record_id: LINK
        }
        assert plan.linked_records(LINK.table_id) == {LINK.record_id: ("stage", LINK.key)}
        assert plan.record_links("task") == []
        assert plan.record_link("task", LINK.key) is None


def test_more_links_are_asked_for_than_one_question_holds(changing, reading):
    links = [
        replace(LINK, key=f"STG-{number:04}", record_id=f"rec{number:014}")
        for number in range(1_100)
    ]
    with changing() as plan:
        for link in links:
            plan.put_link(link)

    with reading() as plan:
        found = plan.links_of_records(link.record_id for link in links)
        assert list(found.values()) == links


def test_a_link_that_was_dropped_leaves_its_item_unlinked(changing, reading):
    with changing() as plan:
        plan.save(STAGE, why())
        plan.put_link(LINK)
        assert plan.unlinked_items("stage") == []
        plan.drop_link("stage", LINK.key)

    with reading() as plan:
        assert [item.key for item in plan.unlinked_items("stage")] == [STAGE.key]
        assert plan.link_of_record(LINK.record_id) is None


def test_what_was_removed_from_the_plan_is_not_unlinked(changing, reading):
    with changing() as plan:
        plan.save(replace(TASK, removed_at=MONDAY), why())

    with reading() as plan:
        assert plan.unlinked_items("task") == []


def test_the_queue_is_read_oldest_first_and_holds_an_item_once(changing, reading):
    later = [
        replace(PUSH, key=f"STG-00{number}", since=MONDAY - timedelta(minutes=number))
        for number in (1, 2, 3)
    ]
    again = replace(PUSH, key="STG-002", state=PushState.WAITING, error="", since=MONDAY)
    with changing() as plan:
        for push in (*later, again):
            plan.queue_push(push)

    with reading() as plan:
        assert [push.key for push in plan.queued_pushes()] == ["STG-003", "STG-001", "STG-002"]
        assert plan.queued_pushes(limit=1) == [later[2]]
        assert plan.queued_pushes()[-1] == again

    with changing() as plan:
        plan.drop_push("stage", "STG-003")
        assert [push.key for push in plan.queued_pushes()] == ["STG-001", "STG-002"]


def test_a_settled_conflict_is_kept_and_not_open(changing, reading):
    settled = replace(CONFLICT, choice="plan", settled_by="U1", settled_at=MONDAY)
    with changing() as plan:
        plan.put_conflict(CONFLICT)
        assert plan.conflicts() == [CONFLICT]
        plan.put_conflict(settled)

    with reading() as plan:
        assert plan.conflicts() == []
        assert plan.conflicts(open_only=False) == [settled]
        assert plan.conflict(CONFLICT.key) == settled


def test_saving_an_item_of_a_connected_base_queues_it(changing, reading):
    with changing() as plan:
        plan.put_airtable_base(BASE)
    with changing() as plan:
        plan.save(STAGE, why())
        plan.save(TASK, why())  # the base has no table of tasks

    with reading() as plan:
        assert [(push.kind, push.key) for push in plan.queued_pushes()] == [("stage", STAGE.key)]


@pytest.mark.parametrize("state", [None, BaseState.PROPOSED])
def test_nothing_is_queued_while_no_base_is_connected(changing, reading, state):
    with changing() as plan:
        plan.put_airtable_base(replace(BASE, state=state) if state else None)
    with changing() as plan:
        plan.save(STAGE, why())
        plan.save(ISSUE, why())

    with reading() as plan:
        assert plan.queued_pushes() == []


def test_what_came_from_the_base_is_not_queued_for_it(changing, reading):
    with changing() as plan:
        plan.put_airtable_base(BASE)
    with changing() as plan:
        plan.save(STAGE, why(f"{PULLED}1"))

    with reading() as plan:
        assert plan.queued_pushes() == []
