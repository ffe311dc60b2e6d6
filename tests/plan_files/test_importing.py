"""Importing plan files into the plan, again and again, and exporting it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adapters.plan_files import read_plan_file
from bot.domain.issues import Issue, IssueStatus, Severity
from bot.domain.plan import Duration, Phase, Stage, Status, Task, Why
from bot.domain.progress import Progress
from bot.errors import UserError
from bot.usecases.plan_files import export_plan, import_plan
from bot.views.import_summary import describe_import
from tests.plans import fresh_plans

NOW = datetime(2025, 11, 17, 8, tzinfo=UTC)
BY_ANA = Why(operation="op-1", actor_id="U1", at=NOW, reason="/bqx progress")


class Desk:
    """A plan database, and files that are imported into it."""

    def __init__(self, folder):
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.db = fresh_plans(folder)
        self.workspace_id = self.db.local_workspace(zone="UTC").id
        self.now = NOW

    def bring(self, content, name="plan.json"):
        self.now += timedelta(hours=1)
        path = self.folder / name
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_text(text, encoding="utf-8")
        return self.bring_file(path)

    def bring_file(self, path):
        return import_plan(
            self.db, self.workspace_id, read_plan_file(path), actor_id="import", now=self.now
        )

    def export(self):
        return export_plan(self.db, self.workspace_id)

    def stages(self):
        with self.db.reading(self.workspace_id) as plan:
            return plan.stages()

    def save(self, *items, why=BY_ANA):
        with self.db.changing(self.workspace_id) as plan:
            for item in items:
                plan.save(item, why)


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path / "desk")


def stage_record(number, title, **fields):
    return {
        "id": f"rec{number:014d}",
        "createdTime": "2025-11-09T03:50:06.000Z",
        "fields": {"Stage ID": title, **fields},
    }


def counts(result):
    return tuple(sum(c.values()) for c in (result.added, result.changed, result.unchanged))


def test_the_customers_stages_come_in_whole_and_once(desk, shared):
    path = shared / "data/bqx/stages.json"

    first, second = desk.bring_file(path), desk.bring_file(path)

    assert (first.added["stage"], first.added["phase"]) == (108, 19)
    assert counts(second) == (0, 0, 108)
    stages = desk.stages()
    records = json.loads(path.read_text(encoding="utf-8"))
    assert sorted((stage.source for stage in stages), key=lambda r: r["id"]) == sorted(
        records, key=lambda r: r["id"]
    )
    assert len({stage.key for stage in stages}) == 108
    assert all(stage.revision == 1 for stage in stages)


def test_the_customers_phases_are_taken_from_links_and_refs(desk, shared):
    desk.bring_file(shared / "data/bqx/stages.json")

    plan = desk.export()
    refs = {phase["key"]: phase["ref"] for phase in plan["phases"]}
    placed = {stage["ref"]: refs.get(stage["phase_key"]) for stage in plan["stages"]}
    assert [placed[ref] for ref in ("0.1", "1.5.4", "1.6.9", "2.1.2", "10.5")] == [
        *("0", "1.5", "1.6", "2.1", "10")
    ]
    assert placed["2.16B"] is None, "two phases carry the ref 2"
    assert next(p for p in plan["phases"] if p["ref"] == "1.6")["status"] == "complete"


def test_the_customers_plan_survives_an_export_and_an_import(desk, shared, tmp_path):
    desk.bring_file(shared / "data/bqx/stages.json")
    other = Desk(tmp_path / "other")

    other.bring(desk.export())

    assert other.export() == desk.export()
    assert counts(other.bring(desk.export()))[:2] == (0, 0)


def test_a_changed_cell_changes_its_field_alone(desk):
    desk.bring([stage_record(1, "1.1 - A", Status="Todo", Duration="2 days")])

    result = desk.bring([stage_record(1, "1.1 - A", Status="Done", Duration="2 days")])

    assert counts(result) == (0, 1, 0)
    (stage,) = desk.stages()
    assert (stage.status, stage.revision) == (Status.COMPLETE, 2)


def test_a_blank_never_wipes_a_value(desk):
    desk.bring([stage_record(1, "1.1 - A", Status="Done", Duration="2 days", Notes="kept")])

    desk.bring([stage_record(1, "1.1 - A", Notes="  ")])

    (stage,) = desk.stages()
    assert (stage.status, stage.notes, stage.duration) == (
        Status.COMPLETE,
        "kept",
        Duration("2 days", 57600, 57600),
    )


def test_a_row_that_gives_only_its_ref_renames_nothing(desk):
    desk.bring("Ref,Name,Status\n1.1,A,Todo\n", "plan.csv")

    desk.bring("Ref,Status\n1.1,Done\n1.2,Todo\n", "plan.csv")

    assert [(stage.name, stage.status) for stage in desk.stages()] == [
        ("A", Status.COMPLETE),
        ("1.2", Status.NOT_STARTED),
    ]


def test_what_people_changed_since_is_kept_and_reported(desk):
    rows = [stage_record(1, "1.1 - A", Status="Todo", Notes="old")]
    desk.bring(rows)
    (stage,) = desk.stages()
    desk.save(replace(stage, status=Status.IN_PROGRESS, progress=Progress(383)))

    same = desk.bring(rows)
    later = desk.bring([stage_record(1, "1.1 - A", Status="Done", Notes="new", Progress=0.1)])

    (stage,) = desk.stages()
    assert (stage.status, stage.progress) == (Status.IN_PROGRESS, Progress(383))
    assert stage.notes == "new"
    assert counts(same) == (0, 0, 1)
    assert [kept.fields for kept in same.kept] == [("status",)]
    assert [kept.fields for kept in later.kept] == [("progress", "status")]
    assert any("progress, status" in line for line in describe_import(later))


def test_a_change_that_was_taken_back_no_longer_stands_against_the_file(desk):
    desk.bring([stage_record(1, "1.1 - A", Status="Todo")])
    (stage,) = desk.stages()
    desk.save(replace(stage, status=Status.BLOCKED))
    desk.save(stage, why=replace(BY_ANA, operation="op-2", undoes="op-1"))

    result = desk.bring([stage_record(1, "1.1 - A", Status="Done")])

    assert (counts(result), result.kept) == ((0, 1, 0), ())


def test_an_item_that_people_made_is_filled_but_not_overwritten(desk):
    desk.save(Stage(key="STG-001", ref="1.1", name="A", notes="mine"))

    desk.bring([stage_record(1, "1.1 - A", Notes="theirs", Duration="1 day")])

    (stage,) = desk.stages()
    assert (stage.notes, stage.duration) == ("mine", Duration("1 day", 28800, 28800))
    assert stage.source["id"] == "rec00000000000001"


def test_records_are_known_by_their_id_whatever_they_are_called(desk):
    desk.bring([stage_record(1, "2.10 - Infra"), stage_record(2, "2.10 - Infra")])
    before = {stage.source["id"]: stage.key for stage in desk.stages()}

    result = desk.bring([stage_record(2, "2.11 - Other"), stage_record(1, "2.10 - Infra")])

    assert counts(result)[0] == 0
    assert {stage.source["id"]: stage.key for stage in desk.stages()} == before


def test_rows_without_ids_are_known_by_ref_and_name_then_by_a_ref_of_their_own(desk):
    sheet = "Ref,Name,Status\n2.10,Infra,Todo\n2.10,Infra,Done\n1.1,A,Todo\n"
    desk.bring(sheet, "plan.csv")

    again = desk.bring(sheet, "plan.csv")
    renamed = desk.bring(sheet.replace("1.1,A", "1.1,B"), "plan.csv")
    unclear = desk.bring(sheet.replace("2.10,Infra,Done", "2.10,Cost,Done"), "plan.csv")

    assert counts(again) == (0, 0, 3)
    assert counts(renamed) == (0, 1, 2)
    assert unclear.added == {"stage": 1}, "a ref that two stages carry decides nothing"


def test_a_base_adopts_the_stages_of_a_spreadsheet(desk):
    desk.bring("Ref,Name\n1.1,A\n", "plan.csv")

    result = desk.bring([stage_record(1, "1.1 - A")])

    assert counts(result) == (0, 1, 0)
    (stage,) = desk.stages()
    assert set(stage.source) == {"row", "id", "createdTime", "fields"}


def test_an_export_of_another_plan_does_not_overwrite_by_key(desk):
    desk.save(Stage(key="STG-001", ref="1.1", name="Ours"))

    result = desk.bring(
        {
            "phases": [],
            "stages": [{"key": "STG-001", "ref": "9.9", "name": "Theirs"}],
            "tasks": [{"key": "TASK-001", "title": "T", "stage_key": "STG-001"}],
        }
    )

    assert result.added == {"stage": 1, "task": 1}
    with desk.db.reading(desk.workspace_id) as plan:
        assert plan.stage("STG-001").name == "Ours"
        (theirs,) = plan.stages_with_ref("9.9")
        (task,) = plan.tasks()
    assert task.stage_key == theirs.key != "STG-001"


def test_keys_of_a_file_are_never_minted_again(desk):
    desk.bring({"stages": [{"key": "STG-007", "name": "A"}], "issues": [{"title": "I"}]})

    desk.bring({"stages": [{"ref": "1.2", "name": "B"}]})

    assert [stage.key for stage in desk.stages()] == ["STG-008", "STG-007"]


def test_links_are_found_by_record_ref_and_name_and_told_when_they_are_unclear(desk):
    result = desk.bring(
        {
            "stages": [
                {"ref": "1.1", "name": "A"},
                {"ref": "2.10", "name": "B"},
                {"ref": "2.10", "name": "C"},
            ],
            "tasks": [
                {"title": "by ref", "stage_key": "1.1"},
                {"title": "by name", "stage_key": "b"},
                {"title": "unclear", "stage_key": "2.10"},
                {"title": "lost", "stage_key": "7.7"},
            ],
            "issues": [
                {"title": "Down", "severity": 1, "stage_keys": ["1.1", "Stage 1.1"],
                 "remediation_task_keys": ["by ref"]},
            ],
        }
    )  # fmt: skip

    with desk.db.reading(desk.workspace_id) as plan:
        tasks = {task.title: task.stage_key for task in plan.tasks()}
        (issue,) = plan.issues()
        named = {stage.name: stage.key for stage in plan.stages()}
        assert issue.remediation_task_keys == (plan.tasks()[0].key,)
    assert tasks == {"by ref": named["A"], "by name": named["B"], "unclear": None, "lost": None}
    assert issue.stage_keys == (named["A"],)
    told = [note.text for note in result.notes if "points at" in note.text]
    assert told == [
        "It points at the stage “2.10”, which 2 items are called.",
        "It points at the stage “7.7”, which I don't find.",
    ]


def test_an_issue_without_a_severity_is_taken_and_told(desk):
    result = desk.bring({"issues": [{"title": "Odd"}]})

    with desk.db.reading(desk.workspace_id) as plan:
        (issue,) = plan.issues()
    assert (issue.severity, issue.discovered_at) == (Severity.MINOR, desk.now)
    assert "no severity" in result.notes[0].text


def test_an_import_is_one_operation_in_the_audit_trail(desk):
    result = desk.bring([stage_record(1, "1.1 - A"), stage_record(2, "1.2 - B")])

    with desk.db.reading(desk.workspace_id) as plan:
        changes = plan.operation(result.operation)
    assert [(change.kind, change.why.actor_id) for change in changes] == [
        *[("phase", "import")],
        *[("stage", "import")] * 2,
    ]


def test_the_summary_counts_first_and_then_names_what_is_unclear(desk):
    result = desk.bring([stage_record(1, "1.1 - A", Status="Nearly"), stage_record(2, "1.1 - B")])

    lines = describe_import(result)

    assert lines == [
        "plan.json: 3 added, 0 changed, 0 unchanged.",
        "  phases: 1 added",
        "  stages: 2 added",
        "Could not be read (1):",
        "  rec00000000000001: I don't know the status “Nearly”, so I left it out.",
        "To be cleared up (1):",
        (
            "  rec00000000000001, rec00000000000002: The ref 1.1 is carried by 2 stages:"
            " “1.1 A” (rec00000000000001); “1.1 B” (rec00000000000002)."
        ),
    ]


words = st.text(max_size=12) | st.sampled_from(
    ["=1+1", "@a", "ß\u2028", "'", '"', "1.5.4 - X", " x "]
)
names = words.filter(bool)
refs = st.none() | st.sampled_from(["1.5.4", "2.16B", "2.10", "TSK-3.1.6"])
moments = st.none() | st.datetimes(timezones=st.just(UTC))
plain = st.dictionaries(words, words | st.integers(0, 9) | st.lists(words, max_size=2), max_size=2)
progress = (
    st.none()
    | st.integers(0, 1000).map(Progress)
    | st.integers(0, 9).map(lambda done: Progress.counted(done, 9))
)
durations = st.none() | st.builds(Duration, words, st.none(), st.none())


@st.composite
def plans(draw):
    """A whole plan: any number of each kind, linked to what is there."""
    phases = [
        draw(st.builds(Phase, key=st.just(f"PHASE-{n:03d}"), ref=refs, name=names, source=plain,
                       status=st.sampled_from(Status), removed_at=st.none(), revision=st.just(0)))
        for n in range(draw(st.integers(0, 2)))
    ]  # fmt: skip
    phase_keys = st.sampled_from([None, *(phase.key for phase in phases)])
    stages = [
        draw(st.builds(Stage, key=st.just(f"STG-{n:03d}"), ref=refs, code=st.none() | names,
                       name=names, status=st.sampled_from(Status), progress=progress,
                       owner_id=st.none() | names, owner_text=st.none() | names,
                       phase_key=phase_keys, docs_url=st.none() | names, duration=durations,
                       description=words, notes=words, started_at=moments,
                       last_progress_at=moments, completed_at=moments, source=plain,
                       removed_at=st.none(), revision=st.just(0)))
        for n in range(draw(st.integers(0, 4)))
    ]  # fmt: skip
    stage_keys = [stage.key for stage in stages]
    tasks = [
        draw(st.builds(Task, key=st.just(f"TASK-{n:03d}"), ref=refs, title=names,
                       stage_key=st.sampled_from([None, *stage_keys]),
                       status=st.sampled_from(Status),
                       estimate_minutes=st.none() | st.integers(0, 10**6),
                       actual_minutes=st.none() | st.integers(0, 10**6),
                       owner_id=st.none() | names, owner_text=st.none() | names,
                       created_at=moments, completed_at=moments, source=plain,
                       removed_at=st.none(), revision=st.just(0)))
        for n in range(draw(st.integers(0, 2)))
    ]  # fmt: skip
    issues = [
        draw(st.builds(Issue, key=st.just(f"ISS-{n:03d}"), title=names, description=words,
                       severity=st.sampled_from(Severity), status=st.sampled_from(IssueStatus),
                       stage_keys=st.lists(st.sampled_from(stage_keys), unique=True).map(tuple)
                       if stage_keys else st.just(()),
                       root_cause=words, remediation_task_keys=st.just(()),
                       discovered_at=st.datetimes(timezones=st.just(UTC)), resolved_at=moments,
                       reporter_id=st.none() | names, owner_id=st.none() | names,
                       prevention_actions=words, acknowledged_by=st.none() | names,
                       acknowledged_at=moments, permalink=st.none() | names, source=plain,
                       removed_at=st.none(), revision=st.just(0)))
        for n in range(draw(st.integers(0, 2)))
    ]  # fmt: skip
    return [*phases, *stages, *tasks, *issues]


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(plans())
def test_any_plan_survives_an_export_and_an_import(tmp_path_factory, items):
    one, two = (Desk(tmp_path_factory.mktemp("desk")) for _ in range(2))
    one.save(*items)
    exported = one.export()
    if not items:
        return

    two.bring(exported)
    again = two.bring(exported)

    assert two.export() == exported
    assert counts(again)[:2] == (0, 0)


cells = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 10**12) | st.floats(allow_nan=False) | words
    | st.sampled_from(["1.1", "2.10", "BQX-2.10", "Done", "STG-001", "ISS-001", "rec1", "3 days",
                       "129/336", "\x00", "\ud800", "2025-11-17", "Level 2", "38.3%"]),
    lambda part: st.lists(part, max_size=2) | st.dictionaries(words, part, max_size=2),
    max_leaves=3,
)  # fmt: skip
own_items = st.dictionaries(
    st.sampled_from([
        "key", "ref", "name", "title", "status", "progress", "duration", "notes", "source", "code",
        "stage_key", "stage_keys", "phase_key", "severity", "discovered_at", "created_at",
        "estimate_minutes", "remediation_task_keys", "owner_id", "id",
    ]),
    cells,
    max_size=6,
)  # fmt: skip
base_records = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["rec1", "rec2", "rec3", "rec4"]),
        "fields": st.dictionaries(
            st.sampled_from([
                "Stage ID", "Stage Code", "Name", "Status", "Duration", "Assigned To", "Notes",
                "Phase (Link)", "Progress", "Task ID", "Issue ID", "Severity", "Stage", "Code",
            ]),
            cells,
            max_size=6,
        ),
    }
)  # fmt: skip
any_files = st.lists(base_records, max_size=4) | st.fixed_dictionaries(
    {f"{kind}s": st.lists(own_items, max_size=3) for kind in ("phase", "stage", "task", "issue")}
)


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(any_files)
def test_any_file_is_refused_or_imported_once(tmp_path_factory, content):
    desk = Desk(tmp_path_factory.mktemp("desk"))
    try:
        desk.bring(content)
    except UserError:
        return
    plan = desk.export()

    again = desk.bring(content)

    assert counts(again)[:2] == (0, 0)
    assert desk.export() == plan
