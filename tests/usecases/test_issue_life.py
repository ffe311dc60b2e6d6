"""Every step of an issue's life: what it demands, what it writes, who is told, and its Undo."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.effects import EffectKind, EffectState, issue_subject
from bot.domain.entries import IssueEntry, IssueStep, PlannedTask, StepWords
from bot.domain.issue_steps import TRANSITIONS, can_start, missing
from bot.domain.issues import Issue, IssueStatus, Severity
from bot.domain.plan import Member
from bot.domain.team import Team
from bot.errors import FormError, UserError
from bot.usecases.assess_gaps import plan_snapshot
from bot.usecases.file_issue import file_issue
from bot.usecases.keep_replies import add_lookalike, add_note
from bot.usecases.settle_issue import settle_issue
from bot.usecases.undo import undo
from tests.builders import ANA, BEN, CARA, SmallPlan
from tests.conftest import MONDAY

WORDS = StepWords(
    evidence="run 12 is green",
    root_cause="disk full",
    prevention="an alarm",
    reason="it grew",
    owner_id=BEN,
    severity=Severity.MINOR,
    tasks=(PlannedTask("Replace the disk", 240),),
)


@pytest.fixture
def small(tmp_path):
    return SmallPlan(tmp_path)


def filed(small, severity=Severity.BLOCKER, **said):
    entry = IssueEntry(**{"title": "Aurora writer down", "severity": severity, **said})
    return file_issue(small.plans, entry, small.asker()).issue.key


def step(small, key, step, words=WORDS, *, by=CARA, now=MONDAY):
    return settle_issue(small.plans, key, step, small.asker(by, now=now), words)


def issue_of(small, key):
    with small.plans.reading(small.workspace_id) as plan:
        return plan.issue(key)


def effects(small, kind):
    with small.plans.reading(small.workspace_id) as plan:
        pending = plan.deliveries(EffectState.PENDING)
    return [each.effect for each in pending if each.effect.kind is kind]


def test_the_whole_life_of_a_level_1(small):
    key = filed(small)
    for one in ("ACKNOWLEDGE", "OWN", "TRIAGE", "RESOLVE", "CLOSE"):
        assert step(small, key, IssueStep[one]).changed

    closed = issue_of(small, key)

    assert (closed.status, closed.closed_by) == (IssueStatus.CLOSED, CARA)
    assert (closed.evidence, closed.root_cause) == ("run 12 is green", "disk full")
    assert closed.prevention_actions == "an alarm"
    [task] = [small.task(each) for each in closed.remediation_task_keys]
    assert (task.title, task.estimate_minutes) == ("Replace the disk", 240)
    assert task.due_at == MONDAY + timedelta(days=1)
    notes = [each.payload["note"] for each in effects(small, EffectKind.ISSUE_NOTE)]
    assert notes == ["acknowledged", "owned", "triaged", "resolved", "closed"]


@pytest.mark.parametrize("level", list(Severity))
@pytest.mark.parametrize("one", list(IssueStep))
@pytest.mark.parametrize("status", list(IssueStatus))
def test_the_table_is_what_the_steps_do(small, level, one, status):
    with small.plans.changing(small.workspace_id) as plan:
        known = Issue(key="ISS-900", title="t", severity=level, status=status, discovered_at=MONDAY)
        plan.save(known, small.asker().why())
    allowed = status in TRANSITIONS[one].starts
    lacking = missing(one, known, StepWords())

    if allowed and lacking:
        with pytest.raises(FormError) as refused:
            step(small, "ISS-900", one, StepWords())
        assert set(refused.value.fields) == set(lacking)
    words = replace(WORDS, severity=Severity((level % 4) + 1))
    done = step(small, "ISS-900", one, words)

    assert done.changed is allowed
    assert can_start(one, known) is allowed
    if allowed and (ends := TRANSITIONS[one].ends):
        assert done.issue.status is ends


@pytest.mark.parametrize(
    ("level", "lacks"),
    [
        (Severity.BLOCKER, {"root_cause", "prevention"}),
        (Severity.MAJOR, {"root_cause", "prevention"}),
        (Severity.MINOR, set()),
    ],
)
def test_the_worse_levels_are_closed_with_cause_and_prevention(small, level, lacks):
    key = filed(small, level)
    step(small, key, IssueStep.RESOLVE, StepWords(evidence="seen"))

    if lacks:
        with pytest.raises(FormError) as refused:
            step(small, key, IssueStep.CLOSE, StepWords())
        assert set(refused.value.fields) == lacks
        assert issue_of(small, key).status is IssueStatus.RESOLVED
    else:
        assert step(small, key, IssueStep.CLOSE, StepWords()).changed


def test_only_some_close_a_level_1_and_the_refusal_says_who(small):
    key = filed(small)
    step(small, key, IssueStep.RESOLVE)

    with pytest.raises(UserError, match=f"<@{CARA}> can"):
        step(small, key, IssueStep.CLOSE, by=BEN)

    assert step(small, key, IssueStep.CLOSE, by=CARA).changed


def test_a_step_that_was_taken_before_says_who_and_when(small):
    key = filed(small)
    step(small, key, IssueStep.RESOLVE, by=BEN)

    again = step(small, key, IssueStep.RESOLVE, by=ANA, now=MONDAY + timedelta(hours=1))

    assert (again.changed, again.by, again.at) == (False, BEN, MONDAY)


def test_of_two_who_acknowledge_at_once_one_wins_and_the_other_is_told_who(small):
    key = filed(small)
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda by: step(small, key, IssueStep.ACKNOWLEDGE, by=by), (ANA, BEN)))

    winner = issue_of(small, key).acknowledged_by
    [lost] = [each for each in done if not each.changed]
    assert winner in {ANA, BEN}
    assert lost.by == winner


def test_the_same_click_twice_is_one_step(small):
    key = filed(small)

    both = [
        settle_issue(small.plans, key, IssueStep.OWN, small.asker(BEN, cause="act:1"))
        for _ in range(2)
    ]

    assert [each.changed for each in both] == [True, True]
    assert len(effects(small, EffectKind.ISSUE_NOTE)) == 1


def test_reopening_counts_the_time_anew_and_keeps_why(small):
    key = filed(small)
    step(small, key, IssueStep.RESOLVE)
    later = MONDAY + timedelta(days=3)

    step(small, key, IssueStep.REOPEN, StepWords(reason="it is back"), now=later)

    issue = issue_of(small, key)
    assert (issue.status, issue.clock_start) == (IssueStatus.OPEN, later)
    assert (issue.resolved_at, issue.acknowledged_by, issue.evidence) == (None, None, "")
    with small.plans.reading(small.workspace_id) as plan:
        assert [each.text for each in plan.issue_replies(key)] == ["it is back"]


def test_raising_to_level_1_announces_it_as_filing_one_does(small):
    key = filed(small, Severity.MINOR)
    assert effects(small, EffectKind.ISSUE_ROOT) == []

    raised = StepWords(severity=Severity.BLOCKER, reason="it grew")
    step(small, key, IssueStep.SEVERITY, raised, now=MONDAY + timedelta(days=1))

    [shown] = effects(small, EffectKind.ISSUE_ROOT)
    assert shown.urgent
    assert shown.not_after is None
    assert shown.about == key
    assert issue_of(small, key).clock_start == MONDAY + timedelta(days=1)


def test_lowering_keeps_the_time_it_had(small):
    key = filed(small)

    lower = StepWords(severity=Severity.MAJOR, reason="a replica took over")
    step(small, key, IssueStep.SEVERITY, lower, now=MONDAY + timedelta(hours=5))

    assert issue_of(small, key).clock_start == MONDAY


def test_nothing_is_assigned_to_somebody_who_left(small):
    with small.plans.changing(small.workspace_id) as plan:
        plan.put_member(Member(id="U0GONE", name="Gone", is_active=False))
    key = filed(small)

    with pytest.raises(FormError, match="Gone is no person"):
        step(small, key, IssueStep.ASSIGN, StepWords(owner_id="U0GONE"))


def test_whoever_is_given_an_issue_is_told_and_whoever_takes_one_is_not(small):
    key = filed(small, Severity.MAJOR)
    step(small, key, IssueStep.OWN, by=ANA)
    assert effects(small, EffectKind.ISSUE_DIRECT) == []

    step(small, key, IssueStep.ASSIGN, by=ANA)

    [told] = effects(small, EffectKind.ISSUE_DIRECT)
    assert told.payload == {"issue": key, "member": BEN}


@pytest.mark.parametrize("one", ["ACKNOWLEDGE", "OWN", "TRIAGE", "RESOLVE", "ASSIGN", "SEVERITY"])
def test_every_step_can_be_undone(small, one):
    key = filed(small)
    before = issue_of(small, key)
    done = step(small, key, IssueStep[one])

    undo(small.plans, done.operation, small.asker(CARA))

    after = issue_of(small, key)
    assert replace(after, revision=0, touched_at=None) == replace(before, revision=0)
    with small.plans.reading(small.workspace_id) as plan:
        assert all(task.key in {"TASK-901", "TASK-902"} for task in plan.tasks())


def test_a_note_of_somebody_else_is_no_hindrance_to_an_undo(small):
    key = filed(small)
    done = step(small, key, IssueStep.ASSIGN)
    add_note(small.plans, key, "I look at it", small.asker(BEN, now=MONDAY + timedelta(hours=1)))

    undo(small.plans, done.operation, small.asker(CARA))

    issue = issue_of(small, key)
    assert issue.owner_id is None
    assert issue.touched_at == MONDAY + timedelta(hours=1)


def test_an_undo_is_refused_when_somebody_went_on_from_there(small):
    key = filed(small)
    done = step(small, key, IssueStep.OWN, by=ANA)
    step(small, key, IssueStep.RESOLVE, by=BEN)

    with pytest.raises(UserError, match=f"changed again since by <@{BEN}>"):
        undo(small.plans, done.operation, small.asker(ANA))


def test_remediation_tasks_are_due_by_the_target_in_working_time(small):
    with small.plans.changing(small.workspace_id) as plan:
        plan.save(Team(counts_working_time=True), small.asker().why())
    friday = MONDAY + timedelta(days=4)
    entry = IssueEntry(title="Friday's", severity=Severity.BLOCKER)
    key = file_issue(small.plans, entry, small.asker(now=friday)).issue.key

    done = step(small, key, IssueStep.TRIAGE, now=friday)

    # The workspace is in UTC: 08:00 is before its hours, so the day begins at 09:00.
    assert [task.due_at for task in done.tasks] == [MONDAY + timedelta(days=7, hours=1)]


def test_a_look_alike_is_named_and_can_be_joined(small):
    first = filed(small, Severity.MAJOR)
    entry = IssueEntry(title="The Aurora writer is down again", severity=Severity.MINOR)
    done = file_issue(small.plans, entry, small.asker(BEN))
    assert done.like.key == first

    joined = add_lookalike(small.plans, first, entry, small.asker(BEN), filed=done.issue.key)

    assert joined.replies[0].text == entry.title
    assert issue_of(small, done.issue.key).removed_at is not None
    undo(small.plans, joined.operation, small.asker(BEN))
    assert issue_of(small, done.issue.key).removed_at is None
    with small.plans.reading(small.workspace_id) as plan:
        assert plan.issue_replies(first) == []


def test_a_restricted_issue_is_never_a_hint_to_others(small):
    filed(small, visible_to=(CARA,))
    entry = IssueEntry(title="Aurora writer down", severity=Severity.MINOR)

    assert file_issue(small.plans, entry, small.asker(BEN)).like is None
    assert file_issue(small.plans, entry, small.asker(CARA)).like is not None


def test_nobody_else_works_on_a_restricted_issue(small):
    key = filed(small, visible_to=(CARA,))

    with pytest.raises(UserError, match=r"is restricted: .*can see it"):
        step(small, key, IssueStep.ACKNOWLEDGE, by=BEN)
    with pytest.raises(UserError, match="is restricted"):
        add_note(small.plans, key, "x", small.asker(BEN))
    assert step(small, key, IssueStep.ACKNOWLEDGE, by=ANA).changed  # who filed it


def test_those_named_hear_of_a_restricted_level_1_themselves(small):
    filed(small, visible_to=(CARA, BEN))

    told = effects(small, EffectKind.ISSUE_DIRECT)

    assert {each.payload["member"] for each in told} == {BEN, CARA}
    assert all(each.urgent for each in told)


def test_the_subject_of_a_post_is_the_issue_alone(small):
    key = filed(small)

    assert issue_subject(key) == f"issue:{key}"


def test_the_report_of_the_week_shows_no_word_of_a_restricted_issue(small):
    key = filed(small, title="Key of the vault leaked", visible_to=(BEN,))

    with small.plans.reading(small.workspace_id) as plan:
        [known] = plan_snapshot(plan).issues

    assert (known.key, known.title, known.description) == (key, "(restricted)", "")


def revision(small, key):
    return issue_of(small, key).revision


def test_the_second_of_two_triage_forms_learns_what_the_first_did_and_writes_nothing(small):
    key = filed(small)
    seen = revision(small, key)
    form = replace(WORDS, owner_id=None, seen_revision=seen)
    first = step(small, key, IssueStep.TRIAGE, replace(form, owner_id=BEN), by=BEN)
    mine = replace(form, tasks=(PlannedTask("Order a disk", 60),), owner_id=None)

    asked = step(small, key, IssueStep.TRIAGE, mine, by=CARA, now=MONDAY + timedelta(minutes=1))

    assert (asked.changed, asked.by, asked.at) == (False, BEN, MONDAY)
    assert [task.key for task in asked.tasks] == [task.key for task in first.tasks]
    assert asked.asked == replace(mine, owner_id=BEN)
    assert issue_of(small, key).remediation_task_keys == tuple(task.key for task in first.tasks)

    again = replace(asked.asked, seen_revision=revision(small, key))
    done = step(small, key, IssueStep.TRIAGE, again, by=CARA)
    assert done.changed
    assert len(issue_of(small, key).remediation_task_keys) == 2
    assert issue_of(small, key).owner_id == BEN


def test_a_triage_form_minds_no_change_but_another_triage(small):
    key = filed(small)
    form = replace(WORDS, seen_revision=revision(small, key))
    step(small, key, IssueStep.ACKNOWLEDGE, by=BEN)
    undone = step(small, key, IssueStep.TRIAGE, replace(form, seen_revision=None), by=BEN)
    undo(small.plans, undone.operation, small.asker(BEN))

    assert step(small, key, IssueStep.TRIAGE, form).changed


def test_a_note_alone_adds_to_a_triage(small):
    key = filed(small, Severity.MINOR)
    step(small, key, IssueStep.TRIAGE, StepWords(reason="next sprint"))

    again = step(small, key, IssueStep.TRIAGE, StepWords(reason="or the one after"))

    assert again.changed
    with small.plans.reading(small.workspace_id) as plan:
        assert [each.text for each in plan.issue_replies(key)] == [
            "next sprint",
            "or the one after",
        ]


def test_only_who_filed_a_level_1_or_may_close_one_makes_it_less(small):
    key = filed(small, owner_id=BEN)
    raised = filed(small, Severity.MAJOR)

    with pytest.raises(UserError, match=f"<@{ANA}>, who filed it, or .* <@{CARA}> can"):
        step(small, key, IssueStep.SEVERITY, by=BEN)
    assert issue_of(small, key).severity is Severity.BLOCKER

    step(small, raised, IssueStep.SEVERITY, replace(WORDS, severity=Severity.BLOCKER), by=BEN)
    assert step(small, key, IssueStep.SEVERITY, by=ANA).changed
    assert step(small, raised, IssueStep.SEVERITY, by=CARA).changed


def test_a_security_issue_of_any_level_escalates_like_a_level_1(small):
    filed(small, Severity.MINOR, is_security=True, owner_id=BEN)
    key = filed(small, Severity.MINOR, is_security=False)

    [root] = effects(small, EffectKind.ISSUE_ROOT)
    with small.plans.reading(small.workspace_id) as plan:
        escalation, none = plan.escalation(root.payload["issue"]), plan.escalation(key)
    assert root.urgent
    assert escalation.next_at == MONDAY + timedelta(minutes=2)
    assert none is None
