"""Whether a counter moves: since when it stands still, and when it is a new run."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.probes import ProbeReading

STALL = timedelta(minutes=10)  # contracts, analysis 5.3: silence is "stalled?", never "done"

_START = re.compile(
    r"(?i:\b(?:run|job|attempt|backfill|extraction|training|pass)\s?(?:[\w#-]{1,12} )?"
    r"(?:started|starting|restarted|restarting)\b|\brestart(?:ed|ing) (?:the )?\w{1,20}\b"
    r"|\bstarting (?:a )?(?:new )?run\b)"
)


class Movement(StrEnum):
    """What a new reading means beside the earlier ones."""

    FIRST = "first"
    MOVED = "moved"
    STILL = "no movement"
    NEW_RUN = "new run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """
    A new reading beside the earlier ones.

    Args:
        since: First reading of the present value; what "no movement since" names.
        total_before: The earlier total where it grew.
        stalled: Unfinished, and its source has been silent for `STALL`; a question, no verdict.
    """

    kind: Movement
    since: datetime
    total_before: int | None = None
    stalled: bool = False


def movement(earlier: Sequence[ProbeReading], new: ProbeReading) -> Moved:
    """
    Return what `new` means beside the earlier readings of the same probe, oldest first.

    A counter that falls is a new run and no regression; a total that grows is normal.
    """
    stalled = new.fraction < 1 and _is_silent(new)
    if not earlier:
        return Moved(kind=Movement.FIRST, since=new.read_at, stalled=stalled)
    last = earlier[-1]
    kind = _kind(last, new)
    still = kind is Movement.STILL
    return Moved(
        kind=kind,
        since=_since(earlier, new) if still else new.read_at,
        total_before=last.total if _grew(last, new) else None,
        stalled=stalled,
    )


def names_a_start(line: str) -> bool:
    """Return whether a line of a log says that a run begins."""
    return _START.search(line) is not None


def _kind(last: ProbeReading, new: ProbeReading) -> Movement:
    if new.restarted or _fell(last, new):
        return Movement.NEW_RUN
    return Movement.STILL if _same(last, new) else Movement.MOVED


def _fell(last: ProbeReading, new: ProbeReading) -> bool:
    if last.done is None or new.done is None or last.unit != new.unit:
        return new.fraction < last.fraction
    if last.done == new.done and last.total == new.total:
        return new.fraction < last.fraction  # the inner loop of the same round
    return new.done < last.done


def _same(last: ProbeReading, new: ProbeReading) -> bool:
    if last.done is None or new.done is None:
        return new.fraction == last.fraction
    return new.done == last.done and (new.fraction == last.fraction or new.total != last.total)


def _grew(last: ProbeReading, new: ProbeReading) -> bool:
    return last.total is not None and new.total is not None and new.total > last.total


def _since(earlier: Sequence[ProbeReading], new: ProbeReading) -> datetime:
    since = new.read_at
    for reading in reversed(earlier):
        if not _same(reading, new):
            break
        since = reading.read_at
        if reading.restarted:
            break
    return since


def _is_silent(new: ProbeReading) -> bool:
    return new.changed_at is not None and new.read_at - new.changed_at >= STALL
