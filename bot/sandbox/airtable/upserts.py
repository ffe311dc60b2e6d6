"""Upserts: records found by what is in their key fields."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.airtable.call import text_list
from bot.sandbox.airtable.coercion import CellWriter
from bot.sandbox.airtable.model import TEXT_TYPES, Field, Record, Table
from bot.sandbox.airtable.refusals import invalid, invalid_request, unknown_field
from bot.sandbox.airtable.transactions import Transaction

MOST_FIELDS = 3
# "Number, text, long text, single select, multiple select, date" (contracts, airtable 1.3).
MERGEABLE_TYPES = (TEXT_TYPES - {"richText"}) | {
    "number",
    "currency",
    "percent",
    "singleSelect",
    "multipleSelects",
    "date",
}


def merge_fields(table: Table, wanted: Any) -> list[Field]:
    """
    Return the key fields that `performUpsert` names; none when it is not sent.

    Raises:
        ApiError: 422, there are not one to three, or one cannot be a key.
    """
    if wanted is None:
        return []
    if not isinstance(wanted, dict) or set(wanted) != {"fieldsToMergeOn"}:
        raise invalid_request()
    names = text_list(wanted["fieldsToMergeOn"])
    if not 1 <= len(names) <= MOST_FIELDS:
        raise invalid_request()
    found = []
    for name in names:
        field = table.field_named(name)
        if field is None:
            raise unknown_field(name)
        if field.type not in MERGEABLE_TYPES:
            raise invalid_request(f'Field "{field.name}" cannot be used to merge records')
        found.append(field)
    return found


def upsert(
    change: Transaction,
    table: Table,
    writer: CellWriter,
    keys: list[Field],
    values: Mapping[str, Any],
    *,
    clear: bool,
) -> tuple[Record, bool]:
    """
    Update the one record with the same key, or create it.

    Records that the same request created before are found too; a blank key finds blank cells.

    Args:
        clear: Whether an update empties the cells that are not sent.

    Returns:
        The record, and whether it is new.

    Raises:
        ApiError: 422, several records have this key, or a key is not sent (unverified).
    """
    cells = writer.cells(values)
    for field in keys:
        if field.id not in cells:
            raise invalid_request(f'Field "{field.name}" to merge on is missing from a record')
    matches = _matching(table, keys, cells)
    if not matches:
        return change.create(table, cells), True
    if clear:
        cells = {**dict.fromkeys(_writable(table)), **cells}
    change.write(table, matches[0], cells)
    return matches[0], False


def _matching(table: Table, keys: list[Field], cells: Mapping[str, Any]) -> list[Record]:
    found = [
        record
        for record in table.records.values()
        if all(record.cells.get(field.id) == cells[field.id] for field in keys)
    ]
    if len(found) > 1:
        raise invalid(
            "INVALID_RECORDS",
            "More than one existing record matches the fieldsToMergeOn values of a record in "
            "the request",
        )
    return found


def _writable(table: Table) -> list[str]:
    return [field.id for field in table.fields.values() if not field.is_computed]
