"""What a webhook is told of a change (contracts, airtable 1.6; cells in "V2" form)."""

from collections.abc import Iterable
from typing import Any

from bot.sandbox.airtable.clock import stamp
from bot.sandbox.airtable.model import LINK, Field, Json, Record, Table
from bot.sandbox.airtable.rendering import computed_cell, is_empty, row_name
from bot.sandbox.airtable.transactions import RowChange, Transaction, cells_of


class Wish:
    """What a webhook's specification asks for."""

    def __init__(self, specification: Json) -> None:
        options = specification["options"]
        filters, includes = options["filters"], options.get("includes") or {}
        self._types = frozenset(filters["dataTypes"])
        self._sources = filters.get("fromSources")
        self._changes = filters.get("changeTypes")
        self._scope = filters.get("recordChangeScope")
        self._watched = filters.get("watchDataInFieldIds")
        self._schemas = filters.get("watchSchemasOfFieldIds")
        self._included: Any = includes.get("includeCellValuesInFieldIds") or ()
        self.previous_cells = bool(includes.get("includePreviousCellValues"))
        self.previous_fields = bool(includes.get("includePreviousFieldDefinitions"))

    def wants(self, data_type: str, change: str, table_id: str) -> bool:
        """Tell whether it asks for such a change: "add", "remove" or "update"."""
        if data_type not in self._types:
            return False
        if self._changes and change not in self._changes:
            return False
        return not str(self._scope or "").startswith("tbl") or self._scope == table_id

    def wants_source(self, source: str) -> bool:
        """Tell whether it asks for changes made through this."""
        return not self._sources or source in self._sources

    def watches(self, field_ids: Iterable[str]) -> bool:
        """Tell whether a change of these cells is worth a payload."""
        return not self._watched or any(each in self._watched for each in field_ids)

    def watches_schema(self, field_id: str) -> bool:
        """Tell whether a change of this field is worth a payload."""
        return not self._schemas or field_id in self._schemas

    def includes(self, field_id: str) -> bool:
        """Tell whether a cell is to be told even when it did not change."""
        return self._included == "all" or field_id in self._included


def payload_of(change: Transaction, specification: Json) -> Json | None:
    """Return what a webhook is told; None when nothing of the change concerns it."""
    wish = Wish(specification)
    if not wish.wants_source(change.actor.source):
        return None
    tables: dict[str, Json] = {}
    created: dict[str, Json] = {}
    destroyed: list[str] = []
    _tell_tables(change, wish, tables, created, destroyed)
    _tell_fields(change, wish, tables)
    _tell_rows(change, wish, tables)
    tables = {table_id: told for table_id, told in tables.items() if any(told.values())}
    told: Json = {}
    if tables:
        told["changedTablesById"] = tables
    if created:
        told["createdTablesById"] = created
    if destroyed:
        told["destroyedTableIds"] = destroyed
    if not told:
        return None
    return {
        "timestamp": stamp(change.now),
        "baseTransactionNumber": change.base.transactions,
        "payloadFormat": "v0",
        "actionMetadata": change.actor.metadata(),
        **told,
    }


def cell_for_webhook(change: Transaction, field: Field, value: Any) -> Any:
    """Return a kept value with the names of its options or rows; None when it is empty."""
    if value is None:
        return None
    if field.type == "singleSelect":
        return _option(change, field, value)
    if field.type == "multipleSelects":
        return [_option(change, field, each) for each in value]
    if field.type == LINK:
        return [_linked(change, field, each) for each in value]
    return value


def _tell_tables(
    change: Transaction,
    wish: Wish,
    tables: dict[str, Json],
    created: dict[str, Json],
    destroyed: list[str],
) -> None:
    for table_id, before in change.tables.items():
        table = change.base.tables.get(table_id)
        if before is None and table is not None:
            if wish.wants("tableMetadata", "add", table_id):
                created[table_id] = _new_table(table)
        elif table is None:
            if wish.wants("tableMetadata", "remove", table_id):
                destroyed.append(table_id)
        elif before is not None and wish.wants("tableMetadata", "update", table_id):
            told = {"current": _metadata(table), "previous": _metadata(before)}
            tables.setdefault(table_id, {})["changedMetadata"] = told


def _tell_fields(change: Transaction, wish: Wish, tables: dict[str, Json]) -> None:
    for (table_id, field_id), before in change.fields.items():
        table = change.base.tables.get(table_id)
        if table is None or not wish.watches_schema(field_id):
            continue
        field = table.fields.get(field_id)
        if before is None and field is not None:
            if wish.wants("tableFields", "add", table_id):
                _part(tables, table_id, "createdFieldsById")[field_id] = _definition(field)
        elif field is None:
            if wish.wants("tableFields", "remove", table_id):
                tables.setdefault(table_id, {}).setdefault("destroyedFieldIds", []).append(field_id)
        elif before is not None and wish.wants("tableFields", "update", table_id):
            _tell_definition(wish, before, field, _part(tables, table_id, "changedFieldsById"))


def _tell_definition(wish: Wish, before: Field, field: Field, told: Json) -> None:
    """A further select option changes neither name nor type, and is not told (unverified)."""
    if _definition(before) == _definition(field):
        return
    told[field.id] = {"current": _definition(field)}
    if wish.previous_fields:
        told[field.id]["previous"] = _definition(before)


def _tell_rows(change: Transaction, wish: Wish, tables: dict[str, Json]) -> None:
    for row in change.row_changes():
        table = change.base.tables.get(row.table_id)
        if table is None:
            continue
        if row.after is None:
            if wish.wants("tableData", "remove", table.id):
                told = tables.setdefault(table.id, {})
                told.setdefault("destroyedRecordIds", []).append(row.record_id)
        elif row.before is None:
            if wish.wants("tableData", "add", table.id):
                part = _part(tables, table.id, "createdRecordsById")
                part[row.record_id] = _created(change, table, row.after)
        elif wish.wants("tableData", "update", table.id):
            _tell_update(change, wish, table, row, tables)


def _tell_update(
    change: Transaction, wish: Wish, table: Table, row: RowChange, tables: dict[str, Json]
) -> None:
    before, after = cells_of(row.before), cells_of(row.after)
    changed = [
        field for field in table.fields.values() if before.get(field.id) != after.get(field.id)
    ]
    if not changed or row.after is None or not wish.watches(field.id for field in changed):
        return
    told: Json = {"current": _values(change, changed, after)}
    if wish.previous_cells:
        as_were = [_before(change, field) or field for field in changed]
        told["previous"] = _values(change, as_were, before)
    rest = [
        field for field in table.fields.values() if field not in changed and wish.includes(field.id)
    ]
    if rest:
        cells = {
            field.id: value
            for field in rest
            if not is_empty(value := _whole_cell(change, table, row.after, field))
        }
        told["unchanged"] = {"cellValuesByFieldId": cells}
    _part(tables, table.id, "changedRecordsById")[row.record_id] = told


def _values(change: Transaction, fields: list[Field], cells: Json) -> Json:
    told = {field.id: cell_for_webhook(change, field, cells.get(field.id)) for field in fields}
    return {"cellValuesByFieldId": told}


def _created(change: Transaction, table: Table, record: Record) -> Json:
    cells = {
        field.id: value
        for field in table.fields.values()
        if not is_empty(value := _whole_cell(change, table, record, field))
    }
    return {"createdTime": stamp(record.created), "cellValuesByFieldId": cells}


def _whole_cell(change: Transaction, table: Table, record: Record, field: Field) -> Any:
    if field.is_computed:
        return computed_cell(change.base, table, record, field)
    return cell_for_webhook(change, field, record.cells.get(field.id))


def _new_table(table: Table) -> Json:
    return {
        "metadata": _metadata(table),
        "fieldsById": {field.id: _definition(field) for field in table.fields.values()},
        "recordsById": {},
    }


def _before(change: Transaction, field: Field) -> Field | None:
    found = (each for (_, field_id), each in change.fields.items() if field_id == field.id)
    return next(found, None)


def _option(change: Transaction, field: Field, choice_id: str) -> Json:
    was = _before(change, field)
    found = field.choice(choice_id) or (was.choice(choice_id) if was is not None else None)
    if found is None:
        return {"id": choice_id, "name": ""}
    return {key: found[key] for key in ("id", "name", "color") if key in found}


def _linked(change: Transaction, field: Field, record_id: str) -> Json:
    linked = change.base.tables.get(field.linked_table_id or "")
    row = change.row(linked.id, record_id) if linked is not None else None
    name = row_name(change.base, linked, row) if linked is not None and row is not None else ""
    return {"id": record_id, "name": name}


def _definition(field: Field) -> Json:
    return {"name": field.name, "type": field.type}


def _metadata(table: Table) -> Json:
    return {"name": table.name, "description": table.description}


def _part(tables: dict[str, Json], table_id: str, name: str) -> Json:
    part: Json = tables.setdefault(table_id, {}).setdefault(name, {})
    return part
