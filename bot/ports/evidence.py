"""What the core asks of the outside world about the work itself: memory, git, probes."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from bot.domain.activity import Activity, Commit
from bot.domain.evidence import (
    CounterReading,
    KeptForecast,
    LinkDecision,
    Memory,
    SeenCommit,
    WorkRule,
)
from bot.domain.findings import Finding, SignOff


class EvidenceReader(Protocol):
    """What is remembered about the work, as one consistent picture with the plan."""

    def memory(self) -> Memory:
        """Return all that is remembered, for an assessment."""
        ...

    def finding(self, key: str) -> Finding | None:
        """Return the finding with this key, whatever its state."""
        ...

    def findings_with(self, keys: Collection[str]) -> list[Finding]:
        """Return the findings with these keys, whatever their state, in the order of the keys."""
        ...

    def seen_commits(self, shas: Iterable[str]) -> list[SeenCommit]:
        """Return the remembered commits among `shas`, oldest first."""
        ...

    def link_decisions(self) -> list[LinkDecision]:
        """Return every decision about a commit and a stage or task that stands."""
        ...

    def work_rules(self) -> list[WorkRule]:
        """Return every work rule that stands."""
        ...

    def counter_readings(self, stage_key: str | None = None) -> list[CounterReading]:
        """Return what probes read (of one stage, when given), oldest first."""
        ...

    def probe_marks(self) -> dict[str, Mapping[str, Any]]:
        """Return how far each watched log was read, by probe."""
        ...

    def sign_offs(self, report_key: str) -> list[SignOff]:
        """Return the signatures of a report, by section."""
        ...

    def kpi_snapshots(self) -> dict[str, Mapping[str, Any]]:
        """Return the KPIs of every assessment by its local date, oldest first."""
        ...


class EvidenceWriter(EvidenceReader, Protocol):
    """Part of the one transaction on a plan."""

    def put_tips(self, repo: str, tips: Mapping[str, str], now: datetime) -> None:
        """Replace the tips of one repository's watched refs."""
        ...

    def put_commits(self, commits: Iterable[SeenCommit]) -> None:
        """Remember commits; one that is known stays. Bodies are cut at 4,000 characters."""
        ...

    def put_readings(
        self, readings: Iterable[CounterReading], marks: Mapping[str, Mapping[str, Any]]
    ) -> None:
        """Keep what probes read and how far they came."""
        ...

    def put_forecasts(self, forecasts: Iterable[KeptForecast]) -> None:
        """Insert or replace forecasts by their keys."""
        ...

    def put_kpis(self, local_date: str, as_of: datetime, numbers: Mapping[str, Any]) -> None:
        """Insert or replace the KPIs of one assessment."""
        ...


class ActivitySource(Protocol):
    """The work itself: what git shows."""

    def read(
        self,
        repo: Path,
        *,
        seen: Mapping[str, str] | None = None,
        since: datetime | None,
        until: datetime | None = None,
    ) -> Activity:
        """
        Return what arrived on the repository's branch, newest first, each with its merged branch.

        Args:
            seen: `Activity.tips` of the last assessment: what they reach is left out, and nothing
                else. Where history was rewritten since, a remark says what was read instead.
            since: Without `seen`, or where what was seen is gone: the branch's tip before this
                moment is left out with all that it reaches. None: nothing is.
            until: The branch as it was before this moment; None: as it is.

        Raises:
            NotAssessedError: the repository is missing, empty, or can't be read; says why.
        """
        ...

    def stream(
        self,
        repo: Path,
        *,
        seen: Mapping[str, str] | None = None,
        since: datetime | None,
        until: datetime | None = None,
    ) -> Iterator[Commit]:
        """
        Yield the commits that `read` returns one by one, without branches: for whole histories.

        Raises:
            NotAssessedError: see `read`; also at the end, and then nothing that came counts.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbesRead:
    """
    What the probes saw.

    Args:
        not_assessed: Sentences: which probe could not be read, and why.
        marks: How far each log was read, for the next time.
        writing: Names of the declared counters that may write by themselves.
    """

    readings: tuple[CounterReading, ...] = ()
    not_assessed: tuple[str, ...] = ()
    marks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    writing: frozenset[str] = frozenset()


class ProbeSource(Protocol):
    """Counters of the work: logs, files, queries, commands, tags."""

    def read(
        self, *, now: datetime, marks: Mapping[str, Mapping[str, Any]], refs: Mapping[str, str]
    ) -> ProbesRead:
        """
        Return what every probe reads now; one that fails is a sentence, and the rest goes on.

        Args:
            refs: Stage keys by canonical ref, of those that one stage alone carries.
        """
        ...


class ReportFiles(Protocol):
    """The project repo's folders of reports: gap assessments, and issues' remediation plans."""

    def write(self, repo: Path, path: str, text: str) -> Path:
        """
        Write a report; the same text again is no change.

        Raises:
            RefusedError: the place is missing, bare, outside the repo or not writable, or a
                person has edited the file that is there.
        """
        ...


class ReportBranch(Protocol):
    """A branch of the project repo that holds reports and nothing of the team's own work."""

    def commit(
        self,
        repo: Path,
        branch: str,
        path: str,
        text: str,
        *,
        now: datetime,
        subject: str,
    ) -> str:
        """
        Commit a report; the same text again makes no commit. Work tree and HEAD stay untouched.

        Args:
            branch: Its short name; made from the default branch's tip where there is none.
            path: As `ReportFiles.write` takes it.
            now: Date of the commit: the same in, the same commit out.
            subject: One line.

        Returns:
            The sha of the new commit, or of the branch's tip where nothing was to do.

        Raises:
            RefusedError: the name is none, or that of the default branch or of one checked out;
                a path outside the folders of reports; a person has edited the file there; no
                commit to begin at; git failed.
            OutageError: others moved the branch each time; a later try makes sense.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where the work is seen: the repositories and the probes."""

    activity: ActivitySource
    probes: ProbeSource
    repos: Sequence[Path] = ()
