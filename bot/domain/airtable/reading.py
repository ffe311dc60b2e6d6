"""Records of a base into what they say about the plan; what can't be read is left out and said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from bot.domain.airtable.mapping import MappedField, MappedTable
from bot.domain.airtable.schema import AirtableRecord
from bot.domain.identities import folded, member_ids
from bot.domain.plan import Member
from bot.domain.plan_cells import name_of, text_of
from bot.domain.plan_file import Draft, PlanNote
from bot.domain.plan_rows import Row, draft_cells

_HOUR_S = 3600
_FULL = 100
# The plan's words for cells, in the words of `plan_rows`.
_ROW_WORDS = {
    "owner": "owner_text",
    "estimate": "estimate_minutes",
    "actual": "actual_minutes",
}
_ISSUE_WORDS = {"key": "title", "title": "name"}
_PEOPLE = frozenset({"singleCollaborator", "multipleCollaborators"})


@dataclass(frozen=True)
class People:
    """The members, as a base's cells name them."""

    members: Sequence[Member] = ()

    @cached_property
    def _here(self) -> Mapping[str, str]:
        return member_ids(self.members)

    @cached_property
    def _everybody(self) -> Mapping[str, str]:
        return member_ids(self.members, gone=True)

    def known_as(self, cell: Any) -> str | None:
        """Return the Slack id of whom a cell names, by e-mail or else by name, gone or not."""
        known = (self._here.get(name) or self._everybody.get(name) for name in _names(cell))
        return next(filter(None, known), None)

    def id_of(self, cell: Any) -> str | None:
        """Return the same, None of somebody who has left."""
        member = self.member(self.known_as(cell))
        return member.id if member is not None and member.is_here else None

    def member(self, member_id: str | None) -> Member | None:
        """Return the member with this Slack id."""
        return next((each for each in self.members if each.id == member_id), None)

    def email_of(self, member_id: str | None) -> str | None:
        """Return an e-mail of a member, where one is known."""
        member = self.member(member_id)
        return next((name for name in (member.aliases if member else ()) if "@" in name), None)


def _names(cell: Any) -> list[str]:
    named = [cell.get("email"), cell.get("name")] if isinstance(cell, Mapping) else []
    return [name for each in (*named, cell) if (name := folded(text_of(each)))]


def read_record(
    table: MappedTable, record: AirtableRecord, people: People
) -> tuple[Draft | None, list[PlanNote]]:
    """
    Return what a record says (None where nothing names it), and what could not be read.

    The draft's `fields` hold what was read, by the item's field; blanks and what can't be read
    are absent. Its `links` hold record ids, or the words of a text cell.
    """
    filled = {
        _row_word(table, word): _cell(mapped, record.cells[mapped.field_id])
        for word, mapped in table.fields.items()
        if text_of(record.cells.get(mapped.field_id))
    }
    row = Row(where=record.id, cells={}, record_id=record.id, created=record.created)
    draft, notes = draft_cells(table.kind, filled, row)
    if draft is None:
        return None, notes
    fields = dict(draft.fields)
    owner = table.fields.get("owner")
    if owner and (cell := record.cells.get(owner.field_id)):
        if table.kind == "issue":  # it has no words for an owner beside whom they mean
            fields["owner_id"] = people.known_as(cell)
            fields.pop("owner_text", None)
        else:
            fields["owner_id"] = people.id_of(cell)
    key = draft.key or own_key(table, record)
    return replace(draft, fields=fields, key=key), notes


def own_key(table: MappedTable, record: AirtableRecord) -> str | None:
    """Return our own key that a record carries; None where it carries none."""
    mapped = table.fields.get("key")
    return name_of(record.cells.get(mapped.field_id)) or None if mapped else None


def as_listed(kind: str, cell: Any) -> Any:
    """
    Return a cell of the change feed as the list call gives it.

    The feed has selects and links as objects, lists as their names and ids (contracts, 1.6).
    """
    if kind == "singleSelect" and isinstance(cell, Mapping):
        return cell.get("name")
    if kind == "multipleSelects" and isinstance(cell, list):
        return [part["name"] if isinstance(part, Mapping) else part for part in cell]
    if kind == "multipleRecordLinks" and isinstance(cell, list):
        cell = [part["id"] if isinstance(part, Mapping) else part for part in cell]
    return cell if _is_filled(cell) else None


def _is_filled(cell: Any) -> bool:
    return cell is not False and cell not in (None, "", [])


def _row_word(table: MappedTable, word: str) -> str:
    if table.kind == "issue" and word in _ISSUE_WORDS:
        return _ISSUE_WORDS[word]
    return _ROW_WORDS.get(word, word)


def _cell(mapped: MappedField, value: Any) -> Any:
    """Return a cell in the words that `plan_rows` reads."""
    if mapped.words:
        word = text_of(value)
        return mapped.words.get(word, word)
    if mapped.type in _PEOPLE:
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if mapped.type == "duration":
        return f"{round(value / _HOUR_S, 4):g} hours"
    if mapped.type == "percent":
        return f"{round(value * _FULL, 4):g}%"
    return value
