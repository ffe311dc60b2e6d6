"""What is remembered about the work, on an open transaction; see `bot.ports.evidence`."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, and_, delete, func, select

from bot.adapters.database import tables
from bot.adapters.database.rows import from_row, to_row
from bot.adapters.database.statements import SqlQuestions, SqlStatements
from bot.domain.activity import Commit
from bot.domain.evidence import (
    CounterReading,
    KeptForecast,
    LinkDecision,
    Memory,
    SeenCommit,
    WorkRule,
)
from bot.domain.findings import Finding, SignOff

MAX_KEPT_BODY = 4_000  # characters of a commit's message that are remembered
MAX_KEPT_PATHS = 300


class SqlEvidenceReader(SqlQuestions):
    """The port EvidenceReader."""

    def memory(self) -> Memory:
        """Return all that is remembered about the work."""
        return Memory(
            tips=self._tips(),
            commits=tuple(self._seen_commits()),
            decisions=tuple(self.link_decisions()),
            rules=tuple(self.work_rules()),
            readings=tuple(self.counter_readings()),
            forecasts=tuple(self._forecasts()),
        )

    def finding(self, key: str) -> Finding | None:
        """Return the finding with this key, whatever its state."""
        return self._one(Finding, self._of(tables.finding, key=key))

    def findings_with(self, keys: Collection[str]) -> list[Finding]:
        """Return the findings with these keys, whatever their state, in the order of the keys."""
        query = self._of(tables.finding).where(tables.finding.c.key.in_(keys))
        return self._all(Finding, query.order_by(tables.finding.c.key))

    def seen_commits(self, shas: Iterable[str]) -> list[SeenCommit]:
        """Return the remembered commits among `shas`, oldest first."""
        query = self._of(tables.git_commit).where(tables.git_commit.c.sha.in_(list(shas)))
        rows = self._db.execute(query.order_by(tables.git_commit.c.authored_at)).mappings()
        return [_seen(row) for row in rows]

    def link_decisions(self) -> list[LinkDecision]:
        """Return every decision about a commit and a stage or task that stands."""
        return self._all(LinkDecision, self._present(tables.link_decision))

    def work_rules(self) -> list[WorkRule]:
        """Return every work rule that stands, oldest first."""
        return self._all(WorkRule, self._present(tables.work_rule))

    def counter_readings(self, stage_key: str | None = None) -> list[CounterReading]:
        """Return what probes read (of one stage, when given), oldest first."""
        query = self._of(tables.counter_reading, stage_key=stage_key)
        return self._all(CounterReading, query.order_by(tables.counter_reading.c.read_at))

    def probe_marks(self) -> dict[str, Mapping[str, Any]]:
        """Return how far each watched log was read, by probe."""
        rows = self._db.execute(self._of(tables.probe_mark)).mappings()
        return {row["probe"]: row["mark"] for row in rows}

    def sign_offs(self, report_key: str) -> list[SignOff]:
        """Return the signatures of a report, by section."""
        found = self._all(SignOff, self._present(tables.sign_off, report_key=report_key))
        return sorted(found, key=lambda signed: signed.section)

    def kpi_snapshots(self) -> dict[str, Mapping[str, Any]]:
        """Return the KPIs of every assessment by its local date, oldest first."""
        query = self._of(tables.kpi_snapshot).order_by(tables.kpi_snapshot.c.local_date)
        return {row["local_date"]: row["numbers"] for row in self._db.execute(query).mappings()}

    def _tips(self) -> dict[str, dict[str, str]]:
        tips: dict[str, dict[str, str]] = {}
        for row in self._db.execute(self._of(tables.git_tip)).mappings():
            tips.setdefault(row["repo"], {})[row["ref"]] = row["sha"]
        return tips

    def _seen_commits(self) -> list[SeenCommit]:
        query = self._of(tables.git_commit).order_by(tables.git_commit.c.authored_at)
        return [_seen(row) for row in self._db.execute(query).mappings()]

    def _forecasts(self) -> list[KeptForecast]:
        query = self._of(tables.forecast).order_by(tables.forecast.c.made_at)
        return self._all(KeptForecast, query)


class SqlEvidenceWriter(SqlEvidenceReader, SqlStatements):
    """The port EvidenceWriter."""

    def put_tips(self, repo: str, tips: Mapping[str, str], now: datetime) -> None:
        """Replace the tips of one repository's watched refs."""
        mine = and_(
            tables.git_tip.c.workspace_id == self._workspace.id, tables.git_tip.c.repo == repo
        )
        self._db.execute(delete(tables.git_tip).where(mine))
        rows = ({"repo": repo, "ref": ref, "sha": sha, "seen_at": now} for ref, sha in tips.items())
        self._put(tables.git_tip, *rows)

    def put_commits(self, commits: Iterable[SeenCommit]) -> None:
        """Remember commits; one that is known, or that came before in `commits`, stays."""
        known = set(self._db.scalars(self._shas()))
        new: dict[str, SeenCommit] = {}
        for seen in commits:
            if seen.commit.sha not in known:
                new.setdefault(seen.commit.sha, seen)
        self._put(tables.git_commit, *(_commit_row(seen) for seen in new.values()))

    def put_readings(
        self, readings: Iterable[CounterReading], marks: Mapping[str, Mapping[str, Any]]
    ) -> None:
        """Keep what probes read and how far they came."""
        self._put(tables.counter_reading, *(to_row(reading) for reading in readings))
        self._put(
            tables.probe_mark, *({"probe": probe, "mark": mark} for probe, mark in marks.items())
        )

    def put_forecasts(self, forecasts: Iterable[KeptForecast]) -> None:
        """Insert or replace forecasts by their keys."""
        self._put(tables.forecast, *(to_row(forecast) for forecast in forecasts))

    def put_kpis(self, local_date: str, as_of: datetime, numbers: Mapping[str, Any]) -> None:
        """Insert or replace the KPIs of one assessment."""
        row = {"local_date": local_date, "as_of": as_of, "numbers": numbers}
        self._put(tables.kpi_snapshot, row)

    def _shas(self) -> Any:
        commit = tables.git_commit.c
        return select(commit.sha).where(commit.workspace_id == self._workspace.id)


def forgetting_readings(before: datetime) -> Any:
    """Return the statement that deletes counter readings older than `before`, but each newest."""
    reading = tables.counter_reading.c
    newest = select(func.max(reading.key)).group_by(reading.workspace_id, reading.probe)
    return delete(tables.counter_reading).where(
        reading.read_at < before, reading.key.not_in(newest)
    )


def _seen(row: RowMapping) -> SeenCommit:
    return SeenCommit(commit=from_row(Commit, row), repo=row["repo"], arrived_at=row["arrived_at"])


def _commit_row(seen: SeenCommit) -> dict[str, Any]:
    row = to_row(seen.commit)
    return row | {
        "repo": seen.repo,
        "arrived_at": seen.arrived_at,
        "body": row["body"][:MAX_KEPT_BODY],
        "paths": row["paths"][:MAX_KEPT_PATHS],
    }
