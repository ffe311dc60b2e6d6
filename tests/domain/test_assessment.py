"""What an assessment finds, and what it leaves unsaid."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.assess import period_start
from bot.domain.assessment import Assessment
from bot.domain.evidence import SeenCommit
from bot.domain.findings import FindingKind
from bot.domain.issues import IssueStatus, Severity
from bot.domain.plan import Member, Phase, Status
from tests.conftest import MONDAY
from tests.domain.builders import (
    BERLIN,
    DAY,
    commit,
    found,
    issue,
    kinds,
    of_kind,
    stage,
    task,
    waiting,
)

# Issues


def test_open_issues_are_found_and_overdue_ones_told_apart():
    late = issue("ISS-1", Severity.BLOCKER, 2 * DAY, owner_id="U0BEN")
    fine = issue("ISS-2", Severity.MAJOR, 2 * DAY)
    never = issue("ISS-3", Severity.DEBT, 400 * DAY, status=IssueStatus.IN_PROGRESS)
    closed = issue("ISS-4", Severity.BLOCKER, 9 * DAY, status=IssueStatus.CLOSED)

    assessment = found(issues=(never, closed, fine, late))

    assert [(f.kind.value, f.refs, f.owner_id) for f in assessment.findings] == [
        ("issue_overdue", ("ISS-1",), "U0BEN"),
        ("issue_open", ("ISS-2",), None),
        ("issue_open", ("ISS-3",), None),
    ]
    assert assessment.findings[0].text == (
        "ISS-1 “Issue ISS-1” (Level 1: Blocker) has been open for 2 days, past the 1 day of its"
        " level."
    )


def test_an_issue_is_overdue_at_its_very_limit_and_not_before():
    for age, kind in ((DAY - timedelta(seconds=1), "issue_open"), (DAY, "issue_overdue")):
        assert kinds(found(issues=(issue("ISS-1", Severity.BLOCKER, age),))) == [kind]


# Stages


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.IN_PROGRESS])
def test_only_stages_in_progress_can_be_old_or_silent(status):
    old = stage("1.1", status=status, started_at=None, last_progress_at=MONDAY - 90 * DAY)

    assert kinds(found(stages=(old,))) == []


@pytest.mark.parametrize(
    ("started", "updated", "expected"),
    [
        (14 * DAY, DAY, []),
        (14 * DAY + timedelta(seconds=1), DAY, ["stage_old"]),
        (13 * DAY, 13 * DAY, []),
        (20 * DAY, 15 * DAY, ["stage_silent", "stage_old"]),
        (None, DAY, ["stage_age_unknown"]),
        (DAY, None, ["stage_age_unknown"]),
        (None, None, ["stage_age_unknown"]),
        (30 * DAY, None, ["stage_old", "stage_age_unknown"]),
        (None, 30 * DAY, ["stage_silent", "stage_age_unknown"]),
    ],
)
def test_two_weeks_count_from_what_was_recorded_and_nothing_else(started, updated, expected):
    one = stage(
        "1.1",
        started_at=MONDAY - started if started else None,
        last_progress_at=MONDAY - updated if updated else None,
    )

    assert kinds(found(stages=(one,))) == expected


def test_what_is_not_known_is_named():
    (finding,) = found(stages=(stage("1.1", started_at=None),)).findings

    assert (
        finding.text == "Stage 1.1 “Stage named 1.1” is in progress, but its start is not recorded."
    )


# Tasks


def test_open_tasks_without_estimate_or_owner_are_found():
    tasks = (
        task("a", estimate_minutes=None),
        task("b", owner_id=None),
        task("c", owner_id=None, owner_text="DATA-001"),
        task("d", owner_id=None, owner_text="  "),
        task("e", estimate_minutes=None, owner_id=None, status=Status.COMPLETE),
        task("f", estimate_minutes=0),
    )

    findings = found(tasks=tasks).findings

    assert [(f.kind.value, f.record_keys) for f in findings] == [
        ("task_no_estimate", ("TASK-a",)),
        ("task_no_owner", ("TASK-b",)),
        ("task_no_owner", ("TASK-d",)),
    ]


# Commits


def test_a_commit_that_names_a_stage_or_task_is_planned_and_linked():
    named = commit("feat: load rows for Stage 1.1")
    in_body = commit("feat: more", "Towards TSK-1.1.2.")

    assessment = found(named, in_body, stages=(stage("1.1"),), tasks=(task("TSK-1.1.2"),))

    assert kinds(assessment) == []
    assert {(link.sha, link.record, link.status, link.tier) for link in assessment.links} == {
        (named.sha, "STG-1.1", "linked", "subject"),
        (in_body.sha, "TASK-TSK-1.1.2", "linked", "body"),
    }


def test_a_range_links_every_stage_of_the_plan_between_its_ends():
    one = commit("feat: Execute Stages 1.2-1.4")

    links = found(one, stages=(stage("1.1"), stage("1.2"), stage("1.4"), stage("1.5"))).links

    assert [link.ref for link in links] == ["1.2", "1.4"]


def test_unplanned_commits_are_one_finding_for_each_piece_of_work():
    pool = {"paths": ("db/pool.py",)}
    early = commit("feat: tune the pool", at=MONDAY - 3 * DAY, **pool)
    later = commit("fix: pool size 1.5", at=MONDAY - 3 * DAY + timedelta(hours=2), **pool)
    next_day = commit("docs: pool", at=MONDAY - DAY / 2, paths=("README.md",))
    other = commit("feat: else", at=MONDAY - 2 * DAY, author_email="ben@x.org", author_name="Ben")

    assessment = found(
        early,
        later,
        next_day,
        other,
        stages=(stage("1.1"),),
        members=(Member(id="U0BEN", name="Ben B", aliases=("Ben@X.org",)),),
    )

    findings = of_kind(assessment, FindingKind.COMMIT_UNPLANNED)
    assert [f.commits for f in findings] == [
        (early.sha, later.sha),
        (other.sha,),
        (next_day.sha,),
    ]
    assert [f.owner_id for f in findings] == [None, "U0BEN", None]
    assert findings[0].text == (
        "2 commits of 2025-11-14 by Ada name no stage or task of the plan: “feat: tune the pool”."
    )
    assert (findings[0].proposal["title"], findings[0].proposal["record"]) == (
        "tune the pool",
        None,
    )
    assert all(link.status == "none" and link.record is None for link in assessment.links)


def test_merges_machines_and_explained_reverts_are_no_unplanned_work():
    work = commit("feat: Stage 1.1 rows")
    unplanned = commit("feat: try a cache")
    commits = (
        work,
        unplanned,
        commit("Merge branch 'x'", parents=("a" * 40, "b" * 40)),
        commit("bump numpy to 2.1", author_name="dependabot[bot]"),
        commit("ci: cache", author_email="bot@example.org"),
        commit('Revert "feat: Stage 1.1 rows"', f"This reverts commit {work.sha}."),
        commit('Revert "feat: try a cache"', f"This reverts commit {unplanned.sha[:12]}."),
    )

    assert kinds(found(*commits, stages=(stage("1.1"),))) == []


@pytest.mark.parametrize("name", ["Abbot", "Sarah Jenkins", "Li Ci"])
def test_a_person_with_an_unlucky_name_is_no_machine(name):
    mail = f"{name.lower().replace(' ', '.')}@example.org"
    one = commit("feat: loader", author_name=name, author_email=mail)

    assert kinds(found(one, stages=(stage("1.1"),))) == ["commit_unplanned"]


def test_a_commit_that_holds_a_stages_whole_title_is_proposed_to_a_person():
    one = commit("feat: Track 2: Regression Features, first rows")
    named = stage("2.1.2", name="Track 2: Regression Features")

    assessment = found(one, stages=(named, stage("1.1", name="Advanced Features")))

    (finding,) = assessment.findings
    assert (finding.kind, finding.proposal["record"]) == ("commit_unplanned", "STG-2.1.2")
    assert finding.text.endswith("Likely 2.1.2 “Track 2: Regression Features”.")
    assert "the subject holds its title" in finding.evidence[-1]
    (link,) = assessment.links
    assert (link.record, link.status, link.tier) == ("STG-2.1.2", "proposed", "titled")


def test_everyday_words_are_no_title():
    one = commit("feat: advanced features for the page")

    assert kinds(found(one, stages=(stage("2.3", name="Advanced Features"),))) == [
        "commit_unplanned"
    ]


def test_a_stage_that_the_plan_lacks_is_a_question_of_its_own():
    one = commit("feat: rows (Stage 1.5.4.3)", "Phase 1.5 goes on")

    assessment = found(one, stages=(stage("1.5.4"),), phases=(Phase(key="P", ref="1.5", name="x"),))

    (finding,) = assessment.findings
    assert (finding.kind, finding.refs, finding.commits) == (
        "stage_missing",
        ("1.5.4.3",),
        (one.sha,),
    )
    assert finding.evidence[-1] == "the plan has 1.5.4"
    assert assessment.facts.unknown_refs == ("1.5.4.3",)


def test_a_phase_alone_is_said_but_is_no_plan():
    one = commit("feat: rows", "Phase 1.5 goes on")

    assessment = found(one, stages=(stage("1.5.4"),), phases=(Phase(key="P", ref="1.5", name="x"),))

    (finding,) = assessment.findings
    assert finding.evidence[0].endswith("(names phase 1.5 only)")


def test_without_any_plan_nothing_is_called_unplanned():
    assessment = found(commit("feat: first"))

    assert kinds(assessment) == []
    assert "the plan has no stages and no tasks" in assessment.not_assessed[0]


def test_a_stage_that_git_calls_complete_is_found_unless_the_plan_agrees():
    one = commit("feat: Complete Stages 1.1 and 1.2", "- Currently running: 38.3% complete")

    assessment = found(
        one, stages=(stage("1.1", owner_id="U0ANA"), stage("1.2", status=Status.COMPLETE))
    )

    (finding,) = assessment.findings
    assert (finding.kind, finding.refs) == (FindingKind.STAGE_COMPLETE_IN_GIT, ("1.1",))
    assert (finding.commits, finding.owner_id) == ((one.sha,), "U0ANA")
    assert finding.evidence == (
        f"{one.sha[:7]}: feat: Complete Stages 1.1 and 1.2",
        f"{one.sha[:7]} also says: Currently running: 38.3% complete",
    )


def test_a_completion_that_was_reverted_is_none():
    one = commit("feat: Complete Stage 1.1")
    back = commit('Revert "feat: Complete Stage 1.1"', f"This reverts commit {one.sha}.")

    assert kinds(found(one, back, stages=(stage("1.1"),))) == []


def test_a_ref_that_two_stages_carry_is_a_question_and_never_a_link():
    one = commit("feat: Complete Stage 2.12")
    twins = (stage("2.12", "STG-1", name="Rebuild"), stage("2.12", "STG-2", name="Scripts"))

    assessment = found(one, stages=twins)

    (finding,) = assessment.findings
    assert finding.kind is FindingKind.REF_AMBIGUOUS
    assert finding.text == (
        "2 stages carry 2.12: “Rebuild” or “Scripts”. 1 commit names it: which is meant?"
    )
    assert finding.record_keys == ("STG-1", "STG-2")
    (link,) = assessment.links
    assert (link.ref, link.record, link.status) == ("2.12", None, "none")


def test_a_ref_that_two_stages_carry_is_a_question_without_commits_too():
    twins = (waiting("2.12", "STG-1", name="A"), waiting("2.12", "STG-2", name="A"))

    (finding,) = found(stages=twins).findings

    assert finding.text == (
        "2 stages carry 2.12: “A” (STG-1, not started) or “A” (STG-2, not started)."
    )


def test_of_work_before_the_first_assessment_nobody_is_asked():
    old = SeenCommit(commit=commit("feat: x", "Stage 9.9 rows"), repo="bqx", arrived_at=None)

    assessment = found(old, stages=(stage("1.1"),))

    assert (kinds(assessment), assessment.links, assessment.facts.commits) == ([], (), 0)


@pytest.mark.parametrize(
    "subject",
    ["", "\ufffd" * 500, "<!channel> *x* `y` | 1.1%", "1." * 250, "Stage " * 80, "$1.1 v1.1 =1.1"],
)
def test_hostile_subjects_do_no_harm(subject):
    assessment = found(commit(subject, subject * 40), stages=(stage("1.1"),))

    assert kinds(assessment) == ["commit_unplanned"]
    assert json.loads(json.dumps(assessment.to_plain())) == assessment.to_plain()


# The assessment as a whole


def test_an_assessment_comes_back_from_its_plain_form():
    assessment = found(
        commit("feat: Complete Stage 1.1"),
        commit("feat: x"),
        work={"not_assessed": ("Commits of y: there is no folder y.",)},
        stages=(stage("1.1"), stage("1.2", started_at=None)),
        tasks=(task("a", completed_at=MONDAY - DAY),),
        issues=(issue("ISS-1", Severity.MAJOR, DAY),),
    )
    plain = assessment.to_plain()

    assert Assessment.from_plain(json.loads(json.dumps(plain))) == assessment
    assert {"kind", "refs", "commits", "owner", "state", "verdict", "text", "evidence"} <= set(
        plain["findings"][0]
    )
    assert {"sha", "ref", "record", "tier", "score", "reason", "status"} == set(plain["links"][0])


def test_the_period_is_a_week_of_wall_clock_over_a_change_of_the_clock():
    monday = datetime(2025, 3, 31, 7, tzinfo=UTC)  # 09:00 summer time, the day after the change

    assert period_start(monday, BERLIN) == datetime(2025, 3, 24, 8, tzinfo=UTC)


def test_findings_keep_their_key_week_after_week():
    plan = {"stages": (stage("1.1", started_at=None),), "tasks": (task("a", owner_id=None),)}

    first = [finding.key for finding in found(**plan).findings]
    later = [finding.key for finding in found(**plan, now=MONDAY + 7 * DAY).findings]

    assert first == later == ["stage_age_unknown:STG-1.1", "task_no_owner:TASK-a"]


def test_facts_are_counted_and_what_is_unknown_stays_unknown():
    done = [task(str(n), completed_at=MONDAY - n * 2 * DAY) for n in range(1, 20)]
    resolved = issue(
        "ISS-9", Severity.MINOR, 9 * DAY, status=IssueStatus.RESOLVED, resolved_at=MONDAY - DAY
    )

    facts = found(
        stages=(stage("1.5.1", status=Status.COMPLETE), stage("1.5.2"), stage("10.1")),
        tasks=tuple(done),
        issues=(resolved,),
    ).facts

    assert (facts.tasks_done, facts.tasks_per_week) == (3, 3.5)
    assert [(p.name, p.complete, p.total) for p in facts.phases] == [
        ("Phase 1.5", 1, 2),
        ("Phase 10", 0, 1),
    ]
    assert [(one.key, one.days) for one in facts.resolved_issues] == [("ISS-9", 8)]
    young = found(tasks=tuple(done[:3])).facts
    assert (young.tasks_done, young.tasks_per_week) == (3, None)
    assert found(tasks=(task("a"),)).facts.tasks_done is None


def test_no_plan_and_no_commits_is_a_quiet_week():
    assessment = found()

    assert (assessment.findings, assessment.not_assessed) == ((), ())


def test_five_thousand_stages_are_assessed_at_once():
    stages = tuple(
        stage(f"{n // 100 + 1}.{n % 100 + 1}", f"STG-{n}", started_at=None) for n in range(5000)
    )
    commits = [commit(f"feat: Stage {n % 50 + 1}.7 rows", "line 1.5\n" * 50) for n in range(300)]

    assessment = found(*commits, stages=stages)

    assert len(assessment.findings) == 5000
    assert len(assessment.links) >= 300


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_message_can_be_assessed(subject, body):
    plan = (stage("1.1"), stage("1.5.4"), stage("2.12", "A"), stage("2.12", "B"))

    assessment = found(commit(subject, body), stages=plan)

    assert Assessment.from_plain(assessment.to_plain()) == assessment
