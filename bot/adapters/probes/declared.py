"""The port ProbeSource on the declared probes: readings in the product's words, marks as JSON."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.adapters.probes import ProbeReader, ProbeRun
from bot.domain.evidence import CounterReading
from bot.domain.probe_movement import STALL
from bot.domain.probe_offers import stage_of
from bot.domain.probes import ProbeMark, ProbeReading
from bot.domain.records import from_plain, to_plain
from bot.domain.refs import parse_ref_argument
from bot.ports.evidence import ProbesRead

_STAGE_KEY = re.compile(r"STG-\d{1,9}")
_PATH = re.compile(r"(?<![\w.~/])/[^\s/]+(?:/[^\s/]+)+")


class DeclaredProbes:
    """Reads every declared probe and watched log; see `ProbeReader`."""

    def __init__(self, reader: ProbeReader) -> None:
        self._reader = reader

    def read(
        self, *, now: datetime, marks: Mapping[str, Mapping[str, Any]], refs: Mapping[str, str]
    ) -> ProbesRead:
        """Return what every probe reads now; see the port."""
        known = {name: from_plain(ProbeMark, mark) for name, mark in marks.items()}
        run = self._reader.read_all(now=now, marks=known)
        return ProbesRead(
            readings=tuple(_reading(one, refs) for one in run.readings),
            not_assessed=tuple(f"Counter {_told(one)}" for one in run.not_assessed),
            marks={name: to_plain(mark) for name, mark in run.marks.items()},
            writing=_writing(run),
        )


def _writing(run: ProbeRun) -> frozenset[str]:
    return frozenset(one.probe for one in run.readings if one.writes)


def _reading(one: ProbeReading, refs: Mapping[str, str]) -> CounterReading:
    return CounterReading(
        key=f"{one.probe}@{one.read_at.isoformat()}",
        probe=one.probe,
        stage_key=_stage_key(one, refs),
        read_at=one.read_at,
        fraction=one.fraction,
        done=one.done,
        total=one.total,
        source=_short(one.source),
        line=one.line,
        note=_note(one),
    )


def _stage_key(one: ProbeReading, refs: Mapping[str, str]) -> str | None:
    """Return the stage that was declared, else the one that the log's path or line names."""
    if one.stage:
        ref = parse_ref_argument(one.stage) or ""
        # A key is how a stage is meant that shares its ref with another, or has none.
        return refs.get(ref) or (ref if _STAGE_KEY.fullmatch(ref) else None)
    found = stage_of(one.source, one.line, refs)
    return refs.get(found) if found else None


def _told(sentence: str) -> str:
    """Return a sentence with its paths shortened, for it is said in reports as well."""
    return _PATH.sub(lambda path: _short(path[0]), sentence)


def _short(source: str) -> str:
    """Return "logs/backfill.log": reports go into the repo, and folders of a machine stay out."""
    return "/".join(source.split("/")[-2:]) if source.startswith("/") else source


def _note(one: ProbeReading) -> str:
    if one.restarted:
        return "a new run began"
    silent = one.changed_at is not None and one.read_at - one.changed_at > STALL
    if silent and one.fraction < 1 and one.changed_at:
        return f"nothing written since {one.changed_at:%Y-%m-%d %H:%M} UTC: stalled?"
    return ""
