"""Escalations: who is told next, until a person has it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EscalationCause(StrEnum):
    """The brief's "When to Escalate"."""

    LEVEL_1 = "level_1"
    LEVEL_2 = "level_2"
    SECURITY = "security"
    SLIP = "slip"  # over a week on the critical path
    BOTTLENECK = "bottleneck"  # one owner blocks several stages
    BUDGET = "budget"  # over by 20 % on a phase


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """
    One escalation and how far it went.

    Args:
        key: What it is about: an issue's key, or a finding's.
        step: How many steps of the chain were taken.
        next_at: When the next step is due (UTC); None where none is.
        acknowledged_at: When somebody said "I have it".
        asked_again: How often an acknowledged one that nobody touched was asked about again.
        snoozed_by: Slack id of whoever postponed it; it can be postponed once.
        ended_at: When it came to rest.
        ended_why: "resolved", "withdrawn", "lowered", …
        stepped_at: When the last step was taken, or began to count anew; at first the start.
        looked_at: When it was seen whether Slack has the post; e-mail went where it had not.
        text: What a finding says, one sentence; "" for an issue, which says it itself.
        evidence: Lines that show why, for a finding.
    """

    key: str
    cause: EscalationCause
    started_at: datetime
    step: int = 0
    next_at: datetime | None = None
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    asked_again: int = 0
    snoozed_by: str | None = None
    snoozed_until: datetime | None = None
    ended_at: datetime | None = None
    ended_why: str = ""
    stepped_at: datetime | None = None
    looked_at: datetime | None = None
    text: str = ""
    evidence: tuple[str, ...] = ()
