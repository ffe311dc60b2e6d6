"""What every repair shares: the stage or task it is about, and a person's word on it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.findings import Finding
from bot.domain.plan import Stage, Status, Task
from bot.domain.plan_gaps import stage_name
from bot.errors import UserError
from bot.ports import PlanWriter
from bot.usecases.asking import Asker
from bot.usecases.say_progress import say_progress


def complete_task(
    plan: PlanWriter, task: Task, minutes: int | None, done_at: datetime, asker: Asker
) -> None:
    """Complete a task, at the moment and with the minutes that are known."""
    after = replace(
        task,
        status=Status.COMPLETE,
        actual_minutes=minutes or task.actual_minutes,
        completed_at=task.completed_at or done_at,
    )
    plan.save(after, asker.why())


def write_word(plan: PlanWriter, stage: Stage, note: str, asker: Asker) -> None:
    """Write a stage, and that somebody spoke of its progress."""
    say_progress(plan, stage, asker.why(), note=note, progress=stage.progress)


def proposed_moment(proposal: Mapping[str, Any], name: str, now: datetime) -> datetime | None:
    """Return a proposed moment; a commit dated in the future proposes none."""
    said = proposal.get(name)
    moment = datetime.fromisoformat(said) if said else None
    return moment if moment and moment <= now else None


def subject_of(finding: Finding) -> str:
    """Return the key of what a finding is about; work that the plan lacks is about no record."""
    if not finding.record_keys:
        raise UserError("This gap can't be answered like that.")
    return finding.record_keys[0]


def unfinished_stage(plan: PlanWriter, key: str) -> Stage:
    """Return a stage that is not complete: only "reopen" takes that back."""
    stage = known_stage(plan, key)
    if stage.status is Status.COMPLETE:
        raise UserError(f"{stage_name(stage)} was completed in the meantime: reopen it first.")
    return stage


def known_stage(plan: PlanWriter, key: str) -> Stage:
    """Return a stage of the plan; one that was removed is a `UserError`."""
    stage = plan.stage(key)
    if stage is None or stage.removed_at is not None:
        raise UserError("This stage was removed from the plan, so there is nothing to answer.")
    return stage


def known_task(plan: PlanWriter, key: str) -> Task:
    """Return a task of the plan; one that was removed is a `UserError`."""
    task = plan.task(key)
    if task is None:
        raise gone()
    return present(task)


def present(task: Task) -> Task:
    """Return the task, unless it was removed from the plan."""
    if task.removed_at is not None:
        raise UserError("This task was removed from the plan, so there is nothing to answer.")
    return task


def gone() -> UserError:
    """Return the error for a record that was removed while its question stood."""
    return UserError("What this is about was removed from the plan, so there is nothing to answer.")
