"""Assess the gaps between plan and work: on demand, and as the Monday report."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain import gap_checks, ledger
from bot.domain.assess import assess, period_start
from bot.domain.assessment import Assessment, PlanSnapshot, Work
from bot.domain.effects import Effect, EffectKind
from bot.domain.evidence import LinkDecision, LinkVerdict, Memory
from bot.domain.findings import Finding, GapCheck, Report
from bot.domain.matching import Tier
from bot.domain.plan import Why
from bot.domain.prompts import PromptKind
from bot.domain.runs import Run
from bot.domain.triggers import triggers
from bot.domain.visibility import public
from bot.ports import PlanDatabase, PlanReader, PlanWriter
from bot.ports.evidence import Sources
from bot.usecases.answer_finding import asking_key
from bot.usecases.escalate_weekly import escalate_findings, page_effects
from bot.usecases.gather_work import Gathered, Period, gather_work
from bot.usecases.issue_dashboard import write_dashboard
from bot.usecases.judge_work import Judgement, judge_work
from bot.usecases.post_review import review_effect
from bot.usecases.prompting import send_prompt
from bot.usecases.reporting import NOT_AFTER, REPORT_KIND, channel_effect, file_effect, put_kpis
from bot.usecases.seeing import tasks_for
from bot.usecases.sign_report import skipped_sentence, unsigned_sentence

_LOOK_BACK = timedelta(days=28)  # after missed Mondays the period reaches back, but not for ever


@dataclass(frozen=True, slots=True, kw_only=True)
class _Assessed:
    """An assessment, with all that it was made from."""

    found: Assessment
    snapshot: PlanSnapshot
    gathered: Gathered
    judgement: Judgement


def assess_gaps(
    db: PlanDatabase,
    sources: Sources,
    workspace_id: str,
    *,
    now: datetime,
    is_now: bool = True,
) -> Assessment:
    """
    Compare the plan with the work since the last assessment; nothing is written or sent.

    Args:
        is_now: False for an assessment as of a day in the past: a week of it, without the memory.
    """
    return _assess(db, sources, workspace_id, now=now, is_now=is_now).found


def run_gap_assessment(
    db: PlanDatabase,
    sources: Sources,
    workspace_id: str,
    *,
    local_date: date,
    now: datetime,
    late: bool,
    runs: Sequence[Run] = (),
) -> Report | None:
    """
    Assess, keep the report and its questions, and have both sent: once a local date.

    None where the ledger says that this run was skipped.

    The period begins where the last report ended, so that a late or missed Monday hides nothing.

    Args:
        local_date: The Monday in the workspace's zone that the report belongs to.
        late: Whether it comes well after its slot; the summary says so.
        runs: What the ledger gets: this run, and those that are merged with it.
    """
    key = f"{REPORT_KIND}:{local_date.isoformat()}"
    with db.reading(workspace_id) as plan:
        if written := plan.report(key):
            return written
    assessed = _assess(db, sources, workspace_id, now=now)
    with db.changing(workspace_id) as plan:
        if written := plan.report(key):  # another replica was faster
            return written
        claimed = [run for run in runs if plan.claim_run(run)]
        if runs and runs[0] not in claimed:
            return None
        assessed = _dated(plan, assessed, local_date, late=late)
        has_repo = bool(sources.repos)
        report = _report(plan, key, assessed.found, has_repo=has_repo)
        _remember(plan, assessed)
        _keep(plan, report, assessed)
        _send(plan, report, assessed, merged=claimed[1:], has_repo=has_repo)
    return report


def _dated(plan: PlanReader, assessed: _Assessed, local_date: date, *, late: bool) -> _Assessed:
    """Return an assessment as that of a Monday, with what the one before lacks."""
    facts = replace(assessed.found.facts, unsigned=_unsigned(plan, local_date))
    dated = replace(assessed.found, late=late, local_date=local_date.isoformat(), facts=facts)
    return replace(assessed, found=dated)


def _report(plan: PlanWriter, key: str, found: Assessment, *, has_repo: bool) -> Report:
    dashboard = write_dashboard(plan, found.as_of, beside=key).path if has_repo else None
    return Report(
        key=key,
        kind=REPORT_KIND,
        local_date=found.local_date,
        as_of=found.as_of,
        # Where the audit trail ended: in git with the report, nobody makes it anew unseen.
        snapshot={
            **found.to_plain(),
            "trail": plan.trail_head().words,
            "dashboard": dashboard,
        },
    )


def _assess(
    db: PlanDatabase,
    sources: Sources,
    workspace_id: str,
    *,
    now: datetime,
    is_now: bool = True,
) -> _Assessed:
    with db.reading(workspace_id) as plan:
        snapshot = plan_snapshot(plan)
        memory, marks = plan.memory(), plan.probe_marks()
        earlier = plan.findings() if is_now else []
        last = plan.last_report(REPORT_KIND) if is_now else None
    zone = ZoneInfo(snapshot.workspace.zone)
    since = _since(last, now, zone)
    period = Period(since=since, now=now, is_now=is_now)
    gathered = gather_work(sources, snapshot, memory, marks, period)
    judgement = judge_work(snapshot, gathered.work, _known(memory, is_now=is_now), now=now)
    found = assess(
        snapshot,
        gathered.work,
        judgement.judged,
        now=now,
        zone=zone,
        since=since,
        earlier=earlier,
    )
    return _Assessed(found=found, snapshot=snapshot, gathered=gathered, judgement=judgement)


def _known(memory: Memory, *, is_now: bool) -> Memory:
    return memory if is_now else replace(memory, forecasts=())


def plan_snapshot(plan: PlanReader) -> PlanSnapshot:
    """Return the whole plan as it stands now; of restricted issues what everybody may see."""
    return PlanSnapshot(
        workspace=plan.workspace,
        phases=tuple(plan.phases()),
        stages=tuple(plan.stages()),
        tasks=tuple(tasks_for(plan, plan.tasks(), None)),
        issues=tuple(public(issue) for issue in plan.issues()),
        members=tuple(plan.members()),
        team=plan.team(),
    )


def _since(last: Report | None, now: datetime, zone: ZoneInfo) -> datetime:
    week = period_start(now, zone)
    if last is None:
        return week
    return max(min(week, last.as_of), now - _LOOK_BACK)


def _unsigned(plan: PlanReader, local_date: date) -> str:
    """Return what the assessment before lacks: signatures, or that there was none at all."""
    last = plan.last_report(REPORT_KIND)
    said = (skipped_sentence(last, local_date), unsigned_sentence(plan, last) if last else "")
    return " ".join(sentence for sentence in said if sentence)


def _remember(plan: PlanWriter, assessed: _Assessed) -> None:
    """Keep what was seen of the work, so that next Monday begins where this one ended."""
    gathered, now = assessed.gathered, assessed.found.as_of
    for repo, tips in gathered.tips.items():
        plan.put_tips(repo, tips, now)
    plan.put_commits(gathered.fresh)
    plan.put_readings(gathered.readings, gathered.marks)
    plan.put_forecasts(assessed.judgement.forecasts)


def _keep(plan: PlanWriter, report: Report, assessed: _Assessed) -> None:
    """Write the report, its findings, its questions, and the links that need no asking."""
    now, found = report.as_of, assessed.found
    why = Why(operation=report.key, actor_id="cadence", at=now, reason="the Monday gap assessment")
    earlier = plan.findings()
    gone = ledger.ended(found.findings, earlier, now, unread=assessed.gathered.work.unread)
    plan.put_findings((*found.findings, *gone))
    for decision in _certain(assessed.gathered.work, assessed.judgement):
        plan.save(decision, why)
    checks = plan.gap_checks()
    away = {person.key for person in plan.people().values() if person.is_away(now)}
    asked = gap_checks.questions(
        found.findings,
        assessed.snapshot,
        report_key=report.key,
        checks=checks,
        away=away,
        now=now,
    )
    for check in (*gap_checks.superseded(asked, checks), *_pointless(checks, gone)):
        plan.save(replace(check, removed_at=now), why)
    for check in asked:
        plan.save(check, why)
    plan.put_report(report)
    put_kpis(plan, report)


def _send(
    plan: PlanWriter, report: Report, assessed: _Assessed, *, merged: Sequence[Run], has_repo: bool
) -> None:
    """Have the report sent, its questions asked, and what it says escalated."""
    found, now = assessed.found, report.as_of
    for effect in _effects(plan, report, found, has_repo=has_repo):
        plan.emit(effect, now)
    for member_id, asking in _asking(plan.gap_checks(open_only=True), report):
        send_prompt(plan, asking, member_id, PromptKind.GAP_CHECKS, now)
    for run in merged:
        plan.emit(review_effect(plan, run, report_key=report.key), now)
    for effect in page_effects(plan, report, has_repo=has_repo):
        plan.emit(effect, now)
    names = {member.id: member.name for member in assessed.snapshot.members}
    triggered = triggers(assessed.snapshot, found.facts.forecasts, names, now)
    escalate_findings(plan, triggered, report)


def _certain(work: Work, judgement: Judgement) -> Iterator[LinkDecision]:
    own = {one.commit.sha for one in work.own}
    for sha, guess in judgement.judged.likely.items():
        if guess.is_certain and guess.record_key and sha in own:
            yield LinkDecision(
                key=f"{sha}:{guess.record_key}",
                sha=sha,
                record_key=guess.record_key,
                verdict=LinkVerdict.AUTO,
                score=guess.score,
                reason="; ".join(guess.reasons),
            )


def _pointless(checks: Sequence[GapCheck], gone: Sequence[Finding]) -> Iterator[GapCheck]:
    """Yield the open questions about gaps that are no longer there."""
    keys = {finding.key for finding in gone}
    return (check for check in checks if check.answer is None and check.finding_key in keys)


def _effects(
    plan: PlanReader, report: Report, found: Assessment, *, has_repo: bool
) -> Iterator[Effect]:
    wanted = [("summary", EffectKind.GAP_SUMMARY)]
    if found.findings or any(link.tier is Tier.LIKELY for link in found.links):
        wanted.append(("details", EffectKind.GAP_DETAILS))
    if found.findings:
        wanted.append(("file", EffectKind.GAP_FILE))
    if found.facts.chart:
        wanted.append(("chart", EffectKind.GAP_CHART))
    wanted.append(("sign", EffectKind.GAP_SIGN))
    for name, kind in wanted:
        yield channel_effect(f"{report.key}#{name}", kind, report, plan, report.as_of)
    if has_repo:
        yield replace(file_effect(report, report.as_of), key=f"{report.key}#repo", not_before=None)


def _asking(checks: Sequence[GapCheck], report: Report) -> Iterator[tuple[str, Effect]]:
    """Yield who is asked, and the effect that asks them."""
    bundles = {
        check.bundle: check.member_id
        for check in checks
        if check.bundle.startswith(f"{report.key}:")
    }
    for bundle, member_id in bundles.items():
        asking = Effect(
            key=asking_key(bundle),
            kind=EffectKind.GAP_CHECKS,
            payload={"bundle": bundle},
            lane=f"dm:{member_id}",
            not_after=report.as_of + NOT_AFTER,
        )
        yield member_id, asking
