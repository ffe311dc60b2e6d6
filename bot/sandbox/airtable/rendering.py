"""How a cell is shown: to the data API, to webhooks, and as text."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.sandbox.airtable.clock import stamp
from bot.sandbox.airtable.model import LINK, Base, Field, Json, Record, Table


def is_empty(value: Any) -> bool:
    """Tell whether the API leaves a value out; 0 is not empty."""
    return value is None or value is False or value in ("", [])


def render_record(base: Base, table: Table, record: Record, *, by_id: bool = False) -> Json:
    """Return a record as the data API shows it, without its empty cells."""
    fields = {}
    for field in table.fields.values():
        value = render_cell(base, table, record, field)
        if not is_empty(value):
            fields[field.id if by_id else field.name] = value
    return {"id": record.id, "createdTime": stamp(record.created), "fields": fields}


def render_cell(base: Base, table: Table, record: Record, field: Field) -> Any:
    """Return a cell as the data API shows it; None when it is empty."""
    if field.is_computed:
        return computed_cell(base, table, record, field)
    return shown(field, record.cells.get(field.id))


def shown(field: Field, value: Any) -> Any:
    """Return a kept value as the data API shows it."""
    if value is None:
        return None
    if field.type == "singleSelect":
        return _option_name(field, value)
    if field.type == "multipleSelects":
        return [_option_name(field, each) for each in value]
    return value


def computed_cell(base: Base, table: Table, record: Record, field: Field) -> Any:
    """
    Return what Airtable computes.

    Formulas and rollups are not computed here: they show what the base's file holds for them.
    """
    held = record.cells.get(field.id)
    compute = _COMPUTED.get(field.type)
    if compute is None or (held is not None and field.type in _FILE_FIRST):
        return held
    found = compute(base, table, record, field)
    return held if found is None else found


def last_modified(table: Table, record: Record, fields: tuple[str, ...] = ()) -> datetime | None:
    """
    Return when a row was last changed.

    Args:
        fields: Ids or names that count; none for all of them, which counts the creation too.
    """
    if not fields:
        return max(record.modified.values(), default=record.created)
    wanted = {field.id for name in fields if (field := table.field_named(name)) is not None}
    return max((at for key, at in record.modified.items() if key in wanted), default=None)


def row_name(base: Base, table: Table, record: Record) -> str:
    """Return the text of a row's primary field, which links show."""
    return cell_text(base, table, record, table.primary)


def cell_text(base: Base, table: Table, record: Record, field: Field) -> str:
    """Return a cell as text; texts of several values are joined with commas."""
    value = render_cell(base, table, record, field)
    if field.type == LINK:
        value = linked_names(base, field, value or [])
    return as_text(value)


def as_text(value: Any) -> str:
    """Return a shown value as text."""
    if is_empty(value):
        return ""
    if isinstance(value, list):
        return ", ".join(as_text(each) for each in value)
    if isinstance(value, dict):
        return str(value.get("name") or value.get("text") or value.get("filename") or "")
    if value is True:
        return "checked"
    return str(value)


def linked_names(base: Base, field: Field, record_ids: list[str]) -> list[str]:
    """Return the names of linked rows; a dangling link has none."""
    linked = base.tables.get(field.linked_table_id or "")
    if linked is None:
        return []
    return [
        row_name(base, linked, linked.records[each])
        for each in record_ids
        if each in linked.records
    ]


def _option_name(field: Field, choice_id: str) -> str:
    found = field.choice(choice_id)
    return str(found["name"]) if found is not None else ""


def _created_time(_base: Base, _table: Table, record: Record, _field: Field) -> Any:
    return stamp(record.created)


def _modified_time(_base: Base, table: Table, record: Record, field: Field) -> Any:
    watched = tuple(field.options.get("referencedFieldIds") or ())
    at = last_modified(table, record, watched)
    return stamp(at) if at is not None else None


def _created_by(_base: Base, _table: Table, record: Record, _field: Field) -> Any:
    return dict(record.created_by)


def _modified_by(_base: Base, _table: Table, record: Record, _field: Field) -> Any:
    return dict(record.modified_by or record.created_by)


def _number(_base: Base, _table: Table, record: Record, _field: Field) -> Any:
    return record.number


def _count(_base: Base, table: Table, record: Record, field: Field) -> Any:
    link = str(field.options.get("recordLinkFieldId", ""))
    return len(record.cells.get(link) or []) if link in table.fields else None


def _lookup(base: Base, table: Table, record: Record, field: Field) -> Any:
    link = table.fields.get(str(field.options.get("recordLinkFieldId", "")))
    linked = base.tables.get(link.linked_table_id or "") if link is not None else None
    target = str(field.options.get("fieldIdInLinkedTable", ""))
    if link is None or linked is None or target not in linked.fields:
        return None
    found: list[Any] = []
    for record_id in record.cells.get(link.id) or []:
        if record_id not in linked.records:
            continue
        value = render_cell(base, linked, linked.records[record_id], linked.fields[target])
        if not is_empty(value):
            found.extend(value if isinstance(value, list) else [value])
    return found


_Compute = Callable[[Base, Table, Record, Field], Any]
_COMPUTED: dict[str, _Compute] = {
    "createdTime": _created_time,
    "lastModifiedTime": _modified_time,
    "createdBy": _created_by,
    "lastModifiedBy": _modified_by,
    "autoNumber": _number,
    "count": _count,
    "multipleLookupValues": _lookup,
}
# What a file may hold for them is truer than what we would compute.
_FILE_FIRST = frozenset({"autoNumber", "createdBy"})
