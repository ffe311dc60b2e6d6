"""Which table of a base holds what: by its name, its fields, and what links to what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from bot.domain.airtable.proposing.columns import Column, Samples, columns_of
from bot.domain.airtable.proposing.fields import propose_fields
from bot.domain.airtable.proposing.links import Links, family_points, link_points, sole_parents
from bot.domain.airtable.proposing.names import (
    BRACKETS,
    Words,
    essence,
    is_neutral,
    is_stop,
    match_name,
    position,
    words_of,
)
from bot.domain.airtable.proposing.scores import Place
from bot.domain.airtable.proposing.synonyms import (
    CODE_NAMES,
    ID_NAMES,
    NOUNS,
    UNUSED_TABLES,
    own_nouns,
)
from bot.domain.airtable.schema import AirtableTable, BaseSchema
from bot.domain.plan_file import KINDS, ItemKind

# A table needs `_ENOUGH` points: a sure name alone, a fair name with fields that agree, or fields
# and links that leave no choice. What is less is said, not mapped: a wrong table would be written.
_ENOUGH = 45
_DOUBTFUL = 32
_BY_NAME = 60
_PLAIN = 5  # the plan's own word: "Issues" before "Bugs"
_ABOUT = 45  # "Website tasks": one of several lists, perhaps
_BESIDE = 10  # "Task comments": about tasks, but none
_MOST_BY_FIELDS = 45
_ALIKE = 4  # points between two tables of which either could be it
_CLOSE = 10  # and of which one is likelier
_CANDIDATES = 5

# Points of the fields found, where they tell the kind; a status or an owner tells little.
_TELLING: Mapping[ItemKind, Mapping[str, int]] = {
    "phase": {"planned_end": 4, "status": 2},
    "stage": {"code": 6, "duration": 5, "progress": 8, "phase": 6, "status": 4, "owner": 2},
    "task": {"estimate": 10, "actual": 10, "stage": 6, "status": 4, "owner": 3},
    "issue": {
        "severity": 20,
        "root_cause": 15,
        "prevention_actions": 10,
        "discovered_at": 5,
        "resolved_at": 6,
        "stages": 4,
        "status": 4,
    },
}


@dataclass(frozen=True, slots=True)
class Choice:
    """
    The table of each kind, and what else it could have been.

    Args:
        weak: The best table of a kind that has none, where it is not hopeless.
        rivals: Another table that fits a kind nearly as well as the one that was taken.
        alike: Two tables that fit a kind equally; neither was taken.
    """

    tables: Mapping[ItemKind, AirtableTable]
    weak: Mapping[ItemKind, AirtableTable]
    rivals: Mapping[ItemKind, AirtableTable]
    alike: Mapping[ItemKind, tuple[AirtableTable, AirtableTable]]


def choose_tables(schema: BaseSchema, samples: Samples) -> Choice:
    """Return the tables of a base that hold the plan, each used once."""
    columns = {table.id: columns_of(table, samples) for table in schema.tables}
    points = _points(schema, columns)
    links = link_points(schema, columns)
    chosen = _best(points, links, sole_parents(schema, links))
    found: dict[str, dict[ItemKind, Any]] = {"weak": {}, "rivals": {}, "alike": {}}
    by_id = {table.id: table for table in schema.tables}
    for kind, mine in points.items():
        others = [each for each in mine if each not in chosen.values()]
        best = max(others, key=mine.__getitem__, default=None)
        if best is None:
            continue
        if kind not in chosen:
            if mine[best] >= _DOUBTFUL:
                found["weak"][kind] = by_id[best]
        elif mine[best] >= max(_ENOUGH, mine[chosen[kind]] - _ALIKE):
            found["alike"][kind] = (by_id[chosen[kind]], by_id[best])
        elif mine[best] >= max(_ENOUGH, mine[chosen[kind]] - _CLOSE):
            found["rivals"][kind] = by_id[best]
    tables = {kind: by_id[each] for kind, each in chosen.items() if kind not in found["alike"]}
    return Choice(tables, **found)


def likely_tables(schema: BaseSchema) -> dict[ItemKind, frozenset[str]]:
    """Return the tables that may hold each kind, by their names alone."""
    return {
        kind: frozenset(t.id for t in schema.tables if _name_points(kind, t.name) > _BESIDE)
        for kind in KINDS
    }


def _points(
    schema: BaseSchema, columns: Mapping[str, Sequence[Column]]
) -> dict[ItemKind, dict[str, int]]:
    """Return the points of every table that could hold a kind, links between tables left out."""
    targets = likely_tables(schema)
    return {
        kind: {
            table.id: points
            for table in schema.tables
            if (points := _table_points(kind, table, columns[table.id], targets))
        }
        for kind in KINDS
    }


def _table_points(
    kind: ItemKind,
    table: AirtableTable,
    columns: Sequence[Column],
    targets: Mapping[ItemKind, frozenset[str]],
) -> int:
    if UNUSED_TABLES.intersection(words_of(table.name)):
        return 0
    place = Place(kind, table.id, own_nouns(kind, table.name), targets)
    fields = propose_fields(place, columns)
    if "title" not in fields:
        return 0
    by_fields = sum(_TELLING[kind].get(name, 0) for name in fields)
    by_fields += sum(_names_kind(kind, column.field.name) for column in columns)
    return _name_points(kind, table.name) + min(by_fields, _MOST_BY_FIELDS)


def _names_kind(kind: ItemKind, field_name: str) -> int:
    """Return the points of a field such as "Stage ID": whose name says whose it is."""
    said = words_of(field_name)
    for noun, weight in NOUNS[kind].items():
        if weight >= 1 and said[: len(noun)] == noun and len(said) > len(noun):
            is_id = match_name(" ".join(said[len(noun) :]), ID_NAMES | CODE_NAMES)
            return 15 if is_id else 6 if said[len(noun) :] in {("name",), ("title",)} else 0
    return 0


def _name_points(kind: ItemKind, name: str) -> int:
    """Return the points of a table's name for a kind."""
    if UNUSED_TABLES.intersection(words_of(name)):
        return 0
    said = words_of(BRACKETS.sub(" ", name)) or words_of(name)
    scored = (
        round(weight * _position_points(kind, said, noun)) for noun, weight in NOUNS[kind].items()
    )
    return max(scored, default=0)


def _position_points(kind: ItemKind, said: Words, noun: Words) -> int:
    telling = essence(said)
    at = position(telling, noun)
    if at is None:
        return _BY_NAME if "".join(telling) == "".join(noun) else 0
    before, after = telling[:at], telling[at + len(noun) :]
    singles = {word for each in NOUNS[kind] for word in each}
    extra = [word for word in (*before, *after) if not (is_neutral(word) or word in singles)]
    if not extra:
        return _BY_NAME + _PLAIN * (noun == (kind,))
    trails = any(word in extra for word in after)
    return _BESIDE if trails and not _is_joined(said, after) else _ABOUT


def _is_joined(said: Words, after: Words) -> bool:
    """Whether "for" or "of" stands before the rest: "Tasks for the launch" are still tasks."""
    at = position(said, after[:1])
    return bool(at) and is_stop(said[(at or 0) - 1])


def _best(
    points: Mapping[ItemKind, Mapping[str, int]], links: Links, soles: Mapping[str, str]
) -> dict[ItemKind, str]:
    """Return the choice of tables with the most points, of which each needs enough."""
    options: list[tuple[str | None, ...]] = []
    for kind in KINDS:
        mine = points[kind]
        best = sorted(mine, key=lambda each: -mine[each])[:_CANDIDATES]
        options.append((*best, None))
    top: tuple[int, dict[ItemKind, str]] = (0, {})
    for combination in product(*options):
        chosen = {k: each for k, each in zip(KINDS, combination, strict=True) if each}
        if len(set(chosen.values())) < len(chosen):
            continue
        total = _total(chosen, points, family_points(chosen, links, soles))
        if total is not None and total > top[0]:
            top = (total, chosen)
    return top[1]


def _total(
    chosen: Mapping[ItemKind, str],
    points: Mapping[ItemKind, Mapping[str, int]],
    family: Mapping[ItemKind, int],
) -> int | None:
    """Return the points above what is needed; None where a table has too few."""
    reached = {kind: points[kind][table] + family[kind] for kind, table in chosen.items()}
    if any(each < _ENOUGH for each in reached.values()):
        return None
    return sum(reached.values()) - (_ENOUGH - 5) * len(reached)
