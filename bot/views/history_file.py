"""The audit trail as a file: CSV for a spreadsheet, JSON for programs."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.domain.plan import Change
from bot.domain.trail import change_object

COLUMNS = (
    "id",
    "at",
    "actor_id",
    "actor",
    "reason",
    "evidence",
    "kind",
    "key",
    "before",
    "after",
    "operation",
    "undoes",
    "undone_by",
    "digest",
)
# A spreadsheet takes a cell that begins with one of these for a formula and runs it; the wide
# ones, of East Asian keyboards, too (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_HALVES = re.compile("[\ud800-\udfff]")  # of a surrogate pair: no encoding takes one alone


def history_lines(
    kind: str, workspace_id: str, changes: Iterable[Change], names: Mapping[str, str]
) -> Iterator[str]:
    """
    Yield the lines of a file, one at a time.

    Args:
        kind: "csv" or "json".
        names: What actors are called, by Slack id.
    """
    objects = (change_object(workspace_id, change) for change in changes)
    return _csv(objects, names) if kind == "csv" else _json(objects)


def _json(objects: Iterator[dict[str, Any]]) -> Iterator[str]:
    """Yield one list; each object is all that a digest covers, so that others can check it."""
    yield "["
    before = "\n"
    for each in objects:
        yield before + json.dumps(each)
        before = ",\n"
    yield "\n]\n"


def _csv(objects: Iterator[dict[str, Any]], names: Mapping[str, str]) -> Iterator[str]:
    line = io.StringIO()
    writer = csv.writer(line)
    writer.writerow(COLUMNS)
    for each in objects:
        yield line.getvalue()
        line.seek(0)
        line.truncate()
        told = {**each, "actor": names.get(each["actor_id"], "")}
        writer.writerow([_cell(told[name]) for name in COLUMNS])
    yield line.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False)
    text = _HALVES.sub("\ufffd", str(value))
    return f"'{text}" if text.startswith(_FORMULA) else text
