"""The gap assessment as one frozen value, and the values that it is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.domain import facts, records
from bot.domain.evidence import CounterReading, SeenCommit
from bot.domain.facts import Facts
from bot.domain.findings import Finding, FindingKind
from bot.domain.issues import Issue
from bot.domain.matching import (
    Likely,
    Link,
    Named,
    PlanRefs,
)
from bot.domain.plan import Member, Phase, Stage, Task, Workspace
from bot.domain.team import Team
from bot.domain.triage import Counting, counting_of

VERSION = 2  # of the plain form


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSnapshot:
    """The plan at one moment; removed items are left out."""

    workspace: Workspace
    phases: tuple[Phase, ...] = ()
    stages: tuple[Stage, ...] = ()
    tasks: tuple[Task, ...] = ()
    issues: tuple[Issue, ...] = ()
    members: tuple[Member, ...] = ()
    team: Team = field(default_factory=Team)

    @property
    def counting(self) -> Counting:
        """How the project counts the time until its targets."""
        return counting_of(self.team, self.workspace)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """
    What is known of the work, matched with the plan as far as somebody said so.

    Args:
        seen: Every remembered commit, oldest first.
        named: What each of them names, with what people decided.
        set_aside: Why a commit is no work of its own, by its sha.
        readings: What probes read, oldest first.
        remarks: What a reader of the commits should know, such as "shallow clone".
        not_assessed: Sentences: what could not be looked at, and why.
        unread: Kinds of findings that can't be told because of it.
    """

    refs: PlanRefs
    seen: tuple[SeenCommit, ...] = ()
    named: tuple[Named, ...] = ()
    set_aside: Mapping[str, str] = field(default_factory=dict)
    readings: tuple[CounterReading, ...] = ()
    remarks: tuple[str, ...] = ()
    not_assessed: tuple[str, ...] = ()
    unread: frozenset[FindingKind] = frozenset()

    @property
    def own(self) -> list[Named]:
        """What is somebody's own work: not set aside."""
        return [one for one in self.named if one.commit.sha not in self.set_aside]

    @property
    def new(self) -> frozenset[str]:
        """The shas of what arrived since the first assessment: of older work nobody is asked."""
        return frozenset(one.commit.sha for one in self.seen if one.arrived_at is not None)

    def arrived(self, start: datetime, now: datetime) -> set[str]:
        """Return the shas of the commits that came in the period [start, now]."""
        return {
            seen.commit.sha
            for seen in self.seen
            if seen.arrived_at is not None and start < seen.arrived_at <= now
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """
    What the analysis says beside the rules; all of it may be empty.

    Args:
        likely: Where commits that name nothing likely belong, by sha.
        estimates: Proposed estimates by task key, plain (see `usecases/estimate_tasks.py`).
        at_risk: Findings of the forecast.
        forecasts: What the report shows of the forecast.
    """

    likely: Mapping[str, Likely] = field(default_factory=dict)
    estimates: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    at_risk: tuple[Finding, ...] = ()
    forecasts: tuple[facts.ForecastFact, ...] = ()
    calibration: str = ""
    forecast_errors: tuple[float, ...] = ()
    chart: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """
    What was found, and what could not be looked at.

    Args:
        as_of: The moment of the assessment, and the end of the period (UTC).
        period_start: The last assessment, or a week earlier by the wall clock of `zone` (UTC).
        zone: IANA zone in which dates are written.
        local_date: The day it belongs to in `zone`: the Monday of a late one, "2025-11-17".
        project: The workspace's name, maybe "".
        late: Whether it came well after its slot.
        not_assessed: Sentences: what was not looked at, and why.
        remarks: Sentences a reader of the commits should know, such as "shallow clone".
    """

    as_of: datetime
    period_start: datetime
    zone: str = "UTC"
    local_date: str = ""
    project: str = ""
    late: bool = False
    findings: tuple[Finding, ...] = ()
    links: tuple[Link, ...] = ()
    not_assessed: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    facts: Facts = field(default_factory=Facts)

    def to_plain(self) -> dict[str, Any]:
        """Return plain JSON, of which message, thread and file are made; see `from_plain`."""
        plain = records.to_plain(self)
        for finding in plain["findings"]:
            finding["owner"] = finding["owner_id"] or finding["owner_text"]
        return {"version": VERSION, **plain}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Assessment":
        """Return the assessment that `to_plain` wrote."""
        return records.from_plain(cls, plain)
