"""Log progress on a stage: `/bqx progress` and its form (the brief's "Daily Updates")."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.domain.entries import CompletedTask, Concern, ProgressEntry
from bot.domain.findings import GapAnswer
from bot.domain.issues import Severity
from bot.domain.outcomes import ProgressAsked, ProgressLogged
from bot.domain.plan import Stage, Status, Task
from bot.domain.progress import FULL_PERMILLE, Progress
from bot.domain.rights import Right
from bot.errors import UserError
from bot.ports import PlanDatabase, PlanWriter
from bot.usecases.answer_finding import settle_stage
from bot.usecases.asking import Asker
from bot.usecases.end_of_day import show_again
from bot.usecases.file_issue import file_blocker
from bot.usecases.rights import need
from bot.usecases.say_progress import say_progress


def log_progress(
    plans: PlanDatabase, entry: ProgressEntry, asker: Asker
) -> ProgressLogged | ProgressAsked:
    """
    Write what a member says about a stage, or return what has to be asked first.

    Raises:
        UserError: the stage is gone, nothing was said, or this member only reads.
    """
    with plans.changing(asker.workspace_id) as plan:
        stage = plan.stage(entry.stage_key)
        if stage is None or stage.removed_at is not None:
            raise UserError(
                "This stage was removed from the plan in the meantime, so nothing was logged."
                " What you typed is kept above."
            )
        if plan.operation(asker.operation):
            return _handled_before(plan, stage, entry, asker)
        need(plan, asker.member_id, Right.WRITE)
        if not _says_something(entry):
            raise UserError("Say how far it is, or write a note: there was nothing to log.")
        if concern := find_concern(stage, entry):
            said = plan.last_update(stage.key)
            return ProgressAsked(concern=concern, stage=stage, entry=entry, last_update=said)
        return _write(plan, stage, entry, asker)


def find_concern(stage: Stage, entry: ProgressEntry) -> Concern | None:
    """Return what the member has to be asked first, None when nothing stands in the way."""
    changed = entry.seen_revision is not None and entry.seen_revision != stage.revision
    backwards = (
        entry.progress is not None
        and stage.progress is not None
        and entry.progress.permille < stage.progress.permille
    )
    concerns = {
        Concern.COMPLETED: stage.status is Status.COMPLETE and not entry.complete,
        Concern.CHANGED: changed,
        Concern.BACKWARDS: backwards,
    }
    return next((c for c, found in concerns.items() if found and c not in entry.accepted), None)


def _says_something(entry: ProgressEntry) -> bool:
    return bool(
        entry.progress
        or entry.complete
        or entry.note.strip()
        or entry.tasks_done
        or entry.discovered
        or entry.blockers
    )


def _write(plan: PlanWriter, stage: Stage, entry: ProgressEntry, asker: Asker) -> ProgressLogged:
    after = stage_after(stage, entry, asker.now)
    say_progress(plan, after, asker.why(), note=entry.note.strip(), progress=entry.progress)
    done = after.status is Status.COMPLETE
    settle_stage(plan, stage.key, GapAnswer.COMPLETE if done else GapAnswer.UPDATED, asker)
    tasks_done = tuple(_complete_task(plan, done, asker) for done in entry.tasks_done)
    tasks_added = tuple(_add_task(plan, stage, title, asker) for title in entry.discovered)
    issues = tuple(
        file_blocker(plan, stage, text, entry.blocker_severity, asker) for text in entry.blockers
    )
    show_again(plan, asker)
    if answer := asker.answer():
        plan.emit(answer, asker.now)
    return ProgressLogged(
        operation=asker.operation,
        before=stage,
        after=after,
        note=entry.note.strip(),
        tasks_done=tasks_done,
        tasks_added=tasks_added,
        issues=issues,
    )


def stage_after(stage: Stage, entry: ProgressEntry, now: datetime) -> Stage:
    """
    Return the stage as the entry leaves it.

    Work on a stage starts it; a Level 1 blocker blocks it; only "done" completes it, a full
    counter alone does not. A percentage said of a stage that is counted drops the counter.
    """
    status = Status.COMPLETE if entry.complete else Status.IN_PROGRESS
    if entry.blockers and entry.blocker_severity is Severity.BLOCKER:
        status = Status.BLOCKED
    progress = entry.progress or stage.progress
    if entry.complete and not (progress and progress.is_full):
        progress = Progress(FULL_PERMILLE)
    return replace(
        stage,
        status=status,
        progress=progress,
        started_at=stage.started_at or (now if stage.status is Status.NOT_STARTED else None),
        last_progress_at=now,
        completed_at=now if entry.complete else None,
    )


def _complete_task(plan: PlanWriter, done: CompletedTask, asker: Asker) -> Task:
    task = _existing(plan.task, done.key)
    after = replace(
        task,
        status=Status.COMPLETE,
        actual_minutes=done.actual_minutes or task.actual_minutes,
        owner_id=task.owner_id or asker.member_id,
        completed_at=asker.now,
    )
    plan.save(after, asker.why())
    return after


def _add_task(plan: PlanWriter, stage: Stage, title: str, asker: Asker) -> Task:
    task = Task(
        key=plan.mint("TASK"),
        title=title,
        stage_key=stage.key,
        owner_id=asker.member_id,
        created_at=asker.now,
    )
    plan.save(task, asker.why())
    return task


def _existing(find: Callable[[str], Task | None], key: str) -> Task:
    task = find(key)
    if task is None or task.removed_at is not None:
        raise UserError(f"The task {key} was removed from the plan in the meantime.")
    return task


def _handled_before(
    plan: PlanWriter, stage: Stage, entry: ProgressEntry, asker: Asker
) -> ProgressLogged:
    """Return the answer to a request that Slack or a finger sent twice."""
    changes = plan.operation(asker.operation)
    made = {
        kind: [change.key for change in changes if change.kind == kind]
        for kind in ("task", "issue")
    }
    tasks = [task for key in made["task"] if (task := plan.task(key))]
    return ProgressLogged(
        operation=asker.operation,
        before=stage,
        after=stage,
        note=entry.note.strip(),
        tasks_done=tuple(task for task in tasks if task.status is Status.COMPLETE),
        tasks_added=tuple(task for task in tasks if task.status is not Status.COMPLETE),
        issues=tuple(issue for key in made["issue"] if (issue := plan.issue(key))),
        again=True,
    )
