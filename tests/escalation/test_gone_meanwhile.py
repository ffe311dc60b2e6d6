"""What was asked for and can't be done any more keeps nobody waiting."""

from dataclasses import replace

import pytest

from bot.domain.effects import EffectKind, EffectState
from bot.domain.entries import IssueEntry, IssueStep, StepWords
from bot.domain.issues import Severity
from bot.usecases.file_issue import file_issue
from bot.usecases.keep_replies import ask_for_thread
from bot.usecases.restrict_issue import restrict_issue
from bot.usecases.settle_issue import settle_issue
from tests.builders import ANA, BEN, CARA
from tests.usecases.house import House


@pytest.mark.parametrize("what", ["withdrawn", "restricted"])
def test_a_thread_that_can_not_be_kept_any_more_is_given_up_with_the_reason(tmp_path, what):
    house = House(tmp_path)
    entry = IssueEntry(title="Writer down", severity=Severity.BLOCKER)
    key = file_issue(house.plans, entry, house.asker(ANA)).issue.key
    house.deliver()
    ask_for_thread(house.plans, key, house.asker(CARA))
    if what == "restricted":
        restrict_issue(house.plans, key, (ANA,), house.asker(ANA))
    else:
        with house.plans.changing(house.workspace_id) as plan:
            gone = replace(plan.issue(key), removed_at=house.now)
            plan.save(gone, house.asker(ANA).why())

    house.deliver()

    with house.plans.reading(house.workspace_id) as plan:
        assert plan.deliveries(EffectState.PENDING, kind=EffectKind.THREAD_KEEP) == []
    [said] = [text for where, text in house.slack.posts if where == CARA]
    assert ("is restricted" if what == "restricted" else "not in the plan") in said


def test_an_owner_who_left_is_not_asked_in_the_channel(tmp_path):
    house = House(tmp_path)
    entry = IssueEntry(title="Writer down", severity=Severity.BLOCKER, owner_id=BEN)
    with house.plans.changing(house.workspace_id) as plan:
        plan.put_workspace(replace(plan.workspace, lead_id=CARA))
        plan.put_member(replace(plan.member(BEN), is_active=False))
    file_issue(house.plans, entry, house.asker(ANA))

    house.deliver()

    [root] = [text for where, text in house.slack.posts if where == "C2"]
    assert f"<@{CARA}>, please acknowledge" in root


def test_an_issue_that_was_made_less_asks_nobody_in_the_channel_any_more(tmp_path):
    house = House(tmp_path)
    entry = IssueEntry(title="Writer down", severity=Severity.BLOCKER, owner_id=BEN)
    key = file_issue(house.plans, entry, house.asker(ANA)).issue.key
    house.deliver()
    words = StepWords(severity=Severity.MINOR, reason="a workaround is there")
    settle_issue(house.plans, key, IssueStep.SEVERITY, house.asker(ANA), words)

    house.deliver()

    roots = [text for (where, _), text in house.slack.last.items() if where == "C2"]
    root = next(text for text in roots if '"block_id": "issue"' in text)
    assert "Level 3" in root
    assert "please acknowledge" not in root
