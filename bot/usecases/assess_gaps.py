"""Assess the gaps between plan and work: on demand, and as the Monday report."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.domain import gap_checks
from bot.domain.activity import Activity
from bot.domain.assessment import (
    Assessment,
    PlanSnapshot,
    assess,
    carry,
    detail_sections,
    gone,
    period_start,
    unsnoozed,
)
from bot.domain.effects import Effect, EffectKind
from bot.domain.findings import Finding, GapCheck, Report
from bot.domain.plan import Why
from bot.errors import NotAssessedError
from bot.ports import ActivitySource, PlanDatabase, PlanReader, PlanWriter

REPORT_KIND = "gap_assessment"
NOT_AFTER = timedelta(hours=24)  # a summary that is a day late helps nobody
_LOOK_BACK = timedelta(days=28)  # after missed Mondays the period reaches back, but not for ever


def assess_gaps(
    db: PlanDatabase,
    activity: ActivitySource,
    repos: Sequence[Path],
    workspace_id: str,
    *,
    now: datetime,
) -> Assessment:
    """Compare the plan with the week before `now`; nothing is written or sent."""
    assessment, _ = _assess(db, activity, repos, workspace_id, now=now, since=None)
    return assessment


def run_gap_assessment(
    db: PlanDatabase,
    activity: ActivitySource,
    repos: Sequence[Path],
    workspace_id: str,
    *,
    local_date: date,
    now: datetime,
    late: bool,
) -> Report:
    """
    Assess, keep the report and its questions, and have both sent: once a local date.

    The period begins where the last report ended, so that a late or missed Monday hides nothing.

    Args:
        local_date: The Monday in the workspace's zone that the report belongs to.
        late: Whether it comes well after its slot; the summary says so.
    """
    key = f"{REPORT_KIND}:{local_date.isoformat()}"
    with db.reading(workspace_id) as plan:
        written = plan.report(key)
        last = plan.last_report(REPORT_KIND)
        zone = ZoneInfo(plan.workspace.zone)
    if written:
        return written
    since = _since(last, now, zone)
    assessment, snapshot = _assess(db, activity, repos, workspace_id, now=now, since=since)
    assessment = replace(assessment, late=late, local_date=local_date.isoformat())
    report = Report(
        key=key,
        kind=REPORT_KIND,
        local_date=local_date.isoformat(),
        as_of=now,
        snapshot=assessment.to_plain(),
    )
    with db.changing(workspace_id) as plan:
        if written := plan.report(key):  # another replica was faster
            return written
        _keep(plan, report, assessment, snapshot)
        for effect in _effects(plan, report, assessment, has_repo=bool(repos)):
            plan.emit(effect, now)
    return report


def _assess(
    db: PlanDatabase,
    activity: ActivitySource,
    repos: Sequence[Path],
    workspace_id: str,
    *,
    now: datetime,
    since: datetime | None,
) -> tuple[Assessment, PlanSnapshot]:
    with db.reading(workspace_id) as plan:
        snapshot = _snapshot(plan)
        earlier, checks = plan.findings(), plan.gap_checks()
    zone = ZoneInfo(snapshot.workspace.zone)
    start = since or period_start(now, zone)
    activities, missing = _read(activity, repos, since=start, until=now)
    assessment = assess(snapshot, activities, missing, now=now, zone=zone, since=start)
    shown = carry(unsnoozed(assessment.findings, checks, now), earlier)
    return replace(assessment, findings=shown), snapshot


def _snapshot(plan: PlanReader) -> PlanSnapshot:
    return PlanSnapshot(
        workspace=plan.workspace,
        phases=tuple(plan.phases()),
        stages=tuple(plan.stages()),
        tasks=tuple(plan.tasks()),
        issues=tuple(plan.issues()),
        members=tuple(plan.members()),
    )


def _read(
    activity: ActivitySource, repos: Sequence[Path], *, since: datetime, until: datetime
) -> tuple[list[Activity], list[str]]:
    if not repos:
        return [], ["Commits: no repository is set. Write its folder into PROJECT_REPO."]
    read: list[Activity] = []
    missing: list[str] = []
    for path in repos:
        try:
            read.append(activity.read(path, since=since, until=until))
        except NotAssessedError as error:
            missing.append(f"Commits of {path.name or path}: {error}")
    return read, missing


def _since(last: Report | None, now: datetime, zone: ZoneInfo) -> datetime:
    week = period_start(now, zone)
    if last is None:
        return week
    return max(min(week, last.as_of), now - _LOOK_BACK)


def _keep(plan: PlanWriter, report: Report, assessment: Assessment, snapshot: PlanSnapshot) -> None:
    """Write the report, its findings and its questions."""
    now = report.as_of
    why = Why(operation=report.key, actor_id="cadence", at=now, reason="the Monday gap assessment")
    plan.put_findings((*assessment.findings, *_ended(plan, assessment)))
    checks = plan.gap_checks()
    asked = gap_checks.questions(
        assessment.findings, snapshot, report_key=report.key, checks=checks, now=now
    )
    for check in gap_checks.superseded(asked, checks):
        plan.save(replace(check, removed_at=now), why)
    for check in asked:
        plan.save(check, why)
    plan.put_report(report)


def _ended(plan: PlanReader, assessment: Assessment) -> Sequence[Finding]:
    """Return the earlier findings that ended: nothing ends because it rests or was not read."""
    if assessment.not_assessed:
        return ()
    ended = gone(assessment.findings, plan.findings())
    return unsnoozed(ended, plan.gap_checks(), assessment.as_of)


def _effects(
    plan: PlanReader, report: Report, assessment: Assessment, *, has_repo: bool
) -> Iterator[Effect]:
    lane = plan.workspace.channel
    until = report.as_of + NOT_AFTER
    payload = {"report": report.key}
    yield Effect(
        key=f"{report.key}#summary",
        kind=EffectKind.GAP_SUMMARY,
        payload=payload,
        lane=lane,
        not_after=until,
    )
    for part, _ in enumerate(detail_sections(assessment.findings)):
        yield Effect(
            key=f"{report.key}#details:{part}",
            kind=EffectKind.GAP_DETAILS,
            payload={**payload, "part": part},
            lane=lane,
            not_after=until,
        )
    if assessment.findings:
        yield Effect(
            key=f"{report.key}#file",
            kind=EffectKind.GAP_FILE,
            payload=payload,
            lane=lane,
            not_after=until,
        )
    if has_repo:
        yield Effect(
            key=f"{report.key}#repo", kind=EffectKind.GAP_REPORT, payload=payload, lane="repo"
        )
    yield from _asking(plan.gap_checks(open_only=True), report)


def _asking(checks: Sequence[GapCheck], report: Report) -> Iterator[Effect]:
    bundles = {
        check.bundle: check.member_id
        for check in checks
        if check.bundle.startswith(f"{report.key}:")
    }
    for bundle, member_id in bundles.items():
        yield Effect(
            key=f"{bundle}#ask",
            kind=EffectKind.GAP_CHECKS,
            payload={"bundle": bundle},
            lane=f"dm:{member_id}",
            not_after=report.as_of + NOT_AFTER,
        )
