"""What the cells of a field look like: the evidence that a name alone does not give."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.airtable.schema import COMPUTED, AirtableField, AirtableRecord, AirtableTable
from bot.domain.durations import parse_duration, parse_hours
from bot.domain.plan_cells import text_of
from bot.domain.plan_file import ItemKind
from bot.domain.progress import parse_progress
from bot.domain.refs import phase_ref, split_title

Samples = Mapping[str, Sequence[AirtableRecord]]

_MAX_WORDS = 15  # a text with more distinct values is no status
_RECORD_ID = re.compile(r"rec[0-9A-Za-z]{14}")
_ID_LIKE = re.compile(r"[A-Za-z]{0,10}[-_ #]?[0-9]{1,6}(?:[.\-][0-9A-Za-z]{1,6}){0,6}[A-Za-z]?")
_ISSUE_KEY = re.compile(r"[A-Za-z]{2,10}-[0-9]{1,9}")
_OWN_KEY = {"phase": "PHASE", "stage": "STG", "task": "TASK", "issue": "ISS"}
_LETTERS = 3
# Where teams write documents; a request for a merge, a picture or a dashboard lives elsewhere.
_DOCUMENTS = re.compile(
    r"https?://(?:docs\.google\.com|drive\.google\.com|(?:[a-z0-9-]+\.)?notion\.(?:so|site)"
    r"|[a-z0-9-]+\.atlassian\.net/wiki|[a-z0-9-]+\.sharepoint\.com|(?:[a-z0-9-]+\.)?coda\.io"
    r"|(?:www\.)?dropbox\.com|[a-z0-9.-]+\.gitbook\.io|(?:docs?|wiki|confluence)\.[a-z0-9.-]+"
    r"|[a-z0-9.-]+/(?:docs?|wiki|confluence)/)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Column:
    """
    A field with what stands in it.

    Args:
        values: The filled cells as they came.
        by_row: The cells of all rows in their order; None where one is blank.
        texts: The same as text, blanks left out.
        type: Airtable's type; of a computed field that of its result.
    """

    field: AirtableField
    is_primary: bool
    values: tuple[Any, ...]
    texts: tuple[str, ...]
    type: str
    by_row: tuple[Any, ...] = ()

    @property
    def is_computed(self) -> bool:
        """Whether nothing can be written to it."""
        return not self.field.is_writable

    @property
    def words(self) -> tuple[str, ...]:
        """The options of a select, or the few distinct words of a text; empty where many."""
        if self.field.choices:
            return self.field.choices
        distinct = tuple(dict.fromkeys(self.texts))
        return distinct if len(distinct) <= _MAX_WORDS else ()

    def share(self, holds: Callable[[str], bool]) -> float:
        """Return the share of filled cells whose text holds; 0 where all are blank."""
        return sum(map(holds, self.texts)) / len(self.texts) if self.texts else 0.0


def columns_of(table: AirtableTable, samples: Samples) -> tuple[Column, ...]:
    """Return the fields of a table with their sampled cells, in the table's order."""
    rows = samples.get(table.id, ())
    return tuple(_column(each, table, rows) for each in table.fields)


def _column(field: AirtableField, table: AirtableTable, rows: Sequence[AirtableRecord]) -> Column:
    values = tuple(row.cells[field.id] for row in rows if field.id in row.cells)
    texts = tuple(text for value in values if (text := text_of(value)))
    by_row = tuple(row.cells.get(field.id) for row in rows)
    is_primary = field.id == table.primary_field_id
    return Column(field, is_primary, values, texts, type_of(field), by_row)


def type_of(field: AirtableField) -> str:
    """Return the type of what a field holds; a formula's is the type of its result."""
    if field.type == "createdTime":
        return "dateTime"
    if field.type == "count":
        return "number"
    if field.type in {"formula", "rollup", "multipleLookupValues"}:
        result = field.options.get("result") or {}
        return str(result.get("type") or "singleLineText")
    return field.type if field.type not in COMPUTED else ""


def has_ref(kind: ItemKind) -> Callable[[str], bool]:
    """Return the test whether a title of this kind starts with a reference."""
    return lambda text: _split(kind, text)[0] is not None


def has_ref_and_name(kind: ItemKind) -> Callable[[str], bool]:
    """Return the test whether a title holds both a reference and a name behind it."""

    def holds(text: str) -> bool:
        ref, rest = _split(kind, text)
        return ref is not None and sum(map(str.isalpha, rest)) >= _LETTERS

    return holds


def _split(kind: ItemKind, text: str) -> tuple[str | None, str]:
    ref, rest = split_title(text)
    if ref is None and kind == "phase" and (ref := phase_ref(text)):
        rest = re.sub(r"^\W*phases?\W*[0-9A-Za-z.]+", "", text, flags=re.IGNORECASE)
    return ref, rest


def is_id_like(text: str) -> bool:
    """Whether a text is an identifier and nothing else: "WP-1.1", "M1", "7.2"."""
    return _ID_LIKE.fullmatch(text) is not None


def is_record_id(text: str) -> bool:
    """Whether a text is the id of an Airtable record."""
    return _RECORD_ID.fullmatch(text) is not None


def is_issue_key(text: str) -> bool:
    """Whether a text is a key such as "ISS-001"."""
    return _ISSUE_KEY.fullmatch(text) is not None


def is_own_key(kind: ItemKind) -> Callable[[str], bool]:
    """Return the test whether a text is a key that the product minted."""
    form = re.compile(rf"{_OWN_KEY[kind]}-[0-9]{{1,9}}", re.IGNORECASE)
    return lambda text: form.fullmatch(text) is not None


def is_url(text: str) -> bool:
    """Whether a text is a web address."""
    return text.startswith(("http://", "https://"))


def is_document(text: str) -> bool:
    """Whether a text is the address of a document, by where it lives."""
    return _DOCUMENTS.match(text) is not None


def is_date(text: str) -> bool:
    """Whether a text is a date or an instant as Airtable writes them."""
    return _reads(datetime.fromisoformat, text)


def is_percent(text: str) -> bool:
    """Whether a text states a progress."""
    return _reads(parse_progress, text)


def is_duration(text: str) -> bool:
    """Whether a text states an amount of work."""
    return parse_duration(text).low_s is not None


def is_effort(text: str) -> bool:
    """Whether a text states hours, with a unit or without."""
    return is_duration(text) or _reads(parse_hours, text)


def _reads(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True
