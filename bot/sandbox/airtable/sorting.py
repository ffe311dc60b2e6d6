"""The order a list is asked to be in."""

from collections.abc import Sequence
from typing import Any

from bot.sandbox.airtable.model import NUMBER_TYPES, Base, Field, Record, Table
from bot.sandbox.airtable.rendering import cell_text, is_empty, render_cell


def in_order(
    base: Base, table: Table, rows: list[Record], sort: Sequence[tuple[Field, bool]]
) -> list[Record]:
    """Return rows sorted by fields; blank cells come first ascending, last descending."""
    for field, descending in reversed(sort):
        keys = {row.id: _key(base, table, row, field) for row in rows}
        rows = sorted(rows, key=lambda row: keys[row.id], reverse=descending)
    return rows


def _key(base: Base, table: Table, row: Record, field: Field) -> tuple[Any, ...]:
    value = render_cell(base, table, row, field)
    if is_empty(value):
        return (0,)
    if field.type == "singleSelect":
        return (1, _rank(field, row.cells[field.id]))
    if field.type == "multipleSelects":
        return (1, tuple(_rank(field, each) for each in row.cells[field.id]))
    if isinstance(value, bool | int | float) or field.type in NUMBER_TYPES:
        return (1, value, "")
    return (2, 0, cell_text(base, table, row, field).casefold())


def _rank(field: Field, choice_id: str) -> int:
    ids = [choice["id"] for choice in field.choices]
    return ids.index(choice_id) if choice_id in ids else len(ids)
