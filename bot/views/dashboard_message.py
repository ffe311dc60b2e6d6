"""`/bqx dashboard`: how the issues stand, in one message."""

from collections.abc import Mapping
from typing import Any

from bot.views.mrkdwn import Block, Message, context, header, message, one_line, section
from bot.views.wording import count

MAX_OPEN = 8
MAX_CAUSES = 3
_WEEKS = 4  # of the file's eight


def dashboard_message(snapshot: Mapping[str, Any], path: str | None) -> Message:
    """
    Return the numbers of a dashboard's snapshot (`dashboard_of`).

    Args:
        path: Where its file goes in the project repo; None where there is none.
    """
    total = sum(_open(level) for level in snapshot["levels"])
    blocks: list[Block] = [
        header(f"Issues, {snapshot['local_date']}"),
        section("\n".join(_level(level) for level in snapshot["levels"])),
        section("*Resolution time*\n" + "\n".join(_kpi(kpi) for kpi in snapshot["kpis"])),
        section("*By week*\n" + "\n".join(_week(week) for week in snapshot["weeks"][-_WEEKS:])),
    ]
    if snapshot["causes"]:
        lines = [_cause(cause) for cause in snapshot["causes"][:MAX_CAUSES]]
        blocks.append(section("*Repeat causes*\n" + "\n".join(lines)))
    if snapshot["open"]:
        lines = [_row(row) for row in snapshot["open"][:MAX_OPEN]]
        left = len(snapshot["open"]) + snapshot["open_more"] - len(lines)
        lines += [f"and {left} more"] if left > 0 else []
        blocks.append(section("*Worst and oldest first*\n" + "\n".join(lines)))
    notes = [f"{count(len(snapshot['code']), 'issue')} in the code or at its host"]
    if snapshot["restricted"]:
        notes.append(f"{count(snapshot['restricted'], 'restricted issue')} counted, not shown")
    if path:
        notes.append(f"Report: `{path}`")
    blocks.append(context(*notes))
    return message(f"{count(total, 'open issue')}", blocks)


def _open(level: Mapping[str, Any]) -> int:
    by_status = level["by_status"]
    return int(by_status["Open"] + by_status["In Progress"])


def _level(level: Mapping[str, Any]) -> str:
    by_status = level["by_status"]
    late = f" · *{level['past_target']} past target*" if level["past_target"] else ""
    days = level["oldest_days"]
    oldest = f" · oldest {count(days, 'day')}" if days is not None else ""
    return (
        f"*{level['label']}*: {by_status['Open']} open, {by_status['In Progress']} in progress,"
        f" {by_status['Resolved']} resolved, {by_status['Closed']} closed{oldest}{late}"
    )


def _kpi(kpi: Mapping[str, Any]) -> str:
    target = f"target under {count(kpi['target_days'], 'day')}"
    if kpi["mean_days"] is None:
        return f"{kpi['label']}: none resolved in 90 days, {target}"
    return (
        f"{kpi['label']}: {kpi['mean_days']:g} days ({kpi['days']:g} / {kpi['resolved']}),"
        f" {target}; {kpi['kept']} of {kpi['resolved']} in time"
    )


def _week(week: Mapping[str, Any]) -> str:
    return f"{week['start']}: {week['opened']} opened, {week['resolved']} resolved"


def _cause(cause: Mapping[str, Any]) -> str:
    return f"{one_line(cause['cause'], 120)} ({', '.join(cause['keys'][:6])})"


def _row(row: Mapping[str, Any]) -> str:
    late = " · *past target*" if row["past_target"] else ""
    owner = one_line(row["owner"], 40) or "no owner"
    age = count(row["age_days"], "day")
    title = one_line(row["title"], 80)
    return f"*{row['key']}* {title} · Level {row['level']} · {owner} · {age}{late}"
