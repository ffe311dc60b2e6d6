"""What the calendar answers and shows: values that use cases return and views render."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.calendar import Slot
from bot.domain.issues import Issue, Severity
from bot.domain.people import Person
from bot.domain.plan import Phase, ProgressUpdate, Stage
from bot.domain.team import Pause


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingRun:
    """
    One run to come.

    Args:
        state: "due", "moved", "merged", "paused" or "skipped".
        reason: Why it is not simply due.
        pause_key: What keeps it from running, where somebody paused it.
    """

    job: str
    slot: Slot
    subject: str = ""
    state: str = "due"
    reason: str = ""
    pause_key: str = ""

    @property
    def takes_place(self) -> bool:
        """Whether anything is sent."""
        return self.state not in {"paused", "skipped"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """
    What was skipped, paused or resumed.

    Args:
        pauses: Those that were written, or ended.
        following: When the job is due next (UTC), where that is known.
        operation: What Undo takes back.
        before: Earlier runs to come that were skipped before this one.
    """

    pauses: tuple[Pause, ...]
    following: datetime | None
    operation: str
    before: tuple[Pause, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """
    Somebody's absence as it was just written, or as it stands.

    Args:
        replaced: The absence that was there before, None where there was none.
        operation: What Undo takes back, "" where nothing was written.
    """

    person: Person
    replaced: Person | None = None
    operation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndOfDay:
    """
    What a prompt shows.

    Args:
        said: The member's own word of that day, by the stage's key.
        hints: What git shows about a stage and the plan does not, by the stage's key.
    """

    member_id: str
    local_date: date
    stages: tuple[Stage, ...]
    said: Mapping[str, ProgressUpdate]
    hints: Mapping[str, str]
    late: bool = False
    skipped: bool = False

    @property
    def open(self) -> tuple[Stage, ...]:
        """The stages about which nothing was said on that day."""
        return tuple(stage for stage in self.stages if stage.key not in self.said)


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidSame:
    """The stages of which somebody said that nothing moved."""

    operation: str
    stages: tuple[Stage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """
    What a review shows: the plan as it is when it is posted.

    Args:
        issues: The open issues that everybody may see, worst first.
        risks: Sentences: what the last gap assessment called at risk.
        assessed: Local date of that assessment, "" where there was none.
        not_shown: How many open issues only some people may see.
    """

    local_date: date
    late: bool
    phases: tuple[Phase, ...] = ()
    stages: tuple[Stage, ...] = ()
    issues: tuple[Issue, ...] = ()
    not_shown: int = 0
    risks: tuple[str, ...] = ()
    assessed: str = ""

    @property
    def debt(self) -> tuple[Issue, ...]:
        """The open issues of Level 4."""
        return tuple(issue for issue in self.issues if issue.severity is Severity.DEBT)

    @property
    def undocumented(self) -> tuple[Stage, ...]:
        """The stages without a link to their documentation."""
        return tuple(stage for stage in self.stages if not stage.docs_url)
