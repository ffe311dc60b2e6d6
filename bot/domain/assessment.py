"""The gap assessment: the plan compared with the work, as one frozen value."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain import commit_gaps, facts, plan_gaps
from bot.domain.activity import Activity
from bot.domain.facts import Facts, IssueFact, PhaseFact
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
        project: The workspace's name, maybe "".
        late: Whether it came well after its slot.
        not_assessed: Sentences: what was not looked at, and why.
        remarks: Sentences a reader of the commits should know, such as "shallow clone".
    """

    as_of: datetime
    period_start: datetime
    zone: str = "UTC"
    project: str = ""
    late: bool = False
    findings: tuple[Finding, ...] = ()
    links: tuple[Link, ...] = ()
    not_assessed: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    facts: Facts = field(default_factory=Facts)

    def to_plain(self) -> dict[str, Any]:
        """Return plain JSON from which message, thread and file are made."""
        return {
            "version": VERSION,
            "as_of": self.as_of.isoformat(),
            "period_start": self.period_start.isoformat(),
            "zone": self.zone,
            "project": self.project,
            "late": self.late,
            "findings": [_plain_finding(finding) for finding in self.findings],
            "links": [asdict(link) for link in self.links],
            "not_assessed": list(self.not_assessed),
            "remarks": list(self.remarks),
            "facts": _plain(asdict(self.facts)),
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Assessment":
        """Return the assessment that `to_plain` wrote."""
        return cls(
            as_of=datetime.fromisoformat(plain["as_of"]),
            period_start=datetime.fromisoformat(plain["period_start"]),
            zone=plain["zone"],
            project=plain["project"],
            late=plain["late"],
            findings=tuple(map(_finding, plain["findings"])),
            links=tuple(Link(**link) for link in plain["links"]),
            not_assessed=tuple(plain["not_assessed"]),
            remarks=tuple(plain["remarks"]),
            facts=_facts(plain["facts"]),
        )


def assess(
    snapshot: PlanSnapshot,
    activities: Sequence[Activity],
    not_assessed: Sequence[str] = (),
    *,
    now: datetime,
    zone: ZoneInfo,
) -> Assessment:
    """
    Compare a plan with the commits of the week that ends at `now`.

    Args:
        activities: What arrived in each repository that could be read, since `period_start`.
        not_assessed: Why the others could not.
    """
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
        period_start=period_start(now, zone),
        zone=zone.key,
        project=snapshot.workspace.name,
        findings=tuple(sorted(findings, key=lambda finding: ORDER.index(finding.kind))),
        links=links_of(named, refs),
        not_assessed=tuple(missing),
        remarks=tuple(f"{one.repo}: {remark}." for one in activities for remark in one.remarks),
        facts=_counted(snapshot, named, now, zone),
    )


def period_start(now: datetime, zone: ZoneInfo) -> datetime:
    """Return the same wall-clock time seven days before, in UTC."""
    local = now.astimezone(zone).replace(tzinfo=None) - WEEK
    return local.replace(tzinfo=zone).astimezone(UTC)


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


def _counted(snapshot: PlanSnapshot, named: list[Named], now: datetime, zone: ZoneInfo) -> Facts:
    start = period_start(now, zone)
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


def _plain_finding(finding: Finding) -> dict[str, Any]:
    owner = finding.owner_id or finding.owner_text
    plain: dict[str, Any] = _plain(asdict(finding))
    return {**plain, "owner": owner}


def _finding(plain: Mapping[str, Any]) -> Finding:
    known = {name.name: plain[name.name] for name in fields(Finding)}
    seen = known["first_seen_at"]
    for name in ("refs", "record_keys", "commits", "evidence"):
        known[name] = tuple(known[name])
    return Finding(
        **{
            **known,
            "kind": FindingKind(known["kind"]),
            "first_seen_at": datetime.fromisoformat(seen) if seen else None,
        }
    )


def _facts(plain: Mapping[str, Any]) -> Facts:
    return Facts(
        **{
            **plain,
            "stages": tuple((status, number) for status, number in plain["stages"]),
            "open_issues": tuple(IssueFact(**issue) for issue in plain["open_issues"]),
            "resolved_issues": tuple(IssueFact(**issue) for issue in plain["resolved_issues"]),
            "phases": tuple(PhaseFact(**phase) for phase in plain["phases"]),
            "unknown_refs": tuple(plain["unknown_refs"]),
        }
    )


def _plain(value: Any) -> Any:
    """Return plain JSON of dataclass fields: lists for tuples, words for enums, ISO moments."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, datetime) else value
