"""Build a base from the JSON it is described in."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.sandbox.airtable.coercion import COLORS, CellWriter
from bot.sandbox.airtable.field_options import complete
from bot.sandbox.airtable.ids import derived_id, is_id
from bot.sandbox.airtable.model import (
    COLLABORATOR_TYPES,
    KNOWN_TYPES,
    LINK,
    SELECT_TYPES,
    TEXT_TYPES,
    Actor,
    Base,
    Field,
    Json,
    Record,
    Table,
)
from bot.sandbox.airtable.refusals import ApiError
from bot.sandbox.airtable.transactions import Transaction


class BaseFileError(ValueError):
    """A description of a base that cannot be one; the text is for people."""


def build_base(content: Any, user: Mapping[str, str], now: datetime) -> Base:
    """
    Return the base that `content` describes.

    Args:
        user: Who is said to have written its records.
        now: When records without a createdTime were created.

    Raises:
        BaseFileError: it does not describe a base.
    """
    _expect(isinstance(content, Mapping), "A base is an object with an id and tables.")
    base_id = content.get("id")
    _expect(is_id("app", base_id), f'The base\'s id {base_id!r} is not "app" and 14 letters.')
    base = Base(str(base_id), str(content.get("name") or "Local base"))
    base.people[user["id"]] = dict(user)
    for person in content.get("collaborators") or []:
        _expect(_is_person(person), f"The collaborator {person!r} needs an id, email and name.")
        base.people[person["id"]] = dict(person)
    tables = _list_of(content, "tables", "The base")
    for described in tables:
        table = _build_table(base, described)
        base.tables[table.id] = table
    _no_twins("The base", "table", (table.name for table in base.tables.values()))
    _point_links(base)
    for described, table in zip(tables, list(base.tables.values()), strict=True):
        _fill_table(base, table, described, user, now)
    _complete_links(base)
    return base


def _build_table(base: Base, described: Any) -> Table:
    where = f"Table {described.get('name')!r}" if isinstance(described, Mapping) else "A table"
    _expect(isinstance(described, Mapping), "A table is an object with a name and fields.")
    name = described.get("name")
    _expect(isinstance(name, str) and name != "", "A table has no name.")
    table_id = described.get("id") or derived_id("tbl", base.id, name)
    _expect(is_id("tbl", table_id), f'{where}: the id {table_id!r} is not "tbl" and 14 letters.')
    _expect(table_id not in base.tables, f"{where}: the id {table_id} is there twice.")
    table = Table(table_id, name, "", description=described.get("description"))
    fields = _list_of(described, "fields", where)
    _expect(bool(fields), f"{where} has no fields.")
    for each in fields:
        field = _build_field(table, each, where)
        _expect(field.id not in table.fields, f"{where}: the field id {field.id} is there twice.")
        table.fields[field.id] = field
    _no_twins(where, "field", (field.name for field in table.fields.values()))
    primary = described.get("primaryFieldId") or next(iter(table.fields))
    found = table.field_named(primary)
    if found is None:
        raise BaseFileError(f"{where}: primaryFieldId {primary!r} is none of its fields.")
    table.primary_id = found.id
    grid = {"id": derived_id("viw", table_id, "grid"), "name": "Grid view", "type": "grid"}
    table.views = [dict(view) for view in described.get("views") or [grid]]
    return table


def _build_field(table: Table, described: Any, where: str) -> Field:
    _expect(isinstance(described, Mapping), f"{where}: a field is an object with name and type.")
    name, kind = described.get("name"), described.get("type")
    _expect(isinstance(name, str) and name != "", f"{where}: a field has no name.")
    if kind not in list(KNOWN_TYPES):
        raise BaseFileError(f"{where}, field {name!r}: there is no type {kind!r}.")
    field_id = described.get("id") or derived_id("fld", table.id, name)
    _expect(is_id("fld", field_id), f"{where}, field {name!r}: the id {field_id!r} is none.")
    given = described.get("options") or {}
    _expect(isinstance(given, Mapping), f"{where}, field {name!r}: its options are no object.")
    options: Json = complete(kind, given)
    field = Field(field_id, name, kind, options, described.get("description"))
    if kind in SELECT_TYPES:
        named = options.get("choices") or []
        options["choices"] = []
        for choice in named:
            good = isinstance(choice, Mapping) and isinstance(choice.get("name"), str)
            _expect(good, f"{where}, field {name!r}: a choice has no name.")
            _add_choice(field, choice["name"], choice)
    return field


def _add_choice(field: Field, name: str, given: Mapping[str, Any] | None = None) -> None:
    color = COLORS[len(field.choices) % len(COLORS)]
    made = {"id": derived_id("sel", field.id, name), "name": name, "color": color}
    field.choices.append({**made, **(given or {})})


def _point_links(base: Base) -> None:
    """
    Turn the names in the options of links into ids.

    An export of some tables has links to others that it lacks: their cells are served as they are.
    """
    for table in base.tables.values():
        for field in table.fields.values():
            if field.type != LINK:
                continue
            where = f"Table {table.name!r}, field {field.name!r}"
            linked = base.table_named(str(field.options.get("linkedTableId")))
            if linked is None:
                elsewhere = derived_id("tbl", field.id, "elsewhere")
                field.options["linkedTableId"] = field.options.get("linkedTableId") or elsewhere
                continue
            field.options["linkedTableId"] = linked.id
            if inverse_name := field.options.get("inverseLinkFieldId"):
                inverse = linked.field_named(str(inverse_name))
                if inverse is None or inverse.type != LINK:
                    raise BaseFileError(f"{where}: its inverseLinkFieldId is no link field.")
                field.options["inverseLinkFieldId"] = inverse.id


def _fill_table(
    base: Base, table: Table, described: Mapping[str, Any], user: Mapping[str, str], now: datetime
) -> None:
    rows = described.get("records", [])
    _expect(isinstance(rows, list), f"Table {table.name!r}: its records are no list.")
    _collect(base, table, rows)
    writer = CellWriter(Transaction(base, Actor(user, "client"), now), table)
    for number, row in enumerate(rows, 1):
        where = f"Table {table.name!r}, record {number}"
        _expect(_has_fields(row), f"{where} is no object with fields.")
        record_id = row.get("id") or derived_id("rec", table.id, str(number))
        _expect(is_id("rec", record_id), f'{where}: the id {record_id!r} is not "rec" and 14.')
        _expect(base.record(record_id) is None, f"{where}: the id {record_id} is there twice.")
        created = _created(row.get("createdTime"), now, where)
        record = Record(record_id, created, number, user)
        for name, value in row["fields"].items():
            _fill_cell(table, writer, record, name, value, where)
        table.records[record_id] = record
    table.next_number = len(rows) + 1


def _fill_cell(
    table: Table, writer: CellWriter, record: Record, name: str, value: Any, where: str
) -> None:
    field = table.field_named(name)
    if field is None:
        raise BaseFileError(f"{where}: the table has no field {name!r}.")
    try:
        cell = value if field.is_computed else writer.coerce(field, value, _as_held(field, value))
    except ApiError as error:
        if field.type not in TEXT_TYPES:
            raise BaseFileError(
                f"{where}, field {name!r} ({field.type}): {value!r} does not fit ({error.sentence})"
            ) from error
        cell = value
    if cell is not None:
        record.cells[field.id] = cell


def _as_held(field: Field, value: Any) -> Any:
    """Return what makes the writer keep links and attachments that it cannot know."""
    return value if field.type in {LINK, "multipleAttachments"} else None


def _collect(base: Base, table: Table, rows: Iterable[Any]) -> None:
    """Take select options and collaborators from the records where the schema has none."""
    for field in table.fields.values():
        values = [row["fields"].get(field.name) for row in rows if _has_fields(row)]
        if field.type in SELECT_TYPES and not field.choices:
            for name in dict.fromkeys(_texts(values)):
                _add_choice(field, name)
        if field.type in COLLABORATOR_TYPES:
            for each in _flat(values):
                if isinstance(each, Mapping) and {"id", "email"} <= set(each):
                    base.people.setdefault(each["id"], {"name": each["email"], **each})


def _is_person(person: Any) -> bool:
    return isinstance(person, Mapping) and {"id", "email", "name"} <= set(person)


def _has_fields(row: Any) -> bool:
    return isinstance(row, Mapping) and isinstance(row.get("fields"), Mapping)


def _flat(values: Iterable[Any]) -> list[Any]:
    return [one for each in values for one in (each if isinstance(each, list) else [each])]


def _texts(values: Iterable[Any]) -> list[str]:
    return [each for each in _flat(values) if isinstance(each, str) and each]


def _complete_links(base: Base) -> None:
    """Fill the other side of links that a file tells on one side only."""
    for table in base.tables.values():
        for field in table.fields.values():
            linked = base.tables.get(field.linked_table_id or "")
            if field.type != LINK or linked is None or field.inverse_id is None:
                continue
            for record in table.records.values():
                for other_id in record.cells.get(field.id) or []:
                    other = linked.records.get(other_id)
                    if other is None:
                        continue
                    back = other.cells.setdefault(field.inverse_id, [])
                    if record.id not in back:
                        back.append(record.id)


def _created(text: Any, now: datetime, where: str) -> datetime:
    if text is None:
        return now
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise BaseFileError(f"{where}: createdTime {text!r} is no ISO 8601 time.") from error
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _list_of(content: Mapping[str, Any], key: str, where: str) -> list[Any]:
    found = content.get(key)
    if not isinstance(found, list):
        raise BaseFileError(f"{where} has no list of {key}.")
    return found


def _no_twins(where: str, kind: str, names: Iterable[str]) -> None:
    for name, count in Counter(names).items():
        _expect(count == 1, f"{where} has {count} {kind}s called {name!r}.")


def _expect(holds: bool, sentence: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        raise BaseFileError(sentence)
