"""Which question an assessment puts to whom."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.assess import assess, match
from bot.domain.assessment import Judged, PlanSnapshot
from bot.domain.findings import FindingState, GapAnswer
from bot.domain.gap_checks import questions, superseded
from bot.domain.issues import Severity
from bot.domain.ledger import carry
from bot.domain.plan import Member, Workspace
from tests.conftest import MONDAY
from tests.domain.builders import BERLIN, DAY, commit, issue, seen, stage, task

ANA = Member(id="U0ANA", name="Ana", aliases=("DATA-001",))
BEN = Member(id="U0BEN", name="Ben")
KEY = "gap_assessment:2025-11-17"


def ask(*commits, lead=None, members=(ANA, BEN), checks=(), away=(), **plan):
    snapshot = PlanSnapshot(workspace=Workspace(id="W1", lead_id=lead), members=members, **plan)
    work = match(snapshot, seen(*commits))
    found = assess(snapshot, work, Judged(), now=MONDAY, zone=BERLIN)
    return questions(found.findings, snapshot, report_key=KEY, checks=checks, away=away, now=MONDAY)


def asked(**options):
    return [(check.member_id, check.finding_key) for check in ask(**options)]


def test_the_owner_of_a_silent_stage_is_asked_once_whatever_is_amiss():
    old = stage("1.1", owner_id="U0BEN", started_at=MONDAY - 30 * DAY, last_progress_at=None)

    assert asked(stages=(old,)) == [("U0BEN", "stage_old:STG-1.1")]


def test_the_plans_own_word_for_an_owner_is_mapped_by_exact_alias_or_name():
    stages = (
        stage("1.1", last_progress_at=None, owner_text=" data-001 "),
        stage("1.2", last_progress_at=None, owner_text="Ben"),
        stage("1.3", last_progress_at=None, owner_text="Be"),
    )

    assert [one[0] for one in asked(stages=stages)] == ["U0ANA", "U0BEN"]


def test_a_name_that_two_people_have_is_nobodys():
    twins = (ANA, replace(BEN, name="ana"))

    assert (
        asked(stages=(stage("1.1", last_progress_at=None, owner_text="Ana"),), members=twins) == []
    )


def test_nobody_known_asks_the_lead_and_without_a_lead_nobody():
    stages = (stage("1.1", last_progress_at=None),)

    assert [one[0] for one in asked(stages=stages, lead="U0BEN")] == ["U0BEN"]
    assert asked(stages=stages) == []


def test_who_has_left_is_not_asked():
    gone = replace(BEN, is_active=False)
    stages = (stage("1.1", last_progress_at=None, owner_id="U0BEN"),)

    assert asked(stages=stages, members=(ANA, gone), lead="U0ANA")[0][0] == "U0ANA"
    assert asked(stages=stages, members=(ANA, gone), lead="U0BEN") == []


def test_the_questions_of_who_is_away_go_to_the_lead():
    stages = (
        stage("1.1", last_progress_at=None, owner_id="U0ANA"),
        stage("1.2", last_progress_at=None, owner_text="data-001"),
    )

    assert {one[0] for one in asked(stages=stages, lead="U0BEN", away={"U0ANA"})} == {"U0BEN"}
    assert asked(stages=stages, lead="U0BEN", away={"U0ANA", "U0BEN"}) == []


def test_a_task_without_owner_is_asked_of_its_stages_owner():
    tasks = (task("a", owner_id=None, estimate_minutes=None, stage_key="STG-1.1"),)

    assert asked(tasks=tasks, stages=(stage("1.1", owner_id="U0ANA"),)) == [
        ("U0ANA", "task_no_owner:TASK-a")
    ]


def test_a_task_without_estimate_is_asked_of_its_owner():
    assert asked(tasks=(task("a", estimate_minutes=None),)) == [
        ("U0ANA", "task_no_estimate:TASK-a")
    ]


def test_issues_and_refs_that_two_stages_carry_ask_nobody():
    twins = (stage("2.1", "STG-1"), stage("2.1", "STG-2"))
    late = issue("ISS-1", Severity.BLOCKER, 9 * DAY, owner_id="U0ANA")

    assert asked(issues=(late,), stages=twins, lead="U0BEN") == []


def test_who_made_the_commits_is_asked_about_work_that_the_plan_lacks():
    one = commit("feat: x", author_name="Ana")
    (check,) = ask(one, stages=(stage("1.1"),), lead="U0BEN")

    assert (check.member_id, check.text.split("\n")[0]) == (
        "U0ANA",
        "*Work that the plan does not have*",
    )


def test_whoever_made_them_unknown_the_lead_is_asked_about_commits():
    one = commit("feat: Stage 9.9 rows", author_name="Zoe")

    (check,) = ask(one, stages=(stage("1.1"),), lead="U0BEN")

    assert (check.member_id, check.finding_key) == ("U0BEN", "stage_missing:9.9")


def test_one_person_has_one_bundle_and_numbered_keys():
    tasks = (task("a", estimate_minutes=None), task("b", estimate_minutes=None))

    checks = ask(tasks=tasks)

    assert [check.key for check in checks] == [f"{KEY}:U0ANA:1", f"{KEY}:U0ANA:2"]
    assert {check.bundle for check in checks} == {f"{KEY}:U0ANA"}


def test_a_stage_of_unknown_start_that_was_just_updated_asks_nobody():
    one = stage("1.1", started_at=None, owner_id="U0ANA", last_progress_at=MONDAY - 14 * DAY)
    silent = replace(one, last_progress_at=MONDAY - 15 * DAY)

    assert asked(stages=(one,)) == []
    assert asked(stages=(silent,)) == [("U0ANA", "stage_silent:STG-1.1")]


def test_last_weeks_open_question_rests_a_week_and_is_asked_again_after_two():
    plan = {"tasks": (task("a", estimate_minutes=None),)}
    (before,) = ask(**plan)
    last_week = replace(before, asked_at=MONDAY - 7 * DAY)
    long_ago = replace(before, asked_at=MONDAY - 14 * DAY)

    assert asked(**plan, checks=[last_week]) == []
    (again,) = ask(**plan, checks=[long_ago])
    assert superseded([again], [long_ago]) == [long_ago]


def test_an_answered_question_is_asked_again_and_a_dismissed_finding_is_not():
    plan = {"stages": (stage("1.1", last_progress_at=None, owner_id="U0ANA"),)}
    (before,) = ask(**plan)
    answered = replace(before, answer=GapAnswer.ACCURATE, asked_at=MONDAY - 7 * DAY)

    assert len(asked(**plan, checks=[answered])) == 1
    assert superseded(ask(**plan), [answered]) == []


def test_of_what_rests_nobody_is_asked():
    snapshot = PlanSnapshot(
        workspace=Workspace(id="W1"), members=(ANA,), tasks=(task("a", estimate_minutes=None),)
    )
    found = assess(snapshot, match(snapshot, []), Judged(), now=MONDAY, zone=BERLIN).findings
    resting = [replace(found[0], state=FindingState.DISMISSED, until=MONDAY + timedelta(seconds=1))]

    shown = carry(found, resting, MONDAY)

    assert questions(found, snapshot, report_key=KEY, now=MONDAY)
    assert questions(shown, snapshot, report_key=KEY, now=MONDAY) == []


def test_the_words_of_a_stage_cannot_ping_anybody():
    (check,) = ask(
        stages=(
            stage(
                "1.1", name="<!channel> *x* & co\nsecond", last_progress_at=None, owner_id="U0ANA"
            ),
        )
    )

    title = check.text.split("\n")[0]
    assert title == "*1.1* · &lt;!channel&gt; ∗x∗ &amp; co second"  # noqa: RUF001 - lookalikes
    assert "does not say when it was last updated" in check.text
