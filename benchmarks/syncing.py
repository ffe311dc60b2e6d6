"""How the base is kept in step: the first reading, its memory, the lag to Airtable, the calls."""

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pyairtable import Api

from benchmarks.processes import Process, free_port, running
from benchmarks.table import Row, percentile
from bot.sandbox.airtable.config import AirtableConfig
from bot.sandbox.airtable.remote import RemoteAirtable
from bot.sandbox.airtable.server import running_airtable
from bot.sandbox.config import SandboxConfig
from bot.sandbox.remote import RemoteSandbox

TASKS = 5_000
STAGES = 200
PER_PAGE = 100
AIRTABLES_RATE = 5  # requests a second
MOST_RATIO = 1.2
MOST_MB = 200.0
MOST_LAG_S = 3.0
LAGS = 40
BASE_ID = "appBENCHMARK00001"
ANA = "U0ANA0001"
_WAIT_S = 20.0
_STATUS = {"choices": [{"name": name} for name in ("Todo", "In Progress", "Blocked", "Done")]}


def measure() -> list[Row]:
    """Return a row for the first reading, one for its memory, one for the lag."""
    with tempfile.TemporaryDirectory() as place:
        return [*_reading_rows(Path(place)), _lag_row(Path(place))]


def _reading_rows(folder: Path) -> list[Row]:
    with running_airtable(AirtableConfig(bases=(_base(TASKS),), port=0)) as server:
        plain_s = _plain_reading_s(server)
        server.heal()
        time.sleep(1.5)  # the last second's calls are nobody's debt
        settings = _settings(folder / "reading.db", server)
        folder.joinpath("read").mkdir()
        with running(
            "bot",
            "airtable",
            "connect",
            "--yes",
            folder=folder / "read",
            ready="Connected",
            **settings,
        ) as process:
            peak_mb = _peak_mb(process)
        at = [call["at"] for call in server.ledger() if _is_page(call)][-_pages() :]
    spent = max(at) - min(at)
    ideal = (len(at) - 1) / AIRTABLES_RATE
    ratio = spent / ideal
    return [
        Row(
            f"First reading of {TASKS:,} tasks and {STAGES} stages, {len(at)} pages",
            f"{spent:.1f} s, {ratio:.2f}x of five a second ({ideal:.1f} s);"
            f" pyairtable alone, at the same four a second, {plain_s:.1f} s",
            f"≤ {MOST_RATIO}x of five a second",
            ratio <= MOST_RATIO,
        ),
        Row(
            "Memory while connecting",
            f"{peak_mb:.0f} MB",
            f"≤ {MOST_MB:.0f} MB",
            peak_mb <= MOST_MB,
        ),
    ]


def _pages() -> int:
    return -(-TASKS // PER_PAGE) + -(-STAGES // PER_PAGE)


def _is_page(call: dict[str, Any]) -> bool:
    return call["method"] == "GET" and "pageSize" in call["path"]


def _plain_reading_s(server: RemoteAirtable) -> float:
    """Return how long the client library takes for the same pages, at our pace and without us."""
    api = Api(AirtableConfig(bases=()).token, endpoint_url=server.base_url, retry_strategy=None)
    began = time.monotonic()
    for number, _ in enumerate(api.table(BASE_ID, "Tasks").iterate(page_size=PER_PAGE), start=1):
        time.sleep(max(0.0, began + number / 4 - time.monotonic()))
    return time.monotonic() - began


def _peak_mb(process: Process) -> float:
    """Return the most memory that a process had in RAM (VmHWM), in MB of 1,000,000."""
    for line in Path(f"/proc/{process.child.pid}/status").read_text("ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise LookupError("VmHWM")


def _lag_row(folder: Path) -> Row:
    with (
        running_airtable(AirtableConfig(bases=(_base(20),), port=0)) as server,
        _slack() as (sandbox, slack),
    ):
        settings = _settings(folder / "lag.db", server) | slack
        folder.joinpath("lag").mkdir()
        with running(
            "bot",
            "airtable",
            "connect",
            "--yes",
            folder=folder / "lag",
            ready="Connected",
            **settings,
        ):
            pass
        with running("bot", "run", folder=folder / "lag", ready="is ready", **settings):
            lags = [_lag_s(sandbox, server, number) for number in range(LAGS)]
    p95 = percentile(lags, 95)
    return Row(
        f"From `/bqx progress` to the cell in Airtable, {LAGS} times",
        f"p50 {percentile(lags, 50):.2f} s, p95 {p95:.2f} s, slowest {max(lags):.2f} s",
        f"p95 ≤ {MOST_LAG_S:.0f} s",
        p95 <= MOST_LAG_S,
    )


def _lag_s(sandbox: RemoteSandbox, server: RemoteAirtable, number: int) -> float:
    member = sandbox.member(ANA)
    wanted = (number + 1) / 1000
    began = time.monotonic()
    member.say(
        member.channel("bqx-ml"), f"/bqx progress 1.{number % STAGES + 1} {wanted * 100:.1f}"
    )
    while time.monotonic() < began + _WAIT_S:
        rows = server.records(BASE_ID, "Stages")
        if any(row["fields"].get("Progress") == wanted for row in rows):
            return time.monotonic() - began
        time.sleep(0.02)
    raise TimeoutError("the progress did not reach Airtable")


@contextmanager
def _slack() -> Iterator[tuple[RemoteSandbox, dict[str, str]]]:
    from bot.sandbox.server import running_sandbox  # noqa: PLC0415 - this measurement alone

    config = SandboxConfig(manifest=Path(__file__).parents[1] / "manifest.yml", port=free_port())
    with running_sandbox(config) as sandbox:
        yield (
            sandbox,
            {
                "SLACK_BOT_TOKEN": config.bot_token,
                "SLACK_APP_TOKEN": config.app_token,
                "SLACK_API_URL": f"{sandbox.base_url}/api/",
            },
        )


def _settings(database: Path, server: RemoteAirtable) -> dict[str, str]:
    return {
        "DATABASE_URL": f"sqlite:///{database}",
        "AIRTABLE_API_KEY": AirtableConfig(bases=()).token,
        "AIRTABLE_BASE_ID": BASE_ID,
        "AIRTABLE_API_URL": server.base_url,
    }


def _base(tasks: int) -> dict[str, Any]:
    """Return a base that lacks nothing, as large as asked."""
    stages = [
        {
            "id": f"recS{number:013d}",
            "fields": {"Stage ID": f"1.{number + 1} - Stage", "Status": "Todo"},
        }
        for number in range(STAGES)
    ]
    return json.loads(
        json.dumps(
            {
                "id": BASE_ID,
                "name": "Benchmark",
                "tables": [
                    {
                        "id": "tblStages00000000",
                        "name": "Stages",
                        "fields": [
                            _text("Stage ID"),
                            {"name": "Status", "type": "singleSelect", "options": _STATUS},
                            {"name": "Progress", "type": "percent", "options": {"precision": 1}},
                            _text("BQX Key"),
                        ],
                        "records": stages,
                    },
                    {
                        "id": "tblTasks000000000",
                        "name": "Tasks",
                        "fields": [
                            _text("Task"),
                            {"name": "Status", "type": "singleSelect", "options": _STATUS},
                            {
                                "name": "Estimate (hours)",
                                "type": "number",
                                "options": {"precision": 2},
                            },
                            {"name": "Notes", "type": "multilineText"},
                            {
                                "name": "Stage",
                                "type": "multipleRecordLinks",
                                "options": {"linkedTableId": "tblStages00000000"},
                            },
                            _text("BQX Key"),
                        ],
                        "records": [_task(number) for number in range(tasks)],
                    },
                ],
            }
        )
    )


def _text(name: str) -> dict[str, Any]:
    return {"name": name, "type": "singleLineText"}


def _task(number: int) -> dict[str, Any]:
    return {
        "fields": {
            "Task": f"Write partition {number} of the loader",
            "Status": "Done" if number % 3 else "Todo",
            "Estimate (hours)": 1.5,
            "Notes": "as agreed " * 20,
            "Stage": [f"recS{number % STAGES:013d}"],
        }
    }
