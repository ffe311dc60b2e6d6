"""What came of what a member said: each is shown by a view of its own."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.entries import Concern, IssueStep, ProgressEntry, StepWords
from bot.domain.evidence import SeenCommit
from bot.domain.findings import Finding
from bot.domain.issues import Issue, IssueReply
from bot.domain.matching import Link
from bot.domain.plan import Change, ProgressUpdate, Stage, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressLogged:
    """What was written; `operation` undoes all of it."""

    operation: str
    before: Stage
    after: Stage
    note: str
    tasks_done: tuple[Task, ...] = ()
    tasks_added: tuple[Task, ...] = ()
    issues: tuple[Issue, ...] = ()
    again: bool = False  # the same request had already been handled: nothing was written now


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressAsked:
    """Nothing was written: the member has to say whether it is meant."""

    concern: Concern
    stage: Stage
    entry: ProgressEntry
    last_update: ProgressUpdate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueFiled:
    """
    What was filed; `operation` undoes it.

    Args:
        like: An open issue that says the same; None where none does.
    """

    operation: str
    issue: Issue
    stages: tuple[Stage, ...]
    critical_channel: str
    like: Issue | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueSettled:
    """
    The issue after the step.

    Args:
        changed: False when somebody had done it before, or it can't be done from where the issue
            stands: nothing was written.
        by: Who brought it to where it stands; None where nobody knows.
        at: When they did.
        tasks: The remediation tasks that were made.
        asked: The words of a form during which somebody else triaged the issue (`by`, `at`,
            `tasks`): nothing was written, the member decides; None otherwise.
    """

    operation: str
    issue: Issue
    step: IssueStep
    changed: bool
    by: str | None = None
    at: datetime | None = None
    tasks: tuple[Task, ...] = ()
    asked: StepWords | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RepliesKept:
    """
    What was added to an issue's record.

    Args:
        replies: Those that are new on it; () where all of them were kept before.
    """

    operation: str
    issue: Issue
    replies: tuple[IssueReply, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """
    The finding after the answer.

    Args:
        changed: False when it had been answered before, or is gone: nothing was written.
    """

    operation: str
    finding: Finding
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """
    Who signed a section of a report.

    Args:
        operation: The signature's operation, which Undo takes back; "" when nothing was written.
        signed_by: Slack id.
        changed: False when it was signed before: nothing was written.
    """

    operation: str
    signed_by: str
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """
    What was taken back.

    Args:
        operation: The undo itself; undoing it brings everything back.
        changes: What it took back, in the order in which it was written.
    """

    operation: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Two or more stages carry the ref: the member has to choose."""

    ref: str
    stages: tuple[Stage, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """No stage carries the ref; `near` holds those that look like it, maybe none."""

    typed: str
    near: tuple[Stage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedCommit:
    """A commit, what it belongs to, and why."""

    seen: SeenCommit
    link: Link
    record: Stage | Task


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCorrected:
    """
    What was corrected.

    Args:
        moved_to: Name of the record it belongs to now; "" where it belongs to none.
    """

    operation: str
    sha: str
    moved_to: str
