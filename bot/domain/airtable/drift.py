"""Where a base's schema has moved away from the mapping, and what cures it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from bot.domain.airtable.mapping import BaseMapping, MappedField, MappedTable
from bot.domain.airtable.proposing.options import read_words
from bot.domain.airtable.reading import as_listed
from bot.domain.airtable.schema import AirtableField, BaseSchema
from bot.domain.airtable.state import Trouble
from bot.domain.plan_file import ItemKind

# Types that hold the same kind of value: a change among them harms nothing.
_ALIKE = (
    frozenset({"singleLineText", "multilineText", "richText", "url", "email", "phoneNumber"}),
    frozenset({"number", "currency"}),
    frozenset({"date", "dateTime"}),
)
_RECONNECT = "or choose another with `/bqx airtable connect`."


def find_drift(mapping: BaseMapping, schema: BaseSchema) -> tuple[Trouble, ...]:
    """Return what of the base can't be kept in step any more; the same drift has the same key."""
    return tuple(trouble for table in mapping.tables for trouble in _of_table(table, schema))


def with_names(mapping: BaseMapping, schema: BaseSchema) -> BaseMapping:
    """
    Return the mapping with tables, fields and options as they are called now.

    Renames are no drift, and neither is a new option whose words say what it means.
    """
    tables = []
    for table in mapping.tables:
        present = schema.table(table.table_id)
        if present is None:
            tables.append(table)
            continue
        found = {word: present.field(mapped.field_id) for word, mapped in table.fields.items()}
        fields = {
            word: _named((table.kind, word), mapped, present_field)
            if (present_field := found[word])
            else mapped
            for word, mapped in table.fields.items()
        }
        tables.append(replace(table, name=present.name, fields=fields))
    return BaseMapping(mapping.base_id, tuple(tables))


def _named(place: tuple[ItemKind, str], mapped: MappedField, present: AirtableField) -> MappedField:
    inverse = str(present.options.get("inverseLinkFieldId") or mapped.inverse_id)
    named = replace(mapped, name=present.name, inverse_id=inverse)
    if not is_alike(mapped.type, present.type):
        return named
    return _with_options(place, replace(named, type=present.type), present)


def _with_options(
    place: tuple[ItemKind, str], mapped: MappedField, present: AirtableField
) -> MappedField:
    """Return the field with its options as they are called now, and those new ones it can read."""
    if present.type != "singleSelect" or not mapped.options:
        return mapped
    now = present.choice_ids
    names = {option: name for name, option in now.items()}
    called = {name: names.get(option, name) for name, option in mapped.options.items()}
    options = {
        called[name]: now.get(called[name], option) for name, option in mapped.options.items()
    }
    words = {called.get(word, word): means for word, means in mapped.words.items()}
    new = read_words(*place, [name for name in now if name not in options])
    options |= {name: now[name] for name in new}
    return replace(mapped, words={**words, **new}, options=options)


def renamed_options(
    before: BaseMapping, after: BaseMapping
) -> dict[tuple[ItemKind, str], dict[str, str]]:
    """Return the new names of options by their old ones, by kind and the plan's word."""
    found = {}
    for table in before.tables:
        later = after.of_kind(table.kind)
        for word, mapped in table.fields.items():
            names = {
                option: name
                for name, option in (later.fields[word].options if later else {}).items()
            }
            renamed = {
                name: names[option]
                for name, option in mapped.options.items()
                if names.get(option, name) != name
            }
            if renamed:
                found[table.kind, word] = renamed
    return found


def has_unknown_options(mapping: BaseMapping, cells: Iterable[tuple[str, Any]]) -> bool:
    """
    Whether records were given options that the mapping has never heard of.

    Args:
        cells: Field ids with cells, as the feed has them or as lists do.
    """
    fields = {
        mapped.field_id: mapped
        for table in mapping.tables
        for mapped in table.fields.values()
        if mapped.options
    }
    return any(
        field_id in fields
        and (name := as_listed("singleSelect", cell)) is not None
        and name not in fields[field_id].options
        for field_id, cell in cells
    )


def is_alike(one: str, other: str) -> bool:
    """Whether two field types hold the same kind of value."""
    return one == other or any(one in group and other in group for group in _ALIKE)


def _of_table(table: MappedTable, schema: BaseSchema) -> Iterator[Trouble]:
    present = schema.table(table.table_id)
    if present is None:
        yield Trouble(
            key=f"table:{table.table_id}",
            text=f"The table “{table.name}” is gone from the base; its {table.kind}s are left as"
            " they are.",
            cure=f"Restore it from the base's trash, {_RECONNECT}",
            table_id=table.table_id,
        )
        return
    for mapped in table.fields.values():
        field = present.field(mapped.field_id)
        if field is None:
            yield _gone(table, mapped)
        elif not is_alike(mapped.type, field.type):
            yield _retyped(table, mapped, field)
        else:
            yield from _of_options(table, mapped, field)


def _gone(table: MappedTable, mapped: MappedField) -> Trouble:
    return Trouble(
        key=f"field:{mapped.field_id}:gone",
        text=f"The field “{mapped.name}” is gone from “{table.name}”; what it said stays in the"
        " plan.",
        cure=f"Restore it from the base's trash, {_RECONNECT}",
        table_id=table.table_id,
        field_id=mapped.field_id,
    )


def _retyped(table: MappedTable, mapped: MappedField, field: AirtableField) -> Trouble:
    return Trouble(
        key=f"field:{mapped.field_id}:{field.type}",
        text=f"The field “{field.name}” in “{table.name}” has become {field.type}, it was"
        f" {mapped.type}; it is left alone.",
        cure=f"Change it back to {mapped.type}, {_RECONNECT}",
        table_id=table.table_id,
        field_id=mapped.field_id,
    )


def _of_options(table: MappedTable, mapped: MappedField, field: AirtableField) -> Iterator[Trouble]:
    if not mapped.words or field.type != "singleSelect":
        return
    gone = tuple(word for word in mapped.words if word not in field.choices)
    if gone:
        needed = "it" if len(gone) == 1 else "one of them"
        yield Trouble(
            key=f"options:{mapped.field_id}:-{'|'.join(gone)}",
            text=f"{_listed('The option', gone)} gone from “{field.name}” in “{table.name}”;"
            f" changes that need {needed} wait.",
            cure=f"Add what is gone under the same name, {_RECONNECT}",
            table_id=table.table_id,
            field_id=mapped.field_id,
            words=gone,
        )
    new = tuple(choice for choice in field.choices if choice not in mapped.options)
    if new and mapped.options:
        yield Trouble(
            key=f"options:{mapped.field_id}:+{'|'.join(new)}",
            text=f"{_listed('The option', new)} new in “{field.name}” in “{table.name}”, and I"
            " can't tell the meaning. Records with such an option keep their last known state.",
            cure="Say what it means with `/bqx airtable connect`.",
        )


def _listed(noun: str, names: tuple[str, ...]) -> str:
    listed = ", ".join(f"“{name}”" for name in names)
    return f"{noun} {listed} is" if len(names) == 1 else f"{noun}s {listed} are"
