"""Write the queue to the base: few calls, nothing lost, nothing doubled (contracts, airtable 5)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.airtable_ports import Airtable, AirtableApi, Written
from bot.domain.airtable.agreement import Agreed
from bot.domain.airtable.aspects import ASPECTS
from bot.domain.airtable.folding import known_cells
from bot.domain.airtable.outcomes import Pushed
from bot.domain.airtable.reading import People, own_key
from bot.domain.airtable.state import (
    OWN_KEY,
    AirtableBase,
    PushState,
    QueuedPush,
    RecordLink,
    Sent,
)
from bot.domain.airtable.writing import Surroundings
from bot.domain.airtable_mapping import MappedTable
from bot.domain.airtable_schema import AirtableRecord
from bot.domain.issues import Issue
from bot.domain.plan import Why
from bot.domain.plan_file import ItemKind
from bot.errors import BudgetSpentError, OutageError, RefusedError
from bot.ports import PlanDatabase, PlanReader, PlanWriter
from bot.usecases.airtable.adopting import pulled, take_new
from bot.usecases.airtable.merging import LIVE, Pulling, Told, merge_record
from bot.usecases.airtable.pushing import FOR_ISSUES, Act, Write, plan_write
from bot.usecases.airtable.removing import record_gone
from bot.usecases.airtable.schema import check_schema
from bot.usecases.airtable.troubles import hold_row, note_refusal, spend_budget

PER_REQUEST = 10
LOOKED_AT = 200  # of the queue at once: a burst is written in the order in which it came
MAX_REQUESTS = 500  # in one run; what is left is the next run's
SETTLE = timedelta(seconds=3)  # until a write whose answer was lost is sure to be seen
HELD_FOR = timedelta(minutes=10)
HELD_LONGEST = timedelta(days=1)  # one bad row must not eat a small plan's calls
KEPT_SENT = 10
# What a row may point at is written before it.
_ORDER: tuple[ItemKind, ...] = ("issue", "phase", "stage", "task")
_MAKING_ORDER: tuple[ItemKind, ...] = ("phase", "stage", "issue", "task")
MAX_TRIES = 5
_WORTH_A_LOOK = frozenset({"INVALID_RECORDS", "ROW_DOES_NOT_EXIST"})
_ABOUT_SCHEMA = frozenset(
    {"INVALID_VALUE_FOR_COLUMN", "INVALID_MULTIPLE_CHOICE_OPTIONS", "UNKNOWN_FIELD_NAME"}
)
_MAY_BE_GONE = frozenset(
    {"MODEL_ID_NOT_FOUND", "NOT_FOUND", "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND"}
)


def push_changes(
    plans: PlanDatabase, airtable: Airtable, workspace_id: str, *, clock: Callable[[], datetime]
) -> Pushed:
    """
    Write everything that is queued and due, ten records a request, the most urgent first.

    Each row is marked before it is sent and settled with the answer: a crash between the two
    leaves it marked, and it is looked up before it is sent again.

    Raises:
        OutageError: Airtable does not answer, or asks to wait; what is left stays queued.
    """
    run = _Run(plans, airtable, workspace_id, clock)
    for _ in range(MAX_REQUESTS):
        if not run.step():
            break
    if run.suspects_schema:
        check_schema(plans, airtable, workspace_id, now=clock())
    return run.pushed


@dataclass
class _Run:
    plans: PlanDatabase
    airtable: Airtable
    workspace_id: str
    clock: Callable[[], datetime]
    pushed: Pushed = field(default_factory=Pushed)
    suspects_schema: bool = False

    def step(self) -> bool:
        """Do one request's worth; False when nothing is due."""
        now = self.clock()
        with self.plans.changing(self.workspace_id) as plan:
            base = plan.airtable_base()
            if base is None or not base.is_open(now):
                return False
            due = [push for push in plan.queued_pushes(limit=LOOKED_AT) if _is_due(push, now)]
            unsure = [push for push in due if push.state is PushState.SENT]
            batch = [] if unsure else self._batch(plan, base, due, now)
        if unsure:
            self._look_up(base, unsure[:PER_REQUEST])
            return True
        return self._send(base, batch) if batch else False

    def _batch(
        self, plan: PlanWriter, base: AirtableBase, due: Sequence[QueuedPush], now: datetime
    ) -> list[Write]:
        """Return up to ten rows for one request, marked as sent; what needs none is settled."""
        around = surroundings(plan)
        waiting: dict[tuple[Act, str], list[Write]] = defaultdict(list)
        for push in due:
            write = plan_write(plan, base, push, around)
            if write.act in {Act.NOTHING, Act.HOLD}:
                self._settle_without(plan, write, now)
            else:
                waiting[write.act, push.kind].append(write)
        first = _first(plan, waiting)
        for write in first:
            _mark_sent(plan, write, now)
        return first

    def _settle_without(self, plan: PlanWriter, write: Write, now: datetime) -> None:
        if write.act is Act.HOLD:
            held = replace(
                write.push, state=PushState.HELD, error=write.held, not_before=now + HELD_FOR
            )
            plan.queue_push(held)
            hold_row(plan, held, now)
            self._count(held=1)
        else:
            plan.drop_push(write.push.kind, write.push.key)

    def _send(self, base: AirtableBase, batch: Sequence[Write]) -> bool:
        api = self.airtable.api(base.base_id, "push")
        try:
            if batch[0].act is Act.DELETE:
                self._delete(api, batch)
            else:
                self._write(api, base, batch)
        except BudgetSpentError:
            self._resume(batch, PushState.WAITING)
            spend_budget(self.plans, self.workspace_id, self.clock())
            return False
        except OutageError as error:
            state = PushState.SENT if error.maybe_done else PushState.WAITING
            self._resume(batch, state)
            raise
        except RefusedError as error:
            self._resume(batch, PushState.WAITING)
            table, now = batch[0].table, self.clock()
            note_refusal(self.plans, self.airtable, self.workspace_id, error, table, now)
            return False
        return True

    def _resume(self, batch: Sequence[Write], state: PushState) -> None:
        """Leave rows to a later run; what may have been written is looked up first."""
        now = self.clock()
        with self.plans.changing(self.workspace_id) as plan:
            for write in batch:
                after = now + SETTLE if state is PushState.SENT else None
                tried = write.push.attempts + 1
                plan.queue_push(replace(write.push, state=state, attempts=tried, not_before=after))

    def _delete(self, api: AirtableApi, batch: Sequence[Write]) -> None:
        links = [write.link for write in batch if write.link]
        api.delete(links[0].table_id, [link.record_id for link in links])
        with self.plans.changing(self.workspace_id) as plan:
            for link in links:
                plan.drop_link(link.kind, link.key)
                plan.drop_push(link.kind, link.key)
        self._count(deleted=len(links))

    def _write(self, api: AirtableApi, base: AirtableBase, batch: Sequence[Write]) -> None:
        table = _table(batch)
        if batch[0].act is Act.MAKE:
            key = table.fields[OWN_KEY].field_id
            answers = api.upsert(table.table_id, key, [write.cells for write in batch])
        else:
            rows = [(write.link.record_id, write.cells) for write in batch if write.link]
            answers = api.update(table.table_id, rows)
        gone = self._gone(api, batch, answers)
        now = self.clock()
        with self.plans.changing(self.workspace_id) as plan:
            pulling = pulling_of(plan, base)
            for write, answer in zip(batch, answers, strict=True):
                if answer.record is not None:
                    _take_answer(pulling, write, answer.record, now)
                elif write.link and write.link.record_id in gone:
                    record_gone(plan, write.link, pulled_why(now))
                else:
                    self._refused(plan, write, answer, now)
            touched = replace(_base(plan), pushed_at=now)
            plan.put_airtable_base(touched)
        written = sum(answer.record is not None for answer in answers)
        making = batch[0].act is Act.MAKE
        self._count(made=written if making else 0, updated=0 if making else written)

    def _gone(
        self, api: AirtableApi, batch: Sequence[Write], answers: Sequence[Written]
    ) -> set[str]:
        """Return the records that were refused because they are not there any more."""
        asked = [
            write.link.record_id
            for write, answer in zip(batch, answers, strict=True)
            if write.link and answer.kind in _MAY_BE_GONE
        ]
        if not asked:
            return set()
        found = {record.id for record in api.records(_table(batch).table_id, asked)}
        return set(asked) - found

    def _refused(self, plan: PlanWriter, write: Write, answer: Written, now: datetime) -> None:
        tried = write.push.attempts + 1
        self.suspects_schema = self.suspects_schema or answer.kind in _ABOUT_SCHEMA
        if answer.kind in _WORTH_A_LOOK and tried < MAX_TRIES:
            # Two records with our key, or a link to a record that is gone: see, then try again.
            doubled = write.act is Act.MAKE and answer.kind == "INVALID_RECORDS"
            state = PushState.SENT if doubled else PushState.WAITING
            plan.queue_push(
                replace(write.push, state=state, attempts=tried, not_before=now + SETTLE)
            )
            plan.put_airtable_base(replace(_base(plan), poke=True))
            return
        held = replace(
            write.push,
            state=PushState.HELD,
            attempts=tried,
            error=answer.refused,
            not_before=now + min(HELD_FOR * 2**tried, HELD_LONGEST),
        )
        plan.queue_push(held)
        hold_row(plan, held, now)
        self._count(held=1)

    def _look_up(self, base: AirtableBase, unsure: Sequence[QueuedPush]) -> None:
        """See what became of rows whose answer was lost, then let them go on as they are."""
        api = self.airtable.api(base.base_id, "push")
        by_kind: dict[ItemKind, list[QueuedPush]] = defaultdict(list)
        for push in unsure:
            by_kind[push.kind].append(push)
        for kind, pushes in by_kind.items():
            table = base.usable.of_kind(kind)
            if table is not None:
                self._look_up_kind(api, base, table, pushes)
        with self.plans.changing(self.workspace_id) as plan:
            for push in unsure:
                plan.queue_push(replace(push, state=PushState.WAITING, not_before=None))

    def _look_up_kind(
        self, api: AirtableApi, base: AirtableBase, table: MappedTable, pushes: list[QueuedPush]
    ) -> None:
        with self.plans.reading(self.workspace_id) as plan:
            links = [plan.record_link(push.kind, push.key) for push in pushes]
        linked = [link for link in links if link is not None]
        made = [push.key for push, link in zip(pushes, links, strict=True) if link is None]
        found = api.records(table.table_id, [link.record_id for link in linked]) if linked else []
        key = table.fields.get(OWN_KEY)
        new = api.records_with(table.table_id, key, made) if made and key else []
        now = self.clock()
        with self.plans.changing(self.workspace_id) as plan:
            pulling = pulling_of(plan, base)
            take_records(pulling, table, found, pulled_why(now))
            take_records(pulling, table, _oldest_first(new), pulled_why(now))

    def _count(self, **more: int) -> None:
        counts = {name: getattr(self.pushed, name) + more.get(name, 0) for name in _COUNTED}
        self.pushed = Pushed(**counts)


_COUNTED = ("made", "updated", "deleted", "held")


def take_records(
    pulling: Pulling,
    table: MappedTable,
    records: Iterable[AirtableRecord],
    why: Why,
    field_names: dict[str, str] | None = None,
) -> None:
    """Bring whole records of one table into the plan: the known are merged, the new adopted."""
    listed = list(records)
    links = pulling.plan.links_of_records(record.id for record in listed)
    new = []
    for record in listed:
        told = Told(table, record, why)
        link = links.get(record.id)
        if link is None:
            new.append(told)
        elif not _says_the_same(link, table, record):
            merge_record(pulling, told, link)
    take_new(pulling, new, field_names or {})


def _says_the_same(link: RecordLink, table: MappedTable, record: AirtableRecord) -> bool:
    """Whether a record is as both sides last saw it, so that nothing is to be done."""
    for aspect in ASPECTS[table.kind]:
        cells = aspect.cells(table, record.cells)
        agreed = link.agreed.get(aspect.name)
        if cells and (agreed is None or agreed.cells != cells):
            return False
    return True


def pulling_of(plan: PlanWriter, base: AirtableBase, *, live: bool = True) -> Pulling:
    """Return one look at the base inside a transaction."""
    return Pulling(plan, base.base_id, People(plan.members()), live=live)


def pulled_why(now: datetime, actor_id: str = "airtable") -> Why:
    """Return who, when and why for a record as it was found."""
    return pulled(f"{now.isoformat()}:{actor_id}", actor_id, now, LIVE)


def surroundings(plan: PlanReader) -> Surroundings:
    """Return what has to be known beside an item to write it."""

    def record_of(kind: str, key: str) -> str | None:
        link = plan.record_link(kind, key)
        return link.record_id if link else None

    return Surroundings(People(plan.members()), record_of, plan.workspace.zone)


def _is_due(push: QueuedPush, now: datetime) -> bool:
    return push.not_before is None or push.not_before <= now


def _first(plan: PlanReader, waiting: dict[tuple[Act, str], list[Write]]) -> list[Write]:
    """Return the rows of the next request: a Level 1 first, what is pointed at before the rest."""
    making = ((Act.MAKE, kind) for kind in _MAKING_ORDER)
    updating = ((act, kind) for act in (Act.UPDATE, Act.DELETE) for kind in _ORDER)
    for group in (*making, *updating):
        if writes := waiting.get(group):
            return sorted(writes, key=lambda write: _urgency(plan, write))[:PER_REQUEST]
    return []


def _urgency(_plan: PlanReader, write: Write) -> int:
    return write.item.severity if isinstance(write.item, Issue) else 0


def _mark_sent(plan: PlanWriter, write: Write, now: datetime) -> None:
    """Write down, before it is sent, that a row may have arrived, and what was there before."""
    plan.queue_push(replace(write.push, state=PushState.SENT, not_before=now + SETTLE))
    if write.link is None or write.table is None:
        return
    words = {mapped.field_id: word for word, mapped in write.table.fields.items()}
    was = {
        word: cell for agreed in write.link.agreed.values() for word, cell in agreed.cells.items()
    }
    sent = [
        Sent(words[field_id], was.get(words[field_id]), cell)
        for field_id, cell in write.cells.items()
        if field_id in words
    ]
    plan.put_link(replace(write.link, sent=(*write.link.sent, *sent)[-KEPT_SENT:]))


def _take_answer(pulling: Pulling, write: Write, record: AirtableRecord, now: datetime) -> None:
    """Remember what was written as agreed, and take over whatever else the answer says."""
    plan, table, push = pulling.plan, write.table, write.push
    if table is None:
        return
    plan.drop_push(push.kind, push.key)
    link = plan.record_link(push.kind, push.key) or RecordLink(
        kind=push.kind,
        key=push.key,
        base_id=pulling.base_id,
        table_id=table.table_id,
        record_id=record.id,
        agreed={},
        made_here=True,
    )
    agreed = dict(link.agreed)
    for aspect in ASPECTS[push.kind]:
        if aspect.name in write.said:
            agreed[aspect.name] = Agreed(aspect.cells(table, record.cells), write.said[aspect.name])
    if FOR_ISSUES in write.said:
        agreed[FOR_ISSUES] = Agreed({}, write.said[FOR_ISSUES])
    agreed[OWN_KEY] = Agreed({OWN_KEY: own_key(table, record)}, None)
    settled = replace(link, agreed=agreed, seen_at=now)
    plan.put_link(settled)
    # A cell that is blank and that we did not write was emptied by a person, or its field is
    # gone: the next look tells which.
    kept = {
        name: cell
        for name, cell in known_cells(table, settled).items()
        if name not in write.cells and cell is not None
    }
    whole = replace(record, cells={**kept, **record.cells})
    merge_record(pulling, Told(table, whole, pulled_why(now)), settled)


def _oldest_first(records: Iterable[AirtableRecord]) -> list[AirtableRecord]:
    """Of records that carry one key the oldest is the item's; the others are copies."""
    return sorted(records, key=lambda record: (record.created, record.id))


def _table(batch: Sequence[Write]) -> MappedTable:
    table = batch[0].table
    if table is None:
        raise LookupError("a row without a table can't be written")
    return table


def _base(plan: PlanReader) -> Any:
    return plan.airtable_base()
