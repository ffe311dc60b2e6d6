"""What members say: the forms and one-liners of the product, read and not yet judged."""

from dataclasses import dataclass
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
        gap_check: The gap check that this answers, if any.
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
    gap_check: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueEntry:
    """
    What a member says about an issue.

    Args:
        permalink: The Slack message it was filed from, if any.
    """

    title: str
    severity: Severity
    description: str = ""
    stage_keys: tuple[str, ...] = ()
    owner_id: str | None = None
    permalink: str | None = None


class IssueStep(StrEnum):
    """What a member does with an issue."""

    ACKNOWLEDGE = "acknowledged"
    OWN = "owned"
    RESOLVE = "resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerWords:
    """
    What an answer needs beside the click.

    Args:
        estimate_minutes: For "set estimate".
        blocker: For "blocked": what is in the way.
        severity: For "blocked": how bad it is.
    """

    estimate_minutes: int | None = None
    blocker: str = ""
    severity: Severity = Severity.MINOR
