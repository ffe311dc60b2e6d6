"""What `bqx probes` prints: each counter as it reads now, and what could not be read."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.domain.evidence import CounterReading
from bot.domain.evidence_gaps import progress_of
from bot.domain.records import to_plain
from bot.ports.evidence import ProbesRead

NO_PROBES = "No probe is declared. BQX_PROBES names the file that declares them; see the README."


def probes_object(read: ProbesRead, refs: Mapping[str, str]) -> dict[str, Any]:
    """
    Return the object of `bqx probes --json`.

    Args:
        refs: Stage keys by ref.
    """
    named = {key: ref for ref, key in refs.items()}
    return {
        "readings": [
            {**to_plain(one), "ref": named.get(one.stage_key or "")} for one in read.readings
        ],
        "not_assessed": list(read.not_assessed),
    }


def describe_probes(read: ProbesRead, refs: Mapping[str, str]) -> Iterator[str]:
    """Yield the readings as lines, then what could not be read and why."""
    named = {key: ref for ref, key in refs.items()}
    for one in read.readings:
        yield f"{named.get(one.stage_key or '', 'no stage'):10} {progress_of(one)}  {_from(one)}"
    for sentence in read.not_assessed:
        yield f"not assessed  {sentence}"


def _from(one: CounterReading) -> str:
    note = f" ({one.note})" if one.note else ""
    return f"{one.source}: {one.line}{note}"
