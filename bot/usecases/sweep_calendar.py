"""Hand over to the engine the team's runs that are due, and account for those that are not run."""

import logging
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bot.domain.cadences import (
    ARCHITECTURE_REVIEW,
    GAP_ASSESSMENT,
    PHASE_REVIEW,
    Decision,
    cadences,
    decide,
)
from bot.domain.calendar import Schedule, Slot, due_slots, read_zone, start_of
from bot.domain.plan import Workspace
from bot.domain.runs import Run, RunState
from bot.domain.team import TEAM
from bot.errors import UserError
from bot.ports import Engine, PlanDatabase, PlanReader
from bot.usecases.sweep import ANOTHER_JOB_AFTER, SLOT

# After a clock was set back, what was due since is looked at again; the ledger stops doubles.
LOOK_BACK = timedelta(hours=1)
_MAX_LOOKED_BACK = 500  # changes of the settings

log = logging.getLogger(__name__)


def sweep_calendar(
    db: PlanDatabase, engine: Engine, workspaces: Iterable[Workspace], now: datetime
) -> None:
    """
    Submit each run of a team that became due since the last sweep, and account for the others.

    Every replica may sweep: the slot's key makes doubles harmless. A schedule seen for the
    first time starts now; nothing of the past is caught up. Of several missed runs the newest is
    run. A cursor moves after the engine has the job, so that a crash between the two hands it
    over again. It moves to the slot, not to now: who moves 09:00 to 08:00 at 08:30 still gets
    that day's.

    A run that was submitted and is in no ledger after an hour gets another job each hour until the
    next one is due, as an effect does: the engine gives up a job at five deaths of the process.

    Raises:
        OutageError: the engine takes no jobs; the cursors stay.
    """
    for workspace in workspaces:
        try:
            _sweep(db, engine, workspace, now)
        except UserError as error:
            log.warning("%s is not scheduled: %s", workspace.id, error)


def _sweep(db: PlanDatabase, engine: Engine, workspace: Workspace, now: datetime) -> None:
    with db.reading(workspace.id) as plan:
        due = _due(db, plan, workspace, now)
    if not due:
        return
    skipped = [
        skipped_run(job, one, now) for job, found in due.items() for one in found if one.skipped
    ]
    if skipped:
        with db.changing(workspace.id) as writer:
            for run in skipped:
                writer.claim_run(run)
    running = {job: one.slot for job, found in due.items() for one in found if not one.skipped}
    tries = {job: _try_of(db, workspace.id, job, slot, now) for job, slot in running.items()}
    _submit(engine, workspace.id, running, tries)
    # The merged run's cursor first: left alone after a crash it would be posted by itself.
    for job in sorted(due, key=lambda job: job != ARCHITECTURE_REVIEW):
        newest = due[job][-1].slot
        midnight = datetime.combine(newest.local_date, time(), UTC)
        db.move_cursor(_date_cursor(workspace.id, job), midnight)
        db.move_cursor(_cursor(workspace.id, job), newest.instant)


def _due(
    db: PlanDatabase, plan: PlanReader, workspace: Workspace, now: datetime
) -> dict[str, list[Decision]]:
    found, pauses = {}, None
    for schedule in cadences(workspace, plan.team()):
        slots = _slots(db, plan, schedule, now)
        if slots:
            pauses = plan.pauses() if pauses is None else pauses
            found[schedule.job] = decide(slots, schedule.job, pauses)
    return found


def _slots(db: PlanDatabase, plan: PlanReader, schedule: Schedule, now: datetime) -> list[Slot]:
    """Return what a schedule is due since its cursor, after what was given up at it."""
    name = _cursor(plan.workspace.id, schedule.job)
    reached = db.cursor(name)
    if reached is None:
        db.move_cursor(name, now)
        return []
    handed = db.cursor(_date_cursor(plan.workspace.id, schedule.job))
    day = handed.date() if handed else None
    due = due_slots(schedule, after=since(reached, now), until=now)
    planned = _planned_from(plan) if due and schedule.job == PHASE_REVIEW else None
    if planned is not None and due[0].instant < planned:
        db.move_cursor(name, planned - timedelta(microseconds=1))
        due = [slot for slot in due if slot.instant >= planned]
    given_up = _given_up(plan, schedule, day, reached, now)
    return [*given_up, *(slot for slot in due if slot.local_date != day)]


def _planned_from(plan: PlanReader) -> datetime | None:
    """
    Return the start of the day on which the phase review was given its Friday; None for the first.

    What the new fortnight has before that day was planned by nobody, so it was not missed either.
    """
    changes = plan.changes(kind="team", key=TEAM, limit=_MAX_LOOKED_BACK)
    named = next((each.why.at for each in changes if "review_anchor" in each.after), None)
    if named is None:
        return None
    zone = read_zone(plan.workspace.zone)
    return start_of(named.astimezone(zone).date(), zone)


def _given_up(
    plan: PlanReader, schedule: Schedule, day: date | None, reached: datetime, now: datetime
) -> list[Slot]:
    """
    Return the slot that was handed over last, where it is in no ledger after an hour.

    By its date and the moment at which it was due: the schedule may be another by now.
    """
    if day is None or now - reached < ANOTHER_JOB_AFTER:
        return []
    if plan.run(schedule.job, "", day.isoformat()) is not None:
        return []
    placed, reason = schedule.calendar.place(day)
    return [
        Slot(
            key=f"{schedule.job}:{day}",
            instant=reached,
            local_date=day,
            late_s=(now - reached).total_seconds(),
            reason=reason if placed else "",
        )
    ]


def _try_of(db: PlanDatabase, workspace_id: str, job: str, slot: Slot, now: datetime) -> str:
    """Return what tells this hour's job from the first one, "" for the first."""
    if db.cursor(_cursor(workspace_id, job)) != slot.instant:
        return ""
    return f"@{(now - slot.instant) // ANOTHER_JOB_AFTER}"


def since(reached: datetime, now: datetime) -> datetime:
    """Return from when on a sweep looks: a cursor of the future means that the clock went back."""
    return reached if reached <= now else now - LOOK_BACK


def _cursor(workspace_id: str, job: str) -> str:
    return f"{workspace_id}:{job}"


def _date_cursor(workspace_id: str, job: str) -> str:
    """Return the name of what holds the date of the slot at the cursor, as its midnight in UTC."""
    return f"{_cursor(workspace_id, job)}:date"


def skipped_run(job: str, decision: Decision, now: datetime, subject: str = "") -> Run:
    """Return the row of the ledger of a run that does not take place."""
    slot = decision.slot
    return Run(
        job=job,
        subject=subject,
        local_date=slot.local_date.isoformat(),
        due_at=slot.instant,
        at=now,
        state=RunState.SKIPPED,
        late_s=int(slot.late_s),
        reason=decision.skipped,
    )


def _submit(
    engine: Engine, workspace_id: str, running: Mapping[str, Slot], tries: Mapping[str, str]
) -> None:
    """
    Submit the runs; the architecture review goes along with the Monday that is run.

    Args:
        tries: By job, what its key ends in.
    """
    merged = running.get(ARCHITECTURE_REVIEW) if GAP_ASSESSMENT in running else None
    for job, slot in running.items():
        if slot is merged:
            continue
        more: dict[str, Any] = {"reason": slot.reason} if slot.reason else {}
        if merged is not None and job == GAP_ASSESSMENT:
            more["merged"] = merged.local_date.isoformat()
            more["merged_due"] = merged.instant.isoformat()
        engine.submit(
            SLOT,
            f"slot:{workspace_id}:{slot.key}{tries[job]}",
            {
                "workspace_id": workspace_id,
                "job": job,
                "local_date": slot.local_date.isoformat(),
                "due": slot.instant.isoformat(),
                **more,
            },
            lane=f"{workspace_id}:{job}",
        )
