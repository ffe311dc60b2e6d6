"""What git and counters show and the plan does not, and when silence means something."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.assessment import Judged
from bot.domain.evidence import CounterReading
from bot.domain.findings import FindingKind
from bot.domain.matching import Likely
from bot.domain.plan import Phase, Status
from bot.domain.progress import Progress
from tests.conftest import MONDAY
from tests.domain.builders import DAY, HOUR, commit, decision, found, of_kind, stage, task, waiting

CODE = {"paths": ("etl/load.py",)}
WEEK = 7 * DAY


def telling(days=60, ref="9.9"):
    """Commits of a team that names its stages, back to `days` ago."""
    return [
        commit(f"feat: Stage {ref} rows {n}", at=MONDAY - n * DAY, **CODE) for n in (1, days)
    ] + [commit(f"feat: Stage {ref} more {n}", at=MONDAY - n * DAY, **CODE) for n in range(2, 8)]


OTHER = stage("9.9", "STG-9.9")


def refs_of(kind, *commits, stages=(), **rest):
    assessment = found(*commits, stages=(*stages, OTHER), **rest)
    return [finding.refs[0] for finding in of_kind(assessment, kind)]


# Started in git


WAITING = waiting("2.1")


def started(*commits, stages=(WAITING,), **rest):
    return refs_of(FindingKind.STAGE_STARTED_IN_GIT, *commits, stages=stages, **rest)


@pytest.mark.parametrize(
    "one",
    [
        commit("feat: Stage 2.1 loader", **CODE),
        commit("feat: load rows (Stage 2.1)", **CODE),
        commit("feat: load rows for Stage 2.1", **CODE),
        commit("feat(2.1.7): load rows", **CODE),
        commit("feat: Start Stage 2.1", **CODE),
        commit("[2.1.7] load rows", **CODE),
        commit("feat: loader", "Rows.\n\nStage: 2.1", **CODE),
        commit("feat: loader", branch="feature/stage-2.1-loader", **CODE),
        commit("chore: run Stage 2.1 backfill", paths=("README.md", "etl/x.sql")),
    ],
)
def test_work_on_a_stage_that_is_not_started_is_found(one):
    deep = waiting("2.1.7")

    assert started(one, stages=(WAITING, deep)) in (["2.1"], ["2.1.7"])


def test_the_day_it_began_is_the_first_commits():
    early = commit("feat: Stage 2.1 a", at=MONDAY - 3 * DAY, **CODE)
    late = commit("feat: Stage 2.1 b", at=MONDAY - DAY, **CODE)

    (finding,) = of_kind(
        found(early, late, stages=(waiting("2.1"),)), FindingKind.STAGE_STARTED_IN_GIT
    )

    assert finding.proposal == {"started_at": (MONDAY - 3 * DAY).isoformat()}
    assert finding.text.startswith("2 commits work on stage 2.1")
    assert finding.text.endswith("the plan says not started.")


SILENT = [
    "docs: Stage 2.1 loader",
    "test: Stage 2.1 loader",
    "plan: Stage 2.1",
    "feat: Plan Stage 2.1",
    "feat: Stage 1.9 cleanup so that Stage 2.1 can begin",
    "feat: enable Stage 2.1",
    "feat: needed by Stage 2.1",
    "fix: typo in Stage 2.1 name",
    "feat: track Stage 2.1 progress",
    "feat: sync Stage 2.1 from base",
    "chore: update Stage 2.1 owner",
    "feat: depends on Stage 2.1",
    "feat: towards Stage 2.1",
    "feat: compare with Stage 2.1",
    "feat: link to Stage 2.1",
    "feat: import Stage 2.1 tasks",
    "feat: create Stage 2.1 record",
    "chore: assign Stage 2.1 to Ben",
    "chore: set due date of Stage 2.1",
    "refactor: tables to move from Stage 2.1",
    "feat: Add Stage 2.1 to Airtable",
    "feat: add new stage 2.1",
    "chore: prepare Stage 2.1",
    "feat: get ready for Stage 2.1",
    "feat: groundwork for Stage 2.1",
    "feat: tables before Stage 2.1",
    "feat: Stage 2.1 will use these rows",
    "feat: Stage 2.1 is next",
    "feat: Stage 2.1 requirements",
    "feat: Stage 2.1 spec",
    "feat: Stage 2.1 estimates",
    "chore: drop Stage 2.1",
    "chore: rename Stage 2.1",
    "chore: Stage 2.1 blocked by quota",
    "chore: postpone Stage 2.1",
    "chore: split Stage 2.1",
    "feat: this is not Stage 2.1",
    "feat: don't run Stage 2.1",
    "feat: do we need Stage 2.1?",
    "feat: Stages 2.1, 2.2 and 2.3",
    "feat: Stages 2.1-2.3",
    "feat: review of Stage 2.1",
    'Revert "feat: Stage 2.1 loader"',
    "feat: loader v2.1",
    "feat: loader 2.1 GB",
]


@pytest.mark.parametrize("subject", SILENT)
def test_plans_reports_lists_and_amounts_start_nothing(subject):
    stages = tuple(waiting(f"2.{n}") for n in (1, 2, 3))

    assert started(commit(subject, **CODE), stages=stages) == []


@pytest.mark.parametrize(
    "one",
    [
        commit("feat: loader", "Towards Stage 2.1.", **CODE),
        commit("feat: Stage 9.9", "Next: Stage 2.1", **CODE),
        commit("feat: Stage 2.1 loader", paths=("docs/2.1.md", "NOTES.txt")),
        commit("feat: Stage 2.1 loader", paths=("docs/plan.json",)),
        commit("feat: Stage 2.1 loader", paths=("img/2.1.png",)),
        commit("feat: Stage 2.1 loader"),
        commit("Merge branch 'stage-2.1'", parents=("a" * 40, "b" * 40)),
        commit("feat: Stage 2.1", author_name="renovate[bot]", **CODE),
        commit("feat: Stage 2.1 loader", "Then Stage 2.2, Stage 2.3.", **CODE),
    ],
)
def test_bodies_paper_merges_and_machines_start_nothing(one):
    stages = tuple(waiting(f"2.{n}") for n in (1, 2, 3))

    assert started(one, stages=stages) == []


def test_a_stage_that_is_under_way_blocked_or_complete_is_not_started_anew():
    for status in (Status.IN_PROGRESS, Status.BLOCKED, Status.COMPLETE):
        one = commit("feat: Stage 2.1 loader", **CODE)
        assert started(one, stages=(stage("2.1", status=status),)) == []


def test_a_later_word_of_a_person_is_believed():
    one = commit("feat: Stage 2.1 loader", at=MONDAY - 2 * DAY, **CODE)

    assert started(one, stages=(waiting("2.1", last_progress_at=MONDAY - DAY),)) == []
    assert started(one, stages=(waiting("2.1", last_progress_at=MONDAY - 3 * DAY),)) == ["2.1"]


def test_words_of_the_stages_own_name_plan_nothing():
    one = commit("feat: Stage 2.1 import and review of tick data", **CODE)
    named = waiting("2.1", name="Import and review of tick data")

    assert started(one) == []
    assert started(one, stages=(named,)) == ["2.1"]


def test_a_ref_that_two_stages_carry_starts_none():
    twins = (waiting("2.1", "A"), waiting("2.1", "B"))

    assert started(commit("feat: Stage 2.1 loader", **CODE), stages=twins) == []


def test_a_stage_that_git_calls_complete_is_not_called_started_as_well():
    one = commit("feat: Complete Stage 2.1", **CODE)

    assert started(one) == []


# Complete without evidence


def done(ref="3.1", *, ago=5, **rest):
    more = {"completed_at": MONDAY - ago * DAY, "started_at": None, **rest}
    return stage(ref, status=Status.COMPLETE, **more)


DONE = done()


def unproved(*commits, stages=(DONE,), **rest):
    return refs_of(FindingKind.STAGE_NO_EVIDENCE, *commits, stages=stages, **rest)


def test_a_stage_completed_lately_that_no_commit_names_is_found():
    assert unproved(*telling()) == ["3.1"]


@pytest.mark.parametrize(
    "one",
    [
        done(is_code_free=True),
        done(completed_at=None),
        done(ago=57),
        done(ago=-1),
        replace(done(), status=Status.BLOCKED),
        replace(done(), ref=None),
    ],
)
def test_code_free_undated_old_and_nameless_completions_are_no_gap(one):
    commits = telling(100)
    assessment = found(*commits, stages=(one, OTHER))

    assert of_kind(assessment, FindingKind.STAGE_NO_EVIDENCE) == []


def test_nothing_is_claimed_of_times_before_the_history_that_was_read():
    assert unproved(*telling(20), stages=(done(ago=21),)) == []
    assert unproved(*telling(20), stages=(done(ago=19),)) == ["3.1"]


def test_a_team_that_rarely_names_stages_misses_nothing_and_is_told_so():
    quiet = [commit(f"feat: {n}", at=MONDAY - n * HOUR) for n in range(40)]
    few = telling()[:4]

    for commits in ([*telling(), *quiet], few):
        assessment = found(*commits, stages=(replace(done(), completed_at=None), done(), OTHER))
        assert of_kind(assessment, FindingKind.STAGE_NO_EVIDENCE) == []
        assert assessment.not_assessed == (
            "Completions without evidence: commits here rarely name their stage.",
        )


def test_completions_without_a_day_are_said_not_to_be_assessed():
    assessment = found(*telling(), stages=(replace(done(), completed_at=None), OTHER))

    assert assessment.not_assessed == (
        "Completions without evidence: nothing records when 1 complete stage ended.",
    )


def test_commits_for_a_stages_task_are_its_evidence():
    one = commit("feat: TSK-3.1.6 loader", at=MONDAY - 6 * DAY)
    tasks = (task("TSK-3.1.6", stage_key="STG-3.1", status=Status.COMPLETE),)

    assert unproved(*telling(), one, tasks=tasks) == []


@pytest.mark.parametrize(
    "one",
    [
        commit("feat: x", "Stage 3.1 rows", at=MONDAY - 6 * DAY),
        commit("feat: Stage 3.1.2 rows", at=MONDAY - 6 * DAY),  # a stage below it
        commit("feat: Stage 3 rows", at=MONDAY - 6 * DAY),  # the stage above it
        commit("docs: Stage 3.1 report", at=MONDAY - 6 * DAY),
        commit("Merge branch 'stage-3.1'", at=MONDAY - 6 * DAY, parents=("a" * 40, "b" * 40)),
        commit("feat: Stage 3.1", at=MONDAY - 6 * DAY, author_name="mergify[bot]"),
        commit("feat: Baseline rate table setup", at=MONDAY - 6 * DAY),  # its title
    ],
)
def test_whatever_speaks_of_the_stage_keeps_us_silent(one):
    stages = (done(name="Baseline rate table setup"), stage("3.1.2"), stage("3"))

    assert unproved(*telling(), one, stages=stages) == []


def test_a_ref_that_two_stages_carry_is_evidence_for_both():
    one = commit("feat: Stage 3.1 rows", at=MONDAY - 6 * DAY)
    twins = (replace(done(), key="A"), replace(done(), key="B"))

    assert unproved(*telling(), one, stages=twins) == []


def test_a_guess_and_a_decision_are_evidence():
    one = commit("feat: rows", at=MONDAY - 6 * DAY)
    guess = Judged(likely={one.sha: Likely(sha=one.sha, record_key="STG-3.1", score=0.5)})

    assert unproved(*telling(), one) == ["3.1"]
    assert unproved(*telling(), one, judged=guess) == []
    assert unproved(*telling(), one, decisions=[decision(one, "STG-3.1")]) == []


def test_a_commit_that_completes_the_whole_phase_is_evidence_for_its_stages():
    phases = (Phase(key="PH", ref="3", name="Three"),)
    whole = commit("feat: Complete Phase 3", at=MONDAY - 6 * DAY)
    begins = commit("feat: Phase 3 begins", at=MONDAY - 60 * DAY)

    assert unproved(*telling(), whole, phases=phases) == []
    assert unproved(*telling(), begins, phases=phases) == ["3.1"]


# Idle


def idle(*commits, stages, **rest):
    return refs_of(FindingKind.STAGE_IDLE, *commits, stages=stages, **rest)


def running(**rest):
    more = {"started_at": None, "last_progress_at": None, **rest}
    return stage("4.1", **more)


WORKED = commit("feat: Stage 4.1 rows", at=MONDAY - 20 * DAY, **CODE)


def test_a_stage_under_way_without_commits_for_over_two_weeks_is_idle():
    (finding,) = of_kind(
        found(*telling(), WORKED, stages=(running(), OTHER)), FindingKind.STAGE_IDLE
    )

    assert finding.text == (
        "Stage 4.1 “Stage named 4.1” is in progress and had its last commit 20 days ago."
    )
    assert finding.commits == (WORKED.sha,)


@pytest.mark.parametrize(
    "more",
    [
        {"status": Status.BLOCKED},
        {"status": Status.COMPLETE},
        {"status": Status.NOT_STARTED},
        {"is_code_free": True},
        {"last_progress_at": MONDAY - 13 * DAY},  # a person spoke
    ],
)
def test_what_rests_for_a_reason_is_not_idle(more):
    assert idle(*telling(), WORKED, stages=(running(**more),)) == []


def test_a_stage_that_never_had_a_commit_is_not_idle():
    assert idle(*telling(), stages=(running(),)) == []


def test_a_stage_that_plans_alone_ever_mentioned_is_not_idle():
    mention = commit("feat: Stage 9.9", "Then Stage 4.1.", at=MONDAY - 20 * DAY)

    assert idle(*telling(), mention, stages=(running(),)) == []


@pytest.mark.parametrize(
    "one",
    [
        commit("feat: x", "For Stage 4.1.", at=MONDAY - 3 * DAY),
        commit("feat: Stage 4.1.2 rows", at=MONDAY - 3 * DAY),
        commit("Merge branch 'stage-4.1'", at=MONDAY - 3 * DAY, parents=("a" * 40, "b" * 40)),
        commit("feat: TSK-4.1.1", at=MONDAY - 3 * DAY),
    ],
)
def test_whatever_spoke_of_it_lately_is_no_silence(one):
    tasks = (task("TSK-4.1.1", stage_key="STG-4.1"),)
    stages = (running(), stage("4.1.2"))

    assert idle(*telling(), WORKED, one, stages=stages, tasks=tasks) == []


def test_a_team_that_rarely_names_stages_has_no_idle_ones():
    assert idle(WORKED, stages=(running(),)) == []


# Counters


def reading(fraction, *, at=MONDAY - HOUR, stage_key="STG-5.1", **rest):
    return CounterReading(
        key=f"log@{at}",
        probe="log",
        stage_key=stage_key,
        read_at=at,
        fraction=fraction,
        source="backfill.log:9",
        line="129/336 partitions",
        **rest,
    )


def counted(*readings, one=None, **rest):
    plan = one or stage("5.1", progress=Progress(300), last_progress_at=MONDAY - DAY)
    assessment = found(stages=(plan,), work={"readings": readings}, **rest)
    return of_kind(assessment, FindingKind.STAGE_PROGRESS_UNLOGGED)


def test_a_counter_ahead_of_the_plan_is_found_with_what_a_click_would_write():
    (finding,) = counted(reading(129 / 336, done=129, total=336))

    assert finding.text == (
        "A counter shows stage 5.1 “Stage named 5.1” at 129/336 (38.4 %); the plan stands at 30 %."
    )
    assert finding.evidence == ("backfill.log:9: 129/336 partitions",)
    assert finding.proposal == {
        "permille": 384,
        "done": 129,
        "total": 336,
        "words": "129/336 (38.4 %)",
    }


def test_of_a_nested_loop_the_outer_one_counts():
    (finding,) = counted(reading(0.6, done=129, total=336))

    assert (finding.proposal["permille"], finding.proposal["done"]) == (600, None)


@pytest.mark.parametrize(
    "readings",
    [
        [reading(0.3)],
        [reading(0.319)],
        [reading(0.1)],
        [reading(0.9, at=MONDAY - 2 * DAY)],  # a person spoke after it
        [reading(0.9, stage_key=None)],
        [reading(0.9, stage_key="STG-gone")],
        [reading(0.9, at=MONDAY - 3 * HOUR), reading(0.1, at=MONDAY - HOUR)],  # a new run
        [],
    ],
)
def test_a_counter_that_says_nothing_new_is_no_gap(readings):
    assert counted(*readings) == []


def test_a_counter_never_speaks_of_a_complete_stage():
    complete = stage("5.1", status=Status.COMPLETE, progress=Progress(1000))

    assert counted(reading(0.9), one=complete) == []


def test_a_counter_is_silent_where_git_calls_the_stage_complete():
    one = commit("feat: Complete Stage 5.1", at=MONDAY - HOUR)
    plan = stage("5.1", last_progress_at=MONDAY - DAY)
    assessment = found(one, stages=(plan,), work={"readings": (reading(0.9),)})

    assert [finding.kind for finding in assessment.findings] == ["stage_complete_in_git"]


def test_commits_dated_ahead_do_no_harm():
    ahead = commit("feat: Stage 4.1", at=datetime(2031, 1, 1, tzinfo=UTC), **CODE)

    assert idle(*telling(), WORKED, ahead, stages=(running(),)) == []
