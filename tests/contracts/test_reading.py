"""What PlanReader promises: order, search, and what it leaves out."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.adapters.database import SqlPlanDatabase
from bot.domain.issues import Severity
from bot.domain.plan import Member, Phase, Stage, Status, Workspace
from tests.conftest import MONDAY
from tests.contracts.samples import (
    CHECK,
    ISSUE,
    ITEMS,
    PHASE,
    REPORT,
    STAGE,
    TASK,
    UPDATE,
    fill,
    why,
)


def saved(plans: SqlPlanDatabase, home: Workspace, *items) -> None:
    with plans.changing(home.id) as plan:
        for item in items:
            plan.save(item, why())


def stage(number: int, ref: str | None, name: str = "x", **more) -> Stage:
    return Stage(key=f"STG-{number:03d}", ref=ref, name=name, **more)


def test_refs_are_ordered_as_people_count(plans, home):
    refs = ["1.10", "2.16B", None, "1.2", "2.16", "1.2.3", "10.1", "2.16A"]
    saved(plans, home, *(stage(n, ref) for n, ref in enumerate(refs)))

    with plans.reading(home.id) as plan:
        found = [s.ref for s in plan.stages()]

    assert found == ["1.2", "1.2.3", "1.10", "2.16", "2.16A", "2.16B", "10.1", None]


def test_stages_of_one_ref_are_ordered_by_key(plans, home):
    saved(plans, home, stage(1000, "1.1"), stage(999, "1.1"), stage(2, "1.1"), stage(1, "1.1.1"))

    with plans.reading(home.id) as plan:
        keys = [s.key for s in plan.stages_with_ref("1.1")]
        everything = [s.key for s in plan.stages()]

    assert keys == ["STG-002", "STG-999", "STG-1000"]
    assert everything == [*keys, "STG-001"]


def test_stages_can_be_asked_by_status_and_limited(plans, home):
    statuses = [Status.BLOCKED, Status.COMPLETE, Status.IN_PROGRESS, Status.BLOCKED]
    saved(plans, home, *(stage(n, f"1.{n}", status=s) for n, s in enumerate(statuses)))

    with plans.reading(home.id) as plan:
        moving = plan.stages(statuses={Status.BLOCKED, Status.IN_PROGRESS})
        first = plan.stages(statuses=[Status.BLOCKED], limit=1)
        none = plan.stages(statuses=[])

    assert [s.ref for s in moving] == ["1.0", "1.2", "1.3"]
    assert [s.ref for s in first] == ["1.0"]
    assert none == []


def test_stages_are_counted_by_status_without_the_removed(plans, home):
    stages = [stage(n, f"1.{n}", status=Status.BLOCKED) for n in range(3)]
    saved(plans, home, *stages, stage(9, "2"))
    saved(plans, home, replace(stages[0], removed_at=MONDAY))

    with plans.reading(home.id) as plan:
        counted = plan.stage_counts()

    assert counted == {
        Status.NOT_STARTED: 1,
        Status.IN_PROGRESS: 0,
        Status.BLOCKED: 2,
        Status.COMPLETE: 0,
    }


def test_phases_are_ordered_by_ref_then_name(plans, home):
    phases = [("10", "a"), ("1.5", "b"), (None, "Zoo"), (None, "apple"), ("1.5", "A")]
    saved(plans, home, *(Phase(key=f"P{n}", ref=r, name=m) for n, (r, m) in enumerate(phases)))

    with plans.reading(home.id) as plan:
        found = [(p.ref, p.name) for p in plan.phases()]

    assert found == [("1.5", "A"), ("1.5", "b"), ("10", "a"), (None, "apple"), (None, "Zoo")]


def test_tasks_of_a_stage_leave_out_other_stages(plans, home):
    refs = ["TSK-3.1.10", "TSK-3.1.6", "MP03.P01.S01.T02"]
    tasks = [replace(TASK, key=f"TASK-{n:03d}", ref=ref) for n, ref in enumerate(refs)]
    saved(plans, home, *tasks, replace(TASK, key="TASK-099", stage_key="STG-777"))

    with plans.reading(home.id) as plan:
        found = [t.ref for t in plan.tasks(stage_key="STG-001")]
        everything = plan.tasks()

    assert found == ["MP03.P01.S01.T02", "TSK-3.1.6", "TSK-3.1.10"]
    assert len(everything) == 4


def test_issues_come_worst_first_then_oldest(plans, home):
    hour = timedelta(hours=1)
    issues = [
        replace(ISSUE, key="ISS-001", severity=Severity.DEBT, discovered_at=MONDAY - hour),
        replace(ISSUE, key="ISS-002", severity=Severity.BLOCKER, discovered_at=MONDAY),
        replace(ISSUE, key="ISS-1000", severity=Severity.MAJOR, discovered_at=MONDAY - hour),
        replace(ISSUE, key="ISS-999", severity=Severity.MAJOR, discovered_at=MONDAY - hour),
        replace(ISSUE, key="ISS-003", severity=Severity.BLOCKER, discovered_at=MONDAY - hour),
    ]
    saved(plans, home, *issues)

    with plans.reading(home.id) as plan:
        found = [i.key for i in plan.issues()]

    assert found == ["ISS-003", "ISS-002", "ISS-999", "ISS-1000", "ISS-001"]


def test_open_issues_are_those_somebody_still_works_on(plans, home):
    words = ["Open", "In Progress", "Resolved", "Closed"]
    states = [type(ISSUE.status)(word) for word in words]
    saved(plans, home, *(replace(ISSUE, key=f"ISS-{n}", status=s) for n, s in enumerate(states)))

    with plans.reading(home.id) as plan:
        assert [i.status for i in plan.issues(open_only=True)] == states[:2]


@pytest.mark.parametrize("typed", ["ISS-001", "iss-001", "Iss-001"])
def test_an_issue_is_found_in_any_case(plans, home, typed):
    saved(plans, home, ISSUE)

    with plans.reading(home.id) as plan:
        assert plan.issue(typed) == replace(ISSUE, revision=1)


def test_what_was_removed_is_left_out_of_lists_but_found_by_its_key(plans, home):
    removed = {kind: replace(item, removed_at=MONDAY) for kind, item in ITEMS.items()}
    saved(plans, home, *removed.values())

    with plans.reading(home.id) as plan:
        lists = [plan.phases(), plan.stages(), plan.tasks(), plan.issues(), plan.gap_checks()]
        lists += [plan.stages_with_ref("1.5.4"), plan.search_stages("", member_id="U1")]
        found = {kind: plan.item(kind, item.key) for kind, item in ITEMS.items()}
        by_key = [plan.stage("STG-001"), plan.task("TASK-001"), plan.issue("ISS-001")]
        said = plan.last_update("STG-001")

    assert lists == [[]] * 7
    assert said is None
    assert found == {kind: replace(item, revision=1) for kind, item in removed.items()}
    assert None not in by_key


def test_what_is_unknown_is_none_or_an_empty_list(plans, home):
    with plans.reading(home.id) as plan:
        nothing = [plan.stage("x"), plan.task("x"), plan.issue("x"), plan.member("x")]
        nothing += [plan.item("stage", "x"), plan.item("no such kind", "x"), plan.gap_check("x")]
        nothing += [plan.report("x"), plan.last_report("x"), plan.post("x"), plan.delivery("x")]
        nothing += [plan.draft("x"), plan.channel_id("x"), plan.last_update("x")]
        nothing += [plan.last_operation("x")]
        lists = [plan.operation("x"), plan.changes(key="x"), plan.gap_checks(bundle="x")]

    assert nothing == [None] * len(nothing)
    assert lists == [[]] * 3


def test_members_come_by_name_whatever_its_case(plans, home):
    names = {"U1": "Zoe", "U2": "ada", "U3": "Bob"}
    with plans.changing(home.id) as plan:
        for member_id, name in names.items():
            plan.put_member(Member(id=member_id, name=name))

    with plans.reading(home.id) as plan:
        assert [m.name for m in plan.members()] == ["ada", "Bob", "Zoe"]


def test_the_last_update_is_the_newest_said_not_the_newest_written(plans, home):
    hour = timedelta(hours=1)
    updates = [
        replace(UPDATE, key="PRG-001", at=MONDAY, note="newest"),
        replace(UPDATE, key="PRG-002", at=MONDAY - hour, member_id="U2", note="U2 said"),
        replace(UPDATE, key="PRG-003", at=MONDAY + hour, stage_key="STG-002"),
    ]
    saved(plans, home, *updates)

    with plans.reading(home.id) as plan:
        newest, by_other = plan.last_update("STG-001"), plan.last_update("STG-001", "U2")

    assert newest is not None
    assert by_other is not None
    assert (newest.note, by_other.note) == ("newest", "U2 said")


def test_of_two_updates_of_one_moment_the_later_key_counts(plans, home):
    saved(plans, home, *(replace(UPDATE, key=f"PRG-{n}") for n in (1000, 999, 2)))

    with plans.reading(home.id) as plan:
        said = plan.last_update("STG-001")

    assert said is not None
    assert said.key == "PRG-1000"


def test_gap_checks_come_as_they_were_asked(plans, home):
    keys = [f"{CHECK.bundle}:{n}" for n in (10, 9, 1)]
    later = replace(CHECK, key="a", asked_at=MONDAY + timedelta(days=7), answer=None)
    saved(plans, home, later, *(replace(CHECK, key=key) for key in keys))

    with plans.reading(home.id) as plan:
        found = [c.key for c in plan.gap_checks()]
        unanswered = [c.key for c in plan.gap_checks(open_only=True)]

    assert found == [*reversed(keys), "a"]
    assert unanswered == ["a"]


def test_the_last_report_is_the_newest_of_its_kind(plans, home):
    day = timedelta(days=1)
    with plans.changing(home.id) as plan:
        plan.put_report(replace(REPORT, key="b", as_of=MONDAY))
        plan.put_report(replace(REPORT, key="a", as_of=MONDAY + day))
        plan.put_report(replace(REPORT, key="c", as_of=MONDAY + 2 * day, kind="other"))

    with plans.reading(home.id) as plan:
        found = plan.last_report("gap_assessment")

    assert found is not None
    assert found.key == "a"


def test_a_search_shows_own_work_then_exact_then_prefix_then_the_rest(plans, home):
    saved(
        plans,
        home,
        stage(1, "1.5", "whole"),
        stage(2, "1.5.10", "prefix, later"),
        stage(3, "1.5.9", "prefix"),
        stage(4, "7.1", "names 1.5 inside"),
        stage(5, None, "no ref", code="BQX-1.5"),
        stage(6, "21.5", "own", owner_id="U1", status=Status.IN_PROGRESS),
        stage(7, "1.5.1", "own but done", owner_id="U1", status=Status.COMPLETE),
        stage(8, "3.3", "own, does not match", owner_id="U1", status=Status.IN_PROGRESS),
    )

    with plans.reading(home.id) as plan:
        found = [s.key[-1] for s in plan.search_stages("1.5", member_id="U1")]

    assert found == ["6", "1", "7", "3", "2", "4", "5"]


def test_an_empty_search_shows_own_work_first_then_all(plans, home):
    mine = {"owner_id": "U1", "status": Status.IN_PROGRESS}
    saved(plans, home, stage(1, "1.1"), stage(2, "9.9", **mine), stage(3, None))

    with plans.reading(home.id) as plan:
        found = [s.key[-1] for s in plan.search_stages("", member_id="U1")]

    assert found == ["2", "1", "3"]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("größe", "Die GRÖSSE der Daten"),
        ("GRÖSSE", "größe"),
        ("ÅNGSTRÖM", "A\u030angstro\u0308m"),
        ("100%", "100% done"),
        ("a_b", "has a_b inside"),
        ("back\\slash", "a back\\slash"),
        ("two  words", "two words"),
        ("\uff12.1", "full width 2.1"),
        ("İ", "i̇stanbul"),
        ("'; DROP TABLE stage; --", "x'; drop table stage; --"),
    ],
)
def test_a_search_finds_text_whatever_its_case_and_signs(plans, home, typed, name):
    saved(plans, home, stage(1, "1.1", name), stage(2, "1.2", "100 axb backslash"))

    with plans.reading(home.id) as plan:
        found = [s.key for s in plan.search_stages(typed, member_id="U1")]

    assert found == ["STG-001"]


def test_wildcards_are_text(plans, home):
    saved(plans, home, stage(1, "1.1", "anything"))

    with plans.reading(home.id) as plan:
        found = [plan.search_stages(typed, member_id="U1") for typed in ("%", "_", "*", "1_1")]

    assert found == [[]] * 4


def test_a_search_survives_whatever_is_pasted_into_it(plans, home):
    saved(plans, home, stage(1, "1.1", "x" * 3000))

    with plans.reading(home.id) as plan:
        pasted = plan.search_stages("x" * 100_000, member_id="U1")
        broken = plan.search_stages("\x00\ud800%", member_id="\x00")

    assert [s.key for s in pasted] == ["STG-001"]
    assert broken == []


def test_a_search_of_a_thousand_stages_is_right_and_stops_at_its_limit(plans, home):
    refs = [f"{n // 100}.{n % 100}" for n in range(1000)]
    saved(plans, home, *(stage(n, ref, f"Stage number {n}") for n, ref in enumerate(refs)))

    with plans.reading(home.id) as plan:
        first = plan.search_stages("", member_id="U1")
        few = plan.search_stages("number 49", member_id="U1", limit=7)
        one = plan.search_stages("number 999", member_id="U1")
        everything = plan.stages()

    assert [s.ref for s in first] == refs[:100]
    assert [s.name for s in few] == [f"Stage number {n}" for n in (49, *range(490, 496))]
    assert [s.ref for s in one] == ["9.99"]
    assert [s.ref for s in everything] == refs


def test_a_reader_keeps_its_picture_while_others_write(plans, home):
    saved(plans, home, STAGE)

    with plans.reading(home.id) as plan:
        before = plan.stage("STG-001")
        saved(plans, home, replace(STAGE, name="Renamed"), replace(STAGE, key="STG-002"))
        again, stages = plan.stage("STG-001"), plan.stages()
    with plans.reading(home.id) as plan:
        after = plan.stage("STG-001")

    assert again == before
    assert len(stages) == 1
    assert after is not None
    assert after.name == "Renamed"


def test_a_filled_plan_reads_back_as_it_was_written(plans, home):
    with plans.changing(home.id) as plan:
        fill(plan)

    with plans.reading(home.id) as plan:
        found = {kind: plan.item(kind, item.key) for kind, item in ITEMS.items()}
        lists = [plan.phases(), plan.stages(), plan.tasks(), plan.issues(), plan.gap_checks()]
        workspace = plan.workspace

    assert found == {kind: replace(item, revision=1) for kind, item in ITEMS.items()}
    assert [len(found) for found in lists] == [1] * 5
    assert found["phase"] == replace(PHASE, revision=1)
    assert workspace == home
