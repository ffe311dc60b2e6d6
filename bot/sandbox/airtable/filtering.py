"""The rows a formula lets through."""

import importlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.sandbox.airtable.model import LINK, Base, Record, Table
from bot.sandbox.airtable.refusals import invalid
from bot.sandbox.airtable.rendering import (
    as_text,
    is_empty,
    last_modified,
    linked_names,
    render_cell,
)

FORMULAS = "bot.sandbox.airtable.formulas"
REFUSED = "The formula for filtering records is invalid"


class FormulaRow:
    """A row as a formula sees it."""

    def __init__(self, base: Base, table: Table, record: Record, now: datetime) -> None:
        self._base = base
        self._table = table
        self._record = record
        self.record_id = record.id
        self.created = record.created
        self.now = now

    def cell(self, name: str) -> Any:
        """
        Return a cell by field name or id: links, people and files as names, blank as None.

        Raises:
            KeyError: there is no such field.
        """
        field = self._table.field_named(name)
        if field is None:
            raise KeyError(name)
        value = render_cell(self._base, self._table, self._record, field)
        if field.type == LINK:
            value = linked_names(self._base, field, value or [])
        return None if is_empty(value) else _named(value)

    def modified(self, fields: Sequence[str]) -> datetime | None:
        """
        Return when one of the fields, or without any the row, was last changed.

        Raises:
            KeyError: there is no such field.
        """
        for name in fields:
            if self._table.field_named(name) is None:
                raise KeyError(name)
        return last_modified(self._table, self._record, tuple(fields))


def _named(value: Any) -> Any:
    if isinstance(value, list):
        return [_named(each) for each in value]
    return as_text(value) if isinstance(value, dict) else value


def filtered(base: Base, table: Table, formula: str | None, now: datetime) -> list[Record]:
    """
    Return the rows for which a formula is true; all of them without one.

    Raises:
        ApiError: 422, the formula makes no sense or names a field that is not there.
    """
    rows = list(table.records.values())
    if formula is None:
        return rows
    formulas = importlib.import_module(FORMULAS)
    try:
        names = {name for field in table.fields.values() for name in (field.id, field.name)}
        evaluate = formulas.compile_formula(formula, field_names=names)
    except formulas.FormulaError as error:
        raise invalid("INVALID_FILTER_BY_FORMULA", f"{REFUSED}: {error}") from error
    return [row for row in rows if formulas.is_true(evaluate(FormulaRow(base, table, row, now)))]
