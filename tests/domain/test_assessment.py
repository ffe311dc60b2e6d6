"""What an assessment finds, and what it leaves unsaid."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.activity import Activity, Commit
from bot.domain.assessment import (
    Assessment,
    PlanSnapshot,
    assess,
    carry,
    detail_sections,
    gone,
    period_start,
    unsnoozed,
)
from bot.domain.findings import Finding, FindingKind, GapAnswer, GapCheck, GapQuestion
from bot.domain.issues import Issue, IssueStatus, Severity
from bot.domain.plan import Member, Phase, Stage, Status, Task, Workspace
from tests.conftest import MONDAY

BERLIN = ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)
_numbers = count(1)


def commit(subject: str, body: str = "", *, at: datetime = MONDAY - DAY, **rest) -> Commit:
    return Commit(
        sha=f"{next(_numbers) * 2654435761 % 2**32:08x}" * 5,  # told apart by seven digits
        **{
            "author_name": "Ada",
            "author_email": "ada@example.org",
            "authored_at": at,
            "subject": subject,
            "body": body,
            **rest,
        },
    )


def stage(ref: str | None, key: str = "", **rest) -> Stage:
    known = {"name": f"Stage named {ref}", "status": Status.IN_PROGRESS, **rest}
    known.setdefault("started_at", MONDAY - DAY)
    known.setdefault("last_progress_at", MONDAY - DAY)
    return Stage(key=key or f"STG-{ref}", ref=ref, **known)


def task(ref: str | None, **rest) -> Task:
    known = {"title": f"Task {ref}", "estimate_minutes": 60, "owner_id": "U0ANA", **rest}
    return Task(key=f"TASK-{ref}", ref=ref, **known)


def issue(key: str, severity: Severity, age: timedelta, **rest) -> Issue:
    return Issue(
        key=key, title=f"Issue {key}", severity=severity, discovered_at=MONDAY - age, **rest
    )


def found(*commits: Commit, missing: tuple[str, ...] = (), **plan) -> Assessment:
    snapshot = PlanSnapshot(workspace=Workspace(id="W1", name="BQX"), **plan)
    read = Activity(repo="bqx", branch="main", tip="f" * 40, commits=commits)
    return assess(snapshot, [read], missing, now=MONDAY, zone=BERLIN)


def kinds(assessment: Assessment) -> list[str]:
    return [finding.kind.value for finding in assessment.findings]


def of_kind(assessment: Assessment, kind: FindingKind) -> list[Finding]:
    return [finding for finding in assessment.findings if finding.kind is kind]


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


def test_an_issue_is_not_overdue_at_its_very_limit():
    assert kinds(found(issues=(issue("ISS-1", Severity.BLOCKER, DAY),))) == ["issue_open"]


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
        (named.sha, "STG-1.1", "linked", "named"),
        (in_body.sha, "TASK-TSK-1.1.2", "linked", "named"),
    }


def test_a_range_links_every_stage_of_the_plan_between_its_ends():
    one = commit("feat: Execute Stages 1.2-1.4")

    links = found(one, stages=(stage("1.1"), stage("1.2"), stage("1.4"), stage("1.5"))).links

    assert [link.ref for link in links] == ["1.2", "1.4"]


def test_unplanned_commits_are_one_finding_a_day_and_author():
    early = commit("feat: tune the pool", at=MONDAY - 3 * DAY)
    later = commit("fix: pool size 1.5", at=MONDAY - 3 * DAY + timedelta(hours=2))
    next_day = commit("docs: pool", at=MONDAY - 2 * DAY)
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
    assert [set(f.commits) for f in findings] == [
        {early.sha, later.sha},
        {next_day.sha},
        {other.sha},
    ]
    assert [f.owner_id for f in findings] == [None, None, "U0BEN"]
    assert findings[0].text == (
        "2 commits of 2025-11-14 name no stage or task of the plan: “fix: pool size 1.5”"
        " and 1 more."
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


def test_a_commit_that_holds_a_stages_whole_title_is_proposed_and_not_flagged():
    one = commit("feat: load", "Track 2: Regression Features\n- rows")
    named = stage("2.1.2", name="Track 2: Regression Features")

    assessment = found(one, stages=(named, stage("1.1", name="Advanced Features")))

    assert kinds(assessment) == []
    (link,) = assessment.links
    assert (link.record, link.status, link.tier) == ("STG-2.1.2", "proposed", "titled")


def test_everyday_words_are_no_title():
    one = commit("feat: advanced features for the page")

    assert kinds(found(one, stages=(stage("2.3", name="Advanced Features"),))) == [
        "commit_unplanned"
    ]


def test_an_unknown_stage_or_a_phase_alone_is_said_but_not_taken_for_a_plan():
    one = commit("feat: rows (Stage 1.5.4.3)", "Phase 1.5 goes on")

    assessment = found(one, stages=(stage("1.5.4"),), phases=(Phase(key="P", ref="1.5", name="x"),))

    (finding,) = assessment.findings
    assert finding.evidence[0].endswith(
        "(names stage 1.5.4.3, which the plan lacks; names phase 1.5 only)"
    )
    assert assessment.facts.unknown_refs == ("1.5.4.3",)


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
        "1 commit names 2.12, which 2 stages carry. Which is meant: “Rebuild” or “Scripts”?"
    )
    assert finding.record_keys == ("STG-1", "STG-2")
    (link,) = assessment.links
    assert (link.ref, link.record, link.status) == ("2.12", None, "none")


def test_a_commit_in_two_clones_counts_once():
    one = commit("feat: x")
    activity = Activity(repo="a", branch="main", tip="f" * 40, commits=(one,))
    snapshot = PlanSnapshot(workspace=Workspace(id="W1"), stages=(stage("1.1"),))

    assessment = assess(snapshot, [activity, replace(activity, repo="b")], now=MONDAY, zone=BERLIN)

    assert [finding.commits for finding in assessment.findings] == [(one.sha,)]


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
        missing=("Commits of y: there is no folder y.",),
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


def test_findings_keep_their_fingerprint_week_after_week():
    plan = {"stages": (stage("1.1", started_at=None),), "tasks": (task("a", owner_id=None),)}

    first = [finding.fingerprint for finding in found(**plan).findings]

    assert first == ["stage_age_unknown:STG-1.1", "task_no_owner:TASK-a"]
    assert len(set(first)) == 2


def test_a_known_finding_is_carried_with_its_first_day_and_verdict():
    (now,) = found(stages=(stage("1.1", started_at=None),)).findings
    before = replace(now, first_seen_at=MONDAY - 7 * DAY, verdict="confirmed", revision=3)

    (carried,) = carry([now], [before])

    assert (carried.state, carried.first_seen_at) == ("carried", MONDAY - 7 * DAY)
    assert (carried.verdict, carried.revision) == ("confirmed", 3)
    assert carry([now], [replace(before, state="settled")])[0].state == "new"
    assert carry([now], [])[0].first_seen_at == MONDAY


def test_what_is_no_longer_found_ends():
    settled, past = found(commit("feat: x"), stages=(stage("1.1", started_at=None),)).findings

    assert [finding.state for finding in gone([], [settled, past])] == ["settled", "past"]
    assert gone([settled, past], [settled, past]) == ()


def test_a_snoozed_question_silences_its_finding_until_its_day():
    (finding,) = found(stages=(stage("1.1", started_at=None),)).findings
    check = GapCheck(
        key="K",
        bundle="B",
        member_id="U0ANA",
        question=GapQuestion.STILL_ACCURATE,
        record_kind="stage",
        record_key="STG-1.1",
        text="",
        asked_at=MONDAY,
        answer=GapAnswer.SNOOZED,
        snoozed_until=MONDAY + 7 * DAY,
    )

    assert unsnoozed([finding], [check], MONDAY + 6 * DAY) == ()
    assert unsnoozed([finding], [check], MONDAY + 7 * DAY) == (finding,)
    assert unsnoozed([finding], [replace(check, answer=GapAnswer.ACCURATE)], MONDAY) == (finding,)
    other = replace(check, question=GapQuestion.OWNER)
    assert unsnoozed([finding], [other], MONDAY) == (finding,)


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
    assert detail_sections(assessment.findings) == []


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
