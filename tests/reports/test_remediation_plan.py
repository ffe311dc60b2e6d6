"""The issue remediation plan: what comes next for each Level 1 and 2."""

import json
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from bot.domain.facts import Facts, open_issue_facts
from bot.domain.findings import FindingKind
from bot.domain.issue_facts import RemediationTask
from bot.domain.issues import Issue, Severity
from bot.domain.plan import Stage, Status, Task
from bot.reports.remediation_plan import remediation_plan
from tests.conftest import MONDAY
from tests.domain.test_triage import CLOCK
from tests.reports.busy_week import busy_week
from tests.reports.test_gap_assessment import HOSTILE, PARSER
from tests.reports.weeks import (
    BEN,
    DAY,
    NAMES,
    finding,
    issue,
    outcome,
    snapshot,
    week,
)

PAGE = """\
# Issue Remediation Plan

**Date:** 2025-11-17 \x20
**Project:** BQX \x20
**Open on 2025-11-17 09:00:** 1 issue of Level 1 or 2

## ISS-001: Backfill stops at partition 129

- Severity: Level 2: Major issue
- Status: In Progress, acknowledged
- Age: 3 days
- Target date: 2025-11-21 09:00
- Owner: Ben
- Affected stages:
  - 1.5.4 “BQX Table Recalculation”
- Root cause: not recorded yet

**Next Steps:**
1. Remediation: 1 of 2 tasks complete.
2. Retrospective, once it is resolved: write down the root cause and prevention actions.

**Remediation Tasks:**

| Task | Title | Estimate | Owner | Status |
|------|-------|----------|-------|--------|
| TASK-1 | Find the lock | none yet | nobody yet | complete |
| TASK-2 | Retry | 1.5 h | Ben | not started |
"""
DONE = RemediationTask(key="TASK-1", title="Find the lock", status=Status.COMPLETE)
LEFT = RemediationTask(
    key="TASK-2", title="Retry", status=Status.NOT_STARTED, estimate_minutes=90, owner_id=BEN
)


def plan(*issues, findings=(), **added):
    facts = Facts(open_issues=issues, names=NAMES)
    return remediation_plan(snapshot(week(*findings, facts=facts), **added))


def steps(one):
    text = plan(one)
    return text[text.index("Steps:**\n") + 9 : text.index("\n\n**Remediation")].splitlines()


def test_the_whole_page():
    assert plan(issue(remediation=(DONE, LEFT))) == PAGE


def test_the_same_snapshot_gives_the_same_bytes():
    plain = json.dumps(snapshot(busy_week()))

    assert len({remediation_plan(json.loads(plain)) for _ in range(3)}) == 1


def test_only_levels_1_and_2_need_a_plan():
    text = plan(issue("ISS-001"), issue("ISS-002", severity="Level 3: Minor issue", due_at=None))

    assert "ISS-002" not in text
    assert "1 issue of Level 1 or 2" in text


@pytest.mark.parametrize(
    ("changes", "next_step"),
    [
        (
            {"owner_id": None, "acknowledged": False},
            "1. Triage (due 2025-11-15 09:00, overdue): acknowledge it, name an owner, create \
remediation tasks with estimates.",
        ),
        (
            {"discovered_at": MONDAY - DAY / 2},
            "1. Triage (due 2025-11-17 21:00): create remediation tasks with estimates.",
        ),
        (
            {"remediation": (replace(LEFT, estimate_minutes=None),)},
            "1. Triage (due 2025-11-15 09:00, overdue): estimate 1 remediation task.",
        ),
        ({"remediation": (LEFT,)}, "1. Remediation: 0 of 1 task complete."),
        (
            {"remediation": (DONE,)},
            "1. Verification: all tasks are complete; verify the fix, then mark the issue \
Resolved.",
        ),
    ],
)
def test_the_next_step_follows_the_briefs_workflow(changes, next_step):
    assert steps(issue(**changes))[0] == next_step


def test_the_retrospective_asks_only_for_what_is_missing():
    known = issue(remediation=(DONE,), has_root_cause=True)

    assert steps(known)[-1] == (
        "2. Retrospective, once it is resolved: write down prevention actions."
    )
    assert len(steps(replace(known, prevention="Check the lock"))) == 1


def test_an_overdue_issue_says_so():
    text = plan(issue(overdue=True, due_at=MONDAY - DAY))

    assert "- Target date: 2025-11-16 09:00, **overdue**\n" in text
    assert "1 issue of Level 1 or 2, 1 past the time of its level\n" in text


def test_what_became_of_it_since_is_said():
    one = finding(FindingKind.ISSUE_OPEN, record_keys=("ISS-001",))

    text = plan(issue(), findings=(one,), outcomes={one.key: outcome("gone", "gone")})

    assert "- Since then: settled: no longer found on 2025-11-17\n" in text


def test_hostile_words_change_nothing_of_the_page():
    def shape(words):
        named = replace(LEFT, title=words, owner_id=None, owner_text=words)
        text = plan(issue(title=words, stages=(words,), remediation=(named,)))
        return [token.type for token in PARSER.parse(text)]

    assert shape(HOSTILE) == shape("calm")


def test_an_issue_is_counted_with_its_stages_and_tasks():
    one = Issue(
        key="ISS-001",
        title="Stops",
        severity=Severity.MAJOR,
        stage_keys=("STG-1", "STG-GONE"),
        remediation_task_keys=("TASK-1", "TASK-GONE"),
        discovered_at=MONDAY - 9 * DAY,
        owner_id=BEN,
        root_cause="A lock",
    )
    stage = Stage(key="STG-1", ref="1.1", name="Tables")
    task = Task(key="TASK-1", ref="TSK-9", title="Retry", estimate_minutes=60, owner_text="Cara")

    (fact,) = open_issue_facts([one], MONDAY, CLOCK, {"STG-1": stage}, {"TASK-1": task})

    assert (fact.stages, fact.overdue, fact.has_root_cause) == (("1.1 “Tables”",), True, True)
    assert (fact.owner_id, fact.due_at) == (BEN, MONDAY - 2 * DAY)
    (told,) = fact.remediation
    assert (told.key, told.title, told.estimate_minutes) == ("TSK-9", "Retry", 60)
    assert open_issue_facts([one], MONDAY, CLOCK)[0].stages == ()


def test_the_page_is_markdown():
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(
        remediation_plan(snapshot(busy_week()))
    )

    assert [token.type for token in tokens].count("table_open") == 1
    assert [token.tag for token in tokens if token.type == "heading_open"] == ["h1", "h2", "h2"]
