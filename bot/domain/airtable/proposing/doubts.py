"""What a person should look at in a proposed mapping."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.airtable.mapping import MappedField, MappedTable
from bot.domain.airtable.proposing.columns import Column
from bot.domain.airtable.proposing.fields import ranked
from bot.domain.airtable.proposing.mixed import mixed_words
from bot.domain.airtable.proposing.names import Match, word_set
from bot.domain.airtable.proposing.options import SEVERITY_MEANINGS, meanings_of
from bot.domain.airtable.proposing.scores import (
    DOUBTFUL,
    Place,
    name_points,
    points_of,
    states_fractions,
    with_prefix,
)
from bot.domain.airtable.proposing.tables import Choice
from bot.domain.plan_file import KINDS, ItemKind

# Words worth a question; that a base has no notes field is no reason to ask about every text.
_ASKED = word_set(
    "status progress owner severity planned_end started_at completed_at estimate actual phase stage"
    " stages tasks root_cause discovered_at resolved_at docs_url"
)
# What the cells alone may tell.
_TOLD_BY_ROWS = word_set(
    "status progress owner severity docs_url completed_at resolved_at planned_end"
)
_PLURALS: Mapping[ItemKind, str] = {
    "phase": "phases",
    "stage": "stages",
    "task": "tasks",
    "issue": "issues",
}
_CALLED = {
    "docs_url": "link to the documentation",
    "started_at": "date of the start",
    "completed_at": "date of completion",
    "created_at": "date of creation",
    "discovered_at": "date of discovery",
    "resolved_at": "date of resolution",
}


@dataclass(frozen=True, slots=True)
class Doubt:
    """
    Something a person should look at, with what was taken.

    Args:
        kind: None where it is about the base as a whole.
        name: The plan's word, or "" for a table.
    """

    kind: ItemKind | None
    name: str
    text: str


def word_of(name: str) -> str:
    """Return a word of the plan as people say it: "planned end"."""
    return _CALLED.get(name, name.replace("_", " "))


def table_doubts(choice: Choice) -> tuple[Doubt, ...]:
    """Return the doubts about which table is which."""
    found = []
    for kind in KINDS:
        plural = _PLURALS[kind]
        if weak := choice.weak.get(kind):
            text = f"“{weak.name}” may hold the {plural}; I wasn't sure enough to take it."
            found.append(Doubt(kind, "", text))
        if alike := choice.alike.get(kind):
            one, other = sorted(table.name for table in alike)
            text = f"“{one}” and “{other}” both look like {plural}; I took neither. Choose one."
            found.append(Doubt(kind, "", text))
        if rival := choice.rivals.get(kind):
            taken = choice.tables[kind].name
            text = f"I took “{taken}” for the {plural}; “{rival.name}” looks like {plural} too."
            found.append(Doubt(kind, "", text))
    return tuple(found)


def field_doubts(place: Place, table: MappedTable, columns: Sequence[Column]) -> tuple[Doubt, ...]:
    """Return the doubts about the fields of one table."""
    found = [
        doubt
        for name, field in table.fields.items()
        for doubt in doubts_of(place, name, field, columns)
    ]
    mixed = mixed_words([column.field for column in columns], place.kind)
    if mixed is not None:
        field_name, kinds = mixed
        text = (
            f"“{table.name}” holds {kinds}, as its “{field_name}” says, and I would read every row"
            f" as a {place.kind}. Give each kind a table of its own first."
        )
        found.append(Doubt(place.kind, "", text))
    found.extend(_open_fields(place, table, columns))
    if "owner" not in table.fields:
        found.extend(_linked_owners(place, columns))
    return tuple(found)


def _linked_owners(place: Place, columns: Sequence[Column]) -> Iterator[Doubt]:
    """Yield what to do about owners who are the records of a table of their own."""
    for column in columns:
        _, match = name_points("owner", column.field.name, place)
        if column.type == "multipleRecordLinks" and match >= Match.NEAR:
            text = (
                f"“{column.field.name}” links to another table; I read the owner from a person's"
                " field, a text or a lookup. Add a lookup of the name or the e-mail, and choose it."
            )
            yield Doubt(place.kind, "owner", text)


def _open_fields(place: Place, table: MappedTable, columns: Sequence[Column]) -> Iterator[Doubt]:
    """Yield what free fields may be, each asked about once, for words that have no field."""
    taken = {field.field_id for field in table.fields.values()}
    guesses: dict[str, list[str]] = {}
    names = {column.field.id: column.field.name for column in columns}
    for points, name, column in ranked(place, columns):
        free = name not in table.fields and column.field.id not in taken
        if points >= DOUBTFUL and name in _ASKED and free:
            guesses.setdefault(column.field.id, []).append(name)
    for field_id, words in guesses.items():
        either = " or the ".join(map(word_of, words))
        text = f"“{names[field_id]}” may be the {either}; I wasn't sure enough to take it."
        yield Doubt(place.kind, words[0], text)


def doubts_of(
    place: Place, name: str, field: MappedField, columns: Sequence[Column]
) -> tuple[Doubt, ...]:
    """Return the doubts about one mapped field: its words, its name, whether it can be written."""
    column = next((each for each in columns if each.field.id == field.field_id), None)
    if column is None:
        return ()
    found = list(word_doubts(place.kind, name, field, column.words))
    if name in {"status", "progress", "severity"} and column.is_computed:
        text = f"Airtable computes “{field.name}”: I read the {word_of(name)}, but can't write it."
        found.append(Doubt(place.kind, name, text))
    if name == "progress" and states_fractions(column):
        text = (
            f"“{field.name}” holds numbers from 0 to 1, which I read as 0 to 1 %. Make it a percent"
            " field in Airtable, or leave it out."
        )
        found.append(Doubt(place.kind, name, text))
    if name in _TOLD_BY_ROWS:
        points, _ = points_of(name, column, with_prefix(place, columns))
        if not points:
            text = f"I took “{field.name}” for the {word_of(name)} by what it holds, not its name."
            found.append(Doubt(place.kind, name, text))
    return tuple(found)


def word_doubts(
    kind: ItemKind, name: str, field: MappedField, options: Sequence[str]
) -> tuple[Doubt, ...]:
    """Return the doubts about the options of a field, and about meanings that no option has."""
    meanings = meanings_of(kind, name)
    if not meanings or field.type == "number":
        return ()
    unknown = [option for option in options if option not in field.words]
    found = [unknown_word(kind, name, field, option) for option in unknown]
    if lacking := lacking_words(kind, name, field):
        found.append(lacking)
    return tuple(found)


def unknown_word(kind: ItemKind, name: str, field: MappedField, word: str) -> Doubt:
    """Return the doubt about an option that means nothing of the plan's."""
    text = (
        f"I don't know what “{word}” means in the {_PLURALS[kind]}' “{field.name}”; I leave such"
        " records as they are."
    )
    return Doubt(kind, name, text)


def lacking_words(kind: ItemKind, name: str, field: MappedField) -> Doubt | None:
    """Return the doubt that some meaning has no option and so can't be written."""
    # A text takes any word, and a phase is moved by its stages.
    if kind == "phase" or field.type != "singleSelect":
        return None
    lacking = [
        meaning for meaning in meanings_of(kind, name) if meaning not in field.words.values()
    ]
    if not lacking:
        return None
    levels = [f"Level {each}" if each in SEVERITY_MEANINGS else f"“{each}”" for each in lacking]
    text = (
        f"No option of the {_PLURALS[kind]}' “{field.name}” means {' or '.join(levels)}, so I can't"
        " write that there."
    )
    return Doubt(kind, name, text)
