"""
Progress of one stage that a commit states: "Stage 1.5.4 backfill: 129/336 partitions complete".

Only a line of its own that names exactly one stage and states a counter or a percentage counts; a
plan, an estimate or a list does not.
"""

from collections.abc import Iterable, Iterator

from bot.domain.claims import names_one_stage, spoken_lines
from bot.domain.evidence import CounterReading
from bot.domain.matching import Named, PlanRefs
from bot.domain.plan_gaps import one_line
from bot.domain.progress_lines import read_line

_FULL = 1.0  # "100 %" is said of tests and docs as well: completion has rules of its own


def progress_claims(named: Iterable[Named], refs: PlanRefs) -> Iterator[CounterReading]:
    """Yield what commits state of stages, as readings with the commit as their source."""
    for one in named:
        if not one.stage_refs:
            continue
        for line in spoken_lines(one.commit):
            ref = names_one_stage(line, refs.index)
            stages = refs.stages.get(ref or "", ())
            reading = read_line(line) if len(stages) == 1 else None
            if reading and 0 < reading.fraction < _FULL:
                yield CounterReading(
                    key=f"{one.commit.sha}:{stages[0].key}",
                    probe=f"commit {one.commit.sha[:7]}",
                    stage_key=stages[0].key,
                    read_at=one.commit.authored_at,
                    fraction=reading.fraction,
                    done=reading.done,
                    total=reading.total,
                    source=f"commit {one.commit.sha[:7]}",
                    line=one_line(line, 200),
                )


def is_claim(reading: CounterReading) -> bool:
    """Whether a reading is what a commit stated once, and no counter that is read again."""
    return reading.probe == reading.source and reading.probe.startswith("commit ")
