"""An Engine in memory, for tests of what hands jobs over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.jobs import check_job
from bot.errors import OutageError


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """A job as it was handed over."""

    kind: str
    payload: Mapping[str, Any]
    lane: str
    not_before: datetime | None
    urgent: bool


class MemoryEngine:
    """Keeps jobs by key, the first of each, and runs none. `down` makes it refuse."""

    def __init__(self) -> None:
        self.jobs: dict[str, Submitted] = {}
        self.down = False

    def submit(
        self,
        kind: str,
        key: str,
        payload: Mapping[str, Any],
        *,
        lane: str,
        not_before: datetime | None = None,
        urgent: bool = False,
    ) -> None:
        if self.down:
            raise OutageError("The job engine")
        plain = check_job(kind, key, payload, lane=lane)
        job = Submitted(
            kind=str(kind), payload=plain, lane=lane, not_before=not_before, urgent=urgent
        )
        self.jobs.setdefault(key, job)

    def start(self) -> None:
        pass

    def stop(self, drain_s: float) -> None:
        pass

    def unfinished(self) -> list[str]:
        return list(self.jobs)

    def purge(self, before: datetime) -> int:
        return 0
