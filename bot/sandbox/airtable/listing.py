"""Lists of records: filtered, in order, page by page."""

from dataclasses import dataclass
from typing import Any

from bot.sandbox.airtable.call import Call, text_list, truth
from bot.sandbox.airtable.filtering import filtered
from bot.sandbox.airtable.model import Base, Field, Json, Record, Table
from bot.sandbox.airtable.refusals import invalid, invalid_request, unknown_field
from bot.sandbox.airtable.rendering import cell_text, is_empty, render_record
from bot.sandbox.airtable.sorting import in_order
from bot.sandbox.airtable.walks import Walk

MOST_PER_PAGE = 100
PARAMETERS = (
    "pageSize",
    "maxRecords",
    "offset",
    "view",
    "sort",
    "filterByFormula",
    "fields",
    "cellFormat",
    "timeZone",
    "userLocale",
    "returnFieldsByFieldId",
    "recordMetadata",
    "includeDateDependencyMetadata",
)
METADATA = frozenset({"commentCount"})


@dataclass(frozen=True)
class Query:
    """
    What a list asks for.

    Args:
        sort: Fields in their order, and whether each is descending.
        fields: The fields to show; None for all.
        in_text: Whether cells are shown as texts (`cellFormat=string`).
    """

    page_size: int
    most: int | None
    offset: str | None
    formula: str | None
    in_view: bool
    sort: tuple[tuple[Field, bool], ...]
    fields: tuple[Field, ...] | None
    by_id: bool
    in_text: bool
    comments: bool


def list_records(call: Call) -> Json:
    """List records by a GET, its parameters in the URL."""
    call.only(*PARAMETERS)
    given: Json = {name: value for name in PARAMETERS if (value := call.one(name)) is not None}
    for name in ("fields", "recordMetadata"):
        if values := call.many(name):
            given[name] = values
    given["sort"] = _sort_in_url(call)
    return _page(call, given)


def post_list_records(call: Call) -> Json:
    """List records by a POST, its parameters in the body (zone and locale may be in the URL)."""
    call.only("timeZone", "userLocale", "returnFieldsByFieldId")
    body = call.object() if call.body is not None else {}
    if set(body) - set(PARAMETERS):
        raise invalid_request()
    return _page(call, {**dict(call.query), **body})


def _page(call: Call, given: Json) -> Json:
    table = call.table
    query = read_query(table, given)
    walks = call.world.walks
    walk, start = walks.begin(), None
    if query.offset is not None:
        walk, start = walks.resume(query.offset)
    rows = filtered(call.base, table, query.formula, call.world.clock.now())
    ordered = in_order(call.base, table, _arranged(rows, walk, query), query.sort)
    position, before = 0, 0
    if start is not None:
        position, before = _resume(walk, ordered, start)
    size = query.page_size if query.most is None else min(query.page_size, query.most - before)
    page = ordered[position : position + size]
    answer: Json = {"records": [_shown(call.base, table, each, query) for each in page]}
    following, told = position + len(page), before + len(page)
    if following < len(ordered) and (query.most is None or told < query.most):
        answer["offset"] = walk.offset(ordered[following].id, following, told)
        walks.keep(walk)
    return answer


def read_query(table: Table, given: Json) -> Query:
    """
    Check what a list asks for.

    Raises:
        ApiError: 422, a parameter makes no sense, or a field or a view is not there.
    """
    cell_format = given.get("cellFormat", "json")
    if cell_format not in ("json", "string"):
        raise invalid_request()
    if cell_format == "string" and not {"timeZone", "userLocale"} <= set(given):
        raise invalid_request()
    metadata = text_list(given.get("recordMetadata", []))
    if not set(metadata) <= METADATA:
        raise invalid_request()
    truth(given.get("includeDateDependencyMetadata"))
    fields = given.get("fields")
    return Query(
        page_size=_count(given.get("pageSize", MOST_PER_PAGE), MOST_PER_PAGE),
        most=_count(given["maxRecords"]) if "maxRecords" in given else None,
        offset=_text(given.get("offset")),
        formula=_text(given.get("filterByFormula")) or None,
        in_view=_has_view(table, _text(given.get("view"))),
        sort=_read_sort(table, given.get("sort") or []),
        fields=None if fields is None else tuple(_field(table, each) for each in text_list(fields)),
        by_id=truth(given.get("returnFieldsByFieldId")),
        in_text=cell_format == "string",
        comments="commentCount" in metadata,
    )


def _sort_in_url(call: Call) -> list[Json]:
    """Return `sort[0][field]=…&sort[0][direction]=…` as the body of a POST has it."""
    found: dict[str, Json] = {}
    for name, value in call.query:
        head, *rest = name.split("[")
        if head != "sort":
            continue
        if len(rest) != 2 or not all(each.endswith("]") for each in rest):  # noqa: PLR2004
            raise invalid_request()
        found.setdefault(rest[0][:-1], {})[rest[1][:-1]] = value
    return [found[key] for key in sorted(found, key=lambda key: (len(key), key))]


def _read_sort(table: Table, given: Any) -> tuple[tuple[Field, bool], ...]:
    if not isinstance(given, list):
        raise invalid_request()
    found = []
    for each in given:
        if not isinstance(each, dict) or set(each) - {"field", "direction"}:
            raise invalid_request()
        direction = each.get("direction", "asc")
        if direction not in ("asc", "desc"):
            raise invalid_request()
        found.append((_field(table, each.get("field")), direction == "desc"))
    return tuple(found)


def _field(table: Table, name: Any) -> Field:
    found = table.field_named(name) if isinstance(name, str) else None
    if found is None:
        raise unknown_field(str(name))
    return found


def _has_view(table: Table, view: str | None) -> bool:
    if not view:
        return False
    if any(view in {each["id"], each["name"]} for each in table.views):
        return True
    kind = "VIEW_ID_NOT_FOUND" if view.startswith("viw") else "VIEW_NAME_NOT_FOUND"
    raise invalid(kind, f"View {view} not found")


def _count(value: Any, most: int | None = None) -> int:
    try:
        number = int(str(value))
    except ValueError as error:
        raise invalid_request() from error
    if number < 1 or (most is not None and number > most):
        raise invalid_request()
    return number


def _text(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise invalid_request()
    return value


def _arranged(rows: list[Record], walk: Walk, query: Query) -> list[Record]:
    """A view has an order; without one it is arbitrary, but the same on each page of a walk."""
    return rows if query.in_view else sorted(rows, key=lambda row: walk.rank(row.id))


def _resume(walk: Walk, ordered: list[Record], start: str) -> tuple[int, int]:
    """A list is no snapshot: go on at the record, or where it was if it is there no more."""
    position, before = walk.pages[start]
    for index, record in enumerate(ordered):
        if record.id == start:
            return index, before
    return position, before


def _shown(base: Base, table: Table, record: Record, query: Query) -> Json:
    shown = render_record(base, table, record, by_id=query.by_id)
    if query.in_text:
        shown["fields"] = _texts(base, table, record, query)
    if query.fields is not None:
        wanted = {field.id if query.by_id else field.name for field in query.fields}
        shown["fields"] = {key: cell for key, cell in shown["fields"].items() if key in wanted}
    if query.comments:
        shown["commentCount"] = 0
    return shown


def _texts(base: Base, table: Table, record: Record, query: Query) -> Json:
    return {
        field.id if query.by_id else field.name: text
        for field in table.fields.values()
        if not is_empty(text := cell_text(base, table, record, field))
    }
