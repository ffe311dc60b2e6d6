"""The critical channel can't be posted to: everybody who waits hears of it, and e-mail goes."""

import pytest

from bot.domain.effects import EffectKind, EffectState
from bot.domain.entries import IssueEntry, IssueStep, StepWords
from bot.domain.issues import Severity
from bot.errors import RefusedError
from bot.usecases.file_issue import file_issue
from bot.usecases.settle_issue import settle_issue
from handlers.deliveries import Deliveries
from handlers.replies import Replies
from tests.builders import ANA, BEN
from tests.usecases.house import House, Recorder

CRITICAL = "C2"


class Refusing(Recorder):
    """Slack that takes nothing in some channels."""

    def __init__(self):
        super().__init__()
        self.closed, self.names = set(), {"bqx-ml": "C1", "bqx-ml-critical": CRITICAL}

    def channels(self):
        return dict(self.names)

    def _check(self, channel):
        if channel in self.closed:
            raise RefusedError("Slack", "is_archived")

    def post(self, channel, message, *, key, thread_ts=None):
        self._check(channel)
        return super().post(channel, message, key=key, thread_ts=thread_ts)

    def update(self, sent, message):
        self._check(sent.channel_id)
        super().update(sent, message)


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path)
    house.slack = Refusing()
    return house


def filed(house, title, by):
    entry = IssueEntry(title=title, severity=Severity.BLOCKER)
    return file_issue(house.plans, entry, house.asker(by)).issue.key


def attempt_first_post(house):
    """Make one attempt at the first post that waits: those behind it have to wait for it."""
    with house.plans.reading(house.workspace_id) as plan:
        [first, *_] = plan.deliveries(EffectState.PENDING, kind=EffectKind.ISSUE_ROOT)
    Deliveries(house.desk, Replies(house.desk)).run(house.workspace_id, first.effect.key)


def effects(house, kind):
    with house.plans.reading(house.workspace_id) as plan:
        return [each.effect for each in plan.deliveries(EffectState.PENDING, kind=kind)]


def test_who_files_behind_another_is_told_at_once_and_mail_goes_for_each(house):
    house.slack.closed = {CRITICAL}
    keys = [filed(house, "Writer down", ANA), filed(house, "Reader down", BEN)]

    for _ in range(3):
        attempt_first_post(house)

    told = [
        (e.payload["issue"], e.payload["member"])
        for e in effects(house, EffectKind.CHANNEL_TROUBLE)
    ]
    assert told.count((keys[0], ANA)) == 1
    assert told.count((keys[1], BEN)) == 1
    mailed = [effect.payload["about"] for effect in effects(house, EffectKind.MAIL)]
    assert sorted(mailed) == keys


def test_who_filed_what_is_resolved_meanwhile_is_not_told_that_it_waits(house):
    house.slack.closed = {CRITICAL}
    filed(house, "Writer down", ANA)
    key = filed(house, "Reader down", BEN)
    done = StepWords(evidence="run 12 is green")
    settle_issue(house.plans, key, IssueStep.RESOLVE, house.asker(BEN), done)

    attempt_first_post(house)

    told = {e.payload["member"] for e in effects(house, EffectKind.CHANNEL_TROUBLE)}
    assert ANA in told
    assert BEN not in told


def test_those_behind_it_are_posted_and_told_nothing_more_once_it_is_mended(house):
    house.slack.closed = {CRITICAL}
    filed(house, "Writer down", ANA)
    filed(house, "Reader down", BEN)
    attempt_first_post(house)
    before = len(effects(house, EffectKind.CHANNEL_TROUBLE))
    house.slack.closed = set()

    for _ in range(2):
        attempt_first_post(house)

    assert effects(house, EffectKind.ISSUE_ROOT) == []
    assert len(effects(house, EffectKind.CHANNEL_TROUBLE)) == before
    assert sum(channel == CRITICAL for channel, _ in house.slack.posts) == 2


def test_a_message_in_an_archived_channel_goes_on_in_the_new_one_of_that_name(house):
    key = filed(house, "Writer down", ANA)
    house.deliver()
    house.slack.closed, house.slack.names["bqx-ml-critical"] = {CRITICAL}, "C9"

    settle_issue(house.plans, key, IssueStep.ACKNOWLEDGE, house.asker(BEN))
    house.deliver()

    assert "C9" in {channel for channel, _ in house.slack.posts}
    with house.plans.reading(house.workspace_id) as plan:
        assert plan.post(f"issue:{key}").channel_id == "C9"
    assert effects(house, EffectKind.ISSUE_ROOT) == []


def test_a_message_that_can_not_be_brought_up_to_date_does_not_say_that_nobody_was_told(house):
    key = filed(house, "Writer down", ANA)
    house.deliver()
    house.slack.closed = {CRITICAL}

    settle_issue(house.plans, key, IssueStep.ACKNOWLEDGE, house.asker(BEN))
    house.deliver()

    [said] = [text for where, text in house.slack.posts if where == f"D:{ANA}"]
    assert "shows an older state" in said
    assert "nobody has been told" not in said
