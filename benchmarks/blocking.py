"""Level 1: from the command that files it to the message in #bqx-ml-critical."""

import json
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from benchmarks.plans import planned_database
from benchmarks.processes import local_workspace, product
from benchmarks.table import Row, milliseconds, percentile
from bot.sandbox.remote import RemoteMember, RemoteSandbox

STAGES = 500
TIMES = 20
# Slack takes one message a second and channel; who files faster waits for that, not for us.
APART_S = 1.5
MEMBER = "U0BEN0002"
MOST_S = 1.0


def measure() -> list[Row]:
    """Return the row; everything runs as it does against Slack, over Socket Mode."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        database = planned_database(folder, STAGES)
        with local_workspace(folder) as slack, product("run", folder, slack, database):
            member = RemoteSandbox(slack).member(MEMBER)
            _seconds_to_channel(member, "warm-up")
            taken = []
            for number in range(TIMES):
                time.sleep(APART_S)
                taken.append(_seconds_to_channel(member, f"Writer {number} is down"))
    return [_row(taken)]


def _seconds_to_channel(member: RemoteMember, title: str) -> float:
    """File a Level 1 and return how long it took until a member could read it there."""
    asked, critical = member.channel("bqx-ml"), member.channel("bqx-ml-critical")
    begun = time.perf_counter()
    member.say(asked, f"/bqx issue 1 {title}")
    member.wait_for(lambda: any(title in str(m) for m in member.messages(critical)), 20.0)
    return time.perf_counter() - begun


def _row(taken: list[float]) -> Row:
    p50, p95 = percentile(taken, 50), percentile(taken, 95)
    return Row(
        f"Level 1 from the command to its message in the channel, {TIMES} times",
        f"p50 {milliseconds(p50)}, p95 {milliseconds(p95)}, slowest {milliseconds(max(taken))}",
        f"p95 < {MOST_S:.0f} s",
        p95 < MOST_S,
    )


def main() -> None:
    """Print the rows as JSON."""
    for row in measure():
        print(json.dumps(asdict(row), ensure_ascii=False))


if __name__ == "__main__":
    main()
