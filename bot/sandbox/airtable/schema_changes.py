"""New tables and fields, for the API and for people."""

from typing import Any

from bot.sandbox.airtable.coercion import new_choice
from bot.sandbox.airtable.field_options import OptionsError, checked, complete
from bot.sandbox.airtable.ids import new_id
from bot.sandbox.airtable.model import (
    COMPUTED_TYPES,
    LINK,
    SELECT_TYPES,
    TEXT_TYPES,
    WRITABLE_TYPES,
    Base,
    Field,
    Json,
    Table,
)
from bot.sandbox.airtable.refusals import ApiError, invalid, invalid_request
from bot.sandbox.airtable.transactions import Transaction

# Airtable's limit on the descriptions of tables and fields (contracts, airtable 1.2).
DESCRIPTION_CHARACTERS = 20_000
PRIMARY_TYPES = TEXT_TYPES | {
    "number",
    "currency",
    "percent",
    "duration",
    "date",
    "dateTime",
    "barcode",
}


def make_field(change: Transaction, table: Table, described: Any, *, in_table: bool) -> Field:
    """
    Add a field that is described as the metadata API wants it.

    Args:
        in_table: It comes inside a call that creates a table, which refusals then name.

    Raises:
        ApiError: 422, the name is taken, or the type or its options are refused.
    """
    if not isinstance(described, dict) or set(described) - {
        "name",
        "type",
        "options",
        "description",
    }:
        raise invalid_request()
    name, kind = described.get("name"), described.get("type")
    check_field_name(table, name)
    if not isinstance(kind, str):
        raise invalid_request()
    where = f"Invalid options for {table.name}.{name}: "
    if kind in COMPUTED_TYPES:
        said = f"Creating {kind} fields is not supported at this time"
        raise invalid("UNSUPPORTED_FIELD_TYPE_FOR_CREATE", (where if in_table else "") + said)
    if kind not in WRITABLE_TYPES:
        raise invalid_request()
    try:
        options = checked(change.base, kind, described.get("options"))
    except OptionsError as error:
        # The type string is recalled, not seen (contracts name none).
        raise invalid("INVALID_FIELD_TYPE_OPTIONS_FOR_CREATE", where + str(error)) from error
    field = Field(new_id("fld"), str(name), kind, options, check_description(described))
    if kind in SELECT_TYPES:
        _number_choices(field)
    change.add_field(table, field)
    add_inverse(change, table, field)
    return field


def make_table(change: Transaction, described: Json) -> Table:
    """
    Add a table with its fields; the first one names its rows.

    Raises:
        ApiError: 422, the name is taken, or a field is refused.
    """
    if set(described) - {"name", "description", "fields"}:
        raise invalid_request()
    check_table_name(change.base, described.get("name"))
    fields = described.get("fields")
    if not isinstance(fields, list) or not fields:
        raise invalid_request()
    first = fields[0].get("type") if isinstance(fields[0], dict) else None
    if first not in list(PRIMARY_TYPES | COMPUTED_TYPES):
        raise invalid_request("The first field cannot be the primary field of a table")
    grid = {"id": new_id("viw"), "name": "Grid view", "type": "grid"}
    table = Table(new_id("tbl"), described["name"], "", description=check_description(described))
    table.views = [grid]
    change.add_table(table)
    for each in fields:
        made = make_field(change, table, each, in_table=True)
        table.primary_id = table.primary_id or made.id
    return table


def check_field_name(table: Table, name: Any, field: Field | None = None) -> None:
    """
    Check a new name of a field.

    Raises:
        ApiError: 422, it is empty, or another field has it in some case.
    """
    taken = {each.name.casefold() for each in table.fields.values() if each is not field}
    if not isinstance(name, str) or not name.strip() or name.casefold() in taken:
        raise invalid(
            "DUPLICATE_OR_EMPTY_FIELD_NAME", f'Field name "{name}" is empty or already used'
        )


def check_table_name(base: Base, name: Any, table: Table | None = None) -> None:
    """
    Check a new name of a table.

    Raises:
        ApiError: 422, it is empty, or another table has it in some case.
    """
    if not isinstance(name, str) or not name.strip():
        raise invalid_request()
    if name.casefold() in {
        each.name.casefold() for each in base.tables.values() if each is not table
    }:
        raise duplicate_table(name)


def duplicate_table(name: str) -> ApiError:
    """Return the 422 of a table name that is taken."""
    return invalid("DUPLICATE_TABLE_NAME", f'Table name "{name}" is already used')


def check_description(described: Json) -> str | None:
    """
    Return a description.

    Raises:
        ApiError: 422, it is no text or too long.
    """
    found = described.get("description")
    if found is not None and (not isinstance(found, str) or len(found) > DESCRIPTION_CHARACTERS):
        raise invalid_request()
    return found


def free_name(table: Table, wanted: str) -> str:
    """Return a name no field has: "Tasks", "Tasks 2", …."""
    names = {each.name.casefold() for each in table.fields.values()}
    name, number = wanted, 1
    while name.casefold() in names:
        number += 1
        name = f"{wanted} {number}"
    return name


def _number_choices(field: Field) -> None:
    given, field.options["choices"] = field.choices, []
    for each in given:
        field.choices.append(new_choice(field, each["name"], each.get("color")))


def add_inverse(change: Transaction, table: Table, field: Field) -> None:
    """Add the other side of a link; links within a table have none (unverified)."""
    if field.type != LINK or field.linked_table_id == table.id:
        return
    linked = change.base.tables[str(field.linked_table_id)]
    options = complete(LINK, {"linkedTableId": table.id, "inverseLinkFieldId": field.id})
    inverse = Field(new_id("fld"), free_name(linked, table.name), LINK, options)
    field.options["inverseLinkFieldId"] = inverse.id
    change.add_field(linked, inverse)
