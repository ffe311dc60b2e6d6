"""`bqx` as people start it: a process of its own, in a folder of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Whoever runs the tests may have settings of their own; none of them counts here.
OURS = (
    "BQX_",
    "SLACK_",
    "DATABASE_URL",
    "PROJECT_REPO",
    "PORT",
    "SMTP_",
    "AIRTABLE_",
    "CODE_HOST_",
)


@dataclass(frozen=True)
class CommandLine:
    """A folder in which `bqx` is typed, with its plan database."""

    folder: Path

    def bqx(
        self, *arguments: str, typing: str = "", **settings: str
    ) -> subprocess.CompletedProcess[str]:
        """Run one command; settings are environment variables, `typing` is what is typed."""
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            env=self._environment(settings),
            cwd=self.folder,
            input=typing,
            capture_output=True,
            text=True,
            timeout=240,  # for what hangs
            check=False,
        )

    def started(self, *arguments: str, **settings: str) -> subprocess.Popen[str]:
        """Start a command that runs until it is ended."""
        return subprocess.Popen(
            [sys.executable, "-m", "bot", *arguments],
            env=self._environment(settings),
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def _environment(self, settings: dict[str, str]) -> dict[str, str]:
        return {
            **{k: v for k, v in os.environ.items() if not k.startswith(OURS)},
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": f"sqlite:///{self.folder / 'bqx.db'}",
            **settings,
        }

    def refused(self, *arguments: str, **settings: str) -> str:
        """Run a command that is refused; return the one sentence that says why."""
        done = self.bqx(*arguments, **settings)
        assert (done.returncode, done.stdout) == (2, "")
        [sentence] = done.stderr.splitlines()
        assert sentence.startswith("bqx: ")
        return sentence


@pytest.fixture
def typed(tmp_path):
    return CommandLine(tmp_path)
