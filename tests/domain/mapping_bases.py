"""The bases of `tests/data/bases`, and what a person would say their fields are."""

import json
from pathlib import Path
from typing import Any

from bot.domain.airtable.mapping import BaseMapping
from bot.domain.airtable.proposing.proposal import Missing, Proposal
from bot.domain.airtable.schema import AirtableRecord, BaseSchema

FOLDER = Path(__file__).resolve().parents[1] / "data" / "bases"
Base = tuple[BaseSchema, dict[str, list[AirtableRecord]]]


def load(name: str) -> Base:
    """Return the schema and the rows of a base; the file has its cells by the fields' names."""
    return base_of(json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")))


def base_of(told: dict[str, Any]) -> Base:
    """Return the schema and the rows of a base as the file tells it."""
    samples = {}
    for table in told["tables"]:
        ids = {field["name"]: field["id"] for field in table["fields"]}
        samples[table["id"]] = [
            AirtableRecord(
                row["id"],
                row["createdTime"],
                {ids[name]: value for name, value in row["fields"].items()},
            )
            for row in table["records"]
        ]
    return BaseSchema.from_api(told["id"], told["tables"]), samples


def said(mapping: BaseMapping) -> dict[str, dict[str, str]]:
    """Return a mapping by names: the table under "" and each word's field."""
    return {
        table.kind: {"": table.name, **{word: field.name for word, field in table.fields.items()}}
        for table in mapping.tables
    }


def words(proposal: Proposal, kind: str, name: str) -> dict[str, str]:
    """Return what the options of a field mean."""
    return dict(proposal.mapping.of_kind(kind).fields[name].words)


def with_created(schema: BaseSchema, missing: tuple[Missing, ...]) -> BaseSchema:
    """Return the schema as it is after everything missing was created."""
    tables = [
        {
            "id": table.id,
            "name": table.name,
            "primaryFieldId": table.primary_field_id,
            "fields": [
                {"id": each.id, "name": each.name, "type": each.type, "options": each.options}
                for each in table.fields
            ],
        }
        for table in schema.tables
    ]
    counter = iter(range(1000))
    for each in missing:
        assert each.field is not None, each
        if each.name:
            table = next(t for t in tables if f"In the table “{t['name']}”" in each.steps)
            assert each.label.casefold() not in {f["name"].casefold() for f in table["fields"]}
            table["fields"].append({"id": f"fldNew{next(counter)}", **each.field})
        else:
            assert each.label.casefold() not in {t["name"].casefold() for t in tables}
            fields = [{"id": f"fldNew{next(counter)}", **f} for f in each.field["fields"]]
            new = {**each.field, "id": f"tblNew{next(counter)}", "fields": fields}
            tables.append({**new, "primaryFieldId": fields[0]["id"]})
    return BaseSchema.from_api(schema.base_id, tables)


TEXT = "singleLineText"


def table(number, name, *fields, rows=()):
    """Return a table of a file; a field is (name, type) or (name, type, options)."""
    told = [
        {
            "id": f"fld{number}{at}",
            "name": field[0],
            "type": field[1],
            "options": dict(*field[2:]),
        }
        for at, field in enumerate(fields)
    ]
    records = [
        {
            "id": f"rec{number}{at}",
            "createdTime": "2026-01-01T00:00:00.000Z",
            "fields": {f[0]: value for f, value in zip(fields, row, strict=True) if value},
        }
        for at, row in enumerate(rows)
    ]
    return {
        "id": f"tbl{number}",
        "name": name,
        "primaryFieldId": told[0]["id"],
        "fields": told,
        "records": records,
    }


def base(*tables):
    """Return the schema and the rows of a base of these tables."""
    return base_of({"id": "appTest", "tables": list(tables)})


def choices(*names):
    """Return the options of a select."""
    return {"choices": [{"name": name} for name in names]}


def field_id(schema, table_name, field_name):
    """Return the id of a field by names."""
    found = next(each for each in schema.tables if each.name == table_name)
    return found.field_called(field_name).id
