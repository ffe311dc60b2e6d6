"""What people do on Airtable's own page."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.sandbox.airtable.coercion import CellWriter, new_choice
from bot.sandbox.airtable.field_options import complete
from bot.sandbox.airtable.ids import new_id
from bot.sandbox.airtable.model import (
    COMPUTED_TYPES,
    KNOWN_TYPES,
    LINK,
    SELECT_TYPES,
    Field,
    Json,
    Record,
    Table,
)
from bot.sandbox.airtable.refusals import (
    ApiError,
    hidden,
    invalid_request,
    no_option,
    no_record,
    unknown_field,
)
from bot.sandbox.airtable.rendering import cell_text, render_record
from bot.sandbox.airtable.schema_changes import (
    add_inverse,
    check_field_name,
    check_table_name,
)
from bot.sandbox.airtable.transactions import Transaction


class Hands:
    """One change by a person; the arguments are what the control API was sent."""

    def __init__(self, change: Transaction, given: Mapping[str, Any]) -> None:
        self._change = change
        self._given = given

    def act(self, what: str) -> Any:
        """
        Do it.

        Raises:
            ApiError: it cannot be done.
        """
        acts: dict[str, Callable[[], Any]] = {
            "create": self._create,
            "update": self._update,
            "delete": self._delete,
            "copy": self._copy,
            "rename_field": self._rename_field,
            "retype_field": self._retype_field,
            "delete_field": self._delete_field,
            "add_field": self._add_field,
            "rename_table": self._rename_table,
            "delete_table": self._delete_table,
            "add_option": self._add_option,
            "rename_option": self._rename_option,
            "remove_option": self._remove_option,
        }
        return acts[what]()

    @property
    def _table(self) -> Table:
        found = self._change.base.table_named(self._given["table"])
        if found is None:
            raise hidden()
        return found

    @property
    def _field(self) -> Field:
        found = self._table.field_named(self._given["field"])
        if found is None:
            raise unknown_field(self._given["field"])
        return found

    @property
    def _record(self) -> Record:
        found = self._table.records.get(self._given["record"])
        if found is None:
            raise no_record()
        return found

    def _shown(self, record: Record) -> Json:
        return render_record(self._change.base, self._table, record)

    def _create(self) -> Json:
        cells = CellWriter(self._change, self._table).cells(self._given["fields"])
        return self._shown(self._change.create(self._table, cells))

    def _update(self) -> Json:
        record = self._record
        cells = CellWriter(self._change, self._table).cells(self._given["fields"], record)
        self._change.write(self._table, record, cells)
        return self._shown(record)

    def _delete(self) -> None:
        self._change.delete(self._table, self._record)

    def _copy(self) -> Json:
        table = self._table
        cells = {
            key: list(value) if isinstance(value, list) else value
            for key, value in self._record.cells.items()
            if not table.fields[key].is_computed
        }
        return self._shown(self._change.create(table, cells))

    def _rename_field(self) -> None:
        check_field_name(self._table, self._given["new"], self._field)
        field = self._field
        self._change.touch_field(self._table, field)
        field.name = self._given["new"]

    def _rename_table(self) -> None:
        table = self._table
        check_table_name(self._change.base, self._given["new"], table)
        self._change.touch_table(table)
        table.name = self._given["new"]

    def _add_field(self) -> Json:
        table, kind = self._table, self._given["type"]
        check_field_name(table, self._given["name"])
        self._check_type()
        field = Field(new_id("fld"), self._given["name"], kind)
        self._set_options(field)
        self._change.add_field(table, field)
        add_inverse(self._change, table, field)
        return {"id": field.id, "name": field.name}

    def _retype_field(self) -> None:
        """Change the type; cells that do not fit the new one are cleared."""
        table, field = self._table, self._field
        self._check_type()
        texts = self._texts(table, field)
        self._sever(field)
        self._change.touch_field(table, field)
        for record in table.records.values():
            self._change.write(table, record, {field.id: None})
        field.type, field.options = self._given["type"], {}
        self._set_options(field)
        if field.type in SELECT_TYPES and not field.choices:
            for name in dict.fromkeys(text for text in texts.values() if text):
                field.choices.append(new_choice(field, name))
        add_inverse(self._change, table, field)
        for record_id, text in texts.items():
            cell = self._fitting(table, field, text)
            self._change.write(table, table.records[record_id], {field.id: cell})

    def _texts(self, table: Table, field: Field) -> dict[str, str]:
        base = self._change.base
        return {
            record.id: cell_text(base, table, record, field) for record in table.records.values()
        }

    def _fitting(self, table: Table, field: Field, text: str) -> Any:
        if not text or field.type in COMPUTED_TYPES:
            return None
        try:
            if field.type in SELECT_TYPES:
                names = [text] if field.type == "singleSelect" else text.split(", ")
                if any(field.choice_called(name) is None for name in names):
                    return None
            return CellWriter(self._change, table, typecast=True).coerce(field, text)
        except ApiError:
            return None

    def _delete_field(self) -> None:
        table, field = self._table, self._field
        if field.id == table.primary_id:
            raise invalid_request("The primary field cannot be deleted")
        self._sever(field)
        self._change.drop_field(table, field)

    def _delete_table(self) -> None:
        table = self._table
        for field in list(table.fields.values()):
            self._sever(field)
        for other in self._change.base.tables.values():
            for field in other.fields.values():
                if other is not table and field.linked_table_id == table.id:
                    self._become_text(other, field)
        self._change.drop_table(table)

    def _add_option(self) -> None:
        field = self._field
        self._change.touch_field(self._table, field)
        field.choices.append(new_choice(field, self._given["name"]))

    def _rename_option(self) -> None:
        self._change.touch_field(self._table, self._field)
        self._choice()["name"] = self._given["new"]

    def _remove_option(self) -> None:
        """Remove a select option; cells with it are cleared."""
        table, field = self._table, self._field
        gone = self._choice()
        self._change.touch_field(table, field)
        for record in table.records.values():
            cell = record.cells.get(field.id)
            if cell == gone["id"]:
                self._change.write(table, record, {field.id: None})
            elif isinstance(cell, list) and gone["id"] in cell:
                kept = [each for each in cell if each != gone["id"]]
                self._change.write(table, record, {field.id: kept or None})
        field.options["choices"] = [each for each in field.choices if each is not gone]

    def _choice(self) -> Json:
        found = self._field.choice_called(self._given["name"])
        if found is None:
            raise no_option(self._given["name"])
        return found

    def _check_type(self) -> None:
        if self._given["type"] not in KNOWN_TYPES:
            raise invalid_request(f"There is no field type {self._given['type']!r}")

    def _set_options(self, field: Field) -> None:
        field.options = complete(field.type, self._given.get("options") or {})
        if field.type in SELECT_TYPES:
            named, field.options["choices"] = field.choices, []
            for each in named:
                field.choices.append(new_choice(field, each["name"], each.get("color")))
        if field.type == LINK:
            linked = self._change.base.table_named(str(field.linked_table_id))
            if linked is None:
                raise invalid_request("A link needs a linkedTableId")
            field.options["linkedTableId"] = linked.id

    def _sever(self, field: Field) -> None:
        """Make the other side of a link text, as Airtable does when a link goes."""
        for other in self._change.base.tables.values():
            inverse = other.fields.get(field.inverse_id or "")
            if inverse is not None:
                self._become_text(other, inverse)

    def _become_text(self, table: Table, field: Field) -> None:
        texts = self._texts(table, field)
        self._change.touch_field(table, field)
        for record in table.records.values():
            self._change.write(table, record, {field.id: None})
        field.type, field.options = "singleLineText", {}
        for record_id, text in texts.items():
            self._change.write(table, table.records[record_id], {field.id: text or None})
