"""Repairs of a task: its estimate, its owner, its stage."""

from dataclasses import replace

from bot.domain.entries import AnswerWords
from bot.domain.findings import Finding
from bot.domain.plan_gaps import record_name
from bot.errors import UserError
from bot.ports import PlanWriter
from bot.usecases.asking import Asker
from bot.usecases.repair_subjects import (
    gone,
    known_stage,
    known_task,
    subject_of,
)


def estimated(plan: PlanWriter, finding: Finding, words: AnswerWords, asker: Asker) -> str:
    """Write the estimate that was typed, or the proposed one."""
    task = known_task(plan, subject_of(finding))
    minutes = words.estimate_minutes or finding.proposal.get("estimate_minutes")
    if not minutes:
        raise UserError("Say how many hours of work it will take, such as 6.5.")
    plan.save(replace(task, estimate_minutes=minutes), asker.why())
    return f"estimated at {minutes / 60:g} h"


def assigned(plan: PlanWriter, finding: Finding, words: AnswerWords, asker: Asker) -> str:
    """Assign a stage or task to the chosen person, or to the one who answers."""
    key, owner = subject_of(finding), words.owner_id or asker.member_id
    record = plan.task(key) or plan.stage(key)
    if record is None or record.removed_at is not None:
        raise gone()
    plan.save(replace(record, owner_id=owner), asker.why())
    member = plan.member(owner)
    return f"assigned to {member.name if member else owner}"


def placed(plan: PlanWriter, finding: Finding, words: AnswerWords, asker: Asker) -> str:
    """Put a task into the chosen stage."""
    task = known_task(plan, subject_of(finding))
    stage = known_stage(plan, words.record_key)
    plan.save(replace(task, stage_key=stage.key), asker.why())
    return f"put into {record_name(stage)}"
