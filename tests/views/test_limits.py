"""Every view, with nothing in it and with far too much, against Slack's limits."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.commands import parse_command
from bot.domain.effects import Delivery, Effect, EffectKind
from bot.domain.entries import Concern, IssueStep, PlannedTask, ProgressEntry, StepWords
from bot.domain.findings import FindingState, GapAnswer, GapCheck
from bot.domain.history import HistoryPage
from bot.domain.issues import Issue, IssueReply, IssueStatus, Severity
from bot.domain.outcomes import (
    Ambiguous,
    IssueFiled,
    IssueSettled,
    ProgressAsked,
    ProgressLogged,
    Repaired,
    RepliesKept,
    Unknown,
)
from bot.domain.plan import Change, Duration, ProgressUpdate, Stage, Status, Task, Why
from bot.domain.progress import Progress
from bot.domain.trail import Operation
from bot.domain.triage import Due, Target
from bot.sandbox.blocks import flaws_of_blocks, flaws_of_view
from bot.views import (
    channel_trouble,
    finding_blocks,
    gap_check_message,
    help_message,
    history_message,
    issue_card,
    issue_form,
    issue_message,
    issue_nudges,
    issue_steps,
    progress_form,
    progress_message,
    status_message,
    undo_message,
)
from bot.views.mrkdwn import block_size, escape
from tests.builders import ANA, STAGES, TASKS
from tests.conftest import MONDAY
from tests.findings import BY_KIND, Kind

HOSTILE = "<!channel> <@U1> *bold* _it_ ~no~ `code` & <https://evil|bank> \u202e\x00 " * 40
LONG = "x" * 3000

ISSUE = Issue(key="ISS-001", title="t", severity=Severity.BLOCKER, discovered_at=MONDAY)
DUES = (
    Due(Target.TRIAGE, MONDAY, MONDAY),
    Due(Target.RESOLVE, MONDAY, MONDAY + timedelta(days=1)),
)
UPDATE = ProgressUpdate(
    key="PRG-001",
    stage_key="STG-901",
    member_id=ANA,
    at=MONDAY,
    progress=None,
    note="note",
    status=Status.IN_PROGRESS,
)
SILENT = BY_KIND[Kind.STAGE_SILENT]
CHECK = GapCheck(
    key="G-1",
    bundle="B",
    member_id=ANA,
    finding_key=SILENT.key,
    text="*1.5.4* · BQX: no word for 20 days",
    asked_at=MONDAY,
)


def stage(text):
    return replace(
        STAGES[0],
        ref=text[:300],
        name=text,
        owner_id=None,
        owner_text=text,
        duration=Duration(text),
    )


def issue(text, **fields):
    return replace(
        ISSUE, title=text[:200], description=text, root_cause=text, permalink=text, **fields
    )


def change(text):
    why = Why(operation="op", actor_id=ANA, at=MONDAY, reason=text)
    return Change(
        id=1,
        why=why,
        kind="stage",
        key="STG-901",
        before={"name": text, "progress": {"permille": 1}},
        after={"name": text[::-1], "progress": {"permille": 2, "done": 1, "total": 9}},
    )


def reply(text):
    return IssueReply(key="SAID-1", issue_key="ISS-001", member_id=ANA, text=text, at=MONDAY)


def card(known, text, many):
    effects = [
        Effect(key=f"e{n}", kind=EffectKind.ISSUE_ROOT, lane=text[:80], about="ISS-001")
        for n in range(many)
    ]
    sent = [Delivery(effect=each, created_at=MONDAY, attempts=9, error=text) for each in effects]
    return issue_card.Card(
        issue=known,
        stages=[stage(text)] * many,
        tasks=[replace(TASKS[0], title=text, ref=text, due_at=MONDAY)] * many,
        replies=[reply(text)] * many,
        open_targets=DUES,
        sent=sent,
        has_thread=True,
    )


def issue_messages(text, many, stages, tasks):
    task = tasks[0]
    for state in IssueStatus:
        known = issue(text, status=state, resolved_at=MONDAY, acknowledged_at=MONDAY)
        yield issue_message.issue_root(known, stages, DUES)
        for step in IssueStep:
            for changed in (True, False):
                settled = IssueSettled(
                    operation="op",
                    issue=known,
                    step=step,
                    changed=changed,
                    by=ANA,
                    at=MONDAY,
                    tasks=tuple(tasks[:3]),
                )
                yield issue_message.issue_settled(settled)
        yield issue_card.issue_card(card(known, text, many), MONDAY, hint=escape(text)[:900])
        yield issue_steps.open_step_message(IssueStep.CLOSE, known, text[:300], "draft")
    filed = IssueFiled(
        operation="op", issue=issue(text), stages=tuple(stages), critical_channel=text[:80]
    )
    yield issue_message.issue_filed(filed)
    listed = [replace(issue(text), key=f"ISS-{n}") for n in range(many)]
    yield issue_message.issues_message(listed, MONDAY + timedelta(days=9))
    past = {each.key: DUES for each in listed}
    for start in (0, 20, 499):
        yield issue_message.issues_message(listed, MONDAY, past=past, start=start)
    yield issue_message.which_issue(f"/bqx resolve {text}", listed[:5])
    yield issue_message.issue_note(issue(text), "owned", ANA, MONDAY, text)
    yield issue_message.issue_filed(replace(filed, like=issue(text)))
    kept = RepliesKept(operation="op", issue=issue(text), replies=(reply(text),) * many)
    yield issue_message.replies_kept(kept)
    yield issue_nudges.nudge([(each, DUES) for each in listed], MONDAY)
    late = [(replace(task, key=f"TASK-{n}", due_at=MONDAY), issue(text)) for n in range(many)]
    yield issue_nudges.remediation(late)


def messages(text, many):
    place, task = stage(text), replace(TASKS[0], title=text, ref=text)
    stages, tasks = [place] * many, [task] * many
    issues = [issue(text)] * many
    entry = ProgressEntry(stage_key="STG-901", progress=Progress(1), note=text)
    update = replace(UPDATE, note=text)
    logged = ProgressLogged(
        operation="op",
        before=place,
        after=replace(place, progress=Progress.counted(336, 336)),
        note=text,
        tasks_done=tuple(tasks[:20]),
        tasks_added=tuple(tasks[:20]),
        issues=tuple(issues[:20]),
    )
    yield progress_message.progress_logged(logged)
    for concern in Concern:
        asked = ProgressAsked(concern=concern, stage=place, entry=entry, last_update=update)
        yield progress_message.progress_asked(asked, draft="d", now=MONDAY)
    yield progress_message.progress_refused(text[:300], typed=text, draft="d")
    ambiguous = Ambiguous(text, tuple(replace(place, key=f"S{n}") for n in range(many)))
    yield progress_message.choose_stage_message(ambiguous, draft="d")
    unknown = Unknown(text, tuple(stages[:3]))
    yield progress_message.unknown_stage_message(unknown, typed=text, draft="d")
    yield progress_message.no_such_stage(unknown, "status")
    yield progress_message.open_form_message()
    for code in ("channel_not_found", "is_archived", "not_in_channel", "anything"):
        bot = {"channel": "c", "code": code, "bot_user_id": "U0BOT"}
        yield channel_trouble.issue_trouble(issue(text), **bot)
        yield channel_trouble.summary_trouble(**bot)
    yield from issue_messages(text, many, stages, tasks)
    asked = replace(SILENT, text=text, evidence=(text,) * many, refs=(text,), owner_text=text)
    checks = [
        replace(CHECK, key=f"G-{n}", finding_key=f"F-{n}", text=escape(text)[:600])
        for n in range(many)
    ]
    found = {check.finding_key: replace(asked, key=check.finding_key) for check in checks}
    yield gap_check_message.gap_checks_message(checks, found)
    yield gap_check_message.gap_checks_message(checks, {})
    answered = [
        replace(each, answer=GapAnswer.LATER, answered_by=ANA, operation="op") for each in checks
    ]
    rested = replace(
        asked,
        state=FindingState.DISMISSED,
        answer=GapAnswer.NOT_A_GAP,
        verdict=text,
        reason=text,
        until=MONDAY,
        answered_by=ANA,
        answered_at=MONDAY,
        operation="op",
    )
    settled = {key: replace(rested, key=key) for key in found}
    yield gap_check_message.gap_checks_message(answered, settled)
    yield gap_check_message.gap_checks_message(answered, {})
    for changed in (True, False):
        done = Repaired(operation="op", finding=rested, changed=changed)
        yield finding_blocks.repaired_message(done, text)
    yield status_message.plan_status(Counter(s.status for s in stages), stages, issues, MONDAY)
    yield status_message.stage_status(place, tasks, issues, update, MONDAY)
    yield help_message.help_message()
    yield help_message.help_message(parse_command(f"{text[:50].split()[0]}zz {text}"))
    yield from histories(text, many)
    yield undo_message.undone_message([change(text)] * many, "op", {"STG-901": text})
    yield undo_message.receipt_message([change(text)] * many, {"STG-901": text})


def histories(text, many):
    """The audit trail, one answer with many rows and many answers."""
    row = change(text)
    names = {(row.kind, row.key): stage(text)}
    for operations in (many, 8, 0):
        one = Operation(newest=9, changes=(row,) * min(5, many), found=many, total=many + 1)
        page = HistoryPage(
            title=text[:100],
            operations=tuple(replace(one, newest=n) for n in range(operations)),
            names=names,
            undoable=frozenset({row.why.operation}),
            older=9,
        )
        yield history_message.history_message(page, text[:300], at=1763372000)
    yield history_message.export_begun("CSV")
    yield history_message.file_note(text[:300], "history.csv")


def forms(text, many):
    place = stage(text)
    tasks = [replace(TASKS[0], key=f"TASK-{n}", title=text, ref=None) for n in range(many)]
    draft = progress_form.ProgressDraft(
        stage=place,
        tasks=tasks,
        last=replace(UPDATE, note=text),
        note=text,
        progress=text,
        done_keys=[task.key for task in tasks],
        blockers=text,
        discovered=text,
        notice="Mind this.",
        accepted=tuple(Concern),
    )
    yield progress_form.progress_form(draft)
    yield progress_form.progress_form(progress_form.ProgressDraft())
    yield issue_form.issue_form(
        issue_form.IssueDraft(title=text, description=text, severity=Severity.DEBT, stages=[place])
    )
    yield issue_form.issue_form(issue_form.IssueDraft())
    typed = StepWords(
        evidence=text, root_cause=text, prevention=text, reason=text, tasks=(PlannedTask(text, 90),)
    )
    for step in issue_steps.HAS_FORM:
        yield issue_steps.step_form(step, issue(text), {}, typed)
        yield issue_steps.step_form(step, issue(text, evidence=text), {})
    theirs = tuple(Task(key=f"TASK-{n}", title=text) for n in range(500))
    done = IssueSettled(
        operation="o",
        issue=issue(text),
        step=IssueStep.TRIAGE,
        changed=False,
        by="U1",
        at=MONDAY,
        tasks=theirs,
    )
    yield issue_steps.asked_form(done, replace(typed, seen_revision=1), {})
    yield issue_form.lookalike_form(issue(text), draft="d", reply={})
    rows = [replace(place, key=f"STG-{n}") for n in range(many)]
    gaps = [
        (replace(CHECK, text=escape(text)[:600]), replace(SILENT, key=f"F-{n}", text=text))
        for n in range(many)
    ]
    yield status_message.home_tab(rows, [issue(text)] * many, gaps, MONDAY)


@pytest.mark.parametrize("text", ["plain", HOSTILE, LONG], ids=["plain", "hostile", "long"])
@pytest.mark.parametrize("many", [1, 3, 500])
def test_every_message_stays_inside_slacks_limits(text, many):
    for shown in messages(text, many):
        assert flaws_of_blocks(shown["blocks"], "message") == [], shown
        assert 0 < len(shown["text"]) <= 4000
        assert block_size(shown["blocks"]) <= 13_000


@pytest.mark.parametrize("text", ["plain", HOSTILE, LONG], ids=["plain", "hostile", "long"])
@pytest.mark.parametrize("many", [1, 3, 500])
def test_every_form_stays_inside_slacks_limits(text, many):
    for view in forms(text, many):
        assert flaws_of_view(view) == [], view


def parsed_texts(value):
    """Every text that Slack reads as mrkdwn: a plain_text object is shown as it is."""
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield value["text"]
        for part in value.values():
            yield from parsed_texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from parsed_texts(part)


def test_no_word_of_a_person_comes_alive():
    for shown in [*messages(HOSTILE, 3), *forms(HOSTILE, 3)]:
        for said in [shown.get("text", ""), *parsed_texts(shown["blocks"])]:
            assert "<!channel>" not in said
            assert "<@U1>" not in said
            assert "<https://evil" not in said


def test_the_empty_plan_says_how_to_begin():
    assert "bqx plan import" in str(status_message.plan_status({}, [], [], MONDAY))


def test_no_open_issues_is_one_line():
    assert issue_message.issues_message([], MONDAY)["text"] == "No open issues."


def test_a_stage_without_a_ref_is_called_by_its_key():
    unnamed = Stage(key="STG-042", name="Nameless")

    shown = status_message.stage_status(unnamed, [Task(key="TASK-1", title="x")], [], None, MONDAY)

    assert "STG-042" in shown["text"]
