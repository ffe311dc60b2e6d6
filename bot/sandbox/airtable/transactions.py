"""A change of a base that happens whole or not at all."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.sandbox.airtable.ids import new_id
from bot.sandbox.airtable.model import LINK, Actor, Base, Cells, Field, Record, Table

RowKey = tuple[str, str]


@dataclass(frozen=True)
class RowChange:
    """
    A row before and after; None where it did not exist.

    Both sides are never None, and never with equal cells.
    """

    table_id: str
    record_id: str
    before: Record | None
    after: Record | None


class Transaction:
    """
    Changes a base in place and remembers what was there before.

    Args:
        now: When it happens; the whole of it happens at one moment.
    """

    def __init__(self, base: Base, actor: Actor, now: datetime) -> None:
        self.base = base
        self.actor = actor
        self.now = now
        self.rows: dict[RowKey, Record | None] = {}
        self.fields: dict[RowKey, Field | None] = {}
        self.tables: dict[str, Table | None] = {}

    def create(self, table: Table, cells: Mapping[str, Any]) -> Record:
        """Add a row with these (coerced) cells."""
        record = Record(new_id("rec"), self.now, table.next_number, self.actor.user)
        table.next_number += 1
        self.rows[table.id, record.id] = None
        table.records[record.id] = record
        self.write(table, record, cells)
        return record

    def write(self, table: Table, record: Record, cells: Mapping[str, Any]) -> None:
        """
        Put coerced values into the cells of a row and keep the other side of links true.

        Args:
            cells: By field id; None empties a cell, what is missing stays.
        """
        for field_id, value in cells.items():
            before = record.cells.get(field_id)
            if before == value:
                continue
            self._put(table, record, field_id, value)
            if table.fields[field_id].type == LINK:
                self._mirror(table.fields[field_id], record.id, before or [], value or [])

    def delete(self, table: Table, record: Record) -> None:
        """Remove a row, and its id from every link cell of the base."""
        self._remember_row(table, record)
        del table.records[record.id]
        for other, field in self._links_to(table):
            for row in list(other.records.values()):
                linked = row.cells.get(field.id) or []
                if record.id in linked:
                    kept = [each for each in linked if each != record.id]
                    self._put(other, row, field.id, kept or None)

    def touch_field(self, table: Table, field: Field) -> None:
        """Remember a field that is about to change."""
        self.fields.setdefault((table.id, field.id), deepcopy(field))

    def add_field(self, table: Table, field: Field) -> None:
        """Add a field to a table."""
        self.fields[table.id, field.id] = None
        table.fields[field.id] = field

    def drop_field(self, table: Table, field: Field) -> None:
        """Remove a field and its cells, which is no edit of the rows."""
        self.touch_field(table, field)
        for record in table.records.values():
            self._remember_row(table, record)
            record.cells.pop(field.id, None)
        del table.fields[field.id]

    def touch_table(self, table: Table) -> None:
        """Remember a table whose name or description is about to change."""
        self.tables.setdefault(table.id, replace(table))

    def add_table(self, table: Table) -> None:
        """Add a table with its fields."""
        self.tables[table.id] = None
        self.base.tables[table.id] = table

    def drop_table(self, table: Table) -> None:
        """Remove a table with everything in it."""
        self.touch_table(table)
        del self.base.tables[table.id]

    def row_changes(self) -> Iterator[RowChange]:
        """Tell every row that is other than before, in the order they were first touched."""
        for (table_id, record_id), before in self.rows.items():
            table = self.base.tables.get(table_id)
            after = table.records.get(record_id) if table else None
            if before is None and after is None:
                continue
            if before is None or after is None or before.cells != after.cells:
                yield RowChange(table_id, record_id, before, after)

    def changed(self) -> bool:
        """Tell whether anything is other than before."""
        return bool(self.fields or self.tables) or any(True for _ in self.row_changes())

    def undo(self) -> None:
        """Put back what was there before."""
        for table_id, table in self.tables.items():
            if table is None:
                self.base.tables.pop(table_id, None)
            else:
                self.base.tables[table_id] = table
        for (table_id, field_id), field in self.fields.items():
            _restore(self.base.tables.get(table_id), "fields", field_id, field)
        for (table_id, record_id), record in self.rows.items():
            _restore(self.base.tables.get(table_id), "records", record_id, record)

    def row(self, table_id: str, record_id: str) -> Record | None:
        """Return a row as it is now, or as it was where this change removed it."""
        table = self.base.tables.get(table_id)
        now = table.records.get(record_id) if table else None
        return now or self.rows.get((table_id, record_id))

    def _put(self, table: Table, record: Record, field_id: str, value: Any) -> None:
        self._remember_row(table, record)
        if value is None:
            record.cells.pop(field_id, None)
        else:
            record.cells[field_id] = value
        record.modified[field_id] = self.now
        record.modified_by = self.actor.user

    def _mirror(self, field: Field, record_id: str, before: list[str], after: list[str]) -> None:
        other = self.base.tables.get(field.linked_table_id or "")
        inverse_id = field.inverse_id
        inverse = other.fields.get(inverse_id or "") if other is not None else None
        if other is None or inverse_id is None or inverse is None or inverse.type != LINK:
            return
        for row_id in dict.fromkeys([*before, *after]):
            row = other.records.get(row_id)
            if row is None or (row_id in before) == (row_id in after):
                continue
            linked: list[str] = row.cells.get(inverse_id) or []
            kept = [each for each in linked if each != record_id]
            if row_id in after:
                kept = linked if record_id in linked else [*linked, record_id]
            if kept != linked:
                self._put(other, row, inverse_id, kept or None)

    def _links_to(self, table: Table) -> Iterator[tuple[Table, Field]]:
        for other in self.base.tables.values():
            for field in other.fields.values():
                if field.type == LINK and field.linked_table_id == table.id:
                    yield other, field

    def _remember_row(self, table: Table, record: Record) -> None:
        key = (table.id, record.id)
        if key not in self.rows:
            self.rows[key] = record.copied()


def _restore(table: Table | None, part: str, key: str, value: Any) -> None:
    if table is None:
        return
    held: dict[str, Any] = getattr(table, part)
    if value is None:
        held.pop(key, None)
    else:
        held[key] = value


def cells_of(record: Record | None) -> Cells:
    """Return a row's cells; none where there is no row."""
    return record.cells if record is not None else {}
