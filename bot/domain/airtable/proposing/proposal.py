"""
The proposal of a mapping: what of any Airtable base is what in the plan.

Tables are chosen by name, fields and links; fields by name, type and cells. What is not sure is
left out and said: a wrong mapping is worse than a missing one. A person's corrections are made on
a proposal and give the next one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.airtable.mapping import PLAN_FIELDS, BaseMapping, MappedField, MappedTable
from bot.domain.airtable.proposing.columns import Column, Samples, columns_of
from bot.domain.airtable.proposing.doubts import (
    Doubt,
    doubts_of,
    field_doubts,
    lacking_words,
    table_doubts,
    unknown_word,
    word_of,
)
from bot.domain.airtable.proposing.examples import examples
from bot.domain.airtable.proposing.fields import mapped_field, propose_fields
from bot.domain.airtable.proposing.missing import Missing, missing_of
from bot.domain.airtable.proposing.options import meanings_of
from bot.domain.airtable.proposing.scores import LINKS, TYPES, Place, can_hold
from bot.domain.airtable.proposing.synonyms import own_nouns
from bot.domain.airtable.proposing.tables import choose_tables
from bot.domain.airtable.schema import AirtableTable, BaseSchema
from bot.domain.plan_file import KINDS, ItemKind
from bot.errors import UserError

__all__ = [
    "Doubt",
    "Missing",
    "Proposal",
    "Samples",
    "examples",
    "propose_mapping",
    "with_choice",
    "with_word",
]

_TYPE_WORDS = {
    "singleLineText": "a single line of text",
    "multilineText": "a long text",
    "richText": "a long text",
    "singleSelect": "a single select",
    "singleCollaborator": "a person",
    "multipleCollaborators": "people",
    "multipleRecordLinks": "a link to the table of that kind",
    "dateTime": "a date with time",
    "url": "a web address",
    "email": "an e-mail address",
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mapping as proposed or corrected, what the base lacks, and what to look at."""

    mapping: BaseMapping
    missing: tuple[Missing, ...]
    doubts: tuple[Doubt, ...]


def propose_mapping(schema: BaseSchema, samples: Samples) -> Proposal:
    """
    Return what of a base holds the plan.

    Args:
        samples: Up to 100 rows of each table by the table's id; cells by field id.
    """
    choice = choose_tables(schema, samples)
    targets = {kind: table.id for kind, table in choice.tables.items()}
    tables, doubts = [], list(table_doubts(choice))
    for kind in KINDS:
        if kind in choice.tables:
            table, found = _map_table(kind, choice.tables[kind], samples, targets)
            tables.append(table)
            doubts.extend(found)
    mapping = BaseMapping(schema.base_id, tuple(tables))
    return _proposal(mapping, schema, doubts)


def with_choice(
    proposal: Proposal,
    schema: BaseSchema,
    samples: Samples,
    kind: ItemKind,
    name: str,
    target_id: str | None,
) -> Proposal:
    """
    Return the proposal as a person corrects it.

    Args:
        name: The plan's word for a field, or "" for the table of the kind.
        target_id: The table or the field; None where the base has none.

    Raises:
        UserError: there is no such table or field, or its type can't hold that.
    """
    if name:
        return _with_field(proposal, schema, samples, (kind, name), target_id)
    return _with_table(proposal, schema, samples, kind, target_id)


def with_word(
    proposal: Proposal, kind: ItemKind, name: str, word: str, meaning: str | None
) -> Proposal:
    """
    Return the proposal with the meaning of one option; None takes its meaning away.

    Raises:
        UserError: the field is not mapped, or the plan knows no such meaning.
    """
    table = proposal.mapping.of_kind(kind)
    field = table.fields.get(name) if table else None
    if table is None or field is None:
        raise UserError(f"The {kind}s have no {word_of(name)} yet. Choose its field first.")
    known = meanings_of(kind, name)
    if not known:
        raise UserError(f"The {word_of(name)} of a {kind} has no such words.")
    if meaning is not None and meaning not in known:
        raise UserError(f"“{word}” can mean {', '.join(known)}; choose one of them.")
    words = {each: said for each, said in field.words.items() if each != word or meaning}
    if meaning:
        words[word] = meaning
    changed = replace(field, words=words)
    settled = {unknown_word(kind, name, field, word), lacking_words(kind, name, field)}
    doubts = [doubt for doubt in proposal.doubts if doubt not in settled]
    if not meaning:
        doubts.append(unknown_word(kind, name, changed, word))
    if lacking := lacking_words(kind, name, changed):
        doubts.append(lacking)
    mapping = _with_mapped(proposal.mapping, replace(table, fields={**table.fields, name: changed}))
    return replace(proposal, mapping=mapping, doubts=tuple(doubts))


def _proposal(mapping: BaseMapping, schema: BaseSchema, doubts: Sequence[Doubt]) -> Proposal:
    unsure = {doubt.kind for doubt in doubts if not doubt.name}
    return Proposal(mapping, missing_of(mapping, schema, unsure), tuple(doubts))


def _map_table(
    kind: ItemKind, table: AirtableTable, samples: Samples, targets: Mapping[ItemKind, str]
) -> tuple[MappedTable, tuple[Doubt, ...]]:
    place, columns = _place(kind, table, targets), columns_of(table, samples)
    fields = {
        name: mapped_field(kind, name, column)
        for name, column in propose_fields(place, columns).items()
    }
    mapped = MappedTable(kind, table.id, table.name, fields)
    return mapped, field_doubts(place, mapped, columns)


def _place(kind: ItemKind, table: AirtableTable, targets: Mapping[ItemKind, str]) -> Place:
    own = own_nouns(kind, table.name)
    return Place(kind, table.id, own, {each: (target,) for each, target in targets.items()})


def _targets(mapping: BaseMapping) -> dict[ItemKind, str]:
    return {table.kind: table.table_id for table in mapping.tables}


def _with_mapped(mapping: BaseMapping, changed: MappedTable) -> BaseMapping:
    others = {table.kind: table for table in mapping.tables}
    others[changed.kind] = changed
    return replace(mapping, tables=tuple(others[kind] for kind in KINDS if kind in others))


def _with_table(
    proposal: Proposal,
    schema: BaseSchema,
    samples: Samples,
    kind: ItemKind,
    target_id: str | None,
) -> Proposal:
    """Return the proposal with another table for a kind; its fields are proposed anew."""
    table = schema.table(target_id) if target_id else None
    if target_id and table is None:
        raise UserError("The base has no such table any more. Look at it again.")
    kept = [
        each for each in proposal.mapping.tables if each.kind != kind and each.table_id != target_id
    ]
    lost = {each.kind for each in proposal.mapping.tables} - {each.kind for each in kept}
    doubts = [doubt for doubt in proposal.doubts if doubt.kind not in {*lost, kind}]
    mapping = replace(proposal.mapping, tables=tuple(kept))
    if table is not None:
        targets = {**_targets(mapping), kind: table.id}
        mapped, found = _map_table(kind, table, samples, targets)
        if "title" not in mapped.fields:
            raise UserError(
                f"“{table.name}” has no text that names its records, so it can't hold the {kind}s."
            )
        mapping = _with_mapped(mapping, mapped)
        doubts.extend(found)
    mapping = _relinked(mapping, schema, samples, {kind, *lost})
    return _proposal(mapping, schema, doubts)


def _relinked(
    mapping: BaseMapping, schema: BaseSchema, samples: Samples, changed: set[ItemKind]
) -> BaseMapping:
    """Return the mapping with the links into tables that changed proposed anew."""
    targets = _targets(mapping)
    for mapped in mapping.tables:
        table = schema.table(mapped.table_id)
        words = [name for name in PLAN_FIELDS[mapped.kind] if LINKS.get(name) in changed]
        if table is None or not words:
            continue
        fields = {name: field for name, field in mapped.fields.items() if name not in words}
        taken = {field.field_id for field in fields.values()}
        proposed = propose_fields(_place(mapped.kind, table, targets), columns_of(table, samples))
        for name in words:
            if name in proposed and proposed[name].field.id not in taken:
                fields[name] = mapped_field(mapped.kind, name, proposed[name])
        mapping = _with_mapped(mapping, replace(mapped, fields=_ordered(mapped.kind, fields)))
    return mapping


def _with_field(
    proposal: Proposal,
    schema: BaseSchema,
    samples: Samples,
    word: tuple[ItemKind, str],
    field_id: str | None,
) -> Proposal:
    """Return the proposal with another field for a word; what else had the field loses it."""
    kind, name = word
    mapped = proposal.mapping.of_kind(kind)
    table = schema.table(mapped.table_id) if mapped else None
    if mapped is None or table is None:
        raise UserError(f"Choose the table that holds the {kind}s first.")
    if name not in PLAN_FIELDS[kind]:
        raise UserError(f"A {kind} of the plan has no {word_of(name)}.")
    columns, place = columns_of(table, samples), _place(kind, table, _targets(proposal.mapping))
    fields = {
        each: field
        for each, field in mapped.fields.items()
        if each != name and field.field_id != field_id
    }
    touched = {name, *(each for each in mapped.fields if each not in fields)}
    if field_id is not None:
        fields[name] = mapped_field(kind, name, _holding(place, name, field_id, columns))
    if "title" not in fields:
        raise UserError(f"Every {kind} needs a title. Choose another field for the title first.")
    mapping = _with_mapped(proposal.mapping, replace(mapped, fields=_ordered(kind, fields)))
    kept = [each for each in proposal.doubts if each.kind != kind or each.name not in touched]
    new = doubts_of(place, name, fields[name], columns) if name in fields else ()
    return _proposal(mapping, schema, (*kept, *_by_choice(new)))


def _by_choice(doubts: Sequence[Doubt]) -> Iterator[Doubt]:
    """Leave out that a field was taken by its cells: a person chose it."""
    return (doubt for doubt in doubts if not doubt.text.startswith("I took "))


def _holding(place: Place, name: str, field_id: str, columns: Sequence[Column]) -> Column:
    """Return the field a person chose for a word, when it can hold it."""
    column = next((each for each in columns if each.field.id == field_id), None)
    if column is None:
        raise UserError("The table has no such field any more. Look at it again.")
    field = column.field
    if not can_hold(name, column):
        wanted = " or ".join(_TYPE_WORDS.get(each, f"a {each}") for each in TYPES[name])
        raise UserError(
            f"“{field.name}” is of the type {field.type}; the {word_of(name)} needs {wanted}."
        )
    target = field.linked_table_id
    if name in LINKS and target and target not in place.targets.get(LINKS[name], ()):
        raise UserError(
            f"“{field.name}” links to another table than the one that holds the {LINKS[name]}s."
        )
    return column


def _ordered(kind: ItemKind, fields: Mapping[str, MappedField]) -> dict[str, MappedField]:
    return {name: fields[name] for name in PLAN_FIELDS[kind] if name in fields}
