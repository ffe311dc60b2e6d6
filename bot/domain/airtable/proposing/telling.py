"""Single words that tell what a field is, whatever stands beside them: "Technical cause"."""

from collections.abc import Mapping

from bot.domain.airtable.proposing.names import Words, word_set
from bot.domain.plan_file import ItemKind

# How much work, and whether it is wanted or done: together they are a name.
_EFFORTS = word_set("hour effort time work workload labour labor manhour")
_AMOUNTS: Mapping[str, frozenset[str]] = {
    "estimate": word_set(
        "estimate estimated estimation planned plan expected budgeted forecast forecasted scheduled"
        " predicted original initial baseline guess guessed needed anticipated quoted sold"
    ),
    "actual": word_set(
        "actual real spent logged worked booked burned burnt used tracked recorded invested"
        " incurred consumed taken"
    ),
}
_WANTED = word_set(
    "due deadline target eta promised committed baseline planned plan expected scheduled forecast"
    " projected estimated"
)
_BEGUN = word_set("start started starting begin began begun kickoff kicked commenced")
_ENDED = word_set("completed done finished closed delivered handed shipped")
_FOUND = word_set(
    "found detect detected discovered discovery noticed spotted reported observed occurred"
    " happened identified raised"
)
_SOLVED = word_set("fix fixed resolve resolved resolution solved solution corrected repaired")
_DATES: Mapping[ItemKind, Mapping[str, frozenset[str]]] = {
    "phase": {"planned_end": _WANTED, "": _BEGUN | _ENDED},
    "stage": {"planned_end": _WANTED, "started_at": _BEGUN, "completed_at": _ENDED},
    "task": {"completed_at": _ENDED, "": _WANTED | _BEGUN},
    "issue": {"discovered_at": _FOUND, "resolved_at": _SOLVED, "": _WANTED | _BEGUN | _ENDED},
}
# Planned in one base and done in another: these alone say nothing of a date's tense.
_WEAK = word_set("planned plan expected scheduled forecast projected estimated baseline")
_ENDS = word_set("end finish completion ready delivery")
_TEXTS: Mapping[str, frozenset[str]] = {
    "root_cause": word_set("cause rca culprit ursache ursachen causa oorzaak"),
    "prevention_actions": word_set(
        "prevent preventing prevention preventive preventative lesson countermeasure recurrence"
        " repeat regression avoid preventiva preventivo preventif prevencion pravention"
        " vorbeugung vorbeugend vorbeugende"
    ),
}
_REPEATED = word_set("last next again reopened")
DATE_TYPES = frozenset({"date", "dateTime"})
TEXT_TYPES = frozenset({"singleLineText", "multilineText", "richText"})


def tells(kind: ItemKind, name: str, said: Words, field_type: str) -> bool:
    """
    Return whether words tell a word of the plan.

    They do when they tell nothing else: "Target start" is neither the planned end nor the start.
    """
    words = frozenset(word for word in said if not word.isdigit())
    if name in _AMOUNTS:
        rest = _EFFORTS | _AMOUNTS[name]
        return bool(words & _EFFORTS and words & _AMOUNTS[name]) and words <= rest
    if field_type in DATE_TYPES and name in _DATES[kind]:
        return _tells_date(kind, name, words)
    if kind == "issue" and field_type in TEXT_TYPES and name in _TEXTS:
        return [each for each, telling in _TEXTS.items() if words & telling] == [name]
    return False


def _tells_date(kind: ItemKind, name: str, words: frozenset[str]) -> bool:
    told = [each for each, telling in _DATES[kind].items() if words & telling]
    if told != [name] or words & _REPEATED:
        return False
    is_sure = bool((words & _DATES[kind][name]) - _WEAK)
    return is_sure or bool(words & _ENDS)
