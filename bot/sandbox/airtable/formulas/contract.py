"""What a formula asks of a row, and how it is refused."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

INVALID = "Invalid formula. Please check your formula text."


class FormulaError(ValueError):
    """
    A formula Airtable refuses.

    Its text follows "The formula for filtering records is invalid: " in Airtable's message.
    """


class Row(Protocol):
    """One record, as a formula sees it. Times are aware and in UTC."""

    @property
    def record_id(self) -> str:
        """The record's id, such as "rec560UJdUtocSouk"."""

    @property
    def created(self) -> datetime:
        """When the record was made."""

    @property
    def now(self) -> datetime:
        """When the formula is asked."""

    def cell(self, name: str) -> object:
        """
        Return the field's value; a blank cell is None.

        Text is a str, a number an int or a float, a checkbox a bool, a select its name, selects
        and links a list of names, a date "2026-05-01", a date with time "2026-05-01T09:00:00.000Z".

        Raises:
            KeyError: No field has this name or id.
        """

    def modified(self, fields: Sequence[str]) -> datetime | None:
        """Return when one of these fields was last edited, or any field when none is named."""
