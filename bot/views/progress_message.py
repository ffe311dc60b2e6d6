"""Answers to `/bqx progress`."""

from datetime import datetime

from bot.domain.entries import Concern
from bot.domain.outcomes import Ambiguous, ProgressAsked, ProgressLogged, Unknown
from bot.domain.plan import Stage, Status
from bot.views.mrkdwn import (
    Block,
    Message,
    actions,
    button,
    context,
    escape,
    message,
    one_line,
    quote,
    section,
    title_text,
)
from bot.views.progress_form import concern_notice
from bot.views.undo_message import undo_button
from bot.views.wording import (
    hours,
    issue_title,
    listing,
    stage_label,
    stage_owner,
    stage_state,
    stage_title,
    task_title,
)

CONFIRM = "progress_confirm"  # value: draft key
CHOOSE = "progress_choose"  # value: "draft key|stage key"
OPEN_FORM = "progress_open"  # value: draft key, or "" for an empty form
COMPLETE = "progress_complete"  # value: stage key
SHOW = "status_show"  # value: "|stage key"
MAX_CHOICES = 10


def progress_logged(done: ProgressLogged) -> Message:
    """Return the receipt: before and after, what else was written, and Undo."""
    change = _change(done.before, done.after)
    lines = [f"{stage_title(done.after)}\n{change}"]
    if done.note:
        lines.append(quote(done.note, 700))
    lines += [
        f"Completed {task_title(task)} ({hours(task.actual_minutes)})" for task in done.tasks_done
    ]
    lines += [f"Added {task_title(task)}" for task in done.tasks_added]
    lines += [f"Filed {issue_title(issue)} ({issue.severity.label})" for issue in done.issues]
    buttons = [undo_button(done.operation)]
    full = done.after.progress is not None and done.after.progress.is_full
    if full and done.after.status is not Status.COMPLETE:
        buttons.insert(0, button("Mark complete", COMPLETE, done.after.key, style="primary"))
    blocks: list[Block] = [section("\n".join(lines)), actions("progress_done", buttons)]
    if done.again:
        blocks.insert(1, context("This was sent twice; it is logged once."))
    return message(f"Logged: {stage_label(done.after)}: {change.replace('*', '')}", blocks)


def _change(before: Stage, after: Stage) -> str:
    old, new = stage_state(before), stage_state(after)
    return f"{old} → *{new}*" if old != new else f"Still {new}"


def progress_asked(asked: ProgressAsked, *, draft: str, now: datetime) -> Message:
    """Return the question before anything is written; `draft` keeps what was typed."""
    notice = concern_notice(asked.concern, asked.stage, asked.last_update, now)
    wanted = asked.entry.progress
    label = "Reopen it" if asked.concern is Concern.COMPLETED else f"Yes, set it to {wanted}"
    text = f"{stage_title(asked.stage)}\n{notice} Nothing is written yet."
    if asked.entry.note:
        text += "\n" + quote(asked.entry.note, 700)
    return message(
        f"{stage_label(asked.stage)}: {notice}",
        [
            section(text),
            actions(
                "progress_ask",
                [
                    button(label, CONFIRM, draft, style="primary"),
                    button("Open the form", OPEN_FORM, draft),
                ],
            ),
        ],
    )


def progress_refused(reason: str, *, typed: str, draft: str) -> Message:
    """Return a refusal with everything that was typed and a form to mend it in."""
    return message(
        f"Nothing was logged: {reason}",
        [
            section(f"{escape(reason)}\nNothing was logged. You typed:\n{quote(typed)}"),
            actions("progress_mend", [button("Open the form", OPEN_FORM, draft)]),
        ],
    )


def choose_stage_message(found: Ambiguous, *, draft: str, choose: str = CHOOSE) -> Message:
    """Return the choice between stages that carry one ref."""
    rows = [
        section(
            f"{stage_title(stage)}\n{stage_state(stage)} · {stage_owner(stage)} · `{stage.key}`",
            block_id=f"choice:{stage.key}",
            accessory=button("This one", choose, f"{draft}|{stage.key}"),
        )
        for stage in found.stages[:MAX_CHOICES]
    ]
    text = f"*{title_text(found.ref)}* is carried by {len(found.stages)} stages. Which one?"
    return message(f"{found.ref} names more than one stage. Which one?", [section(text), *rows])


def unknown_stage_message(unknown: Unknown, *, typed: str, draft: str) -> Message:
    """Return that no stage carries the ref, with those that look like it."""
    near = listing(
        f"`{one_line(stage.ref or '', 40)}` {one_line(stage.name, 60)}" for stage in unknown.near
    )
    text = f"No stage is called “{one_line(unknown.typed, 60)}”."
    if near:
        text += f" Did you mean {near}?"
    buttons = [
        button(stage_label(stage, 40), f"{CHOOSE}:{n}", f"{draft}|{stage.key}")
        for n, stage in enumerate(unknown.near)
    ]
    buttons.append(button("Open the form", OPEN_FORM, draft))
    return message(
        f"No stage is called {unknown.typed[:60]}.",
        [
            section(f"{text}\nNothing was logged. You typed:\n{quote(typed)}"),
            actions("progress_unknown", buttons),
        ],
    )


def no_such_stage(unknown: Unknown, command: str) -> Message:
    """Return that no stage carries the ref that was asked about, with those that look like it."""
    text = f"No stage is called “{one_line(unknown.typed, 60)}”."
    near = [
        f"`/bqx {command} {one_line(stage.ref or '', 40)}` {one_line(stage.name, 60)}"
        for stage in unknown.near
    ]
    if near:
        text += "\nDid you mean\n" + "\n".join(near)
    return message(text, [section(text)])


def open_form_message() -> Message:
    """Return a button for the form, where Slack gives no way to open one at once."""
    return message(
        "Log progress",
        [
            section("Which stage moved? Write `progress 1.5.4 38.3 note`, or use the form."),
            actions("progress_start", [button("Log progress", OPEN_FORM, "", style="primary")]),
        ],
    )
