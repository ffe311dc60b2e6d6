"""How the things of a plan are called on every page: one way each."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain.cadences import JOB_WORDS
from bot.domain.evidence import LinkDecision
from bot.domain.findings import Finding, GapCheck, SignOff
from bot.domain.issues import Issue
from bot.domain.items import Item
from bot.domain.people import Person
from bot.domain.plan import Stage, Status, Task
from bot.domain.team import Pause, Team
from bot.views.mrkdwn import escape, mention, one_line, title_text

STATUS_WORDS = {
    Status.NOT_STARTED: "Not started",
    Status.IN_PROGRESS: "In progress",
    Status.BLOCKED: "Blocked",
    Status.COMPLETE: "Complete",
}

_CALLED: dict[type, str] = {
    Finding: "the finding",
    GapCheck: "the question",
    SignOff: "the signature",
    Person: "somebody's own settings",
    Team: "the settings",
}


def stage_label(stage: Stage, limit: int = 75) -> str:
    """Return "1.5.4 · BQX Table Recalculation", plain text for options and buttons."""
    ref = stage.ref or stage.code or stage.key
    text = f"{ref} · {' '.join(stage.name.split())}"
    return text if len(text) <= limit else text[: limit - 1] + "…"


def item_name(item: Item) -> str:
    """Return what a row of the audit trail is about, plain text: "1.5.4", "ISS-001"."""
    if isinstance(item, Stage):
        return item.ref or item.code or item.key
    if isinstance(item, Task):
        return item.ref or item.title
    if isinstance(item, LinkDecision):
        return f"the link of {item.sha[:7]}"
    if isinstance(item, Pause):
        return _pause_name(item)
    return _CALLED.get(type(item), item.key)


def _pause_name(pause: Pause) -> str:
    job = JOB_WORDS.get(pause.job, pause.job)
    if pause.first == pause.last:
        return f"{job}, skipped on {pause.first}"
    until = f" to {pause.last}" if pause.last else ""
    return f"{job}, paused from {pause.first}{until}"


def stage_title(stage: Stage) -> str:
    """Return "*1.5.4* · BQX Table Recalculation" as mrkdwn."""
    ref = stage.ref or stage.code or stage.key
    return f"*{title_text(ref, 40)}* · {one_line(stage.name, 120)}"


def task_title(task: Task) -> str:
    """Return "*TSK-3.1.6* · Title" as mrkdwn."""
    return f"*{title_text(task.ref or task.key, 40)}* · {one_line(task.title, 120)}"


def issue_title(issue: Issue) -> str:
    """Return "*ISS-001* · Title" as mrkdwn."""
    return f"*{issue.key}* · {one_line(issue.title, 160)}"


def stage_state(stage: Stage) -> str:
    """Return "In progress, 129/336 (38.4 %)"."""
    words = STATUS_WORDS[stage.status]
    return f"{words}, {stage.progress}" if stage.progress else words


def stage_owner(stage: Stage | Task) -> str:
    """Return the owner as a mention, else as the plan writes it, else "nobody"."""
    if stage.owner_id:
        return mention(stage.owner_id)
    return escape(stage.owner_text) if stage.owner_text else "nobody"


def hours(minutes: int | None) -> str:
    """Return minutes of work as "6.5 h", "unknown" where nobody said."""
    if minutes is None:
        return "unknown"
    return f"{minutes / 60:.1f}".removesuffix(".0") + " h"


def exact_hours(minutes: int) -> str:
    """Return minutes of work as one would type them: 255 is "4.25"."""
    return f"{minutes / 60:.2f}".rstrip("0").rstrip(".")


def ago(moment: datetime | None, now: datetime) -> str:
    """Return "3 days ago", "today", or "not known"."""
    if moment is None:
        return "not known"
    days = (now - moment) // timedelta(days=1)
    if days <= 0:
        return "today"
    return "yesterday" if days == 1 else f"{days} days ago"


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Return "1 issue", "3 issues"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def listing(parts: Iterable[str], limit: int = 10) -> str:
    """Return "a, b, c and 4 more"."""
    items = list(parts)
    shown = ", ".join(items[:limit])
    return shown if len(items) <= limit else f"{shown} and {len(items) - limit} more"
