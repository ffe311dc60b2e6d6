"""What a counter said, whichever kind it is."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.probes import LogMark, counted
from bot.errors import NotAssessedError

_FULL_PERCENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """
    One reading of a source, before it is a stage's.

    Args:
        fraction: 0 to 1.
        source: File, or file and line, or command.
        line: The words the counter was read from.
    """

    fraction: float
    source: str
    line: str
    done: int | None = None
    total: int | None = None
    unit: str | None = None
    changed_at: datetime | None = None
    restarted: bool = False
    mark: LogMark | None = None


def of_count(
    done: object, total: object, *, source: str, line: str, changed_at: datetime | None = None
) -> Counter:
    """
    Return the counter of two numbers as they were read.

    Raises:
        NotAssessedError: one of them is no whole number, or there is more done than in all.
    """
    read_done, read_total = whole_number(done, "done"), whole_number(total, "total")
    count = counted(read_done, read_total)
    if count is None:
        raise NotAssessedError(
            f"{source} says {read_done:,} of {read_total:,}: that is no progress."
        )
    return Counter(
        done=count[0],
        total=count[1],
        fraction=count[2],
        source=source,
        line=line,
        changed_at=changed_at,
    )


def of_percent(
    percent: object, *, source: str, line: str, changed_at: datetime | None = None
) -> Counter:
    """
    Return the counter of a percentage as it was read, 0 to 100.

    Raises:
        NotAssessedError: it is no number, or out of range.
    """
    try:
        value = float(str(percent).strip().rstrip("%"))
    except ValueError as error:
        raise NotAssessedError(f"{source}: percent is {_shown(percent)}, no number.") from error
    if not 0 <= value <= _FULL_PERCENT:  # also false for NaN
        raise NotAssessedError(f"{source}: percent is {_shown(percent)}, not between 0 and 100.")
    return Counter(fraction=value / _FULL_PERCENT, source=source, line=line, changed_at=changed_at)


def with_total(counter: Counter, total: int | None) -> Counter:
    """
    Return a counter of the total that the operator fixed, where they did.

    Raises:
        NotAssessedError: more is done than there is in all.
    """
    if total is None or counter.done is None or counter.total == total:
        return counter
    count = counted(counter.done, total)
    if count is None:
        raise NotAssessedError(f"{counter.source} says {counter.done:,}, but {total:,} are all.")
    return replace(counter, done=count[0], total=count[1], fraction=count[2])


def whole_number(value: object, name: str) -> int:
    """
    Return a whole number as files and databases write it.

    Raises:
        NotAssessedError: it is none.
    """
    if isinstance(value, bool) or value is None:
        raise NotAssessedError(f"{name} is {_shown(value)}, no number.")
    text = str(value).strip().replace(",", "").replace("_", "")
    whole, _, rest = text.partition(".")
    if not whole.isdecimal() or len(whole) > 15 or rest.strip("0"):  # noqa: PLR2004 - no row count is longer
        raise NotAssessedError(f"{name} is {_shown(value)}, no whole number.")
    return int(whole)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"  # noqa: PLR2004 - enough to know it by
