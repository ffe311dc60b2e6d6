"""Wait for what another thread or process does."""

import time
from collections.abc import Callable
from typing import Any


def until(condition: Callable[[], Any], timeout_s: float = 60.0) -> Any:
    """Wait until `condition` holds, and return what it says."""
    deadline = time.monotonic() + timeout_s
    while True:
        is_last = time.monotonic() > deadline  # a machine that stood still is asked once more
        if found := condition():
            return found
        assert not is_last, "it did not happen"
        time.sleep(0.01)
