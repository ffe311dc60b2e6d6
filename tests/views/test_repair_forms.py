"""Each small form reads back what it shows."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.domain.entries import AnswerWords, Scope
from bot.domain.findings import GapAnswer
from bot.domain.issues import Severity
from bot.errors import FormError
from bot.sandbox.blocks import flaws_of_view
from bot.views.finding_answers import RepairForm
from bot.views.mrkdwn import VALUE
from bot.views.repair_answers import read_repair_form
from bot.views.repair_forms import repair_form
from bot.views.repair_inputs import RepairDraft, common_folder, record_option
from tests.builders import ANA, STAGES, TASKS
from tests.conftest import MONDAY
from tests.findings import BY_KIND, COMMITS, FINDINGS, Kind

FORMS = [form for form in RepairForm if form is not RepairForm.UPDATE]
LIKELY = next(one for one in FINDINGS if one.proposal.get("score"))
HOSTILE = "<!channel> *b* `c` & \u202e" * 200
SHOWN_AS = {
    "plain_text_input": ("value", "initial_value"),
    "datepicker": ("selected_date", "initial_date"),
    "users_select": ("selected_user", "initial_user"),
    "external_select": ("selected_option", "initial_option"),
    "static_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
}


def draft_of(finding=LIKELY, **fields):
    commits = [seen.commit for seen in COMMITS if seen.commit.sha in finding.commits]
    known = {"commits": commits, "stage": STAGES[0], "zone": "Europe/Berlin", **fields}
    reply = {"response_url": "https://hooks.example/1"}
    return RepairDraft(finding=finding, reply=reply, today=date(2025, 11, 17), **known)


def sent(form, draft=None, **typed):
    """Send a form in as it stands, with some boxes filled in, and read it back."""
    view = repair_form(form, draft or draft_of())
    assert flaws_of_view(view) == []
    values = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            name, initial = SHOWN_AS[block["element"]["type"]]
            value = typed.pop(block["block_id"], block["element"].get(initial))
            values[block["block_id"]] = {VALUE: {name: value}}
    assert not typed, typed
    return read_repair_form({**view, "state": {"values": values}}, MONDAY)


def chosen(value):
    return {"text": {"type": "plain_text", "text": "x"}, "value": value}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("text", ["plain", HOSTILE, "x" * 3000], ids=["plain", "hostile", "long"])
@pytest.mark.parametrize("kind", [Kind.COMMIT_UNPLANNED, Kind.REF_AMBIGUOUS])
def test_every_form_stays_inside_slacks_limits(form, text, kind):
    said = {**LIKELY.proposal, "title": text, "ref": text, "actual_reason": text}
    said["choices"] = [{"key": f"STG-{n}", "label": text} for n in range(30)]
    finding = replace(BY_KIND[kind], text=text, evidence=(text,) * 30, proposal=said)
    commits = [
        replace(seen.commit, author_name=text, subject=f"feat: {text}", paths=(f"{text}/a/b",))
        for seen in COMMITS
    ]
    stage = replace(STAGES[0], name=text)

    view = repair_form(form, draft_of(finding, commits=commits, stage=stage))

    assert flaws_of_view(view) == []
    assert len(view["private_metadata"]) <= 3000
    assert "<!channel>" not in json.dumps([b for b in view["blocks"] if b["type"] == "section"])


@pytest.mark.parametrize(
    ("form", "answer", "words"),
    [
        (RepairForm.COMPLETE, GapAnswer.COMPLETE, {"actual_minutes": 255}),
        (
            RepairForm.CREATE,
            GapAnswer.CREATED,
            {"title": "Add a cache", "record_key": "STG-901", "actual_minutes": 255},
        ),
        (RepairForm.CODE_FREE, GapAnswer.CODE_FREE, {}),
    ],
)
def test_what_is_proposed_can_be_sent_as_it_is(form, answer, words):
    read = sent(form)

    assert (read.finding, read.answer, read.words) == (LIKELY.key, answer, AnswerWords(**words))
    assert read.reply == {"response_url": "https://hooks.example/1"}


@pytest.mark.parametrize(
    ("form", "typed", "words"),
    [
        (RepairForm.ESTIMATE, {"hours": "1h30"}, {"estimate_minutes": 90}),
        (RepairForm.COMPLETE, {"hours": ""}, {}),
        (
            RepairForm.BLOCKED,
            {"blocker": "No quota", "severity": chosen("1")},
            {"blocker": "No quota", "severity": Severity.BLOCKER},
        ),
        (
            RepairForm.ADD_STAGE,
            {"ref": "1.5.9", "title": "Indices", "owner": ANA},
            {"ref": "1.5.9", "title": "Indices", "owner_id": ANA},
        ),
        (
            RepairForm.LINK,
            {"record": chosen("TASK-901"), "learn": [chosen("yes")]},
            {"record_key": "TASK-901", "folder": "src/cache"},
        ),
        (RepairForm.LINK, {"record": chosen("STG-902")}, {"record_key": "STG-902"}),
        (
            RepairForm.CREATE,
            {"done": [], "owner": ANA, "home_stage": None, "hours": ""},
            {"title": "Add a cache", "owner_id": ANA, "complete": False},
        ),
        (RepairForm.ASSIGN, {"owner": ANA}, {"owner_id": ANA}),
        (RepairForm.PLACE, {"home_stage": chosen("STG-901")}, {"record_key": "STG-901"}),
        (
            RepairForm.NOT_A_GAP,
            {"reason": " a spike "},
            {"reason": "a spike", "scope": Scope.THESE},
        ),
        (
            RepairForm.NOT_A_GAP,
            {"reason": "vendored", "scope": chosen("folder")},
            {"reason": "vendored", "scope": Scope.FOLDER, "folder": "src/cache"},
        ),
    ],
)
def test_what_is_typed_is_read(form, typed, words):
    assert sent(form, **typed).words == AnswerWords(**words)


def test_a_changed_reference_is_read():
    draft = draft_of(BY_KIND[Kind.REF_AMBIGUOUS])

    read = sent(RepairForm.CHANGE_REF, draft, which=chosen("STG-905"), ref="2.10B")

    assert read.words == AnswerWords(record_key="STG-905", ref="2.10B")


def test_later_is_a_week_from_today_and_begins_at_midnight_there():
    assert sent(RepairForm.LATER).words.until == datetime(2025, 11, 23, 23, tzinfo=UTC)


@pytest.mark.parametrize("day", ["2025-11-17", "2025-11-16", "2020-01-01"])
def test_a_past_day_is_refused_under_its_box(day):
    with pytest.raises(FormError) as caught:
        sent(RepairForm.LATER, day=day)

    assert caught.value.fields == {"day": "Choose a day after today."}


@pytest.mark.parametrize(
    ("form", "typed", "box"),
    [
        (RepairForm.ESTIMATE, {"hours": ""}, "hours"),
        (RepairForm.COMPLETE, {"hours": "soon"}, "hours"),
        (RepairForm.BLOCKED, {"blocker": " "}, "blocker"),
        (RepairForm.ADD_STAGE, {"ref": ""}, "ref"),
        (RepairForm.ADD_STAGE, {"ref": "1.5.9", "title": " "}, "title"),
        (RepairForm.LINK, {"record": None}, "record"),
        (RepairForm.CREATE, {"title": " "}, "title"),
        (RepairForm.ASSIGN, {"owner": None}, "owner"),
        (RepairForm.PLACE, {"home_stage": None}, "home_stage"),
        (RepairForm.NOT_A_GAP, {"reason": ""}, "reason"),
    ],
)
def test_what_is_missing_is_said_under_its_box(form, typed, box):
    with pytest.raises(FormError) as caught:
        sent(form, **typed)

    assert list(caught.value.fields) == [box]
    assert "`" not in str(caught.value)


def test_the_proposed_hours_say_where_they_come_from():
    view = repair_form(RepairForm.COMPLETE, draft_of())

    [box] = [block for block in view["blocks"] if block["type"] == "input"]
    assert box["element"]["initial_value"] == "4.25"
    assert box["hint"]["text"] == "Proposed: 3 commits in two sessions"


def test_only_undocumented_work_asks_how_far_it_reaches():
    view = repair_form(RepairForm.NOT_A_GAP, draft_of(BY_KIND[Kind.STAGE_OLD]))

    assert [block["block_id"] for block in view["blocks"] if block["type"] == "input"] == ["reason"]


def test_the_folder_is_the_deepest_that_all_commits_share():
    commit = COMMITS[0].commit

    def of(*paths):
        return common_folder([replace(commit, paths=each) for each in paths])

    assert of(("a/b/c.py", "a/b/d.py"), ("a/b/e/f.py",)) == "a/b"
    assert of(("a/b.py",), ("c/d.py",)) == ""
    assert of(("README.md",)) == ""
    assert of(("a/b.py",), ()) == ""
    assert of((f"{'x' * 600}/a.py",)) == ""
    assert common_folder([]) == ""


def test_tasks_and_stages_are_told_apart_in_the_typeahead():
    assert record_option(TASKS[0])["description"]["text"] == "Task, not started"
    assert record_option(STAGES[0])["value"] == "STG-901"
