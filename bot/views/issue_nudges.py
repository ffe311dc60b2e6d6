"""What a person is told unasked about their issues and tasks: one message for all of them."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.issues import Issue
from bot.domain.plan import Task
from bot.domain.triage import Due, Target
from bot.views.issue_message import RESOLVE, SHOW, TRIAGE
from bot.views.mrkdwn import Block, Message, button, context, message, section, when
from bot.views.wording import count, hours, issue_title, task_title

MAX_ROWS = 15
_WHY = "You get this because you own them, or lead the project and nobody does."


def nudge(about: Sequence[tuple[Issue, Sequence[Due]]], now: datetime) -> Message:
    """
    Return the issues of a person whose time is nearly over, or over.

    Args:
        about: Each issue with its targets that are near or over.
    """
    total = count(len(about), "issue")
    needs = "needs" if len(about) == 1 else "need"
    text = f"{total} {needs} you: the time is nearly over"
    blocks: list[Block] = [section(f"*{text}*")]
    blocks += [_row(issue, due, now) for issue, due in about[:MAX_ROWS]]
    if len(about) > MAX_ROWS:
        blocks.append(context(f"and {len(about) - MAX_ROWS} more: `/bqx issues`"))
    blocks.append(context(_WHY))
    return message(text, blocks)


def _row(issue: Issue, targets: Sequence[Due], now: datetime) -> Block:
    words = {Target.TRIAGE: "triage", Target.RESOLVE: "resolution"}
    lines = [
        f"{words[due.target]} {'was due' if due.at <= now else 'is due'} {when(due.at)}"
        for due in targets
    ]
    to_triage = any(due.target is Target.TRIAGE for due in targets)
    step = (
        button("Triage", TRIAGE, issue.key) if to_triage else button("Resolve", RESOLVE, issue.key)
    )
    return section(
        f"{issue_title(issue)}\n{issue.severity.label} · {' · '.join(lines)}",
        block_id=f"issue_nudge:{issue.key}",
        accessory=step,
    )


def remediation(late: Sequence[tuple[Task, Issue]]) -> Message:
    """Return a person's overdue remediation tasks, each with the issue it settles."""
    total = count(len(late), "remediation task")
    text = f"{total} of yours {'is' if len(late) == 1 else 'are'} overdue"
    blocks: list[Block] = [section(f"*{text}*")]
    for task, issue in late[:MAX_ROWS]:
        due = f" · was due {when(task.due_at)}" if task.due_at else ""
        blocks.append(
            section(
                f"{task_title(task)} · {hours(task.estimate_minutes)}{due}\nfor"
                f" {issue_title(issue)}",
                block_id=f"issue_task:{task.key}",
                accessory=button("Details", SHOW, issue.key, label=f"Details of {issue.key}"),
            )
        )
    if len(late) > MAX_ROWS:
        blocks.append(context(f"and {len(late) - MAX_ROWS} more"))
    blocks.append(context(f"{_WHY} At most once a day."))
    return message(text, blocks)
