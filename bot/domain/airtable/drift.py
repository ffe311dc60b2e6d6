"""Where a base's schema has moved away from the mapping, and what cures it."""

from collections.abc import Iterator
from dataclasses import replace

from bot.domain.airtable.state import Trouble
from bot.domain.airtable_mapping import BaseMapping, MappedField, MappedTable
from bot.domain.airtable_schema import AirtableField, BaseSchema

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
    """Return the mapping with tables and fields as they are called now: renames are no drift."""
    tables = []
    for table in mapping.tables:
        present = schema.table(table.table_id)
        if present is None:
            tables.append(table)
            continue
        found = {word: present.field(mapped.field_id) for word, mapped in table.fields.items()}
        fields = {
            word: _named(mapped, found[word]) if found[word] else mapped
            for word, mapped in table.fields.items()
        }
        tables.append(replace(table, name=present.name, fields=fields))
    return BaseMapping(mapping.base_id, tuple(tables))


def _named(mapped: MappedField, present: AirtableField | None) -> MappedField:
    if present is None:
        return mapped
    alike = is_alike(mapped.type, present.type)
    inverse = str(present.options.get("inverseLinkFieldId") or mapped.inverse_id)
    named = replace(mapped, name=present.name, inverse_id=inverse)
    return replace(named, type=present.type) if alike else named


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
    gone = [word for word in mapped.words if word not in field.choices]
    new = [choice for choice in field.choices if choice not in mapped.words]
    if gone:
        listed = ", ".join(f"“{word}”" for word in gone)
        yield Trouble(
            key=f"options:{mapped.field_id}:-{'|'.join(gone)}",
            text=f"The options {listed} are gone from “{field.name}” in “{table.name}”; what would"
            " be written with them waits.",
            cure=f"Add them again, {_RECONNECT}",
        )
    if new:
        listed = ", ".join(f"“{word}”" for word in new)
        yield Trouble(
            key=f"options:{mapped.field_id}:+{'|'.join(new)}",
            text=f"“{field.name}” in “{table.name}” has new options I don't know: {listed}. Records"
            " with them keep their last known state here.",
            cure="Say what they mean with `/bqx airtable connect`.",
        )
