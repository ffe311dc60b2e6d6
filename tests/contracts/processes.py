"""Start the programs of `tests.contracts.programs`."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def start(name: str, url: str, workspace_id: str = "") -> subprocess.Popen[str]:
    """Start a program; its standard output is a pipe."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.contracts.programs", name, url, workspace_id],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def outputs(*processes: subprocess.Popen[str]) -> list[list[str]]:
    """Wait for processes that have to succeed; return what each printed, by line."""
    lines = [process.communicate(timeout=240)[0].splitlines() for process in processes]
    assert [process.returncode for process in processes] == [0] * len(processes)
    return lines
