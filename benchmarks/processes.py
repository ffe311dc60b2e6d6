"""The processes of a measurement: each its own interpreter, found by port and log line."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.sandbox.config import SandboxConfig

READY_S = 30.0
STOP_S = 25.0
_LOOK_S = 0.002
MANIFEST = Path(__file__).parents[1] / "manifest.yml"
WORKSPACE = SandboxConfig(manifest=MANIFEST)


@dataclass(frozen=True)
class Process:
    """A running child and how long it took to say that it was ready."""

    child: subprocess.Popen[bytes]
    ready_s: float

    @property
    def resident_mb(self) -> float:
        """Memory that lies in RAM, shared libraries included (VmRSS), in MB of 1,000,000."""
        for line in Path(f"/proc/{self.child.pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024 / 1e6
        raise LookupError("VmRSS")


def free_port() -> int:
    """Return a port that nobody listens at now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def environment(**more: str) -> dict[str, str]:
    """Return this process's environment without a product's own settings, with `more`."""
    ours = ("AIRTABLE_", "BQX_", "SLACK_", "DATABASE_", "PROJECT_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "BQX_TIMEZONE": "Europe/Berlin", **more}


@contextmanager
def running(*arguments: str, folder: Path, ready: str, **settings: str) -> Iterator[Process]:
    """
    Run `python -m <arguments>` until the block is left.

    Args:
        folder: Working directory, where the log goes to.
        ready: The words of its log that say it can be used.
        settings: Environment variables.

    Raises:
        TimeoutError: it did not say so in half a minute.
    """
    log = folder / f"{arguments[0].replace('.', '-')}.log"
    here = str(Path(__file__).parents[1])
    begun = time.perf_counter()
    with log.open("wb") as written:
        child = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=folder,
            env=environment(PYTHONPATH=here, **settings),
            stdout=written,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(ready, log, child)
        yield Process(child, time.perf_counter() - begun)
    finally:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(STOP_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


@contextmanager
def local_workspace(folder: Path) -> Iterator[str]:
    """Run the local workspace; yields its base URL, as in http://127.0.0.1:8150."""
    port = free_port()
    with running("benchmarks.workspace", str(port), folder=folder, ready="listening"):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def product(how: str, folder: Path, workspace_url: str, database_url: str) -> Iterator[Process]:
    """Run `bqx web` or `bqx run` against the local workspace."""
    with running(
        "bot",
        how,
        folder=folder,
        ready="is ready",
        DATABASE_URL=database_url,
        SLACK_BOT_TOKEN=WORKSPACE.bot_token,
        SLACK_APP_TOKEN=WORKSPACE.app_token,
        SLACK_SIGNING_SECRET=WORKSPACE.signing_secret,
        SLACK_API_URL=f"{workspace_url}/api/",
        PORT=str(port_of(folder)),
    ) as process:
        yield process


def port_of(folder: Path) -> int:
    """Return the port of the product in `folder`, chosen at the first question."""
    kept = folder / "port"
    if not kept.exists():
        kept.write_text(str(free_port()), encoding="ascii")
    return int(kept.read_text(encoding="ascii"))


def _wait_for(words: str, log: Path, child: subprocess.Popen[bytes]) -> None:
    end = time.perf_counter() + READY_S
    while words not in log.read_text(encoding="utf-8", errors="replace"):
        if child.poll() is not None or time.perf_counter() > end:
            raise TimeoutError(f"it never said “{words}”:\n{log.read_text(encoding='utf-8')}")
        time.sleep(_LOOK_S)
