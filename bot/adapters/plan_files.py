"""Read a plan from a file: a base's export, a spreadsheet, or the product's own export."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

from bot.domain.plan_file import (
    KINDS,
    Draft,
    ItemKind,
    PlanFile,
    PlanNote,
    disagreements,
    duplicates,
    without_repeats,
)
from bot.domain.plan_items import draft_item, is_export_item
from bot.domain.plan_rows import Row, draft_row, kind_of_table, knows_columns
from bot.errors import UserError

MAX_BYTES = 50 * 1024 * 1024  # the largest Airtable base allowed on a team plan is well below it
MAX_ITEMS = 50_000
MAX_DEPTH = 30  # a record with a list of people or files in a cell is 6 deep
_DELIMITERS = ",;\t"

Drafted = tuple[Draft | None, list[PlanNote]]


def read_plan_file(path: Path) -> PlanFile:
    """
    Return what the file at `path` says about a plan.

    Takes JSON (a list of records, `{"records": [...]}`, a base with `tables`, or our own export
    with `phases`, `stages`, `tasks`, `issues`) and CSV with a line of column names.

    Raises:
        UserError: there is no such file, or it is nothing of the kind; names the line.
    """
    text = _text(path)
    begins = text.lstrip()[:1]
    if begins in {"[", "{"} or path.suffix.lower() == ".json":
        drafted = list(_from_json(path.name, _json(path.name, text)))
    else:
        drafted = list(_from_csv(path.name, text))
    drafts, repeats = without_repeats(draft for draft, _ in drafted if draft)
    notes = [*(note for _, remarks in drafted for note in remarks), *repeats]
    if not drafts:
        raise UserError(f"{path.name} holds no phase, stage, task or issue, so nothing to import.")
    return PlanFile(path.name, tuple(drafts), (*notes, *disagreements(drafts), *duplicates(drafts)))


def _text(path: Path) -> str:
    """Return the file's text. Raises UserError where it has none."""
    try:
        if path.is_dir():
            raise UserError(f"{path} is a folder. Give me the file with the plan.")
        if path.stat().st_size > MAX_BYTES:
            raise UserError(f"{path.name} is larger than {MAX_BYTES >> 20} MB; no plan file is.")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise UserError(f"There is no file {path}.") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path itself
        raise UserError(f"I can't read {path}: {getattr(error, 'strerror', error)}.") from error
    if len(data) > MAX_BYTES:
        raise UserError(f"{path.name} is larger than {MAX_BYTES >> 20} MB; no plan file is.")
    return _decoded(path.name, data)


def _decoded(name: str, data: bytes) -> str:
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UserError(
            f"{name}, line {line}: this isn't UTF-8 text. Save the file as UTF-8 and try again."
        ) from error
    if (nul := text.find("\0")) >= 0:
        line = text.count("\n", 0, nul) + 1
        raise UserError(f"{name}, line {line}: there is a NUL character, so this is no text file.")
    if not text.strip():
        raise UserError(f"{name} is empty.")
    return text


def _json(name: str, text: str) -> Any:
    try:
        content = json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise UserError(f"{name}, line {error.lineno}: this isn't JSON ({error.msg}).") from error
    except RecursionError:
        raise UserError(f"{name} is nested too deeply to be a plan.") from None
    except ValueError as error:
        raise UserError(f"{name} isn't JSON ({error}).") from error
    if _is_deep(content):
        raise UserError(f"{name} is nested too deeply to be a plan.")
    return content


def _is_deep(content: Any) -> bool:
    level = [content] if isinstance(content, dict | list) else []
    for _ in range(MAX_DEPTH):
        level = [
            part
            for whole in level
            for part in (whole.values() if isinstance(whole, dict) else whole)
            if isinstance(part, dict | list)
        ]
    return bool(level)


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def _from_json(name: str, content: Any) -> Iterator[Drafted]:
    if isinstance(content, list):
        yield from _records(name, content)
    elif isinstance(content, dict) and isinstance(content.get("records"), list):
        yield from _records(name, content["records"], table=str(content.get("name", "")))
    elif isinstance(content, dict) and isinstance(content.get("tables"), list):
        for table in content["tables"]:
            yield from _table(name, table)
    elif isinstance(content, dict) and any(f"{kind}s" in content for kind in KINDS):
        yield from _lists(name, content)
    else:
        raise UserError(
            f"{name} is JSON of another shape. I read a list of records, an object with"
            " `records` or `tables`, or our own export with `phases`, `stages`, `tasks`, `issues`."
        )


def _table(name: str, table: Any) -> Iterator[Drafted]:
    """Read a table of a base; tables that hold something else are passed over."""
    records = table.get("records") if isinstance(table, dict) else None
    if not isinstance(records, list):
        raise UserError(f"{name}: each of `tables` is an object with a list of `records`.")
    title = str(table.get("name", ""))
    if records and title.strip().lower() in {word for kind in KINDS for word in (kind, f"{kind}s")}:
        yield from _records(name, records, table=title)
    elif records:
        text = f"The table “{title}” holds no phases, stages, tasks or issues; I passed over it."
        yield None, [PlanNote("unreadable", str(table.get("id", title)), text)]


def _lists(name: str, content: Mapping[str, Any]) -> Iterator[Drafted]:
    for kind in KINDS:
        items = content.get(f"{kind}s") or []
        if not isinstance(items, list):
            raise UserError(f"{name}: `{kind}s` is no list.")
        for number, item in _numbered(name, items):
            if not isinstance(item, dict):
                raise UserError(f"{name}: {kind} {number} is no object.")
            where = str(item.get("key") or item.get("id") or f"{kind} {number}")[:80]
            if is_export_item(item):
                yield draft_item(kind, item, where)
            else:
                yield draft_row(kind, _record(item, where))


def _records(name: str, records: list[Any], table: str = "") -> Iterator[Drafted]:
    columns: set[str] = set()
    rows = []
    for number, record in _numbered(name, records):
        if not isinstance(record, dict):
            raise UserError(f"{name}: record {number} is no object, so this is no list of records.")
        rows.append(_record(record, f"record {number}"))
        columns.update(rows[-1].cells)
    kind = kind_of_table(columns, table)
    if rows and not knows_columns(columns, kind):
        raise UserError(
            f"{name}: its records have no name, reference or code, only {_listed(columns)}."
        )
    yield from (draft_row(kind, row) for row in rows)


def _record(record: Mapping[str, Any], where: str) -> Row:
    """Return a record of a base (id, createdTime, fields), or a plain object, as a row."""
    record_id = record.get("id") if isinstance(record.get("id"), str) else None
    cells = record.get("fields")
    created = record.get("createdTime")
    return Row(
        where=record_id or where,
        cells=cells if isinstance(cells, dict) else record,
        record_id=record_id,
        created=created if isinstance(created, str) else None,
        source=record,
    )


def _from_csv(name: str, text: str) -> Iterator[Drafted]:
    first = text.lstrip("\r\n").splitlines()[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines = _lines(name, reader)
    header_line, header = next(lines)
    columns = [column.strip() for column in header]
    kind = kind_of_table(columns)
    if not knows_columns(columns, kind):
        raise UserError(
            f"{name}, line {header_line}: I expect column names such as Stage ID, Name, Status"
            f" here, and find {_listed(columns)}."
        )
    for _, (line, values) in _numbered(name, lines):
        yield _csv_row(kind, columns, line, values)


def _csv_row(kind: ItemKind, columns: list[str], line: int, values: list[str]) -> Drafted:
    where = f"line {line}"
    filled = {
        column: value
        for column, value in reversed(list(zip(columns, values, strict=False)))
        if column and value.strip()
    }
    draft, notes = draft_row(
        kind,
        Row(where=where, cells=filled, record_id=_record_id(filled), source={"row": filled}),
    )
    if any(value.strip() for value in values[len(columns) :]):
        text = f"The line has {len(values)} cells and the table {len(columns)} columns."
        notes = [*notes, PlanNote("unreadable", where, text)]
    return draft, notes


def _record_id(cells: Mapping[str, str]) -> str | None:
    named = (cells[column] for column in cells if column.lower() in {"record id", "airtable id"})
    return next(named, None)


def _lines(name: str, reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Return the lines that hold something, each with the number at which it begins."""
    begins = 1
    while True:
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UserError(f"{name}, line {reader.line_num}: this isn't CSV ({error}).") from error
        if any(value.strip() for value in values):
            yield begins, values
        begins = reader.line_num + 1


def _numbered(name: str, items: Iterable[Any]) -> Iterator[tuple[int, Any]]:
    for number, item in enumerate(items, start=1):
        if number > MAX_ITEMS:
            raise UserError(f"{name} holds more than {MAX_ITEMS:,} items; no plan does.")
        yield number, item


def _listed(columns: Iterable[str], limit: int = 8) -> str:
    shown = [f"“{column[:40]}”" for column in sorted(columns)[:limit]]
    return ", ".join(shown) or "nothing"
