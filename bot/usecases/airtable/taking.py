"""Bring whole records of a base into the plan: the known are merged, the new adopted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.airtable.agreement import Agreed
from bot.domain.airtable.aspects import ASPECTS, Aspect
from bot.domain.airtable.mapping import MappedTable
from bot.domain.airtable.reading import People
from bot.domain.airtable.schema import AirtableRecord
from bot.domain.airtable.state import AirtableBase, RecordLink
from bot.domain.plan import Why
from bot.domain.plan_file import ItemKind
from bot.ports import PlanReader, PlanWriter
from bot.usecases.airtable.adopting import pulled, take_new
from bot.usecases.airtable.arriving import in_doubt
from bot.usecases.airtable.conflicts import agreed_cells, known_cells
from bot.usecases.airtable.merging import LIVE, Pulling, Told, beside, merge_record

# Which aspects of which kinds point at records of a kind.
_POINTING: Mapping[ItemKind, Sequence[tuple[ItemKind, str]]] = {
    "phase": (("stage", "phase"),),
    "stage": (("task", "stage"), ("issue", "stages")),
    "task": (("issue", "tasks"),),
}


def pulling_of(plan: PlanWriter, base: AirtableBase, *, live: bool = True) -> Pulling:
    """Return one look at the base inside a transaction."""
    return Pulling(plan, base.base_id, People(plan.members()), live=live)


def pulled_why(now: datetime, actor_id: str = "airtable") -> Why:
    """Return who, when and why for a record as it was found."""
    return pulled(f"{now.isoformat()}:{actor_id}", actor_id, now, LIVE)


def take_records(
    pulling: Pulling,
    table: MappedTable,
    records: Iterable[AirtableRecord],
    why: Why,
    field_names: dict[str, str] | None = None,
) -> None:
    """Bring whole records of one table into the plan."""
    listed = list(records)
    links = pulling.plan.links_of_records(record.id for record in listed)
    new = []
    for record in listed:
        told = Told(table, record, why)
        link = links.get(record.id)
        if link is None:
            new.append(told)
        elif not _says_the_same(link, told):
            merge_record(pulling, told, link)
    adopt(pulling, table, new, field_names or {})


def adopt(
    pulling: Pulling, table: MappedTable, news: Sequence[Told], field_names: Mapping[str, str]
) -> None:
    """Bring records without a link into the plan, and the links that pointed at them."""
    items = take_new(pulling, news, field_names)
    base = pulling.plan.airtable_base()
    if not items or not pulling.live or base is None:
        return
    made = {told.record.id for told in news}
    for kind, name in _POINTING.get(table.kind, ()):
        pointing = base.usable.of_kind(kind)
        if pointing is not None and name in pointing.fields:
            aspect = next(each for each in ASPECTS[kind] if each.name == name)
            _point(pulling, pointing, aspect, made, news[0].why)


def _point(pulling: Pulling, table: MappedTable, aspect: Aspect, made: set[str], why: Why) -> None:
    """Read again what points at records that meant nothing when it was read first."""
    plan = pulling.plan
    for link in plan.record_links(table.kind):
        agreed = link.agreed.get(aspect.name)
        cell = agreed.cells.get(aspect.name) if agreed else None
        if agreed is None or not isinstance(cell, list) or not made.intersection(cell):
            continue
        unheard = {**link.agreed, aspect.name: Agreed({aspect.name: None}, agreed.value)}
        cells = {
            id_: cell for id_, cell in known_cells(plan, table, link).items() if cell is not None
        }
        record = AirtableRecord(link.record_id, "", cells)
        merge_record(pulling, Told(table, record, why), replace(link, agreed=unheard))


def has_cleared(plan: PlanReader, table: MappedTable, records: Iterable[AirtableRecord]) -> bool:
    """Whether a record lacks a cell that it had: emptied, or its field is gone altogether."""
    by_id = {record.id: record for record in records}
    return any(
        cell is not None and by_id[link.record_id].cells.get(field_id) is None
        for link in plan.links_of_records(by_id).values()
        for field_id, cell in agreed_cells(table, link).items()
    )


def with_missing(plan: PlanReader, table: MappedTable, record: AirtableRecord) -> AirtableRecord:
    """
    Return a record with the cells that it lacks and had, as they were.

    Emptied by a person, or a field that is gone: that is for a look at feed and schema to tell.
    What we may have emptied ourselves is blank.
    """
    link = plan.link_of_record(record.id)
    if link is None:
        return record
    emptied = {
        table.fields[word].field_id
        for word, sent in in_doubt(plan, link).items()
        if sent.cell is None and word in table.fields
    }
    had = {
        field_id: cell
        for field_id, cell in agreed_cells(table, link).items()
        if field_id not in emptied
    }
    return replace(record, cells={**had, **record.cells})


def _says_the_same(link: RecordLink, told: Told) -> bool:
    """Whether a record is as both sides last saw it, so that nothing is to be done."""
    table = told.table
    now: dict[str, Mapping[str, Any]] = {
        each.name: each.cells(table, told.record.cells) for each in ASPECTS[table.kind]
    }
    now |= {name: agreed.cells for name, agreed in beside(told).items()}
    known = {name: agreed.cells for name, agreed in link.agreed.items()}
    return all(known.get(name) == cells for name, cells in now.items() if cells)
