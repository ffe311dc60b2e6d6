"""Before a row is sent and after it was answered: what is marked, and what is agreed on."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.airtable.agreement import Agreed
from bot.domain.airtable.aspects import ASPECTS, Aspect, aspect_called
from bot.domain.airtable.mapping import MappedTable
from bot.domain.airtable.schema import AirtableRecord
from bot.domain.airtable.state import (
    FOR_ISSUES,
    AirtableBase,
    PushState,
    QueuedPush,
    RecordLink,
    Sent,
)
from bot.ports import PlanReader, PlanWriter
from bot.usecases.airtable.arriving import agree_other_side
from bot.usecases.airtable.conflicts import ROW, close_conflict, known_cells, open_conflicts
from bot.usecases.airtable.merging import (
    Pulling,
    Told,
    beside,
    merge_record,
    queue_again,
)
from bot.usecases.airtable.pushing import Write
from bot.usecases.airtable.taking import has_cleared, pulled_why, with_missing

KEPT_SENT = 60  # cells of one record whose echo is still to come


def mark_sent(plan: PlanWriter, write: Write, now: datetime, *, until: datetime) -> None:
    """Write down, before it is sent, that a row may have arrived, and what was there before."""
    plan.queue_push(replace(write.push, state=PushState.SENT, not_before=until))
    if write.link is None:
        return
    sent = _sent(write, now)
    # A row that is tried again is expected once.
    before = [each for each in write.link.sent if not _is_among(each, sent)]
    plan.put_link(replace(write.link, sent=(*before, *sent)[-KEPT_SENT:]))


def _sent(write: Write, now: datetime) -> list[Sent]:
    known = write.link.agreed.values() if write.link else ()
    was = {word: cell for agreed in known for word, cell in agreed.cells.items()}
    fields = write.table.fields if write.table else {}
    words = {mapped.field_id: word for word, mapped in fields.items()}
    said = {
        word: write.said.get(aspect.name)
        for aspect in ASPECTS[write.push.kind]
        for word in aspect.words
    }
    sent = {words[field_id]: cell for field_id, cell in write.cells.items() if field_id in words}
    return [
        Sent(word, was.get(word), cell, now.isoformat(), said.get(word))
        for word, cell in sent.items()
    ]


def _is_among(one: Sent, many: Sequence[Sent]) -> bool:
    return any((one.word, one.was, one.cell) == (each.word, each.was, each.cell) for each in many)


def take_answer(pulling: Pulling, write: Write, record: AirtableRecord, now: datetime) -> None:
    """Remember what was written as agreed, and take over whatever else the answer says."""
    plan, table, push = pulling.plan, write.table, write.push
    if table is None:
        return
    has_more = bool(write.held) or saved_since(plan, push)
    plan.drop_push(push.kind, push.key)
    link = plan.record_link(push.kind, push.key) or _made(pulling, write, table, record, now)
    told = Told(table, record, pulled_why(now))
    agreed = dict(link.agreed)
    for aspect in ASPECTS[push.kind]:
        if aspect.name in write.said:
            cells = _heard(aspect, table, write, record, agreed.get(aspect.name))
            agreed[aspect.name] = Agreed(cells, write.said[aspect.name])
    for sent in _sent(write, now):
        if sent.word == FOR_ISSUES:
            agree_other_side(plan, link, sent.was, sent.cell)
    agreed |= beside(told)
    settled = replace(link, agreed=agreed, seen_at=now)
    plan.put_link(settled)
    merge_record(pulling, replace(told, record=with_missing(plan, table, record)), settled)
    if has_more:  # a link to what has no record yet, a removal while it was sent
        queue_again(plan, settled.kind, settled.key, now)
    if has_cleared(plan, table, [record]) and (base := plan.airtable_base()):
        plan.put_airtable_base(replace(base, poke=True))


def saved_since(plan: PlanReader, push: QueuedPush) -> bool:
    """Whether an item was saved after its row was marked as sent."""
    known = plan.queued_push(push.kind, push.key)
    return known is not None and known.since > push.since


def _heard(
    aspect: Aspect, table: MappedTable, write: Write, record: AirtableRecord, known: Agreed | None
) -> dict[str, Any]:
    """Return the cells as they were written; one that was not is as it was seen before."""
    told = aspect.cells(table, record.cells)
    if known is None:
        return told
    return {
        word: cell if table.fields[word].field_id in write.cells else known.cells.get(word)
        for word, cell in told.items()
    }


def _made(
    pulling: Pulling, write: Write, table: MappedTable, record: AirtableRecord, now: datetime
) -> RecordLink:
    return RecordLink(
        kind=write.push.kind,
        key=write.push.key,
        base_id=pulling.base_id,
        table_id=table.table_id,
        record_id=record.id,
        agreed={},
        sent=tuple(_sent(write, now)),
        made_here=True,
    )


def agree_unwritten(plan: PlanWriter, write: Write) -> None:
    """Remember as agreed what the plan says otherwise and the cells say already."""
    link = plan.record_link(write.push.kind, write.push.key)
    if link is None or not write.said:
        return
    agreed = {
        name: Agreed(link.agreed[name].cells, value)
        for name, value in write.said.items()
        if name in link.agreed
    }
    plan.put_link(replace(link, agreed={**link.agreed, **agreed}))


def revisit_conflicts(
    pulling: Pulling, base: AirtableBase, push: QueuedPush, now: datetime
) -> None:
    """See whether a change of the plan has ended what its item's two sides disagreed on."""
    plan = pulling.plan
    found = [each for each in open_conflicts(plan, push.kind, push.key) if each.aspect != ROW]
    link = plan.record_link(push.kind, push.key) if found else None
    table = base.usable.of_kind(push.kind)
    item: Any = plan.item(push.kind, push.key)
    if link is None or table is None or item is None:
        return
    for conflict in found:
        value = aspect_called(push.kind, conflict.aspect).value(item)
        if conflict.overwritten and value == conflict.theirs:
            close_conflict(plan, conflict.key, "alike", now)
    if disputed := [each for each in found if not each.overwritten]:
        cells = {
            name: cell for name, cell in known_cells(plan, table, link).items() if cell is not None
        }
        record = AirtableRecord(link.record_id, "", cells)
        merge_record(pulling, Told(table, record, pulled_why(now, disputed[0].their_actor)), link)


def open_again(pulling: Pulling, write: Write, record: AirtableRecord, now: datetime) -> bool:
    """
    Bring an item back that was undone here while somebody worked on its record; whether it is back.

    What they said is taken over: a record with other people's work in it is not deleted.
    """
    plan, link, table = pulling.plan, write.link, write.table
    item = plan.item(write.push.kind, write.push.key)
    if link is None or table is None or item is None:
        return False
    if item.removed_at is None:  # somebody here wants it back
        plan.drop_push(link.kind, link.key)
        queue_again(plan, link.kind, link.key, now)
        return True
    before = open_conflicts(plan, link.kind, link.key)
    why = pulled_why(now)
    after = merge_record(pulling, Told(table, record, why), link)
    if after is None or (after == item and open_conflicts(plan, link.kind, link.key) == before):
        return False
    plan.save(replace(after, removed_at=None), why)
    plan.drop_push(link.kind, link.key)
    if merged := plan.record_link(link.kind, link.key):  # what it still has to say is queued anew
        merge_record(pulling, Told(table, record, why), merged)
    return True


def table_of(batch: Sequence[Write]) -> MappedTable:
    """
    Return the table of a request's rows.

    Raises:
        LookupError: they have none, so they can't be written.
    """
    table = batch[0].table
    if table is None:
        raise LookupError("a row without a table can't be written")
    return table
