"""The base's schema moves: renames are followed, the rest is told once, waits and goes on."""

from dataclasses import replace

import pytest

from bot.domain.airtable.state import PullMode, PushState
from bot.domain.effects import EffectKind, EffectState
from bot.domain.plan import Member, Status
from bot.domain.progress import Progress
from bot.usecases.airtable.connect import connect_base
from bot.usecases.airtable.look import look_at_base
from tests.airtable.bases import STAGES, TASKS, plan_base
from tests.airtable.conftest import PHASE_ROWS, STAGE_ROWS, TASK_ROWS
from tests.airtable.world import running_world
from tests.plans import fresh_plans

GONE_LINK = (
    "The field “Remediation Tasks” in “Issues” has become singleLineText, it was"
    " multipleRecordLinks; it is left alone."
)
ADMIN = Member(id="U0ADMIN01", name="Ada", zone="UTC", is_admin=True)


@pytest.fixture
def world(world):
    with world.plans.changing(world.workspace_id) as plan:
        plan.put_member(ADMIN)
    return world


@pytest.fixture
def mara(world):
    return world.server.person()


def notices(world):
    """Return what the admins were told."""
    with world.plans.reading(world.workspace_id) as plan:
        told = [each for state in EffectState for each in plan.deliveries(state)]
        return [
            each.effect.payload["notice"]
            for each in told
            if each.effect.kind is EffectKind.AIRTABLE_NOTICE
        ]


def stage(world, ref="1.5.2"):
    return next(each for each in world.items("stage") if each.ref == ref)


def cell(world, name, ref="1.5.2"):
    return world.row("stage", stage(world, ref).key).get(name)


def texts(world):
    return [trouble.text for trouble in world.base().troubles]


def held(world):
    return [push.key for push in world.queue() if push.state is PushState.HELD]


def settle(world):
    """Look, and write what waits."""
    world.later(minutes=1)
    world.pull()
    world.push()


def test_renamed_tables_and_fields_are_followed_in_silence(world, mara):
    mara.rename_table(world.base_id, STAGES, "Steps")
    mara.rename_field(world.base_id, STAGES, "Status", "State")
    world.save(replace(stage(world), status=Status.BLOCKED, notes="Waits"))

    settle(world)

    assert (cell(world, "State"), cell(world, "Notes")) == ("Blocked", "Waits")
    mapped = world.base().mapping.of_kind("stage")
    assert (mapped.name, mapped.fields["status"].name) == ("Steps", "State")
    assert (texts(world), notices(world)) == ([], [])


@pytest.mark.parametrize("told_by", ["the feed", "a write"])
def test_a_deleted_field_is_told_once_and_everything_else_goes_on(world, mara, told_by):
    world.save(replace(stage(world), notes="Kept here", progress=Progress(500)))
    settle(world)
    mara.delete_field(world.base_id, STAGES, "Notes")
    world.save(replace(stage(world), notes="Said later", progress=Progress(600)))

    if told_by == "a write":
        world.push()
    settle(world)
    settle(world)

    assert stage(world).notes == "Said later"
    assert cell(world, "Progress") == 0.6
    assert texts(world) == [
        "The field “Notes” is gone from “Stages”; what it said stays in the plan."
    ]
    assert len(notices(world)) == 1
    assert held(world) == []


def test_what_a_deleted_field_said_is_kept_when_another_field_is_written(world, mara):
    world.save(replace(stage(world), notes="Kept here"))
    settle(world)
    mara.delete_field(world.base_id, STAGES, "Notes")
    world.save(replace(stage(world), progress=Progress(600)))

    world.push()  # before any look: the answer lacks the cell
    settle(world)

    assert stage(world).notes == "Kept here"


def test_a_field_of_a_name_of_two_parts_that_is_gone_changes_no_name(world, mara):
    before = stage(world)
    mara.delete_field(world.base_id, STAGES, "Stage Code")

    settle(world)

    assert stage(world) == before
    assert world.conflicts() == []


def test_a_retyped_field_is_left_alone_and_goes_on_when_it_is_changed_back(world, mara):
    mara.retype_field(world.base_id, STAGES, "Duration", "checkbox")
    settle(world)
    [text] = texts(world)
    assert text == (
        "The field “Duration” in “Stages” has become checkbox, it was singleLineText; it is left"
        " alone."
    )
    assert stage(world).duration.text == "4-6 hours"
    mara.retype_field(world.base_id, STAGES, "Duration", "singleLineText")
    settle(world)

    assert texts(world) == []
    mara.update(world.base_id, STAGES, "recSTAGE000000002", {"Duration": "2 days"})
    settle(world)
    assert stage(world).duration.text == "2 days"
    assert len(notices(world)) == 1


def test_a_renamed_option_is_followed_in_silence(world, mara):
    mara.rename_option(world.base_id, STAGES, "Status", "Done", "Finished")
    mara.rename_option(world.base_id, STAGES, "Status", "Blocked", "Stuck")
    mara.update(world.base_id, STAGES, "recSTAGE000000002", {"Status": "Finished"})
    settle(world)
    assert stage(world).status is Status.COMPLETE

    world.save(replace(stage(world, "1.5.1"), status=Status.BLOCKED))
    settle(world)

    assert cell(world, "Status", "1.5.1") == "Stuck"
    assert (texts(world), notices(world), world.conflicts()) == ([], [], [])


def test_two_options_that_swap_their_names_swap_their_meanings(world, mara):
    for old, new in (("Todo", "x"), ("Done", "Todo"), ("x", "Done")):
        mara.rename_option(world.base_id, STAGES, "Status", old, new)
    before = {each.ref: each.status for each in world.items("stage")}

    world.read_all()

    assert {each.ref: each.status for each in world.items("stage")} == before
    words = world.base().mapping.of_kind("stage").fields["status"].words
    assert (words["Todo"], words["Done"]) == ("complete", "not started")


def test_a_rename_is_no_word_of_airtables_against_the_plans(world, mara):
    mara.rename_option(world.base_id, STAGES, "Status", "In Progress", "Doing")
    world.save(replace(stage(world), status=Status.BLOCKED))

    world.push()
    world.read_all()
    settle(world)

    assert cell(world, "Status") == "Blocked"
    assert world.conflicts() == []


def test_a_removed_option_holds_only_what_needs_it_and_costs_no_calls(world, mara):
    mara.remove_option(world.base_id, STAGES, "Status", "Blocked")
    mara.update(world.base_id, STAGES, "recSTAGE000000003", {"Notes": "So that a look sees it"})
    world.read_all()
    assert texts(world) == [
        "The option “Blocked” is gone from “Status” in “Stages”; changes that need it wait."
    ]
    world.save(replace(stage(world), status=Status.BLOCKED))
    world.save(replace(stage(world, "1.5.3"), notes="Goes on"))
    world.server.clear_ledger()

    world.push()

    assert held(world) == [stage(world).key]
    assert cell(world, "Notes", "1.5.3") == "Goes on"
    assert len(world.calls()) == 1
    [waiting] = [push for push in world.queue() if push.state is PushState.HELD]
    assert "none of its options means that" in waiting.error

    mara.add_option(world.base_id, STAGES, "Status", "Blocked")
    world.read_all()
    world.push()
    assert cell(world, "Status") == "Blocked"
    assert (texts(world), held(world)) == ([], [])


def test_an_option_that_went_unseen_is_found_by_the_write_that_needs_it(world, mara):
    mara.remove_option(world.base_id, STAGES, "Status", "Blocked")
    world.save(replace(stage(world), status=Status.BLOCKED))

    world.push()
    assert "is gone from “Status”" in texts(world)[0]
    settle(world)

    assert held(world) == [stage(world).key]
    assert [notice.partition(":")[0] for notice in notices(world)] == ["trouble", "row"]


def test_another_option_of_the_same_meaning_takes_the_place_of_one_that_is_gone(tmp_path):
    status = {
        "choices": [{"name": name} for name in ("Todo", "Doing", "Blocked", "Done", "Shipped")]
    }
    base = plan_base(stages=STAGE_ROWS, phases=PHASE_ROWS)
    fields = base["tables"][1]["fields"]
    fields[2] = {**fields[2], "options": status}
    rows = [{**row, "fields": {**row["fields"], "Status": "Todo"}} for row in STAGE_ROWS]
    base["tables"][1]["records"] = rows
    with running_world(fresh_plans(tmp_path), [base]) as world:
        world.connect()
        mara = world.server.person()
        mara.remove_option(world.base_id, STAGES, "Status", "Done")
        world.read_all()
        world.save(replace(stage(world), status=Status.COMPLETE))
        world.push()

        assert cell(world, "Status") == "Shipped"


def test_a_new_option_that_says_what_it_means_is_taken(world, mara):
    mara.add_option(world.base_id, STAGES, "Status", "On hold")
    mara.update(world.base_id, STAGES, "recSTAGE000000003", {"Status": "On hold"})

    settle(world)

    assert stage(world, "1.5.3").status is Status.BLOCKED
    assert (texts(world), notices(world)) == ([], [])


def test_a_new_option_that_says_nothing_is_asked_about_once(world, mara):
    mara.add_option(world.base_id, STAGES, "Status", "Mauve")
    mara.update(world.base_id, STAGES, "recSTAGE000000002", {"Status": "Mauve"})

    settle(world)
    settle(world)

    assert stage(world).status is Status.IN_PROGRESS
    [text] = texts(world)
    assert text == (
        "The option “Mauve” is new in “Status” in “Stages”, and I can't tell the meaning. Records"
        " with such an option keep their last known state."
    )
    assert len(notices(world)) == 1


def test_an_option_nobody_understood_when_the_base_was_connected_is_no_drift(tmp_path):
    base = plan_base(stages=STAGE_ROWS, phases=PHASE_ROWS)
    status = base["tables"][1]["fields"][2]
    choices = [*status["options"]["choices"], {"name": "Mauve"}]
    base["tables"][1]["fields"][2] = {**status, "options": {"choices": choices}}
    with running_world(fresh_plans(tmp_path), [base]) as world:
        world.connect()
        world.read_all()

        assert texts(world) == []


def test_a_deleted_table_waits_and_goes_on_when_it_is_restored(world, mara):
    backup = restorable(world)
    mara.delete_table(world.base_id, TASKS)
    [task] = world.items("task")
    world.save(replace(task, status=Status.COMPLETE))
    world.save(replace(stage(world), notes="Goes on"))
    world.server.clear_ledger()

    world.push()
    settle(world)

    assert cell(world, "Notes") == "Goes on"
    assert texts(world) == [
        "The table “Tasks” is gone from the base; its tasks are left as they are.",
        GONE_LINK,
    ]
    assert [each.key for each in world.items("task")] == [task.key]
    assert [push.key for push in world.queue()] == [task.key]
    assert len(notices(world)) == 2
    assert len(world.calls()) < 15

    with restored(world, backup) as later:
        later.read_all()
        later.push()
        assert texts(later) == []
        assert later.row("task", task.key)["Status"] == "Done"
        assert later.queue() == []


def restorable(world):
    """Return the base as it is now, to serve again: what Airtable's trash gives back."""
    tables = [
        {**table, "records": world.rows(table["id"])}
        for table in world.server.schema(world.base_id)
    ]
    return {"id": world.base_id, "name": "Plan", "tables": tables}


def restored(world, base):
    return running_world(world.plans, [base])


def test_a_deleted_table_of_stages_loses_nothing(world, mara):
    before = [each.key for each in world.items("stage")]
    mara.delete_table(world.base_id, STAGES)

    settle(world)
    world.read_all()

    assert [each.key for each in world.items("stage")] == before
    assert "The table “Stages” is gone" in texts(world)[0]
    [task] = world.items("task")
    assert task.stage_key is not None  # the link went with the table, not by anybody's word


@pytest.mark.parametrize("change", ["delete_field", "delete_table"])
def test_without_a_feed_a_change_of_the_schema_loses_nothing_either(tmp_path, change):
    base = plan_base(phases=PHASE_ROWS, stages=STAGE_ROWS, tasks=TASK_ROWS)
    with running_world(fresh_plans(tmp_path), [base], permission="edit") as world:
        world.connect()
        assert world.base().mode is PullMode.MODIFIED
        mara = world.server.person()
        for row in STAGE_ROWS:
            mara.update(world.base_id, STAGES, row["id"], {"Notes": "Kept"})
        settle(world)
        assert {each.notes for each in world.items("stage")} == {"Kept"}

        if change == "delete_field":
            mara.delete_field(world.base_id, STAGES, "Notes")
        else:
            mara.delete_table(world.base_id, STAGES)
        mara.update(world.base_id, TASKS, "recTASK0000000001", {"Status": "Done"})
        if change == "delete_field":
            mara.update(world.base_id, STAGES, "recSTAGE000000001", {"Duration": "1 day"})
        settle(world)
        settle(world)

        assert {each.notes for each in world.items("stage")} == {"Kept"}
        assert "is gone from" in texts(world)[0]
        assert world.base().state.value == "connected"
        assert world.items("task")[0].status is Status.COMPLETE


def test_choosing_another_field_cures_as_well_as_restoring(world, mara):
    mara.delete_field(world.base_id, STAGES, "Notes")
    settle(world)
    world.save(replace(stage(world), notes="Waits for a field"))
    mara.add_field(world.base_id, STAGES, "Notes", "multilineText")

    look = look_at_base(world.airtable, world.base_id)
    connect_base(world.plans, world.airtable, world.workspace_id, look, (), clock=world.clock)
    world.push()

    assert texts(world) == []
    assert cell(world, "Notes") == "Waits for a field"
