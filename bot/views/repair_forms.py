"""The small forms behind a finding's buttons: built here, read back in `repair_answers`."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.entries import Scope
from bot.domain.findings import FindingKind
from bot.domain.issues import Severity
from bot.domain.work import work_type
from bot.views.finding_answers import RepairForm
from bot.views.finding_blocks import evidence_lines
from bot.views.mrkdwn import (
    MAX_OPTION,
    MAX_SECTION,
    VALUE,
    Block,
    View,
    context,
    cut,
    form_input,
    one_line,
    option,
    plain,
    section,
    text_input,
)
from bot.views.progress_form import severity_select
from bot.views.repair_inputs import (
    BLOCKER,
    DAY,
    DONE,
    HOURS,
    LEARN,
    MAX_TITLE,
    REASON,
    RECORD,
    REF,
    SCOPE,
    SEVERITY,
    TITLE,
    WHICH,
    YES,
    RepairDraft,
    common_folder,
    hours_input,
    owner_input,
    record_select,
    stage_input,
    whose_hint,
)
from bot.views.wording import exact_hours

CALLBACK = "gap_form:"  # followed by a RepairForm
LATER_DAYS = 7
MAX_WHICH = 10  # options of radio buttons (contracts 1.8)
_SCOPED = {FindingKind.COMMIT_UNPLANNED, FindingKind.STAGE_MISSING}


@dataclass(frozen=True, slots=True)
class _Shape:
    title: str
    submit: str
    boxes: Callable[[RepairDraft], list[Block]]


def repair_form(form: RepairForm, draft: RepairDraft) -> View:
    """Return the modal of one answer, filled in with what is proposed."""
    shape = _SHAPES[form]
    finding = draft.finding
    known = {
        "finding": finding.key,
        "reply": dict(draft.reply),
        "zone": draft.zone,
        "folder": common_folder(draft.commits),
    }
    about = [one_line(finding.text, 500), *evidence_lines(finding.evidence)]
    return {
        "type": "modal",
        "callback_id": f"{CALLBACK}{form}",
        "private_metadata": json.dumps(known),
        "title": plain(shape.title, 24),
        "submit": plain(shape.submit, 24),
        "close": plain("Cancel", 24),
        "blocks": [section(cut("\n".join(about), MAX_SECTION)), *shape.boxes(draft)],
    }


def _complete(draft: RepairDraft) -> list[Block]:
    return [hours_input(draft, "Actual hours of work", optional=True)]


def _estimate(draft: RepairDraft) -> list[Block]:
    minutes = draft.finding.proposal.get("estimate_minutes")
    box = text_input(
        HOURS,
        "Estimate in hours of work",
        initial=exact_hours(minutes) if minutes else None,
        placeholder="6.5 or 90m or 2d",
        max_length=20,
    )
    return [box]


def _blocked(_draft: RepairDraft) -> list[Block]:
    return [
        text_input(BLOCKER, "What is in the way?", multiline=True),
        severity_select(SEVERITY, "Severity", Severity.MAJOR),
        context("It is filed as an issue."),
    ]


def _code_free(_draft: RepairDraft) -> list[Block]:
    why = text_input(
        REASON,
        "Why does it leave no commits?",
        optional=True,
        placeholder="A purchase, a meeting, work in a console",
        max_length=500,
    )
    return [why, context("Commits of this stage will not be missed again.")]


def _add_stage(draft: RepairDraft) -> list[Block]:
    return [
        text_input(
            REF,
            "Reference",
            initial=str(draft.finding.proposal.get("ref") or ""),
            placeholder="1.5.6",
            max_length=40,
        ),
        text_input(TITLE, "Name", placeholder="What the stage is about", max_length=MAX_TITLE),
        owner_input("Owner", optional=True),
    ]


def _link(draft: RepairDraft) -> list[Block]:
    boxes = [record_select(RECORD, "Where does it belong?")]
    if folder := common_folder(draft.commits):
        words = f"From now on, commits in {folder}/ belong there"
        if len(words) > MAX_OPTION:
            words = f"From now on, commits in …{folder[-30:]}/ belong there"
        tick = {"type": "checkboxes", "action_id": VALUE, "options": [option(words, YES)]}
        boxes.append(form_input(LEARN, "Remember", tick, optional=True))
    return boxes


def _create(draft: RepairDraft) -> list[Block]:
    said = draft.finding.proposal
    boxes = [
        text_input(TITLE, "Title", initial=str(said.get("title") or ""), max_length=MAX_TITLE),
        stage_input(draft.stage, optional=True),
        owner_input(
            "Owner",
            optional=True,
            initial=said.get("owner_id"),
            hint=whose_hint(draft.finding) if draft.finding.commits else None,
        ),
    ]
    if draft.finding.commits:
        days = [str(said.get(name) or "")[:10] for name in ("started_at", "completed_at")]
        done = option("Already done", YES, f"Worked on from {days[0]} to {days[1]}")
        tick = {
            "type": "checkboxes",
            "action_id": VALUE,
            "options": [done],
            "initial_options": [done],
        }
        boxes.append(form_input(DONE, "State", tick, optional=True))
        boxes.append(hours_input(draft, "Actual hours of work", optional=True))
    return boxes


def _change_ref(draft: RepairDraft) -> list[Block]:
    choices = draft.finding.proposal.get("choices", ())[:MAX_WHICH]
    options = [
        option(str(choice["label"]), str(choice["key"]), str(choice["key"])) for choice in choices
    ]
    which = {"type": "radio_buttons", "action_id": VALUE, "options": options}
    ref = str(draft.finding.proposal.get("ref") or "")
    new = text_input(REF, "Its new reference", placeholder=f"{ref}B"[:40], max_length=40)
    return [form_input(WHICH, "Which stage changes?", which), new]


def _assign(_draft: RepairDraft) -> list[Block]:
    return [owner_input("Who takes it?", optional=False)]


def _place(_draft: RepairDraft) -> list[Block]:
    return [stage_input(None, optional=False)]


def _not_a_gap(draft: RepairDraft) -> list[Block]:
    why = text_input(
        REASON,
        "Why is it no gap?",
        placeholder="The report shows it",
        multiline=True,
        max_length=500,
    )
    if draft.finding.kind not in _SCOPED or not draft.commits:
        return [why]
    options = _scopes(draft)
    radio = {
        "type": "radio_buttons",
        "action_id": VALUE,
        "options": options,
        "initial_option": options[0],
    }
    return [why, form_input(SCOPE, "How far does that reach?", radio)]


def _scopes(draft: RepairDraft) -> list[Block]:
    newest = draft.commits[-1]
    number = len(draft.finding.commits)
    these = "Only this commit" if number == 1 else f"Only these {number} commits"
    options = [
        option(these, Scope.THESE),
        option(cut(f"Everything by {newest.author_name}", MAX_OPTION), Scope.AUTHOR),
    ]
    if folder := common_folder(draft.commits):
        words = f"Commits that touch only {folder}/"
        options.append(option(cut(words, MAX_OPTION), Scope.FOLDER))
    if kind := work_type(newest):
        options.append(option(f"Commits of type “{kind}:”", Scope.WORK))
    return options


def _later(draft: RepairDraft) -> list[Block]:
    element = {
        "type": "datepicker",
        "action_id": VALUE,
        "initial_date": (draft.today + timedelta(days=LATER_DAYS)).isoformat(),
    }
    return [form_input(DAY, "Ask again on", element)]


_SHAPES: Mapping[RepairForm, _Shape] = {
    RepairForm.COMPLETE: _Shape("Mark complete", "Mark complete", _complete),
    RepairForm.BLOCKED: _Shape("Blocked", "File issue", _blocked),
    RepairForm.CODE_FREE: _Shape("Work without commits", "Save", _code_free),
    RepairForm.ADD_STAGE: _Shape("Add a stage", "Add stage", _add_stage),
    RepairForm.LINK: _Shape("Link to the plan", "Link", _link),
    RepairForm.CREATE: _Shape("Create a task", "Create task", _create),
    RepairForm.CHANGE_REF: _Shape("Change a reference", "Change", _change_ref),
    RepairForm.ESTIMATE: _Shape("Set estimate", "Save", _estimate),
    RepairForm.ASSIGN: _Shape("Assign", "Assign", _assign),
    RepairForm.PLACE: _Shape("Put into a stage", "Save", _place),
    RepairForm.NOT_A_GAP: _Shape("Not a gap", "Save", _not_a_gap),
    RepairForm.LATER: _Shape("Remind me later", "Save", _later),
}
