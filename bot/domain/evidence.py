"""What is remembered about the work between two assessments: commits, links, rules, readings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.activity import Commit


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenCommit:
    """
    A commit and when it came to our notice.

    Args:
        repo: Name of the repository, as `Activity.repo`.
        arrived_at: The assessment whose period brought it (UTC); None for the history before the
            first one, of which nobody is asked.
    """

    commit: Commit
    repo: str
    arrived_at: datetime | None = None


class LinkVerdict(StrEnum):
    """What was decided about a commit and a stage or task."""

    CONFIRMED = "confirmed"  # a person said so
    AUTO = "auto"  # nearly certain, written without asking; Undo takes it back
    REJECTED = "rejected"  # a person said that it does not belong there


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkDecision:
    """
    A decision that a commit belongs, or does not belong, to a stage or task.

    Args:
        key: "{sha}:{record key}".
        reason: Why, in words a person reads.
    """

    key: str
    sha: str
    record_key: str
    verdict: LinkVerdict
    score: float = 1.0
    reason: str = ""
    removed_at: datetime | None = None
    revision: int = 0


class RuleKind(StrEnum):
    """What a work rule looks at."""

    AUTHOR = "author"  # commits of this author are no plan work (a bot, a vendor import)
    PATH = "path"  # commits that touch nothing but this folder are no plan work
    WORK = "work"  # commits of this conventional type ("docs", "chore") are no plan work
    BELONGS = "belongs"  # commits that touch this folder belong to a stage or task


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRule:
    """
    What the team taught us about its commits; shown with its reason, and undone like any change.

    Args:
        key: "RULE-001" onward.
        pattern: An author's mail or name, a folder such as "docs/", or a type such as "chore".
        record_key: Only for BELONGS: the stage or task.
        reason: Why, as the person wrote it.
    """

    key: str
    kind: RuleKind
    pattern: str
    record_key: str | None = None
    reason: str = ""
    made_by: str = ""
    made_at: datetime | None = None
    removed_at: datetime | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterReading:
    """
    What a progress probe read, kept to see movement and to propose it in the form.

    Args:
        key: "{probe}@{read at}".
        probe: Name of the probe, or the path of a watched log.
        stage_key: The stage it speaks of; None while nobody knows.
        fraction: 0 to 1; of a nested loop the outer one.
        source: File and line, or the command, for people.
        line: The line it was read from, cleaned and cut.
        note: What people should know: "no movement since …", "a new run began".
    """

    key: str
    probe: str
    stage_key: str | None
    read_at: datetime
    fraction: float
    done: int | None = None
    total: int | None = None
    source: str = ""
    line: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptForecast:
    """
    A forecast as it was made, kept to be scored (the brief's forecast accuracy).

    Args:
        key: "{record kind}:{record key}:{made at}".
        record_kind: "stage", "phase" or "project".
        remaining: Tasks (or units of a counter) that were left.
        quantiles_days: 99 quantiles of the simulated durations, days from `made_at`.
        actual_at: When it was really reached; None while it is open.
        pit: Share of the simulated durations that were no longer than the real one.
    """

    key: str
    record_kind: str
    record_key: str
    made_at: datetime
    method: str
    remaining: int
    p50_at: datetime | None = None
    p85_at: datetime | None = None
    quantiles_days: tuple[float, ...] = ()
    actual_at: datetime | None = None
    pit: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """
    All that was known before an assessment began.

    Args:
        tips: By repository, the sha of each watched ref at the last assessment.
        commits: Those that name something of the plan, and the recent ones.
    """

    tips: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    commits: tuple[SeenCommit, ...] = ()
    decisions: tuple[LinkDecision, ...] = ()
    rules: tuple[WorkRule, ...] = ()
    readings: tuple[CounterReading, ...] = ()
    forecasts: tuple[KeptForecast, ...] = ()
