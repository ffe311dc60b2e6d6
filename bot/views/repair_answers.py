"""What a member filled into the small forms of `repair_forms`, read back."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.durations import parse_hours
from bot.domain.entries import AnswerWords, Scope
from bot.domain.findings import GapAnswer
from bot.domain.issues import Severity
from bot.errors import FormError
from bot.views.finding_answers import RepairForm
from bot.views.mrkdwn import VALUE, View, in_box, read_value, read_values
from bot.views.repair_forms import CALLBACK
from bot.views.repair_inputs import (
    BLOCKER,
    DAY,
    DONE,
    HOURS,
    LEARN,
    OWNER,
    REASON,
    RECORD,
    REF,
    SCOPE,
    SEVERITY,
    STAGE,
    TITLE,
    WHICH,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairSent:
    """
    A form as it was sent in.

    Args:
        box: The block_id under which an objection belongs.
        typed: What was written by hand, to be shown again if it comes too late.
    """

    finding: str
    answer: GapAnswer
    words: AnswerWords
    reply: Mapping[str, Any]
    box: str
    typed: str = ""


@dataclass(frozen=True, slots=True)
class _Read:
    answer: GapAnswer
    words: AnswerWords
    box: str
    typed: str = ""


def read_repair_form(view: View, now: datetime) -> RepairSent:
    """
    Return what a member filled in.

    Raises:
        FormError: a box is empty or can't be read; each message belongs under its box.
    """
    known = json.loads(view["private_metadata"])
    form = RepairForm(view["callback_id"].removeprefix(CALLBACK))
    read = _READERS[form](view, known, now)
    return RepairSent(
        finding=known["finding"],
        answer=read.answer,
        words=read.words,
        reply=known["reply"],
        box=read.box,
        typed=read.typed,
    )


def _complete(view: View, _known: Mapping[str, Any], _now: datetime) -> _Read:
    words = AnswerWords(actual_minutes=_hours(view, optional=True))
    return _Read(GapAnswer.COMPLETE, words, HOURS, read_value(view, HOURS))


def _estimate(view: View, _known: Mapping[str, Any], _now: datetime) -> _Read:
    words = AnswerWords(estimate_minutes=_hours(view, optional=False))
    return _Read(GapAnswer.ESTIMATED, words, HOURS, read_value(view, HOURS))


def _blocked(view: View, _known: Mapping[str, Any], _now: datetime) -> _Read:
    blocker = _needed(view, BLOCKER, "Say in a few words what is in the way.")
    severity = Severity(int(read_value(view, SEVERITY) or Severity.MAJOR))
    return _Read(
        GapAnswer.BLOCKED, AnswerWords(blocker=blocker, severity=severity), BLOCKER, blocker
    )


def _code_free(view: View, _known: Mapping[str, Any], _now: datetime) -> _Read:
    reason = read_value(view, REASON).strip()
    return _Read(GapAnswer.CODE_FREE, AnswerWords(reason=reason), REASON, reason)


def _add_stage(view: View, _known: Mapping[str, Any], _now: datetime) -> _Read:
    ref = _needed(view, REF, "A stage needs a reference such as 1.5.6.")
    name = _needed(view, TITLE, "A stage needs a name.")
    words = AnswerWords(ref=ref, title=name, owner_id=read_value(view, OWNER) or None)
    return _Read(GapAnswer.STAGE_ADDED, words, REF, f"{ref} {name}")


def _link(view: View, known: Mapping[str, Any], _now: datetime) -> _Read:
    key = _needed(view, RECORD, "Choose a stage or a task.")
    folder = known["folder"] if read_values(view, LEARN) else ""
    return _Read(GapAnswer.LINKED, AnswerWords(record_key=key, folder=folder), RECORD)


def _create(view: View, _known: Mapping[str, Any], _now: datetime) -> _Read:
    title = _needed(view, TITLE, "A task needs a title.")
    words = AnswerWords(
        title=title,
        record_key=read_value(view, STAGE),
        owner_id=read_value(view, OWNER) or None,
        complete=bool(read_values(view, DONE)),
        actual_minutes=_hours(view, optional=True),
    )
    return _Read(GapAnswer.CREATED, words, TITLE, title)


def _change_ref(view: View, _known: Mapping[str, Any], _now: datetime) -> _Read:
    key = _needed(view, WHICH, "Choose the stage whose reference changes.")
    ref = _needed(view, REF, "Write the new reference, such as 2.10B.")
    return _Read(GapAnswer.REF_CHANGED, AnswerWords(record_key=key, ref=ref), REF, ref)


def _assign(view: View, _known: Mapping[str, Any], _now: datetime) -> _Read:
    owner = _needed(view, OWNER, "Choose who takes it.")
    return _Read(GapAnswer.ASSIGNED, AnswerWords(owner_id=owner), OWNER)


def _place(view: View, _known: Mapping[str, Any], _now: datetime) -> _Read:
    key = _needed(view, STAGE, "Choose a stage.")
    return _Read(GapAnswer.PLACED, AnswerWords(record_key=key), STAGE)


def _not_a_gap(view: View, known: Mapping[str, Any], _now: datetime) -> _Read:
    reason = _needed(view, REASON, "Say in a few words why; the report shows it.")
    scope = Scope(read_value(view, SCOPE) or Scope.THESE)
    folder = known["folder"] if scope is Scope.FOLDER else ""
    words = AnswerWords(reason=reason, scope=scope, folder=folder)
    # Once there is a reason, what can be objected to is how far it reaches.
    box = REASON if scope is Scope.THESE else SCOPE
    return _Read(GapAnswer.NOT_A_GAP, words, box, reason)


def _later(view: View, known: Mapping[str, Any], now: datetime) -> _Read:
    state = view["state"]["values"].get(DAY, {}).get(VALUE, {})
    chosen = state.get("selected_date")
    zone = ZoneInfo(known["zone"])
    if not chosen:
        raise FormError({DAY: "Choose a day."})
    day = date.fromisoformat(chosen)
    if day <= now.astimezone(zone).date():
        raise FormError({DAY: "Choose a day after today."})
    until = datetime.combine(day, time(), zone).astimezone(UTC)
    return _Read(GapAnswer.LATER, AnswerWords(until=until), DAY)


def _needed(view: View, box: str, objection: str) -> str:
    said = read_value(view, box).strip()
    if not said:
        raise FormError({box: objection})
    return said


def _hours(view: View, *, optional: bool) -> int | None:
    typed = read_value(view, HOURS).strip()
    if not typed and optional:
        return None
    try:
        return parse_hours(typed)
    except ValueError as error:
        raise FormError({HOURS: in_box(str(error))}) from error


_READERS: Mapping[RepairForm, Callable[[View, Mapping[str, Any], datetime], _Read]] = {
    RepairForm.COMPLETE: _complete,
    RepairForm.BLOCKED: _blocked,
    RepairForm.CODE_FREE: _code_free,
    RepairForm.ADD_STAGE: _add_stage,
    RepairForm.LINK: _link,
    RepairForm.CREATE: _create,
    RepairForm.CHANGE_REF: _change_ref,
    RepairForm.ESTIMATE: _estimate,
    RepairForm.ASSIGN: _assign,
    RepairForm.PLACE: _place,
    RepairForm.NOT_A_GAP: _not_a_gap,
    RepairForm.LATER: _later,
}
