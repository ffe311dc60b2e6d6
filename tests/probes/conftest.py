"""A reader of probes that a test declares as an operator would."""

import os
import textwrap

import pytest

from bot.adapters.probes import ProbeReader
from bot.adapters.probes.loading import load_probes
from tests.conftest import MONDAY


class Operator:
    """Writes a probes file and has it read."""

    def __init__(self, folder):
        self.folder = folder
        self.environment = {"PATH": os.environ["PATH"], "SECRET": "hidden"}
        self.marks = {}

    def declare(self, text):
        path = self.folder / "probes.yml"
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        self.reader = ProbeReader(load_probes(path), environment=self.environment)

    def read(self, now=MONDAY):
        run = self.reader.read_all(now=now, marks=self.marks)
        self.marks = dict(run.marks)
        return run

    def counter(self, entry):
        """Return done, total and fraction of the one probe declared."""
        self.declare(f"probes:\n  - {entry}\n")
        run = self.read()
        assert run.not_assessed == ()
        (reading,) = run.readings
        return reading.done, reading.total, round(reading.fraction, 4)

    def reason(self, entry):
        """Return why the one probe declared could not be read."""
        self.declare(f"probes:\n  - {entry}\n")
        run = self.read()
        assert run.readings == ()
        (reason,) = run.not_assessed
        return reason


@pytest.fixture
def operator(tmp_path):
    return Operator(tmp_path)
