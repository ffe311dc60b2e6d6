"""Escalations in the plan: begun, moved and ended with their issues, whatever restarts between."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.adapters.database import SqlPlanDatabase, open_database
from bot.domain.effects import EffectKind, Post
from bot.domain.entries import IssueEntry, IssueStep, StepWords
from bot.domain.issues import Issue, Severity
from bot.domain.people import Person
from bot.domain.plan import Why
from bot.domain.team import Team
from bot.errors import UserError
from bot.usecases.escalate import (
    hurry,
    mail_instead,
    snooze,
    still_on_it,
    tick_escalations,
)
from bot.usecases.file_issue import announce_issue, file_issue
from bot.usecases.keep_replies import add_lookalike
from bot.usecases.settings import change_team
from bot.usecases.settle_issue import settle_issue
from bot.usecases.undo import undo
from tests.builders import ANA, BEN, CARA, SmallPlan
from tests.conftest import MONDAY

KEY = "ISS-001"
WHY = Why(operation="test", actor_id=ANA, at=MONDAY, reason="test")
TO = ("chief@example.org", "sponsor@example.org")


@pytest.fixture
def small(tmp_path):
    small = SmallPlan(tmp_path)
    with small.plans.changing(small.workspace_id) as plan:
        plan.put_workspace(replace(plan.workspace, lead_id=CARA, stakeholders=TO))
    return small


def later(minutes):
    return MONDAY + timedelta(minutes=minutes)


def filed(small, severity=Severity.BLOCKER, **said):
    entry = IssueEntry(**{"title": "Writer down", "severity": severity, "owner_id": BEN, **said})
    return file_issue(small.plans, entry, small.asker(ANA))


def tick(small, minute):
    return tick_escalations(small.plans, small.workspace_id, later(minute))


def effects(small, kind, key=KEY):
    with small.plans.reading(small.workspace_id) as plan:
        return [d.effect for d in plan.deliveries_about(key) if d.effect.kind is kind]


def asked(small):
    return [each.payload["member"] for each in effects(small, EffectKind.ESCALATION_ASK)]


def escalation(small, key=KEY):
    with small.plans.reading(small.workspace_id) as plan:
        return plan.escalation(key)


def posted(small):
    with small.plans.changing(small.workspace_id) as plan:
        plan.put_post(Post(subject=f"issue:{KEY}", channel_id="C1", ts="1.1"))


def test_filing_begins_it_and_undo_ends_it(small):
    done = filed(small)
    assert escalation(small).next_at == later(2)

    undo(small.plans, done.operation, small.asker(ANA, now=later(1)))

    assert escalation(small).ended_why == "withdrawn"
    assert tick(small, 20) == 0
    assert asked(small) == []


def test_it_climbs_and_says_so_in_the_thread(small):
    filed(small)
    posted(small)

    for minute in range(61):
        tick(small, minute)

    assert asked(small) == [BEN, CARA]
    mails = effects(small, EffectKind.MAIL)
    assert [mail.payload["to"] for mail in mails] == list(TO)
    notes = effects(small, EffectKind.ESCALATION_NOTE)
    assert [note.payload["members"] for note in notes] == [[BEN], [CARA], []]


def test_a_restart_in_every_state_goes_on_where_it_was(small, tmp_path):
    filed(small)
    posted(small)

    for minute in range(0, 700, 5):
        engine = open_database(f"sqlite:///{tmp_path / 'bqx.db'}")
        reborn = SqlPlanDatabase(engine)
        for _ in range(2):  # two replicas, and the same moment once more
            tick_escalations(reborn, small.workspace_id, later(minute))
        engine.dispose()

    assert asked(small) == [BEN, CARA]
    assert len(effects(small, EffectKind.MAIL)) == 3 * len(TO)  # at 60, 300 and 540 minutes


def test_two_replicas_at_once_take_a_step_once(small):
    filed(small)
    posted(small)

    with ThreadPoolExecutor(4) as replicas:
        list(replicas.map(lambda _: tick(small, 15), range(8)))

    assert asked(small) == [BEN]
    assert escalation(small).step == 1


def test_a_clock_set_back_an_hour_asks_nobody_twice_and_goes_on(small):
    filed(small)
    posted(small)
    tick(small, 15)

    for minute in range(-45, 10):
        tick(small, minute)

    assert asked(small) == [BEN, CARA]


def test_of_two_who_acknowledge_at_once_one_is_recorded_and_the_other_told(small):
    filed(small)

    def acknowledge(member_id):
        return settle_issue(small.plans, KEY, IssueStep.ACKNOWLEDGE, small.asker(member_id))

    with ThreadPoolExecutor(2) as people:
        done = list(people.map(acknowledge, (BEN, CARA)))

    assert sorted(each.changed for each in done) == [False, True]
    [first] = {each.issue.acknowledged_by for each in done}
    assert escalation(small).acknowledged_by == first


def test_an_acknowledged_one_is_asked_about_again_unless_touched(small):
    filed(small)
    settle_issue(small.plans, KEY, IssueStep.ACKNOWLEDGE, small.asker(BEN, now=later(5)))
    tick(small, 244)
    assert asked(small) == []

    tick(small, 245)
    still_on_it(small.plans, KEY, small.asker(BEN, now=later(250)))
    tick(small, 489)

    assert asked(small) == [BEN]
    tick(small, 490)
    assert asked(small) == [BEN, BEN]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"severity": Severity.MINOR}, "lowered"),
        ({"removed_at": MONDAY}, "withdrawn"),
    ],
)
def test_what_changed_elsewhere_is_seen_before_anybody_is_asked(small, change, why):
    filed(small)
    with small.plans.changing(small.workspace_id) as plan:
        plan.save(replace(plan.issue(KEY), **change), WHY)

    tick(small, 15)

    assert escalation(small).ended_why == why
    assert asked(small) == []


def test_an_owner_who_left_or_is_away_is_passed_over_with_the_reason(small):
    filed(small)
    posted(small)
    with small.plans.changing(small.workspace_id) as plan:
        plan.save(Person(key=BEN, away_since=MONDAY), WHY)

    tick(small, 15)

    assert asked(small) == [CARA]
    [note] = effects(small, EffectKind.ESCALATION_NOTE)
    assert note.payload["skipped"] == [["owner", BEN, "is away"]]


def test_a_post_that_slack_has_not_after_two_minutes_goes_by_mail_once(small):
    filed(small)
    with small.plans.changing(small.workspace_id) as plan:
        plan.save(Person(key=BEN, aliases=("Ben", "ben@example.org")), WHY)

    for minute in (1, 2, 3, 4):
        tick(small, minute)
        with small.plans.changing(small.workspace_id) as plan:
            if minute > 1:
                mail_instead(plan, KEY, "is_archived", later(minute))

    assert [mail.payload["to"] for mail in effects(small, EffectKind.MAIL)] == [
        *TO,
        "ben@example.org",
    ]


def test_the_first_mail_begins_a_thread_and_later_ones_hang_on_it(small):
    filed(small)

    for minute in range(301):
        tick(small, minute)

    mails = [m.payload for m in effects(small, EffectKind.MAIL) if m.payload["to"] == TO[0]]
    assert [bool(mail["id"]) for mail in mails] == [False, True, True]
    assert len({mail["id"] for mail in mails}) == 3
    assert len({mail["thread"] for mail in mails[1:]}) == 1


def test_a_refused_message_brings_the_next_step(small):
    filed(small)
    posted(small)
    tick(small, 15)

    with small.plans.changing(small.workspace_id) as plan:
        hurry(plan, KEY, 1, later(16))
    tick(small, 16)

    assert asked(small) == [BEN, CARA]


def test_a_snooze_works_once(small):
    filed(small)
    posted(small)

    snooze(small.plans, KEY, small.asker(BEN, now=later(10)))
    tick(small, 69)
    assert asked(small) == []
    tick(small, 70)

    assert asked(small) == [BEN]
    with pytest.raises(UserError, match=BEN):
        snooze(small.plans, KEY, small.asker(CARA, now=later(71)))
    with pytest.raises(UserError, match="does not escalate"):
        snooze(small.plans, "ISS-999", small.asker(CARA))


def test_a_level_2_is_mailed_once_after_time_to_correct_it(small):
    done = filed(small, Severity.MAJOR)
    settle_issue(small.plans, KEY, IssueStep.OWN, small.asker(BEN, now=later(60)))

    mails = effects(small, EffectKind.MAIL)
    assert [mail.payload["to"] for mail in mails] == list(TO)
    assert {mail.not_before for mail in mails} == {done.issue.discovered_at + timedelta(minutes=10)}
    assert escalation(small) is None


def test_an_old_level_2_that_a_base_brings_is_mailed_to_nobody(small):
    old = Issue(
        key=KEY, title="Old", severity=Severity.MAJOR, discovered_at=MONDAY - timedelta(days=90)
    )
    asker = small.asker(ANA)
    with small.plans.changing(small.workspace_id) as plan:
        plan.save(old, asker.why())
        announce_issue(plan, old, asker)

    assert effects(small, EffectKind.MAIL) == []


def test_the_team_names_its_own_stakeholders(small):
    with small.plans.changing(small.workspace_id) as plan:
        plan.save(Team(stakeholders=("Own@example.org", "own@example.org", "no address")), WHY)

    filed(small, Severity.MAJOR)

    assert [m.payload["to"] for m in effects(small, EffectKind.MAIL)] == ["Own@example.org"]


def name_stakeholders(small, *addresses, minute=0):
    with small.plans.reading(small.workspace_id) as plan:
        team = plan.team()
    wanted = replace(team, stakeholders=addresses)
    change_team(small.plans, wanted, team.revision, small.asker(CARA, now=later(minute)))


def mailed(small, key=KEY):
    return [m.payload["to"] for m in effects(small, EffectKind.MAIL, key)]


def test_stakeholders_named_after_a_level_2_have_its_mail_once(small):
    with small.plans.changing(small.workspace_id) as plan:
        plan.put_workspace(replace(plan.workspace, stakeholders=()))
    filed(small, Severity.MAJOR)
    filed(small, Severity.MINOR, title="Typo")
    closed = filed(small, Severity.MAJOR, title="Reader down").issue.key
    done = StepWords(evidence="run 12")
    settle_issue(small.plans, closed, IssueStep.RESOLVE, small.asker(BEN), done)

    name_stakeholders(small, "a@example.org", minute=60)
    name_stakeholders(small, "A@example.org", "b@example.org", minute=120)
    name_stakeholders(small, "b@example.org", minute=130)
    name_stakeholders(small, "b@example.org", "a@example.org", "c@example.org", minute=140)

    assert mailed(small) == ["a@example.org", "b@example.org", "c@example.org"]
    assert mailed(small, "ISS-002") == mailed(small, closed) == []
    starts = [mail.not_before for mail in effects(small, EffectKind.MAIL)]
    assert starts == [later(70), later(130), later(150)]


def test_a_new_stakeholder_hears_nothing_of_what_a_base_brought(small):
    old = Issue(
        key=KEY, title="Old", severity=Severity.MAJOR, discovered_at=MONDAY - timedelta(days=90)
    )
    with small.plans.changing(small.workspace_id) as plan:
        plan.save(old, small.asker(ANA).why())

    name_stakeholders(small, "new@example.org")

    assert mailed(small) == []


def test_a_security_issue_of_any_level_is_announced_and_escalates(small):
    issue = Issue(
        key=KEY, title="Key leaked", severity=Severity.MINOR, is_security=True, discovered_at=MONDAY
    )
    asker = small.asker(ANA)
    with small.plans.changing(small.workspace_id) as plan:
        plan.save(issue, asker.why())
        announce_issue(plan, issue, asker)

    assert escalation(small).cause == "security"
    assert len(effects(small, EffectKind.ISSUE_ROOT)) == 1


def test_who_had_seen_a_lesser_issue_is_asked_to_acknowledge_once_it_is_level_1(small):
    filed(small, Severity.MINOR)
    settle_issue(small.plans, KEY, IssueStep.ACKNOWLEDGE, small.asker(CARA))
    words = StepWords(severity=Severity.BLOCKER, reason="it stops all of us")

    settle_issue(small.plans, KEY, IssueStep.SEVERITY, small.asker(ANA), words)

    assert escalation(small).acknowledged_by is None
    for minute in range(31):
        tick(small, minute)
    assert asked(small) == [BEN, CARA]


def test_an_owner_who_raises_their_own_issue_has_it(small):
    filed(small, Severity.MINOR)
    words = StepWords(severity=Severity.BLOCKER, reason="it stops all of us")

    settle_issue(small.plans, KEY, IssueStep.SEVERITY, small.asker(BEN), words)

    assert escalation(small).acknowledged_by == BEN


def test_a_duplicate_that_is_withdrawn_escalates_no_more(small):
    filed(small)
    other = filed(small).issue.key
    entry = IssueEntry(title="Writer down", severity=Severity.BLOCKER)

    add_lookalike(small.plans, KEY, entry, small.asker(ANA), filed=other)

    assert escalation(small, other).ended_why == "withdrawn"


@pytest.mark.parametrize("title", ["", "  ", "\u200b\u200d", "\u202e \u2066", "\r\n"])
def test_a_title_that_shows_nothing_is_no_title(small, title):
    with pytest.raises(UserError, match="needs a title"):
        filed(small, title=title)
