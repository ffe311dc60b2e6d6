"""Issues in messages: the receipt, the Level 1 in its channel, its thread, and the list."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.entries import IssueStep
from bot.domain.escalating import escalates
from bot.domain.issue_steps import instead_of
from bot.domain.issues import Issue, IssueStatus, age_days
from bot.domain.outcomes import IssueFiled, IssueSettled, RepliesKept
from bot.domain.plan import Stage
from bot.domain.triage import Due, Target
from bot.domain.visibility import is_restricted
from bot.views.mrkdwn import (
    Block,
    Message,
    actions,
    block_size,
    button,
    context,
    escape,
    header,
    mention,
    message,
    one_line,
    quote,
    section,
    title_text,
    when,
)
from bot.views.undo_message import undo_button
from bot.views.wording import count, hours, issue_title, listing, stage_label, task_title

ACKNOWLEDGE = "issue_acknowledge"  # value of the steps: the issue's key
OWN = "issue_own"
TRIAGE = "issue_triage"
RESOLVE = "issue_resolve"
CLOSE = "issue_close"
REOPEN = "issue_reopen"
ASSIGN = "issue_assign"
SEVERITY = "issue_severity"
SHOW = "issue_show"
KEEP_THREAD = "issue_keep"
STEP_OF = {
    ACKNOWLEDGE: IssueStep.ACKNOWLEDGE,
    OWN: IssueStep.OWN,
    TRIAGE: IssueStep.TRIAGE,
    RESOLVE: IssueStep.RESOLVE,
    CLOSE: IssueStep.CLOSE,
    REOPEN: IssueStep.REOPEN,
    ASSIGN: IssueStep.ASSIGN,
    SEVERITY: IssueStep.SEVERITY,
}
SAME = "issue_same"  # value: key of the known issue, "|", key of the one that was filed
PAGE = "issue_page"  # value: how many issues come before the page
OPEN_FORM = "issue_open"  # value: draft key, or ""
MAX_LISTED = 20
ROWS_SIZE = 9000  # characters of a page's rows; Slack takes 12,000 in all
Past = Mapping[str, Sequence[Due]]  # targets that are over, by the issue's key


def issue_filed(done: IssueFiled) -> Message:
    """Return the receipt to the member who filed it."""
    issue = done.issue
    lines = [f"Filed {issue_title(issue)}", issue_kind(issue)]
    if done.stages:
        lines.append("Affects " + _stages(done.stages))
    if escalates(issue):
        lines.append(
            f"Posted to `#{escape(done.critical_channel)}`, and kept there until somebody has it."
        )
    blocks = [
        section("\n".join(lines)),
        actions("issue_filed", [*step_buttons(issue), undo_button(done.operation)]),
    ]
    if done.like:
        words = f"{issue_title(done.like)} is open and says much the same."
        same = f"It is the same: add mine to {done.like.key}"
        known = f"{done.like.key}|{issue.key}"
        blocks += [section(words), actions("issue_like", [button(same, SAME, known)])]
    return message(f"Filed {issue.key}: {issue.title}", blocks)


def issue_kind(issue: Issue) -> str:
    """Return "Level 2: Major issue · Security · Restricted" as mrkdwn."""
    parts = [issue.severity.label]
    if issue.is_security:
        parts.append(":lock: Security")
    if is_restricted(issue):
        parts.append(":no_entry_sign: Restricted")
    return " · ".join(parts)


def past_words(past: Sequence[Due]) -> str:
    """Return which targets are over and since when, "" for none; times in the reader's zone."""
    words = {
        Target.TRIAGE: "not triaged, past its time since",
        Target.RESOLVE: "past its target since",
    }
    return " · ".join(f"{words[due.target]} {when(due.at)}" for due in past)


def issue_root(
    issue: Issue,
    stages: Sequence[Stage],
    past: Sequence[Due] = (),
    *,
    asks: str | None = None,
    can_keep: bool = True,
) -> Message:
    """
    Return the one message that shows an issue, as it is now.

    Args:
        past: Its targets that are over.
        asks: Slack id of whoever is to acknowledge it: its owner, else the lead.
        can_keep: It stands in the channel: its thread's replies can be kept on the record.
    """
    withdrawn = issue.removed_at is not None
    state = "Withdrawn" if withdrawn else issue.status.value
    blocks: list[Block] = [
        header(f"{issue.severity.label} · {issue.key}"),
        section(f"*{title_text(issue.title, 200)}*"),
        *issue_facts(issue, stages, past),
        context(*history_line(issue)),
    ]
    if issue.is_live and can_keep and escalates(issue) and not issue.acknowledged_by:
        who = f"{mention(asks)}, please acknowledge it" if asks else "Please acknowledge it"
        blocks.append(section(f"{who}: until somebody does, I ask one after another."))
    if not withdrawn:
        keep = [button("Keep this thread", KEEP_THREAD, issue.key)] if can_keep else []
        show = button("Details", SHOW, issue.key, label=f"Details of {issue.key}")
        blocks.append(actions("issue", [*step_buttons(issue), *keep, show]))
    return message(f"{issue.severity.label}: {issue.key} {issue.title} ({state})", blocks)


def issue_facts(issue: Issue, stages: Sequence[Stage], past: Sequence[Due]) -> list[Block]:
    """Return what is known of an issue: description, state, owner, causes and evidence."""
    state = "Withdrawn" if issue.removed_at is not None else issue.status.value
    fields = [
        f"*Status:* {state}",
        f"*Owner:* {mention(issue.owner_id) if issue.owner_id else 'nobody yet'}",
    ]
    if issue.is_security or is_restricted(issue):
        fields.append(issue_kind(issue))
    if stages:
        fields.append("*Affects:* " + _stages(stages))
    if past and issue.is_live:
        fields.append(f":warning: *{past_words(past).capitalize()}*")
    blocks = [section(quote(issue.description, 1200))] if issue.description else []
    blocks.append(section("\n".join(fields)))
    if not issue.status.is_open:
        told = (
            ("How it was verified", issue.evidence),
            ("Root cause", issue.root_cause),
            ("Prevention", issue.prevention_actions),
        )
        blocks += [section(f"*{name}*\n{quote(text, 700)}") for name, text in told if text]
    return blocks


def history_line(issue: Issue) -> list[str]:
    """Return who did what with an issue and when, small print."""
    parts = [f"Filed by {mention(issue.reporter_id)} {when(issue.discovered_at)}"]
    if issue.permalink:
        parts.append(f"<{escape(issue.permalink)}|from this message>")
    if issue.source_url:
        parts.append(f"<{escape(issue.source_url)}|where it stands>")
    if issue.acknowledged_by and issue.acknowledged_at:
        seen = f"{mention(issue.acknowledged_by)} {when(issue.acknowledged_at)}"
        parts.append(f"Acknowledged by {seen}")
    if issue.triaged_at:
        parts.append(f"Triaged {when(issue.triaged_at)}")
    if issue.resolved_at:
        parts.append(f"Resolved {when(issue.resolved_at)}")
    if issue.closed_at:
        parts.append(f"Closed by {mention(issue.closed_by)} {when(issue.closed_at)}")
    return parts


def step_buttons(issue: Issue) -> list[Block]:
    """Return what can be done with an issue now."""
    key, steps = issue.key, []
    if issue.status is IssueStatus.CLOSED:
        return [button("Reopen", REOPEN, key)]
    if issue.status is IssueStatus.RESOLVED:
        return [button("Close", CLOSE, key, style="primary"), button("Reopen", REOPEN, key)]
    if not issue.acknowledged_by:
        steps.append(button("Acknowledge", ACKNOWLEDGE, key, style="primary"))
    if issue.status is IssueStatus.OPEN:
        steps.append(button("Take ownership", OWN, key))
    if issue.triaged_at is None:
        steps.append(button("Triage", TRIAGE, key))
    steps.append(button("Resolve", RESOLVE, key))
    return steps


def more_buttons(issue: Issue) -> list[Block]:
    """Return what can be done beside the steps that come next."""
    if not issue.status.is_open:
        return []
    more = [
        button("Assign", ASSIGN, issue.key),
        button("Change level", SEVERITY, issue.key),
    ]
    if issue.triaged_at is not None:
        more.append(button("Add tasks", TRIAGE, issue.key))
    return more


def issue_note(issue: Issue, note: str, member_id: str, at: datetime, because: str = "") -> Message:
    """
    Return the line in an issue's thread that says what somebody did.

    Args:
        because: The reason or the evidence that they gave.
    """
    words = {
        IssueStep.ACKNOWLEDGE.value: "has seen it",
        IssueStep.OWN.value: "takes care of it",
        IssueStep.TRIAGE.value: "triaged it",
        IssueStep.RESOLVE.value: "resolved it",
        IssueStep.CLOSE.value: "closed it",
        IssueStep.REOPEN.value: "reopened it",
        IssueStep.ASSIGN.value: f"assigned it to {mention(issue.owner_id)}",
        IssueStep.SEVERITY.value: f"made it {issue.severity.label}",
    }.get(note, escape(note))
    text = f"{mention(member_id)} {words} · {when(at)}"
    if because:
        text += "\n" + quote(because, 300)
    return message(f"{issue.key}: {note}", [section(text)])


def issue_settled(done: IssueSettled) -> Message:
    """Return the receipt of a step, or who had brought the issue to where it is."""
    issue = done.issue
    if not done.changed:
        text = unchanged_words(done)
        return message(
            f"{issue.key}: nothing changed",
            [section(text), actions("issue_unchanged", step_buttons(issue))],
        )
    words = {
        IssueStep.ACKNOWLEDGE: "Acknowledged",
        IssueStep.OWN: "Yours now:",
        IssueStep.TRIAGE: "Triaged",
        IssueStep.RESOLVE: "Resolved",
        IssueStep.CLOSE: "Closed",
        IssueStep.REOPEN: "Reopened",
        IssueStep.ASSIGN: "Assigned",
        IssueStep.SEVERITY: f"{issue.severity.label} now:",
    }[done.step]
    lines = [f"{words} {issue_title(issue)}"]
    if done.step is IssueStep.ASSIGN:
        lines.append(f"To {mention(issue.owner_id)}")
    lines += [f"{task_title(task)} · {hours(task.estimate_minutes)}" for task in done.tasks]
    return message(
        f"{words} {issue.key}",
        [
            section("\n".join(lines)),
            actions("issue_settled", [*step_buttons(issue), undo_button(done.operation)]),
        ],
    )


def unchanged_words(done: IssueSettled) -> str:
    """Return why a step changed nothing: who had brought the issue there, and when; mrkdwn."""
    issue = done.issue
    said = {
        IssueStep.ACKNOWLEDGE: "acknowledged",
        IssueStep.OWN: f"with {mention(issue.owner_id)}",
        IssueStep.ASSIGN: f"with {mention(issue.owner_id)}",
        IssueStep.SEVERITY: issue.severity.label,
    }
    moving = issue.status.is_open and done.step in said
    state = said[done.step] if moving else issue.status.value.lower()
    how = f": {mention(done.by)}, {when(done.at)}" if done.by and done.at else ""
    what = instead_of(done.step, issue.status)
    return f"{issue_title(issue)}\nIs {state} already{how}. Nothing changed. {what}".rstrip()


def unchanged_plainly(done: IssueSettled, name: str) -> str:
    """Return the same for a form's box, where no mention comes alive: people by their names."""
    issue = done.issue
    how = f" by {name}" if name else ""
    what = instead_of(done.step, issue.status)
    return (
        f"{issue.key} is {issue.status.value.lower()} already{how}. Nothing of this was saved."
        f" {what}".rstrip()
    )


def replies_kept(done: RepliesKept) -> Message:
    """Return what was added to an issue's record."""
    number = len(done.replies)
    if not number:
        text = f"Nothing new: every reply of the thread is on the record of {done.issue.key}."
        return message(text, [section(text)])
    text = f"Kept {count(number, 'reply', 'replies')} on the record of"
    lines = [f"{text} {issue_title(done.issue)}"]
    lines += [quote(" ".join(each.text.split()), 300) for each in done.replies[-3:]]
    show = button("Details", SHOW, done.issue.key)
    return message(
        f"{text} {done.issue.key}",
        [section("\n".join(lines)), actions("issue_kept", [show, undo_button(done.operation)])],
    )


def issues_message(
    issues: Sequence[Issue], now: datetime, *, past: Past | None = None, start: int = 0
) -> Message:
    """
    Return a page of the open issues, worst first.

    Args:
        past: Targets that are over.
        start: How many come before the page.
    """
    if not issues:
        text = "No open issues."
        return message(text, [section(f"{text} File one with `/bqx issue 2 What is wrong`.")])
    start = start if 0 <= start < len(issues) else 0
    rows: list[Block] = []
    size = 0
    for issue in issues[start : start + MAX_LISTED]:
        row = _issue_row(issue, now, (past or {}).get(issue.key, ()))
        size += block_size(row)
        if size > ROWS_SIZE and rows:
            break
        rows.append(row)
    end = start + len(rows)
    total = count(len(issues), "open issue")
    which = f" · {start + 1} to {end}" if len(rows) < len(issues) else ""
    blocks: list[Block] = [section(f"*{total}*{which}"), *rows]
    turns = []
    if start:
        turns.append(button("Back to the first", f"{PAGE}:0", "0"))
    if end < len(issues):
        turns.append(button(f"Next {min(MAX_LISTED, len(issues) - end)}", f"{PAGE}:1", str(end)))
    if turns:
        blocks.append(actions("issue_pages", turns))
    return message(total, blocks)


def _issue_row(issue: Issue, now: datetime, past: Sequence[Due]) -> Block:
    late = f"\n:warning: *{past_words(past)}*" if past else ""
    owner = mention(issue.owner_id) if issue.owner_id else "no owner"
    age = count(age_days(issue, now), "day")
    return section(
        f"{issue_title(issue)}\n{issue_kind(issue)} · {issue.status.value} · {owner} · {age}{late}",
        block_id=f"issue_row:{issue.key}",
        accessory=button("Resolve", RESOLVE, issue.key, label=f"Resolve {issue.key}"),
    )


def which_issue(typed: str, near: Sequence[Issue]) -> Message:
    """
    Return that no issue of this name is open, and those that come nearest.

    Args:
        typed: The whole command as it was typed, so that nothing of it is lost.
    """
    text = "I don't know which issue that is; nothing was changed."
    blocks: list[Block] = [section(f"{text}\nYou typed:\n{quote(typed, 1000)}")]
    if near:
        blocks.append(section("*Open issues that come nearest*"))
    blocks += [
        section(
            f"{issue_title(issue)}\n{issue.severity.label} · {issue.status.value}",
            block_id=f"issue_near:{issue.key}",
            accessory=button("Details", SHOW, issue.key, label=f"Details of {issue.key}"),
        )
        for issue in near
    ]
    blocks.append(context("All of them: `/bqx issues`"))
    return message(text, blocks)


def open_form_message(draft: str) -> Message:
    """Return a button for the form, where Slack gives no way to open one at once."""
    return message(
        "File an issue",
        [
            section(
                "Write `issue 1 Aurora writer down` (1 to 4 is the severity), or use the form."
            ),
            actions("issue_start", [button("File an issue", OPEN_FORM, draft, style="primary")]),
        ],
    )


def _stages(stages: Sequence[Stage]) -> str:
    return listing(one_line(stage_label(stage, 50)) for stage in stages)
