"""
How well a field of a base fits a word of the plan: by its name, its type and its cells.

Points, of which `ENOUGH` are needed: a plain name alone is enough, and so are a telling type and
telling cells together. A name that is about something else never is, whatever its cells say.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.airtable.proposing import columns as looks
from bot.domain.airtable.proposing.columns import Column
from bot.domain.airtable.proposing.names import (
    Match,
    Phrases,
    essence,
    is_neutral,
    match_name,
    without,
    word_set,
    words_of,
)
from bot.domain.airtable.proposing.options import read_words
from bot.domain.airtable.proposing.synonyms import (
    ALL_NOUNS,
    OTHER_LINKS,
    OTHER_SUBJECTS,
    OTHER_UNITS,
    field_names,
)
from bot.domain.airtable.proposing.telling import tells
from bot.domain.plan_file import ItemKind
from bot.domain.refs import canonical_ref

ENOUGH = 50
DOUBTFUL = 38
LINKS: Mapping[str, ItemKind] = {
    "phase": "phase",
    "stage": "stage",
    "stages": "stage",
    "tasks": "task",
}
_BY_TIER = (60, 50, 40, 20)
_MATCHED = {Match.EXACT: 1.0, Match.NEAR: 0.85, Match.PARTIAL: 0.4, Match.NONE: 0.0}
_CAP = 45  # of a name among words that make it about something else
_COMPUTED = -12
_LONG_NAME = 60  # characters; a person's name is shorter
_MANY = 0.6
_HALF = 0.5
_FEW = 0.3
_SCALE_MAX = 100
_PREFIXED = 3  # fields
_PLAIN_NUMBER = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,9})?")

PEOPLE = {"singleCollaborator", "multipleCollaborators"}

_DATE_TYPES = {"date": 20, "dateTime": 20, "singleLineText": 5}
_LONG_TYPES = {"multilineText": 20, "richText": 20, "singleLineText": 10}
_AMOUNT_TYPES = {"number": 20, "duration": 20, "singleLineText": 5}
_LINK_TYPES = {"multipleRecordLinks": 40, "singleLineText": 5, "singleSelect": 5}
# The types that can hold a word of the plan, and how telling each is.
TYPES: Mapping[str, Mapping[str, int]] = {
    "title": {"singleLineText": 20, "multilineText": 0, "richText": 0},
    "name": {"singleLineText": 20, "multilineText": 0, "richText": 0},
    "code": {"singleLineText": 20},
    "key": {"singleLineText": 20},
    "status": {"singleSelect": 20, "singleLineText": 5},
    "progress": {"percent": 30, "number": 10, "singleLineText": 0},
    "duration": {"duration": 20, "singleLineText": 20, "number": 10, "multilineText": 5},
    "owner": {
        "singleCollaborator": 20,
        "multipleCollaborators": 10,
        "singleLineText": 15,
        "singleSelect": 15,
        "email": 15,
    },
    "notes": _LONG_TYPES,
    "description": _LONG_TYPES,
    "root_cause": _LONG_TYPES,
    "prevention_actions": _LONG_TYPES,
    "docs_url": {"url": 25, "singleLineText": 10},
    "started_at": _DATE_TYPES,
    "completed_at": _DATE_TYPES,
    "planned_end": _DATE_TYPES,
    "created_at": _DATE_TYPES,
    "discovered_at": _DATE_TYPES,
    "resolved_at": _DATE_TYPES,
    "estimate": _AMOUNT_TYPES,
    "actual": _AMOUNT_TYPES,
    "severity": {"singleSelect": 20, "number": 5, "singleLineText": 5},
    "phase": _LINK_TYPES,
    "stage": _LINK_TYPES,
    "stages": {"multipleRecordLinks": 40, "singleLineText": 5, "multilineText": 0},
    "tasks": {"multipleRecordLinks": 40, "singleLineText": 5, "multilineText": 0},
}
_NEVER = {"lastModifiedTime", "createdBy", "lastModifiedBy"}


@dataclass(frozen=True, slots=True)
class Place:
    """
    Where a field is looked at.

    Args:
        own: What the items of the table are called.
        targets: The tables that hold, or may hold, each kind.
    """

    kind: ItemKind
    table_id: str
    own: Phrases
    targets: Mapping[ItemKind, Collection[str]]


def with_prefix(place: Place, columns: Sequence[Column]) -> Place:
    """Return the place where "wp_" before most names of a table is what its items are called."""
    firsts = [words_of(each.field.name)[:1] for each in columns]
    primary = next((words_of(each.field.name) for each in columns if each.is_primary), ())
    prefix = primary[:1]
    is_name = len(primary) > 1 and not is_neutral(prefix[0])
    if is_name and firsts.count(prefix) >= _PREFIXED:
        return replace(place, own=place.own | {prefix})
    return place


def can_hold(name: str, column: Column) -> bool:
    """Whether a field's type can hold a word of the plan."""
    if column.field.type in _NEVER:
        return False
    if name == "key":
        return column.field.type == "singleLineText"
    return column.type in TYPES[name]


def score(name: str, column: Column, place: Place, more: int = 0) -> int:
    """
    Return the points of a field for a word of the plan; 0 where it can't be.

    Args:
        more: What the other fields of the table say for or against it.
    """
    if not can_hold(name, column):
        return 0
    if name in LINKS:
        return max(0, _link_score(name, column, place))
    points, match = points_of(name, column, place)
    if match is Match.NONE and name not in _TOLD_BY_CELLS and not (more and name in _DATE_NAMES):
        return 0
    total = points + TYPES[name][column.type] + _by_cells(name, column, place)
    total += _COMPUTED if column.is_computed and column.field.type != "createdTime" else 0
    about_others = not is_about_the_item(column, place, name)
    total += more
    if name == "progress" and states_fractions(column):
        total = min(total, _CAP)
    if name == "owner" and column.type == "multipleCollaborators":
        about_others = about_others or not _CREWS.isdisjoint(words_of(column.field.name))
        match = min(match, Match.NEAR)
    is_partial = match is Match.PARTIAL and column.type not in PEOPLE and more <= 0
    if is_partial or (about_others and match is not Match.EXACT):
        total = min(total, _CAP)
    return max(0, total)


def points_of(name: str, column: Column, place: Place) -> tuple[int, Match]:
    """Return the same as `name_points`, or what single telling words of the right type say."""
    points, match = name_points(name, column.field.name, place)
    said = without(essence(words_of(column.field.name)), place.own)
    if match < Match.NEAR and tells(place.kind, name, said, column.type):
        return round(_BY_TIER[0] * _MATCHED[Match.NEAR]), Match.NEAR
    return points, match


def name_points(name: str, field_name: str, place: Place) -> tuple[int, Match]:
    """Return the points of a field's name for a word of the plan, and how it matched."""
    is_other = _is_of_other_tense(name, field_name)
    best = (0, Match.NONE)
    for points, tier in zip(_BY_TIER, field_names(place.kind, name), strict=False):
        match = match_name(field_name, tier, place.own)
        if is_other and match is not Match.EXACT:
            continue
        best = max(best, (round(points * _MATCHED[match]), match))
    return best


# What was planned and what happened: "dt_plan_fin" is no date of completion.
_PLANNED = word_set(
    "plan planned planning target expected scheduled forecast projected estimated baseline due soll"
    " geplant geplanter geplante geplantes prevu prevue previsto prevista previsionnel"
    " previsionnelle planifie planifiee estime estimee planificado planificada estimado estimada"
    " objetivo cible voraussichtlich voraussichtliche voraussichtliches"
)
_HAPPENED = word_set(
    "actual real reel reelle effective ist tatsachlich tatsachliche tatsachlicher effettivo"
    " effettiva"
)
_PAST = frozenset({"started_at", "completed_at", "resolved_at", "discovered_at", "created_at"})


def _is_of_other_tense(name: str, field_name: str) -> bool:
    """Whether a name says planned of what happened, or the reverse."""
    if name != "planned_end" and name not in _PAST:
        return False
    contrary = _PLANNED if name in _PAST else _HAPPENED
    return not contrary.isdisjoint(words_of(field_name))


# Words whose type or options may tell them where the name does not.
_TOLD_BY_CELLS = frozenset({"status", "progress", "owner", "severity", "docs_url"})
# A date of an unknown name counts only with what the rows say of it.
_DATE_NAMES = frozenset({"completed_at", "resolved_at", "planned_end"})
_CREWS = word_set("team crew squad")  # all who work on it; whose it is, is another question
_OWN_SUBJECTS = frozenset({"doc", "documentation", "design", "build", "marketing"})


def is_about_the_item(column: Column, place: Place, name: str = "") -> bool:
    """
    Whether a field is about the item itself; "Design doc" is about another thing's state.

    What the table is about is no other thing: "QA state" of a "QA defect".
    """
    own = {word for phrase in place.own for word in phrase}
    said = OTHER_SUBJECTS.intersection(words_of(column.field.name)) - own
    return not (said - _OWN_SUBJECTS if name == "docs_url" else said)


def _link_score(name: str, column: Column, place: Place) -> int:
    """Return the points of a link; where it leads says more than its name."""
    kind = LINKS[name]
    match = match_name(column.field.name, ALL_NOUNS[kind])
    own = match_name(column.field.name, place.own)
    points = round(60 * _MATCHED[match])
    if match is Match.NONE and own is not Match.EXACT and "parent" in words_of(column.field.name):
        points = 20
    target = column.field.linked_table_id
    if target is not None:
        if target == place.table_id or target not in place.targets.get(kind, ()):
            return 0
        points = 15 if match is Match.NONE else max(points, 30)
    total = points + TYPES[name][column.type] + _by_link_cells(column, place)
    total += _COMPUTED if column.is_computed else 0
    if OTHER_LINKS.intersection(words_of(column.field.name)) and name in {"phase", "stage"}:
        total = min(total - 40, _CAP)
    elif match is Match.PARTIAL and target is None:
        total = min(total, _CAP)
    return total


def _by_link_cells(column: Column, place: Place) -> int:
    if column.type == "multipleRecordLinks" or not column.texts:
        return 0
    if column.share(looks.is_record_id) >= _HALF:
        return 20
    if _known_share(place.kind, "status", column) >= _HALF:
        return -60  # "Stage": Todo, Doing, Done is a status by another name
    if column.share(lambda text: canonical_ref(text) is not None) >= _HALF:
        return 10
    return -40 if column.share(lambda text: len(text) > _LONG_NAME) >= _HALF else 0


def _by_cells(name: str, column: Column, place: Place) -> int:
    """Return what the cells or the options say for or against a word."""
    if name in {"status", "severity"}:
        return _by_words(name, column, place.kind)
    if name in {"estimate", "actual", "duration"} and column.type == "number":
        # The plan reads and writes a number as hours.
        return -60 if OTHER_UNITS.intersection(words_of(column.field.name)) else 0
    if name == "owner":
        # One person in a field of an unknown name is worth a question, no more.
        return _by_people(column) + 20 * (column.type in PEOPLE)
    if name == "progress" and column.type == "number":
        in_scale = all(_in_scale(value) for value in column.values)
        return 0 if in_scale else -60
    return _by_text(name, column)


def _by_words(name: str, column: Column, kind: ItemKind) -> int:
    if column.type == "number":
        levels = all(value in (1, 2, 3, 4) for value in column.values)
        return 25 if levels and column.values else -60 * (not levels)
    if not column.words:
        return -60 if column.texts else 0
    share = _known_share(kind, name, column)
    needed = _MANY if name == "status" else 0.75
    if share >= needed and len(column.words) > 1:
        return 30
    if share >= _FEW and name == "status":
        return 10
    return -20  # a plain name still holds: a person says what the options mean


def _known_share(kind: ItemKind, name: str, column: Column) -> float:
    options = column.words
    return len(read_words(kind, name, options)) / len(options) if options else 0.0


def _by_people(column: Column) -> int:
    if column.share(looks.is_record_id) >= _HALF:
        return -60
    return -40 if column.share(lambda text: len(text) > _LONG_NAME) >= _FEW else 0


def states_fractions(column: Column) -> bool:
    """Whether a number or a plain text goes from 0 to 1, where the plan's progress goes to 100."""
    if column.type not in {"number", "singleLineText"} or not column.texts:
        return False
    if not all(_PLAIN_NUMBER.fullmatch(text) for text in column.texts):
        return False
    return 0 < max(map(float, column.texts)) <= 1


def _in_scale(value: object) -> bool:
    return (
        isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _SCALE_MAX
    )


# Per word: the test, the points where most cells pass it, and those where few do.
_TEXT_TESTS: Mapping[str, tuple[Callable[[str], bool], int, int]] = {
    "progress": (looks.is_percent, 20, -60),
    "duration": (looks.is_duration, 20, -30),
    "estimate": (looks.is_effort, 15, -60),
    "actual": (looks.is_effort, 15, -60),
    "docs_url": (looks.is_url, 15, -30),
    **dict.fromkeys(
        ("started_at", "completed_at", "planned_end", "created_at", "discovered_at"),
        (looks.is_date, 15, -60),
    ),
    "resolved_at": (looks.is_date, 15, -60),
}


def _by_text(name: str, column: Column) -> int:
    if name == "docs_url" and column.type == "url":
        return 25 if column.share(looks.is_document) >= _MANY else 0
    if column.type != "singleLineText" or not column.texts or name not in _TEXT_TESTS:
        return 0
    test, most, few = _TEXT_TESTS[name]
    share = column.share(test)
    return most if share >= _HALF else few if share < _FEW else 0
