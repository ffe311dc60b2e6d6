"""Programs that the tests run as processes of their own: `python -m … NAME URL WORKSPACE`."""

# ruff: noqa: T201 - what they print is what the tests read

import sys
import time

from bot.adapters.database import SqlPlanDatabase, migrate, open_database
from tests.conftest import MONDAY
from tests.contracts.samples import fill


def mint(url: str, workspace_id: str) -> None:
    """Mint 100 keys, each in a transaction of its own, and print them."""
    plans = SqlPlanDatabase(open_database(url))
    for _ in range(100):
        with plans.changing(workspace_id) as plan:
            key = plan.mint("ISS")
        print(key)


def claim(url: str, workspace_id: str) -> None:
    """Claim 100 causes and print those that were handled here for the first time."""
    plans = SqlPlanDatabase(open_database(url))
    for number in range(100):
        with plans.changing(workspace_id) as plan:
            if plan.claim(f"cmd:{number}", MONDAY):
                print(number)


def hang(url: str, workspace_id: str) -> None:
    """Write one of everything, say so, and never commit."""
    plans = SqlPlanDatabase(open_database(url))
    with plans.changing(workspace_id) as plan:
        fill(plan)
        plan.finish()
        print("written", flush=True)
        time.sleep(600)


def lay_tables(url: str, _workspace_id: str) -> None:
    """Migrate an empty database."""
    migrate(open_database(url))
    print("migrated")


def take_turns(url: str, base_id: str) -> None:
    """Take eight turns as fast as the gate lets; print when each was, and how far ahead."""
    gate = SqlPlanDatabase(open_database(url)).call_gate()
    for _ in range(8):
        turn = gate.take_turn(base_id, "pull")
        time.sleep(turn.wait_s)
        print(turn.at_s, turn.wait_s)
        if turn.wait_s > 0:
            turn = gate.put_off(turn)
        gate.answered(turn)


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
