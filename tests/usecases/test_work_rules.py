"""A rule that is taken back says nothing any more, and who took it back is kept."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.activity import Commit
from bot.domain.assess import match
from bot.domain.evidence import RuleKind, SeenCommit, WorkRule
from bot.errors import UserError
from bot.usecases.assess_gaps import plan_snapshot
from bot.usecases.correct_links import linked_commits
from bot.usecases.work_rules import list_rules, remove_rule
from tests.builders import ANA, BEN, SmallPlan
from tests.conftest import MONDAY

LATER = MONDAY + timedelta(hours=1)
AUTHOR = WorkRule(
    key="RULE-001",
    kind=RuleKind.AUTHOR,
    pattern="ben@bqx.example",
    reason="Vendored",
    made_by=ANA,
    made_at=MONDAY,
)
FOLDER = replace(
    AUTHOR, key="RULE-002", kind=RuleKind.BELONGS, pattern="src/reg", record_key="STG-902"
)
OF_TASK = replace(FOLDER, key="RULE-003", pattern="src/vacuum", record_key="TASK-902")
OF_NOTHING = replace(FOLDER, key="RULE-004", pattern="src/gone", record_key="STG-999")
COMMIT = SeenCommit(
    commit=Commit(
        sha="a" * 40,
        author_name="Ben",
        author_email="ben@bqx.example",
        authored_at=MONDAY - timedelta(days=1),
        subject="Tidy the cupboard",
        paths=("src/reg/a.py",),
    ),
    repo="bqx",
    arrived_at=MONDAY,
)


@pytest.fixture
def small(tmp_path):
    small = SmallPlan(tmp_path)
    with small.plans.changing(small.workspace_id) as plan:
        for rule in (AUTHOR, FOLDER, OF_TASK, OF_NOTHING):
            plan.save(rule, small.asker().why())
        plan.put_commits([COMMIT])
    return small


def test_there_are_no_rules_before_somebody_makes_one(tmp_path):
    plan = SmallPlan(tmp_path)

    assert list_rules(plan.plans, plan.workspace_id) == []


def test_a_folder_of_a_task_is_named_and_one_of_something_gone_is_listed_without_a_name(small):
    rules = list_rules(small.plans, small.workspace_id)

    assert [(rule.key, name) for rule, name in rules] == [
        ("RULE-001", ""),
        ("RULE-002", "1.5.5 “REG Table Recalculation”"),
        ("RULE-003", "“Vacuum”"),
        ("RULE-004", ""),
    ]


def test_who_removed_a_rule_and_when_is_kept(small):
    asker = small.asker(BEN, now=LATER)

    rule = remove_rule(small.plans, "RULE-001", asker)

    assert replace(rule, revision=0) == AUTHOR
    with small.plans.reading(small.workspace_id) as plan:
        newest = plan.changes(kind="work_rule", key="RULE-001")[0]
        assert plan.item("work_rule", "RULE-001").removed_at == LATER
        assert plan.delivery(f"{asker.operation}#answer") is not None
    assert (newest.why.actor_id, newest.why.at) == (BEN, LATER)


def set_aside(small):
    with small.plans.reading(small.workspace_id) as plan:
        memory, snapshot = plan.memory(), plan_snapshot(plan)
    return match(snapshot, memory.commits, memory.decisions, memory.rules).set_aside


def test_a_removed_rule_leaves_no_commit_out_any_more(small):
    before = set_aside(small)

    remove_rule(small.plans, "RULE-001", small.asker())

    assert before == {COMMIT.commit.sha: "RULE-001: Vendored"}
    assert set_aside(small) == {}


def test_a_removed_folder_gives_its_commits_to_nothing_any_more(small):
    def reasons():
        found, _ = linked_commits(small.plans, small.workspace_id, "STG-902")
        return [one.link.reason for one in found]

    before = reasons()

    remove_rule(small.plans, "RULE-002", small.asker())

    assert before == ["all it touches lies in src/reg, which RULE-002 gives to it"]
    assert reasons() == []


@pytest.mark.parametrize("key", ["RULE-001", "RULE-999"])
def test_a_refused_removal_says_so_kindly_and_writes_nothing(small, key):
    remove_rule(small.plans, "RULE-001", small.asker())
    before = list_rules(small.plans, small.workspace_id)
    second = small.asker(BEN, now=LATER)

    with pytest.raises(UserError, match=rf"^{key} is not in use \(any more\)\.$"):
        remove_rule(small.plans, key, second)

    assert list_rules(small.plans, small.workspace_id) == before
    with small.plans.reading(small.workspace_id) as plan:
        assert plan.operation(second.operation) == []
        assert plan.delivery(f"{second.operation}#answer") is None
