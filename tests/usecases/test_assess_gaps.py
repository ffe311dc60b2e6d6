"""The gap assessment against a real database and real repositories."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.adapters.git import GitActivity
from bot.adapters.plan_files import read_plan_file
from bot.adapters.probes.none import NoProbes
from bot.domain.assessment import Assessment
from bot.domain.effects import EffectState
from bot.domain.entries import AnswerWords
from bot.domain.evidence import CounterReading, LinkVerdict
from bot.domain.findings import FindingKind, FindingState, GapAnswer
from bot.domain.issues import Issue, Severity
from bot.domain.plan import Phase, Status, Task, Why
from bot.domain.progress import Progress
from bot.ports.evidence import Sources
from bot.reports.debt_register import debt_register
from bot.reports.gap_assessment import gap_assessment_report
from bot.usecases.answer_finding import answer_finding
from bot.usecases.assess_gaps import assess_gaps, run_gap_assessment
from bot.usecases.plan_files import import_plan
from tests.builders import ANA, SmallPlan
from tests.conftest import MONDAY
from tests.customer_repo import build_customer_repo
from tests.git.repos import git, make_repo
from tests.plans import fresh_plans

DAY, WEEK = timedelta(days=1), timedelta(days=7)
TODAY = date(2025, 11, 17)
KEY = "gap_assessment:2025-11-17"
WHY = Why(operation="test", actor_id=ANA, at=MONDAY, reason="test")


@pytest.fixture
def small(tmp_path):
    return SmallPlan(tmp_path)


@pytest.fixture
def repo(tmp_path):
    return make_repo(tmp_path / "project")


def sources(*paths) -> Sources:
    return Sources(activity=GitActivity(), probes=NoProbes(), repos=paths)


def save(small: SmallPlan, *items) -> None:
    with small.plans.changing(small.workspace_id) as plan:
        for item in items:
            plan.save(item, WHY)


def look(small: SmallPlan, *paths, now=MONDAY) -> Assessment:
    return assess_gaps(small.plans, sources(*paths), small.workspace_id, now=now)


def run(small: SmallPlan, *paths, day=TODAY, now=MONDAY, late=False):
    return run_gap_assessment(
        small.plans,
        sources(*paths),
        small.workspace_id,
        local_date=day,
        now=now,
        late=late,
    )


def emitted(small: SmallPlan) -> dict[str, object]:
    with small.plans.reading(small.workspace_id) as plan:
        waiting = plan.deliveries(EffectState.PENDING)
    return {delivery.effect.key: delivery.effect for delivery in waiting}


def reading(small: SmallPlan):
    return small.plans.reading(small.workspace_id)


# On demand


def test_plan_and_git_are_compared_and_nothing_is_written(small, repo):
    repo.commit("feat: Complete Stage 1.5.5", MONDAY - DAY, "a")
    repo.commit("feat: a cache", MONDAY - DAY, "b")

    found = look(small, repo.path)

    assert Counter(finding.kind.value for finding in found.findings) == {
        "stage_complete_in_git": 1,
        "stage_age_unknown": 1,
        "commit_unplanned": 1,
        "ref_ambiguous": 1,
        "task_no_estimate": 1,
        "task_no_owner": 2,
    }
    assert found.not_assessed == ()
    assert emitted(small) == {}
    with reading(small) as plan:
        assert (plan.findings(), plan.gap_checks(), plan.report(KEY)) == ([], [], None)


def test_a_repository_that_cannot_be_read_is_not_assessed_and_hides_no_other(small, repo, tmp_path):
    repo.commit("feat: a cache", MONDAY - DAY, "b")
    empty = make_repo(tmp_path / "empty")

    found = look(small, tmp_path / "absent", empty.path, repo.path)

    assert [sentence.split(":")[0] for sentence in found.not_assessed] == [
        "Commits of absent",
        "Commits of empty",
    ]
    assert FindingKind.COMMIT_UNPLANNED in {finding.kind for finding in found.findings}


def test_without_a_repository_the_commits_are_not_assessed(small):
    assert "PROJECT_REPO" in look(small).not_assessed[0]


def test_a_removed_task_is_no_gap(small):
    save(small, replace(small.task("TASK-902"), removed_at=MONDAY))

    keys = {key for finding in look(small).findings for key in finding.record_keys}
    assert "TASK-902" not in keys


def test_an_empty_plan_and_a_bare_mirror_are_read(tmp_path):
    plans = fresh_plans(tmp_path)
    workspace = plans.local_workspace(zone="Europe/Berlin")
    bare = make_repo(tmp_path / "bare.git", "--bare").path

    found = assess_gaps(plans, sources(bare), workspace.id, now=MONDAY)

    assert found.findings == ()
    assert "has no commits yet" in found.not_assessed[0]


# The Monday run


def test_a_run_keeps_report_findings_and_questions_and_emits_what_is_sent(small, repo):
    repo.commit("feat: a cache", MONDAY - DAY, "b")
    save(small, Issue(key="ISS-001", title="Down", severity=Severity.BLOCKER, discovered_at=MONDAY))

    report = run(small, repo.path)

    assert (report.key, report.local_date, report.as_of) == (KEY, "2025-11-17", MONDAY)
    assert json.loads(json.dumps(dict(report.snapshot))) == report.snapshot
    effects = emitted(small)
    assert set(effects) == {
        f"{KEY}#summary",
        f"{KEY}#details",
        f"{KEY}#file",
        f"{KEY}#sign",
        f"{KEY}#repo",
        f"{KEY}#dashboard",
        f"{KEY}:{ANA}#ask",
    }
    assert effects[f"{KEY}#summary"].lane == effects[f"{KEY}#details"].lane == "bqx-ml"
    assert effects[f"{KEY}#summary"].not_after == MONDAY + DAY
    assert effects[f"{KEY}#repo"].lane == "repo"
    assert effects[f"{KEY}:{ANA}#ask"].lane == f"dm:{ANA}"
    with reading(small) as plan:
        assert plan.report(KEY) == report
        assert len(plan.findings()) == len(report.snapshot["findings"])
        checks = plan.gap_checks(bundle=f"{KEY}:{ANA}")
        assert list(plan.kpi_snapshots()) == ["2025-11-17"]
    assert {check.finding_key for check in checks} == {
        "stage_age_unknown:STG-901",
        "task_no_owner:TASK-901",
        "task_no_owner:TASK-902",
    }


def test_a_second_run_of_the_day_changes_nothing(small, repo):
    repo.commit("feat: a cache", MONDAY - DAY, "b")
    first = run(small, repo.path)
    before = emitted(small)
    repo.commit("feat: more", MONDAY, "c")

    again = run(small, repo.path, now=MONDAY + timedelta(hours=1))

    assert again == first
    assert emitted(small) == before


def test_a_finding_of_last_week_is_carried_and_a_settled_one_ends(small, repo):
    repo.commit("feat: a cache", MONDAY - DAY, "b")
    run(small, repo.path)
    save(small, replace(small.task("TASK-901"), estimate_minutes=60))

    report = run(small, repo.path, day=TODAY + WEEK, now=MONDAY + WEEK)

    states = {finding["key"]: finding for finding in report.snapshot["findings"]}
    carried = states["stage_age_unknown:STG-901"]
    assert (carried["state"], carried["first_seen_at"]) == ("carried", MONDAY.isoformat())
    with reading(small) as plan:
        ended = {finding.key.split(":")[0]: finding for finding in plan.findings()}
    assert ended["task_no_estimate"].state is FindingState.SETTLED
    assert ended["task_no_estimate"].answer is GapAnswer.GONE
    # Nobody has said yet where last week's work belongs.
    assert ended["commit_unplanned"].state is FindingState.CARRIED
    assert ended["stage_age_unknown"].state is FindingState.CARRIED


def test_a_late_monday_and_a_missed_one_hide_no_commit(small, repo):
    run(small, repo.path, now=MONDAY)
    repo.commit("feat: right after the first report", MONDAY + timedelta(minutes=1), "a")

    late = run(
        small, repo.path, day=TODAY + WEEK, now=MONDAY + WEEK + timedelta(hours=6), late=True
    )

    assert late.snapshot["late"]
    assert late.snapshot["local_date"] == "2025-11-24"
    assert late.snapshot["facts"]["commits"] == 1
    repo.commit("feat: in a week without report", MONDAY + 2 * WEEK, "b")
    after = run(small, repo.path, day=TODAY + 3 * WEEK, now=MONDAY + 3 * WEEK)
    assert after.snapshot["facts"]["commits"] == 1


def test_what_is_put_off_rests_until_its_date_and_comes_back_as_known(small, repo):
    repo.commit("feat: Stage 1.1", MONDAY - DAY, "b")
    run(small, repo.path)
    later = AnswerWords(until=MONDAY + 10 * DAY)
    answer_finding(small.plans, "stage_age_unknown:STG-901", GapAnswer.LATER, small.asker(), later)

    resting = run(small, repo.path, day=TODAY + WEEK, now=MONDAY + WEEK)
    back = run(small, repo.path, day=TODAY + 2 * WEEK, now=MONDAY + 2 * WEEK)

    assert "stage_age_unknown:STG-901" not in str(resting.snapshot)
    (finding,) = [f for f in back.snapshot["findings"] if f["kind"] == "stage_age_unknown"]
    assert (finding["state"], finding["first_seen_at"]) == ("carried", MONDAY.isoformat())


def test_a_quiet_week_sends_one_message_and_writes_its_report(small, repo):
    done = [replace(small.stage("STG-901"), status=Status.COMPLETE, progress=Progress(1000))]
    done += [replace(small.task(key), status=Status.COMPLETE) for key in ("TASK-901", "TASK-902")]
    with reading(small) as plan:
        twin = plan.stages_with_ref("2.10")[0]
    save(small, *done, replace(twin, ref="2.10B"))
    repo.commit("docs: Stage 1.5.5 is planned", MONDAY - DAY, "a")

    run(small, repo.path)

    assert set(emitted(small)) == {
        f"{KEY}#summary",
        f"{KEY}#sign",
        f"{KEY}#repo",
        f"{KEY}#dashboard",
    }


def test_a_question_without_answer_is_asked_anew_after_two_weeks(small, repo):
    repo.commit("feat: Stage 1.1", MONDAY - DAY, "b")
    run(small, repo.path)
    run(small, repo.path, day=TODAY + WEEK, now=MONDAY + WEEK)

    run(small, repo.path, day=TODAY + 2 * WEEK, now=MONDAY + 2 * WEEK)

    asks = {key for key in emitted(small) if key.endswith("#ask")}
    assert asks == {f"{KEY}:{ANA}#ask", f"gap_assessment:2025-12-01:{ANA}#ask"}
    with reading(small) as plan:
        assert (
            len({check.finding_key for check in plan.gap_checks()}) == len(plan.gap_checks()) == 3
        )


def test_hundreds_of_tasks_are_one_report(small, repo):
    repo.commit("feat: Stage 1.1", MONDAY - DAY, "b")
    save(small, *(Task(key=f"TASK-{n:05}", title=f"Task {n}") for n in range(400)))

    report = run(small, repo.path)

    assert len(report.snapshot["findings"]) > 800
    assert len(gap_assessment_report(report.snapshot)) < 30_000


# The customer's own week


def test_on_the_customers_week_every_line_is_as_read_by_hand(shared, tmp_path):
    plans = fresh_plans(tmp_path)
    workspace = plans.local_workspace(zone="Europe/Berlin")
    plan_file = read_plan_file(shared / "data/bqx/stages.json")
    import_plan(plans, workspace.id, plan_file, actor_id="import", now=MONDAY)
    repo = build_customer_repo(shared, tmp_path / "customer")

    found = assess_gaps(plans, sources(repo), workspace.id, now=MONDAY, is_now=False)

    refs = {
        kind: [ref for finding in found.findings if finding.kind is kind for ref in finding.refs]
        for kind in FindingKind
    }
    assert {kind for kind in refs if any(f.kind is kind for f in found.findings)} == {
        FindingKind.STAGE_COMPLETE_IN_GIT,
        FindingKind.PLAN_CONTRADICTION,
        FindingKind.STAGE_AGE_UNKNOWN,
        FindingKind.STAGE_MISSING,
        FindingKind.COMMIT_UNPLANNED,
        FindingKind.REF_AMBIGUOUS,
    }
    assert refs[FindingKind.STAGE_COMPLETE_IN_GIT] == ["1.5.4", "1.5.5"]
    assert refs[FindingKind.PLAN_CONTRADICTION] == ["2.1.1"]
    assert sorted(refs[FindingKind.STAGE_AGE_UNKNOWN]) == sorted(
        ["1.2", "2.1.2", "2.10", "2.10", "2.11", "2.12", "2.13", "2.14", "2.15"]
    )
    assert refs[FindingKind.STAGE_MISSING] == ["1.5.4.3", "1.6.1", "1.6.6"]
    assert set(refs[FindingKind.REF_AMBIGUOUS]) == {
        *("2.1", "2.2", "2.3", "2.4", "2.10", "2.11", "2.12", "2.14", "2.15"),
        *("3.1", "3.2", "3.3", "3.4"),
    }
    unplanned = [f for f in found.findings if f.kind is FindingKind.COMMIT_UNPLANNED]
    assert sum(len(finding.commits) for finding in unplanned) == 16
    assert len(found.not_assessed) == 1
    assert "nothing records when 5 complete stages ended" in found.not_assessed[0]


# What is remembered between two Mondays


def test_the_second_run_reads_on_from_the_tips_that_were_seen(small, repo):
    repo.commit("feat: Stage 1.5.5 old work", MONDAY - 60 * DAY, "a")
    repo.commit("feat: a cache", MONDAY - DAY, "b")
    run(small, repo.path)
    # Its author's clock is months behind: by its date it would never be seen.
    repo.commit("feat: late to arrive", MONDAY - 50 * DAY, "c")

    report = run(small, repo.path, day=TODAY + WEEK, now=MONDAY + WEEK)

    assert report.snapshot["facts"]["commits"] == 1
    unplanned = [f for f in report.snapshot["findings"] if f["kind"] == "commit_unplanned"]
    assert {f["state"] for f in unplanned} == {"carried", "new"}


def test_of_the_past_before_the_first_run_nobody_is_asked(small, repo):
    repo.commit("feat: long ago", MONDAY - 60 * DAY, "a")
    repo.commit("feat: Complete Stage 1.5.5", MONDAY - 40 * DAY, "b")
    repo.commit("feat: a cache", MONDAY - DAY, "c")

    report = run(small, repo.path)

    texts = [finding["text"] for finding in report.snapshot["findings"]]
    assert not any("long ago" in text for text in texts)
    # But what it says of the plan still holds.
    assert any("stage 1.5.5" in text and "complete" in text for text in texts)


def test_a_rewritten_history_is_said(small, repo):
    repo.commit("feat: a cache", MONDAY - 2 * DAY, "a")
    repo.commit("feat: to be dropped", MONDAY - DAY, "b")
    run(small, repo.path)
    git(repo.path, "reset", "-q", "--hard", "HEAD~1")
    repo.commit("feat: instead of it", MONDAY, "c")

    report = run(small, repo.path, day=TODAY + WEEK, now=MONDAY + WEEK)

    assert "rewritten" in " ".join(report.snapshot["remarks"])


def test_while_a_repository_cannot_be_read_no_finding_of_git_ends(small, repo):
    repo.commit("feat: a cache", MONDAY - DAY, "a")
    run(small, repo.path)

    report = run(small, repo.path.parent / "moved-away", day=TODAY + WEEK, now=MONDAY + WEEK)

    assert "moved-away" in report.snapshot["not_assessed"][0]
    with reading(small) as plan:
        (unplanned,) = [f for f in plan.findings() if f.kind is FindingKind.COMMIT_UNPLANNED]
    assert unplanned.state.is_open


def test_a_counter_ahead_of_the_plan_is_a_finding_with_its_line(small, repo):
    counter = CounterReading(
        key="backfill@1",
        probe="backfill",
        stage_key="STG-901",
        read_at=MONDAY + DAY,
        fraction=0.75,
        done=252,
        total=336,
        source="backfill.log",
        line="252/336 partitions complete",
    )
    with small.plans.changing(small.workspace_id) as plan:
        plan.put_readings([counter], {})

    found = look(small, now=MONDAY + 2 * DAY)

    (finding,) = [f for f in found.findings if f.kind is FindingKind.STAGE_PROGRESS_UNLOGGED]
    assert "252/336 (75 %)" in finding.text
    assert finding.evidence[0] == "backfill.log: 252/336 partitions complete"


def test_a_link_taken_unasked_is_written_down_and_can_be_rejected(small, repo):
    with small.plans.changing(small.workspace_id) as plan:
        stage = plan.stage("STG-901")
    title = stage.name
    for day in range(6, 0, -1):
        repo.commit(f"feat(1.5.4): {title} part {day}", MONDAY - day * DAY, f"src/backfill/{day}")
    repo.commit(f"feat: {title}", MONDAY - timedelta(hours=5), "src/backfill/1")

    report = run(small, repo.path)

    likely = [link for link in report.snapshot["links"] if link["tier"] in ("likely", "titled")]
    with reading(small) as plan:
        written = plan.link_decisions()
    assert [(d.verdict, d.record_key) for d in written] == [(LinkVerdict.AUTO, "STG-901")]
    assert [(link["sha"], link["status"]) for link in likely] == [(written[0].sha, "linked")]


def test_a_late_phase_is_escalated_once_and_ends_when_it_is_settled(small):
    phase = Phase(key="PH-1", ref="1.5", name="Lambda", planned_end=MONDAY - 9 * DAY)
    save(small, phase, replace(small.stage("STG-901"), phase_key="PH-1"))
    with small.plans.changing(small.workspace_id) as plan:
        plan.put_workspace(replace(plan.workspace, stakeholders=("chief@example.org",)))

    for week in range(3):
        monday = MONDAY + week * WEEK
        run_gap_assessment(
            small.plans,
            sources(),
            small.workspace_id,
            local_date=TODAY + week * WEEK,
            now=monday,
            late=False,
        )
        if week == 1:
            save(small, replace(phase, planned_end=monday + 90 * DAY, status=Status.COMPLETE))

    with small.plans.reading(small.workspace_id) as plan:
        escalation = plan.escalation("slip:PH-1")
        mails = [d for d in plan.deliveries_about("slip:PH-1") if d.effect.kind == "mail"]
        posts = [d for d in plan.deliveries(EffectState.PENDING) if d.effect.kind == "trigger_post"]
    assert escalation.ended_why == "settled"
    assert len(mails) == len(posts) == 1


def test_monday_has_a_page_for_the_standup_and_the_first_one_the_debt(small, repo):
    save(
        small,
        Issue(key="ISS-001", title="Minor", severity=Severity.MINOR, discovered_at=MONDAY),
        Issue(key="ISS-002", title="Debt", severity=Severity.DEBT, discovered_at=MONDAY),
    )
    kinds = []
    for day in (TODAY, date(2025, 12, 1)):
        before = len(kinds)
        run_gap_assessment(
            small.plans,
            sources(repo.path),
            small.workspace_id,
            local_date=day,
            now=MONDAY,
            late=False,
        )
        with small.plans.reading(small.workspace_id) as plan:
            kinds = [d.effect.kind.value for d in plan.deliveries(EffectState.PENDING)]
        if day == TODAY:
            assert "gap_standup" in kinds
            assert "gap_debt" not in kinds

    assert {"gap_standup", "gap_debt", "debt_report"} <= set(kinds[before:])
    with small.plans.reading(small.workspace_id) as plan:
        text = debt_register(plan.report("gap_assessment:2025-12-01").snapshot)
    assert "| ISS-002 | Debt | Open | nobody yet |" in text
