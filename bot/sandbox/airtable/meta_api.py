"""The metadata API: who am I, which bases, which tables, and changes of a schema."""

from bot.sandbox.airtable.call import Call
from bot.sandbox.airtable.field_options import complete
from bot.sandbox.airtable.model import Base, Field, Json, Table
from bot.sandbox.airtable.refusals import hidden, invalid_request
from bot.sandbox.airtable.schema_changes import (
    check_description,
    check_field_name,
    check_table_name,
    make_field,
    make_table,
)


def whoami(call: Call) -> Json:
    """Tell whose token it is; the address only with its scope."""
    user = call.world.config.user
    told = {"id": user["id"]}
    if "user.email:read" in call.world.scopes:
        told["email"] = user["email"]
    return told


def bases(call: Call) -> Json:
    """List the bases the token can see."""
    call.only("offset")
    level = call.world.config.permission
    return {
        "bases": [
            {"id": base.id, "name": base.name, "permissionLevel": level}
            for base in call.world.bases.values()
        ]
    }


def tables(call: Call) -> Json:
    """Show the whole schema of a base."""
    call.only("include")
    call.need("read")
    visible = "visibleFieldIds" in call.many("include")
    return {"tables": base_schema(call.base, visible=visible)}


def create_table(call: Call) -> Json:
    """Add a table."""
    call.need("create")
    with call.world.change(call.base, call.world.api_actor) as change:
        return table_schema(make_table(change, call.object()))


def update_table(call: Call) -> Json:
    """Change the name or the description of a table."""
    call.need("create")
    body, table = call.object(), call.table
    if not body or set(body) - {"name", "description"}:
        raise invalid_request()
    if "name" in body:
        check_table_name(call.base, body["name"], table)
    description = check_description(body)
    with call.world.change(call.base, call.world.api_actor) as change:
        change.touch_table(table)
        table.name = body.get("name", table.name)
        if "description" in body:
            table.description = description
    return table_schema(table)


def create_field(call: Call) -> Json:
    """Add a field, and with a link its other side."""
    call.need("create")
    table = call.table
    with call.world.change(call.base, call.world.api_actor) as change:
        return field_schema(make_field(change, table, call.object(), in_table=False))


def update_field(call: Call) -> Json:
    """Change the name or the description of a field; its type and options cannot be changed."""
    call.need("create")
    body, table = call.object(), call.table
    field = table.fields.get(call.ids["field"])
    if field is None:
        raise hidden()
    if not body or set(body) - {"name", "description"}:
        raise invalid_request()
    if "name" in body:
        check_field_name(table, body["name"], field)
    description = check_description(body)
    with call.world.change(call.base, call.world.api_actor) as change:
        change.touch_field(table, field)
        field.name = body.get("name", field.name)
        if "description" in body:
            field.description = description
    return field_schema(field)


def base_schema(base: Base, *, visible: bool = False) -> list[Json]:
    """Return the tables of a base as the API shows them."""
    return [table_schema(table, visible=visible) for table in base.tables.values()]


def table_schema(table: Table, *, visible: bool = False) -> Json:
    """
    Return a table as the API shows it.

    Args:
        visible: Tell which fields the views show.
    """
    views = [dict(view) for view in table.views]
    for view in views:
        if visible and view["type"] == "grid":
            view["visibleFieldIds"] = list(table.fields)
    shown: Json = {
        "id": table.id,
        "name": table.name,
        "primaryFieldId": table.primary_id,
        "fields": [field_schema(field) for field in table.fields.values()],
        "views": views,
    }
    if table.description is not None:
        shown["description"] = table.description
    return shown


def field_schema(field: Field) -> Json:
    """Return a field as the API shows it."""
    shown: Json = {"id": field.id, "name": field.name, "type": field.type}
    if field.description is not None:
        shown["description"] = field.description
    if options := complete(field.type, field.options):
        shown["options"] = options
    return shown
