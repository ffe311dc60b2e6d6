"""Findings: differences between the plan and the work, the questions they raise, the answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class FindingKind(StrEnum):
    """What can be amiss; the value is the stable word of `bqx gaps --json`."""

    ISSUE_OPEN = "issue_open"
    ISSUE_OVERDUE = "issue_overdue"
    STAGE_COMPLETE_IN_GIT = "stage_complete_in_git"
    TASK_COMPLETE_IN_GIT = "task_complete_in_git"
    STAGE_PROGRESS_UNLOGGED = "stage_progress_unlogged"
    STAGE_STARTED_IN_GIT = "stage_started_in_git"
    STAGE_NO_EVIDENCE = "stage_no_evidence"
    STAGE_OLD = "stage_old"
    STAGE_SILENT = "stage_silent"
    STAGE_IDLE = "stage_idle"
    STAGE_AGE_UNKNOWN = "stage_age_unknown"
    PLAN_CONTRADICTION = "plan_contradiction"
    REF_AMBIGUOUS = "ref_ambiguous"
    STAGE_MISSING = "stage_missing"
    STAGE_NO_TASKS = "stage_no_tasks"
    COMMIT_UNPLANNED = "commit_unplanned"
    DELIVERABLE_AT_RISK = "deliverable_at_risk"
    TASK_NO_ESTIMATE = "task_no_estimate"
    TASK_NO_OWNER = "task_no_owner"
    TASK_NO_STAGE = "task_no_stage"


class FindingState(StrEnum):
    """Where a finding stands between one Monday and the next."""

    NEW = "new"  # found for the first time
    CARRIED = "carried"  # known from an earlier assessment, and still so
    SETTLED = "settled"  # somebody answered, or it is no longer found
    DISMISSED = "dismissed"  # silent until its date, or for good

    @property
    def is_open(self) -> bool:
        """Whether it still waits for an answer."""
        return self in {FindingState.NEW, FindingState.CARRIED}


class GapAnswer(StrEnum):
    """How a finding is answered: what the click wrote into the plan."""

    ACCURATE = "accurate"
    UPDATED = "updated"
    COMPLETE = "complete"
    BLOCKED = "blocked"
    STARTED = "started"
    REOPENED = "reopened"
    PROGRESS = "progress"  # the proposed counter was taken
    CODE_FREE = "code_free"  # this stage's work leaves no commits
    ESTIMATED = "estimated"
    ASSIGNED = "assigned"
    PLACED = "placed"  # a task was put into a stage
    LINKED = "linked"  # commits were linked to a stage or a task
    CREATED = "created"  # a task was made of the commits
    STAGE_ADDED = "stage_added"
    REF_CHANGED = "ref_changed"
    ETA_MOVED = "eta_moved"
    NOT_A_GAP = "not_a_gap"
    LATER = "later"
    GONE = "gone"  # nobody answered: it is simply no longer found


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """
    One difference, with its evidence and what became of it.

    Args:
        key: Its fingerprint, the same gap the same key week after week: kind and what it concerns.
        refs: References as people write them ("1.5.4"), for display.
        record_keys: Our keys of the stages, tasks or issues concerned.
        commits: Full shas.
        owner_id: The one person who can settle it (Slack id); None where nobody is known.
        owner_text: The owner as the plan writes it.
        text: One sentence for people, plain text.
        evidence: Lines that show why, plain text.
        proposal: What a click would write, plain JSON; see `domain/proposals.py`.
        verdict: "open", or the answer's word once there is one.
        answer: How it was settled or dismissed; None while it is open.
        answered_by: Slack id, or "cadence" where nobody had to answer.
        until: A dismissed finding stays silent until then; None for good.
        operation: The operation that answered it, which Undo takes back.
    """

    key: str
    kind: FindingKind
    text: str
    refs: tuple[str, ...] = ()
    record_keys: tuple[str, ...] = ()
    commits: tuple[str, ...] = ()
    owner_id: str | None = None
    owner_text: str | None = None
    evidence: tuple[str, ...] = ()
    proposal: Mapping[str, Any] = field(default_factory=dict)
    state: FindingState = FindingState.NEW
    verdict: str = "open"
    first_seen_at: datetime | None = None
    answer: GapAnswer | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None
    reason: str = ""
    until: datetime | None = None
    operation: str | None = None
    removed_at: datetime | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GapCheck:
    """
    One finding put to one person as a question, and the answer.

    Args:
        key: Minted with the assessment: "{report key}:{member}:{n}".
        bundle: All checks of one person in one assessment share one direct message.
        finding_key: The finding asked about; its buttons are the question's.
        text: The question as mrkdwn, people's words escaped; its first line says what about.
    """

    key: str
    bundle: str
    member_id: str
    finding_key: str
    text: str
    asked_at: datetime
    answer: GapAnswer | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None
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
            views of it and of nothing else. Answers and signatures are added under "outcomes"
            and "signed"; what was found is never changed.
        path: Where the file went, relative to the project repo; None until it is written.
    """

    key: str
    kind: str
    local_date: str
    as_of: datetime
    snapshot: Mapping[str, Any] = field(default_factory=dict)
    path: str | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOff:
    """
    One section of one report, signed by a person (the brief's "Assessor").

    Args:
        key: "{report key}:{section}".
        section: 1 to 5, as the brief counts them.
    """

    key: str
    report_key: str
    section: int
    signed_by: str
    signed_at: datetime
    removed_at: datetime | None = None
    revision: int = 0
