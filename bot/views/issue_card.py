"""`/bqx issue ISS-004`: all that is known of an issue, with what was said and sent about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.effects import Delivery
from bot.domain.issues import Issue, IssueReply
from bot.domain.plan import Stage, Task
from bot.domain.triage import Due, Target
from bot.views.delivery_log import delivery_log
from bot.views.issue_message import (
    KEEP_THREAD,
    history_line,
    issue_facts,
    issue_kind,
    more_buttons,
    step_buttons,
)
from bot.views.mrkdwn import (
    Block,
    Message,
    actions,
    button,
    context,
    cut,
    mention,
    message,
    quote,
    section,
    when,
)
from bot.views.wording import STATUS_WORDS, hours, issue_title, task_title

MAX_TASKS = 10
MAX_REPLIES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """
    An issue with all that belongs to it.

    Args:
        open_targets: Until when it is to be triaged and resolved, as far as it is not.
        sent: What was, or will be, sent about it, the oldest first.
        has_thread: Whether it is talked about in Slack.
    """

    issue: Issue
    stages: Sequence[Stage] = ()
    tasks: Sequence[Task] = ()
    replies: Sequence[IssueReply] = ()
    open_targets: Sequence[Due] = ()
    sent: Sequence[Delivery] = ()
    has_thread: bool = False


def issue_card(card: Card, now: datetime, *, hint: str = "", draft: str = "") -> Message:
    """
    Return all that is known of an issue.

    Args:
        hint: A word before all, mrkdwn.
        draft: Key of what was typed behind the key and not understood: a button files it.
    """
    issue = card.issue
    past = [due for due in card.open_targets if due.at <= now]
    blocks: list[Block] = []
    if hint:
        blocks.append(section(hint))
    if draft:
        file_it = button("File it as a new issue", "issue_open", draft)
        blocks.append(actions("issue_typed", [file_it]))
    blocks += [section(f"{issue_title(issue)}\n{issue_kind(issue)}")]
    blocks += issue_facts(issue, card.stages, past)
    if line := _targets(card.open_targets, now):
        blocks.append(context(line))
    blocks += _tasks(card.tasks)
    blocks += said(card.replies)
    blocks += delivery_log(card.sent, issue)
    blocks.append(context(*history_line(issue)))
    keep = [button("Keep its thread", KEEP_THREAD, issue.key)] if card.has_thread else []
    steps = [*step_buttons(issue), *more_buttons(issue), *keep]
    blocks.append(actions("issue_card", steps))
    return message(f"{issue.key}: {issue.title}", blocks)


def _targets(open_targets: Sequence[Due], now: datetime) -> str:
    words = {Target.TRIAGE: "To be triaged by", Target.RESOLVE: "To be resolved by"}
    return " · ".join(f"{words[due.target]} {when(due.at)}" for due in open_targets if due.at > now)


def _tasks(tasks: Sequence[Task]) -> list[Block]:
    if not tasks:
        return []
    rows = [
        f"{task_title(task)} · {hours(task.estimate_minutes)} · {STATUS_WORDS[task.status].lower()}"
        + (f" · by {when(task.due_at)}" if task.due_at else "")
        for task in tasks[:MAX_TASKS]
    ]
    if len(tasks) > MAX_TASKS:
        rows.append(f"and {len(tasks) - MAX_TASKS} more")
    return [section(cut("*Remediation*\n" + "\n".join(rows), 3000))]


def said(replies: Sequence[IssueReply]) -> list[Block]:
    """Return what was said about an issue and kept, the newest last."""
    if not replies:
        return []
    rows = [
        f"{mention(each.member_id)} · {when(each.at)}\n{quote(each.text, 220)}"
        for each in replies[-MAX_REPLIES:]
    ]
    earlier = len(replies) - len(rows)
    more = f" (the newest {len(rows)} of {len(replies)})" if earlier else ""
    return [section(cut(f"*On its record*{more}\n" + "\n".join(rows), 3000))]
