"""The port AirtableApi on pyairtable: one method, one or few requests, in the core's words."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pyairtable import Table
from pyairtable import formulas as fx

from bot.adapters.airtable.client import ITERATOR_GONE, GovernedApi
from bot.domain.airtable.feed import FeedPage, parse_feed
from bot.domain.airtable.mapping import MappedField
from bot.domain.airtable.schema import AirtableRecord, BaseSchema
from bot.errors import NotAssessedError, OutageError, RefusedError
from bot.ports.airtable import Hook, Written

PER_PAGE = 100
MAX_WALKS = 5  # an offset that expires this often in one walk is no accident
PER_LOOK = 50
_GONE = 404
_FORBIDDEN = 403
# One row's own making, so that the others of its request can go on without it.
_ABOUT_ROWS = frozenset({404, 413, 422})
# Everything the product reacts to: cells with what they said before, fields, tables.
_WATCHED = {
    "options": {
        "filters": {"dataTypes": ["tableData", "tableFields", "tableMetadata"]},
        "includes": {"includeCellValuesInFieldIds": "all", "includePreviousCellValues": True},
    }
}

# Garbage is what an expired offset may look like too.
_OFFSET_GONE = frozenset({ITERATOR_GONE, "INVALID_OFFSET_VALUE"})

Row = Mapping[str, Any]
Send = Callable[[Sequence[Row]], list[AirtableRecord]]


class PyAirtableApi:
    """The port AirtableApi: one base, asked for one purpose."""

    def __init__(self, api: GovernedApi, base_id: str) -> None:
        self._api = api
        self._base = api.base(base_id)
        self._base_id = base_id

    @property
    def server_time(self) -> datetime | None:
        """The base's own clock at the last answer (its Date header)."""
        return self._api.server_time

    def whoami(self) -> Mapping[str, Any]:
        """Return the token's user."""
        return dict(self._api.whoami())

    def bases(self) -> list[Mapping[str, Any]]:
        """Return the bases the token sees: {"id", "name", "permissionLevel"}."""
        return [
            {"id": each.id, "name": each.name, "permissionLevel": each.permission_level}
            for each in self._api.bases()
        ]

    def schema(self) -> BaseSchema:
        """Return all tables and fields of the base, in one call."""
        body = self._api.request("GET", self._base.urls.tables)
        return BaseSchema.from_api(self._base_id, body["tables"])

    def pages(
        self, table_id: str, *, fields: Collection[str] | None = None
    ) -> Iterator[Sequence[AirtableRecord] | None]:
        """Walk a table, a hundred records a call; None where the walk began anew."""
        wanted = {} if fields is None else {"fields": list(fields)}
        return self._walk(table_id, **wanted)

    def _walk(self, table_id: str, **options: Any) -> Iterator[Sequence[AirtableRecord] | None]:
        for _ in range(MAX_WALKS):
            try:
                for page in self._table(table_id).iterate(
                    page_size=PER_PAGE, use_field_ids=True, **options
                ):
                    yield [_record(each) for each in page]
            except RefusedError as error:
                if error.code not in _OFFSET_GONE:
                    raise
                yield None
            else:
                return
        raise NotAssessedError("Airtable broke off the reading of a table again and again.")

    def records(self, table_id: str, record_ids: Sequence[str]) -> list[AirtableRecord]:
        """Return the records with these ids that are there, up to 100, in one call."""
        return self._found(table_id, fx.OR(*(fx.EQ(fx.RECORD_ID(), each) for each in record_ids)))

    def records_with(
        self, table_id: str, text_field: MappedField, values: Sequence[str]
    ) -> list[AirtableRecord]:
        """Return the records whose text field says one of these, up to 100, in one call."""
        wanted = set(values)
        named = fx.OR(*(fx.EQ(fx.Field(text_field.name), value) for value in values))
        found = self._found(table_id, named)
        # Formulas compare by their own rules; the key has to be the very same.
        return [each for each in found if each.cells.get(text_field.field_id) in wanted]

    def modified_since(self, table_id: str, moment: datetime) -> Iterator[Sequence[AirtableRecord]]:
        """Walk the records that a person or program edited at or after `moment`."""
        since = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        edited = fx.IS_AFTER(fx.LAST_MODIFIED_TIME(), fx.DATETIME_PARSE(since))
        return (page for page in self._walk(table_id, formula=edited) if page is not None)

    def update(
        self, table_id: str, changes: Sequence[tuple[str, Mapping[str, Any]]]
    ) -> list[Written]:
        """Write cells of up to ten records, by field id; a refused row is isolated."""
        table = self._table(table_id)

        def send(rows: Sequence[Row]) -> list[AirtableRecord]:
            bodies: Any = list(rows)
            return [_record(each) for each in table.batch_update(bodies, use_field_ids=True)]

        rows = [{"id": record, "fields": dict(cells)} for record, cells in changes]
        try:
            return _written(send, rows)
        except RefusedError as error:
            # Gone or forbidden, Airtable doesn't say which (contracts, 1.4): the rows tell.
            if error.status != _FORBIDDEN:
                raise
            asked = [record for record, _ in changes]
            present = {each.id for each in self.records(table_id, asked)}
            if len(present) == len(rows):
                raise
        left = iter(_written(send, [each for each in rows if each["id"] in present]))
        gone = Written(None, "NOT_FOUND: the record is gone", "NOT_FOUND")
        return [next(left) if each["id"] in present else gone for each in rows]

    def upsert(
        self, table_id: str, key_field: str, rows: Sequence[Mapping[str, Any]]
    ) -> list[Written]:
        """Make up to ten records, or find them by the text in `key_field`."""
        table = self._table(table_id)

        def send(some: Sequence[Row]) -> list[AirtableRecord]:
            bodies: Any = list(some)
            answer = table.batch_upsert(bodies, [key_field], use_field_ids=True)
            return [_record(each) for each in answer["records"]]

        return _written(send, [{"fields": dict(cells)} for cells in rows])

    def delete(self, table_id: str, record_ids: Sequence[str]) -> None:
        """Delete up to ten records; those that are gone already are no error."""
        try:
            self._table(table_id).batch_delete(record_ids)
        except RefusedError as error:
            if error.status not in {_GONE, _FORBIDDEN}:
                raise
            left = [each.id for each in self.records(table_id, record_ids)]
            if len(left) == len(set(record_ids)):
                raise
            if left:
                self._table(table_id).batch_delete(left)

    def create_table(self, body: Mapping[str, Any]) -> None:
        """Make a table from the body of the metadata API."""
        self._api.request("POST", self._base.urls.tables, json=dict(body))

    def create_field(self, table_id: str, body: Mapping[str, Any]) -> None:
        """Make a field from the body of the metadata API."""
        self._api.request("POST", self._table(table_id).urls.fields, json=dict(body))

    def open_feed(self, notify_url: str | None) -> Hook:
        """Make a change feed of the whole base."""
        body: dict[str, Any] = {"specification": _WATCHED}
        if notify_url:
            body["notificationUrl"] = notify_url
        made = self._api.request("POST", self._base.urls.webhooks, json=body)
        return Hook(made["id"], made["macSecretBase64"])

    def close_feed(self, hook_id: str) -> None:
        """Remove a change feed; one that is gone already is no error."""
        try:
            self._api.request("DELETE", f"{self._base.urls.webhooks}/{hook_id}")
        except RefusedError as error:
            if error.status not in {_GONE, _FORBIDDEN}:
                raise

    def wake_feed(self, hook_id: str) -> None:
        """Have notifications sent again, where Airtable gave up on us."""
        url = f"{self._base.urls.webhooks}/{hook_id}/enableNotifications"
        self._api.request("POST", url, json={"enable": True})

    def feed(self, hook_id: str, cursor: int) -> FeedPage:
        """Return up to fifty changes after a cursor, and whether more are there."""
        return parse_feed(
            self._api.request(
                "GET",
                f"{self._base.urls.webhooks}/{hook_id}/payloads",
                params={"cursor": cursor, "limit": PER_LOOK},
            )
        )

    def _table(self, table_id: str) -> Table:
        return self._base.table(table_id)

    def _found(self, table_id: str, formula: fx.Formula) -> list[AirtableRecord]:
        pages = self._table(table_id).iterate(
            formula=formula, page_size=PER_PAGE, max_records=PER_PAGE, use_field_ids=True
        )
        return [_record(each) for page in pages for each in page]


def _record(body: Mapping[str, Any]) -> AirtableRecord:
    return AirtableRecord(body["id"], body["createdTime"], body["fields"])


def _written(send: Send, rows: Sequence[Row]) -> list[Written]:
    """Send rows as one request; where Airtable refuses one of them, halve until it stands alone."""
    if not rows:
        return []
    try:
        return [Written(record) for record in send(rows)]
    except RefusedError as error:
        if error.status not in _ABOUT_ROWS:
            raise
        if len(rows) == 1:
            return [Written(None, f"{error.code}: {error.detail}".strip(": "), error.code)]
    half = len(rows) // 2
    first = _written(send, rows[:half])
    try:
        return [*first, *_written(send, rows[half:])]
    except OutageError as error:
        error.maybe_done = True  # the first half is written
        raise
