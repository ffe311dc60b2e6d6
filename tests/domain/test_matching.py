"""Which stage or task a commit surely belongs to, and who said so."""

from dataclasses import replace

import pytest

from bot.domain.assessment import Judged
from bot.domain.evidence import LinkVerdict, RuleKind, WorkRule
from bot.domain.matching import Likely, links_of
from tests.domain.builders import commit, decision, found, kinds, stage, task, waiting, worked

STAGES = (stage("1.1"), stage("1.5.4"), stage("1.5.5"))
TASKS = (task("TSK-3.1.6"),)
PLAN = {"stages": STAGES, "tasks": TASKS}
RULE = WorkRule(key="RULE-001", kind=RuleKind.BELONGS, pattern="etl/", record_key="STG-1.1")


def links(one, *, likely=None, **rest):
    work = worked(one, **{**PLAN, **rest})
    return links_of(work.named, work.refs, likely or {})


def tiers(one, **rest):
    return {(link.record, link.tier.value, link.status) for link in links(one, **rest)}


@pytest.mark.parametrize(
    ("one", "tier", "score"),
    [
        (commit("feat: x", "Why.\n\nStage: 1.5.4"), "trailer", 1.0),
        (commit("feat: x", "Plan-Item: BQX-1.5.4"), "trailer", 1.0),
        (commit("feat: Stage 1.5.4 rows"), "subject", 1.0),
        (commit("feat(1.5.4): rows"), "subject", 0.9),
        (commit("feat: rows", branch="feature/stage-1.5.4-rows"), "branch", 0.95),
        (commit("feat: rows", branch="feature/BQX-1.5.4"), "branch", 0.95),
        (commit("feat: rows", "Part of Stage 1.5.4."), "body", 0.95),
    ],
)
def test_a_link_says_where_the_stage_was_named(one, tier, score):
    (link,) = links(one)

    assert (link.record, link.tier, link.score, link.status) == (
        "STG-1.5.4",
        tier,
        score,
        "linked",
    )


@pytest.mark.parametrize(
    ("one", "tier"),
    [
        (commit("feat: Stage 1.5.4", "x\n\nStage: 1.5.4"), "trailer"),
        (commit("feat: Stage 1.5.4", "Stage 1.5.4", branch="x/stage-1.5.4"), "subject"),
        (commit("feat: x", "About Stage 1.5.4", branch="x/stage-1.5.4"), "branch"),
    ],
)
def test_of_several_places_the_surest_counts(one, tier):
    assert tiers(one) == {("STG-1.5.4", tier, "linked")}


def test_other_stages_named_elsewhere_are_linked_too():
    one = commit("feat: Stage 1.5.4", "After Stage 1.1.", branch="x/stage-1.5.5")

    assert tiers(one) == {
        ("STG-1.5.4", "subject", "linked"),
        ("STG-1.5.5", "branch", "linked"),
        ("STG-1.1", "body", "linked"),
    }


@pytest.mark.parametrize(
    "subject", ["bump lib to 1.5.4", "v1.5.4", "1.1 % faster", "takes 1.1 seconds", "1.5.4.2 ip"]
)
def test_versions_and_amounts_are_no_stages(subject):
    assert tiers(commit(f"feat: {subject}")) == {(None, "none", "none")}


def test_what_a_person_decided_beats_all():
    one = commit("feat: Stage 1.5.4")

    said = tiers(one, decisions=[decision(one, "STG-1.5.4")])

    assert said == {("STG-1.5.4", "person", "linked")}


def test_a_person_may_add_a_link():
    one = commit("feat: Stage 1.5.4")

    assert tiers(one, decisions=[decision(one, "TASK-TSK-3.1.6")]) == {
        ("STG-1.5.4", "subject", "linked"),
        ("TASK-TSK-3.1.6", "person", "linked"),
    }


def test_what_was_linked_without_asking_says_so():
    one = commit("feat: x")

    assert tiers(one, decisions=[decision(one, "STG-1.1", LinkVerdict.AUTO)]) == {
        ("STG-1.1", "likely", "linked")
    }


def test_a_rejected_pair_is_taken_away_from_what_a_commit_names():
    one = commit("feat: Stage 1.5.4 and 1.5.5")
    no = decision(one, "STG-1.5.4", LinkVerdict.REJECTED)

    assert tiers(one, decisions=[no]) == {("STG-1.5.5", "subject", "linked")}


def test_a_commit_whose_only_stage_was_rejected_is_planned_by_nobody():
    one = commit("feat: Complete Stage 1.5.4")
    no = decision(one, "STG-1.5.4", LinkVerdict.REJECTED)

    assert kinds(found(one, **PLAN)) == ["stage_complete_in_git"]
    assert kinds(found(one, decisions=[no], **PLAN)) == ["commit_unplanned"]


def test_a_rejected_title_and_a_rejected_guess_are_not_proposed_again():
    one = commit("feat: Baseline rate table setup")
    named = stage("1.1", name="Baseline rate table setup")
    no = decision(one, "STG-1.1", LinkVerdict.REJECTED)

    assert tiers(one, stages=(named,)) == {("STG-1.1", "titled", "proposed")}
    assert tiers(one, stages=(named,), decisions=[no]) == {(None, "none", "none")}


def test_what_was_decided_about_something_gone_says_nothing():
    one = commit("feat: x", paths=("etl/a.py",))
    gone = replace(RULE, record_key="STG-99")

    assert tiers(one, decisions=[decision(one, "STG-99")], rules=[gone]) == {(None, "none", "none")}


def test_a_stage_chosen_of_two_with_one_ref_answers_the_question():
    twins = (stage("2.1", "STG-A"), stage("2.1", "STG-B"))
    one = commit("feat: Stage 2.1")

    assert tiers(one, stages=twins) == {(None, "none", "none")}
    assert tiers(one, stages=twins, decisions=[decision(one, "STG-B")]) == {
        ("STG-B", "person", "linked")
    }


# Path rules


def test_a_path_rule_gives_a_home_to_what_lies_in_its_folder():
    one = commit("feat: x", paths=("etl/a.py", "etl/b/c.py"))

    assert tiers(one, rules=[RULE]) == {("STG-1.1", "path", "linked")}
    assert kinds(found(one, rules=[RULE], **PLAN)) == []


@pytest.mark.parametrize(
    "one",
    [
        commit("feat: x", paths=("etl/a.py", "README.md")),
        commit("feat: x", paths=("etl2/a.py",)),
        commit("feat: x"),
    ],
)
def test_a_path_rule_says_nothing_of_what_lies_elsewhere_too(one):
    assert tiers(one, rules=[RULE]) == {(None, "none", "none")}


def test_a_path_rule_is_silent_where_somebody_spoke():
    one = commit("feat: Stage 1.5.4", paths=("etl/a.py",))
    other = commit("feat: x", paths=("etl/a.py",))

    assert tiers(one, rules=[RULE]) == {("STG-1.5.4", "subject", "linked")}
    assert tiers(other, rules=[RULE], decisions=[decision(other, "STG-1.5.5")]) == {
        ("STG-1.5.5", "person", "linked")
    }


def test_a_path_rule_never_gives_back_what_a_person_rejected():
    one = commit("feat: x", paths=("etl/a.py",))
    no = decision(one, "STG-1.1", LinkVerdict.REJECTED)

    assert tiers(one, rules=[RULE], decisions=[no]) == {(None, "none", "none")}


# Guesses


def test_a_guess_is_a_proposal_and_a_sure_one_a_link():
    one = commit("feat: x")
    guess = Likely(sha=one.sha, record_key="STG-1.1", score=0.71234, reasons=("same files",))

    (link,) = links(one, likely={one.sha: guess})
    (sure,) = links(one, likely={one.sha: replace(guess, is_certain=True)})

    assert (link.status, link.tier, link.score, link.reason) == (
        "proposed",
        "likely",
        0.712,
        "same files",
    )
    assert (sure.status, sure.record) == ("linked", "STG-1.1")


def test_a_guess_is_silent_where_the_commit_names_its_stage():
    one = commit("feat: Stage 1.5.4")
    guess = Likely(sha=one.sha, record_key="STG-1.1", score=0.99, is_certain=True)

    assert tiers(one, likely={one.sha: guess}) == {("STG-1.5.4", "subject", "linked")}


def test_an_unplanned_piece_shows_where_it_likely_belongs_and_a_sure_one_is_none():
    one = commit("feat: x")
    guess = Likely(sha=one.sha, record_key="STG-1.1", score=0.7, reasons=("same files",))

    (finding,) = found(one, judged=Judged(likely={one.sha: guess}), **PLAN).findings
    sure = found(one, judged=Judged(likely={one.sha: replace(guess, is_certain=True)}), **PLAN)

    assert finding.proposal["record"] == "STG-1.1"
    assert finding.evidence[-1].endswith(": same files")
    assert kinds(sure) == []


# Stages that the plan lacks


def missing(*commits, **plan):
    assessment = found(*commits, **{**PLAN, **plan})
    return [f.refs[0] for f in assessment.findings if f.kind == "stage_missing"]


def test_a_step_of_a_stage_that_its_commit_does_not_name_is_missing():
    assert missing(commit("feat: Stage 1.5.4.1 rows")) == ["1.5.4.1"]


def test_a_stage_that_the_plan_lacks_is_found_with_what_it_may_be_a_typo_of():
    one, two = commit("feat: Stage 1.5.6 rows"), commit("fix: Stage 1.5.6 nulls")

    (finding,) = found(one, two, **PLAN).findings

    assert (finding.kind, set(finding.commits)) == ("stage_missing", {one.sha, two.sha})
    assert finding.text == "2 commits name stage 1.5.6, which the plan does not have."
    assert finding.evidence[-1] == "the plan has 1.5.5, 1.5.4"
    assert finding.proposal == {"ref": "1.5.6", "near": ["1.5.5", "1.5.4"]}


@pytest.mark.parametrize(
    "subject",
    [
        "feat: Stage 1.5 begins",  # the plan has its parts
        "feat: Stage 3.1.6 loader",  # the plan has it as a task
        "feat: Stage 2.16 features",  # the plan has 2.16A
        "feat: Stage 1.5.4 with Stage 1.5.4.1 and Stage 1.5.4.2",  # steps of what it names
        "feat: stage 1.5.4 rows",
        "feat: stages.2.1 config",
        "feat: multi-stage 2 build",
        "feat: bump to 1.5.9",
        "feat: stage 2.5% of rows",
    ],
)
def test_what_the_plan_knows_under_another_name_is_not_missing(subject):
    assert missing(commit(subject), stages=(*STAGES, stage("2.16A"))) == []


def test_a_missing_stage_whose_commits_have_a_home_is_no_gap():
    one = commit("feat: Stage 1.5.6 rows")

    assert missing(one, decisions=[decision(one, "STG-1.5.5")]) == []


def test_a_ref_that_two_stages_carry_keeps_commits_out_of_the_unplanned():
    twins = (waiting("2.1", "STG-A"), waiting("2.1", "STG-B"))

    assert kinds(found(commit("feat: Stage 2.1", paths=("a.py",)), stages=twins)) == [
        "ref_ambiguous"
    ]
