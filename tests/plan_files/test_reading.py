"""Reading plan files: bases' exports, spreadsheets, our own exports, and what is none of them."""

import json
from collections import Counter
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adapters.plan_files import MAX_BYTES, read_plan_file
from bot.domain.issues import IssueStatus, Severity
from bot.domain.plan import Duration, Status
from bot.domain.progress import Progress
from bot.errors import UserError


def read(tmp_path, content, name="plan.json"):
    path = tmp_path / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_text(text, encoding="utf-8")
    return read_plan_file(path)


def record(number, **fields):
    return {
        "id": f"rec{number:014d}",
        "createdTime": "2025-11-09T03:50:06.000Z",
        "fields": {name.replace("_", " "): value for name, value in fields.items()},
    }


def test_the_customers_stages_are_read_whole(shared):
    plan_file = read_plan_file(shared / "data/bqx/stages.json")

    drafts = plan_file.drafts
    assert len(drafts) == 108
    assert all(draft.ref and draft.title and draft.source["fields"] for draft in drafts)
    assert sum("code" in draft.fields for draft in drafts) == 91
    assert Counter(draft.fields["status"] for draft in drafts) == {
        Status.NOT_STARTED: 70,
        Status.COMPLETE: 29,
        Status.IN_PROGRESS: 9,
    }
    stated = [draft.fields["duration"].low_s for draft in drafts]
    assert stated.count(None) == 5
    assert {
        draft.ref: draft.fields["progress"] for draft in drafts if "progress" in draft.fields
    } == {
        "2.1.2": Progress(274, 92, 336),
        "2.1.3": Progress(1000, 28, 28),
    }


def test_the_customers_ambiguities_are_reported_with_all_titles(shared):
    plan_file = read_plan_file(shared / "data/bqx/stages.json")

    notes = [note.text for note in plan_file.notes if note.kind == "ambiguous"]
    shared_refs = [text.split()[2] for text in notes if "is carried by" in text]
    assert shared_refs == [
        *("2.1", "2.2", "2.3", "2.4", "2.10", "2.11", "2.12", "2.14", "2.15"),
        *("3.1", "3.2", "3.3", "3.4"),
    ]
    assert any("Documentation Cleanup" in text and "Alignment Validation" in text for text in notes)
    assert sum("426/672" in text for text in notes) == 1


@pytest.mark.parametrize("wrap", [lambda rows: rows, lambda rows: {"records": rows}])
def test_a_bases_export_is_a_list_of_records_or_an_object_with_one(tmp_path, wrap):
    rows = [record(1, **{"Stage ID": "1.5.4 - Recalc", "Status": "In Progress"})]

    (draft,) = read(tmp_path, wrap(rows)).drafts

    assert (draft.ref, draft.title, draft.record_id) == ("1.5.4", "Recalc", "rec00000000000001")
    assert draft.source == rows[0]


def test_a_base_with_tables_gives_every_kind(tmp_path):
    base = {
        "tables": [
            {"name": "Phases", "records": [record(1, Phase="Phase 1.5: Rates", Status="Todo")]},
            {
                "name": "Stages",
                "records": [record(2, Stage_ID="1.5.4 - X", Phase="Phase 1.5: Rates")],
            },
            {
                "name": "Tasks",
                "records": [record(3, Task="TSK-3.1.6 Select", Estimated_Hours=4, Stage=["rec2"])],
            },
            {
                "name": "Issues",
                "records": [
                    record(4, Issue_ID="ISS-007", Title="Down", Severity="Level 1: Blocker")
                ],
            },
            {"name": "Invoices", "records": [record(5, Amount=3)]},
        ]
    }

    plan_file = read(tmp_path, base)

    phase, stage, task, issue = plan_file.drafts
    assert (phase.ref, stage.links) == ("1.5", {"phase_key": ("Phase 1.5: Rates",)})
    assert (task.ref, task.title, task.fields["estimate_minutes"]) == ("TSK-3.1.6", "Select", 240)
    assert (issue.key, issue.fields["severity"]) == ("ISS-007", Severity.BLOCKER)
    assert ["Invoices" in note.text for note in plan_file.notes] == [True]


@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_spreadsheets_are_read_with_any_usual_delimiter(tmp_path, start, delimiter):
    lines = [
        ["Stage ID", "Code", "Name", "Status", "Duration", "Assigned To", "Notes", "Phase"],
        [
            "1.5.4",
            "BQX-1.5.4",
            "Recalc",
            "Done",
            "4-6 hours",
            "Ana",
            '"two\nlines, with; all"',
            "1.5",
        ],
        ["", "", "", "", "", "", "", ""],
        ["1.5.5", "", "REG", "in_progress", "", "", "", ""],
    ]
    text = start + "\r\n".join(delimiter.join(line) for line in lines)
    text = text.replace("4-6 hours", '"4-6 hours"')

    first, second = read(tmp_path, text, "plan.csv").drafts

    assert first.fields == {
        "ref": "1.5.4",
        "code": "BQX-1.5.4",
        "name": "Recalc",
        "status": Status.COMPLETE,
        "duration": Duration("4-6 hours", 14400, 21600),
        "owner_text": "Ana",
        "notes": "two\nlines, with; all",
    }
    assert first.links == {"phase_key": ("1.5",)}
    assert (second.ref, second.where, second.fields["status"]) == (
        "1.5.5",
        "line 5",
        Status.IN_PROGRESS,
    )


@pytest.mark.parametrize(
    "header", ["Ref,Title,State,Owner", "stage_code,STAGE NAME,Status,Assignee"]
)
def test_columns_are_known_by_several_names(tmp_path, header):
    (draft,) = read(tmp_path, f"{header}\nBQX-2.17b,Graph,Todo,Ana\n", "plan.csv").drafts

    assert (draft.ref, draft.title) == ("2.17B", "Graph")
    assert (draft.fields["status"], draft.fields["owner_text"]) == (Status.NOT_STARTED, "Ana")


def test_what_cannot_be_read_is_told_with_its_line_and_the_rest_is_kept(tmp_path):
    text = (
        "Ref,Name,Status,Duration,Progress\n1.1,A,Nearly,soon,150%\n,,Done,,\n1.2,B,Done,,,extra\n"
    )

    plan_file = read(tmp_path, text, "plan.csv")

    assert [draft.ref for draft in plan_file.drafts] == ["1.1", "1.2"]
    assert "status" not in plan_file.drafts[0].fields
    told = [(note.where, note.text) for note in plan_file.notes]
    assert [where for where, _ in told] == ["line 2", "line 2", "line 2", "line 3", "line 4"]
    assert "“Nearly”" in " ".join(text for _, text in told)
    assert "neither a name nor a reference" in told[3][1]


def test_a_title_and_a_code_that_disagree_are_reported(tmp_path):
    plan_file = read(tmp_path, "Stage ID,Code\n1.5.4 - X,BQX-1.5.5\n", "plan.csv")

    assert "The title says 1.5.4, the code says BQX-1.5.5" in plan_file.notes[0].text


def test_a_record_that_comes_twice_is_taken_once(tmp_path):
    rows = [record(1, Name="A"), record(2, Name="B"), record(1, Name="A"), record(2, Name="C")]

    plan_file = read(tmp_path, rows)

    assert [draft.title for draft in plan_file.drafts] == ["A", "B"]
    assert [note.where for note in plan_file.notes] == ["rec00000000000002"]


def test_an_export_written_by_hand_is_read_by_its_words(tmp_path):
    content = {
        "phases": [{"ref": "Phase 1.5", "name": "Rates"}],
        "stages": [
            {"ref": "bqx-1.5.4", "name": "=1+1", "status": "Done", "progress": "129/336",
             "duration": "2 days", "phase_key": "1.5"},
            {"Stage ID": "1.5.5 - REG", "Status": "Todo"},
        ],
        "issues": [{"title": "Down", "severity": 2, "status": "Resolved"}],
    }  # fmt: skip

    phase, first, second, issue = read(tmp_path, content).drafts

    assert (phase.ref, first.ref, first.title, second.ref) == ("1.5", "1.5.4", "=1+1", "1.5.5")
    assert first.fields["progress"] == Progress.counted(129, 336)
    assert first.links == {"phase_key": ("1.5",)}
    assert (issue.fields["severity"], issue.fields["status"]) == (
        Severity.MAJOR,
        IssueStatus.RESOLVED,
    )


@pytest.mark.parametrize(
    "item",
    [
        {"status": "sideways"},
        {"progress": {"permille": 2000}},
        {"progress": {"permille": 5, "done": 3}},
        {"progress": {"permille": "5"}},
        {"duration": {"low_s": 3}},
        {"duration": {"text": "x", "low_s": -3}},
        {"started_at": "yesterday"},
        {"owner_id": {"a": 1}},
        {"source": [1]},
        {"key": "\0" * 9},
        {"key": "k" * 600},
    ],
)
def test_a_value_of_the_wrong_kind_is_told_and_left_out(tmp_path, item):
    plan_file = read(tmp_path, {"stages": [{"ref": "1.1", "name": "A", **item}]})

    (draft,) = plan_file.drafts
    assert set(draft.fields) == {"ref", "name"}
    assert draft.key is None
    assert [note.kind for note in plan_file.notes] == ["unreadable"]


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        ("", "plan.json", "is empty"),
        (" \n ", "plan.csv", "is empty"),
        ('[\n{"a": 1},\n{"b" 2}]', "plan.json", "line 3: this isn't JSON"),
        ("Ref,Name", "plan.json", "line 1: this isn't JSON"),
        ("{" * 10, "plan.csv", "line 1: this isn't JSON"),
        ("[" * 100_000, "plan.json", "nested too deeply"),
        ('[{"Name": ' + "[" * 60 + "]" * 60 + "}]", "plan.json", "nested too deeply"),
        ('[{"Stage ID": NaN}]', "plan.json", "NaN is no number"),
        ("[" + "1" * 5000 + "]", "plan.json", "isn't JSON"),
        ('{"rows": []}', "plan.json", "JSON of another shape"),
        ("17", "plan.json", "JSON of another shape"),
        ("[1, 2]", "plan.json", "record 1 is no object"),
        ("[]", "plan.json", "nothing to import"),
        ('[{"Colour": "red"}]', "plan.json", "no name, reference or code"),
        ('{"stages": 3}', "plan.json", "`stages` is no list"),
        ('{"stages": [3]}', "plan.json", "stage 1 is no object"),
        ('{"tables": [3]}', "plan.json", "a list of `records`"),
        ("just some words\nand more\n", "plan.txt", "line 1: I expect column names"),
        ('Ref,Name\n1.1,"open\n', "plan.csv", "line 2: this isn't CSV"),
        ("Ref,Name\n1.1,a\0b\n", "plan.csv", "line 2: there is a NUL character"),
        (b"Ref,Name\n1.1,\xff\xfe\n", "plan.csv", "line 2: this isn't UTF-8 text"),
        (b"\x89PNG\r\n\x1a\n\0\0", "plan.png", "isn't UTF-8 text"),
        ("Ref,Name\n1.1," + "x" * 200_000, "plan.csv", "line 2: this isn't CSV"),
        ("Ref,Name\n" + "1.1,x\n" * 50_002, "plan.csv", "more than 50,000 items"),
    ],
)  # fmt: skip
def test_what_is_no_plan_file_is_refused_in_plain_words(tmp_path, content, name, says):
    with pytest.raises(UserError) as refusal:
        read(tmp_path, content, name)

    assert says in str(refusal.value)
    assert str(refusal.value).startswith(name)


def test_folders_missing_files_and_huge_files_are_refused(tmp_path):
    huge = tmp_path / "huge.json"
    with huge.open("wb") as file:
        file.truncate(MAX_BYTES + 1)

    for path, says in [
        (tmp_path, "is a folder"),
        (tmp_path / "none.json", "There is no file"),
        (tmp_path / "a\0b", "I can't read"),
        (huge, "larger than 50 MB"),
    ]:
        with pytest.raises(UserError, match=says):
            read_plan_file(path)


def test_a_spreadsheet_saved_as_utf_16_is_read(tmp_path):
    (draft,) = read(tmp_path, "Ref\tName\n1.1\tÄ\n".encode("utf-16"), "plan.txt").drafts

    assert draft.title == "Ä"


@settings(
    max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda part: st.lists(part, max_size=3)
        | st.dictionaries(
            st.sampled_from(["stages", "records", "fields", "id", "key", "name", "Stage ID", "ref",
                             "Status", "progress", "source", "tables", "issues", "stage_keys"])
            | st.text(max_size=5),
            part,
            max_size=4,
        ),
        max_leaves=12,
    )
)  # fmt: skip
def test_any_json_is_read_or_refused(tmp_path, content):
    with suppress(UserError):
        read(tmp_path, json.dumps(content))
