"""Of a long history only what may name something of the plan, and the recent past, is kept."""

# ruff: noqa: RUF001 - wide digits and dashes are what is tested

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.refs import RefIndex, find_refs
from bot.domain.remembering import MAX_RECENT, RECENT, worth_remembering
from tests.conftest import MONDAY
from tests.domain.builders import commit

OLD = MONDAY - RECENT - timedelta(days=1)
PLAN = RefIndex.of(
    ["1.5.4", "1.5.5", "1.6.13", "2.10", "2.16B", "2.17C", "7", "PROJ-123"],
    tasks=["TSK-3.1.6", "TSK-12", "MP03.P01.S01.T02", "9"],
    phases=["Phase 1.5", "2"],
    prefixes=["BQX", "PROJ"],
)
DOTTED = RefIndex.of(["1.5.4", "1.6.13", "2.17C"], tasks=["TSK-3.1.6"])


def kept(*commits, plan=PLAN):
    return list(worth_remembering(commits, plan, MONDAY))


@pytest.mark.parametrize(
    "subject",
    [
        "feat: Stage 1.5.4",
        "stage1.5.4: more",
        "bqx-1.5.4 more",
        "Complete 2.16b",
        "Stages 1.6.12-17 are done",
        "Stages 1.6.12 to 1.6.20",
        "Stages 1.6.12…1.6.20",
        "BQX-2.17B-E",
        "stage-7: go",
        "Stage (7) begins",
        "substage 7",
        "task 12 done",
        "TSK-12: more",
        "tasks 3, 9",
        "TSK-9",
        "proj-123 fix",
        "mp03.p01.s01.t02",
        "Stage １.５.４",
        "BQX–1.5.4",
    ],
)
def test_an_old_commit_that_names_the_plan_is_kept(subject):
    assert find_refs(subject, PLAN)
    assert len(kept(commit(subject, at=OLD))) == 1


@pytest.mark.parametrize(
    "subject",
    ["feat: a cache", "Stage 9.9.9", "bump numpy 2.1.2 to 2.1.3", "on 2020-01-02", "UTF-8"],
)
def test_an_old_commit_that_names_nothing_is_not(subject):
    assert kept(commit(subject, at=OLD)) == []


def test_body_and_branch_are_read_too():
    by_body = commit("more", "Stage: 1.5.4", at=OLD)
    by_branch = commit("more", at=OLD, branch="feature/stage_1.5.4")

    assert kept(by_body, by_branch) == [by_body, by_branch]


def test_of_the_recent_past_the_newest_are_kept_whatever_they_say():
    many = [commit(f"chore {n}", at=MONDAY - timedelta(minutes=n)) for n in range(MAX_RECENT + 50)]
    named = commit("Stage 1.5.4", at=OLD)

    assert kept(*many, commit("chore", at=OLD), named) == [*many[:MAX_RECENT], named]


def test_an_empty_plan_keeps_the_recent_past_alone():
    recent, old = commit("Stage 1.5.4"), commit("Stage 1.5.4", at=OLD)

    assert kept(recent, old, plan=RefIndex.of([])) == [recent]


REFS = [
    *("1.5.4", "1.5.5", "1.5.9", "1.6.12", "1.6.13", "1.6.20", "2.10", "2.16B", "2.17B", "2.17c"),
    *("7", "9", "12", "1", "PROJ-123", "TSK-3.1.6", "tsk-12", "TASK-12", "BQX-1.5.4", "bqx-7"),
    *("MP03.P01.S01.T02", "mp03.p01.s01.t01", "１.５.４", "99", "3.1.6"),
]
BEFORE = [
    *("", "Stage ", "stages ", "Stage", "stage-", "stage_", "Stage #", "STAGES: ", "sub-stage "),
    *("Task ", "tasks ", "task: ", "Stage ID: ", "stage(s) ", "phase ", "Phase ", "complete "),
    *("feat(", "feature/", "done with ", "- [", "(", "v", "stage refs ", "stage (`"),
]
BETWEEN = [
    "-",
    "..",
    "…",
    " to ",
    " through ",
    "–",
    ", ",
    " and ",
    "/",
    " & ",
    " - ",
    "\n",
    " until stage ",
]
AFTER = ["", ": more", " done", ")", "]", ". More", "%", " hours", "-17", "-E", "\n"]


@given(
    before=st.sampled_from(BEFORE),
    first=st.sampled_from(REFS),
    rest=st.lists(st.tuples(st.sampled_from(BETWEEN), st.sampled_from(REFS)), max_size=3),
    after=st.sampled_from(AFTER),
    lead=st.sampled_from(["", "feat: ", "Merge branch 'x'\n\n", "x ", "über 5.1 "]),
    plan=st.sampled_from([PLAN, DOTTED]),
)
def test_whatever_names_the_plan_is_never_missed(before, first, rest, after, lead, plan):
    text = lead + before + first + "".join(sep + ref for sep, ref in rest) + after

    if any(mention.kind != "phase" for mention in find_refs(text, plan)):
        assert kept(commit(text, at=OLD), plan=plan), text
