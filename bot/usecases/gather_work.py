"""Gather the work: what git and the counters show, added to what was known before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.domain import ledger
from bot.domain.activity import Activity, Commit
from bot.domain.assess import match
from bot.domain.assessment import PlanSnapshot, Work
from bot.domain.evidence import CounterReading, Memory, SeenCommit
from bot.domain.probe_offers import stage_keys
from bot.domain.progress_claims import progress_claims
from bot.domain.ref_grammar import RefIndex
from bot.domain.refs import index_plan
from bot.domain.remembering import worth_remembering
from bot.errors import NotAssessedError
from bot.ports.evidence import ActivitySource, Sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """
    What is looked at.

    Args:
        since: Chooses what is new where a repository was never read.
        is_now: False for an assessment as of a day in the past, which remembers nothing: what was
            seen since then would be the future.
    """

    since: datetime
    now: datetime
    is_now: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """
    The work, and what of it is new and to be remembered.

    Args:
        tips: By repository path, the tips that were read.
        marks: How far each log was read.
    """

    work: Work
    fresh: tuple[SeenCommit, ...] = ()
    tips: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    readings: tuple[CounterReading, ...] = ()
    marks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def gather_work(
    sources: Sources,
    snapshot: PlanSnapshot,
    memory: Memory,
    marks: Mapping[str, Mapping[str, Any]],
    period: Period,
) -> Gathered:
    """
    Read what is new in every repository and probe; what can't be read is said, the rest goes on.

    A repository seen for the first time is read whole: its past tells which stages have evidence,
    and nobody is asked about it.
    """
    index = index_plan(snapshot.stages, snapshot.tasks, snapshot.phases)
    known = memory.commits if period.is_now else ()
    seen = {one.commit.sha: one for one in known}
    fresh: dict[str, SeenCommit] = {}
    tips: dict[str, Mapping[str, str]] = {}
    remarks: list[str] = []
    missing = [] if sources.repos else [_NO_REPO]
    for path in sources.repos:
        try:
            read, activity = _read(sources.activity, path, memory, index, period)
        except NotAssessedError as error:
            missing.append(f"Commits of {path.name or path}: {error}")
            continue
        tips[str(path)] = activity.tips
        remarks += [f"{activity.repo}: {remark}." for remark in activity.remarks]
        fresh |= {one.commit.sha: one for one in read if one.commit.sha not in seen}
    ordered = sorted(
        (seen | fresh).values(), key=lambda one: (one.commit.authored_at, one.commit.sha)
    )
    probed = sources.probes.read(now=period.now, marks=marks, refs=stage_keys(snapshot.stages))
    work = match(snapshot, ordered, memory.decisions, memory.rules)
    return Gathered(
        work=replace(
            work,
            readings=(*memory.readings, *probed.readings) if period.is_now else (),
            remarks=tuple(remarks),
            not_assessed=(*missing, *probed.not_assessed),
            unread=ledger.FROM_GIT if missing else frozenset(),
        ),
        fresh=tuple(fresh.values()),
        tips=tips,
        readings=(*probed.readings, *_claims(work, set(fresh))),
        marks=probed.marks,
    )


def _claims(work: Work, fresh: set[str]) -> Iterator[CounterReading]:
    """Yield what new commits state of a stage's progress, so that the form can propose it."""
    return progress_claims((one for one in work.own if one.commit.sha in fresh), work.refs)


_NO_REPO = "Commits: no repository is set. Write its folder into PROJECT_REPO."


def _read(
    source: ActivitySource, path: Path, memory: Memory, index: RefIndex, period: Period
) -> tuple[list[SeenCommit], Activity]:
    """Return the new commits worth remembering, and what the reading says of itself."""
    until = None if period.is_now else period.now
    tips = memory.tips.get(str(path)) if period.is_now else None
    activity = source.read(path, seen=tips, since=period.since, until=until)
    new = [
        SeenCommit(commit=commit, repo=activity.repo, arrived_at=period.now)
        for commit in activity.commits
    ]
    if tips:
        return new, activity
    shas = {one.commit.sha for one in new}
    past = _past(source, path, index, period, until)
    older = [
        SeenCommit(commit=commit, repo=activity.repo) for commit in past if commit.sha not in shas
    ]
    return [*new, *older], activity


def _past(
    source: ActivitySource, path: Path, index: RefIndex, period: Period, until: datetime | None
) -> Iterator[Commit]:
    history = source.stream(path, since=None, until=until)
    return worth_remembering(history, index, period.now)
