"""The triage clock: nudges before, marks after, each once, in one message a person."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.effects import EffectKind, EffectState, Post, issue_subject
from bot.domain.entries import IssueEntry, IssueStep, PlannedTask, StepWords
from bot.domain.issues import Issue, Severity
from bot.domain.people import Person
from bot.domain.plan import Member
from bot.usecases.file_issue import file_issue
from bot.usecases.settle_issue import settle_issue
from bot.usecases.triage_clock import TriageClock
from bot.usecases.undo import undo
from tests.builders import ANA, BEN, CARA, SmallPlan
from tests.conftest import MONDAY

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def small(tmp_path):
    plan = SmallPlan(tmp_path)
    with plan.plans.changing(plan.workspace_id) as writer:
        writer.put_workspace(replace(writer.workspace, lead_id=CARA))
    return plan


@pytest.fixture
def clock(small):
    return TriageClock(small.plans)


def filed(small, severity=Severity.BLOCKER, owner=BEN, now=MONDAY):
    entry = IssueEntry(title=f"Issue at {now}", severity=severity, owner_id=owner)
    return file_issue(small.plans, entry, small.asker(now=now)).issue.key


def effects(small, kind):
    with small.plans.reading(small.workspace_id) as plan:
        pending = plan.deliveries(EffectState.PENDING, limit=5000)
    return [each.effect for each in pending if each.effect.kind is kind]


def nudges(small):
    return [
        (e.payload["member"], e.payload["issues"]) for e in effects(small, EffectKind.ISSUE_NUDGE)
    ]


def test_the_owner_is_nudged_once_at_three_quarters_of_the_time(small, clock):
    key = filed(small)

    for hours in (0, 17, 18, 18.5, 20, 23):
        clock.tick(small.workspace_id, MONDAY + hours * HOUR)
        assert bool(nudges(small)) is (hours >= 18)

    assert nudges(small) == [(BEN, [key])]


def test_a_restart_nudges_nobody_again(small, clock):
    filed(small)
    clock.tick(small.workspace_id, MONDAY + 18 * HOUR)

    TriageClock(small.plans).tick(small.workspace_id, MONDAY + 19 * HOUR)

    assert len(nudges(small)) == 1


def test_without_an_owner_who_is_here_the_lead_is_nudged(small, clock):
    with small.plans.changing(small.workspace_id) as plan:
        plan.put_member(Member(id="U0GONE", name="Gone", is_active=False))
    filed(small, owner=None)
    filed(small, owner="U0GONE")

    clock.tick(small.workspace_id, MONDAY + 18 * HOUR)

    assert [(member, len(keys)) for member, keys in nudges(small)] == [(CARA, 2)]


def test_what_is_triaged_in_time_is_only_about_its_target(small, clock):
    key = filed(small, Severity.MAJOR)
    words = StepWords(tasks=(PlannedTask("Do it", 60),))
    settle_issue(small.plans, key, IssueStep.TRIAGE, small.asker(BEN), words)

    clock.tick(small.workspace_id, MONDAY + 5 * DAY)
    assert nudges(small) == []
    clock.tick(small.workspace_id, MONDAY + 5.25 * DAY)

    assert nudges(small) == [(BEN, [key])]


def test_nothing_fires_for_what_rests(small, clock):
    resolved, withdrawn = filed(small), filed(small)
    settle_issue(
        small.plans, resolved, IssueStep.RESOLVE, small.asker(BEN), StepWords(evidence="seen")
    )
    with small.plans.reading(small.workspace_id) as plan:
        operation = plan.changes(kind="issue", key=withdrawn)[0].why.operation
    undo(small.plans, operation, small.asker(ANA))

    clock.tick(small.workspace_id, MONDAY + 3 * DAY)

    assert nudges(small) == []


def test_another_level_is_counted_anew_and_its_undo_repeats_nothing(small, clock):
    filed(small)
    clock.tick(small.workspace_id, MONDAY + 18 * HOUR)
    with small.plans.reading(small.workspace_id) as plan:
        [issue] = plan.issues()
    lower = StepWords(severity=Severity.MINOR, reason="no hurry")
    done = settle_issue(
        small.plans, issue.key, IssueStep.SEVERITY, small.asker(CARA, now=MONDAY + 19 * HOUR), lower
    )
    clock.tick(small.workspace_id, MONDAY + 23 * HOUR)
    assert len(nudges(small)) == 1

    undo(small.plans, done.operation, small.asker(CARA))
    clock.tick(small.workspace_id, MONDAY + 23.5 * HOUR)

    assert len(nudges(small)) == 1


def test_past_its_time_the_message_is_brought_up_to_date_once(small, clock):
    key = filed(small)
    with small.plans.changing(small.workspace_id) as plan:
        plan.put_post(Post(subject=issue_subject(key), channel_id="C1", ts="1.2"))
    before = len(effects(small, EffectKind.ISSUE_ROOT))

    for hours in (24, 25, 30):
        clock.tick(small.workspace_id, MONDAY + hours * HOUR)

    marks = effects(small, EffectKind.ISSUE_ROOT)[before:]
    # One for the triage and one for the target, which a Level 1 reaches at the same time.
    assert len(marks) == 2
    assert all(each.about == key for each in marks)


def test_what_nears_its_time_soon_comes_in_the_same_message(small, clock):
    keys = [filed(small, now=MONDAY + minutes * HOUR / 60) for minutes in (0, 30, 90)]

    clock.tick(small.workspace_id, MONDAY + 18 * HOUR)
    clock.tick(small.workspace_id, MONDAY + 20 * HOUR)

    assert [(member, sorted(found)) for member, found in nudges(small)] == [(BEN, keys)]


def test_what_was_late_long_ago_is_left_to_the_lists(small, clock):
    filed(small)

    clock.tick(small.workspace_id, MONDAY + 40 * DAY)

    assert nudges(small) == []


def test_somebody_who_turned_it_down_is_not_nudged(small, clock):
    with small.plans.changing(small.workspace_id) as plan:
        plan.save(Person(key=BEN, muted=("triage",)), small.asker().why())
    filed(small)

    clock.tick(small.workspace_id, MONDAY + 18 * HOUR)

    assert nudges(small) == []


def test_500_open_issues_are_one_message_a_person_and_quick(small, clock):
    with small.plans.changing(small.workspace_id) as plan:
        for number in range(500):
            owner = (ANA, BEN, CARA)[number % 3]
            issue = Issue(
                key=f"ISS-{number + 1:03d}",
                title=f"Issue {number}",
                severity=Severity.MAJOR,
                owner_id=owner,
                discovered_at=MONDAY,
            )
            plan.save(issue, small.asker().why())

    told = clock.tick(small.workspace_id, MONDAY + 18 * HOUR)

    assert told == 3
    assert sum(len(keys) for _, keys in nudges(small)) == 500


def remedied(small, owner=BEN):
    key = filed(small, owner=owner)
    words = StepWords(tasks=(PlannedTask("Replace it", 60), PlannedTask("Test it", 30)))
    settle_issue(small.plans, key, IssueStep.TRIAGE, small.asker(owner), words)


def test_overdue_remediation_is_told_once_a_working_day(small, clock):
    remedied(small)
    remedied(small)

    said = []
    for hours in range(24 * 8):
        clock.tick(small.workspace_id, MONDAY + hours * HOUR + DAY - HOUR)
        said.append(len(effects(small, EffectKind.REMEDIATION)))

    days = [each.key.rpartition(":")[2] for each in effects(small, EffectKind.REMEDIATION)]
    # Tuesday to Friday and the next Monday and Tuesday: no weekend, no second one a day.
    assert days == [f"2025-11-{day}" for day in (18, 19, 20, 21, 24, 25)]
    assert said[0] == 0


def test_finished_tasks_are_not_overdue(small, clock):
    remedied(small)
    with small.plans.changing(small.workspace_id) as plan:
        for task in plan.tasks():
            plan.save(replace(task, removed_at=MONDAY), small.asker().why())

    clock.tick(small.workspace_id, MONDAY + 2 * DAY)

    assert effects(small, EffectKind.REMEDIATION) == []
