"""What is to be written of a queued item: worked out from the plan and the last agreement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from bot.domain.airtable.agreement import Agreed, same_cell, says_nothing
from bot.domain.airtable.aspects import Aspect, aspects_of
from bot.domain.airtable.mapping import MappedTable
from bot.domain.airtable.state import (
    FOR_ISSUES,
    OWN_KEY,
    AirtableBase,
    PushState,
    QueuedPush,
    RecordLink,
)
from bot.domain.airtable.writing import (
    CannotWriteError,
    NotThereYetError,
    Surroundings,
    can_write,
    write_aspect,
)
from bot.domain.issues import Issue
from bot.domain.plan import Task
from bot.domain.plan_file import ItemKind
from bot.domain.plan_items import PlanItem
from bot.domain.visibility import hidden_tasks, is_restricted
from bot.ports import PlanReader
from bot.usecases.airtable.conflicts import is_row_open
from bot.usecases.airtable.merging import carries_other_key, is_disputed


class Act(Enum):
    """What a queued item comes to."""

    MAKE = "make"
    UPDATE = "update"
    DELETE = "delete"
    NOTHING = "nothing"
    WAIT = "wait"  # for records of other items, which are still to be made
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Write:
    """
    One row of a request.

    Args:
        cells: By field id; None empties a cell.
        said: The plan's value of every aspect in it, for the agreement after the answer.
        held: Why some of what the plan says can't be written; "" where the admins know already.
    """

    push: QueuedPush
    act: Act
    table: MappedTable | None = None
    item: PlanItem | None = None
    link: RecordLink | None = None
    cells: Mapping[str, Any] = field(default_factory=dict)
    said: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    held: str = ""


def plan_write(
    plan: PlanReader, base: AirtableBase, push: QueuedPush, around: Surroundings
) -> Write:
    """Return what is to be done for a queued item, by the plan as it is now."""
    table = base.usable.of_kind(push.kind)
    item: Any = plan.item(push.kind, push.key)
    link = plan.record_link(push.kind, push.key)
    if item is None or base.mapping.of_kind(push.kind) is None or _is_ours_alone(plan, item, link):
        return Write(push, Act.NOTHING)
    if table is None:
        return Write(push, Act.HOLD)
    if is_row_open(plan, push.kind, push.key):
        return Write(push, Act.NOTHING)
    if item.removed_at is not None:
        # Only what we made ourselves.
        mine = link is not None and link.made_here
        return Write(push, Act.DELETE if mine else Act.NOTHING, table, item, link)
    row = _Row(plan, table, item, link, around)
    return row.made(push) if link is None else row.updated(push, link)


def _is_ours_alone(plan: PlanReader, item: Any, link: RecordLink | None) -> bool:
    """Whether an item is never written to a base: whoever reads the base reads all of it."""
    if isinstance(item, Task) and link is None:
        return item.key in hidden_tasks(plan.restricted_issues(), None, plan.workspace.lead_id)
    return isinstance(item, Issue) and is_restricted(item)


@dataclass
class _Row:
    """One item's row as it is put together, aspect by aspect."""

    plan: PlanReader
    table: MappedTable
    item: Any
    link: RecordLink | None
    around: Surroundings
    cells: dict[str, Any] = field(default_factory=dict)
    said: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    held: list[str] = field(default_factory=list)
    waits_for: list[tuple[ItemKind, str]] = field(default_factory=list)
    is_stuck: bool = False

    def made(self, push: QueuedPush) -> Write:
        """Return the write of a record that is not there yet."""
        key = self.table.fields.get(OWN_KEY)
        if key is None:
            text = (
                f"the table “{self.table.name}” has no field for our key, so I make no records"
                " there"
            )
            return Write(push, Act.HOLD, self.table, self.item, held=text)
        for aspect in aspects_of(self.table):
            value = aspect.value(self.item)
            if not can_write(aspect, self.table) or _by_tasks(aspect, self.table):
                continue
            if not says_nothing(value):
                written = self._written(aspect)
                self.cells |= {name: cell for name, cell in written.items() if cell is not None}
        self._say_issues(push)
        # The last word: where the key's field is also the title's, the key finds the record again.
        self.cells[key.field_id] = self.item.key
        return self._write(push, Act.MAKE)

    def updated(self, push: QueuedPush, link: RecordLink) -> Write:
        """Return the write of what the plan changed in a record."""
        for aspect in aspects_of(self.table):
            if not _is_ours(self.plan, aspect, self.table, self.item, link):
                continue
            written = self._written(aspect)
            written = _with_strangers(self.plan, aspect, self.table, link, written)
            self.cells |= _changed(aspect, self.table, written, link)
        self._say_issues(push)
        key = self.table.fields.get(OWN_KEY)
        if key and carries_other_key(link):
            self.cells[key.field_id] = self.item.key
        if self.cells:
            return self._write(push, Act.UPDATE)
        if not self.held:
            return self._write(push, Act.NOTHING)
        waits = not self.is_stuck and all(self._is_coming(*each) for each in self.waits_for)
        return self._write(push, Act.WAIT if waits else Act.HOLD)

    def _written(self, aspect: Aspect) -> dict[str, Any]:
        try:
            written = write_aspect(aspect, self.item, self.table, self.around)
        except NotThereYetError as error:
            self.held.append(str(error))
            self.waits_for.extend(error.waits_for)
            return {}
        except CannotWriteError as error:
            self.held.append(str(error))
            self.is_stuck = True
            return {}
        self.said[aspect.name] = aspect.value(self.item)
        return written

    def _is_coming(self, kind: ItemKind, key: str) -> bool:
        push = self.plan.queued_push(kind, key)
        return push is not None and push.state is not PushState.HELD

    def _write(self, push: QueuedPush, act: Act) -> Write:
        held = "; ".join(self.held)
        return Write(push, act, self.table, self.item, self.link, self.cells, self.said, held)

    def _say_issues(self, push: QueuedPush) -> None:
        """Add to a task's cells the issues that it is a remediation of (contracts, 5.6)."""
        inverse = self.table.fields.get(FOR_ISSUES)
        if inverse is None:
            return
        agreed = self.link.agreed.get(FOR_ISSUES) if self.link else None
        present = list((agreed.cells.get(FOR_ISSUES) if agreed else None) or [])
        known = self.plan.links_of_records(present)
        wanted = []
        for key in self.around.issues_of(push.key):
            if record := self.around.record_of("issue", key):
                wanted.append(record)
            elif not self.around.is_gone("issue", key):
                self.held.append(str(NotThereYetError([("issue", key)])))
                self.waits_for.append(("issue", key))
        if set(wanted) != set(known):
            strangers = [record for record in present if record not in known]
            self.cells[inverse.field_id] = [*wanted, *strangers]


def _is_ours(
    plan: PlanReader, aspect: Aspect, table: MappedTable, item: PlanItem, link: RecordLink
) -> bool:
    """Whether the plan changed an aspect that may be written now."""
    if not can_write(aspect, table) or _by_tasks(aspect, table):
        return False
    agreed = link.agreed.get(aspect.name)
    # Where a field was mapped only now, its cells are read before anything is written over them.
    if agreed is None or agreed.value == aspect.value(item):
        return False
    return not is_disputed(plan, link, aspect)


def _by_tasks(aspect: Aspect, table: MappedTable) -> bool:
    """Whether an issue's remediation tasks are linked from the tasks' side (contracts, 5.6)."""
    return aspect.name == "tasks" and bool(table.fields["tasks"].inverse_id)


def _changed(
    aspect: Aspect, table: MappedTable, written: Mapping[str, Any], link: RecordLink
) -> dict[str, Any]:
    """Return the cells that differ from what the record says: only these are sent."""
    agreed = link.agreed.get(aspect.name)
    if agreed is None:
        return dict(written)
    words = {table.fields[word].field_id: word for word in aspect.words if word in table.fields}
    return {
        field_id: cell
        for field_id, cell in written.items()
        if not same_cell(agreed.cells.get(words[field_id]), cell)
    }


def _with_strangers(
    plan: PlanReader,
    aspect: Aspect,
    table: MappedTable,
    link: RecordLink,
    written: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the cells with the links that the plan knows nothing of: they must not be dropped."""
    agreed = link.agreed.get(aspect.name)
    cells = dict(written)
    for word in aspect.words if agreed else ():
        mapped = table.fields.get(word)
        if mapped is None or mapped.field_id not in cells or agreed is None:
            continue
        if mapped.type != "multipleRecordLinks":
            continue
        present = agreed.cells.get(word) or []
        wanted = cells[mapped.field_id] or []
        kept = _kept(plan, aspect, agreed, present, wanted)
        cells[mapped.field_id] = [*wanted, *(each for each in kept if each not in wanted)]
    return cells


def _kept(
    plan: PlanReader,
    aspect: Aspect,
    agreed: Agreed,
    present: Sequence[str],
    wanted: Sequence[str],
) -> list[str]:
    """Return the links of a cell that are none of the plan's."""
    known = plan.links_of_records(present)
    if aspect.fields[0].endswith("_keys") or not wanted:
        return [record for record in present if record not in known]
    # The plan knows one of them only: the others are left to whoever put them there.
    said = (agreed.value or {}).get(aspect.fields[0])
    return [record for record in present if record not in known or known[record].key != said]
