"""The end-of-day prompt: one direct message, updated in place as it is answered."""

from collections.abc import Mapping
from datetime import date

from bot.domain.calendar_outcomes import EndOfDay, SaidSame
from bot.domain.plan import ProgressUpdate, Stage
from bot.views.mrkdwn import (
    Block,
    Message,
    actions,
    button,
    context,
    message,
    one_line,
    section,
    when,
)
from bot.views.status_message import UPDATE_STAGE
from bot.views.undo_message import undo_button
from bot.views.wording import listing, stage_label, stage_state, stage_title

SAME = "end_of_day_same"  # value of both: the prompt's local date
SKIP = "end_of_day_skip"
MAX_STAGES = 20
Suggestions = Mapping[str, tuple[str, str]]


def end_of_day_message(shown: EndOfDay, suggestions: Suggestions) -> Message:
    """
    Return the prompt as it stands: what is open, what was said, and how to answer the rest.

    Args:
        suggestions: What a counter read and where, by the stage's key.
    """
    day = shown.local_date
    waiting = len(shown.open)
    title = f"How was {day:%A} {day.day} {day:%B}?"
    if not waiting:
        title = f"{day:%A} {day.day} {day:%B}: all logged. Thank you."
    elif shown.skipped:
        title = f"{day:%A} {day.day} {day:%B}: skipped. Nothing was logged for you."
    blocks: list[Block] = [section(f"*{title}*")]
    if shown.late:
        blocks.append(context("This comes late: I was not running at your usual hour."))
    blocks += [_row(shown, stage, suggestions) for stage in shown.stages[:MAX_STAGES]]
    if len(shown.stages) > MAX_STAGES:
        blocks.append(context(f"and {len(shown.stages) - MAX_STAGES} more: `/bqx status`"))
    if waiting and not shown.skipped:
        blocks.append(_answers(day))
    blocks.append(
        context("Asked once on each of your working days, because these stages are yours.")
    )
    return message(title, blocks)


def same_message(done: SaidSame) -> Message:
    """Return the receipt of "same as yesterday"."""
    refs = listing(one_line(stage.ref or stage.key, 40) for stage in done.stages)
    text = f"Logged: nothing moved on {refs}."
    return message(text, [section(text), actions("same_done", [undo_button(done.operation)])])


def _answers(day: date) -> Block:
    value = day.isoformat()
    return actions(
        f"end_of_day:{value}",
        [
            button("Same as yesterday", SAME, value),
            button("Skip today", SKIP, value),
        ],
    )


def _row(shown: EndOfDay, stage: Stage, suggestions: Suggestions) -> Block:
    lines = [stage_title(stage), stage_state(stage)]
    said = shown.said.get(stage.key)
    if said:
        lines.append(_said(said))
    elif suggested := suggestions.get(stage.key):
        lines.append(f"Counted: `{suggested[0]}`, from {one_line(suggested[1], 150)}")
    if not said and (hint := shown.hints.get(stage.key)):
        lines.append(f"Git: {one_line(hint, 250)}")
    label = f"Log {stage_label(stage, 60)}"
    return section(
        "\n".join(lines),
        block_id=f"end_of_day:{shown.local_date}:{stage.key}",
        accessory=button("Edit…" if said else "Log…", UPDATE_STAGE, stage.key, label=label),
    )


def _said(said: ProgressUpdate) -> str:
    note = f": {one_line(said.note, 150)}" if said.note else ""
    return f":white_check_mark: {when(said.at, '{time}')}{note}"
