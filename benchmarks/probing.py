"""How fast progress is found: in a log of a gigabyte, and in lines made to be slow."""

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.table import Row
from bot.adapters.probes.log_tail import read_log
from bot.domain.progress_lines import read_line

GIGABYTE = 1 << 30
MOST_LOG_MS = 20.0
MOST_LINE_MS = 100.0
TIMES = 7
_NOISE = b"".join(
    b"2025-11-10 12:%02d:%02d INFO worker-%d wrote /data/out/%d/part-%06d.parquet in %d ms\n"
    % (n // 60 % 60, n % 60, n % 16, n % 97, n, n % 89)
    for n in range(12_000)
)
_COUNT = b"2025-11-10 12:00:01 INFO backfill: 129/336 partitions complete\n"
_UNTIL_LAST_BYTES = (0, 60_000, 900_000)  # of noise behind the last progress

HOSTILE = {
    "200 kB of digits": "1" * 200_000,
    "digits and slashes": "1/" * 100_000,
    "pairs": "12/34 " * 30_000,
    "percentages": "1% " * 70_000,
    "thousands": "1,234," * 30_000,
    "an open bar": "[" + "=" * 200_000,
    "escapes": "\x1b[" * 100_000,
    "carriage returns": "1/2\r" * 50_000,
}


def measure() -> list[Row]:
    """Return a row for each place of the last progress, and one for the slowest hostile line."""
    with tempfile.TemporaryDirectory() as place:
        rows = [_log_row(Path(place), noise) for noise in _UNTIL_LAST_BYTES]
    return [*rows, _hostile_row()]


def _log_row(folder: Path, noise_bytes: int) -> Row:
    log = folder / "job.log"
    _write(log, noise_bytes)
    now = datetime.now(UTC)
    spent = _median_ms(lambda: read_log(str(log), [str(folder)], now=now))
    reading = read_log(str(log), [str(folder)], now=now).reading
    if reading is None or reading.done != 129:
        raise RuntimeError("the progress was not found")
    return Row(
        f"Last progress of a 1 GB log, {noise_bytes // 1000} kB of other lines behind it",
        f"median {spent:.1f} ms",
        f"< {MOST_LOG_MS:.0f} ms",
        spent < MOST_LOG_MS,
    )


def _write(log: Path, noise_bytes: int) -> None:
    block = _NOISE * 2 + _COUNT
    with log.open("wb") as file:
        for _ in range(GIGABYTE // len(block)):
            file.write(block)
        file.write(_COUNT + _NOISE[:noise_bytes] + b"\n")


def _hostile_row() -> Row:
    spent = {name: _median_ms(lambda line=line: read_line(line)) for name, line in HOSTILE.items()}
    slowest = max(spent, key=lambda name: spent[name])
    return Row(
        f"Slowest of {len(HOSTILE)} hostile lines ({slowest})",
        f"median {spent[slowest]:.1f} ms",
        f"< {MOST_LINE_MS:.0f} ms",
        spent[slowest] < MOST_LINE_MS,
    )


def _median_ms(call: Callable[[], object]) -> float:
    times = []
    for _ in range(TIMES):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def main() -> None:
    """Print the rows as JSON."""
    for row in measure():
        print(json.dumps(asdict(row), ensure_ascii=False))


if __name__ == "__main__":
    main()
