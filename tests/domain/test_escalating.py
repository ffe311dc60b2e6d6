"""The steps of an escalation: when, whom, and when it rests."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import escalating
from bot.domain.escalating import Reach
from bot.domain.issues import Issue, IssueStatus, Severity
from bot.domain.people import Person
from bot.domain.plan import Member
from bot.domain.team import Team
from bot.errors import UserError
from tests.conftest import MONDAY

TEAM = Team()
OWNER, LEAD, ADMIN = "U0OWNER", "U0LEAD", "U0ADMIN"
MEMBERS = {
    OWNER: Member(id=OWNER, name="Owner"),
    LEAD: Member(id=LEAD, name="Lead"),
    ADMIN: Member(id=ADMIN, name="Admin", is_admin=True),
}
REACH = Reach(members=MEMBERS, lead_id=LEAD, stakeholders=True)
ISSUE = Issue(
    key="ISS-001",
    title="Down",
    severity=Severity.BLOCKER,
    discovered_at=MONDAY,
    owner_id=OWNER,
)


def later(minutes):
    return MONDAY + timedelta(minutes=minutes)


def begun(issue=ISSUE, team=TEAM):
    return escalating.follow(None, issue, team, MONDAY)


def run(escalation, until, *, begin=0, issue=ISSUE, team=TEAM, reach=REACH):
    """Take every step up to a minute, and return when whom was asked."""
    asked = []
    for minute in range(begin, until + 1):
        now = later(minute)
        if not escalating.is_due(escalation, now):
            continue
        if escalating.needs_a_look(escalation, now):
            escalation = escalating.looked(escalation, team, now)
        step = escalating.ask_again if escalation.acknowledged_by else escalating.climb
        escalation, ask = step(escalation, issue, team, reach, now)
        if ask is not None:
            asked.append((minute, *ask.members, *(["mail"] if ask.mails else [])))
    return escalation, asked


def test_the_usual_chain():
    _, asked = run(begun(), 60 + 2 * 240)

    assert asked == [(15, OWNER), (30, LEAD), (60, "mail"), (300, "mail"), (540, "mail")]


def test_each_step_has_its_own_number():
    escalation, _ = run(begun(), 60)

    assert escalation.step == 3


def gone(member_id):
    return {**MEMBERS, member_id: replace(MEMBERS[member_id], is_active=False)}


@pytest.mark.parametrize(
    ("issue", "reach"),
    [
        (replace(ISSUE, owner_id=None), REACH),
        (replace(ISSUE, owner_id="U0STRANGER"), REACH),
        (ISSUE, replace(REACH, members=gone(OWNER))),
        (ISSUE, replace(REACH, people={OWNER: Person(key=OWNER, away_since=MONDAY)})),
    ],
    ids=["no owner", "unknown", "left", "away"],
)
def test_who_can_not_be_asked_is_passed_over_at_once(issue, reach):
    _, asked = run(begun(issue), 60, issue=issue, reach=reach)

    assert asked == [(15, LEAD), (45, "mail")]


def test_the_reason_is_kept():
    reach = replace(REACH, members=gone(OWNER))

    _, ask = escalating.climb(begun(), ISSUE, TEAM, reach, later(15))

    assert ask.skipped == (("owner", OWNER, "has left the workspace"),)


def test_where_nobody_can_be_asked_the_admins_are():
    reach = Reach(members=MEMBERS)
    issue = replace(ISSUE, owner_id=None)

    _, asked = run(begun(issue), 300, issue=issue, reach=reach)

    assert asked == [(15, ADMIN), (255, ADMIN)]


NAMED = "U0NAMED"
RESTRICTED = replace(ISSUE, owner_id=None, visible_to=(NAMED,))
WITH_NAMED = MEMBERS | {NAMED: Member(id=NAMED, name="Named")}


def test_of_a_restricted_issue_only_those_are_asked_who_may_see_it():
    team = Team(chain=(f"15 {OWNER}", "30 lead"))

    _, ask = escalating.climb(begun(RESTRICTED, team), RESTRICTED, team, REACH, later(15))

    assert ask.members == (LEAD,)
    assert ask.skipped == ((OWNER, OWNER, "may not see it"),)


@pytest.mark.parametrize("stakeholders", [True, False])
def test_where_no_admin_may_see_it_those_named_are_asked(stakeholders):
    reach = Reach(members=WITH_NAMED, stakeholders=stakeholders)

    _, asked = run(begun(RESTRICTED), 300, issue=RESTRICTED, reach=reach)

    assert asked
    assert all(NAMED in who and ADMIN not in who for who in asked)


def test_an_admin_who_may_see_it_is_asked_before_those_named():
    issue = replace(RESTRICTED, visible_to=(NAMED, ADMIN))
    reach = Reach(members=WITH_NAMED)

    _, asked = run(begun(issue), 300, issue=issue, reach=reach)

    assert [who for _, *who in asked] == [[ADMIN], [ADMIN]]


def test_those_named_are_asked_though_all_of_them_are_away():
    away = {NAMED: Person(key=NAMED, away_since=MONDAY, away_until=later(9000))}
    reach = Reach(members=WITH_NAMED, people=away)

    _, asked = run(begun(RESTRICTED), 60, issue=RESTRICTED, reach=reach)

    assert asked == [(15, NAMED)]


def test_who_acknowledged_it_and_may_not_see_it_any_more_is_not_asked_again():
    issue = replace(RESTRICTED, acknowledged_by=OWNER, acknowledged_at=MONDAY)
    reach = Reach(members=WITH_NAMED)

    _, asked = run(begun(issue), 300, issue=issue, reach=reach)

    assert [who for _, *who in asked] == [[NAMED]]


def test_past_the_end_the_last_who_can_be_reached_is_asked_again():
    reach = replace(REACH, lead_id=None, stakeholders=False)

    _, asked = run(begun(), 600, reach=reach)

    assert asked[0] == (15, OWNER)
    assert all(who == OWNER for _, *rest in asked for who in rest)
    assert len([one for one in asked if len(one) > 1]) >= 3


def test_a_slack_id_and_other_times():
    team = Team(chain=("0 U0ADMIN", "5 stakeholders"), ask_again_minutes=30)

    _, asked = run(begun(team=team), 40, team=team)

    assert asked == [(0, ADMIN), (5, "mail"), (35, "mail")]


@pytest.mark.parametrize("chain", [(), ("soon owner",), ("15 everybody",)])
def test_a_chain_that_can_not_be_read_silences_nobody(chain):
    team = Team(chain=chain)

    _, asked = run(begun(team=team), 15, team=team)

    assert asked == [(15, OWNER)]


def test_a_step_that_can_not_be_read_is_said():
    with pytest.raises(UserError, match="15 everybody"):
        escalating.read_chain(("15 everybody",))


def acknowledged(escalation, issue=ISSUE, minute=20):
    seen = replace(issue, acknowledged_by=LEAD, acknowledged_at=later(minute))
    return escalating.follow(escalation, seen, TEAM, later(minute)), seen


def test_an_acknowledgement_ends_the_climbing():
    escalation, _ = run(begun(), 15)
    escalation, seen = acknowledged(escalation)

    _, asked = run(escalation, 259, begin=20, issue=seen)

    assert asked == []


def test_an_acknowledged_one_that_nobody_touches_is_asked_about_again():
    escalation, seen = acknowledged(begun())

    _, asked = run(escalation, 20 + 3 * 240, begin=20, issue=seen)

    assert asked == [(260, OWNER), (500, OWNER), (740, OWNER, LEAD)]


def test_a_touch_puts_the_question_off():
    escalation, seen = acknowledged(begun())
    seen = replace(seen, touched_at=later(200))

    _, asked = run(escalation, 440, begin=200, issue=seen)

    assert asked == [(440, OWNER)]


def test_an_undone_acknowledgement_goes_on_where_it_was():
    escalation, _ = run(begun(), 15)
    escalation, _ = acknowledged(escalation)
    escalation = escalating.follow(escalation, ISSUE, TEAM, later(25))

    _, asked = run(escalation, 45)

    assert asked == [(40, LEAD)]


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (replace(ISSUE, status=IssueStatus.RESOLVED), "resolved"),
        (replace(ISSUE, removed_at=MONDAY), "withdrawn"),
        (replace(ISSUE, severity=Severity.MINOR), "lowered"),
    ],
)
def test_it_comes_to_rest_and_begins_anew(after, why):
    ended = escalating.follow(begun(), after, TEAM, later(1))
    again = escalating.follow(ended, ISSUE, TEAM, later(2))

    assert (ended.ended_why, ended.next_at) == (why, None)
    assert (again.started_at, again.step, again.ended_at) == (later(2), 0, None)


def test_a_minor_issue_does_not_escalate_and_a_security_one_does():
    minor = replace(ISSUE, severity=Severity.MINOR)

    assert begun(minor) is None
    assert begun(replace(minor, is_security=True)).cause == "security"


def test_a_snooze_postpones_once():
    escalation = escalating.snoozed(begun(), OWNER, TEAM, later(10))

    _, asked = run(escalation, 90)

    assert asked == [(70, OWNER), (85, LEAD)]
    with pytest.raises(UserError, match=OWNER):
        escalating.snoozed(escalation, LEAD, TEAM, later(11))


def test_one_at_rest_can_not_be_postponed():
    ended = escalating.follow(begun(), replace(ISSUE, removed_at=MONDAY), TEAM, later(1))

    with pytest.raises(UserError, match="withdrawn"):
        escalating.snoozed(ended, OWNER, TEAM, later(2))


def test_a_clock_set_back_an_hour_delays_by_one_wait_at_most():
    escalation, _ = run(begun(), 30)
    back = later(-30)

    assert escalating.is_due(escalation, back)
    moved = escalating.rewound(escalation, TEAM, back)

    assert moved.next_at == back + timedelta(minutes=30)
    assert moved.step == escalation.step


def test_hours_without_the_product_are_caught_up_step_by_step():
    looked = escalating.looked(begun(), TEAM, later(600))

    escalation, first = escalating.climb(looked, ISSUE, TEAM, REACH, later(600))

    assert first.members == (OWNER,)
    assert escalation.next_at == later(615)


def test_a_refused_message_brings_the_next_step_at_once():
    escalation, _ = run(begun(), 15)

    _, ask = escalating.climb(
        escalating.hurried(escalation, TEAM, later(16)), ISSUE, TEAM, REACH, later(16)
    )

    assert ask.members == (LEAD,)
