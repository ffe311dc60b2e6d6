"""Fields that contradict each other, tasks and stages half filled in, completed tasks, names."""

from dataclasses import replace

import pytest

from bot.domain.evidence import LinkVerdict
from bot.domain.findings import FindingKind
from bot.domain.plan import Phase, Status
from bot.domain.plan_gaps import record_name, refs_above, stage_name
from bot.domain.progress import Progress
from tests.conftest import MONDAY
from tests.domain.builders import (
    DAY,
    HOUR,
    commit,
    decision,
    found,
    kinds,
    of_kind,
    stage,
    task,
    waiting,
)

COMPLETE = {"status": Status.COMPLETE, "started_at": None}
DONE_TASK = task("z", status=Status.COMPLETE, stage_key="STG-other")


def contradictions(*stages, **plan):
    assessment = found(stages=stages, **plan)
    return [f.text for f in of_kind(assessment, FindingKind.PLAN_CONTRADICTION)]


@pytest.mark.parametrize(
    ("one", "says"),
    [
        (stage("1.1", **COMPLETE, progress=Progress(383)), "is complete, but stands at 38.3 %"),
        (
            stage("1.1", **COMPLETE, notes="STATUS: IN PROGRESS (38.3% complete)"),
            "is complete, but stands at 38.3 %",
        ),
        (waiting("1.1", progress=Progress(400)), "is not started, but stands at 40 %"),
        (
            stage("1.1", **{**COMPLETE, "started_at": MONDAY - DAY}, completed_at=MONDAY - 3 * DAY),
            "was completed 2 days before it was started",
        ),
    ],
)
def test_a_stage_whose_fields_cannot_all_be_true_is_found(one, says):
    assert contradictions(one) == [f"Stage 1.1 “Stage named 1.1” {says}."]


def test_open_tasks_contradict_a_complete_stage():
    tasks = (task("a", stage_key="STG-1.1"), task("b", stage_key="STG-1.1"), DONE_TASK)

    assert contradictions(stage("1.1", **COMPLETE), tasks=tasks) == [
        "Stage 1.1 “Stage named 1.1” is complete, but 2 tasks are not."
    ]


def test_all_that_is_wrong_with_a_stage_is_one_finding():
    one = stage("1.1", **COMPLETE, progress=Progress(10))

    assert contradictions(one, tasks=(task("a", stage_key="STG-1.1"), DONE_TASK)) == [
        (
            "Stage 1.1 “Stage named 1.1” is complete, but stands at 1 %; it is complete, but 1 task"
            " is not."
        )
    ]


@pytest.mark.parametrize(
    "one",
    [
        stage("1.1", **COMPLETE),
        stage("1.1", **COMPLETE, progress=Progress(1000), notes="STATUS: IN PROGRESS (38%)"),
        stage("1.1", **COMPLETE, progress=Progress.counted(336, 336)),
        stage("1.1", **COMPLETE, notes="Success rate: 97.3%\nTrack 2 verified (97.3% complete)"),
        stage("1.1", progress=Progress(1000)),
        stage("1.1", status=Status.BLOCKED, progress=Progress(400)),
        waiting("1.1", progress=Progress(0)),
        waiting("1.1"),
        # a date without a time is midnight: it may be the same day
        stage("1.1", **{**COMPLETE, "started_at": MONDAY}, completed_at=MONDAY - 8 * HOUR),
        stage("1.1", started_at=MONDAY - DAY, completed_at=MONDAY, status=Status.COMPLETE),
    ],
)
def test_what_can_be_true_is_no_contradiction(one):
    assert contradictions(one) == []


def test_a_plan_that_keeps_no_status_of_tasks_contradicts_nothing():
    tasks = tuple(task(name, stage_key="STG-1.1") for name in "abc")

    assert contradictions(stage("1.1", **COMPLETE), tasks=tasks) == []


def test_a_complete_phase_with_open_stages_is_found():
    phase = Phase(key="PH", ref="1", name="One", status=Status.COMPLETE)
    stages = [stage(f"1.{n}", phase_key="PH") for n in (10, 9)]
    nameless = stage(None, "STG-x", name="No ref", phase_key="PH")

    assert contradictions(*stages, phases=(phase,)) == [
        "Phase 1 “One” is complete, but 2 stages are not: 1.9, 1.10."
    ]
    assert contradictions(nameless, phases=(phase,)) == [
        "Phase 1 “One” is complete, but 1 stage is not: “No ref”."
    ]


def test_a_phase_whose_stages_agree_is_none():
    phase = Phase(key="PH", ref="1", name="One", status=Status.COMPLETE)

    assert contradictions(stage("1.1", **COMPLETE, phase_key="PH"), phases=(phase,)) == []
    assert contradictions(stage("1.1"), phases=(phase,)) == []
    assert contradictions(stage("1.1", phase_key="PH"), phases=(replace(phase, status="x"),)) == []


# Half filled in


def test_a_stage_under_way_without_a_task_is_found_where_others_are_broken_down():
    tasks = tuple(task(str(n), stage_key=f"STG-1.{n}") for n in (1, 2))
    stages = tuple(stage(f"1.{n}") for n in (1, 2, 3))

    findings = of_kind(found(stages=stages, tasks=tasks), FindingKind.STAGE_NO_TASKS)

    assert [finding.text for finding in findings] == [
        "Stage 1.3 “Stage named 1.3” is in progress without a task."
    ]


def test_a_plan_that_keeps_no_or_few_tasks_misses_none():
    stages = tuple(stage(f"1.{n}") for n in (1, 2, 3, 4))
    few = (task("a", stage_key="STG-1.1"), task("b", stage_key="STG-1.2"))

    assert kinds(found(stages=stages)) == []
    assert kinds(found(stages=stages, tasks=few)) == []


def test_a_stage_that_is_broken_down_into_stages_needs_no_tasks():
    stages = (stage("1.1"), stage("1.1.1"), stage("1.1.2"), waiting("1.2"))
    tasks = (task("a", stage_key="STG-1.1.1"), task("b", stage_key="STG-1.1.2"))

    assert kinds(found(stages=stages, tasks=tasks)) == []


def test_an_empty_phase_under_way_is_found():
    phase = Phase(key="PH", ref="2", name="Two", status=Status.IN_PROGRESS)

    (finding,) = found(stages=(stage("1.1"),), phases=(phase,)).findings

    assert finding.text == "Phase 2 “Two” is in progress without a stage."


@pytest.mark.parametrize(
    "one", [stage("2.1"), stage("7.1", phase_key="PH"), stage(None, "STG-x"), waiting("2.1.3")]
)
def test_a_phase_that_may_have_a_stage_is_not_empty(one):
    phase = Phase(key="PH", ref="2", name="Two", status=Status.IN_PROGRESS)

    findings = found(stages=(one,), phases=(phase,))

    assert of_kind(findings, FindingKind.STAGE_NO_TASKS) == []


def test_a_task_without_a_stage_is_found_where_others_have_one():
    lost, placed = task("a"), task("b", stage_key="STG-1")

    assert kinds(found(tasks=(lost, placed))) == ["task_no_stage"]
    assert kinds(found(tasks=(lost,))) == []
    assert kinds(found(tasks=(replace(lost, status=Status.COMPLETE), placed))) == []


# Tasks that commits complete

TASKS = (task("TSK-3.1.6"), task("TSK-3.1.7"))


def closed(subject, body="", **rest):
    assessment = found(commit(subject, body), stages=(stage("1.1"),), tasks=TASKS, **rest)
    return [f.refs[0] for f in of_kind(assessment, FindingKind.TASK_COMPLETE_IN_GIT)]


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("feat: loader", "Closes TSK-3.1.6"),
        ("feat: loader", "Closes: TSK-3.1.6."),
        ("feat: loader", "- closes task TSK-3.1.6"),
        ("feat: loader", "This commit resolves TSK-3.1.6."),
        ("feat: loader, closes TSK-3.1.6", ""),
        ("feat: loader (closes TSK-3.1.6)", ""),
        ("Fix TSK-3.1.6", ""),
        ("feat: Complete TSK-3.1.6", ""),
        ("TSK-3.1.6 done", ""),
        ("feat: loader", "Fixed TSK-3.1.6 and added rows"),
    ],
)
def test_a_closing_word_completes_a_task(subject, body):
    assert closed(subject, body) == ["TSK-3.1.6"]


def test_a_list_completes_all_its_tasks():
    assert set(closed("feat: x", "Closes TSK-3.1.6, TSK-3.1.7")) == {"TSK-3.1.6", "TSK-3.1.7"}


@pytest.mark.parametrize(
    "words",
    [
        "Refs TSK-3.1.6",
        "Part of TSK-3.1.6",
        "Towards TSK-3.1.6",
        "will close TSK-3.1.6",
        "This will close TSK-3.1.6",
        "not closes TSK-3.1.6",
        "does not close TSK-3.1.6",
        "doesn't fix TSK-3.1.6",
        "cannot close TSK-3.1.6 yet",
        "fix: TSK-3.1.6 handle nulls",
        "fix: TSK-3.1.6",
        "fix(etl): TSK-3.1.6 handle nulls",
        "Fix TSK-3.1.6 crash on nulls",
        "Fixes TSK-3.1.6 tests",
        "Complete TSK-3.1.6 tests",
        "feat: TSK-3.1.6 loader",
        "try to close TSK-3.1.6",
        "needed to close TSK-3.1.6",
        "Towards closing TSK-3.1.6",
        "Partially fixes TSK-3.1.6",
        "Closes TSK-3.1.6 once the rows are there",
        "Closes TSK-3.1.6?",
        "Does this close TSK-3.1.6?",
        "Almost closes TSK-3.1.6",
        "Should fix TSK-3.1.6",
        "Reopens TSK-3.1.6",
        "Closes the gap in TSK-3.1.6",
        "Closes #316",
        "Closes TSK-3.1.60",
    ],
)
def test_references_intentions_parts_and_questions_complete_no_task(words):
    assert closed(words) == []
    assert closed("feat: loader", words) == []
    assert closed("feat: loader", f"- {words}") == []


def test_a_complete_task_is_no_gap_and_a_rejected_one_neither():
    one = commit("feat: x", "Closes TSK-3.1.6")
    no = decision(one, "TASK-TSK-3.1.6", LinkVerdict.REJECTED)
    complete = (replace(TASKS[0], status=Status.COMPLETE),)

    assert kinds(found(one, tasks=complete)) == []
    assert kinds(found(one, tasks=TASKS, decisions=[no])) == ["commit_unplanned"]


def test_a_completed_task_proposes_its_day_and_its_work():
    first = commit("feat: TSK-3.1.6 loader", at=MONDAY - 2 * DAY)
    last = commit("feat: rest", "Closes TSK-3.1.6", at=MONDAY - 2 * DAY + HOUR)

    (finding,) = found(first, last, tasks=TASKS).findings

    assert finding.commits == (first.sha, last.sha)
    assert finding.proposal["completed_at"] == last.authored_at.isoformat()
    assert finding.proposal["actual_minutes"] > 0


def test_a_persons_later_word_overrules_a_commit_that_calls_a_stage_complete():
    one = commit("feat: Complete Stage 1.1", at=MONDAY - 2 * DAY)

    assert kinds(found(one, stages=(stage("1.1", last_progress_at=MONDAY - DAY),))) == []
    assert kinds(found(one, stages=(stage("1.1", last_progress_at=MONDAY - 3 * DAY),))) == [
        "stage_complete_in_git"
    ]


# Names


def test_records_are_named_by_ref_code_or_name():
    assert stage_name(stage("1.5.4", name="Load\nit")) == "1.5.4 “Load it”"
    assert stage_name(stage(None, code="BQX-2.3", name="Load")) == "BQX-2.3 “Load”"
    assert stage_name(stage(None, name="Load")) == "“Load”"
    assert record_name(task("TSK-1", title="Vacuum")) == "TSK-1 “Vacuum”"
    assert record_name(task(None, title="V" * 200)) == f"“{'V' * 119}…”"


@pytest.mark.parametrize(
    ("ref", "above"), [("1.5.4", ["1.5", "1"]), ("1", []), (None, []), ("2.16B", ["2"])]
)
def test_the_refs_above_a_ref(ref, above):
    assert refs_above(ref) == above
