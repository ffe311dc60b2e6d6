"""Filing and settling issues."""

import pytest

from bot.domain.effects import EffectKind, EffectState
from bot.domain.entries import IssueEntry, IssueStep
from bot.domain.issues import IssueStatus, Severity
from bot.errors import UserError
from bot.usecases.file_issue import file_issue
from bot.usecases.settle_issue import settle_issue
from tests.builders import ANA, BEN, SmallPlan


@pytest.fixture
def small(tmp_path):
    return SmallPlan(tmp_path)


def effects(small, kind):
    with small.plans.reading(small.workspace_id) as plan:
        pending = plan.deliveries(EffectState.PENDING)
    return [each.effect for each in pending if each.effect.kind is kind]


def filed(small, severity=Severity.BLOCKER, **said):
    entry = IssueEntry(**{"title": "Aurora writer down", "severity": severity, **said})
    return file_issue(small.plans, entry, small.asker())


def test_keys_are_minted_in_order_and_once(small):
    assert [filed(small).issue.key for _ in range(3)] == ["ISS-001", "ISS-002", "ISS-003"]


def test_a_level_1_is_announced_urgently_and_never_expires(small):
    filed(small)

    [effect] = effects(small, EffectKind.ISSUE_ROOT)
    assert effect.urgent
    assert effect.not_after is None
    assert effect.lane == "bqx-ml-critical"


def test_lesser_issues_are_not_announced(small):
    filed(small, Severity.MAJOR)

    assert effects(small, EffectKind.ISSUE_ROOT) == []


def test_the_same_request_twice_files_once(small):
    entry = IssueEntry(title="Twice", severity=Severity.MINOR)

    keys = {
        file_issue(small.plans, entry, small.asker(cause="cmd:T:1")).issue.key for _ in range(2)
    }

    assert keys == {"ISS-001"}


def test_a_long_one_liner_stays_whole(small):
    issue = filed(small, title="word " * 100).issue

    assert len(issue.title) <= 200
    assert ("word " * 100).strip() in issue.description


def test_no_title_is_refused(small):
    with pytest.raises(UserError, match="title"):
        filed(small, title=" \n ")


def test_owning_acknowledges_and_starts_the_work(small):
    key = filed(small).issue.key

    done = settle_issue(small.plans, key, IssueStep.OWN, small.asker(BEN))

    assert done.issue.owner_id == done.issue.acknowledged_by == BEN
    assert done.issue.status is IssueStatus.IN_PROGRESS
    assert [e.payload["note"] for e in effects(small, EffectKind.ISSUE_NOTE)] == ["owned"]


def test_the_first_who_acknowledges_stays_the_one(small):
    key = filed(small).issue.key
    settle_issue(small.plans, key, IssueStep.ACKNOWLEDGE, small.asker(BEN))

    again = settle_issue(small.plans, key, IssueStep.ACKNOWLEDGE, small.asker(ANA))

    assert not again.changed
    assert again.issue.acknowledged_by == BEN


def test_an_unknown_issue_is_refused(small):
    with pytest.raises(UserError, match="ISS-777"):
        settle_issue(small.plans, "ISS-777", IssueStep.OWN, small.asker())
