"""
What a whole table says of a field: its cells beside the status of the same rows, and its kind.

Names are endless; but a date that stands exactly in the rows that are done is when they were done,
a percent that is full there and nothing where nobody began is the progress, and the only person of
a record is who it belongs to. Such evidence counts only where a single field has it.
"""

from collections.abc import Callable, Mapping, Sequence

from bot.domain.airtable.proposing.columns import Column
from bot.domain.airtable.proposing.names import Match, match_name, word_set, words_of
from bot.domain.airtable.proposing.options import read_words
from bot.domain.airtable.proposing.scores import (
    ENOUGH,
    PEOPLE,
    Place,
    can_hold,
    is_about_the_item,
    name_points,
    score,
)
from bot.domain.airtable.proposing.synonyms import OTHER_PEOPLE, OTHER_SUBJECTS, field_names
from bot.domain.plan_cells import text_of
from bot.domain.plan_file import ItemKind

_DONE = frozenset({"complete", "Resolved", "Closed"})
_NOT_BEGUN = frozenset({"not started"})
_DATES = frozenset({"date", "dateTime"})
_ENDS: Mapping[ItemKind, str] = {
    "stage": "completed_at",
    "task": "completed_at",
    "issue": "resolved_at",
}
_ROWS = 2  # of each sort, or it may be chance
_NEARLY_ALL = 0.75
_NEARLY_NONE = 0.1
_HALF = 0.5
_ALONE = 15  # lifts a person of an unknown name, and an ambiguous date
_SURE = 35  # lifts a field of an unknown name, where its type agrees
_AGAINST = -45

_STARTS = word_set(
    "start started begin beginn begun from kickoff kick opening opened created added inicio inizio"
    " debut updated update last modified changed checked reviewed since entered"
)

Rows = Sequence[str | None]


def evidence(place: Place, columns: Sequence[Column]) -> dict[tuple[str, str], int]:
    """Return the points for or against a word of the plan and a field, by both (word, field id)."""
    found: dict[tuple[str, str], int] = {}
    if place.kind == "phase" and (end := _only(columns, lambda each: _may_end(each, place))):
        found["planned_end", end.field.id] = _SURE
    if (owner := _only(columns, lambda each: _may_own(each, place, columns))) is not None:
        found["owner", owner.field.id] = _ALONE
    states = _states(place, columns)
    if states:
        found.update(_of_dates(place, columns, states))
        if place.kind == "stage":
            found.update(_of_progress(columns, states))
    return found


def _only(columns: Sequence[Column], holds: Callable[[Column], bool]) -> Column | None:
    """Return the one field of which it holds; None where there is none, or more than one."""
    those = [column for column in columns if holds(column)]
    return those[0] if len(those) == 1 else None


def _may_end(column: Column, place: Place) -> bool:
    """Whether a date is free to be the end of a phase: the plan has no other date of one."""
    said = words_of(column.field.name)
    is_start = not _STARTS.isdisjoint(said)
    is_date = column.type in _DATES and can_hold("planned_end", column) and not column.is_computed
    return is_date and not is_start and is_about_the_item(column, place)


def _may_own(column: Column, place: Place, columns: Sequence[Column]) -> bool:
    """Whether a person's field is free to be the owner's: no reviewer's, and no other is named."""
    if column.type not in PEOPLE or not can_hold("owner", column):
        return False
    named = any(name_points("owner", each.field.name, place)[1] >= Match.NEAR for each in columns)
    is_other = not OTHER_PEOPLE.isdisjoint(words_of(column.field.name))
    is_free = not (is_other or named or column.is_computed)
    return is_free and is_about_the_item(column, place)


def _states(place: Place, columns: Sequence[Column]) -> Rows:
    """Return what the status of each row means; nothing where no field is surely the status."""
    ranked = sorted(columns, key=lambda each: -score("status", each, place))
    best = ranked[0] if ranked else None
    if best is None or score("status", best, place) < ENOUGH:
        return ()
    meanings = read_words(place.kind, "status", best.words)
    return [meanings.get(text_of(cell)) for cell in best.by_row]


def _of_dates(place: Place, columns: Sequence[Column], states: Rows) -> dict[tuple[str, str], int]:
    """Return what the blanks of dates say: when it was done is known only of what is done."""
    found: dict[tuple[str, str], int] = {}
    end = _ENDS.get(place.kind)
    dates = [each for each in columns if each.type in _DATES]
    ended = [each for each in dates if _is_filled_when_done(each, states)]
    for column in dates:
        done, undone = _filled(column, states)
        if done is None or undone is None:
            continue
        if undone >= _HALF:
            if end == "completed_at":
                found[end, column.field.id] = _AGAINST
            found["planned_end", column.field.id] = _ALONE + _by_end_name(place, column)
        elif column in ended and end:
            is_sole = ended == [column] and _is_unclaimed(place, column, end)
            found[end, column.field.id] = _SURE if is_sole else _ALONE
    return found


def _by_end_name(place: Place, column: Column) -> int:
    """Return the points where a name says "completion" of what is yet to come."""
    if place.kind not in {"stage", "phase"}:
        return 0
    said = match_name(column.field.name, field_names(place.kind, "completed_at")[0], place.own)
    return _ALONE if said >= Match.NEAR else 0


def _is_unclaimed(place: Place, column: Column, name: str) -> bool:
    """Whether no other date of the plan claims a field by its name."""
    others = {"started_at", "planned_end", "created_at", "discovered_at"} - {name}
    return not any(
        name_points(each, column.field.name, place)[1] >= Match.NEAR for each in others
    ) and is_about_the_item(column, place)


def _is_filled_when_done(column: Column, states: Rows) -> bool:
    done, undone = _filled(column, states)
    return (
        done is not None and undone is not None and done >= _NEARLY_ALL and undone <= _NEARLY_NONE
    )


def _filled(column: Column, states: Rows) -> tuple[float | None, float | None]:
    """Return the shares of filled cells in rows that are done and in the others; None of few."""
    pairs = [
        (state in _DONE, cell is not None)
        for state, cell in zip(states, column.by_row, strict=True)
        if state is not None
    ]
    done = [is_filled for is_done, is_filled in pairs if is_done]
    undone = [is_filled for is_done, is_filled in pairs if not is_done]
    return _share(done), _share(undone)


def _share(those: Sequence[bool]) -> float | None:
    return sum(those) / len(those) if len(those) >= _ROWS else None


def _of_progress(columns: Sequence[Column], states: Rows) -> dict[tuple[str, str], int]:
    """Return the points of the one number that is full in what is done and 0 before the start."""

    def follows(column: Column) -> bool:
        return column.type in {"percent", "number"} and _follows(column, states)

    column = _only(columns, follows)
    if column is None or OTHER_SUBJECTS.intersection(words_of(column.field.name)):
        return {}
    points = _SURE if column.type == "percent" else _ALONE
    return {("progress", column.field.id): points}


def _follows(column: Column, states: Rows) -> bool:
    full = 1 if column.type == "percent" else 100
    pairs = list(zip(states, column.by_row, strict=True))
    done = [cell for state, cell in pairs if state in _DONE]
    early = [cell for state, cell in pairs if state in _NOT_BEGUN]
    begun = [cell for state, cell in pairs if state not in _DONE | _NOT_BEGUN]
    if len(done) < _ROWS or not (early or begun):
        return False
    part = [cell for cell in begun if isinstance(cell, int | float) and 0 <= cell < full]
    return (
        all(cell == full for cell in done)
        and all(cell in (0, None) for cell in early)
        and len(part) == len([cell for cell in begun if cell is not None])
    )
