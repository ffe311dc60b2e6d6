"""Write a stage together with what was said of its progress."""

from bot.domain.plan import ProgressUpdate, Stage, Why
from bot.domain.progress import Progress
from bot.ports import PlanWriter


def say_progress(
    plan: PlanWriter, stage: Stage, why: Why, *, note: str, progress: Progress | None
) -> None:
    """
    Save a stage, and the update that a person or a counter gave of it.

    Args:
        stage: As it stands after the update.
        progress: What was said, None where a note or a status was all.
    """
    plan.save(stage, why)
    plan.save(
        ProgressUpdate(
            key=plan.mint("PRG"),
            stage_key=stage.key,
            member_id=why.actor_id,
            at=why.at,
            progress=progress,
            note=note,
            status=stage.status,
        ),
        why,
    )
