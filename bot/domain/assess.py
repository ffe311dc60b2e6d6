"""The rules of the gap assessment: the plan compared with the work."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain import commit_gaps, facts, ledger, plan_gaps
from bot.domain.activity import Commit
from bot.domain.assessment import Assessment, Judged, PlanSnapshot, Work
from bot.domain.completion_gaps import completed_stage_findings, completed_task_findings
from bot.domain.contradictions import contradiction_findings
from bot.domain.evidence import LinkDecision, SeenCommit, WorkRule
from bot.domain.evidence_gaps import (
    counter_findings,
    idle_findings,
    no_evidence_findings,
    started_findings,
)
from bot.domain.facts import Facts
from bot.domain.finding_order import ORDER
from bot.domain.findings import Finding, FindingKind
from bot.domain.link_decisions import decide
from bot.domain.matching import (
    Link,
    Named,
    links_of,
    plan_refs,
    read_commit,
    records_by_key,
    records_of,
)
from bot.domain.pieces import pieces_of_work
from bot.domain.plan import Status
from bot.domain.progress_claims import progress_claims
from bot.domain.stage_evidence import Evidence, gather_evidence
from bot.domain.work import counted, set_aside

WEEK = timedelta(days=7)


def match(
    snapshot: PlanSnapshot,
    seen: Sequence[SeenCommit],
    decisions: Iterable[LinkDecision] = (),
    rules: Sequence[WorkRule] = (),
) -> Work:
    """Return the commits with what they name of the plan, and which are no work of their own."""
    refs = plan_refs(snapshot.stages, snapshot.tasks, snapshot.phases)
    commits = [one.commit for one in seen]
    # What was decided about a stage or task that is gone by now says nothing any more.
    here = records_by_key(snapshot.stages, snapshot.tasks)
    named = decide(
        [read_commit(commit, refs) for commit in commits],
        [decision for decision in decisions if decision.record_key in here],
        [rule for rule in rules if rule.record_key is None or rule.record_key in here],
        refs,
    )
    return Work(
        refs=refs,
        seen=tuple(seen),
        named=tuple(named),
        set_aside=set_aside(commits, rules),
    )


def assess(
    snapshot: PlanSnapshot,
    work: Work,
    judged: Judged,
    *,
    now: datetime,
    zone: ZoneInfo,
    since: datetime | None = None,
    earlier: Sequence[Finding] = (),
) -> Assessment:
    """
    Compare a plan with the work of the period that ends at `now`.

    Args:
        now: End of the period; every age is counted to it.
        zone: In which weeks and days are counted.
        since: Start of the period; a week before `now` unless told.
        earlier: The ledger: findings of earlier assessments, whatever their state.
    """
    start = since or period_start(now, zone)
    missing = list(work.not_assessed)
    if work.seen and not (snapshot.stages or snapshot.tasks):
        missing.append("Commits: the plan has no stages and no tasks to compare them with.")
        work = replace(work, seen=(), named=(), unread=ledger.FROM_GIT)
    evidence = gather_evidence(
        work.own, snapshot.tasks, work.refs, now, hints=work.named, likely=judged.likely
    )
    missing += _untold(snapshot, work, evidence)
    in_git = _git_findings(snapshot, work, evidence, now)
    found = [
        *_plan_findings(snapshot, judged, now),
        *in_git,
        *_unplanned(snapshot, work, judged, earlier, in_git, zone, now),
    ]
    found.sort(key=lambda finding: ORDER.index(finding.kind))
    shown = ledger.carry(found, earlier, now)
    counts = _counted(snapshot, work, judged, start, now, zone)
    return Assessment(
        as_of=now,
        period_start=start,
        zone=zone.key,
        local_date=now.astimezone(zone).date().isoformat(),
        project=snapshot.workspace.name,
        findings=shown,
        links=_links_of_period(work, judged, start, now),
        not_assessed=tuple(missing),
        remarks=work.remarks,
        facts=replace(counts, names=_names(snapshot, shown)),
    )


def _names(snapshot: PlanSnapshot, shown: Sequence[Finding]) -> tuple[tuple[str, str], ...]:
    people = [*(one.owner_id for one in shown), *(issue.owner_id for issue in snapshot.issues)]
    return facts.member_names(snapshot.members, people)


def period_start(now: datetime, zone: ZoneInfo) -> datetime:
    """Return the same wall-clock time seven days before, in UTC."""
    local = now.astimezone(zone).replace(tzinfo=None) - WEEK
    return local.replace(tzinfo=zone).astimezone(UTC)


def _plan_findings(snapshot: PlanSnapshot, judged: Judged, now: datetime) -> list[Finding]:
    stages, tasks, phases = snapshot.stages, snapshot.tasks, snapshot.phases
    return [
        *plan_gaps.issue_findings(snapshot.issues, snapshot.counting, now),
        *judged.at_risk,
        *plan_gaps.stage_findings(stages, now),
        *plan_gaps.upcoming_findings(stages, tasks, phases, now),
        *contradiction_findings(stages, tasks, phases, now),
        *(_with_estimate(one, judged) for one in plan_gaps.task_findings(tasks, now)),
    ]


def _with_estimate(finding: Finding, judged: Judged) -> Finding:
    if finding.kind is not FindingKind.TASK_NO_ESTIMATE:
        return finding
    proposal = judged.estimates.get(finding.record_keys[0], {})
    lines = tuple(proposal.get("lines", ()))
    return replace(finding, proposal=proposal, evidence=(*finding.evidence, *lines))


def _git_findings(
    snapshot: PlanSnapshot, work: Work, evidence: Evidence, now: datetime
) -> list[Finding]:
    own, refs, stages = work.own, work.refs, snapshot.stages
    done = list(completed_stage_findings(own, refs, now))
    complete = {key for finding in done for key in finding.record_keys}
    by_key = {stage.key: stage for stage in stages}
    readings = [*work.readings, *progress_claims(own, refs)]
    counters = [
        finding
        for finding in counter_findings(readings, by_key, now)
        if finding.record_keys[0] not in complete
    ]
    known = complete | {finding.record_keys[0] for finding in counters}
    silent = not work.unread
    return [
        *done,
        *completed_task_findings(own, refs, now),
        *counters,
        *started_findings(own, refs, now, complete=known),
        *(no_evidence_findings(stages, evidence, now) if silent else ()),
        *(idle_findings(stages, evidence, now) if silent else ()),
        *commit_gaps.missing_stage_findings(_asked_about(work), refs, now),
        *commit_gaps.ambiguity_findings(stages, own, now),
    ]


def _asked_about(work: Work) -> list[Named]:
    """Return the work that arrived since the first assessment."""
    new = work.new
    return [one for one in work.own if one.commit.sha in new]


def _unplanned(
    snapshot: PlanSnapshot,
    work: Work,
    judged: Judged,
    earlier: Sequence[Finding],
    in_git: Sequence[Finding],
    zone: ZoneInfo,
    now: datetime,
) -> list[Finding]:
    """Return undocumented work; not the commits of stages that the plan lacks, found in git."""
    missing_of = {
        sha for one in in_git if one.kind is FindingKind.STAGE_MISSING for sha in one.commits
    }
    handled = ledger.handled_commits(earlier, now)
    certain = {sha for sha, guess in judged.likely.items() if guess.is_certain}
    open_work = [
        one
        for one in _asked_about(work)
        if not (one.is_planned or one.commit.sha in missing_of)
        and one.commit.sha not in handled
        and one.commit.sha not in certain
    ]
    about = commit_gaps.Unplanned(
        likely=judged.likely,
        records=records_by_key(snapshot.stages, snapshot.tasks),
        owner=commit_gaps.owner_of_commits(snapshot.members),
        zone=zone,
        now=now,
    )
    return ledger.adopted(list(commit_gaps.unplanned_findings(open_work, about)), earlier)


def _untold(snapshot: PlanSnapshot, work: Work, evidence: Evidence) -> list[str]:
    """Return what can't be told of the stages that the plan calls complete."""
    complete = [s for s in snapshot.stages if s.status is Status.COMPLETE and not s.is_code_free]
    undated = sum(not s.completed_at and not evidence.by_stage.get(s.key) for s in complete)
    if not work.seen or not undated:
        return []
    if not evidence.is_telling:
        return ["Completions without evidence: commits here rarely name their stage."]
    number = "1 complete stage" if undated == 1 else f"{undated} complete stages"
    return [f"Completions without evidence: nothing records when {number} ended."]


def _links_of_period(
    work: Work, judged: Judged, start: datetime, now: datetime
) -> tuple[Link, ...]:
    arrived = work.arrived(start, now)
    named = [one for one in work.named if one.commit.sha in arrived]
    return links_of(named, work.refs, judged.likely)


def _counted(
    snapshot: PlanSnapshot,
    work: Work,
    judged: Judged,
    start: datetime,
    now: datetime,
    zone: ZoneInfo,
) -> Facts:
    arrived = work.arrived(start, now)
    return Facts(
        stages=facts.stage_counts(snapshot.stages),
        tasks=len(snapshot.tasks),
        open_issues=facts.open_issue_facts(
            snapshot.issues,
            now,
            snapshot.counting,
            {stage.key: stage for stage in snapshot.stages},
            {task.key: task for task in snapshot.tasks},
        ),
        resolved_issues=facts.resolved_issue_facts(snapshot.issues, start, now, snapshot.counting),
        phases=facts.phase_facts(snapshot.stages, snapshot.phases),
        tasks_done=facts.tasks_done(snapshot.tasks, start, now),
        tasks_per_week=facts.tasks_per_week(snapshot.tasks, now),
        unknown_refs=tuple(dict.fromkeys(ref for one in work.named for ref in one.unknown_refs)),
        commits=len(arrived),
        set_aside=counted(why for sha, why in work.set_aside.items() if sha in arrived),
        pieces_planned=_planned_pieces(work, judged, arrived, zone),
        stages_old=facts.stages_old(snapshot.stages, now),
        stages_documented=sum(bool(stage.docs_url) for stage in snapshot.stages),
        resolution=facts.resolution_facts(snapshot.issues, now),
        forecasts=judged.forecasts,
        calibration=judged.calibration,
        unplaced_counters=facts.unplaced_counters(work.readings),
        forecast_errors=judged.forecast_errors,
        chart=judged.chart,
    )


def _planned_pieces(work: Work, judged: Judged, arrived: set[str], zone: ZoneInfo) -> int:
    homes: dict[str, str] = {}
    commits: list[Commit] = []
    for one in work.own:
        guess = judged.likely.get(one.commit.sha)
        keys = [*records_of(one, work.refs), *one.stage_refs, *one.task_refs]
        if guess and guess.is_certain and guess.record_key:
            keys.append(guess.record_key)
        if keys and one.commit.sha in arrived:
            homes[one.commit.sha] = keys[0]
            commits.append(one.commit)
    return len(pieces_of_work(commits, homes, zone))
