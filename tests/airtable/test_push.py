"""What is written to the base, and with how few calls."""

from dataclasses import replace

import pytest

from bot.adapters.airtable import GovernedApi
from bot.domain.airtable.state import PushState
from bot.domain.issues import IssueStatus, Severity
from bot.domain.plan import Member, Status
from bot.domain.progress import Progress
from bot.usecases.airtable.keeping import keep_in_step
from bot.usecases.identities import claim_name
from bot.usecases.undo import undo
from tests.airtable.agreeing import differences
from tests.airtable.bases import ISSUES, STAGES, TASKS, plan_base
from tests.airtable.builders import a_task, an_issue, stage_of, writes
from tests.airtable.world import running_world
from tests.plans import fresh_plans


def test_only_changed_cells_are_sent_by_their_id_and_never_typecast(world, bodies):
    stage = stage_of(world)
    fields = world.base().mapping.of_kind("stage").fields

    world.save(replace(stage, status=Status.COMPLETE, notes="Done at last"))
    world.push()

    [body] = bodies
    assert body["typecast"] is False
    [row] = body["records"]
    assert row["fields"] == {
        fields["status"].field_id: "Done",
        fields["notes"].field_id: "Done at last",
    }


def test_a_hundred_saves_of_one_stage_are_one_call(world):
    stage = stage_of(world)

    for permille in range(1, 101):
        world.save(replace(stage, progress=Progress(permille)))
    world.push()

    assert len(world.calls()) == 1
    assert world.row("stage", stage.key)["Progress"] == 0.1


def test_a_change_that_was_taken_back_before_it_was_written_costs_no_call(world):
    stage = stage_of(world)

    world.save(replace(stage, notes="Draft"))
    world.save(replace(stage, notes=stage.notes))
    world.push()

    assert world.calls() == []
    assert world.queue() == []


def test_the_base_s_own_word_for_an_owner_stays_when_somebody_claims_it(world):
    stage = stage_of(world)
    with world.plans.changing(world.workspace_id) as plan:
        plan.put_member(Member(id="U0BEN0002", name="Ben"))
    world.save(replace(stage, owner_text="DATA-001", owner_id=None))
    world.push()

    claim_name(world.plans, "data-001", "U0BEN0002", world.asker("U0BEN0002"))
    world.push()

    assert stage_of(world).owner_id == "U0BEN0002"
    assert world.row("stage", stage.key)["Assigned To"] == "DATA-001"


def test_twenty_five_new_tasks_are_three_calls(world):
    for number in range(2, 27):
        world.save(a_task(number))

    assert world.push().made == 25

    assert len(world.calls()) == 3
    assert len(world.rows(TASKS)) == 26
    assert differences(world) == []


def test_a_record_is_made_once_by_its_key_whatever_is_there_already(world, bodies):
    key = world.base().mapping.of_kind("issue").fields["key"].field_id

    world.save(an_issue(1))
    world.push()

    assert bodies[0]["performUpsert"] == {"fieldsToMergeOn": [key]}
    assert world.link("issue", "ISS-001").made_here is True


def test_an_issue_with_three_remediation_tasks_costs_at_most_three_calls(world):
    tasks = [a_task(number) for number in (2, 3, 4)]
    for task in tasks:
        world.save(task)
    keys = tuple(task.key for task in tasks)
    stages = tuple(stage.key for stage in world.items("stage")[:2])

    world.save(an_issue(1, remediation_task_keys=keys, stage_keys=stages))
    world.push()

    assert len(world.calls()) <= 3
    row = world.row("issue", "ISS-001")
    assert set(row["Remediation Tasks"]) == {world.link("task", key).record_id for key in keys}
    assert row["Affected Stages"] == [world.link("stage", key).record_id for key in stages]
    world.pull()
    assert world.conflicts() == []
    assert world.queue() == []


def test_tasks_are_linked_to_an_issue_and_let_go_again_from_their_own_side(world, bodies):
    world.save(an_issue(1))
    world.push()
    world.save(replace(world.item("issue", "ISS-001"), remediation_task_keys=("TASK-001",)))
    world.push()
    world.pull()
    bodies.clear()

    world.save(replace(world.item("issue", "ISS-001"), remediation_task_keys=()))
    world.push()

    assert "Remediation Tasks" not in world.row("issue", "ISS-001")
    assert len(bodies) == 1
    world.pull()
    assert world.item("issue", "ISS-001").remediation_task_keys == ()
    assert world.conflicts() == []


def test_links_to_records_that_the_plan_does_not_know_stay_in_the_cell(world):
    world.save(an_issue(1, stage_keys=(stage_of(world).key,)))
    world.push()
    mara = world.server.person()
    nameless = mara.create(world.base_id, STAGES, {"Notes": "no name yet"})
    record = world.link("issue", "ISS-001").record_id
    known = world.row("issue", "ISS-001")["Affected Stages"]
    mara.update(world.base_id, ISSUES, record, {"Affected Stages": [*known, nameless["id"]]})
    world.pull()

    world.save(replace(world.item("issue", "ISS-001"), stage_keys=()))
    world.push()

    assert world.row("issue", "ISS-001")["Affected Stages"] == [nameless["id"]]


def test_an_issue_that_links_to_a_nameless_stage_follows_when_it_gets_a_name(world):
    world.save(an_issue(1))
    world.push()
    mara = world.server.person()
    nameless = mara.create(world.base_id, STAGES, {"Notes": "no name yet"})
    record = world.link("issue", "ISS-001").record_id
    mara.update(world.base_id, ISSUES, record, {"Affected Stages": [nameless["id"]]})
    world.pull()
    assert world.item("issue", "ISS-001").stage_keys == ()

    mara.update(world.base_id, STAGES, nameless["id"], {"Stage ID": "Named now"})
    world.pull()

    made = next(stage for stage in world.items("stage") if stage.name == "Named now")
    assert world.item("issue", "ISS-001").stage_keys == (made.key,)


def test_one_refused_row_is_held_with_airtables_words_while_nine_are_written(world):
    mara = world.server.person()
    mara.remove_option(world.base_id, TASKS, "Status", "Blocked")
    for number in range(2, 12):
        status = Status.BLOCKED if number == 5 else Status.COMPLETE
        world.save(a_task(number, status=status))

    pushed = world.push()  # the refusal has the schema looked at
    world.later(seconds=4)
    again = world.push()

    assert (pushed.made, again.held) == (9, 1)
    [held] = world.queue()
    assert (held.key, held.state) == ("TASK-005", PushState.HELD)
    assert "Status" in held.error
    assert "blocked" in held.error


def test_a_held_row_is_written_once_its_option_is_back(world):
    mara = world.server.person()
    mara.remove_option(world.base_id, STAGES, "Status", "Blocked")
    stage = stage_of(world)
    world.save(replace(stage, status=Status.BLOCKED))
    world.push()
    world.later(seconds=4)
    world.push()
    assert world.queue()[0].state is PushState.HELD
    mara.add_option(world.base_id, STAGES, "Status", "Blocked")

    world.later(hours=1)
    keep_in_step(world.plans, world.airtable, world.workspace_id, clock=world.clock)

    assert world.row("stage", stage.key)["Status"] == "Blocked"
    assert world.queue() == []


def test_a_row_that_is_refused_again_and_again_is_asked_about_less_and_less(world):
    world.server.person().remove_option(world.base_id, STAGES, "Status", "Blocked")
    world.save(replace(stage_of(world), status=Status.BLOCKED))

    for _ in range(24):
        world.push()
        world.later(minutes=30)

    assert len(writes(world)) <= 6


def test_more_held_rows_than_are_looked_at_do_not_hide_the_rest_of_the_queue(world):
    world.server.person().remove_option(world.base_id, TASKS, "Status", "Blocked")
    with world.plans.changing(world.workspace_id) as plan:
        for number in range(2, 72):
            plan.save(a_task(number, status=Status.BLOCKED), world.why())
    world.push()
    world.later(seconds=10)

    world.save(a_task(900))
    world.push()

    assert world.link("task", "TASK-900") is not None


@pytest.mark.parametrize(
    "title",
    [
        '=IMPORTDATA("https://example.com")',
        "{Status}",
        'quote " and \\ backslash',
        "'); DROP",
        "+1",
    ],
)
def test_a_title_that_looks_like_a_formula_is_stored_as_it_is(world, title):
    world.save(an_issue(1, title=title))
    world.push()

    assert world.row("issue", "ISS-001")["Title"] == title
    world.pull()
    assert world.item("issue", "ISS-001").title == title


@pytest.mark.parametrize(
    ("title", "code", "renamed"),
    [
        ("Lambda API", "1.5.4", "Lambda API v2"),  # the code says it
        ("1.5.4 - Lambda API", "BQX-1.5.4", "1.5.4 - Lambda API v2"),
    ],
)
def test_a_new_name_takes_the_ref_along_only_where_the_name_has_it(tmp_path, title, code, renamed):
    stages = [{"Stage ID": title, "Stage Code": code, "Status": "Todo"}]
    with running_world(fresh_plans(tmp_path), [plan_base(stages=stages)]) as world:
        world.connect()
        (stage,) = world.items("stage")

        world.save(replace(stage, name="Lambda API v2"))
        world.push()

        assert stage.ref == "1.5.4"
        assert world.row("stage", stage.key)["Stage ID"] == renamed
        assert differences(world) == []


def test_progress_is_a_fraction_and_statuses_are_the_bases_words(world):
    stage = stage_of(world)

    world.save(replace(stage, progress=Progress(383), status=Status.COMPLETE))
    world.push()

    row = world.row("stage", stage.key)
    assert (row["Progress"], row["Status"]) == (0.383, "Done")


def test_undoing_an_issue_made_here_deletes_its_record(world):
    world.save(an_issue(1))
    world.push()

    undo(world.plans, f"op{world.operations}", world.asker())
    world.push()

    assert world.rows(ISSUES) == []
    assert world.link("issue", "ISS-001") is None
    world.pull()
    assert world.conflicts() == []


def test_undoing_an_issue_before_its_lost_answer_was_looked_up_deletes_its_record(world):
    world.save(an_issue(1))
    operation = f"op{world.operations}"
    world.server.fail("drop_after_commit", method="PATCH")
    with pytest.raises(Exception, match="isn't answering"):
        world.push()

    undo(world.plans, operation, world.asker())
    world.later(seconds=4)
    world.push()

    assert world.rows(ISSUES) == []
    assert world.item("issue", "ISS-001").removed_at is not None


def while_sent(monkeypatch, verb, act):
    """Let `act` happen once, after Airtable took a request and before its answer is read."""
    send, left = GovernedApi.request, [act]

    def sending(self, method, *args, **given):
        answer = send(self, method, *args, **given)
        if method.upper() == verb and left:
            left.pop()()
        return answer

    monkeypatch.setattr(GovernedApi, "request", sending)


def test_undoing_an_issue_while_its_record_is_being_made_deletes_the_record(world, monkeypatch):
    world.save(an_issue(1))
    operation = f"op{world.operations}"
    while_sent(monkeypatch, "PATCH", lambda: undo(world.plans, operation, world.asker()))

    world.push()

    assert world.rows(ISSUES) == []
    assert world.item("issue", "ISS-001").removed_at is not None
    assert world.queue() == []


def test_removing_a_task_while_a_change_of_it_is_sent_deletes_its_record(world, monkeypatch):
    task = a_task(2)
    world.save(task)
    world.push()
    world.save(replace(world.item("task", task.key), title="Renamed"))
    while_sent(
        monkeypatch,
        "PATCH",
        lambda: world.save(replace(world.item("task", task.key), removed_at=world.moment)),
    )

    world.push()

    assert [row["fields"]["Task"] for row in world.rows(TASKS)] == ["Write the loader"]
    assert world.link("task", task.key) is None


@pytest.mark.parametrize("verb", ["GET", "DELETE"])
def test_a_task_brought_back_while_its_record_is_deleted_has_a_record(world, monkeypatch, verb):
    task = a_task(2)
    world.save(task)
    world.push()
    world.save(replace(world.item("task", task.key), removed_at=world.moment))
    while_sent(
        monkeypatch,
        verb,
        lambda: world.save(replace(world.item("task", task.key), removed_at=None)),
    )

    world.push()

    assert world.row("task", task.key)["Task"] == task.title
    assert differences(world) == []
    assert world.queue() == []


def test_a_task_given_to_an_issue_while_it_is_sent_is_linked(world, monkeypatch):
    world.save(an_issue(1))
    world.push()
    world.save(replace(world.item("task", "TASK-001"), estimate_minutes=60))
    issue = world.item("issue", "ISS-001")
    while_sent(
        monkeypatch,
        "PATCH",
        lambda: world.save(replace(issue, remediation_task_keys=("TASK-001",))),
    )

    world.push()

    assert world.row("task", "TASK-001")["Issues"] == [world.link("issue", "ISS-001").record_id]
    assert world.queue() == []


def test_a_record_that_people_made_is_not_deleted_by_an_undo_here(world):
    mara = world.server.person()
    mara.create(world.base_id, ISSUES, {"Title": "Filed there", "Issue ID": "ISS-077"})
    world.pull()
    item = world.items("issue")[0]
    world.save(replace(item, title="Renamed here"))

    world.save(replace(world.item("issue", item.key), removed_at=world.moment))
    world.push()

    assert len(world.rows(ISSUES)) == 1


def test_an_undone_issue_that_somebody_worked_on_meanwhile_comes_back(world):
    world.save(an_issue(1))
    operation = f"op{world.operations}"
    world.push()
    record = world.link("issue", "ISS-001").record_id
    mara = world.server.person()
    mara.update(world.base_id, ISSUES, record, {"Root Cause": "A full disk"})

    undo(world.plans, operation, world.asker())
    world.push()

    item = world.item("issue", "ISS-001")
    assert (item.root_cause, item.removed_at) == ("A full disk", None)
    assert [row["id"] for row in world.rows(ISSUES)] == [record]


def test_a_level_1_issue_is_written_before_a_burst_of_other_rows(world, bodies):
    with world.plans.changing(world.workspace_id) as plan:
        for number in range(2, 102):
            plan.save(a_task(number), world.why())
        plan.save(an_issue(1, severity=Severity.DEBT), world.why())
        plan.save(an_issue(2, severity=Severity.BLOCKER), world.why())
    key = world.base().mapping.of_kind("issue").fields["key"].field_id

    world.push()

    assert bodies[0]["records"][0]["fields"][key] == "ISS-002"


def test_a_task_whose_issue_is_held_is_linked_once_it_is_there(world):
    world.server.person().remove_option(world.base_id, ISSUES, "Status", "Open")
    world.save(an_issue(1, remediation_task_keys=("TASK-001",)))
    world.save(replace(world.item("task", "TASK-001"), estimate_minutes=60))
    world.push()
    assert world.row("task", "TASK-001")["Estimate (hours)"] == 1
    assert world.rows(ISSUES) == []
    world.server.person().add_option(world.base_id, ISSUES, "Status", "Open")

    for _ in range(3):
        world.later(minutes=11)
        world.push()

    record = world.link("issue", "ISS-001").record_id
    assert world.row("task", "TASK-001")["Issues"] == [record]


def test_a_progress_update_is_one_call(world):
    world.save(replace(stage_of(world), progress=Progress(500), notes="Half of it"))
    world.push()

    assert len(world.calls()) == 1


def test_an_issue_waits_for_its_new_stage_instead_of_being_held(world):
    with world.plans.changing(world.workspace_id) as plan:
        stage = replace(stage_of(world), key="STG-900", ref=None, code=None, name="New")
        plan.save(an_issue(1, severity=Severity.BLOCKER, stage_keys=("STG-900",)), world.why())
        plan.save(replace(stage, revision=0, source={}), world.why())

    assert world.push().held == 0
    world.later(seconds=4)
    assert world.push().held == 0

    linked = world.row("issue", "ISS-001")["Affected Stages"]
    assert linked == [world.link("stage", "STG-900").record_id]


def test_a_link_to_a_stage_that_was_taken_out_of_the_plan_holds_nothing_up(world):
    stage = stage_of(world, "1.5.3")
    mara = world.server.person()
    world.save(an_issue(1, stage_keys=(stage.key, stage_of(world).key)))
    mara.delete(world.base_id, STAGES, world.link("stage", stage.key).record_id)

    world.push()
    world.pull()
    world.later(seconds=4)
    world.push()

    linked = world.row("issue", "ISS-001")["Affected Stages"]
    assert linked == [world.link("stage", stage_of(world).key).record_id]
    assert world.queue() == []


def test_a_resolved_issue_carries_the_date_of_the_members_zone(world):
    world.save(an_issue(1))
    world.push()
    late = world.moment.replace(hour=2, day=18)  # still the evening before in New York

    world.save(
        replace(world.item("issue", "ISS-001"), status=IssueStatus.RESOLVED, resolved_at=late)
    )
    world.push()

    assert world.row("issue", "ISS-001")["Resolved Date"] == "2025-11-17"


def test_a_queue_that_takes_more_than_one_run_is_gone_on_with(world, monkeypatch):
    monkeypatch.setattr("bot.usecases.airtable.push.MAX_REQUESTS", 2)
    for number in range(2, 42):
        world.save(a_task(number))

    world.push()

    assert len(world.rows(TASKS)) == 21
    assert any(push.not_before == world.moment for push in world.queue())  # the next run's name
    while world.queue():
        world.push()
    assert len(world.rows(TASKS)) == 41


def test_a_restricted_issue_is_never_written_to_the_base(world):
    world.save(replace(an_issue(1), visible_to=("U0BEN",), remediation_task_keys=("TASK-002",)))
    world.save(a_task(2))
    world.push()

    assert world.rows(ISSUES) == []
    assert world.queue() == []
    assert len(world.rows(TASKS)) == 1  # nor are its new tasks, whose titles tell as much
