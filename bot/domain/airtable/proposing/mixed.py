"""Tables whose rows are of several kinds, as a select of theirs says: "Phase", "Stage", "Task"."""

from collections.abc import Sequence

from bot.domain.airtable.proposing.names import essence, words_of
from bot.domain.airtable.proposing.synonyms import NOUNS
from bot.domain.airtable.schema import AirtableField, AirtableTable
from bot.domain.plan_file import KINDS, ItemKind

_SURE = 0.9  # weight of a noun: a "feature" or a "story" may be anything
_PLURALS: dict[ItemKind, str] = {
    "phase": "phases",
    "stage": "stages",
    "task": "tasks",
    "issue": "issues",
}


def mixed_kinds(field: AirtableField) -> tuple[ItemKind, ...]:
    """Return the kinds between which the options of a field tell; empty where it tells none."""
    found = {kind for option in field.choices if (kind := _kind_of(option))}
    is_telling = field.type == "singleSelect" and "stage" in found and len(found) > 1
    return tuple(kind for kind in KINDS if kind in found) if is_telling else ()


def mixed_steps(tables: Sequence[AirtableTable]) -> str | None:
    """Return what to do by hand where one table holds several kinds; None where none does."""
    for table in tables:
        for field in table.fields:
            if kinds := mixed_kinds(field):
                return _steps(table, field, kinds)
    return None


def mixed_words(fields: Sequence[AirtableField], kind: ItemKind) -> tuple[str, str] | None:
    """Return the field that tells a kind's rows from others', and the kinds as words."""
    for field in fields:
        if kind in (kinds := mixed_kinds(field)):
            return field.name, _listed(kinds)
    return None


def _kind_of(option: str) -> ItemKind | None:
    said = essence(words_of(option))
    return next((kind for kind in KINDS if NOUNS[kind].get(said, 0) >= _SURE), None)


def _steps(table: AirtableTable, field: AirtableField, kinds: Sequence[ItemKind]) -> str:
    names = [_PLURALS[kind].capitalize() for kind in kinds]
    first, others = names[0], names[1:]
    link = (
        "In “Tasks” add a field “Stage” of the type “Link to another record” to “Stages”, and"
        " fill it. "
        if "task" in kinds
        else ""
    )
    return (
        f"“{table.name}” holds {_listed(kinds)} in one table: its “{field.name}” says which row is"
        f" what. I need a table for each. In Airtable, click ▾ beside the table's name and choose"
        f" “Duplicate table”, with its records, until there are {len(kinds)}; name them"
        f" “{first}”, {', '.join(f'“{name}”' for name in others)}. In each, delete the rows whose"
        f" “{field.name}” is another, and then the field “{field.name}”. {link}Then look again."
    )


def _listed(kinds: Sequence[ItemKind]) -> str:
    words = [_PLURALS[kind] for kind in kinds]
    return f"{', '.join(words[:-1])} and {words[-1]}"
