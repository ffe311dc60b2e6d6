"""Fixtures of a running local Airtable."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.airtable_server.airtable_driving import Rig, rig


@pytest.fixture
def start() -> Iterator[Callable[..., Rig]]:
    """Start an Airtable with the settings a test needs."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(rig(**settings))


@pytest.fixture
def air(start) -> Rig:
    """An Airtable without a rate limit."""
    return start()
