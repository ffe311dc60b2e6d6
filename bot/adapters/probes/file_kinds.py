"""The kinds of probe that read files: logs, globs, JSON and CSV."""

import csv
import glob
import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from bot.adapters.probes.counters import Counter, of_count, of_percent, with_total
from bot.adapters.probes.files import is_below, read_small
from bot.adapters.probes.log_tail import default_finder, read_log
from bot.adapters.probes.patterns import pattern_finder
from bot.domain.probes import CsvSource, GlobSource, JsonSource, LogMark, LogSource
from bot.errors import NotAssessedError

MOST_FILES = 1_000_000
MOST_BYTES = 64 * 1024 * 1024


def read_log_probe(
    source: LogSource,
    folders: Sequence[str],
    *,
    now: datetime,
    total: int | None,
    mark: LogMark | None,
) -> Counter:
    """
    Return the newest progress of a log.

    Raises:
        NotAssessedError: it can't be read, or nothing in its last megabyte tells progress.
    """
    find = pattern_finder(source.pattern, total) if source.pattern else default_finder
    tail = read_log(source.path, folders, now=now, mark=mark, find=find)
    reading = tail.reading
    if reading is None:
        raise NotAssessedError(f"nothing in the last megabyte of {source.path} tells progress.")
    counter = Counter(
        done=reading.done,
        total=reading.total,
        fraction=reading.fraction,
        unit=reading.unit,
        source=source.path,
        line=reading.line,
        changed_at=tail.changed_at,
        restarted=tail.restarted,
        mark=tail.mark,
    )
    return with_total(counter, total)


def read_glob(source: GlobSource, folders: Sequence[str], *, total: int | None) -> Counter:
    """
    Return how many files match, of the total that was fixed.

    Raises:
        NotAssessedError: the pattern leads out of the folders, or matches too many files.
    """
    fixed = (
        source.pattern.split("*", maxsplit=1)[0].split("?", maxsplit=1)[0].split("[", maxsplit=1)[0]
    )
    if not is_below(Path(fixed).resolve(), folders):
        raise NotAssessedError(f"{source.pattern} leads outside the folders I may read.")
    found = islice(glob.iglob(source.pattern, recursive=True), MOST_FILES + 1)  # noqa: PTH207 - absolute patterns
    count = sum(1 for path in found if Path(path).is_file())
    if count > MOST_FILES:
        raise NotAssessedError(f"{source.pattern} matches more than {MOST_FILES:,} files.")
    return of_count(count, total, source=source.pattern, line=f"{count:,} files match")


def read_json(source: JsonSource, folders: Sequence[str], *, total: int | None) -> Counter:
    """
    Return the counter in a JSON file.

    Raises:
        NotAssessedError: it can't be read, is no JSON, or lacks a field.
    """
    content = read_small(source.path, folders, at_most=MOST_BYTES)
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise NotAssessedError(f"{source.path} is no JSON just now.") from error
    changed_at = _changed_at(source.path)
    if source.percent is not None:
        percent = _field(document, source.percent, source.path)
        line = f"{source.percent} = {percent}"
        return of_percent(percent, source=source.path, line=line, changed_at=changed_at)
    done = _field(document, source.done or "", source.path)
    stated = total if total is not None else _field(document, source.total or "", source.path)
    line = f"{source.done} = {done}"
    return of_count(done, stated, source=source.path, line=line, changed_at=changed_at)


def read_csv(source: CsvSource, folders: Sequence[str], *, total: int | None) -> Counter:
    """
    Return the counter in a CSV file: a column's last value, or a number of rows.

    Raises:
        NotAssessedError: it can't be read, is no CSV, or lacks the column.
    """
    content = read_small(source.path, folders, at_most=MOST_BYTES).decode("utf-8-sig", "replace")
    rows = csv.DictReader(io.StringIO(content, newline=""))
    try:
        done, line = _csv_count(rows, source)
    except csv.Error as error:
        raise NotAssessedError(f"{source.path} is no CSV: {error}.") from error
    changed_at = _changed_at(source.path)
    return of_count(done, total, source=source.path, line=line, changed_at=changed_at)


def _csv_count(rows: "csv.DictReader[str]", source: CsvSource) -> tuple[object, str]:
    if source.column is None:
        count = sum(1 for _ in rows)
        return count, f"{count:,} rows"
    if source.column not in (rows.fieldnames or ()):
        raise NotAssessedError(f"{source.path} has no column {source.column}.")
    values = [row[source.column] for row in rows]
    if source.where is not None:
        count = values.count(source.where)
        return count, f"{count:,} rows with {source.column} = {source.where}"
    if not values:
        raise NotAssessedError(f"{source.path} has no rows yet.")
    return values[-1], f"line {rows.line_num}: {source.column} = {values[-1]}"


def _field(document: Any, dotted: str, path: str) -> object:
    value = document
    for name in dotted.split("."):
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.lstrip("-").isdecimal() and _has(value, int(name)):
            value = value[int(name)]
        else:
            raise NotAssessedError(f"{path} has no field {dotted}.")
    return value


def _has(values: list[Any], at: int) -> bool:
    return -len(values) <= at < len(values)


def _changed_at(path: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(Path(path).stat().st_mtime, UTC)
    except OSError:  # gone between reading and asking
        return None
