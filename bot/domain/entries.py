"""What members say: the forms and one-liners of the product, read and not yet judged."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.issues import Severity
from bot.domain.progress import Progress


class Concern(StrEnum):
    """What a member is asked before progress is written."""

    BACKWARDS = "backwards"  # less than the plan already shows
    COMPLETED = "completed"  # the stage is complete: this would reopen it
    CHANGED = "changed"  # somebody else changed it since the form was opened


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletedTask:
    """A task the member finished; the actual work in minutes, None where not said."""

    key: str
    actual_minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressEntry:
    """
    What a member says about one stage.

    Args:
        progress: None when only a note (or tasks, or blockers) was given.
        complete: The stage itself is done ("done"), not only its counter full.
        discovered: Titles of tasks nobody had planned.
        blockers: Each becomes an issue of `blocker_severity`.
        seen_revision: The stage's revision when the form was opened; None for a one-liner.
        accepted: What the member was asked about and said yes to.
    """

    stage_key: str
    progress: Progress | None = None
    complete: bool = False
    note: str = ""
    tasks_done: tuple[CompletedTask, ...] = ()
    discovered: tuple[str, ...] = ()
    blockers: tuple[str, ...] = ()
    blocker_severity: Severity = Severity.MINOR
    seen_revision: int | None = None
    accepted: frozenset[Concern] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueEntry:
    """
    What a member says about an issue.

    Args:
        permalink: The Slack message it was filed from, if any.
        code_key: The comment in the code it was filed from (`CodeLink.key`), if any.
        visible_to: Slack ids of those who may see it; () for everybody.
        is_security: Whether it is about security.
    """

    title: str
    severity: Severity
    description: str = ""
    stage_keys: tuple[str, ...] = ()
    owner_id: str | None = None
    permalink: str | None = None
    code_key: str | None = None
    visible_to: tuple[str, ...] = ()
    is_security: bool = False


class IssueStep(StrEnum):
    """What a member does with an issue (`bot.domain.issue_steps` says from where to where)."""

    ACKNOWLEDGE = "acknowledged"
    OWN = "owned"
    TRIAGE = "triaged"
    RESOLVE = "resolved"
    CLOSE = "closed"
    REOPEN = "reopened"
    ASSIGN = "assigned"
    SEVERITY = "severity"


@dataclass(frozen=True, slots=True)
class PlannedTask:
    """A remediation task as it is typed: what is to be done, and the estimate in minutes."""

    title: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepWords:
    """
    What a step of an issue needs beside the click; each step uses a few of them.

    Args:
        evidence: How it was verified that it is gone.
        reason: Why it is reopened, or of another level; what is done about it, for triage.
        owner_id: Slack id of whoever is to take care of it.
        tasks: Remediation tasks to make.
        seen_revision: The issue's revision when the form was opened; None for a command.
    """

    evidence: str = ""
    root_cause: str = ""
    prevention: str = ""
    reason: str = ""
    owner_id: str | None = None
    severity: Severity | None = None
    tasks: tuple[PlannedTask, ...] = ()
    seen_revision: int | None = None


class Scope(StrEnum):
    """How far "not a gap" reaches: what is learned from it."""

    THESE = "these"  # only what was found
    AUTHOR = "author"  # never ask about this author's commits
    FOLDER = "folder"  # never ask about commits that touch only this folder
    WORK = "work"  # never ask about commits of this conventional type


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerWords:
    """
    What an answer needs beside the click; each answer uses a few of them.

    Args:
        estimate_minutes: For "set estimate".
        actual_minutes: For "mark complete" and "create task": the work it took.
        blocker: For "blocked": what is in the way.
        severity: For "blocked": how bad it is.
        record_key: The stage or task that was chosen.
        title: Title of a task, name of a stage.
        ref: The reference that a stage gets.
        owner_id: Slack id of whoever is assigned.
        reason: Why, for "not a gap".
        scope: How far "not a gap" reaches.
        folder: The folder that the correction teaches: of "not a gap", or of a link.
        until: When "remind me later" comes back (UTC).
        complete: The task made of commits is done already.
    """

    estimate_minutes: int | None = None
    actual_minutes: int | None = None
    blocker: str = ""
    severity: Severity = Severity.MINOR
    record_key: str = ""
    title: str = ""
    ref: str = ""
    owner_id: str | None = None
    reason: str = ""
    scope: Scope = Scope.THESE
    folder: str = ""
    until: datetime | None = None
    complete: bool = True
