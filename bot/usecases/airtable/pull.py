"""Learn what changed in the base: by its feed, by modified time, by reading everything."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.airtable.drift import has_unknown_options
from bot.domain.airtable.feed import FeedPage
from bot.domain.airtable.mapping import BaseMapping, MappedTable
from bot.domain.airtable.outcomes import Pulled
from bot.domain.airtable.schema import AirtableRecord, BaseSchema
from bot.domain.airtable.state import KEPT_FOR, AirtableBase, BaseState, PullMode
from bot.domain.plan_file import KINDS
from bot.errors import BudgetSpentError, RefusedError
from bot.ports import PlanDatabase
from bot.ports.airtable import Airtable, AirtableApi
from bot.usecases.airtable.hearing import hear, unknown_records
from bot.usecases.airtable.removing import record_gone
from bot.usecases.airtable.schema import check_schema
from bot.usecases.airtable.taking import has_cleared, pulled_why, pulling_of, take_records
from bot.usecases.airtable.troubles import note_refusal, spend_budget

RECONCILE_EVERY = timedelta(days=7)
OVERLAP = timedelta(seconds=60)  # LAST_MODIFIED_TIME() is precise to the second, and late
MAX_LOOKS = 200  # pages of fifty in one run; what is left is the next run's
PER_QUESTION = 100
_GONE = frozenset({403, 404})


def pull_changes(
    plans: PlanDatabase, airtable: Airtable, workspace_id: str, *, clock: Callable[[], datetime]
) -> Pulled:
    """
    Bring the plan up to date with the base; run again at any moment, it goes on where it was.

    Raises:
        OutageError: Airtable does not answer, or asks to wait; what was taken over stays.
    """
    run = _Run(plans, airtable, workspace_id, clock)
    try:
        run.pull()
    except BudgetSpentError:
        spend_budget(plans, workspace_id, clock())
    except RefusedError as error:
        if not (error.status in _GONE and run.is_about_schema()):
            note_refusal(plans, airtable, workspace_id, error, None, clock())
    return run.pulled


def read_everything(
    plans: PlanDatabase,
    airtable: Airtable,
    workspace_id: str,
    *,
    clock: Callable[[], datetime],
    live: bool = True,
) -> Pulled:
    """
    Read every kept table whole: ceil(rows / 100) calls a table, and one for the schema.

    Args:
        live: False for the first reading of a base, when nothing is news.

    Raises:
        OutageError: Airtable does not answer.
        RefusedError: it refuses.
    """
    run = _Run(plans, airtable, workspace_id, clock)
    run.read_everything(live=live)
    return run.pulled


@dataclass
class _Run:
    plans: PlanDatabase
    airtable: Airtable
    workspace_id: str
    clock: Callable[[], datetime]
    pulled: Pulled = field(default_factory=Pulled)

    def pull(self) -> None:
        base = self._base()
        now = self.clock()
        if base is None or not base.is_open(now):
            return
        if base.mode is PullMode.FEED:
            self._pull_feed(base, now)
        else:
            self._pull_modified(base)
        after = self._base()
        if after and (after.read_at is None or now - after.read_at > RECONCILE_EVERY):
            # With a new hook: one that was switched off looks like a base where nothing happens,
            # and the token may have been let manage hooks meanwhile.
            self._begin_feed(after)
        self._settle(now)

    def is_about_schema(self) -> bool:
        """Whether a refusal is explained by a table that is gone; the rest then goes on."""
        before = self._base()
        try:
            check_schema(self.plans, self.airtable, self.workspace_id, now=self.clock())
        except RefusedError:
            return False
        after = self._base()
        return bool(before and after and before.troubles != after.troubles)

    def _base(self) -> AirtableBase | None:
        with self.plans.reading(self.workspace_id) as plan:
            return plan.airtable_base()

    def _pull_feed(self, base: AirtableBase, now: datetime) -> None:
        stale = base.pulled_at is None or now - base.pulled_at > KEPT_FOR
        if base.webhook_id is None or stale:
            self._begin_feed(base)
        elif not self._drain(base.webhook_id):
            self._begin_feed(base, is_lost=True)

    def _begin_feed(self, base: AirtableBase, *, is_lost: bool = False) -> None:
        """
        Make a new hook first, then read everything, then what happened meanwhile.

        Where the token may manage no hooks, changes are asked for by time.

        Args:
            is_lost: The old hook's payloads can't be read any more.
        """
        api = self._api("pull")
        live = base.read_at is not None
        if base.webhook_id:
            # What it still holds tells who did what, and what our writes replaced.
            if not is_lost:
                self._drain(base.webhook_id)
            self._update(pulled_at=None)  # until everything is read, nobody knows what is missing
            api.close_feed(base.webhook_id)
        try:
            hook = api.open_feed(self.airtable.notify_url or None)
        except RefusedError as error:
            if error.status not in _GONE and error.status != _UNPROCESSABLE:
                raise
            self._update(mode=PullMode.MODIFIED, webhook_id=None, server_time=api.server_time)
            self.read_everything(live=live)
            return
        self._update(
            mode=PullMode.FEED,
            webhook_id=hook.id,
            webhook_secret=hook.secret,
            cursor=1,
            pulled_at=None,
        )
        self.read_everything(live=live)
        self._drain(hook.id)

    def _drain(self, hook_id: str) -> bool:
        """Take over what the feed holds; False when it is lost and has to begin anew."""
        for _ in range(MAX_LOOKS):
            base = self._base()
            if base is None:
                return True
            try:
                page = self._api("pull").feed(hook_id, base.cursor)
            except RefusedError as error:
                if error.status in _GONE or error.status == _UNPROCESSABLE:
                    return False
                raise
            self._count(calls=1)
            if page.broken:
                return False
            cells = ((each.field_id, each.cell) for told in page.changes for each in told.cells)
            if page.schema_changed or has_unknown_options(base.mapping, cells):
                self._look_at_schema()
            self._take_page(page)
            if not page.more:
                return True
        return True

    def _look_at_schema(self) -> None:
        """Follow the schema; what was left alone and may be used again is read anew."""
        before = self._base()
        check_schema(self.plans, self.airtable, self.workspace_id, now=self.clock())
        after = self._base()
        if before and after and _fields(before.usable) < _fields(after.usable):
            self.read_everything()

    def _take_page(self, page: FeedPage) -> None:
        with self.plans.reading(self.workspace_id) as plan:
            base = plan.airtable_base()
            unknown = unknown_records(plan, base.usable, page) if base else {}
        whole = {table: self._asked(table, ids) for table, ids in unknown.items()}
        with self.plans.changing(self.workspace_id) as writer:
            base = writer.airtable_base()
            if base is None:
                return
            changed = hear(writer, base, page)
            for table in in_order(base.usable):
                records = whole.get(table.table_id, [])
                take_records(pulling_of(writer, base), table, records, pulled_why(self.clock()))
            known = writer.airtable_base() or base
            writer.put_airtable_base(
                replace(known, cursor=page.cursor, pulled_at=self.clock(), poke=False)
            )
        self._count(records=changed)

    def _asked(self, table_id: str, record_ids: Sequence[str]) -> list[AirtableRecord]:
        api, found = self._api("pull"), []
        for at in range(0, len(record_ids), PER_QUESTION):
            found += api.records(table_id, record_ids[at : at + PER_QUESTION])
            self._count(calls=1)
        return found

    def _pull_modified(self, base: AirtableBase) -> None:
        """Ask each table for what was edited since; deletions are seen by the weekly reading."""
        api = self._api("pull")
        since = base.server_time
        if since is None:
            self.read_everything()
            self._update(server_time=api.server_time or self.clock())
            return
        began: datetime | None = None
        for table in in_order(base.usable):
            for page in api.modified_since(table.table_id, since - OVERLAP):
                # The base's own clock: ours may be an hour off.
                began = began or api.server_time
                self._count(calls=1)
                self._take_records(table, page)
        self._update(server_time=began or since)

    def read_everything(self, *, live: bool = True) -> None:
        """Read every kept table, adopt what is new, and take out what is gone."""
        schema = check_schema(self.plans, self.airtable, self.workspace_id, now=self.clock())
        base = self._base()
        if base is None or schema is None:
            return
        api = self._api("read")
        for table in in_order(base.usable):
            self._read_table(api, table, schema, live=live)
        self._update(read_at=self.clock(), pulled_at=self.clock(), poke=False)

    def _read_table(
        self, api: AirtableApi, table: MappedTable, schema: BaseSchema, *, live: bool
    ) -> None:
        present = schema.table(table.table_id)
        names = {each.id: each.name for each in present.fields} if present else {}
        seen: set[str] = set()
        for page in api.pages(table.table_id):
            if page is None:
                seen.clear()
                continue
            self._count(calls=1)
            fresh = [record for record in page if record.id not in seen]
            seen.update(record.id for record in fresh)
            self._take_records(table, fresh, names, live=live)
        self._take_out(api, table, seen)

    def _take_records(
        self,
        table: MappedTable,
        records: Sequence[AirtableRecord],
        names: dict[str, str] | None = None,
        *,
        live: bool = True,
    ) -> None:
        if not records:
            return
        with self.plans.reading(self.workspace_id) as plan:
            base = plan.airtable_base()
            cleared = has_cleared(plan, table, records)
        cells = (pair for record in records for pair in record.cells.items())
        asked_by_time = names is None
        if cleared or (base and asked_by_time and has_unknown_options(base.mapping, cells)):
            # A field that was deleted since its table was looked at must not look like
            # everybody had emptied their cells.
            check_schema(self.plans, self.airtable, self.workspace_id, now=self.clock())
        with self.plans.changing(self.workspace_id) as writer:
            base = writer.airtable_base()
            now_table = base.usable.of_kind(table.kind) if base else None
            if base is None or now_table is None:
                return
            why = pulled_why(self.clock())
            why = why if live else replace(why, reason=ADOPTED)
            take_records(pulling_of(writer, base, live=live), now_table, records, why, names)
        self._count(records=len(records))

    def _take_out(self, api: AirtableApi, table: MappedTable, seen: set[str]) -> None:
        """
        Take items out whose record a whole walk did not meet, and which are truly gone.

        A walk is no snapshot: a record that was edited meanwhile may have been passed over.
        """
        with self.plans.reading(self.workspace_id) as plan:
            missed = [each for each in plan.linked_records(table.table_id) if each not in seen]
        for at in range(0, len(missed), PER_QUESTION):
            asked = missed[at : at + PER_QUESTION]
            found = api.records(table.table_id, asked)
            self._count(calls=1)
            gone = set(asked) - {record.id for record in found}
            with self.plans.changing(self.workspace_id) as writer:
                links = writer.links_of_records(gone)
                for link in links.values():
                    record_gone(writer, table, link, pulled_why(self.clock()))
            self._count(removed=len(gone))

    def _api(self, feature: str) -> AirtableApi:
        base = self._base()
        return self.airtable.api(base.base_id if base else "", feature)

    def _update(self, **changes: Any) -> None:
        with self.plans.changing(self.workspace_id) as plan:
            base = plan.airtable_base()
            if base is not None:
                plan.put_airtable_base(replace(base, **changes))

    def _settle(self, now: datetime) -> None:
        """Note that the base was understood: an old error is over."""
        base = self._base()
        if base and base.state is BaseState.CONNECTED:
            self._update(pulled_at=now, error="", error_at=None, stopped_until=None)

    def _count(self, **more: int) -> None:
        counts = {name: getattr(self.pulled, name) + more.get(name, 0) for name in _COUNTED}
        self.pulled = Pulled(**counts)


_COUNTED = ("calls", "records", "removed")
_UNPROCESSABLE = 422
ADOPTED = "adopted from Airtable"


def in_order(mapping: BaseMapping) -> list[MappedTable]:
    """Return the tables so that what is pointed at comes before what points at it."""
    return [table for kind in KINDS if (table := mapping.of_kind(kind))]


def _fields(mapping: BaseMapping) -> set[tuple[str, str]]:
    return {(table.table_id, word) for table in mapping.tables for word in table.fields}
