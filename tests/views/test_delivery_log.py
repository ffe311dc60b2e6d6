"""The delivery log of an issue: what went where, when, by which way, and who saw it."""

from datetime import timedelta

import pytest

from bot.domain.effects import Delivery, Effect, EffectKind, EffectState
from bot.domain.issues import Issue, Severity
from bot.views.delivery_log import PER_PAGE, delivery_log, log_page, log_rows
from bot.views.mrkdwn import block_size
from tests.builders import ANA, BEN, CARA
from tests.conftest import MONDAY
from tests.views.test_limits import flaws_of_blocks

HOSTILE = "<!channel> <@U1> *b* `c` & " * 40


def issue(**said):
    known = {"key": "ISS-004", "title": "Writer down", "severity": Severity.BLOCKER}
    return Issue(**{**known, "discovered_at": MONDAY, **said})


def sent(key, kind, minute, lane="bqx-ml-critical", payload=None, **said):
    at = MONDAY + timedelta(minutes=minute)
    effect = Effect(key=key, kind=kind, payload=payload or {}, lane=lane, about="ISS-004")
    known = {"state": EffectState.DONE, "done_at": at, "first_tried_at": at, "attempts": 1}
    return Delivery(effect=effect, created_at=MONDAY, **{**known, **said})


POSTED = {"channel": "C1", "ts": "1.1"}
ALL = [
    sent("root", EffectKind.ISSUE_ROOT, 0, result=POSTED),
    sent("m1", EffectKind.MAIL, 40, "mail:a@x.org", {"to": "a@x.org"}, result={"server": "mx1"}),
    sent("m2", EffectKind.MAIL, 41, "mail:b@x.org", {"to": "b@x.org"}, result={"file": "/o/m.eml"}),
    sent("m3", EffectKind.MAIL, 42, "mail:c@x.org", {"to": "c@x.org"}, result={"skipped": "x"}),
    sent("m4", EffectKind.MAIL, 43, "mail:d@x.org", {"to": "d@x.org"}, state=EffectState.PENDING),
    sent(
        "ask",
        EffectKind.ESCALATION_ASK,
        2,
        f"dm:{BEN}",
        {"again": False},
        result={"to": BEN, "channel": "D1", "ts": "2"},
    ),
    sent(
        "note",
        EffectKind.ESCALATION_NOTE,
        3,
        payload={
            "skipped": [["lead", CARA, "is away"], ["stakeholders", "", "none are named"]],
            "members": [BEN],
            "mailed": 2,
        },
        result=POSTED,
    ),
    sent("root2", EffectKind.ISSUE_ROOT, 50, result=POSTED),
    sent(
        "refused",
        EffectKind.ISSUE_DIRECT,
        51,
        f"dm:{ANA}",
        state=EffectState.PARKED,
        error="user_disabled",
        attempts=2,
    ),
]


def row(of, **said):
    return next(each for each in log_rows(ALL, issue(**said)) if of in each)


def test_each_way_out_says_where_when_and_how_it_went():
    assert "its message → <#C1>" in row("its message")
    assert "updated 1 time, last" in row("its message")
    assert "by `mx1`" in row("a@x.org")
    assert "into the file `m.eml`" in row("b@x.org")
    assert "not sent, no longer needed: x" in row("c@x.org")
    assert "waits since" in row("d@x.org")
    assert "user_disabled" in row(f"a direct message → <@{ANA}>")
    assert "2 tries" in row(f"a direct message → <@{ANA}>")
    note = row("a line in its thread")
    for said in (f"<@{CARA}> is away", "stakeholders none are named", f"wrote to <@{BEN}>"):
        assert said in note


def test_what_somebody_acknowledged_after_it_came_is_seen_by_them_alone():
    seen = {"acknowledged_at": MONDAY + timedelta(minutes=5)}

    assert "seen: acknowledged" in row("asked to", acknowledged_by=BEN, **seen)
    assert "seen" not in row("asked to", acknowledged_by=ANA, **seen)
    early = {"acknowledged_by": BEN, "acknowledged_at": MONDAY}
    assert "seen" not in row("asked to", **early)
    assert f"Seen by <@{BEN}>" in str(delivery_log(ALL, issue(acknowledged_by=BEN, **seen)))


def test_it_is_in_the_order_in_which_it_went_out_and_what_waits_is_last():
    rows = log_rows(ALL, issue())

    order = ["its message", "asked to", "a line", "a@x", "b@x", "c@x", "direct message", "d@x"]
    assert [next(each for each in order if each in row) for row in rows] == order


@pytest.mark.parametrize("text", ["plain", HOSTILE], ids=["plain", "hostile"])
@pytest.mark.parametrize("many", [0, 1, 13, 500])
def test_a_long_log_folds_on_the_card_and_turns_its_pages(text, many):
    found = [
        sent(f"n{n}", EffectKind.ISSUE_NOTE, n, text[:80], error=text, state=EffectState.PARKED)
        for n in range(many)
    ]
    [*card] = delivery_log(found, issue(title=text))
    assert flaws_of_blocks(card, "message") == []
    assert ("All of it" in str(card)) == (many > 12 or (many > 1 and "newest" in str(card)))
    seen = 0
    for start in range(0, max(many, 1), PER_PAGE):
        shown = log_page(found, issue(title=text), start)
        assert flaws_of_blocks(shown["blocks"], "message") == []
        assert block_size(shown["blocks"]) <= 13_000
        seen += str(shown["blocks"]).count("a line in its thread")
    assert seen == many
    assert ("Later" in str(log_page(found, issue()))) == (many > PER_PAGE)
