"""What a base is made of."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = dict[str, Any]
Cells = dict[str, Any]

TEXT_TYPES = frozenset(
    {"singleLineText", "multilineText", "richText", "email", "url", "phoneNumber"}
)
NUMBER_TYPES = frozenset({"number", "currency", "percent", "duration", "rating"})
SELECT_TYPES = frozenset({"singleSelect", "multipleSelects"})
COLLABORATOR_TYPES = frozenset({"singleCollaborator", "multipleCollaborators"})
# Airtable computes these; nothing may be written to them (contracts, airtable 1.5).
COMPUTED_TYPES = frozenset(
    {
        "formula",
        "rollup",
        "multipleLookupValues",
        "count",
        "autoNumber",
        "createdTime",
        "createdBy",
        "lastModifiedTime",
        "lastModifiedBy",
        "button",
        "aiText",
        "externalSyncSource",
    }
)
LINK = "multipleRecordLinks"
WRITABLE_TYPES = (
    TEXT_TYPES
    | NUMBER_TYPES
    | SELECT_TYPES
    | COLLABORATOR_TYPES
    | {"checkbox", "date", "dateTime", "multipleAttachments", "barcode", LINK}
)
KNOWN_TYPES = WRITABLE_TYPES | COMPUTED_TYPES


@dataclass
class Field:
    """
    A field (column).

    Args:
        options: As the metadata API shows them.
    """

    id: str
    name: str
    type: str
    options: Json = field(default_factory=dict)
    description: str | None = None

    @property
    def is_computed(self) -> bool:
        """Whether its cells are not for writing."""
        return self.type in COMPUTED_TYPES

    @property
    def choices(self) -> list[Json]:
        """The options of a select, in their order: each has an id, a name and a colour."""
        found: list[Json] = self.options.setdefault("choices", [])
        return found

    @property
    def linked_table_id(self) -> str | None:
        """The table a link points into."""
        return self.options.get("linkedTableId")

    @property
    def inverse_id(self) -> str | None:
        """The field on the other side of a link; None where none is kept."""
        return self.options.get("inverseLinkFieldId")

    def choice_called(self, name: str) -> Json | None:
        """Return the option of exactly this name."""
        return next((choice for choice in self.choices if choice["name"] == name), None)

    def choice(self, choice_id: str) -> Json | None:
        """Return the option with this id."""
        return next((choice for choice in self.choices if choice["id"] == choice_id), None)


@dataclass
class Record:
    """
    A record (row).

    Args:
        number: What an autoNumber field shows.
        cells: Values by field id as they are kept: selects as option ids, links as record ids.
            Empty cells are absent.
        modified: When each field was last changed by somebody.
    """

    id: str
    created: datetime
    number: int
    created_by: Mapping[str, str]
    cells: Cells = field(default_factory=dict)
    modified: dict[str, datetime] = field(default_factory=dict)
    modified_by: Mapping[str, str] | None = None

    def copied(self) -> "Record":
        """Return a copy that later changes leave alone."""
        return Record(
            self.id,
            self.created,
            self.number,
            self.created_by,
            deepcopy(self.cells),
            dict(self.modified),
            self.modified_by,
        )


@dataclass
class Table:
    """A table."""

    id: str
    name: str
    primary_id: str
    fields: dict[str, Field] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)
    description: str | None = None
    views: list[Json] = field(default_factory=list)
    next_number: int = 1

    def field_named(self, name_or_id: str) -> Field | None:
        """Return a field by its id or its exact name."""
        if name_or_id in self.fields:
            return self.fields[name_or_id]
        return next((each for each in self.fields.values() if each.name == name_or_id), None)

    @property
    def primary(self) -> Field:
        """The field that names a row."""
        return self.fields[self.primary_id]


@dataclass
class Base:
    """
    A base.

    Args:
        people: Everybody who can be put into a collaborator cell, by user id.
        transactions: How many changes there were, which numbers webhook payloads.
    """

    id: str
    name: str
    tables: dict[str, Table] = field(default_factory=dict)
    people: dict[str, Json] = field(default_factory=dict)
    transactions: int = 0

    def table_named(self, name_or_id: str) -> Table | None:
        """Return a table by its id or its exact name."""
        if name_or_id in self.tables:
            return self.tables[name_or_id]
        return next((each for each in self.tables.values() if each.name == name_or_id), None)

    def record(self, record_id: str) -> tuple[Table, Record] | None:
        """Return a record wherever in the base it is, with its table."""
        for table in self.tables.values():
            if record_id in table.records:
                return table, table.records[record_id]
        return None


@dataclass(frozen=True)
class Actor:
    """Who changes something, and through what: "client" (the product's page) or "publicApi"."""

    user: Mapping[str, str]
    source: str
    permission: str = "create"

    def metadata(self) -> Json:
        """Return what webhook payloads tell of the actor."""
        user = {**self.user, "permissionLevel": self.permission}
        return {"source": self.source, "sourceMetadata": {"user": user}}
