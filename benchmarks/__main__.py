"""Run the measurements and print one table: `make bench`."""

import argparse
import os
import platform
import sqlite3
import sys
from collections.abc import Callable
from datetime import UTC, datetime

from benchmarks import (
    acknowledging,
    assessing,
    blocking,
    calendar,
    escalating,
    matching,
    probing,
    reading,
    searching,
    starting,
    syncing,
)
from benchmarks.table import Row, as_markdown

PARTS: dict[str, Callable[[], list[Row]]] = {
    "acknowledging": acknowledging.measure,
    "starting": starting.measure,
    "searching": searching.measure,
    "blocking": blocking.measure,
    "escalating": escalating.measure,
    "reading": reading.measure,
    "matching": matching.measure,
    "probing": probing.measure,
    "assessing": assessing.measure,
    "syncing": syncing.measure,
    "calendar": calendar.measure,
}


def main() -> None:
    """Measure what the arguments name, everything by default."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", choices=PARTS, help="One part instead of all.")
    asked = parser.parse_args()
    rows: list[Row] = []
    load = os.getloadavg()[0]
    for name in [asked.only] if asked.only else PARTS:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        rows += PARTS[name]()
    print(f"{as_markdown(rows)}\n\n{_circumstances(load)}")


def _circumstances(load: float) -> str:
    """Return what a reader needs to judge the figures by."""
    command = " ".join(["python -m benchmarks", *sys.argv[1:]])
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC · {os.cpu_count()} cores, {platform.machine()},"
        f" load {load:.1f} before · Python {platform.python_version()},"
        f" SQLite {sqlite3.sqlite_version} · `{command}`"
    )


if __name__ == "__main__":
    main()
