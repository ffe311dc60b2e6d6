"""A world with a small plan in its base, read and connected."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.airtable import GovernedApi
from tests.airtable.bases import plan_base
from tests.airtable.world import World, running_world
from tests.plans import fresh_plans

PHASE_ROWS = [
    {"id": "recPHASE000000001", "fields": {"Name": "1.5 - Rates", "Status": "In Progress"}}
]
STAGE_ROWS = [
    {
        "id": f"recSTAGE00000000{number}",
        "fields": {
            "Stage ID": f"1.5.{number} - Stage {number}",
            "Stage Code": f"BQX-1.5.{number}",
            "Status": status,
            "Duration": "4-6 hours",
            "Assigned To": "DATA-001",
            "Phase": ["recPHASE000000001"],
        },
    }
    for number, status in ((1, "Done"), (2, "In Progress"), (3, "Todo"))
]
TASK_ROWS = [
    {
        "id": "recTASK0000000001",
        "fields": {"Task": "Write the loader", "Status": "Todo", "Stage": ["recSTAGE000000002"]},
    }
]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A connected base of one phase, three stages and a task; its ledger is clear."""
    base = plan_base(phases=PHASE_ROWS, stages=STAGE_ROWS, tasks=TASK_ROWS)
    with running_world(fresh_plans(tmp_path), [base]) as made:
        made.connect()
        made.server.clear_ledger()
        yield made


@pytest.fixture
def bodies(world: World, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The JSON bodies of what is sent, in order."""
    found: list[dict[str, Any]] = []
    send = GovernedApi.request

    def noting(self: GovernedApi, method: str, url: str, *args: Any, **given: Any) -> Any:
        if given.get("json"):
            found.append(given["json"])
        return send(self, method, url, *args, **given)

    monkeypatch.setattr(GovernedApi, "request", noting)
    return found
