"""The schema of an Airtable base, as its metadata API tells it (contracts, airtable 1.5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# Airtable computes these: what is written to them is refused (contracts, airtable 1.5).
COMPUTED = frozenset(
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


@dataclass(frozen=True, slots=True)
class AirtableField:
    """
    A field (column) of a table.

    Args:
        id: "fld" and 14 characters; survives renames, which `name` does not.
        type: Airtable's word, such as "singleSelect".
        options: As the API gives them: {"choices": [{"id", "name"}]}, {"linkedTableId"}, ….
    """

    id: str
    name: str
    type: str
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_writable(self) -> bool:
        """Whether a value may be written to it."""
        return self.type not in COMPUTED

    @property
    def choices(self) -> tuple[str, ...]:
        """The names of a select's options, in their order; empty for other types."""
        return tuple(choice["name"] for choice in self.options.get("choices", ()))

    @property
    def choice_ids(self) -> dict[str, str]:
        """The ids of a select's options by their names; empty for other types."""
        return {choice["name"]: choice.get("id", "") for choice in self.options.get("choices", ())}

    @property
    def linked_table_id(self) -> str | None:
        """The table a link field points into; None for other types."""
        return self.options.get("linkedTableId")


@dataclass(frozen=True, slots=True)
class AirtableTable:
    """A table of a base."""

    id: str
    name: str
    primary_field_id: str
    fields: tuple[AirtableField, ...]

    def field(self, field_id: str) -> AirtableField | None:
        """Return the field with this id."""
        return next((each for each in self.fields if each.id == field_id), None)

    def field_called(self, name: str) -> AirtableField | None:
        """Return the field of this name, in any case."""
        folded = name.casefold()
        return next((each for each in self.fields if each.name.casefold() == folded), None)


@dataclass(frozen=True, slots=True)
class AirtableRecord:
    """
    A record (row) of a table.

    Args:
        created: ISO 8601 in UTC, as the API gives `createdTime`.
        cells: Cell values by field id; empty cells are absent (contracts, airtable 1.1).
    """

    id: str
    created: str
    cells: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BaseSchema:
    """All tables of a base, as one call of the metadata API returns them."""

    base_id: str
    tables: tuple[AirtableTable, ...]

    def table(self, table_id: str) -> AirtableTable | None:
        """Return the table with this id."""
        return next((each for each in self.tables if each.id == table_id), None)

    @classmethod
    def from_api(cls, base_id: str, tables: Sequence[Mapping[str, Any]]) -> "BaseSchema":
        """Return the schema in the body of `GET /v0/meta/bases/{base}/tables`."""
        return cls(
            base_id,
            tuple(
                AirtableTable(
                    table["id"],
                    table["name"],
                    table["primaryFieldId"],
                    tuple(
                        AirtableField(
                            each["id"], each["name"], each["type"], each.get("options") or {}
                        )
                        for each in table["fields"]
                    ),
                )
                for table in tables
            ),
        )
