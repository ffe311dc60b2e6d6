"""Gap checks: one bundled direct message, updated in place as it is answered."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.durations import parse_hours
from bot.domain.entries import AnswerWords
from bot.domain.findings import GapAnswer, GapCheck, GapQuestion
from bot.domain.issues import Severity
from bot.errors import FormError
from bot.views.mrkdwn import (
    Block,
    Message,
    View,
    actions,
    button,
    context,
    mention,
    message,
    plain,
    read_value,
    section,
    text_input,
    title_text,
    when,
)
from bot.views.progress_form import severity_select
from bot.views.undo_message import UNDO
from bot.views.wording import count

ANSWER = "gap_answer"  # followed by ":" and a GapAnswer; value: the check's key
ASK_UPDATE = "gap_ask_update"  # these three open a form; value: the check's key
ASK_BLOCKED = "gap_ask_blocked"
ASK_ESTIMATE = "gap_ask_estimate"
ESTIMATE_ID = "gap_estimate_form"
BLOCKED_ID = "gap_blocked_form"
HOURS = "hours"
BLOCKER = "blocker"
SEVERITY = "severity"
MAX_OPEN = 12  # checks with buttons in one message: two blocks each, and room for answered ones
MAX_ANSWERED = 15

_ANSWERS = {
    GapAnswer.ACCURATE: "still accurate",
    GapAnswer.UPDATED: "updated",
    GapAnswer.COMPLETE: "complete",
    GapAnswer.BLOCKED: "blocked",
    GapAnswer.SNOOZED: "snoozed",
    GapAnswer.ESTIMATED: "estimate set",
    GapAnswer.ASSIGNED: "assigned",
}


def gap_checks_message(checks: Sequence[GapCheck]) -> Message:
    """Return the bundle as it is now: open questions with buttons, answered ones as a line."""
    opened = [check for check in checks if check.answer is None]
    answered = [check for check in checks if check.answer is not None]
    blocks: list[Block] = [section(_intro(len(opened), len(checks)))]
    for check in opened[:MAX_OPEN]:
        blocks += [
            section(check.text, block_id=f"check:{check.key}"),
            actions(f"answer:{check.key}", _buttons(check)),
        ]
    if len(opened) > MAX_OPEN:
        more = count(len(opened) - MAX_OPEN, "more question")
        blocks.append(context(f"{more} will follow as you answer these."))
    blocks.extend(context(_answered_line(check)) for check in answered[-MAX_ANSWERED:])
    text = count(len(opened), "question") + " about the plan" if opened else "All answered."
    return message(text, blocks)


def _intro(opened: int, total: int) -> str:
    if opened == 0:
        return f"Thank you: {count(total, 'question')} answered, and the plan is up to date."
    if opened == total:
        return (
            f"*{count(total, 'question')} about your part of the plan.* One click each; every"
            " answer goes straight into the plan and can be undone."
        )
    return f"*{count(opened, 'question')} left* of {total}."


def _buttons(check: GapCheck) -> list[Block]:
    key = check.key
    snooze = button("Snooze a week", f"{ANSWER}:{GapAnswer.SNOOZED}", key)
    if check.question is GapQuestion.ESTIMATE:
        return [button("Set estimate", ASK_ESTIMATE, key, style="primary"), snooze]
    if check.question is GapQuestion.OWNER:
        mine = button("Assign to me", f"{ANSWER}:{GapAnswer.ASSIGNED}", key, style="primary")
        return [mine, snooze]
    return [
        button("Still accurate", f"{ANSWER}:{GapAnswer.ACCURATE}", key, style="primary"),
        button("Update", ASK_UPDATE, key),
        button("Complete", f"{ANSWER}:{GapAnswer.COMPLETE}", key),
        button("Blocked", ASK_BLOCKED, key),
        snooze,
    ]


def _answered_line(check: GapCheck) -> str:
    first_line = check.text.split("\n", 1)[0]
    words = _ANSWERS[check.answer] if check.answer else ""
    until = f" until {when(check.snoozed_until, '{date_short}')}" if check.snoozed_until else ""
    return f":white_check_mark: {first_line}: *{words}*{until} by {mention(check.answered_by)}"


def estimate_form(check: GapCheck, reply: Mapping[str, Any]) -> View:
    """Return the modal that sets an estimate."""
    box = text_input(
        HOURS, "Estimate in hours of work", placeholder="6.5 or 90m or 2d", max_length=20
    )
    return _form(ESTIMATE_ID, "Set estimate", "Save", check, reply, [box])


def blocked_form(check: GapCheck, reply: Mapping[str, Any]) -> View:
    """Return the modal that says what is in the way; it is filed as an issue."""
    boxes = [
        text_input(BLOCKER, "What is in the way?", multiline=True),
        severity_select(SEVERITY, "Severity", Severity.MAJOR),
    ]
    return _form(BLOCKED_ID, "Blocked", "File issue", check, reply, boxes)


def _form(
    callback_id: str,
    title: str,
    submit: str,
    check: GapCheck,
    reply: Mapping[str, Any],
    boxes: list[Block],
) -> View:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": json.dumps({"check": check.key, "reply": dict(reply)}),
        "title": plain(title, 24),
        "submit": plain(submit, 24),
        "close": plain("Cancel", 24),
        "blocks": [section(check.text), *boxes],
    }


def read_estimate(view: View) -> AnswerWords:
    """
    Return the estimate.

    Raises:
        FormError: it can't be read as hours of work.
    """
    try:
        minutes = parse_hours(read_value(view, HOURS))
    except ValueError as error:
        raise FormError({HOURS: str(error).replace("`", "")}) from error
    return AnswerWords(estimate_minutes=minutes)


def read_blocked(view: View) -> AnswerWords:
    """
    Return what is in the way.

    Raises:
        FormError: nothing was written.
    """
    blocker = read_value(view, BLOCKER).strip()
    if not blocker:
        raise FormError({BLOCKER: "Say in a few words what is in the way."})
    return AnswerWords(
        blocker=blocker, severity=Severity(int(read_value(view, SEVERITY) or Severity.MAJOR))
    )


def form_target(view: View) -> tuple[str, Mapping[str, Any]]:
    """Return the check's key and where the answer goes."""
    known = json.loads(view["private_metadata"])
    return known["check"], known["reply"]


def gap_answered(check: GapCheck, *, changed: bool, operation: str) -> Message:
    """Return the receipt of an answer; the question's own message changes in place."""
    first_line = check.text.split("\n", 1)[0]
    words = _ANSWERS[check.answer] if check.answer else "answered"
    if not changed:
        text = f"{first_line}: {mention(check.answered_by)} answered before you ({words})."
        return message("Answered already", [section(text)])
    undo = button("Undo", UNDO, operation, label="Undo this answer")
    return message(
        f"Saved: {title_text(words)}",
        [section(f"{first_line}: *{words}*."), actions("gap_answered", [undo])],
    )
