"""Lost answers, refusals and penalties: nothing is lost, nothing is doubled."""

from contextlib import suppress
from dataclasses import replace

import pytest

from bot.domain.airtable.state import BaseState, PushState
from bot.domain.plan import Status
from bot.domain.progress import Progress
from bot.errors import OutageError
from bot.usecases.airtable.keeping import retry_now
from tests.airtable.agreeing import differences
from tests.airtable.bases import ISSUES, PHASES, STAGES, TASKS
from tests.airtable.builders import a_task, an_issue, stage_of, writes
from tests.waiting import until

LOST = ("drop_after_commit", "drop_before", "truncated", "crash_mid_batch", "500", "502", "503")


@pytest.mark.parametrize("kind", LOST)
def test_a_create_whose_answer_is_lost_is_one_record_and_no_conflict(world, kind):
    for number in range(2, 6):
        world.save(a_task(number, estimate_minutes=100))
    world.save(an_issue(1, remediation_task_keys=("TASK-002",)))
    world.server.fail(kind, method="PATCH", times=2)

    for _ in range(3):
        with suppress(OutageError):
            world.push()
        world.later(seconds=4)
    world.push()
    world.pull()

    assert len(world.rows(TASKS)) == 5
    assert len(world.rows(ISSUES)) == 1
    assert differences(world) == []
    assert world.conflicts() == []
    assert world.queue() == []


@pytest.mark.parametrize("kind", LOST)
def test_an_update_whose_answer_is_lost_arrives_once_and_no_conflict(world, kind):
    stage = stage_of(world)
    world.save(replace(stage, progress=Progress(250), status=Status.BLOCKED))
    world.server.fail(kind, method="PATCH")

    with pytest.raises(OutageError):
        world.push()
    world.later(seconds=4)
    world.push()
    world.pull()

    assert differences(world) == []
    assert world.conflicts() == []
    assert world.queue() == []


def test_an_answer_that_takes_too_long_is_looked_up_before_anything_is_sent_again(
    world, monkeypatch
):
    world.save(an_issue(1))
    world.server.fail("timeout_after_commit", method="PATCH", seconds=1)
    with monkeypatch.context() as patched:
        patched.setattr("bot.adapters.airtable.client.TIMEOUT_S", (60, 0.3))
        with pytest.raises(OutageError) as raised:
            world.push()
    assert raised.value.maybe_done
    until(lambda: world.rows(ISSUES))
    assert world.queue()[0].state is PushState.SENT

    world.push()
    assert len(writes(world)) == 1  # it is too early to look
    world.later(seconds=4)
    world.push()

    assert len(writes(world)) == 1
    assert world.link("issue", "ISS-001").made_here is True


def test_a_change_after_a_lost_answer_is_written_without_a_conflict(world):
    world.save(an_issue(1, root_cause="a full disk"))
    world.server.fail("drop_after_commit", method="PATCH")
    with pytest.raises(OutageError):
        world.push()

    world.save(replace(world.item("issue", "ISS-001"), root_cause="a slow disk"))
    world.later(seconds=4)
    world.push()

    assert world.row("issue", "ISS-001")["Root Cause"] == "a slow disk"
    assert world.conflicts() == []


def test_what_a_person_wrote_into_a_record_whose_answer_was_lost_stays(world):
    world.save(an_issue(1, root_cause="a full disk"))
    world.server.fail("drop_after_commit", method="PATCH")
    with pytest.raises(OutageError):
        world.push()
    mara = world.server.person()
    record = world.rows(ISSUES)[0]["id"]
    mara.update(world.base_id, ISSUES, record, {"Root Cause": "Mara knows", "Description": "More"})

    world.later(seconds=4)
    world.push()

    assert world.row("issue", "ISS-001")["Root Cause"] == "Mara knows"
    assert world.item("issue", "ISS-001").description == "More"
    assert [each.aspect for each in world.conflicts()] == ["root_cause"]


def test_a_503_says_when_to_come_back(world):
    world.save(an_issue(1))
    world.server.fail("503", method="PATCH", retry_after=7)

    with pytest.raises(OutageError) as raised:
        world.push()

    assert raised.value.retry_after_s == 7


@pytest.mark.parametrize("kind", ["429", "429_plural"])
def test_a_penalty_closes_the_gate_for_everybody(world, kind):
    world.save(an_issue(1))
    world.server.fail(kind)
    with pytest.raises(OutageError) as raised:
        world.push()
    assert 30 <= raised.value.retry_after_s <= 32
    asked = len(world.calls())

    with pytest.raises(OutageError):
        world.pull()
    assert len(world.calls()) == asked
    world.later(seconds=33)
    world.push()

    assert len(world.rows(ISSUES)) == 1


def test_a_spent_month_stops_all_calls_until_it_ends(world):
    world.save(an_issue(1))
    world.server.fail("billing")

    world.push()
    asked = len(world.calls())
    world.push()
    world.pull()

    assert len(world.calls()) == asked
    assert world.base().stopped_until.isoformat() == "2025-12-01T00:00:00+00:00"
    world.moment = world.base().stopped_until
    world.push()
    assert len(world.rows(ISSUES)) == 1


def test_a_record_that_was_deleted_meanwhile_becomes_a_question_and_costs_no_more_calls(world):
    mara = world.server.person()
    task = world.item("task", "TASK-001")
    mara.delete(world.base_id, TASKS, world.link("task", "TASK-001").record_id)
    world.save(replace(task, title="Rewritten"))

    world.push()

    [conflict] = world.conflicts()
    assert conflict.aspect == "row"
    asked = len(world.calls())
    world.save(replace(world.item("task", "TASK-001"), title="Once more"))
    for _ in range(3):
        world.push()
        world.later(seconds=10)
    assert len(world.calls()) == asked
    world.pull()
    world.read_all()
    assert world.item("task", "TASK-001").removed_at is None
    assert len(world.conflicts()) == 1


def test_the_other_rows_of_a_request_are_written_though_one_was_deleted(world):
    mara = world.server.person()
    for number in range(2, 12):
        world.save(a_task(number))
    world.push()
    mara.delete(world.base_id, TASKS, world.link("task", "TASK-007").record_id)

    for number in range(2, 12):
        world.save(replace(world.item("task", f"TASK-{number:03d}"), title=f"New {number}"))
    world.push()

    titles = {row["fields"]["Task"] for row in world.rows(TASKS)}
    assert titles == {"Write the loader", *(f"New {n}" for n in range(2, 12) if n != 7)}


def test_a_row_that_was_copied_before_its_answer_arrived_gets_a_key_of_its_own(world):
    world.save(an_issue(1))
    world.server.fail("drop_after_commit", method="PATCH")
    with pytest.raises(OutageError):
        world.push()
    first = world.rows(ISSUES)[0]["id"]
    world.server.advance(2)
    world.server.person().copy(world.base_id, ISSUES, first)

    world.later(seconds=4)
    world.push()
    world.pull()
    world.push()

    assert world.link("issue", "ISS-001").record_id == first
    assert sorted(row["fields"]["Issue ID"] for row in world.rows(ISSUES)) == ["ISS-001", "ISS-002"]
    assert len(world.items("issue")) == 2
    assert differences(world) == []


def test_a_key_that_two_rows_carry_is_refused_looked_up_and_told_apart(world):
    mara = world.server.person()
    for _ in range(2):
        mara.create(world.base_id, ISSUES, {"Title": "Issue 1", "Issue ID": "ISS-001"})
        world.server.advance(2)
    first = world.rows(ISSUES)[0]["id"]

    world.save(an_issue(1))
    world.push()
    for _ in range(3):
        world.later(seconds=4)
        world.push()

    assert world.link("issue", "ISS-001").record_id == first
    keys = [row["fields"]["Issue ID"] for row in world.rows(ISSUES)]
    assert len(keys) == len(set(keys)) == 2


def test_a_revoked_token_stops_everything_and_keeps_what_waits(world):
    world.save(an_issue(1))
    world.server.set_token("pat-another")

    world.push()

    assert world.base().state is BaseState.STOPPED
    assert [trouble.key for trouble in world.base().troubles] == ["token"]
    world.server.set_token("pat-local-airtable")
    retry_now(world.plans, world.workspace_id, world.moment)
    world.push()
    assert len(world.rows(ISSUES)) == 1


def test_a_table_that_refuses_writes_holds_its_own_rows_only(world):
    world.save(replace(stage_of(world), notes="waits"))
    world.save(an_issue(1))
    world.server.fail("403", method="PATCH", path=STAGES, times=20)

    world.push()

    assert len(world.rows(ISSUES)) == 1
    [trouble] = world.base().troubles
    assert trouble.table_id == STAGES
    assert len(world.calls()) <= 4  # no halving of what is refused as a whole
    world.later(seconds=10)
    world.push()
    assert [push.state for push in world.queue()] == [PushState.HELD]
    world.server.heal()
    retry_now(world.plans, world.workspace_id, world.moment)
    world.push()
    assert world.row("stage", stage_of(world).key)["Notes"] == "waits"


def test_a_table_that_is_gone_does_not_stop_the_others_where_changes_are_asked_for_by_time(world):
    world.server.set_scopes(
        {"data.records:read", "data.records:write", "schema.bases:read", "user.email:read"}
    )
    world.later(days=7)
    world.pull()
    world.server.person().delete_table(world.base_id, PHASES)

    world.later(minutes=10)
    world.pull()
    world.save(an_issue(1))
    world.push()

    assert world.base().state is BaseState.CONNECTED
    assert len(world.rows(ISSUES)) == 1
