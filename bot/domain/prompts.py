"""Prompts: what the product asks people by itself, each counted, each explained."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class PromptKind(StrEnum):
    """Why somebody is written to without having asked."""

    END_OF_DAY = "end_of_day"  # the daily progress prompt
    GAP_CHECKS = "gap_checks"  # Monday's bundle of questions
    TRIAGE = "triage"  # issues that wait for triage, or near their target
    REMEDIATION = "remediation"  # overdue remediation tasks, one bundle
    CONFLICT = "conflict"  # both sides changed a field
    CALENDAR = "calendar"  # a cadence was paused for long, a run was missed
    TOUR = "tour"  # the welcome
    NOTICE = "notice"  # something here waits for an admin
    WAITED = "waited"  # the bundle of what the days before had no room for


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """
    One prompt that was sent, or waits for the next bundle.

    Args:
        key: Unique for its cause: the same prompt is counted once.
        local_date: The person's own day it counts for.
        effect_key: The effect that sends it.
        sent: False while it waits: the day's prompts are used up, or the person is away.
        waiting: The effect of one that waits, plain JSON, so that it can be sent later.
    """

    key: str
    member_id: str
    kind: PromptKind
    local_date: str
    at: datetime
    effect_key: str = ""
    sent: bool = True
    waiting: Mapping[str, Any] = field(default_factory=dict)


def day_of(moment: date) -> str:
    """Return a day as prompts and runs keep it: "2025-11-17"."""
    return moment.isoformat()
