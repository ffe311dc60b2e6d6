"""Progress probes: where a stage's counter can be read, and what was read there."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.progress_reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSource:
    """The newest progress in a log; `pattern` is the operator's own, with named groups."""

    path: str
    pattern: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GlobSource:
    """The number of files that match."""

    pattern: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonSource:
    """Fields of a JSON file, as dotted paths such as `extraction.done`."""

    path: str
    done: str | None = None
    total: str | None = None
    percent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvSource:
    """
    A column of a CSV file.

    Args:
        column: Its last value is what is done; None counts the rows.
        where: Value of `column`; counts the rows that hold it.
    """

    path: str
    column: str | None = None
    where: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlSource:
    """One SELECT that yields done, or done and total, on a database that it cannot change."""

    url_variable: str
    query: str
    timeout_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSource:
    """What a program prints; no shell stands between."""

    argv: tuple[str, ...]
    timeout_s: float
    folder: str
    pattern: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GitTagSource:
    """The number of tags of a repository that match."""

    repo: str
    pattern: str


Source = LogSource | GlobSource | JsonSource | CsvSource | SqlSource | CommandSource | GitTagSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """
    A declared counter of one stage.

    Args:
        name: How reports call it, such as "1.5.4 log extraction.log"; unique.
        stage: Ref or key of the stage.
        total: Units in all where the operator fixed them; wins over what is read.
        writes: Whether a reading may be written by itself; else it is only proposed.
        every: Not read again before so much time has passed.
    """

    name: str
    stage: str
    source: Source
    total: int | None = None
    writes: bool = False
    every: timedelta = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Logs in which progress is looked for by itself; `stage` None finds it by name."""

    pattern: str
    stage: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Probes:
    """
    Everything the operator declared.

    Args:
        folders: Files are read below these only, links followed.
    """

    folders: tuple[str, ...]
    probes: tuple[Probe, ...] = ()
    watches: tuple[Watch, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LogMark:
    """
    How far a log was read, so that only what is new is read next time.

    Args:
        offset: Bytes read so far.
        head: Digest of its first bytes; another one means another file.
        head_bytes: How many bytes that were.
        last: The newest reading so far.
    """

    inode: int
    offset: int
    head: str
    head_bytes: int
    last: Reading | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeMark:
    """When a probe was read, and how far its log."""

    read_at: datetime
    log: LogMark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeReading:
    """
    What one probe said.

    Args:
        probe: Its name.
        stage: None where a watched log names no stage of its own.
        fraction: 0 to 1.
        source: File, or file and line, or command.
        line: The words the counter was read from.
        read_at: Aware, UTC.
        changed_at: When the source last changed, where that is known.
        restarted: The source began anew since the last reading.
        writes: Whether it may be written by itself.
    """

    probe: str
    stage: str | None
    done: int | None
    total: int | None
    fraction: float
    source: str
    line: str
    read_at: datetime
    unit: str | None = None
    changed_at: datetime | None = None
    restarted: bool = False
    writes: bool = False


def is_due(probe: Probe, mark: ProbeMark | None, now: datetime) -> bool:
    """Return whether a probe should be read at `now`."""
    return mark is None or now - mark.read_at >= probe.every


def counted(done: int, total: int | None) -> tuple[int, int, float] | None:
    """Return done, total and share of a counter, or None where it is no progress."""
    if total is None or total <= 0 or not 0 <= done <= total:
        return None
    return done, total, done / total
