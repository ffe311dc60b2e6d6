"""Fixtures that every test may use."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.plans import close_plans

# A Monday, 09:00 in Berlin; the customer's export ends on the day before.
MONDAY = datetime(2025, 11, 17, 8, 0, tzinfo=UTC)


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
