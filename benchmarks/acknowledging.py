"""Time to acknowledge under load, against a bare Bolt app in the same run."""

import json
import statistics
import tempfile
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from benchmarks.load import seconds_taken
from benchmarks.plans import planned_database
from benchmarks.processes import free_port, local_workspace, port_of, product, running
from benchmarks.table import Row, milliseconds, percentile

COMMANDS = {
    "/bqx status": "status",
    "/bqx progress": "progress 1.5.4 129/336 BQX backfill progressing",
}
STAGES = 500
PEOPLE = 50
THINK_S = 1.0  # far less than anybody needs to read an answer and type the next command
ROUND_S = 10.0
ROUNDS = 5
MOST_RATIO = 1.5
MOST_S = 0.5


@dataclass(frozen=True)
class Round:
    """What one round showed, in seconds."""

    p50: float
    p99: float
    worst: float
    count: int


def measure() -> list[Row]:
    """Return a row for each command."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        database = planned_database(folder, STAGES)
        bare = free_port()
        with (
            local_workspace(folder) as slack,
            product("web", folder, slack, database),
            running("benchmarks.bare_app", str(bare), folder=folder, ready="listening"),
        ):
            ports = {"product": port_of(folder), "bare": bare}
            return [_compare(name, ports, slack) for name in COMMANDS]


def _compare(name: str, ports: dict[str, int], answers_url: str) -> Row:
    rounds: dict[str, list[Round]] = {who: [] for who in ports}
    load = partial(
        seconds_taken,
        texts=[COMMANDS[name]],
        people=PEOPLE,
        think_s=THINK_S,
        answers_url=answers_url,
    )
    for port in ports.values():
        load(port, last_s=3.0)  # the first requests import and connect
    for _ in range(ROUNDS):
        for who, port in ports.items():
            rounds[who].append(_round(load(port, last_s=ROUND_S)))
    return _row(name, rounds["product"], rounds["bare"])


def _round(taken: list[float]) -> Round:
    return Round(percentile(taken, 50), percentile(taken, 99), max(taken), len(taken))


def _row(name: str, ours: list[Round], bare: list[Round]) -> Row:
    p50, base50 = (statistics.median(r.p50 for r in rounds) for rounds in (ours, bare))
    p99, base99 = (statistics.median(r.p99 for r in rounds) for rounds in (ours, bare))
    worst = max(r.worst for r in ours)
    return Row(
        f"Acknowledge `{name}`, {PEOPLE} people, a command each {THINK_S:.0f} s,"
        f" {sum(r.count for r in ours)} commands",
        f"p50 {milliseconds(p50)} (bare {milliseconds(base50)}, ratio {p50 / base50:.2f});"
        f" p99 {milliseconds(p99)} (bare {milliseconds(base99)}, ratio {p99 / base99:.2f});"
        f" slowest {milliseconds(worst)}",
        f"ratios ≤ {MOST_RATIO}; none over {milliseconds(MOST_S)}",
        p50 / base50 <= MOST_RATIO and p99 / base99 <= MOST_RATIO and worst <= MOST_S,
    )


def main() -> None:
    """Print the rows as JSON."""
    for row in measure():
        print(json.dumps(asdict(row), ensure_ascii=False))


if __name__ == "__main__":
    main()
