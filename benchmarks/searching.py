"""The typeahead over a large plan: the store alone, and the whole path over signed HTTP."""

import json
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from benchmarks.load import seconds_taken
from benchmarks.plans import planned_database
from benchmarks.processes import local_workspace, port_of, product
from benchmarks.table import Row, milliseconds, percentile
from bot.adapters.database import SqlPlanDatabase, open_database

STAGES = 5000
# Nothing typed, a section, a whole ref, words that many, few and no stages carry.
TYPED = ("", "1", "12.", "1.5.4", "bollinger", "recalc", "aurora training 4", "no such stage")
LIMIT = 100  # options that Slack takes
TIMES = 50  # for each text, in the store
PEOPLE = 3
THINK_S = 0.5  # between two questions: the select asks after a pause in typing
LAST_S = 60.0
MOST_S = 0.05


def measure() -> list[Row]:
    """Return a row for the store and one for the whole path."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        database = planned_database(folder, STAGES)
        store = _store(database)
        with local_workspace(folder) as slack, product("web", folder, slack, database):
            whole = _whole_path(port_of(folder))
    people = f"{PEOPLE} people typing"
    return [
        _row(f"Typeahead over {STAGES:,} stages, store alone", store),
        _row(f"Typeahead over {STAGES:,} stages, signed HTTP, {people}", whole),
    ]


def _store(database: str) -> list[float]:
    engine = open_database(database)
    plans = SqlPlanDatabase(engine)
    [workspace] = plans.workspaces()
    taken = []
    for _ in range(TIMES):
        for typed in TYPED:
            begun = time.perf_counter()
            with plans.reading(workspace.id) as plan:
                plan.search_stages(typed, member_id="U0BENCH00", limit=LIMIT)
            taken.append(time.perf_counter() - begun)
    engine.dispose()
    return taken


def _whole_path(port: int) -> list[float]:
    def load(last_s: float) -> list[float]:
        return seconds_taken(
            port, TYPED, kind="suggestion", people=PEOPLE, think_s=THINK_S, last_s=last_s
        )

    load(3.0)  # the first questions import and connect
    return load(LAST_S)


def _row(what: str, taken: list[float]) -> Row:
    p50, p99 = percentile(taken, 50), percentile(taken, 99)
    return Row(
        f"{what}, {len(taken)} questions",
        f"p50 {milliseconds(p50)}, p99 {milliseconds(p99)}, slowest {milliseconds(max(taken))}",
        f"p99 < {milliseconds(MOST_S)}",
        p99 < MOST_S,
    )


def main() -> None:
    """Print the rows as JSON."""
    for row in measure():
        print(json.dumps(asdict(row), ensure_ascii=False))


if __name__ == "__main__":
    main()
