"""Findings: differences between the plan and the work, and the questions they raise."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class FindingKind(StrEnum):
    """What can be amiss; the value is the stable word of `bqx gaps --json`."""

    ISSUE_OPEN = "issue_open"
    ISSUE_OVERDUE = "issue_overdue"
    STAGE_OLD = "stage_old"
    STAGE_SILENT = "stage_silent"
    STAGE_AGE_UNKNOWN = "stage_age_unknown"
    TASK_NO_ESTIMATE = "task_no_estimate"
    TASK_NO_OWNER = "task_no_owner"
    COMMIT_UNPLANNED = "commit_unplanned"
    STAGE_COMPLETE_IN_GIT = "stage_complete_in_git"
    REF_AMBIGUOUS = "ref_ambiguous"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """
    One difference, with its evidence.

    Args:
        fingerprint: Same gap, same fingerprint, week after week: kind and the keys concerned.
        refs: References as people write them ("1.5.4"), for display.
        record_keys: Our keys of the stages, tasks or issues concerned.
        commits: Full shas.
        owner_id: The one person who can settle it (Slack id); None where nobody is known.
        owner_text: The owner as the plan writes it.
        text: One sentence for people, plain text.
        evidence: Lines that show why, plain text.
    """

    fingerprint: str
    kind: FindingKind
    text: str
    refs: tuple[str, ...] = ()
    record_keys: tuple[str, ...] = ()
    commits: tuple[str, ...] = ()
    owner_id: str | None = None
    owner_text: str | None = None
    evidence: tuple[str, ...] = ()
    state: str = "new"
    verdict: str = "open"
    first_seen_at: datetime | None = None
    revision: int = 0


class GapQuestion(StrEnum):
    """What a gap check asks."""

    STILL_ACCURATE = "still_accurate"
    ESTIMATE = "estimate"
    OWNER = "owner"


class GapAnswer(StrEnum):
    """How a gap check was answered."""

    ACCURATE = "accurate"
    UPDATED = "updated"
    COMPLETE = "complete"
    BLOCKED = "blocked"
    SNOOZED = "snoozed"
    ESTIMATED = "estimated"
    ASSIGNED = "assigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class GapCheck:
    """
    One question to one person, and the answer.

    Args:
        key: Minted with the assessment: "{report key}:{member}:{n}".
        bundle: All checks of one person in one assessment share one direct message.
        record_key: Key of the stage or task asked about.
        text: The question as mrkdwn, people's words escaped; its first line says what about.
        snoozed_until: Until then the question rests, for everybody.
    """

    key: str
    bundle: str
    member_id: str
    question: GapQuestion
    record_kind: str
    record_key: str
    text: str
    asked_at: datetime
    answer: GapAnswer | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None
    snoozed_until: datetime | None = None
    operation: str | None = None
    removed_at: datetime | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """
    One written assessment.

    Args:
        key: "gap_assessment:2026-11-23": one a local date.
        snapshot: The frozen data it was made from, plain JSON: message, thread and file are
            views of it and of nothing else.
        path: Where the file went, relative to the project repo; None until it is written.
    """

    key: str
    kind: str
    local_date: str
    as_of: datetime
    snapshot: Mapping[str, Any] = field(default_factory=dict)
    path: str | None = None
    revision: int = 0
