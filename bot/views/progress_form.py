"""The form behind `/bqx progress`: built here, read back here."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.domain.durations import parse_hours
from bot.domain.entries import CompletedTask, Concern, ProgressEntry
from bot.domain.issues import Severity
from bot.domain.plan import ProgressUpdate, Stage, Status, Task
from bot.domain.progress import Progress, ProgressTextError, parse_progress
from bot.errors import FormError
from bot.views.mrkdwn import (
    MAX_OPTION,
    VALUE,
    Block,
    View,
    context,
    form_input,
    one_line,
    option,
    plain,
    read_value,
    read_values,
    section,
    text_input,
    unquoted,
)
from bot.views.wording import ago, hours, stage_label, stage_state

CALLBACK_ID = "progress_form"
STAGE = "stage"
NOTE = "note"
DISCOVERED = "discovered"
BLOCKERS = "blockers"
SEVERITY = "severity"
# Followed by the stage's key: Slack keeps what is in a box whose id stays, so that another
# stage has to get fresh ones (contracts 1.7).
PROGRESS = "progress:"
TASKS = "tasks:"
HOURS = "hours:"  # followed by the task's key
MAX_TASKS = 100  # options of one select (contracts 1.8)
MAX_HOURS_BOXES = 20
MAX_LINES = 20  # tasks or blockers one form may add


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressDraft:
    """
    A form half filled in: what it is opened with and what survives an update.

    Args:
        reply: Where the answer goes, as `ReplyTo.to_plain()` gives it.
        notice: What the member has to know before sending it (again), mrkdwn.
        accepted: Concerns that sending it again says yes to.
        suggestion: Words for the progress box ("129/336") and where they come from.
    """

    stage: Stage | None = None
    tasks: Sequence[Task] = ()
    last: ProgressUpdate | None = None
    progress: str = ""
    note: str = ""
    done_keys: Sequence[str] = ()
    blockers: str = ""
    discovered: str = ""
    reply: Mapping[str, Any] = field(default_factory=dict)
    notice: str = ""
    accepted: Sequence[Concern] = ()
    suggestion: tuple[str, str] | None = None


def progress_form(draft: ProgressDraft) -> View:
    """Return the modal, pre-filled with what is known."""
    blocks = [section(f":warning: {draft.notice}", block_id="notice")] if draft.notice else []
    blocks.append(form_input(STAGE, "Stage", stage_select(draft.stage), dispatch=True))
    if draft.stage:
        blocks.append(context(f"Now: {stage_state(draft.stage)}"))
        blocks.append(_progress_input(draft, draft.stage))
        if suggested := _suggested(draft, draft.stage):
            blocks.append(context(f"Read from {one_line(suggested[1], 250)}"))
    blocks.append(_note_input(draft))
    if draft.stage and draft.tasks:
        blocks.extend(_task_inputs(draft, draft.stage))
    blocks.extend(_more_inputs(draft))
    return {
        "type": "modal",
        "callback_id": CALLBACK_ID,
        "private_metadata": _metadata(draft),
        "title": plain("Log progress", 24),
        "submit": plain("Log anyway" if draft.accepted else "Log progress", 24),
        "close": plain("Cancel", 24),
        "blocks": blocks,
    }


def _metadata(draft: ProgressDraft) -> str:
    return json.dumps(
        {
            "stage": draft.stage.key if draft.stage else None,
            "revision": draft.stage.revision if draft.stage else None,
            "reply": dict(draft.reply),
            "accepted": [concern.value for concern in draft.accepted],
        }
    )


def stage_select(stage: Stage | None) -> Block:
    """Return the typeahead over stages, as an element of an input block."""
    element: Block = {
        "type": "external_select",
        "action_id": VALUE,
        "min_query_length": 0,
        "placeholder": plain("Type a ref or a name", 150),
    }
    if stage:
        element["initial_option"] = stage_option(stage)
    return element


def stage_option(stage: Stage) -> Block:
    """Return the option that stands for a stage in every stage select."""
    return option(stage_label(stage, MAX_OPTION), stage.key, stage_state(stage))


def _suggested(draft: ProgressDraft, stage: Stage) -> tuple[str, str] | None:
    """Return what a counter read, where it is ahead of the plan and nothing else is typed."""
    if draft.suggestion is None or draft.progress:
        return None
    read, known = parse_progress(draft.suggestion[0]), stage.progress
    return draft.suggestion if known is None or read.permille > known.permille else None


def _progress_input(draft: ProgressDraft, stage: Stage) -> Block:
    suggested = _suggested(draft, stage)
    return text_input(
        f"{PROGRESS}{stage.key}",
        "Progress",
        initial=draft.progress
        or (suggested[0] if suggested else "")
        or progress_words(stage.progress),
        placeholder="38.3 or 129/336 or done",
        hint="A percentage, a counter such as 129/336, or done.",
        optional=True,
        max_length=40,
    )


def progress_words(progress: Progress | None) -> str:
    """Return progress as one would type it: "129/336", "38.3", "" for none."""
    if progress is None:
        return ""
    if progress.total is not None:
        return f"{progress.done}/{progress.total}"
    whole, tenth = divmod(progress.permille, 10)
    return f"{whole}.{tenth}" if tenth else str(whole)


def _note_input(draft: ProgressDraft) -> Block:
    said = f"Last time: {draft.last.note}" if draft.last and draft.last.note else ""
    return text_input(
        NOTE,
        "Note",
        initial=draft.note,
        multiline=True,
        optional=True,
        placeholder=said[:150] or "What moved, in one line",
    )


def _task_inputs(draft: ProgressDraft, stage: Stage) -> list[Block]:
    shown = draft.tasks[:MAX_TASKS]
    options = {task.key: _task_option(task) for task in shown}
    element: Block = {
        "type": "multi_static_select",
        "action_id": VALUE,
        "options": list(options.values()),
        "placeholder": plain("Tasks you finished", 150),
    }
    chosen = [key for key in draft.done_keys if key in options]
    if chosen:
        element["initial_options"] = [options[key] for key in chosen]
    boxes = [
        text_input(
            f"{HOURS}{task.key}",
            f"Hours spent on {task.ref or task.key}",
            hint=f"Estimate: {hours(task.estimate_minutes)}. Such as 6.5 or 90m.",
            optional=True,
            max_length=20,
        )
        for task in shown
        if task.key in chosen[:MAX_HOURS_BOXES]
    ]
    block_id = f"{TASKS}{stage.key}"
    tasks = form_input(block_id, "Tasks completed", element, optional=True, dispatch=True)
    return [tasks, *boxes]


def _task_option(task: Task) -> Block:
    return option(f"{task.ref or task.key} · {' '.join(task.title.split())}", task.key)


def _more_inputs(draft: ProgressDraft) -> list[Block]:
    return [
        text_input(
            DISCOVERED,
            "Tasks discovered",
            initial=draft.discovered,
            multiline=True,
            optional=True,
            placeholder="One on each line",
        ),
        text_input(
            BLOCKERS,
            "Blockers",
            initial=draft.blockers,
            multiline=True,
            optional=True,
            placeholder="One on each line; each is filed as an issue",
        ),
        severity_select(SEVERITY, "Severity of the blockers", Severity.MINOR),
    ]


def severity_select(block_id: str, label: str, chosen: Severity) -> Block:
    """Return the select of a severity, each level with the brief's guidance beside it."""
    levels = [option(level.label, str(level.value), level.guidance) for level in Severity]
    element: Block = {
        "type": "static_select",
        "action_id": VALUE,
        "options": levels,
        "initial_option": levels[chosen - 1],
    }
    return form_input(block_id, label, element, optional=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressSent:
    """The form as it was sent in."""

    entry: ProgressEntry
    reply: Mapping[str, Any]


def read_progress_form(view: View) -> ProgressSent:
    """
    Return what a member typed.

    Raises:
        FormError: no stage is chosen, or a box can't be read; each message belongs under its box.
    """
    known = json.loads(view["private_metadata"])
    stage_key = read_value(view, STAGE)
    if not stage_key:
        raise FormError({STAGE: "Choose the stage first."})
    wrong: dict[str, str] = {}
    progress, complete = _read_progress(view, stage_key, wrong)
    tasks = tuple(
        CompletedTask(key=key, actual_minutes=_read_hours(view, key, wrong))
        for key in read_values(view, f"{TASKS}{stage_key}")
    )
    discovered = _read_lines(view, DISCOVERED, wrong)
    blockers = _read_lines(view, BLOCKERS, wrong)
    if wrong:
        raise FormError(wrong)
    entry = ProgressEntry(
        stage_key=stage_key,
        progress=progress,
        complete=complete,
        note=read_value(view, NOTE),
        tasks_done=tasks,
        discovered=discovered,
        blockers=blockers,
        blocker_severity=Severity(int(read_value(view, SEVERITY) or Severity.MINOR)),
        seen_revision=known["revision"] if known["stage"] == stage_key else None,
        accepted=frozenset(Concern(word) for word in known["accepted"]),
    )
    return ProgressSent(entry=entry, reply=known["reply"])


def typed_progress(view: View) -> str:
    """Return the words in the progress box, as typed."""
    return read_value(view, f"{PROGRESS}{chosen_stage(view)}")


def _read_progress(
    view: View, stage_key: str, wrong: dict[str, str]
) -> tuple[Progress | None, bool]:
    box = f"{PROGRESS}{stage_key}"
    typed = read_value(view, box).strip()
    if not typed:
        return None, False
    try:
        return parse_progress(typed), is_done_word(typed)
    except ProgressTextError as error:
        wrong[box] = unquoted(str(error))
        return None, False


def is_done_word(typed: str) -> bool:
    """Whether the word completes the stage itself, and not only its counter."""
    return typed.strip().lower() in {"done", "complete", "completed"}


def _read_hours(view: View, task_key: str, wrong: dict[str, str]) -> int | None:
    box = f"{HOURS}{task_key}"
    typed = read_value(view, box).strip()
    if not typed:
        return None
    try:
        return parse_hours(typed)
    except ValueError as error:
        wrong[box] = unquoted(str(error))
        return None


def _read_lines(view: View, box: str, wrong: dict[str, str]) -> tuple[str, ...]:
    lines = tuple(text for line in read_value(view, box).splitlines() if (text := line.strip()))
    if len(lines) > MAX_LINES:
        wrong[box] = f"{MAX_LINES} lines at most; these are {len(lines)}."
    return lines


def draft_from_view(view: View) -> ProgressDraft:
    """Return what is typed so far, for rebuilding the form after a choice."""
    known = json.loads(view["private_metadata"])
    return ProgressDraft(
        note=read_value(view, NOTE),
        done_keys=read_values(view, f"{TASKS}{chosen_stage(view)}"),
        discovered=read_value(view, DISCOVERED),
        blockers=read_value(view, BLOCKERS),
        reply=known["reply"],
    )


def chosen_stage(view: View) -> str:
    """Return the key of the stage chosen in the form, "" while none is."""
    return read_value(view, STAGE)


def concern_notice(concern: Concern, stage: Stage, last: ProgressUpdate | None, now: Any) -> str:
    """Return in plain words what the member is asked before progress is written."""
    if concern is Concern.COMPLETED:
        return f"This stage is complete since {ago(stage.completed_at, now)}. Log it to reopen it."
    if concern is Concern.CHANGED:
        who = f"<@{last.member_id}>" if last else "Somebody"
        return (
            f"{who} changed this stage while the form was open: it is now"
            f" {stage_state(stage)}. Log it to replace that."
        )
    return f"The plan shows {stage.progress}, which is more. Log it if that is right."


def open_tasks(tasks: Sequence[Task]) -> list[Task]:
    """Return the tasks that can still be completed."""
    return [task for task in tasks if task.status is not Status.COMPLETE]
