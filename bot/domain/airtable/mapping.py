"""Which table and field of an Airtable base is what in the plan, and which word which status."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.domain.plan_file import ItemKind


@dataclass(frozen=True, slots=True)
class MappedField:
    """
    A field of the base that holds something of the plan.

    Args:
        field_id: What it is found by, so that renames change nothing.
        name: As it was called when last seen, for people.
        type: Airtable's type when last seen; another one later is drift.
        words: For a select: each option's name and what it means in the plan
            ({"Todo": "not started"}, {"Critical": "1"}); empty for other fields.
        inverse_id: For a link: the field on the other side, which Airtable keeps by itself.
        options: For a select: the id of each option that was there when `words` were settled, by
            its name; a renamed one is found by it, and one without is new.
    """

    field_id: str
    name: str
    type: str
    words: Mapping[str, str] = field(default_factory=dict)
    inverse_id: str = ""
    options: Mapping[str, str] = field(default_factory=dict)

    def without(self, words: Collection[str]) -> "MappedField":
        """Return the field less some of its options."""
        left = {word: means for word, means in self.words.items() if word not in words}
        return replace(self, words=left)


@dataclass(frozen=True, slots=True)
class MappedTable:
    """
    A table of the base that holds items of one kind.

    Args:
        fields: By the plan's word for it: see `PLAN_FIELDS`.
    """

    kind: ItemKind
    table_id: str
    name: str
    fields: Mapping[str, MappedField]


@dataclass(frozen=True, slots=True)
class BaseMapping:
    """What of a base is kept in step with the plan."""

    base_id: str
    tables: tuple[MappedTable, ...]

    def of_kind(self, kind: ItemKind) -> MappedTable | None:
        """Return the table of a kind; None where the base has none."""
        return next((each for each in self.tables if each.kind == kind), None)

    def without(
        self,
        field_ids: Collection[str],
        table_ids: Collection[str],
        words: Mapping[str, Collection[str]],
    ) -> "BaseMapping":
        """
        Return the mapping less what waits for a person: fields, whole tables, or options.

        Args:
            words: Names of options by field id.
        """
        return BaseMapping(
            self.base_id,
            tuple(
                replace(
                    table,
                    fields={
                        word: mapped.without(words.get(mapped.field_id, ()))
                        for word, mapped in table.fields.items()
                        if mapped.field_id not in field_ids
                    },
                )
                for table in self.tables
                if table.table_id not in table_ids
            ),
        )

    def of_table(self, table_id: str) -> MappedTable | None:
        """Return what a table of the base holds; None where the plan does not use it."""
        return next((each for each in self.tables if each.table_id == table_id), None)


# The plan's words for what a field holds, by kind. "title" is the cell that names the item as
# people do ("7.2 - Lambda Prediction API", or the reference alone); "name" a name beside it;
# "key" our own key, by which a record is created once ("ISS-001").
PLAN_FIELDS: dict[ItemKind, tuple[str, ...]] = {
    "phase": ("title", "name", "status", "planned_end", "key"),
    "stage": (
        "title",
        "code",
        "name",
        "status",
        "progress",
        "duration",
        "owner",
        "notes",
        "description",
        "docs_url",
        "started_at",
        "completed_at",
        "planned_end",
        "phase",
        "key",
    ),
    "task": (
        "title",
        "name",
        "status",
        "estimate",
        "actual",
        "owner",
        "created_at",
        "completed_at",
        "stage",
        "key",
    ),
    "issue": (
        "title",
        "description",
        "severity",
        "status",
        "stages",
        "root_cause",
        "tasks",
        "discovered_at",
        "resolved_at",
        "owner",
        "prevention_actions",
        "key",
    ),
}


def mapping_to_plain(mapping: BaseMapping) -> dict[str, Any]:
    """Return a mapping as plain JSON, for the database and `--json`."""
    return {
        "base_id": mapping.base_id,
        "tables": [
            {
                "kind": table.kind,
                "table_id": table.table_id,
                "name": table.name,
                "fields": {
                    word: {
                        "field_id": mapped.field_id,
                        "name": mapped.name,
                        "type": mapped.type,
                        "words": dict(mapped.words),
                        "inverse_id": mapped.inverse_id,
                        "options": dict(mapped.options),
                    }
                    for word, mapped in table.fields.items()
                },
            }
            for table in mapping.tables
        ],
    }


def mapping_from_plain(plain: Mapping[str, Any]) -> BaseMapping:
    """Return the mapping that `mapping_to_plain` wrote."""
    return BaseMapping(
        plain["base_id"],
        tuple(
            MappedTable(
                table["kind"],
                table["table_id"],
                table["name"],
                {word: MappedField(**each) for word, each in table["fields"].items()},
            )
            for table in plain["tables"]
        ),
    )
