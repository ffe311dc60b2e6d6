"""Answer a gap check: each answer writes the plan, and the message follows."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.effects import Effect, EffectKind
from bot.domain.entries import AnswerWords
from bot.domain.findings import GapAnswer, GapCheck
from bot.domain.outcomes import GapAnswered
from bot.domain.plan import ProgressUpdate, Stage, Status, Task
from bot.domain.progress import FULL_PERMILLE, Progress
from bot.errors import UserError
from bot.ports import PlanDatabase, PlanReader, PlanWriter
from bot.usecases.asking import Asker
from bot.usecases.file_issue import file_blocker

SNOOZE = timedelta(days=7)


def answer_gap_check(
    plans: PlanDatabase,
    key: str,
    answer: GapAnswer,
    asker: Asker,
    words: AnswerWords | None = None,
) -> GapAnswered:
    """
    Write the answer into the plan and bring the check's message up to date.

    Raises:
        UserError: the check, or what it asks about, is not in the plan (any more).
    """
    with plans.changing(asker.workspace_id) as plan:
        check = known_check(plan, key)
        if check.answer is not None:
            return GapAnswered(operation=check.operation or "", check=check, changed=False)
        _write_plan(plan, check, answer, asker, words or AnswerWords())
        if stand_by := asker.answer():
            plan.emit(stand_by, asker.now)
        return GapAnswered(
            operation=asker.operation,
            check=close_check(plan, key, answer, asker),
            changed=True,
        )


def known_check(plan: PlanReader, key: str) -> GapCheck:
    """
    Return a check.

    Raises:
        UserError: it is not in the plan (any more).
    """
    check = plan.gap_check(key)
    if check is None:
        raise UserError("This question is gone; the next assessment asks anew.")
    return check


def close_check(plan: PlanWriter, key: str, answer: GapAnswer, asker: Asker) -> GapCheck:
    """Mark a check as answered and have its message updated in place."""
    check = known_check(plan, key)
    if check.answer is not None:
        return check
    after = replace(
        check,
        answer=answer,
        answered_by=asker.member_id,
        answered_at=asker.now,
        snoozed_until=asker.now + SNOOZE if answer is GapAnswer.SNOOZED else None,
        operation=asker.operation,
    )
    plan.save(after, asker.why(evidence=f"gap check {key}"))
    show_checks(plan, after.bundle, asker)
    return after


def show_checks(plan: PlanWriter, bundle: str, asker: Asker) -> None:
    """Have the bundled direct message show its checks as they are now."""
    checks = plan.gap_checks(bundle=bundle)
    plan.emit(
        Effect(
            key=f"{asker.operation}#checks:{bundle}",
            kind=EffectKind.GAP_CHECKS,
            payload={"bundle": bundle},
            lane=f"dm:{checks[0].member_id if checks else asker.member_id}",
        ),
        asker.now,
    )


def _write_plan(
    plan: PlanWriter, check: GapCheck, answer: GapAnswer, asker: Asker, words: AnswerWords
) -> None:
    if check.record_kind == "task":
        _write_task(plan, _task(plan, check), answer, asker, words)
        return
    stage = _stage(plan, check)
    if answer is GapAnswer.ASSIGNED:
        plan.save(replace(stage, owner_id=asker.member_id), asker.why())
    elif answer is not GapAnswer.SNOOZED:
        _write_stage(plan, stage, answer, asker, words)


def _write_task(
    plan: PlanWriter, task: Task, answer: GapAnswer, asker: Asker, words: AnswerWords
) -> None:
    after = {
        GapAnswer.ESTIMATED: replace(task, estimate_minutes=words.estimate_minutes),
        GapAnswer.ASSIGNED: replace(task, owner_id=asker.member_id),
        GapAnswer.COMPLETE: replace(task, status=Status.COMPLETE, completed_at=asker.now),
    }.get(answer, task)
    plan.save(after, asker.why())


def _write_stage(
    plan: PlanWriter, stage: Stage, answer: GapAnswer, asker: Asker, words: AnswerWords
) -> None:
    after = replace(stage, last_progress_at=asker.now)
    if answer is GapAnswer.COMPLETE:
        full = stage.progress if stage.progress and stage.progress.is_full else None
        after = replace(
            after,
            status=Status.COMPLETE,
            completed_at=asker.now,
            progress=full or Progress(FULL_PERMILLE),
        )
    if answer is GapAnswer.BLOCKED:
        after = replace(after, status=Status.BLOCKED)
        file_blocker(plan, stage, words.blocker, words.severity, asker)
    plan.save(after, asker.why())
    plan.save(
        ProgressUpdate(
            key=plan.mint("PRG"),
            stage_key=stage.key,
            member_id=asker.member_id,
            at=asker.now,
            progress=after.progress,
            note="Still accurate" if answer is GapAnswer.ACCURATE else words.blocker,
            status=after.status,
        ),
        asker.why(),
    )


def _stage(plan: PlanWriter, check: GapCheck) -> Stage:
    stage = plan.stage(check.record_key)
    if stage is None or stage.removed_at is not None:
        raise UserError("This stage was removed from the plan, so there is nothing to answer.")
    return stage


def _task(plan: PlanWriter, check: GapCheck) -> Task:
    task = plan.task(check.record_key)
    if task is None or task.removed_at is not None:
        raise UserError("This task was removed from the plan, so there is nothing to answer.")
    return task
