"""A record that is known meets its item: each aspect goes where it was changed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.domain.airtable.agreement import Agreed, Side, changed_side
from bot.domain.airtable.aspects import Aspect, aspects_of
from bot.domain.airtable.reading import People, read_record
from bot.domain.airtable.saying import Saying, saying
from bot.domain.airtable.state import Conflict, QueuedPush, RecordLink, conflict_key
from bot.domain.airtable.writing import can_write
from bot.domain.airtable_mapping import MappedTable
from bot.domain.airtable_schema import AirtableRecord
from bot.domain.issues import Issue, IssueStatus
from bot.domain.plan import Stage, Status, Task, Why
from bot.domain.plan_file import Draft
from bot.domain.plan_items import PlanItem
from bot.domain.records import with_fields
from bot.ports import PlanWriter
from bot.usecases.airtable.announcing import announce_pulled, show_conflict
from bot.usecases.airtable.links import with_keys

NOBODY = "airtable"  # whoever it was: a record that was read tells nobody's name
LIVE = "changed in Airtable"
_RECENT = 50  # changes looked through for who changed an aspect last


@dataclass(frozen=True, slots=True)
class Pulling:
    """
    One look at the base inside one transaction.

    Args:
        live: Changes as they happen; False while a base is read for the first time, when
            nothing is news.
    """

    plan: PlanWriter
    base_id: str
    people: People
    live: bool = True


@dataclass(frozen=True, slots=True)
class Told:
    """A record as it is now, and who made it so: an actor of the audit trail."""

    table: MappedTable
    record: AirtableRecord
    why: Why


def merge_record(pulling: Pulling, told: Told, link: RecordLink) -> PlanItem | None:
    """
    Take over what Airtable changed, queue what the plan changed, and show what both did.

    `told.record` holds every mapped cell. Returns the item as it is now, None where it is gone.
    """
    plan = pulling.plan
    item: Any = plan.item(link.kind, link.key)
    if item is None:
        return None
    draft, _ = read_record(told.table, told.record, pulling.people)
    draft = with_keys(plan, draft) if draft else None
    agreed = dict(link.agreed)
    taken: dict[str, Any] = {}
    pushes = False
    for aspect in aspects_of(told.table):
        said = saying(aspect, told.table, told.record.cells, draft, item)
        value = aspect.value(item)
        side = _side(agreed.get(aspect.name), said, value)
        if side is Side.AIRTABLE and said.value is not None:
            taken.update(said.value)
            value = dict(said.value)
        if side is Side.BOTH:
            note_conflict(plan, told.why, link, said, item)
            continue
        if side is Side.PLAN:
            pushes = pushes or can_write(aspect, told.table)
            continue
        agreed[aspect.name] = Agreed(said.cells, value)
        if side is not Side.NEITHER:
            settle_alike(plan, conflict_key(link.kind, link.key, aspect.name), told.why.at)
    after = _with_consequences(item, taken, draft, told, live=pulling.live)
    plan.save(after, told.why)
    plan.put_link(replace(link, agreed=agreed, seen_at=told.why.at))
    if pushes:
        plan.queue_push(QueuedPush(kind=link.kind, key=link.key, since=told.why.at))
    if pulling.live and taken:
        announce_pulled(plan, item, after, told.why)
    return after


def _side(agreed: Agreed | None, said: Saying, value: Mapping[str, Any]) -> Side:
    if agreed is None:  # the field was mapped later: whatever one side has is news to the other
        blank = all(cell is None for cell in said.cells.values())
        agreed = Agreed(dict.fromkeys(said.cells), None if blank else value)
    if said.value is None:
        # Not understood, or a blank that can't be one: the cell is the base's own affair.
        return Side.PLAN if agreed.value is None or value != agreed.value else Side.NEITHER
    return changed_side(agreed, cells=said.cells, said=said.value, value=value)


def _with_consequences(
    item: PlanItem, taken: Mapping[str, Any], draft: Draft | None, told: Told, *, live: bool
) -> PlanItem:
    """Return the item with what was taken over, and with what that means for its other fields."""
    if not taken:
        return item
    after = with_fields(item, taken)
    if not live:
        return after
    if isinstance(after, Stage) and isinstance(item, Stage):
        return _stage_after(item, after, taken, draft, told)
    if isinstance(after, Task) and isinstance(item, Task) and after.status is not item.status:
        done = after.status is Status.COMPLETE
        given = "completed_at" in told.table.fields
        return after if given else replace(after, completed_at=told.why.at if done else None)
    if isinstance(after, Issue) and isinstance(item, Issue) and after.status is not item.status:
        done = after.status in {IssueStatus.RESOLVED, IssueStatus.CLOSED}
        resolved_at = (after.resolved_at or told.why.at) if done else None
        return replace(after, resolved_at=resolved_at)
    return after


def _stage_after(
    before: Stage, after: Stage, taken: Mapping[str, Any], draft: Draft | None, told: Told
) -> Stage:
    """Return the stage: a word about its progress or status is progress said, as in Slack."""
    stated = draft.fields.get("progress") if draft else None
    blank = "progress" not in taken and "notes" in taken
    if blank and stated is not None and before.status is not Status.COMPLETE:
        after = replace(after, progress=stated)  # the customer's own way: inside the notes
    if after.status is before.status and after.progress == before.progress:
        return after
    at: datetime = told.why.at
    begins = before.status is Status.NOT_STARTED and after.status is Status.IN_PROGRESS
    started_at = after.started_at or (at if begins else None)
    completed_at = after.completed_at
    if after.status is not before.status and "completed_at" not in told.table.fields:
        completed_at = at if after.status is Status.COMPLETE else None
    return replace(after, last_progress_at=at, started_at=started_at, completed_at=completed_at)


def note_conflict(
    plan: PlanWriter,
    why: Why,
    link: RecordLink,
    said: Saying,
    item: PlanItem,
    *,
    overwritten: bool = False,
) -> None:
    """Keep what both sides say of an aspect, and show it to whoever changed it here."""
    if said.value is None:
        return
    ours = said.aspect.value(item)
    key = conflict_key(link.kind, link.key, said.aspect.name)
    known = plan.conflict(key)
    same = known and known.choice is None and known.theirs == said.value and known.ours == ours
    if same and why.actor_id in {NOBODY, known.their_actor if known else ""}:
        return  # shown already; the feed may yet tell who it was
    actor, at = last_changed(plan, link.kind, link.key, said.aspect)
    conflict = Conflict(
        key=key,
        kind=link.kind,
        item_key=link.key,
        aspect=said.aspect.name,
        ours=ours,
        theirs=said.value,
        cells=said.cells,
        our_actor=actor,
        our_at=at,
        their_actor=why.actor_id,
        their_at=why.at,
        # An open one keeps its card, which says what is true now.
        found_at=known.found_at if known and known.choice is None else why.at,
        overwritten=overwritten,
    )
    plan.put_conflict(conflict)
    show_conflict(plan, conflict, why.at)


def settle_alike(plan: PlanWriter, key: str, at: datetime) -> None:
    """Close a conflict that has gone by itself: both sides say the same by now."""
    known = plan.conflict(key)
    if known is not None and known.choice is None:
        settled = replace(known, choice="alike", settled_by="cadence", settled_at=at)
        plan.put_conflict(settled)
        show_conflict(plan, settled, at)


def last_changed(
    plan: PlanWriter, kind: str, key: str, aspect: Aspect
) -> tuple[str, datetime | None]:
    """Return who changed an aspect here last, and when."""
    for change in plan.changes(kind=kind, key=key, limit=_RECENT):
        if set(aspect.fields) & change.after.keys():
            return change.why.actor_id, change.why.at
    return "cadence", None
