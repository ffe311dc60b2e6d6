"""Fixtures of a running local Airtable."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox.airtable.clock import ServerClock
from tests.airtable_server.airtable_driving import Rig, rig


@pytest.fixture
def start() -> Iterator[Callable[..., Rig]]:
    """Start an Airtable with the settings a test needs."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(rig(**settings))


@pytest.fixture
def no_time_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the servers' clocks, so that only a test moves them."""
    noon = datetime(2025, 11, 17, 12, tzinfo=UTC)
    monkeypatch.setattr(ServerClock, "now", lambda clock: noon + timedelta(seconds=clock._offset_s))
    monkeypatch.setattr(ServerClock, "ticks", lambda clock: 1000.0 + clock._offset_s)


@pytest.fixture
def air(start) -> Rig:
    """An Airtable without a rate limit."""
    return start()
