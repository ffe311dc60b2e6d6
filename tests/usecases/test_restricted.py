"""No word of a restricted issue reaches anybody but those who may see it, by any way out."""

import json
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from bot.domain.cadences import ARCHITECTURE_REVIEW, PHASE_REVIEW
from bot.domain.effects import Effect, EffectKind
from bot.domain.entries import IssueEntry, IssueStep, PlannedTask, StepWords
from bot.domain.issues import Severity
from bot.domain.people import Person, Role
from bot.errors import UserError
from bot.usecases.assess_gaps import run_gap_assessment
from bot.usecases.escalate import snooze, still_on_it, tick_escalations
from bot.usecases.file_issue import file_issue
from bot.usecases.issue_dashboard import freeze_dashboard
from bot.usecases.restrict_issue import restrict_issue
from bot.usecases.settle_issue import settle_issue
from bot.usecases.triage_clock import TriageClock
from bot.usecases.undo import undo
from handlers.home import publish_home
from handlers.replies import Replies
from tests.builders import ANA, BEN, CARA, SmallPlan
from tests.conftest import MONDAY
from tests.usecases.house import DAY, House

SECRET = "Xylophone"  # stands in every text of the issue, and nowhere else
OUTSIDER = CARA  # an admin, and no more than that
FIRST_MONDAY = MONDAY + 14 * DAY
LEVELS = list(Severity)


class RestrictedHouse(House):
    """The same, with a restricted issue of a level in it."""

    def __init__(self, folder, level):
        super().__init__(folder)
        self.key = self._plant(level)

    def _plant(self, level):
        entry = IssueEntry(
            title=f"{SECRET} leaks",
            severity=level,
            description=f"The {SECRET} is on the wall",
            stage_keys=("STG-901",),
            owner_id=BEN,
            visible_to=(ANA,),
            is_security=level is Severity.BLOCKER,
        )
        key = file_issue(self.plans, entry, self.asker(ANA)).issue.key
        tasks = (PlannedTask(f"Paint over the {SECRET}", 60),)
        words = StepWords(tasks=tasks, reason=f"{SECRET} plan")
        settle_issue(self.plans, key, IssueStep.TRIAGE, self.asker(ANA), words)
        with self.plans.changing(self.workspace_id) as plan:
            issue = plan.issue(key)
            lessons = {"root_cause": f"{SECRET} grew", "prevention_actions": f"no {SECRET}"}
            plan.save(replace(issue, **lessons), self.asker(ANA).why())
            task = plan.task(issue.remediation_task_keys[0])
            # The outsider has a finding about it, and the team reads its title nowhere.
            plan.save(replace(task, estimate_minutes=None), self.asker(ANA).why())
        return key

    def typed(self, text, member_id=OUTSIDER):
        """Return what a command answers, forms and refusals too."""
        try:
            reply = Replies(self.desk).to(text.format(key=self.key), self.asker(member_id))
        except UserError as error:
            return str(error)
        return json.dumps([reply.message, reply.form])

    def home(self, member_id=OUTSIDER):
        shown = []
        client = SimpleNamespace(views_publish=lambda **said: shown.append(json.dumps(said)))
        publish_home(self.desk, self.workspace_id, member_id, client)
        return "".join(shown)

    def read_by_outsiders(self):
        """Return everything that was sent to channels and to others than those who may see it."""
        inside = {f"D:{ANA}", f"D:{BEN}", ANA, BEN}
        return "\n".join(text for where, text in self.slack.posts if where not in inside)


@pytest.fixture(params=LEVELS, ids=lambda level: f"level_{level.value}")
def house(tmp_path, request, monkeypatch):
    monkeypatch.setattr("handlers.gap_deliveries.PAGE_REST_S", 0)
    monkeypatch.setattr("handlers.bursts.REST_S", 0)
    return RestrictedHouse(tmp_path, request.param)


COMMANDS = (
    "issues",
    "issue {key}",
    "issue 3 xylophone leaks",
    "issue {key} note hello",
    "issue {key} keep",
    "acknowledge {key}",
    "triage {key}",
    "resolve {key} it is gone",
    "close {key}",
    "reopen {key} why",
    "assign {key} @cara",
    "severity {key} 4 why",
    "restrict {key}",
    "restrict {key} @cara",
    "unrestrict {key}",
    "ack {key}",
    "snooze {key}",
    "debt",
    "status",
    "status 1.5.4",
    "progress 1.5.4",
    "gaps",
    "links 1.5.4",
    "rules",
    "code",
    "code {key}",
    "dashboard",
    "project",
    "history",
    "history {key}",
    "history 1.5.4",
    "history export csv",
    "who",
    "schedule",
)


def test_no_command_shows_a_word_of_it_to_an_outsider(house):
    for command in COMMANDS:
        shown = house.typed(command)
        own = "xylophone leaks" if "xylophone" in command else ""
        assert SECRET not in shown.replace(own, ""), command
    house.deliver()
    assert SECRET not in house.read_by_outsiders()
    assert SECRET not in house.home()
    # The same ways show it to those who may see it.
    assert SECRET in house.typed("issue {key}", ANA)
    assert SECRET in house.typed("status 1.5.4", ANA)


def test_nothing_that_is_sent_or_written_names_it(house):
    house.deliver()
    clock = TriageClock(house.plans)
    for hours in (1, 3, 20, 30, 24 * 8):
        house.now = MONDAY + timedelta(hours=hours)
        tick_escalations(house.plans, house.workspace_id, house.now)
        clock.tick(house.workspace_id, house.now)
        house.deliver()
    house.now = FIRST_MONDAY
    run_gap_assessment(
        house.plans,
        house.desk.ports.sources_of(house.plans.workspaces()[0]),
        house.workspace_id,
        local_date=date(2025, 12, 1),
        now=house.now,
        late=False,
    )
    freeze_dashboard(house.plans, house.workspace_id, now=house.now, writes_file=True)
    with house.plans.changing(house.workspace_id) as plan:
        for job in (PHASE_REVIEW, ARCHITECTURE_REVIEW):
            payload = {"job": job, "date": "2025-12-01", "report": "", "late": False}
            effect = Effect(key=job, kind=EffectKind.REVIEW, payload=payload, lane="bqx-ml")
            plan.emit(effect, house.now)
        trouble = {"issue": house.key, "code": "is_archived", "member": OUTSIDER}
        plan.emit(
            Effect(key="t", kind=EffectKind.CHANNEL_TROUBLE, payload=trouble, lane="dm"), house.now
        )
    house.deliver()

    assert SECRET not in house.read_by_outsiders()
    assert SECRET not in house.files()
    assert "2025-12-01" in house.files()  # there was something to look at
    assert SECRET not in house.home()


def test_no_click_on_its_escalation_shows_it_to_an_outsider(house):
    for click in (snooze, still_on_it):
        with pytest.raises(UserError) as refused:
            click(house.plans, house.key, house.asker(OUTSIDER))
        assert SECRET not in str(refused.value)


@pytest.mark.parametrize("level", [Severity.BLOCKER])
def test_the_channel_shows_a_restricted_level_1_by_its_level_only(tmp_path, level):
    house = RestrictedHouse(tmp_path, level)
    house.deliver()

    [root] = [text for (where, _), text in house.slack.last.items() if where == "C2"][:1]

    assert "Level 1" in root
    assert "(restricted)" in root
    for hidden in (SECRET, "1.5.4", "BQX Table"):
        assert hidden not in root


def restricted(small, key, *names, by=ANA):
    return restrict_issue(small.plans, key, names, small.asker(by))


def test_an_issue_is_restricted_shown_again_and_undone(tmp_path):
    small = SmallPlan(tmp_path)
    entry = IssueEntry(title="Key leaked", severity=Severity.BLOCKER)
    key = file_issue(small.plans, entry, small.asker(ANA)).issue.key

    done = restricted(small, key, BEN)
    with small.plans.reading(small.workspace_id) as plan:
        shown = [d.effect for d in plan.deliveries_about(key)]
        rows = plan.changes(kind="issue", key=key)
    assert done.audience == (BEN, ANA)
    assert [each.kind for each in shown].count(EffectKind.ISSUE_ROOT) == 2
    assert rows[0].after["visible_to"] == [BEN]
    with pytest.raises(UserError, match="is restricted"):
        restricted(small, key, CARA, by=CARA)
    assert restricted(small, key, BEN).operation == ""

    undo(small.plans, done.operation, small.asker(ANA))
    with small.plans.reading(small.workspace_id) as plan:
        assert plan.issue(key).visible_to == ()
    restricted(small, key, BEN)
    assert restricted(small, key).audience == ()


def test_a_form_says_by_name_who_can_see_it(tmp_path):
    house = RestrictedHouse(tmp_path, Severity.MINOR)
    asker = house.asker(CARA)
    words = StepWords(evidence="it is gone")

    with pytest.raises(UserError) as refused:
        settle_issue(house.plans, house.key, IssueStep.RESOLVE, asker, words)

    assert "Ana, Ben can see it" in str(house.desk.under("evidence", refused.value, asker))


def test_who_restricts_an_issue_of_somebody_else_sees_it_still_and_viewers_may_not(tmp_path):
    small = SmallPlan(tmp_path)
    entry = IssueEntry(title="Key leaked", severity=Severity.MINOR)
    key = file_issue(small.plans, entry, small.asker(ANA)).issue.key
    with small.plans.changing(small.workspace_id) as plan:
        plan.save(Person(key=BEN, role=Role.VIEWER), small.asker(CARA).why())

    with pytest.raises(UserError, match="can't restrict who sees an issue"):
        restricted(small, key, BEN, by=BEN)
    assert restricted(small, key, BEN, by=CARA).audience == (BEN, CARA, ANA)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("@ben @cara", {BEN, CARA}),
        (f"<@{BEN}><@{CARA}|cara>", {BEN, CARA}),
        ("Ben, Cara and me", {BEN, CARA}),
        ("@nobody", None),
        ("", None),
    ],
)
def test_names_are_read_as_assign_reads_them(tmp_path, typed, said):
    house = RestrictedHouse(tmp_path, Severity.MINOR)
    before = house.typed("restrict {key}", ANA)

    shown = house.typed("restrict {key} " + typed, ANA)

    with house.plans.reading(house.workspace_id) as plan:
        seen = set(plan.issue(house.key).visible_to)
    assert f"<@{ANA}>" in before
    assert said is None or said <= seen
    assert said is not None or seen == {ANA}
    assert (typed == "@nobody") == ("I know nobody" in shown)


def test_what_was_shown_of_it_shows_its_level_only_once_it_is_restricted(tmp_path):
    house = RestrictedHouse(tmp_path, Severity.BLOCKER)
    house.typed("unrestrict {key}", ANA)
    house.typed("assign {key} @cara", ANA)
    house.deliver()
    house.typed("assign {key} @ben", ANA)
    house.deliver()
    assert SECRET in house.read_by_outsiders()

    house.typed("restrict {key} @ana", ANA)
    house.deliver()

    last = house.slack.last.items()
    [root] = [t for (where, _), t in last if where == "C2" and '"block_id": "issue"' in t]
    [direct] = [t for (where, _), t in last if where == f"D:{CARA}"]
    assert SECRET not in root + direct
    assert "is restricted now" in direct
    assert "button" not in direct  # it would be refused


def standing(house):
    """Return what stands in Slack now, where outsiders read it."""
    inside = {f"D:{ANA}", f"D:{BEN}", ANA, BEN}
    return "\n".join(text for (where, _), text in house.slack.last.items() if where not in inside)


def opened(house):
    house.typed("unrestrict {key}", ANA)
    house.deliver()


def test_lines_of_its_thread_and_questions_to_others_are_taken_back(tmp_path):
    house = RestrictedHouse(tmp_path, Severity.BLOCKER)
    opened(house)
    house.typed(f"severity {{key}} 2 {SECRET} is smaller", ANA)
    house.typed(f"severity {{key}} 1 {SECRET} is larger", ANA)
    house.deliver()
    house.typed("assign {key} @cara", ANA)
    house.now = MONDAY + timedelta(hours=5)  # acknowledged, and not touched since
    tick_escalations(house.plans, house.workspace_id, house.now)
    house.deliver()
    house.typed("assign {key} @ben", ANA)
    house.deliver()
    assert SECRET in standing(house)

    house.typed("restrict {key} @ana", ANA)
    house.deliver()

    assert SECRET not in standing(house)
    assert "is restricted now" in house.slack.last[f"D:{CARA}", asked_ts(house)]
    for step in ("made it Level 2", "made it Level 1", f"assigned it to <@{CARA}>"):
        assert step in standing(house)  # a line says what was done then, not what is so now
    house.typed("unrestrict {key}", ANA)
    house.deliver()
    assert f"{SECRET} is smaller" in standing(house)


def asked_ts(house):
    with house.plans.reading(house.workspace_id) as plan:
        sent = plan.deliveries_about(house.key)
    [asked] = [d for d in sent if d.effect.kind is EffectKind.ESCALATION_ASK]
    return asked.result["ts"]


def test_a_question_on_its_way_to_who_may_not_see_it_any_more_goes_to_the_next(tmp_path):
    house = House(tmp_path)
    entry = IssueEntry(title=SECRET, severity=Severity.BLOCKER, owner_id=CARA)
    key = file_issue(house.plans, entry, house.asker(ANA)).issue.key
    house.now = MONDAY + timedelta(minutes=15)
    tick_escalations(house.plans, house.workspace_id, house.now)
    settle_issue(house.plans, key, IssueStep.ASSIGN, house.asker(ANA), StepWords(owner_id=BEN))
    restrict_issue(house.plans, key, (ANA,), house.asker(ANA))
    house.deliver()

    with house.plans.reading(house.workspace_id) as plan:
        [asked] = [
            d for d in plan.deliveries_about(key) if d.effect.kind is EffectKind.ESCALATION_ASK
        ]
        assert asked.result["skipped"] == "restricted"
        assert plan.escalation(key).next_at <= house.now
    assert SECRET not in standing(house)


def test_undo_of_showing_it_takes_back_what_others_got_meanwhile(tmp_path):
    house = RestrictedHouse(tmp_path, Severity.BLOCKER)
    done = restrict_issue(house.plans, house.key, (), house.asker(ANA))
    house.typed("assign {key} @cara", ANA)
    house.deliver()
    house.typed("assign {key} @ben", ANA)
    house.deliver()
    assert SECRET in standing(house)

    undo(house.plans, done.operation, house.asker(ANA))
    house.deliver()

    assert SECRET not in standing(house)


def test_a_message_that_named_it_among_many_is_made_anew(tmp_path, monkeypatch):
    monkeypatch.setattr("handlers.bursts.REST_S", 0)
    monkeypatch.setattr("handlers.bursts.LOOK_S", 0)
    house = RestrictedHouse(tmp_path, Severity.MINOR)
    entries = [
        IssueEntry(title=f"{word} down", severity=Severity.BLOCKER)
        for word in ("Reader", "Writer", SECRET)
    ]
    keys = [file_issue(house.plans, e, house.asker(ANA)).issue.key for e in entries]
    house.deliver()
    assert any(f"{SECRET} down" in t for t in bursts(house))

    restrict_issue(house.plans, keys[2], (ANA,), house.asker(ANA))
    house.deliver()

    [burst] = bursts(house)
    assert SECRET not in burst
    assert "Reader down" in burst
    assert f"*{keys[2]}* \\u00b7 restricted" in burst


@pytest.mark.parametrize("days", [1, 40])
def test_a_bundle_that_told_somebody_of_several_is_made_anew_without_it(tmp_path, days):
    house = House(tmp_path)
    entries = [
        IssueEntry(title=title, severity=Severity.MAJOR, owner_id=CARA)
        for title in ("Reader down", f"{SECRET} leaks")
    ]
    keys = [file_issue(house.plans, each, house.asker(ANA)).issue.key for each in entries]
    house.now = MONDAY + timedelta(hours=19)
    clock = TriageClock(house.plans)
    clock.tick(house.workspace_id, house.now)
    house.now = MONDAY + timedelta(hours=25)  # Cara's morning: outside of quiet hours
    house.deliver()
    [bundle] = nudges(house)
    assert SECRET in bundle
    house.now = MONDAY + timedelta(days=days)
    house.plans.forget(house.now - timedelta(days=30))
    assign = StepWords(owner_id=BEN)
    settle_issue(house.plans, keys[1], IssueStep.ASSIGN, house.asker(ANA), assign)

    restrict_issue(house.plans, keys[1], (ANA,), house.asker(ANA))
    house.deliver()

    [bundle] = nudges(house)
    assert "Reader down" in bundle
    assert SECRET not in bundle


def nudges(house):
    last = house.slack.last.items()
    return [t for (where, _), t in last if where == f"D:{CARA}" and "time is nearly over" in t]


def test_overdue_tasks_that_were_told_name_their_issue_no_more_once_it_is_restricted(tmp_path):
    house = House(tmp_path)
    key = file_issue(
        house.plans,
        IssueEntry(title=f"{SECRET} leaks", severity=Severity.MAJOR, owner_id=CARA),
        house.asker(ANA),
    ).issue.key
    words = StepWords(tasks=(PlannedTask(f"Paint over the {SECRET}", 60),))
    settle_issue(house.plans, key, IssueStep.TRIAGE, house.asker(ANA), words)
    house.now = MONDAY + timedelta(days=8, hours=2)
    TriageClock(house.plans).tick(house.workspace_id, house.now)
    house.deliver()
    assert f"{SECRET} leaks" in standing(house)
    settle_issue(house.plans, key, IssueStep.ASSIGN, house.asker(ANA), StepWords(owner_id=BEN))

    restrict_issue(house.plans, key, (ANA,), house.asker(ANA))
    house.deliver()

    assert f"{SECRET} leaks" not in standing(house)
    # Whoever is to do a task reads its title.
    assert f"Paint over the {SECRET}" in standing(house)


def bursts(house):
    return [text for text in house.slack.last.values() if "all within seconds" in text]


@pytest.mark.parametrize("level", [Severity.MAJOR, Severity.MINOR, Severity.DEBT])
def test_the_pages_of_a_monday_are_made_anew_without_it(tmp_path, monkeypatch, level):
    monkeypatch.setattr("handlers.gap_deliveries.PAGE_REST_S", 0)
    house = RestrictedHouse(tmp_path, level)
    opened(house)
    house.now = FIRST_MONDAY
    sources = house.desk.ports.sources_of(house.plans.workspaces()[0])
    run_gap_assessment(
        house.plans,
        sources,
        house.workspace_id,
        local_date=date(2025, 12, 1),
        now=house.now,
        late=False,
    )
    house.deliver()
    where = pages_that_name_it(house)
    assert where

    house.typed("restrict {key} @ana", ANA)
    house.deliver()

    assert pages_that_name_it(house) == []
    if level is not Severity.MAJOR:
        assert all("(restricted)" in house.slack.last["C1", ts] for ts in where)


def pages_that_name_it(house):
    last = house.slack.last.items()
    return [ts for (where, ts), text in last if where == "C1" and SECRET in text]
