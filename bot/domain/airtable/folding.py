"""Fold one look at the feed into what became of each record; our own echoes change nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.domain.airtable.agreement import same_cell
from bot.domain.airtable.feed import CellChange, Editor, RecordChange
from bot.domain.airtable.mapping import MappedTable
from bot.domain.airtable.reading import as_listed
from bot.domain.airtable.state import RecordLink, Sent

# The feed may lag by so much; a write without an echo by then changed nothing.
LAG = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Overwritten:
    """A value that our write replaced before anybody here had seen it."""

    word: str
    cell: Any


@dataclass
class Folded:
    """
    One record after a look at the feed.

    Args:
        cells: The changed cells as they are now, by field id, in the list call's form.
        editor: Who changed it last; our own echoes aside.
        sent: Our writes whose echo is still to come.
        echoed: Our writes, by the plan's word, that nobody has changed since.
        created: The record's creation time where this look saw it being made.
    """

    table: MappedTable
    record_id: str
    at: datetime
    editor: Editor
    sent: list[Sent]
    cells: dict[str, Any] = field(default_factory=dict)
    echoed: dict[str, Sent] = field(default_factory=dict)
    overwritten: list[Overwritten] = field(default_factory=list)
    created: str | None = None
    destroyed: bool = False
    touched: bool = False


def fold(
    changes: Sequence[RecordChange],
    tables: Mapping[str, MappedTable],
    links: Mapping[str, RecordLink],
    our_user: str,
) -> list[Folded]:
    """
    Return what became of each record, in the order in which they were first touched.

    Args:
        tables: What is kept in step, by table id; changes of other tables are none of ours.
        links: Links of the records in `changes`, by record id.
        our_user: Airtable's id of the token's user.
    """
    found: dict[str, Folded] = {}
    for change in changes:
        table = tables.get(change.table_id)
        if table is None:
            continue
        link = links.get(change.record_id)
        record = found.setdefault(
            change.record_id,
            Folded(
                table,
                change.record_id,
                change.at,
                change.editor,
                list(link.sent) if link else [],
            ),
        )
        _fold(record, change, our_user)
    return list(found.values())


def _fold(record: Folded, change: RecordChange, our_user: str) -> None:
    record.destroyed = change.destroyed
    record.created = change.created or record.created
    ours = change.editor.is_api and change.editor.id == our_user
    words = {mapped.field_id: (word, mapped.type) for word, mapped in record.table.fields.items()}
    for cell in change.cells:
        if cell.field_id not in words:
            continue
        word, kind = words[cell.field_id]
        if ours and _is_echo(record, word, kind, cell):
            continue
        record.cells[cell.field_id] = as_listed(kind, cell.cell)
        record.echoed.pop(word, None)
        record.touched = True
    if not ours or record.created or change.destroyed:
        record.at, record.editor = change.at, change.editor


def _is_echo(record: Folded, word: str, kind: str, change: CellChange) -> bool:
    """
    Whether a change is what we wrote ourselves; takes it off the list of what is to come.

    Where the cell said something else before than we knew, somebody's value was replaced unseen.
    """
    now, before = as_listed(kind, change.cell), as_listed(kind, change.previous)
    mine = [each for each in record.sent if each.word == word and same_cell(each.cell, now)]
    if not mine:
        return False
    # A write of what the cell said already has no echo: the one that fits is meant.
    own = next((each for each in mine if same_cell(each.was, before)), mine[0])
    later = record.sent[record.sent.index(own) + 1 :]
    past = record.sent[: record.sent.index(own)]
    record.sent = [each for each in past if each.word != word] + later
    if not same_cell(before, own.was) and not same_cell(before, now):
        record.overwritten.append(Overwritten(word, before))
    if any(each.word == word for each in later):
        record.cells.pop(change.field_id, None)  # a later write of ours is on its way
        record.echoed.pop(word, None)
    else:
        record.cells[change.field_id] = now
        record.echoed[word] = own
    return True


def still_to_come(sent: Sequence[Sent], heard: datetime | None) -> tuple[Sent, ...]:
    """
    Return our writes less those that the feed would have told by now.

    Args:
        heard: When the feed was looked at last; None where nobody knows.
    """
    if heard is None:
        return tuple(sent)
    return tuple(each for each in sent if each.at and _moment(each) > heard - LAG)


def _moment(sent: Sent) -> datetime:
    return datetime.fromisoformat(sent.at)
