"""Connecting a base: what is read, what is made, and that nothing else of it changes."""

from dataclasses import replace

import pytest

from bot.adapters.plan_files import read_plan_file
from bot.domain.airtable.looking import Choice
from bot.domain.airtable.mapping import PLAN_FIELDS
from bot.domain.airtable.state import BaseState, PullMode
from bot.domain.issues import Issue, Severity
from bot.domain.plan import Status
from bot.errors import UserError
from bot.usecases.airtable.connect import disconnect_base, earlier_choices
from bot.usecases.airtable.look import look_at_base
from bot.usecases.plan_files import export_plan, import_plan
from tests.airtable.bases import (
    STAGES,
    customer_base,
    fixture_base,
    fixture_names,
    link,
    plan_base,
    select,
    text,
)
from tests.airtable.world import START, running_world
from tests.plans import fresh_plans

NO_PLAN = {"sales"}  # a base of other things
STATUS = {"choices": [{"name": "Todo"}, {"name": "Done"}]}


@pytest.fixture
def world_of(tmp_path):
    """Serve a base, connected to nothing yet."""
    with_worlds = []

    def world_of(*bases, **config):
        running = running_world(fresh_plans(tmp_path), bases, **config)
        with_worlds.append(running)
        return running.__enter__()

    yield world_of
    for running in with_worlds:
        running.__exit__(None, None, None)


def stages_only(*rows, fields=()):
    """Return a base with nothing but stages."""
    table = {
        "id": STAGES,
        "name": "Stages",
        "fields": [text("Stage ID"), select("Status", STATUS), *fields],
        "records": [{"fields": row} for row in rows],
    }
    return {"id": "appTESTS000000001", "name": "Plan", "tables": [table]}


ROWS = ({"Stage ID": "1.1 - Set up", "Status": "Done"}, {"Stage ID": "1.2 - Load"})


def exported(world):
    return export_plan(world.plans, world.workspace_id)


def links(world):
    with world.plans.reading(world.workspace_id) as plan:
        return {(each.kind, each.key): each.record_id for each in plan.record_links()}


def posts(world):
    return [call for call in world.calls() if call.startswith(("POST", "PATCH", "PUT", "DELETE"))]


@pytest.mark.parametrize("name", [name for name in fixture_names() if name not in NO_PLAN])
def test_any_base_is_read_whole_and_again_is_no_change(world_of, name):
    world = world_of(fixture_base(name))

    done = world.connect()

    tables = done.proposal.mapping.tables
    assert tables
    for table in tables:
        rows = world.rows(table.table_id)
        assert len(links_of(world, table)) == len(rows), table.kind
        phases = table.kind == "phase"
        held = world.items(table.kind)
        assert len(held) >= len(rows) if phases else len(held) == len(rows)
    assert world.queue() == []
    before = (exported(world), links(world), world.server.schema(world.base_id))
    rows = {table.table_id: world.rows(table.table_id) for table in tables}

    again = world.connect()

    assert again.created == ()
    assert (exported(world), links(world), world.server.schema(world.base_id)) == before
    assert {each: world.rows(each) for each in rows} == rows


def links_of(world, table):
    with world.plans.reading(world.workspace_id) as plan:
        return plan.linked_records(table.table_id)


@pytest.mark.parametrize("name", sorted(NO_PLAN))
def test_a_base_without_stages_is_refused_in_plain_words(world_of, name):
    world = world_of(fixture_base(name))

    with pytest.raises(UserError, match="no table of stages"):
        world.connect()

    assert posts(world) == []


def test_a_base_without_tables_is_refused_in_plain_words(world_of):
    world = world_of({"id": "appTESTS000000001", "name": "New", "tables": []})

    with pytest.raises(UserError, match="no table of stages"):
        world.connect()


@pytest.mark.parametrize("phases", [False, True], ids=["phases as text", "phases linked"])
def test_the_customers_stages_need_no_correction(world_of, shared, phases):
    world = world_of(customer_base(shared, phases=phases))

    done = world.connect()

    stage = done.proposal.mapping.of_kind("stage")
    assert {word: mapped.name for word, mapped in stage.fields.items()} == {
        "title": "Stage ID",
        "code": "Stage Code",
        "status": "Status",
        "progress": "Progress",
        "duration": "Duration",
        "owner": "Assigned To",
        "notes": "Notes",
        "description": "Description",
        "phase": "Phase (Link)",
        "key": "BQX Key",
    }
    assert len(world.items("stage")) == 108
    statuses = [stage.status for stage in world.items("stage")]
    assert {each: statuses.count(each) for each in set(statuses)}[Status.NOT_STARTED] > 50
    pages = [call for call in world.calls() if f"/{STAGES}?" in call]
    assert len(pages) == 1 + 2  # the look's sample; then ceil(108 / 100)
    assert world.queue() == []


def test_a_plan_that_was_imported_from_the_export_is_met_not_doubled(world_of, shared, tmp_path):
    world = world_of(customer_base(shared))
    rows = world.rows("Stages")
    import_export(world, shared)
    before = exported(world)

    world.connect()

    after = exported(world)
    assert [each["key"] for each in after["stages"]] == [each["key"] for each in before["stages"]]
    assert [each["key"] for each in after["phases"]] == [each["key"] for each in before["phases"]]
    ids = {each["key"]: each["source"]["id"] for each in before["stages"]}
    assert {key: record for (kind, key), record in links(world).items() if kind == "stage"} == ids
    assert world.rows("Stages") == [
        {**row, "fields": {**row["fields"]}} for row in rows
    ]  # nothing was written
    assert world.queue() == []


def import_export(world, shared):
    file = shared / "data" / "bqx" / "stages.json"
    drafts = read_plan_file(file)
    import_plan(world.plans, world.workspace_id, drafts, actor_id="import", now=START)


def test_what_people_made_before_is_written_and_what_an_import_brought_is_not(world_of, shared):
    world = world_of(stages_only(*ROWS))
    import_export(world, shared)
    issue = Issue(
        key="ISS-001", title="Writer down", severity=Severity.BLOCKER, discovered_at=world.moment
    )
    world.save(issue)

    done = world.connect()

    assert done.pushed.made == 1
    assert [row["fields"]["Issue ID"] for row in world.rows("Issues")] == ["ISS-001"]
    assert len(world.rows("Stages")) == 2
    assert len(world.items("stage")) == 110
    assert world.queue() == []


def test_what_is_missing_is_made_and_nothing_else_changes(world_of):
    world = world_of(stages_only(*ROWS, fields=[text("Charge")]))
    before, rows = world.server.schema(world.base_id), world.rows("Stages")

    done = world.connect()

    assert done.created == (
        "“BQX Key” in “Stages”",
        "“Progress” in “Stages”",
        "the table “Tasks”",
        "the table “Issues”",
    )
    assert done.by_hand == ()
    after = world.server.schema(world.base_id)
    assert [table["name"] for table in after] == ["Stages", "Tasks", "Issues"]
    stages = after[0]
    assert stages["fields"][:3] == before[0]["fields"]
    assert [each["name"] for each in stages["fields"][3:]] == [
        "BQX Key",
        "Progress",
        "Tasks",  # the other sides of the links in the new tables
        "Issues",
    ]
    assert {**stages, "fields": []} == {**before[0], "fields": []}
    assert world.rows("Stages") == rows
    for kind in ("stage", "task", "issue"):
        mapped = world.base().mapping.of_kind(kind)
        assert {"title", "status", "key"} <= set(mapped.fields) <= set(PLAN_FIELDS[kind])


def test_names_that_are_taken_are_not_taken_twice(world_of):
    fields = [
        select("Progress", {"choices": [{"name": "Sunny"}, {"name": "Rainy"}]}),
        {"name": "bqx key", "type": "checkbox"},
    ]
    issues = {"name": "Issues", "fields": [text("Volume"), text("Journal")], "records": []}
    base = stages_only(*ROWS, fields=fields)
    world = world_of({**base, "tables": [*base["tables"], issues]})

    done = world.connect()

    assert "“BQX Progress” in “Stages”" in done.created
    assert "“BQX Key 2” in “Stages”" in done.created
    assert done.by_hand == ()
    issue = world.base().mapping.of_kind("issue")
    assert issue.name in {"Issues", "BQX Issues"}
    assert "key" in issue.fields
    assert world.connect().created == ()


@pytest.mark.parametrize(
    ("config", "asked"),
    [({"permission": "edit"}, 0), ({"without": "schema.bases:write"}, 1)],
    ids=["an editor's token", "a token without the scope"],
)
def test_what_may_not_be_made_is_named_with_its_steps(world_of, config, asked):
    world = without_scope(world_of, stages_only(*ROWS), config)
    before = world.server.schema(world.base_id)

    done = world.connect()

    assert done.created == ()
    assert [each.label for each in done.by_hand] == ["BQX Key", "Progress", "Tasks", "Issues"]
    assert done.by_hand[0].steps == (
        "In the table “Stages”, click + at the right of the last field, name it “BQX Key” and"
        " choose “Single line text”."
    )
    assert "name it “Issues”" in done.by_hand[3].steps
    linked = "“Affected Stages” (“Link to another record” to the table “Stages”)"
    assert linked in done.by_hand[3].steps
    assert world.server.schema(world.base_id) == before
    assert len([call for call in world.calls() if call.startswith("POST /v0/meta")]) == asked
    assert len(world.items("stage")) == 2


def without_scope(world_of, base, config):
    scopes = config.pop("without", None)
    world = world_of(base, **config)
    if scopes:
        without(world, scopes)
    return world


def without(world, *scopes):
    """Take scopes from the token."""
    every = {
        "data.records:read",
        "data.records:write",
        "schema.bases:read",
        "schema.bases:write",
        "webhook:manage",
    }
    world.server.set_scopes(every - set(scopes))


def test_what_was_made_by_hand_is_found_by_the_next_look(world_of):
    world = world_of(stages_only(*ROWS), permission="edit")
    world.connect()
    mara = world.server.person()

    mara.add_field(world.base_id, "Stages", "BQX Key", "singleLineText")
    mara.add_field(world.base_id, "Stages", "Progress", "percent", {"precision": 1})
    done = world.connect()

    assert [each.label for each in done.by_hand] == ["Tasks", "Issues"]
    assert world.base().mapping.of_kind("stage").fields["progress"].name == "Progress"


def test_a_type_that_only_people_can_make_stops_nothing_else(world_of):
    world = world_of(stages_only(*ROWS))
    world.server.fail(
        "422",
        method="POST",
        path="/fields",
        type="UNSUPPORTED_FIELD_TYPE_FOR_CREATE",
        message="Creating singleLineText fields is not supported at this time",
    )

    done = world.connect()

    assert [each.label for each in done.by_hand] == ["BQX Key"]
    assert done.created == (
        "“Progress” in “Stages”",
        "the table “Tasks”",
        "the table “Issues”",
    )


def test_a_connection_that_broke_off_is_taken_up_again(world_of):
    world = world_of(stages_only(*ROWS))
    world.server.fail("503", method="POST", path="/tables", after=2)
    with pytest.raises(Exception, match="HTTP 503"):
        world.connect()
    world.server.heal()

    done = world.connect()

    assert done.created == ("the table “Tasks”", "the table “Issues”")
    assert [table["name"] for table in world.server.schema(world.base_id)] == [
        "Stages",
        "Tasks",
        "Issues",
    ]


def test_corrections_are_made_by_names_in_any_case(world_of):
    fields = [text("Lead"), text("Assigned To")]
    row = {**ROWS[0], "Lead": "Ana", "Assigned To": "DATA-001"}
    world = world_of(stages_only(row, fields=fields))

    world.connect(Choice("stages", "owner", "lead"), Choice("stage", "status", "Done", "blocked"))

    [stage] = world.items("stage")
    assert (stage.owner_text, stage.status) == ("Ana", Status.BLOCKED)


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (Choice("stag", "", "Stages"), "none of phase, stage, task, issue"),
        (Choice("stage", "", "Steps"), "no table “Steps”. It has: Stages"),
        (Choice("stage", "owner", "Boss"), "no field “Boss”. It has: Stage ID, Status, Phase"),
        (Choice("stage", "colour", "Status"), "A stage of the plan has no colour"),
        (Choice("stage", "progress", "Status"), "“Status” is of the type singleSelect"),
        (Choice("stage", "title", ""), "needs a title"),
        (Choice("issue", "owner", "Status"), "no table of issues"),
        (Choice("stage", "status", "Done", "ready"), "can mean not started, in progress"),
        (Choice("stage", "owner", "Done", "complete"), "no owner yet"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_correction_that_makes_no_sense_says_what_does(world_of, choice, said):
    world = world_of(stages_only(*ROWS, fields=[text("Phase")]))

    with pytest.raises(UserError, match=said):
        world.connect(choice)

    assert posts(world) == []
    assert world.items("stage") == []


def test_corrections_are_remembered_by_ids_until_they_make_no_sense(world_of):
    fields = [text("Lead"), text("Boss")]
    world = world_of(stages_only(*ROWS, fields=fields))
    chosen = (Choice("stage", "owner", "Lead"), Choice("stage", "status", "Done", "blocked"))
    world.connect(Choice("stage", "owner", "Boss"), *chosen)
    mara = world.server.person()

    mara.rename_field(world.base_id, "Stages", "Lead", "Who")
    kept = remembered(world)
    assert [choice.name for choice in kept] == ["owner", "status"]
    again = world.connect(*kept)
    assert again.proposal.mapping.of_kind("stage").fields["owner"].name == "Who"

    mara.delete_field(world.base_id, "Stages", "Who")
    assert [choice.name for choice in remembered(world)] == ["status"]
    overruled = Choice("stage", "status", "Done", "complete")
    world.connect(*remembered(world), overruled)
    assert remembered(world) == (overruled,)


def remembered(world):
    look = look_at_base(world.airtable, world.base_id)
    return earlier_choices(world.plans, world.workspace_id, look)


def hooks(world):
    made = [call for call in world.server.ledger() if call["path"].endswith("/webhooks")]
    gone = [each for each in world.server.ledger() if each["method"] == "DELETE"]
    return len([each for each in made if each["method"] == "POST"]) - len(gone)


def test_disconnecting_leaves_plan_and_base_and_takes_the_feed_away(world_of):
    world = world_of(stages_only(*ROWS))
    world.connect()
    before, rows = exported(world), world.rows("Stages")
    assert hooks(world) == 1

    assert disconnect_base(world.plans, world.workspace_id, world.airtable)

    assert hooks(world) == 0
    assert (exported(world), world.rows("Stages")) == (before, rows)
    assert links(world) == {}
    assert not disconnect_base(world.plans, world.workspace_id, world.airtable)


def test_disconnecting_needs_no_airtable(world_of):
    world = world_of(stages_only(*ROWS))
    world.connect()
    world.server.set_token(None)

    assert disconnect_base(world.plans, world.workspace_id, world.airtable)


def test_another_base_takes_the_place_of_the_first(world_of):
    other = {**plan_base(base_id="appOTHER000000001"), "name": "Other"}
    world = world_of(stages_only(*ROWS), other)
    world.connect()

    world.base_id = "appOTHER000000001"
    world.connect()

    assert world.base().base_id == "appOTHER000000001"
    assert hooks(world) == 1
    assert links(world) == {}
    assert len(world.items("stage")) == 2
    assert world.rows("Stages") == []  # they were read from a base, so they are nobody's word here


def test_a_second_connection_meets_what_was_disconnected(world_of):
    world = world_of(stages_only(*ROWS))
    world.connect()
    before, were = exported(world), links(world)
    disconnect_base(world.plans, world.workspace_id)

    world.connect()

    assert (exported(world), links(world)) == (before, were)
    assert world.conflicts() == []


def test_without_the_right_to_webhooks_tables_are_asked_by_time(world_of):
    world = world_of(stages_only(*ROWS))
    without(world, "webhook:manage")

    done = world.connect()

    assert done.base.mode is PullMode.MODIFIED
    assert (done.base.state, done.base.troubles) == (BaseState.CONNECTED, ())
    world.later(minutes=5)
    mara = world.server.person()
    stage = world.items("stage")[1]
    mara.update(
        world.base_id, "Stages", world.link("stage", stage.key).record_id, {"Status": "Done"}
    )
    world.pull()
    assert world.item("stage", stage.key).status is Status.COMPLETE


def test_a_base_that_may_only_be_read_is_read(world_of):
    world = world_of(stages_only(*ROWS), permission="read")

    done = world.connect()

    assert not done.look.may_write
    assert len(world.items("stage")) == 2
    assert done.base.troubles == ()

    world.save(replace(world.items("stage")[0], status=Status.BLOCKED))


def test_links_to_phases_are_made_before_their_stages(world_of):
    phases = {
        "id": "tblPhases00000000",
        "name": "Phases",
        "fields": [text("Phase")],
        "records": [{"id": "recPHASE000000001", "fields": {"Phase": "1 - Begin"}}],
    }
    base = stages_only(
        {"Stage ID": "1.1 - Set up", "Phase": ["recPHASE000000001"]},
        fields=[link("Phase", "tblPhases00000000")],
    )
    world = world_of({**base, "tables": [*base["tables"], phases]})

    world.connect()

    [phase], [stage] = world.items("phase"), world.items("stage")
    assert stage.phase_key == phase.key
