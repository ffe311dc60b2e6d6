"""Reading, creating, changing and deleting records."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.airtable.call import Call, fields_of
from bot.sandbox.airtable.coercion import CellWriter
from bot.sandbox.airtable.ids import is_id
from bot.sandbox.airtable.model import COMPUTED_TYPES, Json, Record, Table
from bot.sandbox.airtable.refusals import (
    bad_records,
    hidden,
    invalid_request,
    no_record,
    too_many_records,
)
from bot.sandbox.airtable.rendering import render_record
from bot.sandbox.airtable.transactions import Transaction
from bot.sandbox.airtable.upserts import merge_fields, upsert

MOST_RECORDS = 10
CREATE_SHAPE = 'objects, each with a "fields" object for cell values.'
UPDATE_SHAPE = 'objects, each with an "id" ID field and a "fields" object for cell values.'


def get_record(call: Call) -> Json:
    """Show a record, wherever in the base it is: the table of the path proves nothing."""
    call.only("returnFieldsByFieldId", "cellFormat", "timeZone", "userLocale")
    _ = call.table
    found = call.base.record(call.ids["record"])
    if found is None:
        raise hidden()
    table, record = found
    return render_record(call.base, table, record, by_id=call.by_id)


def create_records(call: Call) -> Json:
    """Add one record, or up to ten."""
    body, table = call.object(), call.table
    call.need("edit", f"create records in table {table.name} ({table.id})")
    single = "records" not in body
    _only(body, {"fields" if single else "records"})
    items = [body] if single else batch_of(body["records"], "created", CREATE_SHAPE)
    with call.world.change(call.base, call.world.api_actor) as change:
        writer = CellWriter(change, table, typecast=call.typecast)
        made = [change.create(table, writer.cells(fields_of(item))) for item in items]
        shown = [render_record(call.base, table, each, by_id=call.by_id) for each in made]
    return shown[0] if single else {"records": shown}


def patch_record(call: Call) -> Json:
    """Change cells of a record."""
    return _write_one(call, clear=False)


def put_record(call: Call) -> Json:
    """Change cells of a record and clear its others."""
    return _write_one(call, clear=True)


def patch_records(call: Call) -> Json:
    """Change cells of up to ten records, or upsert them."""
    return _write_many(call, clear=False)


def put_records(call: Call) -> Json:
    """Change cells of up to ten records and clear their others, or upsert so."""
    return _write_many(call, clear=True)


def delete_record(call: Call) -> Json:
    """Remove a record."""
    call.only()
    return _delete(call, [call.ids["record"]])[0]


def delete_records(call: Call) -> Json:
    """Remove up to ten records."""
    call.only("records")
    ids = list(dict.fromkeys(call.many("records")))
    if len(ids) > MOST_RECORDS:
        raise too_many_records("deleted", len(ids))
    if not ids or not all(is_id("rec", each) for each in ids):
        raise bad_records("IDs.")
    return {"records": _delete(call, ids)}


def batch_of(records: Any, verb: str, shape: str) -> list[Json]:
    """
    Return the records of a batch.

    Raises:
        ApiError: 422, they are too many, none, or no list.
    """
    if not isinstance(records, list) or not records:
        raise bad_records(shape)
    if len(records) > MOST_RECORDS:
        raise too_many_records(verb, len(records))
    keys = {"fields"} if shape == CREATE_SHAPE else {"id", "fields"}
    for each in records:
        if not isinstance(each, dict) or not isinstance(each.get("fields"), dict):
            raise bad_records(shape)
        if set(each) - keys:
            raise bad_records(shape)
    return records


def overwrite(
    change: Transaction, table: Table, record: Record, cells: Mapping[str, Any], *, clear: bool
) -> None:
    """Write cells, and with `clear` empty every other one that can be written."""
    if clear:
        blank = {
            field.id: None for field in table.fields.values() if field.type not in COMPUTED_TYPES
        }
        cells = {**blank, **cells}
    change.write(table, record, cells)


def _write_one(call: Call, *, clear: bool) -> Json:
    body, table = call.object(), call.table
    _only(body, {"fields"})
    fields = fields_of(body)
    call.need("edit", f"update records in table {table.name} ({table.id})")
    record = _record(table, call.ids["record"])
    with call.world.change(call.base, call.world.api_actor) as change:
        cells = CellWriter(change, table, typecast=call.typecast).cells(fields, record)
        overwrite(change, table, record, cells, clear=clear)
        return render_record(call.base, table, record, by_id=call.by_id)


def _write_many(call: Call, *, clear: bool) -> Json:
    body, table = call.object(), call.table
    _only(body, {"records", "performUpsert"})
    call.need("edit", f"update records in table {table.name} ({table.id})")
    items = batch_of(body.get("records"), "updated", UPDATE_SHAPE)
    merge = merge_fields(table, body.get("performUpsert"))
    with call.world.change(call.base, call.world.api_actor) as change:
        writer = CellWriter(change, table, typecast=call.typecast)
        created: list[str] = []
        written = []
        for item in items:
            record = _target(table, item, needs_id=not merge)
            if record is not None:
                cells = writer.cells(item["fields"], record)
                overwrite(change, table, record, cells, clear=clear)
            else:
                record, is_new = upsert(change, table, writer, merge, item["fields"], clear=clear)
                created.extend([record.id] if is_new else [])
            written.append(record)
        shown = [render_record(call.base, table, each, by_id=call.by_id) for each in written]
    if not merge:
        return {"records": shown}
    updated = [each.id for each in written if each.id not in created]
    return {
        "records": shown,
        "createdRecords": created,
        "updatedRecords": list(dict.fromkeys(updated)),
    }


def _only(body: Json, known: set[str]) -> None:
    if set(body) - known - {"typecast", "returnFieldsByFieldId"}:
        raise invalid_request()


def _target(table: Table, item: Json, *, needs_id: bool) -> Record | None:
    record_id = item.get("id")
    if record_id is None and not needs_id:
        return None
    if not is_id("rec", record_id):
        raise bad_records(UPDATE_SHAPE)
    return _record(table, str(record_id))


def _delete(call: Call, ids: list[str]) -> list[Json]:
    table = call.table
    call.need("edit", f"delete records in table {table.name} ({table.id})")
    records = [_record(table, each) for each in ids]
    with call.world.change(call.base, call.world.api_actor) as change:
        for record in records:
            change.delete(table, record)
    return [{"id": each, "deleted": True} for each in ids]


def _record(table: Table, record_id: str) -> Record:
    found = table.records.get(record_id)
    if found is None:
        raise no_record()
    return found
