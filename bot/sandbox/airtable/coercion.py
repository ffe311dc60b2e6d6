"""What a value written to a field becomes in its cell, or why it is refused."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.sandbox.airtable import plain_values as plain
from bot.sandbox.airtable.ids import is_id, new_id
from bot.sandbox.airtable.model import LINK, TEXT_TYPES, Base, Field, Json, Record, Table
from bot.sandbox.airtable.plain_values import NoFitError
from bot.sandbox.airtable.refusals import (
    bad_value,
    computed_field,
    invalid,
    no_option,
    no_row,
    unknown_field,
)
from bot.sandbox.airtable.rendering import row_name
from bot.sandbox.airtable.transactions import Transaction

COLORS = (
    "blueLight2",
    "cyanLight2",
    "tealLight2",
    "greenLight2",
    "yellowLight2",
    "orangeLight2",
    "redLight2",
    "pinkLight2",
    "purpleLight2",
    "grayLight2",
)
RATING_MAX = 10


def new_choice(field: Field, name: str, color: str | None = None) -> Json:
    """Return a further option for a select."""
    return {
        "id": new_id("sel"),
        "name": name,
        "color": color or COLORS[len(field.choices) % len(COLORS)],
    }


class CellWriter:
    """
    Coerces the values of one request.

    Args:
        typecast: Convert texts, create select options and rows for links instead of refusing.
    """

    def __init__(self, change: Transaction, table: Table, *, typecast: bool = False) -> None:
        self._change = change
        self._table = table
        self._typecast = typecast
        self._by_type: dict[str, Callable[[Field, Any, Any], Any]] = {
            "singleSelect": self._select,
            "multipleSelects": self._selects,
            LINK: self._links,
            "singleCollaborator": self._collaborator,
            "multipleCollaborators": self._collaborators,
            "multipleAttachments": _attachments,
            "barcode": _barcode,
        }

    def cells(self, values: Mapping[str, Any], record: Record | None = None) -> dict[str, Any]:
        """
        Return values by field name or id as cells by field id.

        Args:
            record: The row they are for; its dangling links may stay.

        Raises:
            ApiError: a field is unknown or computed, or a value is not of its type.
        """
        found = {}
        for name, value in values.items():
            field = self._table.field_named(name)
            if field is None:
                raise unknown_field(name)
            before = record.cells.get(field.id) if record else None
            found[field.id] = self.coerce(field, value, before)
        return found

    def coerce(self, field: Field, value: Any, before: Any = None) -> Any:
        """
        Return what the cell keeps; None empties it.

        Raises:
            ApiError: the field is computed, or the value is not of its type.
        """
        if field.is_computed:
            raise computed_field(field.name)
        if value is None or value == []:
            return None
        try:
            special = self._by_type.get(field.type)
            if special is not None:
                return special(field, value, before)
            return plain_value(field, value, typecast=self._typecast)
        except NoFitError as error:
            raise bad_value(field.name) from error

    def _select(self, field: Field, value: Any, _before: Any) -> str | None:
        if not isinstance(value, str):
            raise NoFitError
        return self._option(field, value) if value else None

    def _selects(self, field: Field, value: Any, _before: Any) -> list[str] | None:
        if self._typecast and isinstance(value, str):
            value = [part.strip() for part in value.split(",") if part.strip()]
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise NoFitError
        return list(dict.fromkeys(self._option(field, each) for each in value)) or None

    def _option(self, field: Field, name: str) -> str:
        found = field.choice_called(name)
        if found is None and self._typecast:
            self._change.touch_field(self._table, field)
            found = new_choice(field, name)
            field.choices.append(found)
        if found is None:
            raise no_option(name)
        return str(found["id"])

    def _links(self, field: Field, value: Any, before: Any) -> list[str] | None:
        if self._typecast and isinstance(value, str):
            value = [part.strip() for part in value.split(",") if part.strip()]
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise NoFitError
        kept = frozenset(before or ())
        return list(dict.fromkeys(self._row(field, each, kept) for each in value)) or None

    def _row(self, field: Field, text: str, kept: frozenset[str]) -> str:
        linked = self._change.base.tables.get(field.linked_table_id or "")
        if text in kept or (linked is not None and text in linked.records):
            return text
        if not is_id("rec", text):
            if self._typecast and linked is not None:
                return self._row_called(linked, text)
            raise invalid("INVALID_RECORD_ID", f'Value "{text}" is not a valid record ID.')
        raise no_row(text)

    def _row_called(self, linked: Table, text: str) -> str:
        for record in linked.records.values():
            if row_name(self._change.base, linked, record) == text:
                return record.id
        writer = CellWriter(self._change, linked, typecast=True)
        cell = writer.coerce(linked.primary, text)
        return self._change.create(linked, {linked.primary_id: cell}).id

    def _collaborator(self, _field: Field, value: Any, _before: Any) -> Json:
        return _person(self._change.base, value)

    def _collaborators(self, _field: Field, value: Any, _before: Any) -> list[Json]:
        if not isinstance(value, list):
            raise NoFitError
        return [_person(self._change.base, each) for each in value]


def plain_value(field: Field, value: Any, *, typecast: bool) -> Any:
    """Return the cell of a field whose values need nothing of the base."""
    if field.type in TEXT_TYPES:
        return plain.to_text(value, typecast=typecast)
    if field.type == "rating":
        most = int(field.options.get("max", RATING_MAX))
        return plain.to_rating(value, most, typecast=typecast)
    if field.type == "dateTime":
        return plain.to_moment(value, str(field.options.get("timeZone", "utc")))
    convert: Callable[..., Any] = _PLAIN.get(field.type, plain.to_number)
    return convert(value, typecast=typecast)


_PLAIN: dict[str, Callable[..., Any]] = {
    "duration": plain.to_duration,
    "checkbox": plain.to_checkbox,
    "date": plain.to_date,
}


def _person(base: Base, value: Any) -> Json:
    if isinstance(value, str):
        value = {"id": value}
    if not isinstance(value, Mapping):
        raise NoFitError
    for key in ("id", "email"):
        if key in value:
            for person in base.people.values():
                if person[key] == value[key]:
                    return dict(person)
    # Only who has access to the base can be put into a cell.
    raise NoFitError


def _attachments(_field: Field, value: Any, before: Any) -> list[Any]:
    if not isinstance(value, list):
        raise NoFitError
    held = {each["id"]: each for each in before or [] if isinstance(each, Mapping) and "id" in each}
    return [_attachment(each, held) for each in value]


def _attachment(value: Any, held: Mapping[str, Any]) -> Any:
    if not isinstance(value, Mapping):
        raise NoFitError
    if "id" in value:
        if value["id"] not in held:
            raise NoFitError
        return held[value["id"]]
    url = value.get("url")
    if not isinstance(url, str) or "://" not in url:
        raise NoFitError
    filename = value.get("filename") or url.rsplit("/", 1)[-1]
    return {"id": new_id("att"), "url": url, "filename": filename}


def _barcode(_field: Field, value: Any, _before: Any) -> Json:
    if not isinstance(value, Mapping) or not isinstance(value.get("text"), str):
        raise NoFitError
    return {key: value[key] for key in ("text", "type") if value.get(key)}
