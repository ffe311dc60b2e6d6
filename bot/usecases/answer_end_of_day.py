"""Answer the end-of-day prompt at a click: nothing moved, or not today."""

from dataclasses import replace
from datetime import date

from bot.domain.calendar_outcomes import SaidSame
from bot.domain.findings import GapAnswer
from bot.domain.plan import Status
from bot.errors import UserError
from bot.ports import PlanDatabase
from bot.usecases.answer_finding import settle_stage
from bot.usecases.asking import Asker
from bot.usecases.end_of_day import end_of_day, show_again, skipped_key
from bot.usecases.say_progress import say_progress

AS_YESTERDAY = "Same as yesterday"


def say_same(plans: PlanDatabase, local_date: date, asker: Asker) -> SaidSame:
    """
    Log "same as yesterday" on every stage of a prompt about which nothing was said yet.

    Raises:
        UserError: there is no such stage.
    """
    with plans.changing(asker.workspace_id) as plan:
        before = plan.operation(asker.operation)
        if before:
            keys = [change.key for change in before if change.kind == "stage"]
            found = tuple(stage for key in keys if (stage := plan.stage(key)))
            return SaidSame(operation=asker.operation, stages=found)
        asked = end_of_day(plan, asker.member_id, local_date).open
        moving = tuple(stage for stage in asked if stage.status is Status.IN_PROGRESS)
        if not moving:
            raise UserError("Everything of yours that is in progress is logged for that day.")
        for stage in moving:
            after = replace(stage, last_progress_at=asker.now)
            say_progress(plan, after, asker.why(), note=AS_YESTERDAY, progress=None)
            settle_stage(plan, stage.key, GapAnswer.ACCURATE, asker)
        show_again(plan, asker, local_date)
        if answer := asker.answer():
            plan.emit(answer, asker.now)
    return SaidSame(operation=asker.operation, stages=moving)


def skip_day(plans: PlanDatabase, local_date: date, asker: Asker) -> None:
    """Note that somebody says nothing on that day; logging later is possible all the same."""
    with plans.changing(asker.workspace_id) as plan:
        plan.keep_draft(
            skipped_key(asker.member_id, local_date),
            asker.member_id,
            {"skipped": local_date.isoformat()},
            asker.now,
        )
        show_again(plan, asker, local_date)
