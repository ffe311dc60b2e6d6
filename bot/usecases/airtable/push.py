"""Write the queue to the base: few calls, nothing lost, nothing doubled (contracts, airtable 5)."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.airtable.outcomes import Pushed
from bot.domain.airtable.state import (
    KEPT_FOR,
    OWN_KEY,
    AirtableBase,
    PullMode,
    PushState,
    QueuedPush,
)
from bot.domain.airtable.writing import Surroundings
from bot.domain.issues import Issue, Severity
from bot.domain.plan_file import ItemKind
from bot.errors import BudgetSpentError, OutageError, RefusedError
from bot.ports import PlanDatabase, PlanWriter
from bot.ports.airtable import Airtable, AirtableApi, Written
from bot.usecases.airtable.answers import (
    agree_unwritten,
    mark_sent,
    open_again,
    revisit_conflicts,
    saved_since,
    table_of,
    take_answer,
)
from bot.usecases.airtable.links import surroundings
from bot.usecases.airtable.looking_up import look_up
from bot.usecases.airtable.merging import queue_again
from bot.usecases.airtable.pushing import Act, Write, plan_write
from bot.usecases.airtable.removing import forget_record, record_gone
from bot.usecases.airtable.schema import check_schema
from bot.usecases.airtable.taking import pulled_why, pulling_of
from bot.usecases.airtable.troubles import hold_row, note_refusal, spend_budget

PER_REQUEST = 10
LOOKED_AT = 60  # of the queue at once, what is pointed at first: enough to fill a request
MAX_REQUESTS = 500  # in one run; what is left is the next run's
SETTLE = timedelta(seconds=3)  # until a write whose answer was lost is sure to be seen
HELD_FOR = timedelta(minutes=10)
LONGEST_HELD = timedelta(hours=6)  # a row that is refused again and again is rarely asked about
# What a row may point at is written before it.
_ORDER: tuple[ItemKind, ...] = ("issue", "phase", "stage", "task")
_MAKING_ORDER: tuple[ItemKind, ...] = ("phase", "stage", "issue", "task")
MAX_TRIES = 5
_WORTH_A_LOOK = frozenset({"INVALID_RECORDS", "ROW_DOES_NOT_EXIST"})
_MAY_BE_DOUBLED = frozenset({"INVALID_RECORDS", "INVALID_REQUEST_UNKNOWN"})  # no text is official
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
    else:
        run.leave_rest()
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
    seen: set[tuple[ItemKind, str]] = field(default_factory=set)

    def step(self) -> bool:
        """Do one request's worth; False when nothing is due."""
        now = self.clock()
        with self.plans.changing(self.workspace_id) as plan:
            base = plan.airtable_base()
            if base is None or not base.is_open(now):
                return False
            due = plan.queued_pushes(due=now, limit=LOOKED_AT)
            unsure = [push for push in due if push.state is PushState.SENT]
            batch = [] if unsure else self._batch(plan, base, due, now)
            unsure = unsure or self._unseen(base, batch, now)
            for write in () if unsure else batch:
                mark_sent(plan, write, now, until=now + SETTLE)
        if unsure:
            asked = unsure[:PER_REQUEST]
            api = self.airtable.api(base.base_id, "push")
            look_up(self.plans, self.workspace_id, api, asked, self.clock)
            self.seen |= {(push.kind, push.key) for push in asked}
            return True
        if batch:
            return self._send(base, batch)
        return len(due) == LOOKED_AT  # none of these needs a request; the next ones may

    def _unseen(
        self, base: AirtableBase, batch: Sequence[Write], now: datetime
    ) -> list[QueuedPush]:
        """
        Return rows to look at before they are written over, where the feed won't tell.

        The feed says what a cell was before we wrote it, and keeps that for seven days.
        """
        heard = base.pulled_at is not None and now - base.pulled_at < KEPT_FOR
        if base.mode is PullMode.FEED and heard:
            return []
        return [
            write.push
            for write in batch
            if write.act is Act.UPDATE and (write.push.kind, write.push.key) not in self.seen
        ]

    def _batch(
        self, plan: PlanWriter, base: AirtableBase, due: Sequence[QueuedPush], now: datetime
    ) -> list[Write]:
        """Return up to ten rows for one request; what needs none is settled."""
        around: Surroundings = surroundings(plan)
        waiting: dict[tuple[Act, ItemKind], list[Write]] = defaultdict(list)
        pulling = pulling_of(plan, base)
        disputed = {(each.kind, each.item_key) for each in plan.conflicts()}
        for push in due:
            if (push.kind, push.key) in disputed:
                revisit_conflicts(pulling, base, push, now)
            write = plan_write(plan, base, push, around)
            if write.act in {Act.NOTHING, Act.HOLD}:
                self._settle_without(plan, write, now)
            else:
                waiting[write.act, push.kind].append(write)
        first = _first(waiting)
        if not first:  # nothing moves that the others wait for
            for write in (each for writes in waiting.values() for each in writes):
                plan.queue_push(replace(write.push, not_before=now + SETTLE))
        return first

    def _settle_without(self, plan: PlanWriter, write: Write, now: datetime) -> None:
        agree_unwritten(plan, write)
        if write.act is Act.NOTHING:
            plan.drop_push(write.push.kind, write.push.key)
        else:
            self._hold(plan, write, write.held, now, HELD_FOR)

    def _hold(
        self, plan: PlanWriter, write: Write, why: str, now: datetime, lasting: timedelta
    ) -> None:
        held = replace(write.push, state=PushState.HELD, error=why, not_before=now + lasting)
        plan.queue_push(held)
        if why:
            hold_row(plan, held, now)
        self._count(held=1)

    def _send(self, base: AirtableBase, batch: Sequence[Write]) -> bool:
        api = self.airtable.api(base.base_id, "push")
        try:
            if batch[0].act is Act.DELETE:
                self._delete(api, base, batch)
            else:
                self._write(api, base, batch)
        except OutageError as error:
            self._resume(batch, PushState.SENT if error.maybe_done else PushState.WAITING)
            if not isinstance(error, BudgetSpentError):
                raise
            spend_budget(self.plans, self.workspace_id, self.clock())
            return False
        except RefusedError as error:
            self._resume(batch, PushState.SENT)  # some of it may have been written
            table, now = batch[0].table, self.clock()
            note_refusal(self.plans, self.airtable, self.workspace_id, error, table, now)
            return self._is_still_open()
        return True

    def _is_still_open(self) -> bool:
        """Whether the other tables go on where one was refused."""
        with self.plans.reading(self.workspace_id) as plan:
            base = plan.airtable_base()
            return base is not None and base.is_open(self.clock())

    def _resume(self, batch: Sequence[Write], state: PushState) -> None:
        """Leave rows to a later run; what may have been written is looked up first."""
        now = self.clock()
        with self.plans.changing(self.workspace_id) as plan:
            for write in batch:
                after = now + SETTLE if state is PushState.SENT else now
                tried = write.push.attempts + 1
                plan.queue_push(replace(write.push, state=state, attempts=tried, not_before=after))

    def leave_rest(self) -> None:
        """Name a moment for what is left, by which the next run is begun."""
        now = self.clock()
        with self.plans.changing(self.workspace_id) as plan:
            for push in plan.queued_pushes(due=now, limit=1):
                plan.queue_push(replace(push, not_before=now))

    def _delete(self, api: AirtableApi, base: AirtableBase, batch: Sequence[Write]) -> None:
        """Delete records that are as we left them; what somebody worked on comes back instead."""
        table = table_of(batch)
        found = api.records(table.table_id, [write.link.record_id for write in batch if write.link])
        present = {record.id: record for record in found}
        with self.plans.changing(self.workspace_id) as plan:
            pulling = pulling_of(plan, base)
            kept = {
                write.push.key
                for write in batch
                if write.link
                and write.link.record_id in present
                and open_again(pulling, write, present[write.link.record_id], self.clock())
            }
        left = [
            (write.push, write.link) for write in batch if write.link and write.push.key not in kept
        ]
        if gone := [link.record_id for _, link in left if link.record_id in present]:
            api.delete(table.table_id, gone)
        now = self.clock()
        with self.plans.changing(self.workspace_id) as plan:
            for push, link in left:
                has_more = saved_since(plan, push)  # brought back while it was deleted
                forget_record(plan, link, now)
                if has_more:
                    queue_again(plan, push.kind, push.key, now)
        self._count(deleted=len(left))

    def _write(self, api: AirtableApi, base: AirtableBase, batch: Sequence[Write]) -> None:
        table = table_of(batch)
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
                    take_answer(pulling, write, answer.record, now)
                elif write.link and write.link.record_id in gone:
                    record_gone(plan, table, write.link, pulled_why(now))
                else:
                    self._refused(plan, write, answer, now)
            if known := plan.airtable_base():
                plan.put_airtable_base(replace(known, pushed_at=now))
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
        found = {record.id for record in api.records(table_of(batch).table_id, asked)}
        return set(asked) - found

    def _refused(self, plan: PlanWriter, write: Write, answer: Written, now: datetime) -> None:
        tried = write.push.attempts + 1
        about_schema = answer.kind in _ABOUT_SCHEMA
        self.suspects_schema = self.suspects_schema or about_schema
        # Two records with our key, or a link to a record that is gone: see, then try again.
        doubled = write.act is Act.MAKE and answer.kind in _MAY_BE_DOUBLED
        # The schema is looked at before anybody is told: it may explain the refusal.
        again = doubled or answer.kind in _WORTH_A_LOOK or (about_schema and tried == 1)
        if again and tried < MAX_TRIES:
            state = PushState.SENT if doubled else PushState.WAITING
            plan.queue_push(
                replace(write.push, state=state, attempts=tried, not_before=now + SETTLE)
            )
            if known := plan.airtable_base():
                plan.put_airtable_base(replace(known, poke=True))
            return
        counted = replace(write, push=replace(write.push, attempts=tried))
        lasting = min(LONGEST_HELD, HELD_FOR * 2 ** min(tried - 1, MAX_TRIES * 2))
        self._hold(plan, counted, answer.refused, now, lasting)

    def _count(self, **more: int) -> None:
        counts = {name: getattr(self.pushed, name) + more.get(name, 0) for name in _COUNTED}
        self.pushed = Pushed(**counts)


_COUNTED = ("made", "updated", "deleted", "held")


def _first(waiting: dict[tuple[Act, ItemKind], list[Write]]) -> list[Write]:
    """Return the rows of the next request: a Level 1 first, what is pointed at before the rest."""
    groups = [
        *((Act.MAKE, kind) for kind in _MAKING_ORDER),
        *((act, kind) for act in (Act.UPDATE, Act.DELETE) for kind in _ORDER),
    ]
    blocking = [group for group in groups if any(map(_is_blocker, waiting.get(group, ())))]
    for group in (*blocking, *groups):
        if writes := waiting.get(group):
            return sorted(writes, key=_urgency)[:PER_REQUEST]
    return []


def _is_blocker(write: Write) -> bool:
    return isinstance(write.item, Issue) and write.item.severity is Severity.BLOCKER


def _urgency(write: Write) -> int:
    return write.item.severity if isinstance(write.item, Issue) else 0
