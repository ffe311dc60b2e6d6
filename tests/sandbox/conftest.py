"""Fixtures of a running local workspace."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sandbox_driving import Rig, rig


@pytest.fixture
def start() -> Iterator[Callable[..., Rig]]:
    """Start a workspace with the settings a test needs."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(rig(**settings))


@pytest.fixture
def slack(start) -> Rig:
    """A workspace with the default settings."""
    return start()


@pytest.fixture(scope="session")
def samples(shared) -> Path:
    """The recorded samples of Slack's answers."""
    folder = shared / "data" / "slack"
    if not folder.is_dir():
        pytest.skip("the recorded samples are not beside this checkout")
    return folder
