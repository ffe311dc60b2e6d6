"""The change feed of a base: webhook payloads as what happened to which record (contracts, 1.6)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Editor:
    """
    Who changed something in Airtable, as far as the feed tells.

    Args:
        is_api: It came through the API: ours, or another program's.
    """

    id: str = ""
    name: str = ""
    email: str = ""
    is_api: bool = False


@dataclass(frozen=True, slots=True)
class CellChange:
    """
    One cell as one transaction left it.

    Args:
        previous: What it said before, in the feed's form; None where it was blank.
    """

    field_id: str
    cell: Any
    previous: Any


@dataclass(frozen=True, slots=True)
class RecordChange:
    """
    What one transaction did to one record.

    Args:
        created: The record's creation time where it was made; None where it was there.
        destroyed: The record is gone.
    """

    table_id: str
    record_id: str
    at: datetime
    editor: Editor
    cells: tuple[CellChange, ...] = ()
    created: str | None = None
    destroyed: bool = False


@dataclass(frozen=True, slots=True)
class FeedPage:
    """
    What one look at the feed found, in the order in which it happened.

    Args:
        cursor: Where the next look goes on.
        more: More is there already.
        schema_changed: Tables or fields were made, renamed, retyped or deleted.
        broken: An error payload came: what lies behind is lost, so everything is read anew.
    """

    cursor: int
    more: bool
    changes: tuple[RecordChange, ...] = ()
    schema_changed: bool = False
    broken: bool = False
    gone_tables: tuple[str, ...] = field(default=())


def parse_feed(body: Mapping[str, Any]) -> FeedPage:
    """Return what the body of `GET …/webhooks/{id}/payloads` says."""
    payloads: Sequence[Mapping[str, Any]] = body.get("payloads", ())
    return FeedPage(
        cursor=body["cursor"],
        more=bool(body.get("mightHaveMore")),
        changes=tuple(change for payload in payloads for change in _changes(payload)),
        schema_changed=any(_changes_schema(payload) for payload in payloads),
        broken=any(payload.get("error") for payload in payloads),
        gone_tables=tuple(gone for each in payloads for gone in each.get("destroyedTableIds", ())),
    )


def _changes(payload: Mapping[str, Any]) -> Iterable[RecordChange]:
    at = _moment(payload.get("timestamp"))
    editor = _editor(payload.get("actionMetadata") or {})
    tables = {**_made_tables(payload), **payload.get("changedTablesById", {})}
    for table_id, table in tables.items():
        for record_id, made in table.get("createdRecordsById", {}).items():
            yield RecordChange(
                table_id,
                record_id,
                at,
                editor,
                _cells(made, {}),
                created=made.get("createdTime") or at.isoformat(),
            )
        for record_id, changed in table.get("changedRecordsById", {}).items():
            cells = _cells(changed.get("current", {}), changed.get("previous", {}))
            yield RecordChange(table_id, record_id, at, editor, cells)
        for record_id in table.get("destroyedRecordIds", ()):
            yield RecordChange(table_id, record_id, at, editor, destroyed=True)


def _made_tables(payload: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {
        table_id: {"createdRecordsById": table.get("recordsById", {})}
        for table_id, table in payload.get("createdTablesById", {}).items()
    }


def _cells(current: Mapping[str, Any], previous: Mapping[str, Any]) -> tuple[CellChange, ...]:
    was = previous.get("cellValuesByFieldId", {})
    return tuple(
        CellChange(field_id, cell, was.get(field_id))
        for field_id, cell in current.get("cellValuesByFieldId", {}).items()
    )


def _changes_schema(payload: Mapping[str, Any]) -> bool:
    names = ("createdFieldsById", "changedFieldsById", "destroyedFieldIds", "changedMetadata")
    return bool(payload.get("createdTablesById") or payload.get("destroyedTableIds")) or any(
        table.get(name) for table in payload.get("changedTablesById", {}).values() for name in names
    )


def _editor(action: Mapping[str, Any]) -> Editor:
    user = (action.get("sourceMetadata") or {}).get("user") or {}
    return Editor(
        id=str(user.get("id", "")),
        name=str(user.get("name", "")),
        email=str(user.get("email", "")),
        is_api=action.get("source") == "publicApi",
    )


def _moment(text: Any) -> datetime:
    return datetime.fromisoformat(str(text)).astimezone(UTC)
