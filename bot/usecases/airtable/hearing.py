"""Take over one look at the change feed: who changed what, and what our own writes replaced."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.domain.airtable.aspects import aspect_called, aspects_of
from bot.domain.airtable.feed import FeedPage
from bot.domain.airtable.folding import Folded, fold, still_to_come
from bot.domain.airtable.mapping import BaseMapping, MappedTable
from bot.domain.airtable.reading import read_record
from bot.domain.airtable.saying import Saying, saying
from bot.domain.airtable.schema import AirtableRecord
from bot.domain.airtable.state import FOR_ISSUES, AirtableBase, RecordLink
from bot.domain.plan import Why
from bot.domain.plan_file import KINDS
from bot.ports import PlanReader, PlanWriter
from bot.usecases.airtable.adopting import pulled
from bot.usecases.airtable.arriving import agree_as_sent
from bot.usecases.airtable.conflicts import known_cells, note_conflict
from bot.usecases.airtable.links import with_keys
from bot.usecases.airtable.merging import LIVE, Pulling, Told, merge_record
from bot.usecases.airtable.removing import record_gone
from bot.usecases.airtable.taking import adopt, pulling_of


def unknown_records(plan: PlanReader, mapping: BaseMapping, page: FeedPage) -> dict[str, list[str]]:
    """
    Return the records, by table, that were changed and have no item: they have to be read whole.

    A row that somebody adds on Airtable's page is made empty and is named a moment later.
    """
    links = plan.links_of_records(change.record_id for change in page.changes)
    made = {change.record_id for change in page.changes if change.created}
    gone = {change.record_id for change in page.changes if change.destroyed}
    found: dict[str, list[str]] = defaultdict(list)
    for change in page.changes:
        known = change.record_id in links or change.record_id in made | gone
        table = mapping.of_table(change.table_id)
        if not known and table is not None and change.record_id not in found[change.table_id]:
            found[change.table_id].append(change.record_id)
    return {table_id: ids for table_id, ids in found.items() if ids}


def hear(plan: PlanWriter, base: AirtableBase, page: FeedPage) -> int:
    """Bring the plan up to date with a page of the feed; return how many records it touched."""
    tables = {table.table_id: table for table in base.usable.tables}
    links = {
        record: replace(link, sent=still_to_come(link.sent, base.pulled_at))
        for record, link in plan.links_of_records(
            change.record_id for change in page.changes
        ).items()
    }
    folded = fold(page.changes, tables, links, base.user_id)
    pulling = pulling_of(plan, base)
    for kind in KINDS:  # what is pointed at comes before what points at it
        table = base.usable.of_kind(kind)
        if table is not None:
            own = [each for each in folded if each.table.table_id == table.table_id]
            _take(pulling, table, own, links)
    return sum(each.touched or each.destroyed for each in folded)


def _take(
    pulling: Pulling,
    table: MappedTable,
    folded: Sequence[Folded],
    links: Mapping[str, RecordLink],
) -> None:
    new = []
    for each in folded:
        link = links.get(each.record_id)
        why = _why(pulling, each)
        if each.destroyed:
            if link is not None:
                record_gone(pulling.plan, table, link, why)
        elif link is not None:
            _merge(pulling, each, link, why)
        elif each.created:
            new.append(Told(table, _record(each, {}), why))
    adopt(pulling, table, new, {})


def _merge(pulling: Pulling, each: Folded, link: RecordLink, why: Why) -> None:
    plan = pulling.plan
    # What was agreed on may have moved since the page was begun: by another record of it.
    known = plan.record_link(link.kind, link.key) or link
    told = Told(each.table, _record(each, known_cells(plan, each.table, known)), why)
    heard = agree_as_sent(plan, each.table, told.record.cells, known, each.echoed)
    heard = replace(heard, sent=tuple(each.sent))
    if each.cells:
        merge_record(pulling, told, heard)
    else:
        plan.put_link(heard)
    for lost in each.overwritten:
        if lost.word == FOR_ISSUES:
            _note_unlinked(pulling, link, lost.cell, why)
        else:
            _note_overwritten(pulling, told, heard, lost.word, lost.cell)


def _note_overwritten(pulling: Pulling, told: Told, link: RecordLink, word: str, cell: Any) -> None:
    """Show a value that our write replaced unseen: whoever wrote it did not see ours either."""
    plan, table = pulling.plan, told.table
    item: Any = plan.item(link.kind, link.key)
    aspect = next((each for each in aspects_of(table) if word in each.words), None)
    if item is None or aspect is None:
        return
    cells = {**told.record.cells, table.fields[word].field_id: cell}
    record = AirtableRecord(told.record.id, told.record.created, cells)
    draft, _ = read_record(table, record, pulling.people)
    said = saying(aspect, table, cells, with_keys(plan, draft) if draft else None, item)
    if said.value != aspect.value(item):
        note_conflict(plan, told.why, link, said, item, overwritten=True)


def _note_unlinked(pulling: Pulling, task: RecordLink, cell: Any, why: Why) -> None:
    """Show issues that somebody linked to a task while we wrote its issues."""
    plan = pulling.plan
    aspect = aspect_called("issue", "tasks")
    for issue in plan.links_of_records(cell or ()).values():
        item: Any = plan.item("issue", issue.key)
        if item is None or task.key in item.remediation_task_keys:
            continue
        theirs = [*item.remediation_task_keys, task.key]
        said = Saying(aspect, {"tasks": None}, {"remediation_task_keys": theirs})
        note_conflict(plan, why, issue, said, item, overwritten=True)


def _record(each: Folded, known: Mapping[str, Any]) -> AirtableRecord:
    cells = {name: cell for name, cell in {**known, **each.cells}.items() if cell is not None}
    return AirtableRecord(each.record_id, each.created or "", cells)


def _why(pulling: Pulling, each: Folded) -> Why:
    editor = each.editor
    known = pulling.people.known_as({"email": editor.email, "name": editor.name})
    actor = known or (f"airtable:{editor.name}" if editor.name else "airtable")
    return pulled(f"{each.at.isoformat()}:{each.record_id}:{actor}", actor, each.at, LIVE)
