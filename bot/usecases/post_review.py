"""The phase review and the architecture review: one post each, once."""

from datetime import date

from bot.domain.cadences import PHASE_REVIEW
from bot.domain.calendar_outcomes import Review
from bot.domain.effects import Effect, EffectKind
from bot.domain.findings import FindingKind
from bot.domain.runs import Run, RunState
from bot.ports import PlanDatabase, PlanReader
from bot.usecases.reporting import NOT_AFTER, REPORT_KIND


def post_review(db: PlanDatabase, workspace_id: str, run: Run) -> None:
    """Account for a run and have its review posted; a run decided before changes nothing."""
    with db.changing(workspace_id) as plan:
        if plan.claim_run(run):
            plan.emit(review_effect(plan, run), run.at)


def review_effect(plan: PlanReader, run: Run, *, report_key: str = "") -> Effect:
    """
    Return the effect that posts a review.

    Args:
        report_key: The report in whose thread it goes; a message of its own without one.
    """
    return Effect(
        key=f"{run.job}:{run.local_date}#post",
        kind=EffectKind.REVIEW,
        payload={
            "job": run.job,
            "date": run.local_date,
            "report": report_key,
            "late": run.state is RunState.LATE,
        },
        lane=plan.workspace.channel,
        not_after=run.at + NOT_AFTER,
    )


def read_review(plan: PlanReader, job: str, local_date: date, *, late: bool) -> Review:
    """Return what a review shows."""
    issues = plan.issues(open_only=True)
    seen = tuple(issue for issue in issues if not issue.visible_to)
    report = plan.last_report(REPORT_KIND) if job == PHASE_REVIEW else None
    findings = report.snapshot["findings"] if report else ()
    return Review(
        local_date=local_date,
        late=late,
        phases=tuple(plan.phases()),
        stages=tuple(plan.stages()),
        issues=seen,
        not_shown=len(issues) - len(seen),
        risks=tuple(
            finding["text"]
            for finding in findings
            if finding["kind"] == FindingKind.DELIVERABLE_AT_RISK
        ),
        assessed=report.local_date if report else "",
    )
