"""`/bqx schedule`: the next runs, why one does not take place, and the buttons beside them."""

from collections.abc import Sequence
from typing import Any

from bot.domain.cadences import END_OF_DAY, JOB_WORDS
from bot.domain.calendar_outcomes import ComingRun
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

SKIP = "cadence_skip"  # value: "job|local date"
RESUME = "cadence_resume"  # value: the pause's key
_MARKS = {"paused": ":double_vertical_bar:", "skipped": ":no_entry_sign:", "moved": ":arrow_right:"}
_MARKS |= {"merged": ":heavy_plus_sign:"}
MOMENT = "{date_short_pretty}, {time}"
NOTHING = "Nothing is scheduled."


def schedule_message(
    runs: Sequence[ComingRun], hints: Sequence[str] = (), *, first: int = 10
) -> Message:
    """
    Return the schedule, each moment in the reader's own zone.

    Args:
        runs: By their moment; those behind the `first` are the next of jobs that come later.
        hints: What is not scheduled, and how to change that.
    """
    blocks: list[Block] = []
    for run in runs[:first]:
        blocks += _row(run)
    if runs[first:]:
        blocks.append(context("Later"))
        for run in runs[first:]:
            blocks += _row(run)
    blocks += [section(f":information_source: {hint}") for hint in hints]
    blocks.append(
        context(
            "`/bqx skip gap assessment reason` · `/bqx pause phase review until Monday reason`"
            " · `/bqx resume phase review` · `/bqx away until Wednesday`"
        )
    )
    words = NOTHING if not runs else f"The next {len(runs)} runs"
    return message(words, [section(f"*{words}*"), *blocks])


def _row(run: ComingRun) -> list[Block]:
    mark = _MARKS.get(run.state, ":calendar:")
    line = f"{mark} {when(run.slot.instant, MOMENT)} · *{JOB_WORDS[run.job]}*"
    if run.subject:
        line += " (yours)"
    if not run.takes_place:
        line = f"{line} · _does not run_"
    if run.reason:
        line += f"\n{one_line(run.reason, 300)}"
    key = f"run:{run.job}:{run.slot.local_date}"
    return [section(line, block_id=key, accessory=_button(run))]


def _button(run: ComingRun) -> Block | None:
    if run.pause_key:
        return button("Resume", RESUME, run.pause_key)
    if run.takes_place and run.job != END_OF_DAY:
        label = f"Skip the {JOB_WORDS[run.job]} of {run.slot.local_date}"
        value = f"{run.job}|{run.slot.local_date}"
        return button("Skip once", SKIP, value, label=label)
    return None


def schedule_rows(runs: Sequence[ComingRun], zone: Any) -> list[dict[str, str]]:
    """Return the runs as plain JSON, in one zone."""
    return [
        {
            "job": run.job,
            "at": run.slot.instant.astimezone(zone).isoformat(),
            "zone": zone.key,
            "date": run.slot.local_date.isoformat(),
            "state": run.state,
            "reason": run.reason,
            "subject": run.subject,
        }
        for run in runs
    ]


def schedule_lines(rows: Sequence[dict[str, str]]) -> list[str]:
    """Return the rows as lines for people."""
    lines = []
    for row in rows:
        told = ": ".join(part for part in (row["state"], row["reason"]) if part)
        tail = f"  {told}" if row["state"] != "due" else ""
        lines.append(f"{row['at']}  {row['job']}  ({row['zone']}){tail}")
    return lines


def resume_row(pause_key: str) -> Block:
    """Return the row that lets a paused cadence run again."""
    return actions(f"paused:{pause_key}", [button("Resume", RESUME, pause_key)])
