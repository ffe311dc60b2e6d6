"""An update whose answer is lost, and what members do before its outcome is known."""

from dataclasses import replace

import pytest

from bot.domain.airtable.state import PULLED, PushState
from bot.domain.plan import Status
from bot.errors import OutageError
from bot.usecases.airtable.settle_conflict import settle_conflict
from bot.usecases.undo import undo
from tests.airtable.agreeing import differences
from tests.airtable.bases import STAGES
from tests.airtable.builders import a_task, an_issue, stage_of

EARLIER = {"notes": "earlier", "status": Status.IN_PROGRESS, "owner_text": "OPS-001"}
SENT = {"notes": "sent", "status": Status.BLOCKED, "owner_text": "DATA-002"}
LATER = {"notes": "later", "status": Status.COMPLETE, "owner_text": "DATA-003"}
CELLS = {"notes": "Notes", "status": "Status", "owner_text": "Assigned To"}
WORDS = {Status.IN_PROGRESS: "In Progress", Status.BLOCKED: "Blocked", Status.COMPLETE: "Done"}
BLANKS = {"notes": "", "owner_text": None}
FIELDS = pytest.mark.parametrize("field", SENT)
WAYS = pytest.mark.parametrize("way", ["look-up", "feed", "everything", "time"])


@pytest.fixture
def stage(world):
    """A stage of which both sides say the same."""
    world.save(replace(stage_of(world), **EARLIER))
    settle(world)
    return stage_of(world)


def settle(world):
    """Let both sides come to rest."""
    for _ in range(3):
        world.later(seconds=4)
        world.push()
        world.pull()


def lose(world, item, *, kind="drop_after_commit"):
    """Write a change whose answer is lost; returns its operation."""
    world.save(item)
    operation = f"op{world.operations}"
    world.server.fail(kind, method="PATCH")
    with pytest.raises(OutageError):
        world.push()
    return operation


def learn(world, way):
    """Learn what became of the write."""
    if way == "time":
        world.server.set_scopes(
            {"data.records:read", "data.records:write", "schema.bases:read", "user.email:read"}
        )
        world.later(days=8)
    world.later(seconds=4)
    if way == "everything":
        world.read_all()
    elif way != "look-up":
        world.pull()


def type_there(world, item, cells):
    """Change cells of a stage's record as a person does."""
    record = world.link("stage", item.key).record_id
    world.server.person().update(world.base_id, STAGES, record, cells)


def by_airtable(world, kind, key):
    """Return the changes of an item that came from the base."""
    with world.plans.reading(world.workspace_id) as plan:
        found = plan.changes(kind=kind, key=key, limit=100)
    return [each for each in found if each.why.operation.startswith(PULLED) and each.before]


def assert_ours(world, kind, key):
    """Assert that both sides are alike, and that nobody in the base is asked or named for it."""
    settle(world)
    assert by_airtable(world, kind, key) == []
    with world.plans.reading(world.workspace_id) as plan:
        assert plan.conflicts(open_only=False) == []
    assert differences(world) == []
    assert world.queue() == []


@FIELDS
@WAYS
def test_a_later_change_is_written_over_what_was_sent(world, stage, field, way):
    lose(world, replace(stage, **{field: SENT[field]}))
    world.save(replace(stage_of(world), **{field: LATER[field]}))

    learn(world, way)

    assert_ours(world, "stage", stage.key)
    there = world.row("stage", stage.key)[CELLS[field]]
    assert there == WORDS.get(LATER[field], LATER[field])


@FIELDS
@WAYS
def test_an_undo_is_written_over_what_was_sent(world, stage, field, way):
    operation = lose(world, replace(stage, **{field: SENT[field]}))
    undo(world.plans, operation, world.asker())

    learn(world, way)

    assert_ours(world, "stage", stage.key)
    assert getattr(stage_of(world), field) == EARLIER[field]


@pytest.mark.parametrize("field", BLANKS)
@WAYS
def test_a_blank_is_written_over_what_was_sent(world, stage, field, way):
    lose(world, replace(stage, **{field: SENT[field]}))
    world.save(replace(stage_of(world), **{field: BLANKS[field]}))

    learn(world, way)

    assert_ours(world, "stage", stage.key)
    assert CELLS[field] not in world.row("stage", stage.key)


@pytest.mark.parametrize("field", BLANKS)
@WAYS
def test_a_later_change_is_written_over_a_blank_that_was_sent(world, stage, field, way):
    lose(world, replace(stage, **{field: BLANKS[field]}))
    world.save(replace(stage_of(world), **{field: LATER[field]}))

    learn(world, way)

    assert_ours(world, "stage", stage.key)
    assert world.row("stage", stage.key)[CELLS[field]] == LATER[field]


@pytest.mark.parametrize("field", BLANKS)
@WAYS
def test_an_undo_is_written_over_a_blank_that_was_sent(world, stage, field, way):
    operation = lose(world, replace(stage, **{field: BLANKS[field]}))
    undo(world.plans, operation, world.asker())

    learn(world, way)

    assert_ours(world, "stage", stage.key)
    assert world.row("stage", stage.key)[CELLS[field]] == EARLIER[field]


@WAYS
def test_a_name_of_which_a_part_was_sent_is_agreed_as_a_whole(world, stage, way):
    lose(world, replace(stage, name="Sent"))
    world.save(replace(stage_of(world), code="BQX-9"))

    learn(world, way)

    assert_ours(world, "stage", stage.key)


@WAYS
@pytest.mark.parametrize("later", ["1.5.3", None, "undo"])
def test_a_link_that_was_sent_is_ours(world, later, way):
    first, second = stage_of(world, "1.5.1"), stage_of(world, "1.5.2")
    world.save(a_task(2, stage_key=first.key))
    settle(world)
    task = world.item("task", "TASK-002")
    operation = lose(world, replace(task, stage_key=second.key))
    if later == "undo":
        undo(world.plans, operation, world.asker())
    else:
        key = stage_of(world, later).key if later else None
        world.save(replace(task, stage_key=key))

    learn(world, way)

    assert_ours(world, "task", "TASK-002")


@WAYS
@pytest.mark.parametrize("later", [("1.5.3",), (), "undo"])
def test_a_list_of_links_that_was_sent_is_ours(world, later, way):
    first, second = stage_of(world, "1.5.1"), stage_of(world, "1.5.2")
    world.save(an_issue(1, stage_keys=(first.key,)))
    settle(world)
    issue = world.item("issue", "ISS-001")
    operation = lose(world, replace(issue, stage_keys=(second.key,)))
    if later == "undo":
        undo(world.plans, operation, world.asker())
    else:
        keys = tuple(stage_of(world, each).key for each in later)
        world.save(replace(issue, stage_keys=keys))
    wanted = world.item("issue", "ISS-001").stage_keys

    learn(world, way)

    assert_ours(world, "issue", "ISS-001")
    assert world.item("issue", "ISS-001").stage_keys == wanted


@WAYS
@pytest.mark.parametrize("is_lost", [True, False])
@pytest.mark.parametrize("later", [("TASK-002",), (), "undo"])
def test_remediation_tasks_that_were_sent_from_the_tasks_side_are_ours(world, later, is_lost, way):
    world.save(a_task(2))
    world.save(an_issue(1))
    settle(world)
    issue = replace(world.item("issue", "ISS-001"), remediation_task_keys=("TASK-001",))
    if is_lost:
        operation = lose(world, issue)
    else:
        world.save(issue)
        operation = f"op{world.operations}"
        world.push()
    if later == "undo":
        undo(world.plans, operation, world.asker())
    else:
        world.save(replace(issue, remediation_task_keys=later))
    wanted = world.item("issue", "ISS-001").remediation_task_keys

    learn(world, way)

    assert_ours(world, "issue", "ISS-001")
    assert world.item("issue", "ISS-001").remediation_task_keys == wanted


@WAYS
def test_a_remediation_task_whose_making_was_not_answered_may_be_taken_away_again(world, way):
    world.save(an_issue(1))
    settle(world)
    world.save(a_task(2))
    issue = world.item("issue", "ISS-001")
    lose(world, replace(issue, remediation_task_keys=("TASK-002",)))
    world.save(replace(issue, remediation_task_keys=()))

    learn(world, way)

    assert_ours(world, "issue", "ISS-001")
    assert world.item("issue", "ISS-001").remediation_task_keys == ()


@WAYS
def test_a_write_that_never_arrived_is_made_again_with_what_was_said_since(world, stage, way):
    lose(world, replace(stage, notes="sent"), kind="drop_before")
    world.save(replace(stage_of(world), notes="later"))

    learn(world, way)

    assert_ours(world, "stage", stage.key)
    assert world.row("stage", stage.key)["Notes"] == "later"


@FIELDS
@WAYS
def test_a_third_value_is_somebodys_and_is_asked_about(world, stage, field, way):
    third = {"notes": "Mara's", "status": "Todo", "owner_text": "MARA-001"}[field]
    lose(world, replace(stage, **{field: SENT[field]}))
    type_there(world, stage, {CELLS[field]: third})
    world.save(replace(stage_of(world), **{field: LATER[field]}))

    learn(world, way)
    settle(world)

    assert len(world.conflicts()) == 1
    assert world.row("stage", stage.key)[CELLS[field]] == third
    assert getattr(stage_of(world), field) == LATER[field]


def test_a_click_on_another_conflict_leaves_the_outcome_to_be_looked_up(world, stage):
    type_there(world, stage, {"Description": "Mara's"})
    world.save(replace(stage, description="Ana's"))
    world.pull()
    lose(world, replace(stage_of(world), notes="sent"))
    world.save(replace(stage_of(world), notes="later"))

    [conflict] = world.conflicts()
    settle_conflict(world.plans, conflict.key, "plan", world.asker())

    assert [each.state for each in world.queue()] == [PushState.SENT]
    settle(world)
    assert world.conflicts() == []
    assert world.row("stage", stage.key)["Notes"] == "later"
    assert world.row("stage", stage.key)["Description"] == "Ana's"


def test_what_was_sent_counts_no_more_once_its_outcome_is_known(world, stage):
    lose(world, replace(stage, notes="sent"))
    world.later(seconds=4)
    world.push()
    type_there(world, stage, {"Notes": "Mara's"})
    world.later(seconds=4)
    world.pull()

    type_there(world, stage, {"Notes": "sent"})
    world.read_all()

    assert stage_of(world).notes == "sent"


def test_an_answer_that_was_heard_and_then_changed_there_is_not_taken_for_ours(world, stage):
    world.save(replace(stage, notes="sent"))
    world.push()
    type_there(world, stage, {"Notes": "Mara's"})
    world.read_all()
    assert stage_of(world).notes == "Mara's"

    type_there(world, stage, {"Notes": "sent"})
    world.read_all()

    assert stage_of(world).notes == "sent"
