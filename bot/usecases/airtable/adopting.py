"""Records the plan does not know yet: each meets its item, or becomes one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.airtable.agreement import Agreed, says_nothing
from bot.domain.airtable.aspects import aspects_of
from bot.domain.airtable.reading import read_record
from bot.domain.airtable.saying import saying, value_of_blank
from bot.domain.airtable.state import FOR_ISSUES, PULLED, PushState, QueuedPush, RecordLink
from bot.domain.airtable.writing import can_write
from bot.domain.new_items import SEQUENCES, new_item
from bot.domain.plan import Why
from bot.domain.plan_file import Draft, ItemKind
from bot.domain.plan_items import PlanItem
from bot.domain.plan_merge import match_items, merge
from bot.domain.plan_phases import plan_phases
from bot.domain.plan_targets import Targets
from bot.ports import PlanReader
from bot.usecases.airtable.announcing import announce_pulled
from bot.usecases.airtable.arriving import agree_other_side
from bot.usecases.airtable.conflicts import note_conflict
from bot.usecases.airtable.links import all_with_keys, surroundings
from bot.usecases.airtable.merging import Pulling, Told, beside, merge_record
from bot.usecases.airtable.recognising import agreed_before, issues_before

_ALL_CHANGES = 100_000  # more than any item has; the port wants a limit


@dataclass(frozen=True, slots=True)
class _New:
    """
    A record and what it says.

    Args:
        draft: As it was read: its links are the base's words.
        keyed: The same, its links as our keys.
    """

    told: Told
    draft: Draft
    keyed: Draft


def take_new(
    pulling: Pulling, news: Sequence[Told], field_names: Mapping[str, str]
) -> list[PlanItem]:
    """
    Bring records of one table that have no link into the plan; returns their items.

    A record that carries our key is that item (a lost answer). Another meets the unlinked item
    that its ref and name mean, else it becomes a new one. A copied row carries another's key:
    it is an item of its own, and gets a key of its own.

    Args:
        field_names: Names by field id, for the record as the export keeps it.
    """
    plan = pulling.plan
    found = _drafted(pulling, news, field_names)
    if not found:
        return []
    kind = found[0].draft.kind
    matched = _matched(plan, kind, [new.draft for new in found])
    phases = _phases(pulling, found, matched) if kind == "stage" else {}
    items = []
    for position, new in enumerate(found):
        if position in phases:
            links = {**new.keyed.links, "phase_key": (phases[position],)}
            new = replace(new, keyed=replace(new.keyed, links=links))  # noqa: PLW2901
        known = matched.get(position)
        if known is None:
            items.append(_begin(pulling, new))
        elif known.key == new.draft.key:
            items.append(_recognise(pulling, new, known))
        else:
            items.append(_meet(pulling, new, known))
    return items


def _drafted(pulling: Pulling, news: Sequence[Told], field_names: Mapping[str, str]) -> list[_New]:
    """Return what records say, those left out that nothing names."""
    told, drafts = [], []
    for one in news:
        draft, _ = read_record(one.table, one.record, pulling.people)
        if draft is not None:
            fields = {field_names.get(name, name): cell for name, cell in one.record.cells.items()}
            source = {"id": one.record.id, "createdTime": one.record.created, "fields": fields}
            told.append(one)
            drafts.append(replace(draft, source=source))
    keyed = all_with_keys(pulling.plan, drafts)
    return [_New(*parts) for parts in zip(told, drafts, keyed, strict=True)]


def _matched(plan: PlanReader, kind: ItemKind, drafts: Sequence[Draft]) -> dict[int, Any]:
    """Return the unlinked item that each draft means, by position; our key tells for sure."""
    by_key: dict[int, Any] = {}
    taken: set[str] = set()
    # Of records that carry one key the oldest is the item's; the others are copies.
    for position in sorted(range(len(drafts)), key=lambda each: _age(drafts[each])):
        key = drafts[position].key
        if not key or key in taken or plan.record_link(kind, key):
            continue
        if item := plan.item(kind, key):
            by_key[position] = item
            taken.add(key)
    items = [each for each in plan.unlinked_items(kind) if each.key not in taken]
    left = [position for position in range(len(drafts)) if position not in by_key]
    if not items or not left:
        return by_key
    # The key was looked at above; what is left is recognised by record id, ref and name.
    found = match_items([replace(drafts[position], key=None) for position in left], items)
    return by_key | {left[at]: item for at, item in found.items()}


def _age(draft: Draft) -> tuple[str, str]:
    return str(draft.source.get("createdTime", "")), draft.record_id or ""


def _phases(pulling: Pulling, found: Sequence[_New], matched: Mapping[int, Any]) -> dict[int, str]:
    """Return the phase of stages whose base has no table of phases, made where it is missing."""
    table = found[0].told.table
    phase = table.fields.get("phase")
    if phase is not None and phase.type == "multipleRecordLinks":
        return {}
    plan, why = pulling.plan, found[0].told.why
    known = Targets()
    for item in plan.phases():
        known.add(item)
    wanted = plan_phases([new.draft for new in found], matched, known)
    keys = dict(wanted.known)
    for new in wanted.new:
        made = replace(new.phase, key=plan.mint(SEQUENCES["phase"]))
        plan.save(made, why)
        keys.update(dict.fromkeys(new.positions, made.key))
    return keys


def _begin(pulling: Pulling, new: _New) -> PlanItem:
    """Make the item of a record."""
    plan, draft = pulling.plan, new.draft
    key = draft.key if draft.key and plan.item(draft.kind, draft.key) is None else None
    values = _values(new)
    item = new_item(draft, key or plan.mint(SEQUENCES[draft.kind]), values, new.told.why.at)
    plan.save(item, new.told.why)
    _link(pulling, new, item, kept=None)
    if draft.key and draft.key != item.key:  # a copied row: two records must not share a key
        plan.queue_push(QueuedPush(kind=draft.kind, key=item.key, since=new.told.why.at))
    if pulling.live:
        announce_pulled(plan, None, item, new.told.why)
    return item


def _recognise(pulling: Pulling, new: _New, item: PlanItem) -> PlanItem:
    """Link the record that carries an item's own key: its answer was lost, or it came back."""
    plan, told = pulling.plan, new.told
    push = plan.queued_push(told.table.kind, item.key)
    if item.removed_at is not None and push is None:
        item = replace(item, removed_at=None)  # brought back from the base's trash
        plan.save(item, told.why)
    cells = told.record.cells
    link = replace(
        _bare_link(pulling, told, item.key),
        agreed=agreed_before(plan, told.table, item, cells, surroundings(plan)),
        made_here=push is not None and push.state is PushState.SENT,
    )
    plan.put_link(link)
    if link.made_here and (inverse := told.table.fields.get(FOR_ISSUES)):
        ours = issues_before(plan, link.key, cells.get(inverse.field_id) or ())
        agree_other_side(plan, link, None, ours)
    return merge_record(pulling, told, link) or item


def _meet(pulling: Pulling, new: _New, item: PlanItem) -> PlanItem:
    """Link a record to an item that was there: a person's word stands, and is asked about."""
    plan, why = pulling.plan, new.told.why
    changes = plan.changes(kind=new.draft.kind, key=item.key, limit=_ALL_CHANGES)
    merged = merge(item, _values(new), changes)
    after: PlanItem = replace(merged.item, removed_at=None)
    plan.save(after, why)
    _link(pulling, new, after, kept=merged.kept)
    return after


def _values(new: _New) -> dict[str, Any]:
    links = {
        name: keys if name.endswith("_keys") else keys[0] for name, keys in new.keyed.links.items()
    }
    return {**new.draft.fields, **links, "source": new.draft.source}


def _link(pulling: Pulling, new: _New, item: PlanItem, *, kept: Sequence[str] | None) -> None:
    """
    Remember what both sides agree on; what only the plan says is queued.

    Args:
        kept: Fields where a person's word differs from the record's: both are shown. None for an
            item that was made of the record just now: it says nothing but what the record says.
    """
    plan, told = pulling.plan, new.told
    table, record = told.table, told.record
    link = _bare_link(pulling, told, item.key)
    agreed = dict(link.agreed)
    pushes = False
    for aspect in aspects_of(table):
        said = saying(aspect, table, record.cells, new.keyed, item)
        value = aspect.value(item)
        if set(kept or ()) & set(aspect.fields):
            note_conflict(plan, told.why, link, said, item)
            agreed[aspect.name] = Agreed(dict.fromkeys(said.cells), None)  # each is news
            continue
        blank = kept is not None and all(cell is None for cell in said.cells.values())
        # That a stage has not begun is nobody's word: a blank cell says as much.
        ours = blank and not says_nothing(value) and value != value_of_blank(aspect, table)
        ours = ours and can_write(aspect, table) and not _is_derived(aspect.name, item, new.draft)
        agreed[aspect.name] = Agreed(said.cells, None if ours else value)
        pushes = pushes or ours
    plan.put_link(replace(link, agreed=agreed))
    if pushes:
        plan.queue_push(QueuedPush(kind=table.kind, key=item.key, since=told.why.at))


def _bare_link(pulling: Pulling, told: Told, key: str) -> RecordLink:
    table, record = told.table, told.record
    return RecordLink(
        kind=table.kind,
        key=key,
        base_id=pulling.base_id,
        table_id=table.table_id,
        record_id=record.id,
        agreed=beside(told),
        seen_at=told.why.at,
    )


def _is_derived(aspect: str, item: PlanItem, draft: Draft) -> bool:
    """Whether a value was read from other cells of the same record: that is no news to it."""
    if aspect == "progress":  # inside the notes
        return bool(item.progress == draft.fields.get("progress"))  # type: ignore[union-attr]
    return aspect in {"phase", "discovered_at"}  # by the ref; by the record's creation


def pulled(operation: str, actor_id: str, at: Any, reason: str) -> Why:
    """Return who, when and why for what was taken over from Airtable."""
    return Why(operation=f"{PULLED}{operation}", actor_id=actor_id, at=at, reason=reason)
