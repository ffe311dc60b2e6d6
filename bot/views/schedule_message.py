"""`/bqx schedule`: the next runs, why one does not take place, and the buttons beside them."""

from collections.abc import Sequence
from itertools import groupby
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
from bot.views.wording import count

SKIP = "cadence_skip"  # value: "job|local date"
RESUME = "cadence_resume"  # value: the pause's key
MOMENT = "{date_long_pretty}, {time}"  # with the day of the week
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
    blocks = _rows(runs[:first])
    if runs[first:]:
        blocks += [context("Later"), *_rows(runs[first:])]
    blocks += [section(hint) for hint in hints]
    blocks.append(
        context(
            "`/bqx skip gap assessment reason` · `/bqx pause phase review until Monday reason`"
            " · `/bqx resume phase review` · `/bqx away until Wednesday`"
        )
    )
    words = f"The next {count(len(runs[:first]), 'run')}" if runs else NOTHING
    return message(words, [section(f"*{words}*"), *blocks])


def _rows(runs: Sequence[ComingRun]) -> list[Block]:
    """Return the runs in order: those with a button in a row of their own, others together."""
    blocks: list[Block] = []
    for has_button, some in groupby(runs, key=lambda run: _button(run) is not None):
        if not has_button:
            blocks.append(section("\n".join(_line(run) for run in some)))
            continue
        for run in some:
            key = f"run:{run.job}:{run.slot.local_date}"
            blocks.append(section(_line(run), block_id=key, accessory=_button(run)))
    return blocks


def _line(run: ComingRun) -> str:
    line = f"*{JOB_WORDS[run.job].capitalize()}* · {when(run.slot.instant, MOMENT)}"
    if run.subject:
        line += " · yours"
    if not run.takes_place:
        line = f"{line} · _does not run_"
    if run.reason:
        line += f"\n{one_line(run.reason, 120)}"
    return line


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
