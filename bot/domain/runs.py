"""Runs: what became of each due moment of a recurring job."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RunState(StrEnum):
    """What became of a run."""

    ON_TIME = "on time"
    LATE = "late"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """
    One due moment of a job, claimed once.

    Args:
        job: The job's name.
        subject: Slack id where it is about one person, "" where it is the team's.
        local_date: The date it belongs to, ISO, in the zone of the team or the person.
        due_at: When it was due (UTC).
        at: When it was decided what becomes of it (UTC).
        late_s: Seconds from `due_at` to `at`.
        reason: Why it was skipped, or moved.
    """

    job: str
    subject: str
    local_date: str
    due_at: datetime
    at: datetime
    state: RunState
    late_s: int = 0
    reason: str = ""
