"""What a person can click under an open finding: one or two right answers, and a menu."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.domain.findings import FindingKind, GapAnswer
from bot.domain.plan_gaps import one_line
from bot.views.issue_message import OWN, RESOLVE
from bot.views.mrkdwn import Block, button, option, plain
from bot.views.wording import exact_hours

Plain = Mapping[str, Any]

ANSWER = "gap:"  # followed by a GapAnswer; value: the finding's key, "|" and what was shown
ASK = "gap_ask:"  # followed by a form's name; value: the finding's key
MORE = "gap_more"  # the menu; an option's value is an action id, "|" and the finding's key
MAX_OPTION_VALUE = 150  # characters (contracts 1.8)
MAX_CHOICES = 4  # of a reference that several stages carry, as buttons
_OPEN_QUESTIONS = {FindingKind.REF_AMBIGUOUS, FindingKind.PLAN_CONTRADICTION}
_ISSUES = {FindingKind.ISSUE_OPEN, FindingKind.ISSUE_OVERDUE}


class RepairForm(StrEnum):
    """The small forms behind a finding's buttons."""

    COMPLETE = "complete"
    UPDATE = "update"  # the progress form
    BLOCKED = "blocked"
    CODE_FREE = "code_free"
    ADD_STAGE = "add_stage"
    LINK = "link"
    CREATE = "create"
    CHANGE_REF = "change_ref"
    ESTIMATE = "estimate"
    ASSIGN = "assign"
    PLACE = "place"
    NOT_A_GAP = "not_a_gap"
    LATER = "later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """
    One thing a person can choose.

    Args:
        act: The action id that it sends.
        shown: What a one-click answer writes, as the button says it; compared when it is clicked.
    """

    text: str
    act: str
    shown: str = ""
    is_first: bool = False
    confirm: Block | None = None


Choices = Sequence[Choice]


def answer_row(finding: Plain) -> list[Block]:
    """Return the buttons and the menu of an open finding."""
    choices = _OF_KIND[FindingKind(finding["kind"])](finding)
    first = [choice for choice in choices if choice.is_first]
    rest = [choice for choice in choices if not choice.is_first]
    if finding["kind"] not in _ISSUES:
        rest += [
            Choice(text="Not a gap, because…", act=f"{ASK}{RepairForm.NOT_A_GAP}"),
            Choice(text="Remind me later…", act=f"{ASK}{RepairForm.LATER}"),
        ]
    row = [_button(choice, finding, n) for n, choice in enumerate(first)]
    return [*row, *_menu(rest, finding)]


def is_of_phase(finding: Plain) -> bool:
    """Whether it speaks of a phase: those sentences of ours begin so."""
    return str(finding["text"]).startswith("Phase ")


def _button(choice: Choice, finding: Plain, position: int) -> Block:
    named = ", ".join(finding["refs"]) or finding["text"]
    value = f"{finding['key']}|{choice.shown}" if choice.shown else finding["key"]
    if choice.act in {OWN, RESOLVE}:
        value = finding["record_keys"][0]
    return button(
        choice.text,
        # Several answers of one word stand in one row, and an id may be there once only.
        f"{choice.act}#{position}" if choice.shown else choice.act,
        value,
        # Where either may be right, none is put first.
        style="primary" if position == 0 and finding["kind"] not in _OPEN_QUESTIONS else None,
        confirm=choice.confirm,
        label=f"{choice.text}: {named}",
    )


def _menu(rest: Choices, finding: Plain) -> list[Block]:
    values = [f"{choice.act}|{finding['key']}" for choice in rest]
    if not rest:
        return []
    if any(len(value) > MAX_OPTION_VALUE for value in values):
        return [button(choice.text, choice.act, finding["key"]) for choice in rest]
    options = [option(choice.text, value) for choice, value in zip(rest, values, strict=True)]
    return [{"type": "overflow", "action_id": MORE, "options": options}]


def _answer(text: str, answer: GapAnswer, shown: str = "") -> Choice:
    return Choice(text=text, act=f"{ANSWER}{answer}", shown=shown, is_first=True)


def _ask(text: str, form: RepairForm, *, is_first: bool = True) -> Choice:
    return Choice(text=text, act=f"{ASK}{form}", is_first=is_first)


def _issue(finding: Plain) -> Choices:
    own = Choice(text="Take ownership", act=OWN, is_first=True)
    resolve = Choice(text="Resolve…", act=RESOLVE, is_first=True)
    return [resolve] if finding["owner_id"] else [own, resolve]


def _complete_stage(_finding: Plain) -> Choices:
    update = _ask("Update…", RepairForm.UPDATE, is_first=False)
    return [_answer("Mark complete", GapAnswer.COMPLETE), update]


def _complete_task(finding: Plain) -> Choices:
    minutes = finding["proposal"].get("actual_minutes")
    spent = f" ({exact_hours(minutes)} h)" if minutes else ""
    return [_ask(f"Mark complete{spent}…", RepairForm.COMPLETE)]


def _counted(finding: Plain) -> Choices:
    said = finding["proposal"]
    counter = f"{said['done']}/{said['total']}" if said.get("total") else said["words"]
    take = _answer(f"Set {counter}", GapAnswer.PROGRESS, str(said["words"]))
    return [take, _ask("Update…", RepairForm.UPDATE)]


def _started(_finding: Plain) -> Choices:
    update = _ask("Update…", RepairForm.UPDATE, is_first=False)
    return [_answer("Mark in progress", GapAnswer.STARTED), update]


def _no_evidence(_finding: Plain) -> Choices:
    return [
        _ask("Code-free work…", RepairForm.CODE_FREE),
        _answer("Reopen", GapAnswer.REOPENED),
    ]


def _moving(_finding: Plain) -> Choices:
    return [
        _answer("Still accurate", GapAnswer.ACCURATE),
        _ask("Update…", RepairForm.UPDATE),
        _answer("Complete", GapAnswer.COMPLETE),
        _ask("Blocked…", RepairForm.BLOCKED),
    ]


def _contradiction(finding: Plain) -> Choices:
    status = finding["proposal"].get("status")
    if is_of_phase(finding):
        return [_answer("Reopen", GapAnswer.REOPENED)]
    if status == "not started":
        return [_answer("Mark in progress", GapAnswer.STARTED)]
    if status != "complete":
        return [_answer("Still in progress", GapAnswer.REOPENED)]
    complete = Choice(
        text="It is complete",
        act=f"{ANSWER}{GapAnswer.COMPLETE}",
        is_first=True,
        confirm={
            "title": plain("Mark all of it complete?", 100),
            "text": plain("Its open tasks are completed too. Undo takes all of it back.", 300),
            "confirm": plain("Mark complete", 30),
            "deny": plain("Cancel", 30),
        },
    )
    return [complete, _answer("Reopen", GapAnswer.REOPENED)]


def _missing(_finding: Plain) -> Choices:
    return [_ask("Add stage…", RepairForm.ADD_STAGE), _ask("Link to…", RepairForm.LINK)]


def _unplanned(finding: Plain) -> Choices:
    said, create = finding["proposal"], _ask("Create task…", RepairForm.CREATE)
    if not said.get("record"):
        return [_ask("Link to…", RepairForm.LINK), create]
    sure = f" ({said['score']:.0%})".replace("%", " %") if said.get("score") else ""
    link = _answer(
        f"Link to {_short(said['record_label'])}{sure}", GapAnswer.LINKED, said["record"]
    )
    return [link, create, _ask("Link to something else…", RepairForm.LINK, is_first=False)]


def _short(label: str) -> str:
    """Return "1.5.4" of "1.5.4 “BQX Table Recalculation”", the title where there is no ref."""
    return one_line(label.partition(" “")[0], 45)


def _name(label: str) -> str:
    """Return "“BQX Table Recalculation”" of "1.5.4 “BQX Table Recalculation”"."""
    _, quote, rest = label.partition("“")
    return quote + rest or label


def _ambiguous(finding: Plain) -> Choices:
    choices = finding["proposal"].get("choices", ())
    if not finding["commits"] or not choices:
        return [_ask("Change a reference…", RepairForm.CHANGE_REF)]
    names = [one_line(_name(str(choice["label"])), 45) for choice in choices]
    told = [
        f"{name} ({choice['key']})" if names.count(name) > 1 else name
        for name, choice in zip(names, choices, strict=True)
    ]
    meant = [
        _answer(f"It is {name}", GapAnswer.LINKED, choice["key"])
        for name, choice in zip(told, choices, strict=True)
    ][:MAX_CHOICES]
    rest = [_ask("Change a reference…", RepairForm.CHANGE_REF, is_first=False)]
    if len(choices) > MAX_CHOICES:
        rest.append(_ask("Link to another…", RepairForm.LINK, is_first=False))
    return [*meant, *rest]


def _no_tasks(finding: Plain) -> Choices:
    if is_of_phase(finding):
        return [_ask("Add a stage…", RepairForm.ADD_STAGE)]
    return [_ask("Add a task…", RepairForm.CREATE)]


def _no_estimate(finding: Plain) -> Choices:
    minutes = finding["proposal"].get("estimate_minutes")
    if not minutes:
        return [_ask("Set estimate…", RepairForm.ESTIMATE)]
    take = _answer(f"Set {exact_hours(minutes)} h", GapAnswer.ESTIMATED, str(minutes))
    return [take, _ask("Other…", RepairForm.ESTIMATE)]


def _no_owner(_finding: Plain) -> Choices:
    return [_answer("Assign to me", GapAnswer.ASSIGNED), _ask("Assign…", RepairForm.ASSIGN)]


def _no_stage(_finding: Plain) -> Choices:
    return [_ask("Put into a stage…", RepairForm.PLACE)]


def _at_risk(finding: Plain) -> Choices:
    to = finding["proposal"].get("planned_end")
    if not to:
        return []
    day = datetime.fromisoformat(to)
    return [_answer(f"Move the ETA to {day:%-d %b}", GapAnswer.ETA_MOVED, f"{day:%Y-%m-%d}")]


_OF_KIND: Mapping[FindingKind, Callable[[Plain], Choices]] = {
    FindingKind.ISSUE_OPEN: _issue,
    FindingKind.ISSUE_OVERDUE: _issue,
    FindingKind.STAGE_COMPLETE_IN_GIT: _complete_stage,
    FindingKind.TASK_COMPLETE_IN_GIT: _complete_task,
    FindingKind.STAGE_PROGRESS_UNLOGGED: _counted,
    FindingKind.STAGE_STARTED_IN_GIT: _started,
    FindingKind.STAGE_NO_EVIDENCE: _no_evidence,
    FindingKind.STAGE_OLD: _moving,
    FindingKind.STAGE_SILENT: _moving,
    FindingKind.STAGE_IDLE: _moving,
    FindingKind.STAGE_AGE_UNKNOWN: _moving,
    FindingKind.PLAN_CONTRADICTION: _contradiction,
    FindingKind.REF_AMBIGUOUS: _ambiguous,
    FindingKind.STAGE_MISSING: _missing,
    FindingKind.STAGE_NO_TASKS: _no_tasks,
    FindingKind.COMMIT_UNPLANNED: _unplanned,
    FindingKind.DELIVERABLE_AT_RISK: _at_risk,
    FindingKind.TASK_NO_ESTIMATE: _no_estimate,
    FindingKind.TASK_NO_OWNER: _no_owner,
    FindingKind.TASK_NO_STAGE: _no_stage,
}
