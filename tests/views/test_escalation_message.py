"""Escalations and mails with nothing in them, with too much, and with hostile words."""

import re
from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from bot.domain.assessment import Assessment
from bot.domain.escalations import Escalation, EscalationCause
from bot.domain.facts import Facts
from bot.domain.issue_facts import issue_fact
from bot.domain.issues import Issue, Severity
from bot.sandbox.blocks import flaws_of_blocks
from bot.views import escalation_message
from bot.views.issue_mail import Around, issue_mail, trigger_mail
from bot.views.mrkdwn import block_size
from tests.builders import ANA, BEN
from tests.conftest import MONDAY
from tests.domain.test_triage import CLOCK

HOSTILE = "<!channel> <@U1> *b* `c` & <https://evil|bank> </h1><script>x</script> \u202e\x00 " * 30
TEXTS = pytest.mark.parametrize(
    "text", ["plain", HOSTILE, "x" * 3000], ids=["plain", "bad", "long"]
)
NOW = MONDAY + timedelta(hours=5)
ESCALATION = Escalation(key="ISS-001", cause=EscalationCause.LEVEL_1, started_at=MONDAY)
AROUND = Around(zone=UTC, names={ANA: "Ana"}, stages=("1.5.4 · BQX",), url="https://s/?a=1&b=2")


def issue(text, severity=Severity.BLOCKER, number=1):
    return Issue(
        key=f"ISS-{number:03}",
        title=text[:200],
        description=text,
        severity=severity,
        discovered_at=MONDAY,
        reporter_id=ANA,
        owner_id=BEN,
    )


def snapshot(text, severity, many):
    found = [issue(text, severity, number) for number in range(many)]
    facts = Facts(
        open_issues=tuple(issue_fact(one, NOW, CLOCK, {}, {}) for one in found),
        resolved_issues=tuple(issue_fact(one, NOW, CLOCK, {}, {}) for one in found),
    )
    return Assessment(as_of=NOW, period_start=MONDAY, facts=facts).to_plain()


def messages(text, many):
    seen = replace(ESCALATION, acknowledged_by=ANA, acknowledged_at=MONDAY)
    for visible_to in ((), (ANA,)):
        about = replace(issue(text), visible_to=visible_to)
        yield escalation_message.asked_message(about, ESCALATION, now=NOW, again=False)
        yield escalation_message.asked_message(about, seen, now=NOW, again=True)
    said = {"at": 0, "members": [ANA] * min(many, 5), "mailed": many, "again": False}
    skipped = [["owner", BEN, text], ["lead", "", "nobody is named"]]
    yield escalation_message.step_note({**said, "skipped": skipped}, ESCALATION)
    yield escalation_message.step_note({"at": 0, "by": ANA}, ESCALATION)
    yield escalation_message.snoozed_message(ESCALATION)
    yield escalation_message.burst_message([issue(text, number=n) for n in range(many)])
    yield escalation_message.still_message(issue(text))
    for code in ("no_server", "auth_failed", "address_refused"):
        yield escalation_message.mail_trouble(code, text[:200])
    yield escalation_message.debt_message([issue(text, Severity.DEBT)] * many, NOW)
    trigger = replace(ESCALATION, text=text, evidence=(text,) * 10)
    yield escalation_message.triggers_message([trigger] * many, many)
    yield escalation_message.standup_message(snapshot(text, Severity.MINOR, many))
    yield escalation_message.debt_page(snapshot(text, Severity.DEBT, many), "docs/debt/x.md")


@TEXTS
@pytest.mark.parametrize("many", [0, 1, 500])
def test_messages_keep_slacks_limits_and_ping_nobody(text, many):
    for shown in messages(text, many):
        assert flaws_of_blocks(shown["blocks"], "message") == []
        assert block_size(shown["blocks"]) <= 13_000
        assert "<!channel>" not in str(shown)
        assert "<@U1>" not in str(shown)


@TEXTS
def test_a_mail_says_everything_and_nothing_in_it_comes_alive(text):
    for words in (
        issue_mail(issue(text), "why", AROUND),
        trigger_mail(replace(ESCALATION, text=text, evidence=(text,)), AROUND),
    ):
        assert "\n" not in words.subject
        assert "<script>" not in words.html
        assert re.findall(r"<h1>.*?</h1>", words.html, re.DOTALL)
        assert "href='https://s/?a=1&amp;b=2'" in words.html
        assert "https://s/?a=1&b=2" in words.text


def test_a_restricted_issue_is_named_by_its_key_alone():
    words = issue_mail(replace(issue("Secret title"), visible_to=(ANA,)), "why", AROUND)

    assert "Secret" not in words.subject + words.text + words.html
    assert "1.5.4" not in words.text
    assert "ISS-001" in words.subject


@pytest.mark.parametrize(
    ("levels", "head"),
    [
        ((Severity.BLOCKER,), "One more issue of Level 1"),
        ((Severity.BLOCKER, Severity.BLOCKER), "2 issues of Level 1, all within seconds"),
        ((Severity.BLOCKER, Severity.MINOR), "2 issues to escalate, all within seconds"),
    ],
)
def test_a_burst_counts_what_it_names(levels, head):
    found = [issue("Down", level, number) for number, level in enumerate(levels)]

    assert f"*{head}*" in str(escalation_message.burst_message(found))
