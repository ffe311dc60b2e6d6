"""Issues in messages: the receipt, the Level 1 in its channel, its thread, and the list."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.entries import IssueStep
from bot.domain.issues import Issue, IssueStatus, Severity, age_days, is_overdue
from bot.domain.outcomes import IssueFiled, IssueSettled
from bot.domain.plan import Stage
from bot.views.mrkdwn import (
    Block,
    Message,
    actions,
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
from bot.views.wording import count, issue_title, listing, stage_label

ACKNOWLEDGE = "issue_acknowledge"  # value of all four: the issue's key
OWN = "issue_own"
RESOLVE = "issue_resolve"
OPEN_FORM = "issue_open"  # value: draft key, or ""
MAX_LISTED = 20


def issue_filed(done: IssueFiled) -> Message:
    """Return the receipt to the member who filed it."""
    issue = done.issue
    lines = [f"Filed {issue_title(issue)}", issue.severity.label]
    if done.stages:
        lines.append("Affects " + _stages(done.stages))
    if issue.severity is Severity.BLOCKER:
        lines.append(
            f"Posted to `#{escape(done.critical_channel)}`, and kept there until somebody has it."
        )
    return message(
        f"Filed {issue.key}: {issue.title}",
        [
            section("\n".join(lines)),
            actions("issue_filed", [*step_buttons(issue), undo_button(done.operation)]),
        ],
    )


def issue_root(issue: Issue, stages: Sequence[Stage], *, asks: str | None = None) -> Message:
    """
    Return the one message that shows an issue, as it is now, in the critical channel.

    Args:
        asks: Slack id of whoever is to acknowledge it: its owner, else the lead.
    """
    withdrawn = issue.removed_at is not None
    state = "Withdrawn" if withdrawn else issue.status.value
    fields = [f"*Status:* {state}", f"*Owner:* {mention(issue.owner_id)}"]
    if not issue.owner_id:
        fields[1] = "*Owner:* nobody yet"
    if stages:
        fields.append("*Affects:* " + _stages(stages))
    blocks: list[Block] = [
        header(f"{issue.severity.label} · {issue.key}"),
        section(f"*{title_text(issue.title, 200)}*"),
    ]
    if issue.description:
        blocks.append(section(quote(issue.description, 1200)))
    blocks.append(section("\n".join(fields)))
    if issue.root_cause and not issue.status.is_open:
        blocks.append(section(f"*Root cause*\n{quote(issue.root_cause, 700)}"))
    blocks.append(context(*_history_line(issue)))
    if issue.status.is_open and not withdrawn and not issue.acknowledged_by:
        who = f"{mention(asks)}, please acknowledge it" if asks else "Please acknowledge it"
        blocks.append(section(f"{who}: until somebody does, I ask one after another."))
    if issue.status.is_open and not withdrawn:
        blocks.append(actions("issue", step_buttons(issue)))
    return message(f"{issue.severity.label}: {issue.key} {issue.title} ({state})", blocks)


def _history_line(issue: Issue) -> list[str]:
    parts = [f"Filed by {mention(issue.reporter_id)} {when(issue.discovered_at)}"]
    if issue.permalink:
        parts.append(f"<{escape(issue.permalink)}|from this message>")
    if issue.acknowledged_by and issue.acknowledged_at:
        seen = f"{mention(issue.acknowledged_by)} {when(issue.acknowledged_at)}"
        parts.append(f"Acknowledged by {seen}")
    if issue.resolved_at:
        parts.append(f"Resolved {when(issue.resolved_at)}")
    return parts


def step_buttons(issue: Issue) -> list[Block]:
    """Return what can be done with an issue now; nothing once it is resolved."""
    if not issue.status.is_open:
        return []
    steps = []
    if not issue.acknowledged_by:
        steps.append(button("Acknowledge", ACKNOWLEDGE, issue.key, style="primary"))
    if issue.status is IssueStatus.OPEN:
        steps.append(button("Take ownership", OWN, issue.key))
    steps.append(button("Resolve", RESOLVE, issue.key))
    return steps


def issue_note(issue: Issue, note: str, member_id: str, at: datetime) -> Message:
    """Return the line in an issue's thread that says what somebody did."""
    words = {
        IssueStep.ACKNOWLEDGE.value: "has seen it",
        IssueStep.OWN.value: "takes care of it",
        IssueStep.RESOLVE.value: "resolved it",
    }.get(note, escape(note))
    text = f"{mention(member_id)} {words} · {when(at)}"
    return message(f"{issue.key}: {note}", [section(text)])


def issue_settled(done: IssueSettled) -> Message:
    """Return the receipt of a step, or that somebody had done it before."""
    issue = done.issue
    if not done.changed and issue.status.is_open and issue.acknowledged_at:
        by = f"{mention(issue.acknowledged_by)} {when(issue.acknowledged_at)}"
        text = f"{issue_title(issue)} was acknowledged by {by}; nothing changed."
        return message(f"{issue.key} was acknowledged already", [section(text)])
    if not done.changed:
        text = f"{issue_title(issue)} is {issue.status.value.lower()} already; nothing changed."
        return message(f"{issue.key}: nothing changed", [section(text)])
    words = {
        IssueStep.ACKNOWLEDGE: "Acknowledged",
        IssueStep.OWN: "Yours now:",
        IssueStep.RESOLVE: "Resolved",
    }[done.step]
    return message(
        f"{words} {issue.key}",
        [
            section(f"{words} {issue_title(issue)}"),
            actions("issue_settled", [*step_buttons(issue), undo_button(done.operation)]),
        ],
    )


def issues_message(issues: Sequence[Issue], now: datetime) -> Message:
    """Return the open issues, worst first."""
    if not issues:
        text = "No open issues."
        return message(text, [section(f"{text} File one with `/bqx issue 2 What is wrong`.")])
    blocks: list[Block] = [section(f"*{count(len(issues), 'open issue')}*")]
    blocks += [_issue_row(issue, now) for issue in issues[:MAX_LISTED]]
    if len(issues) > MAX_LISTED:
        blocks.append(context(f"and {len(issues) - MAX_LISTED} more"))
    return message(count(len(issues), "open issue"), blocks)


def _issue_row(issue: Issue, now: datetime) -> Block:
    overdue = " · *overdue*" if is_overdue(issue, now) else ""
    owner = mention(issue.owner_id) if issue.owner_id else "no owner"
    age = count(age_days(issue, now), "day")
    return section(
        f"{issue_title(issue)}\n{issue.severity.label} · {issue.status.value} · {owner} ·"
        f" {age}{overdue}",
        block_id=f"issue_row:{issue.key}",
        accessory=button("Resolve", RESOLVE, issue.key, label=f"Resolve {issue.key}"),
    )


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
