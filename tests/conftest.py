"""Fixtures that every test may use."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.plans import close_plans

# A Monday, 09:00 in Berlin; the customer's export ends on the day before.
MONDAY = datetime(2025, 11, 17, 8, 0, tzinfo=UTC)

# A machine that is busy or stands still fails no example, and every run tries the same ones: what
# is new is looked for on purpose, not on whoever's change is tested next.
FRESH = ("BQX_SLOW", "BQX_MANY_WEEKS")
settings.register_profile(
    "steady",
    deadline=None,
    derandomize=not any(os.environ.get(name) for name in FRESH),
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real inputs beside the checkout; tests that read it skip without it."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not (folder / "data").is_dir():
        pytest.skip("the real inputs (../shared/data) are not beside this checkout")
    return folder


@pytest.fixture(autouse=True)
def _plans_are_closed() -> Iterator[None]:
    yield
    close_plans()
