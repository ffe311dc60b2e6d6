"""The forms of an issue's steps: each asks for what the step demands, and for no more."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.durations import parse_hours
from bot.domain.entries import IssueStep, PlannedTask, StepWords
from bot.domain.issue_steps import Demand, demands_of
from bot.domain.issues import Issue, Severity
from bot.domain.outcomes import IssueSettled
from bot.errors import FormError
from bot.views.mrkdwn import (
    VALUE,
    Block,
    View,
    actions,
    button,
    context,
    escape,
    form_input,
    mention,
    message,
    option,
    plain,
    read_value,
    section,
    text_input,
    when,
)
from bot.views.wording import exact_hours, hours, issue_title, task_title

CALLBACK = "issue_step:"  # followed by an IssueStep
OPEN_STEP = "issue_step_open:"  # followed by an IssueStep; value: issue's key, "|", draft key
TASK, HOURS = "task_", "hours_"  # each followed by the row, from 1
ROWS = 3
MAX_TASK = 200
_MAX_TOLD = 10  # tasks of somebody else, in 3,000 characters


@dataclass(frozen=True, slots=True)
class _Shape:
    title: str
    submit: str
    boxes: Callable[[Issue, StepWords], list[Block]]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSent:
    """A step's form as it was sent in; `box` is where an objection to all of it belongs."""

    key: str
    step: IssueStep
    words: StepWords
    reply: Mapping[str, Any]
    box: str


def step_form(
    step: IssueStep,
    issue: Issue,
    reply: Mapping[str, Any],
    typed: StepWords | None = None,
    told: str = "",
) -> View:
    """
    Return the modal of one step.

    Args:
        typed: What was said already, in a command or in this form before it was shown again.
        told: What to know before it is sent in, mrkdwn.
    """
    shape = _SHAPES[step]
    known = {"issue": issue.key, "revision": issue.revision, "reply": dict(reply)}
    return {
        "type": "modal",
        "callback_id": f"{CALLBACK}{step}",
        "private_metadata": json.dumps(known),
        "title": plain(f"{shape.title} {issue.key}", 24),
        "submit": plain(shape.submit, 24),
        "close": plain("Not yet", 24),
        "blocks": [
            *([section(told)] if told else []),
            section(f"{issue_title(issue)}\n{issue.severity.label}"),
            *shape.boxes(issue, typed or StepWords()),
        ],
    }


def asked_form(done: IssueSettled, typed: StepWords, reply: Mapping[str, Any]) -> View:
    """Return the form again, below what somebody else did while it was open."""
    issue = done.issue
    how = f" {mention(done.by)} did, {when(done.at)}." if done.by and done.at else ""
    lines = [f":warning: *{issue.key} was triaged while you had this open.*{how}"]
    lines += [
        f"{task_title(task)} · {hours(task.estimate_minutes)}" for task in done.tasks[:_MAX_TOLD]
    ]
    if len(done.tasks) > _MAX_TOLD:
        lines.append(f"and {len(done.tasks) - _MAX_TOLD} more")
    lines.append(f"Owner: {mention(issue.owner_id) if issue.owner_id else 'nobody yet'}")
    lines.append("What you typed is kept below. *Save* adds it; empty the boxes of what is there.")
    return step_form(done.step, issue, reply, typed, told="\n".join(lines))


def open_step_message(step: IssueStep, issue: Issue, lacking: str, draft: str) -> dict[str, Any]:
    """Return a button for a step's form, where Slack gives no way to open one at once."""
    text = f"{issue.key} needs a word more."
    return message(
        text,
        [
            section(f"{issue_title(issue)}\n{escape(lacking)}"),
            actions(
                "issue_step",
                [
                    button(
                        "Open the form",
                        f"{OPEN_STEP}{step}",
                        f"{issue.key}|{draft}",
                        style="primary",
                    )
                ],
            ),
        ],
    )


def read_step(view: View) -> StepSent:
    """
    Return what a member filled in.

    Raises:
        FormError: a remediation task has no estimate, or one that can't be read.
    """
    known = json.loads(view["private_metadata"])
    step = IssueStep(view["callback_id"].removeprefix(CALLBACK))
    level = read_value(view, Demand.LEVEL)
    words = StepWords(
        evidence=read_value(view, Demand.EVIDENCE),
        root_cause=read_value(view, Demand.ROOT_CAUSE),
        prevention=read_value(view, Demand.PREVENTION),
        reason=read_value(view, Demand.REASON),
        owner_id=_chosen(view),
        severity=Severity(int(level)) if level else None,
        tasks=_tasks(view),
        seen_revision=known.get("revision"),
    )
    return StepSent(
        key=known["issue"], step=step, words=words, reply=known["reply"], box=_FIRST_BOX[step]
    )


def _chosen(view: View) -> str | None:
    """Return who was chosen as owner, whichever name the box has (`_owner`)."""
    states = view["state"]["values"].get(Demand.OWNER, {}).values()
    return next((state.get("selected_user") for state in states), None)


def _tasks(view: View) -> tuple[PlannedTask, ...]:
    found, wrong = [], {}
    for row in range(1, ROWS + 1):
        title = " ".join(read_value(view, f"{TASK}{row}").split())
        typed = read_value(view, f"{HOURS}{row}").strip()
        if not title and not typed:
            continue
        if not title:
            wrong[f"{TASK}{row}"] = "What is to be done in that time?"
            continue
        try:
            found.append(PlannedTask(title, parse_hours(typed)))
        except ValueError as error:
            wrong[f"{HOURS}{row}"] = str(error) if typed else "How long will it take? Such as 4h."
    if wrong:
        raise FormError(wrong)
    return tuple(found)


def _evidence(issue: Issue, typed: StepWords, *, label: str, optional: bool = False) -> Block:
    return text_input(
        Demand.EVIDENCE,
        label,
        initial=typed.evidence or issue.evidence,
        multiline=True,
        optional=optional,
        placeholder="The test that passes, the run, the commit, the link",
    )


def _lessons(issue: Issue, typed: StepWords, *, optional: bool) -> list[Block]:
    return [
        text_input(
            Demand.ROOT_CAUSE,
            "Root cause",
            initial=typed.root_cause or issue.root_cause,
            multiline=True,
            optional=optional,
            placeholder="Why it happened",
        ),
        text_input(
            Demand.PREVENTION,
            "Prevention actions",
            initial=typed.prevention or issue.prevention_actions,
            multiline=True,
            optional=optional,
            placeholder="What keeps it from happening again",
        ),
    ]


def _resolve(issue: Issue, typed: StepWords) -> list[Block]:
    evidence = _evidence(issue, typed, label="How was it verified that it is gone?")
    return [evidence, *_lessons(issue, typed, optional=True)]


def _close(issue: Issue, typed: StepWords) -> list[Block]:
    optional = Demand.ROOT_CAUSE not in demands_of(IssueStep.CLOSE, issue)
    evidence = _evidence(issue, typed, label="Verification")
    boxes = [evidence, *_lessons(issue, typed, optional=optional)]
    if not optional:
        boxes.append(context("A Level 1 or 2 is closed with its root cause and its prevention."))
    return boxes


def _reopen(_issue: Issue, typed: StepWords) -> list[Block]:
    return [_reason("Why is it back?", typed), context("Its time is counted anew from now.")]


def _assign(issue: Issue, typed: StepWords) -> list[Block]:
    return [_owner("Who takes care of it?", typed.owner_id or issue.owner_id, optional=False)]


def _level(issue: Issue, typed: StepWords) -> list[Block]:
    options = [option(level.label, str(level.value), level.guidance) for level in Severity]
    element: Block = {"type": "radio_buttons", "action_id": VALUE, "options": options}
    element["initial_option"] = options[(typed.severity or issue.severity) - 1]
    return [form_input(Demand.LEVEL, "Level", element), _reason("Why?", typed)]


def _triage(issue: Issue, typed: StepWords) -> list[Block]:
    must = Demand.TASKS in demands_of(IssueStep.TRIAGE, issue) and not issue.remediation_task_keys
    boxes = [
        # Slack keeps what stands in a box of the same name, and the owner may be another by now.
        _owner(
            "Owner",
            typed.owner_id or issue.owner_id,
            optional=True,
            action_id=VALUE if typed.seen_revision is None else f"{VALUE}:{issue.revision}",
        ),
        text_input(
            Demand.REASON,
            "What is done about it?",
            initial=typed.reason,
            multiline=True,
            optional=True,
            placeholder="For its record",
        ),
    ]
    for row in range(1, ROWS + 1):
        said = typed.tasks[row - 1] if row <= len(typed.tasks) else None
        boxes.append(
            text_input(
                f"{TASK}{row}",
                f"Remediation task {row}",
                initial=said.title if said else None,
                optional=row > 1 or not must,
                max_length=MAX_TASK,
            )
        )
        boxes.append(
            text_input(
                f"{HOURS}{row}",
                f"Estimate of task {row}",
                initial=exact_hours(said.minutes) if said else None,
                placeholder="6.5 or 90m or 2d",
                optional=row > 1 or not must,
                max_length=20,
            )
        )
    return boxes


def _reason(label: str, typed: StepWords) -> Block:
    return text_input(Demand.REASON, label, initial=typed.reason, multiline=True)


def _owner(label: str, chosen: str | None, *, optional: bool, action_id: str = VALUE) -> Block:
    element: Block = {"type": "users_select", "action_id": action_id}
    if chosen:
        element["initial_user"] = chosen
    return form_input(Demand.OWNER, label, element, optional=optional)


_SHAPES: Mapping[IssueStep, _Shape] = {
    IssueStep.TRIAGE: _Shape("Triage", "Save", _triage),
    IssueStep.RESOLVE: _Shape("Resolve", "Resolve", _resolve),
    IssueStep.CLOSE: _Shape("Close", "Close issue", _close),
    IssueStep.REOPEN: _Shape("Reopen", "Reopen", _reopen),
    IssueStep.ASSIGN: _Shape("Assign", "Assign", _assign),
    IssueStep.SEVERITY: _Shape("Level of", "Change level", _level),
}
_FIRST_BOX: Mapping[IssueStep, str] = {
    IssueStep.TRIAGE: Demand.REASON,
    IssueStep.RESOLVE: Demand.EVIDENCE,
    IssueStep.CLOSE: Demand.EVIDENCE,
    IssueStep.REOPEN: Demand.REASON,
    IssueStep.ASSIGN: Demand.OWNER,
    IssueStep.SEVERITY: Demand.REASON,
}
HAS_FORM = frozenset(_SHAPES)
