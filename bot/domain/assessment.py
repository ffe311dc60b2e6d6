"""The gap assessment: the plan compared with the work, as one frozen value."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain import commit_gaps, facts, plan_gaps, records
from bot.domain.activity import Activity
from bot.domain.facts import Facts
from bot.domain.findings import Finding, FindingKind, GapAnswer, GapCheck, GapQuestion
from bot.domain.issues import Issue
from bot.domain.matching import Link, Named, PlanRefs, commits_of, links_of, plan_refs, read_commit
from bot.domain.plan import Member, Phase, Stage, Task, Workspace

WEEK = timedelta(days=7)
VERSION = 1  # of the plain form
NEW, CARRIED, SETTLED, PAST = "new", "carried", "settled", "past"
# The order in which people read: what is worst and most surely true comes first.
ORDER = (
    FindingKind.ISSUE_OVERDUE,
    FindingKind.ISSUE_OPEN,
    FindingKind.STAGE_COMPLETE_IN_GIT,
    FindingKind.STAGE_SILENT,
    FindingKind.STAGE_OLD,
    FindingKind.STAGE_AGE_UNKNOWN,
    FindingKind.REF_AMBIGUOUS,
    FindingKind.COMMIT_UNPLANNED,
    FindingKind.TASK_NO_ESTIMATE,
    FindingKind.TASK_NO_OWNER,
)
# What belongs together in a thread; each of these that holds anything is one message.
SECTIONS = {
    "Issues": (FindingKind.ISSUE_OVERDUE, FindingKind.ISSUE_OPEN),
    "Complete in git, not in the plan": (FindingKind.STAGE_COMPLETE_IN_GIT,),
    "Stages in progress": (
        FindingKind.STAGE_SILENT,
        FindingKind.STAGE_OLD,
        FindingKind.STAGE_AGE_UNKNOWN,
    ),
    "References that are not clear": (FindingKind.REF_AMBIGUOUS,),
    "Work that names no stage or task": (FindingKind.COMMIT_UNPLANNED,),
    "Tasks without estimate or owner": (
        FindingKind.TASK_NO_ESTIMATE,
        FindingKind.TASK_NO_OWNER,
    ),
}
# Kinds that speak of one week's commits: next week others are read.
FROM_GIT = frozenset(
    {
        FindingKind.STAGE_COMPLETE_IN_GIT,
        FindingKind.REF_AMBIGUOUS,
        FindingKind.COMMIT_UNPLANNED,
    }
)
_SNOOZED_BY = {
    GapQuestion.STILL_ACCURATE: frozenset(
        {FindingKind.STAGE_OLD, FindingKind.STAGE_SILENT, FindingKind.STAGE_AGE_UNKNOWN}
    ),
    GapQuestion.ESTIMATE: frozenset({FindingKind.TASK_NO_ESTIMATE}),
    GapQuestion.OWNER: frozenset({FindingKind.TASK_NO_OWNER}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSnapshot:
    """The plan at one moment; removed items are left out."""

    workspace: Workspace
    phases: tuple[Phase, ...] = ()
    stages: tuple[Stage, ...] = ()
    tasks: tuple[Task, ...] = ()
    issues: tuple[Issue, ...] = ()
    members: tuple[Member, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """
    What was found, and what could not be looked at.

    Args:
        as_of: The moment of the assessment, and the end of the period (UTC).
        period_start: A week earlier by the wall clock of `zone` (UTC).
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


def assess(
    snapshot: PlanSnapshot,
    activities: Sequence[Activity],
    not_assessed: Sequence[str] = (),
    *,
    now: datetime,
    zone: ZoneInfo,
    since: datetime | None = None,
) -> Assessment:
    """
    Compare a plan with the commits of the week that ends at `now`.

    Args:
        activities: What arrived in each repository that could be read, since the period's start.
        not_assessed: Why the others could not.
        now: End of the period; every age is counted to it.
        zone: In which weeks and days are counted.
        since: Start of the period; a week before `now` unless told.
    """
    start = since or period_start(now, zone)
    refs = plan_refs(snapshot.stages, snapshot.tasks, snapshot.phases)
    commits = commits_of(activities)
    named = [read_commit(commit, refs) for commit in commits]
    missing = list(not_assessed)
    if commits and not (snapshot.stages or snapshot.tasks):
        missing.append("Commits: the plan has no stages and no tasks to compare them with.")
        named = []
    findings = [*_plan_findings(snapshot, now), *_git_findings(snapshot, named, refs, now, zone)]
    return Assessment(
        as_of=now,
        period_start=start,
        zone=zone.key,
        local_date=now.astimezone(zone).date().isoformat(),
        project=snapshot.workspace.name,
        findings=tuple(sorted(findings, key=lambda finding: ORDER.index(finding.kind))),
        links=links_of(named, refs),
        not_assessed=tuple(missing),
        remarks=tuple(f"{one.repo}: {remark}." for one in activities for remark in one.remarks),
        facts=_counted(snapshot, named, start, now),
    )


def period_start(now: datetime, zone: ZoneInfo) -> datetime:
    """Return the same wall-clock time seven days before, in UTC."""
    local = now.astimezone(zone).replace(tzinfo=None) - WEEK
    return local.replace(tzinfo=zone).astimezone(UTC)


def detail_sections(findings: Iterable[Finding]) -> list[str]:
    """Return the sections that hold a finding, in the order of the thread."""
    kinds = {finding.kind for finding in findings}
    return [name for name, members in SECTIONS.items() if kinds.intersection(members)]


def report_path(local_date: str) -> str:
    """Return where the report of a day goes, relative to the project repo (the brief's place)."""
    return f"docs/gap_assessments/{local_date}_gap_assessment.md"


def carry(findings: Iterable[Finding], earlier: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings with what is known from earlier weeks: since when, and the verdict."""
    known = {finding.fingerprint: finding for finding in earlier if finding.state in {NEW, CARRIED}}
    return tuple(_carried(finding, known.get(finding.fingerprint)) for finding in findings)


def gone(findings: Iterable[Finding], earlier: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the earlier findings that are no longer found, with the state they end in."""
    found = {finding.fingerprint for finding in findings}
    return tuple(
        replace(finding, state=PAST if finding.kind in FROM_GIT else SETTLED)
        for finding in earlier
        if finding.state in {NEW, CARRIED} and finding.fingerprint not in found
    )


def unsnoozed(
    findings: Iterable[Finding], checks: Iterable[GapCheck], now: datetime
) -> tuple[Finding, ...]:
    """Return the findings without those that somebody asked to let rest for now."""
    resting = {
        (check.record_key, kind)
        for check in checks
        if check.answer is GapAnswer.SNOOZED and check.snoozed_until and check.snoozed_until > now
        for kind in _SNOOZED_BY[check.question]
    }
    return tuple(
        finding
        for finding in findings
        if not any((key, finding.kind) in resting for key in finding.record_keys)
    )


def _plan_findings(snapshot: PlanSnapshot, now: datetime) -> list[Finding]:
    return [
        *plan_gaps.issue_findings(snapshot.issues, now),
        *plan_gaps.stage_findings(snapshot.stages, now),
        *plan_gaps.task_findings(snapshot.tasks, now),
    ]


def _git_findings(
    snapshot: PlanSnapshot, named: list[Named], refs: PlanRefs, now: datetime, zone: ZoneInfo
) -> list[Finding]:
    owner = commit_gaps.owner_of_commits(snapshot.members)
    return [
        *commit_gaps.completion_findings(named, refs, now),
        *commit_gaps.ambiguity_findings(named, refs, now),
        *commit_gaps.unplanned_findings(named, owner, now, zone),
    ]


def _counted(snapshot: PlanSnapshot, named: list[Named], start: datetime, now: datetime) -> Facts:
    return Facts(
        stages=facts.stage_counts(snapshot.stages),
        tasks=len(snapshot.tasks),
        open_issues=facts.open_issue_facts(snapshot.issues, now),
        resolved_issues=facts.resolved_issue_facts(snapshot.issues, start, now),
        phases=facts.phase_facts(snapshot.stages, snapshot.phases),
        tasks_done=facts.tasks_done(snapshot.tasks, start, now),
        tasks_per_week=facts.tasks_per_week(snapshot.tasks, now),
        unknown_refs=tuple(dict.fromkeys(ref for one in named for ref in one.unknown_refs)),
        commits=len(named),
        set_aside=sum(not commit_gaps.is_work(one.commit) for one in named),
    )


def _carried(finding: Finding, before: Finding | None) -> Finding:
    if before is None:
        return replace(finding, state=NEW)
    return replace(
        finding,
        state=CARRIED,
        verdict=before.verdict,
        first_seen_at=before.first_seen_at,
        revision=before.revision,
    )
