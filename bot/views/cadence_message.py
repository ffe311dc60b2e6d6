"""Receipts of skipping, pausing and resuming, and the reminder of a forgotten pause."""

from datetime import date, datetime, timedelta

from bot.domain.cadences import JOB_WORDS
from bot.domain.calendar_outcomes import Paused
from bot.domain.team import Pause
from bot.views.mrkdwn import Message, actions, mention, message, one_line, section, when
from bot.views.schedule_message import MOMENT, resume_row
from bot.views.undo_message import undo_button

_MAX_NAMED = 3  # skips that were there before


def paused_message(done: Paused) -> Message:
    """Return what was paused or skipped, and when it runs again."""
    lines = [_line(pause) for pause in done.pauses]
    if done.before:
        were = ", ".join(f"{each.first} by {mention(each.by)}" for each in done.before[:_MAX_NAMED])
        lines.append(f"Skipped before it: {were}. Did you mean that one? Then undo this.")
    return _receipt("\n".join(lines), done)


def resumed_message(done: Paused) -> Message:
    """Return what runs again."""
    names = ", ".join(dict.fromkeys(JOB_WORDS[pause.job] for pause in done.pauses))
    return _receipt(f"Resumed: *{names}*.", done)


def _receipt(text: str, done: Paused) -> Message:
    following = f"\nThe next one: {when(done.following, MOMENT)}." if done.following else ""
    row = actions("cadence_done", [undo_button(done.operation)])
    return message(text.replace("*", ""), [section(text + following), row])


def _line(pause: Pause) -> str:
    job = JOB_WORDS[pause.job]
    reason = f": {one_line(pause.reason, 200)}" if pause.reason else ""
    if pause.first == pause.last:
        return f"Skipped once: *{job}* of {pause.first}{reason}."
    if pause.last is None:
        return f"Paused: *{job}*, from {pause.first} until somebody resumes it{reason}."
    back = date.fromisoformat(pause.last) + timedelta(days=1)
    return f"Paused: *{job}*, from {pause.first}; it runs again from {back:%a} {back}{reason}."


def pause_reminder(pause: Pause, now: datetime) -> Message:
    """Return the reminder of a pause that nobody has ended."""
    days = (now - pause.at).days
    text = (
        f"*{JOB_WORDS[pause.job]}* has been paused for {days} days, by {mention(pause.by)}:"
        f" {one_line(pause.reason, 200)}. Should it run again?"
    )
    return message(
        f"{JOB_WORDS[pause.job]} has been paused for {days} days.",
        [section(text), resume_row(pause.key)],
    )
