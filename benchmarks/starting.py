"""Start to ready, and the memory of a product that has nothing to do."""

import json
import statistics
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from benchmarks.plans import planned_database
from benchmarks.processes import local_workspace, product
from benchmarks.table import Row

STAGES = 500
STARTS = 5
IDLE_S = 5.0
MOST_S = 2.0
MOST_MB = 150


def measure() -> list[Row]:
    """Return a row for the start and one for the memory; the first start is not counted."""
    starts, resident = [], []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        database = planned_database(folder, STAGES)
        with local_workspace(folder) as slack:
            with product("run", folder, slack, database):
                pass  # makes the engine's tables, and Python's compiled files
            for _ in range(STARTS):
                with product("run", folder, slack, database) as process:
                    starts.append(process.ready_s)
                    time.sleep(IDLE_S)
                    resident.append(process.resident_mb)
    return _rows(starts, resident)


def _rows(starts: list[float], resident: list[float]) -> list[Row]:
    ready, memory = statistics.median(starts), statistics.median(resident)
    return [
        Row(
            f"Start of `bqx run` to ready, second start, {STARTS} times",
            f"median {ready:.2f} s, slowest {max(starts):.2f} s",
            f"< {MOST_S:.0f} s",
            ready < MOST_S,
        ),
        Row(
            f"Resident memory, idle for {IDLE_S:.0f} s",
            f"{memory:.0f} MB, most {max(resident):.0f} MB",
            f"< {MOST_MB} MB",
            memory < MOST_MB,
        ),
    ]


def main() -> None:
    """Print the rows as JSON."""
    for row in measure():
        print(json.dumps(asdict(row), ensure_ascii=False))


if __name__ == "__main__":
    main()
