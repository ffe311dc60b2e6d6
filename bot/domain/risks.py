"""Deliverables at risk: what their forecast or their date says, with what would help."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.assessment import PlanSnapshot
from bot.domain.findings import Finding, FindingKind
from bot.domain.issues import Severity
from bot.domain.plan import Stage, Status
from bot.domain.plan_gaps import days
from bot.domain.slips import StageOutlook

RECENT = timedelta(weeks=4)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """A stage's outlook, and whom to ask about it."""

    stage: StageOutlook
    owner_id: str | None = None
    owner_text: str | None = None


def outlook_of(
    snapshot: PlanSnapshot,
    stage: Stage,
    p85: datetime | None,
    *,
    never: bool = False,
    now: datetime,
) -> Outlook:
    """
    Return what is known of one stage's end, from its tasks, issues and last word.

    Args:
        p85: Its forecast's date; None where there is none, or `never`.
        never: The forecast says "not within ten years".
    """
    tasks = [task for task in snapshot.tasks if task.stage_key == stage.key]
    done = [task for task in tasks if task.status is Status.COMPLETE]
    worst = [
        issue.key
        for issue in snapshot.issues
        if stage.key in issue.stage_keys
        and issue.status.is_open
        and issue.severity <= Severity.MAJOR
    ]
    last = stage.last_progress_at
    return Outlook(
        stage=StageOutlook(
            ref=stage.ref or stage.key,
            remaining=len(tasks) - len(done) if tasks else int(stage.status is not Status.COMPLETE),
            planned_end=stage.planned_end,
            p85=p85,
            never=never,
            has_owner=bool(stage.owner_id or stage.owner_text),
            has_estimate=all(t.estimate_minutes for t in tasks) if tasks else bool(stage.duration),
            silent_days=(now - last).days if last else None,
            blocked_by=tuple(worst),
            added_tasks=sum(bool(t.created_at and now - t.created_at <= RECENT) for t in tasks),
            done_tasks=sum(bool(t.completed_at and now - t.completed_at <= RECENT) for t in done),
        ),
        owner_id=stage.owner_id,
        owner_text=stage.owner_text,
    )


@dataclass(frozen=True, slots=True)
class Deliverable:
    """A phase or stage with a date, by the name that people read."""

    key: str
    ref: str | None
    name: str
    planned_end: datetime


def at_risk_finding(
    deliverable: Deliverable,
    *,
    ends: tuple[datetime | None, datetime | None] | None,
    drivers: Sequence[tuple[str, str]],
    owner: Outlook | None,
    now: datetime,
) -> Finding | None:
    """
    Return the finding where a deliverable will miss its date, or has; None where it will not.

    Args:
        ends: The forecast's P50 and P85, None for "not within ten years"; None without a forecast.
        drivers: What pushes the date, worst first, each with what would help.
    """
    planned_end = deliverable.planned_end
    p50, p85 = ends or (None, None)
    never = ends is not None and p85 is None
    late_by = (p85 - planned_end) / _DAY if p85 else None
    # A day is kept as its midnight in UTC: it is over when the next one begins.
    if now < planned_end + _DAY and not never and (late_by is None or late_by < 1):
        return None
    said = f"was planned for {planned_end:%Y-%m-%d} and is not complete"
    if never:
        said = f"is planned for {planned_end:%Y-%m-%d}; by its pace it takes more than ten years"
    if late_by is not None and late_by >= 1 and p50 and p85:
        said = (
            f"is planned for {planned_end:%Y-%m-%d}; by its pace it ends on {p50:%Y-%m-%d}"
            f" (as likely as not) to {p85:%Y-%m-%d} (P85), {days(round(late_by))} late"
        )
    lines = [line for line, _ in drivers]
    if drivers and drivers[0][1]:
        lines.append(f"what would help: {drivers[0][1]}")
    return Finding(
        key=f"{FindingKind.DELIVERABLE_AT_RISK}:{deliverable.key}",
        kind=FindingKind.DELIVERABLE_AT_RISK,
        refs=(deliverable.ref,) if deliverable.ref else (),
        record_keys=(deliverable.key,),
        owner_id=owner.owner_id if owner else None,
        owner_text=owner.owner_text if owner else None,
        text=f"{deliverable.name} {said}.",
        evidence=tuple(lines),
        proposal={"planned_end": p85.isoformat()} if p85 and p85 > planned_end else {},
        first_seen_at=now,
    )
