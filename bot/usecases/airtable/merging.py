"""A record that is known meets its item: each aspect goes where it was changed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.domain.airtable.agreement import Agreed, Side, changed_side, says_nothing, with_both_lists
from bot.domain.airtable.aspects import Aspect, aspects_of
from bot.domain.airtable.mapping import MappedTable
from bot.domain.airtable.reading import People, own_key, read_record
from bot.domain.airtable.saying import Saying, saying
from bot.domain.airtable.schema import AirtableRecord
from bot.domain.airtable.state import FOR_ISSUES, OWN_KEY, QueuedPush, RecordLink, conflict_key
from bot.domain.airtable.writing import can_write
from bot.domain.issues import Issue, IssueStatus
from bot.domain.plan import Stage, Status, Task, Why
from bot.domain.plan_file import Draft, ItemKind
from bot.domain.plan_items import PlanItem
from bot.domain.plan_merge import title_of
from bot.domain.records import with_fields
from bot.ports import PlanReader, PlanWriter
from bot.usecases.airtable.announcing import announce_pulled
from bot.usecases.airtable.arriving import agree_arrived
from bot.usecases.airtable.conflicts import close_conflict, note_conflict
from bot.usecases.airtable.links import with_keys

LIVE = "changed in Airtable"


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
    draft = _draft_of(pulling, told, item)
    link = agree_arrived(plan, told.table, told.record.cells, link)
    agreed = dict(link.agreed)
    taken: dict[str, Any] = {}
    for aspect in aspects_of(told.table):
        said = saying(aspect, told.table, told.record.cells, draft, item)
        taken |= _meet_aspect(pulling, told, link, item, said, agreed)
    agreed |= beside(told)
    after = _with_consequences(item, taken, draft, told, live=pulling.live)
    plan.save(after, told.why)
    merged = replace(link, agreed=agreed, seen_at=told.why.at)
    plan.put_link(merged)
    if has_news(plan, told.table, merged, after) or carries_other_key(merged):
        queue_again(plan, link.kind, link.key, told.why.at)
    _queue_tasks(plan, told.table, merged, after, told.why.at)
    if pulling.live and taken:
        announce_pulled(plan, item, after, told.why)
    return after


def _meet_aspect(
    pulling: Pulling,
    told: Told,
    link: RecordLink,
    item: PlanItem,
    said: Saying,
    agreed: dict[str, Agreed],
) -> dict[str, Any]:
    """Bring one aspect's agreement up to date; returns what the item takes over."""
    plan, aspect = pulling.plan, said.aspect
    value = aspect.value(item)
    known = agreed.get(aspect.name)
    side = _side(known, said, value)
    key = conflict_key(link.kind, link.key, aspect.name)
    if side is Side.BOTH and said.value is not None and known is not None:
        both = with_both_lists(known, said.value, value)
        if both is None:
            note_conflict(plan, told.why, link, said, item)
            return {}
        agreed[aspect.name] = Agreed(said.cells, said.value)
        return both
    if side is Side.PLAN:
        # What was never said stays news; a cell that can't be read is known by its words.
        agreed[aspect.name] = Agreed(said.cells, known.value if known else None)
        if said.value is not None and not _is_about_overwritten(plan, key):
            close_conflict(plan, key, "plan", told.why.at)
        return {}
    takes = side is Side.AIRTABLE and said.value is not None
    agreed[aspect.name] = Agreed(said.cells, said.value if takes else value)
    if side is not Side.NEITHER:
        close_conflict(plan, key, "alike", told.why.at)
    return dict(said.value or {}) if takes else {}


def _is_about_overwritten(plan: PlanWriter, key: str) -> bool:
    known = plan.conflict(key)
    return known is not None and known.overwritten


def _draft_of(pulling: Pulling, told: Told, item: PlanItem) -> Draft | None:
    """Return what a record says; one whose name was emptied still says everything else."""
    draft, _ = read_record(told.table, told.record, pulling.people)
    title = told.table.fields.get("title")
    if draft is None and title is not None:
        cells = {**told.record.cells, title.field_id: title_of(item)}
        draft, _ = read_record(told.table, replace(told.record, cells=cells), pulling.people)
    return with_keys(pulling.plan, draft) if draft else None


def beside(told: Told) -> dict[str, Agreed]:
    """Return what a record says beside the aspects: the key it carries, a task's issues."""
    found = {OWN_KEY: Agreed({OWN_KEY: own_key(told.table, told.record)}, None)}
    if inverse := told.table.fields.get(FOR_ISSUES):
        cells = {FOR_ISSUES: told.record.cells.get(inverse.field_id)}
        found[FOR_ISSUES] = Agreed(cells, None)
    return found


def has_news(plan: PlanReader, table: MappedTable, link: RecordLink, item: PlanItem) -> bool:
    """Whether the plan says something that may be written now, and that Airtable has not heard."""
    return any(
        can_write(aspect, table)
        and aspect.name in link.agreed
        and link.agreed[aspect.name].value != aspect.value(item)
        and not is_disputed(plan, link, aspect)
        for aspect in aspects_of(table)
    )


def is_disputed(plan: PlanReader, link: RecordLink, aspect: Aspect) -> bool:
    """Whether a person has yet to say which side's value stands."""
    conflict = plan.conflict(conflict_key(link.kind, link.key, aspect.name))
    return conflict is not None and conflict.choice is None and not conflict.overwritten


def carries_other_key(link: RecordLink) -> bool:
    """Whether the record is a copy that a person made of another, our key and all."""
    agreed = link.agreed.get(OWN_KEY)
    carried = agreed.cells.get(OWN_KEY) if agreed else None
    return bool(carried) and carried != link.key


def queue_again(plan: PlanWriter, kind: ItemKind, key: str, at: datetime) -> None:
    """Queue an item, unless it waits already: what is uncertain or held of it stays so."""
    if plan.queued_push(kind, key) is None:
        plan.queue_push(QueuedPush(kind=kind, key=key, since=at))


def _queue_tasks(
    plan: PlanWriter, table: MappedTable, link: RecordLink, item: PlanItem, at: datetime
) -> None:
    """Let the tasks of an issue say from their side what its record does not say of them."""
    tasks, agreed = table.fields.get("tasks"), link.agreed.get("tasks")
    if not isinstance(item, Issue) or tasks is None or agreed is None or item.removed_at:
        return
    wanted = set(item.remediation_task_keys)
    present = plan.links_of_records(agreed.cells.get("tasks") or ())
    for key in sorted(wanted ^ {each.key for each in present.values()}):
        if tasks.inverse_id and plan.item("task", key) is not None:
            queue_again(plan, "task", key, at)


def _side(agreed: Agreed | None, said: Saying, value: Mapping[str, Any]) -> Side:
    if agreed is None:  # the field was mapped later: whatever one side has is news to the other
        blank = all(cell is None for cell in said.cells.values())
        ours = blank and not says_nothing(value)
        agreed = Agreed(dict.fromkeys(said.cells), None if ours else value)
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
