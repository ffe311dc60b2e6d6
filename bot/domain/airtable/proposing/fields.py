"""Which field of a table is what: every field and every word of the plan is taken once."""

from collections.abc import Sequence

from bot.domain.airtable.mapping import PLAN_FIELDS, MappedField
from bot.domain.airtable.proposing.columns import Column
from bot.domain.airtable.proposing.evidence import evidence
from bot.domain.airtable.proposing.naming import name_fields
from bot.domain.airtable.proposing.options import meanings_of, read_words
from bot.domain.airtable.proposing.scores import ENOUGH, Place, score, with_prefix
from bot.domain.plan_file import ItemKind

_NAMING = frozenset({"title", "name", "code", "key"})


def propose_fields(place: Place, columns: Sequence[Column]) -> dict[str, Column]:
    """
    Return the field for each word of the plan, in the order of `PLAN_FIELDS`.

    What names the items is settled first; the rest goes by points, the best pair first, then by
    the order of the plan's words and of the table's fields.
    """
    place = with_prefix(place, columns)
    found = name_fields(place, columns)
    taken = {column.field.id for column in found.values()}
    for points, name, column in ranked(place, columns):
        if points >= ENOUGH and name not in found and column.field.id not in taken:
            found[name] = column
            taken.add(column.field.id)
    return {name: found[name] for name in PLAN_FIELDS[place.kind] if name in found}


def ranked(place: Place, columns: Sequence[Column]) -> list[tuple[int, str, Column]]:
    """Return every pair of a word and a field with its points, the best first."""
    words = [name for name in PLAN_FIELDS[place.kind] if name not in _NAMING]
    place = with_prefix(place, columns)
    more = evidence(place, columns)
    pairs = [
        (points, name, column)
        for name in words
        for column in columns
        if (points := score(name, column, place, more.get((name, column.field.id), 0)))
    ]
    return sorted(pairs, key=lambda pair: -pair[0])  # stable: ties keep the order above


def mapped_field(kind: ItemKind, name: str, column: Column) -> MappedField:
    """Return a field as the mapping keeps it, with what its words mean."""
    has_words = bool(meanings_of(kind, name)) and column.type in {"singleSelect", "singleLineText"}
    words = read_words(kind, name, column.words) if has_words else {}
    options = column.field.choice_ids if has_words else {}
    return MappedField(
        column.field.id, column.field.name, column.field.type, words, options=options
    )
