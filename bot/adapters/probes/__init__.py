"""Progress probes: counters that an operator declared, read from files, databases and programs."""

import glob
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice

from bot.adapters.probes.commands import read_command
from bot.adapters.probes.counters import Counter
from bot.adapters.probes.databases import read_sql
from bot.adapters.probes.file_kinds import read_csv, read_glob, read_json, read_log_probe
from bot.adapters.probes.git_tags import read_git_tags
from bot.adapters.probes.log_tail import read_log
from bot.domain.probes import (
    CommandSource,
    CsvSource,
    GitTagSource,
    GlobSource,
    JsonSource,
    LogMark,
    LogSource,
    Probe,
    ProbeMark,
    ProbeReading,
    Probes,
    SqlSource,
    Watch,
    is_due,
)
from bot.errors import NotAssessedError

MOST_WATCHED = 200  # logs of one pattern; more is a wrong pattern

_Read = Callable[[], tuple[ProbeReading | None, ProbeMark]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeRun:
    """
    What one round of reading found.

    Args:
        not_assessed: A sentence for each source that could not be read, and why.
        marks: To be kept and given the next time; by probe name.
    """

    readings: tuple[ProbeReading, ...]
    not_assessed: tuple[str, ...]
    marks: Mapping[str, ProbeMark]


class ProbeReader:
    """
    Reads every declared counter.

    Args:
        probes: What the operator declared.
        environment: Of the product: database addresses by name, and what programs need.
    """

    def __init__(self, probes: Probes, *, environment: Mapping[str, str]) -> None:
        self._probes = probes
        self._environment = environment

    def read_all(self, *, now: datetime, marks: Mapping[str, ProbeMark]) -> ProbeRun:
        """
        Return what the probes that are due say at `now`; one that fails stops no other.

        Args:
            marks: Of the round before; empty at first.
        """
        readings: list[ProbeReading] = []
        not_assessed: list[str] = []
        kept = dict(marks)
        for name, read in self._reads(now, marks, not_assessed):
            try:
                reading, kept[name] = read()
            except NotAssessedError as error:
                not_assessed.append(f"{name}: {error}")
                continue
            if reading is not None:
                readings.append(reading)
        return ProbeRun(readings=tuple(readings), not_assessed=tuple(not_assessed), marks=kept)

    def read_probe(
        self, probe: Probe, *, now: datetime, mark: ProbeMark | None = None
    ) -> tuple[ProbeReading, ProbeMark]:
        """
        Return what one probe says, and the mark for the next time.

        Raises:
            NotAssessedError: it can't be read; the text says why.
        """
        counter = self._counter(probe, now, mark.log if mark else None)
        reading = _reading(probe, counter, now)
        return reading, ProbeMark(read_at=now, log=counter.mark)

    def _reads(
        self, now: datetime, marks: Mapping[str, ProbeMark], not_assessed: list[str]
    ) -> Iterator[tuple[str, _Read]]:
        """Yield what is to be read: the probes that are due, then the watched logs."""
        for probe in self._probes.probes:
            mark = marks.get(probe.name)
            if is_due(probe, mark, now):
                yield probe.name, partial(self.read_probe, probe, now=now, mark=mark)
        for watch in self._probes.watches:
            logs, too_many = self._watched(watch)
            not_assessed += too_many
            for path in logs:
                name = f"watch {path}"
                yield (
                    name,
                    partial(self._read_watched, name, path, watch.stage, now, marks.get(name)),
                )

    def _counter(self, probe: Probe, now: datetime, mark: LogMark | None) -> Counter:
        folders, total = self._probes.folders, probe.total
        match probe.source:
            case LogSource() as source:
                counter = read_log_probe(source, folders, now=now, total=total, mark=mark)
            case GlobSource() as source:
                counter = read_glob(source, folders, total=total)
            case JsonSource() as source:
                counter = read_json(source, folders, total=total)
            case CsvSource() as source:
                counter = read_csv(source, folders, total=total)
            case SqlSource() as source:
                counter = read_sql(source, total=total, environment=self._environment)
            case CommandSource() as source:
                counter = read_command(source, total=total, environment=self._environment)
            case GitTagSource() as source:
                counter = read_git_tags(source, total=total)
        return counter

    def _watched(self, watch: Watch) -> tuple[list[str], list[str]]:
        """Return the logs that a pattern names, and what to say where they are too many."""
        found = glob.iglob(watch.pattern, recursive=True)  # noqa: PTH207 - absolute patterns
        logs = sorted(islice(found, MOST_WATCHED + 1))
        if len(logs) <= MOST_WATCHED:
            return logs, []
        return logs[:MOST_WATCHED], [f"{watch.pattern} matches more than {MOST_WATCHED} logs."]

    def _read_watched(
        self, name: str, path: str, stage: str | None, now: datetime, mark: ProbeMark | None
    ) -> tuple[ProbeReading | None, ProbeMark]:
        tail = read_log(path, self._probes.folders, now=now, mark=mark.log if mark else None)
        kept = ProbeMark(read_at=now, log=tail.mark)
        if tail.reading is None:
            return None, kept
        return (
            ProbeReading(
                probe=name,
                stage=stage,
                done=tail.reading.done,
                total=tail.reading.total,
                fraction=tail.reading.fraction,
                unit=tail.reading.unit,
                source=path,
                line=tail.reading.line,
                read_at=now,
                changed_at=tail.changed_at,
                restarted=tail.restarted,
            ),
            kept,
        )


def _reading(probe: Probe, counter: Counter, now: datetime) -> ProbeReading:
    return ProbeReading(
        probe=probe.name,
        stage=probe.stage,
        done=counter.done,
        total=counter.total,
        fraction=counter.fraction,
        unit=counter.unit,
        source=counter.source,
        line=counter.line,
        read_at=now,
        changed_at=counter.changed_at,
        restarted=counter.restarted,
        writes=probe.writes,
    )
