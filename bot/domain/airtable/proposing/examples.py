"""Real values of mapped fields, so that a person sees at a glance whether a mapping is right."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from bot.domain.airtable.mapping import BaseMapping, MappedField
from bot.domain.airtable.proposing.columns import is_record_id
from bot.domain.airtable.schema import AirtableRecord
from bot.domain.plan_cells import text_of, texts_of
from bot.domain.plan_file import ItemKind

_MAX_EXAMPLE = 40  # characters


def examples(
    mapping: BaseMapping, samples: Mapping[str, Sequence[AirtableRecord]], *, limit: int = 2
) -> Mapping[tuple[ItemKind, str], tuple[str, ...]]:
    """Return up to `limit` different values of each mapped field, each one short line."""
    titles = _titles(mapping, samples)
    return {
        (table.kind, name): _shown(field, samples.get(table.table_id, ()), titles, limit)
        for table in mapping.tables
        for name, field in table.fields.items()
    }


def _titles(
    mapping: BaseMapping, samples: Mapping[str, Sequence[AirtableRecord]]
) -> dict[str, str]:
    """Return what the sampled records are called, by their ids."""
    found = {}
    for table in mapping.tables:
        title = table.fields.get("title")
        for row in samples.get(table.table_id, ()):
            if title and (text := text_of(row.cells.get(title.field_id))):
                found[row.id] = text
    return found


def _shown(
    field: MappedField, rows: Sequence[AirtableRecord], titles: Mapping[str, str], limit: int
) -> tuple[str, ...]:
    distinct: dict[str, None] = {}
    for text in _texts(field, rows, titles):
        if len(distinct) >= limit:
            break
        distinct.setdefault(text)
    return tuple(distinct)


def _texts(
    field: MappedField, rows: Sequence[AirtableRecord], titles: Mapping[str, str]
) -> Iterator[str]:
    for row in rows:
        value = row.cells.get(field.field_id)
        line = " ".join(_text(field, value, titles).split())
        if line:
            yield line if len(line) <= _MAX_EXAMPLE else f"{line[: _MAX_EXAMPLE - 1].rstrip()}…"


def _text(field: MappedField, value: Any, titles: Mapping[str, str]) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        if field.type == "percent":
            return f"{round(value * 100, 1):g} %"
        if field.type == "duration":
            return str(timedelta(seconds=round(value)))
        return f"{value:g}"
    parts = texts_of(value)
    return ", ".join(titles.get(part, part) if is_record_id(part) else part for part in parts)
