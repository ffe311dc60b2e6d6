"""The plan: phases, stages, tasks, the people in them, and what was changed by whom."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.domain.progress import Progress


class Status(StrEnum):
    """The four states of a stage or a task; each base's own words are mapped to these."""

    NOT_STARTED = "not started"
    IN_PROGRESS = "in progress"
    BLOCKED = "blocked"
    COMPLETE = "complete"


_STATUS_WORDS = {
    Status.NOT_STARTED: ("todo", "to do", "not started", "planned", "backlog", "open", "new"),
    Status.IN_PROGRESS: ("in progress", "doing", "started", "active", "wip", "ongoing"),
    Status.BLOCKED: ("blocked", "on hold", "waiting", "stuck"),
    Status.COMPLETE: ("done", "complete", "completed", "finished", "closed", "shipped"),
}
STATUS_BY_WORD = {word: status for status, words in _STATUS_WORDS.items() for word in words}


def parse_status(text: str) -> Status | None:
    """Return the status that a base's own word means, None where it means none of the four."""
    return STATUS_BY_WORD.get(" ".join(text.replace("-", " ").replace("_", " ").lower().split()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """
    One project's plan in a Slack workspace, and how the product behaves for it.

    A Slack team may have several projects, each with a plan, channels and a base of its own.

    Args:
        id: Our own id, minted once; the Slack team may be unknown until the first connection.
        project: Its name among several, such as "forecast"; "" for a team's first project.
        zone: IANA time zone in which the cadences run, such as "Europe/Berlin".
        channels: Slack ids of channels in which a command is about this project, beside `channel`.
        digest_at: Local wall time of the Monday summary, "HH:MM".
        lead_id: Slack user who is asked when nobody owns a thing; None asks nobody.
        stakeholders: E-mail addresses that issues reach where the team has named none.
    """

    id: str
    team_id: str | None = None
    name: str = ""
    project: str = ""
    zone: str = "UTC"
    bot_user_id: str | None = None
    channel: str = "bqx-ml"
    critical_channel: str = "bqx-ml-critical"
    digest_at: str = "09:00"
    lead_id: str | None = None
    channels: tuple[str, ...] = ()
    stakeholders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """
    A person of the workspace.

    Args:
        id: Slack user id, such as "U012AB3CD".
        name: As Slack shows it: the display name, else the real name.
        zone: IANA zone of the person.
        real_name: The full name of the profile, "" where it has none.
        aliases: Other names of the same person: the plan's "Assigned To" words, git e-mails.
    """

    id: str
    name: str
    zone: str = "UTC"
    is_admin: bool = False
    is_bot: bool = False
    is_active: bool = True
    aliases: tuple[str, ...] = ()
    real_name: str = ""

    @property
    def is_here(self) -> bool:
        """Whether it is a person who has not left."""
        return self.is_active and not self.is_bot


@dataclass(frozen=True, slots=True)
class Duration:
    """
    A planned duration as somebody wrote it.

    Args:
        text: The words, kept always: "4-6 hours", "6 hours (c7i.8xlarge)", "Ongoing (1 hour/week)".
        low_s: Shortest reading in seconds of work; None where the words state no quantity.
        high_s: Longest reading in seconds of work; equal to `low_s` for a single number.
    """

    text: str
    low_s: int | None = None
    high_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A phase of the plan, such as "1.5"."""

    key: str
    ref: str | None = None
    name: str
    status: Status = Status.NOT_STARTED
    planned_end: datetime | None = None
    removed_at: datetime | None = None
    revision: int = 0
    source: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """
    A stage of the plan.

    Args:
        key: Ours, minted once ("STG-001"): two stages may carry one ref, never one key.
        ref: Canonical reference ("1.5.4", "2.16B"); None where the plan gives none.
        code: The plan's own code as written ("BQX-1.5.4").
        owner_id: Slack user id; None while nobody is known.
        owner_text: The owner as the plan writes it ("DATA-001").
        started_at: None where nobody recorded the start; nothing is guessed.
        last_progress_at: When somebody last said anything about its progress.
        planned_end: The ETA as the plan states it; None where it states none.
        is_code_free: Its work leaves no commits (a purchase, a meeting): none are missed.
        revision: Counts the changes; a form sends back the one it was opened with.
        source: The record as it came (id, createdTime, fields), so that export loses nothing.
    """

    key: str
    ref: str | None = None
    code: str | None = None
    name: str
    status: Status = Status.NOT_STARTED
    progress: Progress | None = None
    owner_id: str | None = None
    owner_text: str | None = None
    phase_key: str | None = None
    docs_url: str | None = None
    duration: Duration | None = None
    description: str = ""
    notes: str = ""
    started_at: datetime | None = None
    last_progress_at: datetime | None = None
    completed_at: datetime | None = None
    planned_end: datetime | None = None
    is_code_free: bool = False
    removed_at: datetime | None = None
    revision: int = 0
    source: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """
    A task of a stage; estimate and actual in minutes of work, None where unknown.

    Args:
        due_at: When it is to be done, such as a remediation task by its issue's target (UTC).
    """

    key: str
    ref: str | None = None
    title: str
    stage_key: str | None = None
    status: Status = Status.NOT_STARTED
    estimate_minutes: int | None = None
    actual_minutes: int | None = None
    owner_id: str | None = None
    owner_text: str | None = None
    created_at: datetime | None = None
    completed_at: datetime | None = None
    due_at: datetime | None = None
    removed_at: datetime | None = None
    revision: int = 0
    source: Mapping[str, Any] = field(default_factory=dict)


Record = Stage | Task  # what commits belong to


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressUpdate:
    """One thing somebody said about a stage's progress, as it was said."""

    key: str
    stage_key: str
    member_id: str
    at: datetime
    progress: Progress | None
    note: str
    status: Status
    removed_at: datetime | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """
    Who writes, when and why: every write of the plan carries one.

    Args:
        operation: One id for all that a single answer changes; Undo takes it back whole.
        actor_id: Slack user id, or "import" / "cadence" for the product itself.
        reason: The command or button in words, such as "/bqx progress".
        undoes: The operation that this one takes back.
    """

    operation: str
    actor_id: str
    at: datetime
    reason: str
    evidence: str = ""
    undoes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """
    One row of the audit trail.

    Args:
        kind: "stage", "task", "issue", "finding", …: the names of `KINDS` in the database's reader.
        before: Changed fields as they were, plain JSON; None when the item was made.
        after: The same fields as they became.
        digest: Of this row and the one before it: see `bot.domain.trail`.
    """

    id: int
    why: Why
    kind: str
    key: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any]
    undone_by: str | None = None
    digest: str = ""
