"""Write what waits in processes of their own, each of which may be killed at any moment."""

import os
import signal
import sys
import time
from datetime import timedelta

from bot.adapters.airtable import GovernedApi, PyAirtableApi
from bot.adapters.database import SqlPlanDatabase, open_database
from bot.errors import OutageError
from bot.ports.airtable import Airtable
from bot.sandbox.airtable.config import AirtableConfig
from bot.usecases.airtable.push import push_changes
from tests.airtable.world import START


def main(file: str, server: str) -> None:
    """
    Fork a process for each line on standard input, kill it, and say how it ended.

    A line holds the seconds past the start at which the process believes to be, and for how many
    it is let live. It is killed here: whoever has yet to wait for it knows that the id is its own.
    """
    for line in sys.stdin:
        seconds, lives_s = line.split()
        child = os.fork()
        if child == 0:
            push(file, server, int(seconds))
            os._exit(0)
        time.sleep(float(lives_s))
        os.kill(child, signal.SIGKILL)
        sys.stdout.write(f"{os.waitpid(child, 0)[1]}\n")
        sys.stdout.flush()


def push(file: str, server: str, seconds: int) -> None:
    """Write everything that is due."""
    engine = open_database(f"sqlite:///{file}")
    plans = SqlPlanDatabase(engine)
    workspace = plans.local_workspace(zone="America/New_York")
    gate = plans.call_gate()

    def api(base_id: str, feature: str) -> PyAirtableApi:
        client = GovernedApi(
            AirtableConfig(bases=()).token,
            endpoint_url=server,
            base_id=base_id,
            feature=feature,
            gate=gate,
            wait=lambda _seconds: None,
        )
        return PyAirtableApi(client, base_id)

    moment = START + timedelta(seconds=seconds)
    try:
        push_changes(
            plans, Airtable(api, gate, monthly_calls=100_000), workspace.id, clock=lambda: moment
        )
    except OutageError:
        return


if __name__ == "__main__":
    main(*sys.argv[1:])
