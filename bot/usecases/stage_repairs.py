"""Repairs of a stage: how it stands, its reference, its date, a stage that was missing."""

# ruff: noqa: ARG001 - a repair is given all that any of them needs

from dataclasses import replace
from datetime import datetime

from bot.domain.entries import AnswerWords
from bot.domain.findings import Finding
from bot.domain.plan import Phase, Stage, Status
from bot.domain.plan_gaps import one_line, stage_name
from bot.domain.progress import FULL_PERMILLE, Progress
from bot.domain.refs import canonical_ref
from bot.errors import UserError
from bot.ports import PlanWriter
from bot.usecases.asking import Asker
from bot.usecases.commit_repairs import link_commits
from bot.usecases.file_issue import file_blocker
from bot.usecases.repair_subjects import (
    complete_task,
    gone,
    known_stage,
    present,
    proposed_moment,
    subject_of,
    unfinished_stage,
    write_word,
)


def accurate(plan: PlanWriter, finding: Finding, words: AnswerWords, asker: Asker) -> str:
    """Say that a stage is as the plan has it: its silence ends today."""
    stage = known_stage(plan, subject_of(finding))
    after = replace(stage, last_progress_at=asker.now)
    write_word(plan, after, "Still accurate", asker)
    return "still accurate"


def complete(plan: PlanWriter, finding: Finding, words: AnswerWords, asker: Asker) -> str:
    """Complete a stage or a task, at the moment the finding proposes."""
    key = subject_of(finding)
    done_at = proposed_moment(finding.proposal, "completed_at", asker.now) or asker.now
    if task := plan.task(key):
        complete_task(plan, present(task), words.actual_minutes, done_at, asker)
        return "marked complete"
    stage = known_stage(plan, key)
    for task in plan.tasks(stage_key=key):
        # A stage with open tasks would contradict itself next Monday; the button says so.
        if stage.status is Status.COMPLETE and task.status is not Status.COMPLETE:
            complete_task(plan, task, None, asker.now, asker)
    if stage.started_at and done_at < stage.started_at:
        done_at = asker.now  # a stage that ended before it began would be the next gap
    full = stage.progress if stage.progress and stage.progress.is_full else None
    after = replace(
        stage,
        status=Status.COMPLETE,
        completed_at=stage.completed_at or done_at,
        progress=full or Progress(FULL_PERMILLE),
        last_progress_at=asker.now,
    )
    write_word(plan, after, words.reason, asker)
    return "marked complete"


def blocked(plan: PlanWriter, finding: Finding, words: AnswerWords, asker: Asker) -> str:
    """File the blocker as an issue, and mark the stage blocked."""
    stage = unfinished_stage(plan, subject_of(finding))
    issue = file_blocker(plan, stage, words.blocker, words.severity, asker)
    after = replace(stage, status=Status.BLOCKED, last_progress_at=asker.now)
    write_word(plan, after, words.blocker, asker)
    return f"blocked, {issue.key} filed"


def started(plan: PlanWriter, finding: Finding, words: AnswerWords, asker: Asker) -> str:
    """Mark a stage in progress, since the moment the finding proposes."""
    stage = unfinished_stage(plan, subject_of(finding))
    began = proposed_moment(finding.proposal, "started_at", asker.now) or asker.now
    after = replace(
        stage,
        status=Status.IN_PROGRESS,
        started_at=stage.started_at or began,
        last_progress_at=asker.now,
    )
    write_word(plan, after, "Started", asker)
    return "marked in progress"


def reopened(plan: PlanWriter, finding: Finding, words: AnswerWords, asker: Asker) -> str:
    """Reopen a stage or phase that was called complete."""
    key = subject_of(finding)
    if phase := _phase(plan, key):
        plan.save(replace(phase, status=Status.IN_PROGRESS), asker.why())
        return "reopened"
    stage = known_stage(plan, key)
    after = replace(stage, status=Status.IN_PROGRESS, completed_at=None, last_progress_at=asker.now)
    write_word(plan, after, "Reopened", asker)
    return "reopened"


def progress(plan: PlanWriter, finding: Finding, words: AnswerWords, asker: Asker) -> str:
    """Set the progress that the finding proposes; progress never falls by a click."""
    stage = unfinished_stage(plan, subject_of(finding))
    said = finding.proposal
    progress = Progress(said["permille"], said.get("done"), said.get("total"))
    if stage.progress and stage.progress.permille > progress.permille:
        raise UserError(
            f"{stage_name(stage)} stands at {stage.progress} by now, so I left it there."
        )
    after = replace(
        stage,
        status=Status.IN_PROGRESS,
        progress=progress,
        started_at=stage.started_at or (asker.now if stage.status is Status.NOT_STARTED else None),
        last_progress_at=asker.now,
    )
    write_word(plan, after, one_line(finding.evidence[0] if finding.evidence else "", 300), asker)
    return f"set to {progress}"


def code_free(plan: PlanWriter, finding: Finding, words: AnswerWords, asker: Asker) -> str:
    """Mark a stage as work that leaves no commits."""
    stage = known_stage(plan, subject_of(finding))
    plan.save(replace(stage, is_code_free=True), asker.why(evidence=words.reason))
    return "work that leaves no commits"


def stage_added(plan: PlanWriter, finding: Finding, words: AnswerWords, asker: Asker) -> str:
    """Add the stage that the commits speak of, and link them to it."""
    ref = canonical_ref(words.ref or finding.proposal.get("ref") or "")
    name = " ".join(words.title.split())
    if not ref or not name:
        raise UserError("A stage needs a reference such as 1.5.6, and a name.")
    if plan.stages_with_ref(ref):
        raise UserError(f"The plan has a stage {ref} already: link the commits to it instead.")
    stage = Stage(
        key=plan.mint("STG"),
        ref=ref,
        name=name,
        status=Status.IN_PROGRESS,
        owner_id=words.owner_id,
        phase_key=_phase_of(plan, ref),
        started_at=asker.now,
        last_progress_at=asker.now,
    )
    plan.save(stage, asker.why())
    link_commits(plan, finding.commits, stage, asker)
    return f"stage {ref} added"


def _phase_of(plan: PlanWriter, ref: str) -> str | None:
    head = ref.rpartition(".")[0]
    known: dict[str | None, Phase] = {phase.ref: phase for phase in plan.phases()}
    while head:
        if head in known:
            return known[head].key
        head = head.rpartition(".")[0]
    return None


def ref_changed(plan: PlanWriter, _finding: Finding, words: AnswerWords, asker: Asker) -> str:
    """Give the reference that the commits use to a stage of the plan."""
    stage = known_stage(plan, words.record_key)
    ref = canonical_ref(words.ref)
    if not ref:
        raise UserError(f"“{one_line(words.ref, 40)}” is no reference; write one such as 2.10B.")
    if any(other.key != stage.key for other in plan.stages_with_ref(ref)):
        raise UserError(f"Another stage carries {ref} already.")
    plan.save(replace(stage, ref=ref), asker.why())
    return f"{one_line(stage.name, 60)} is now {ref}"


def eta_moved(plan: PlanWriter, finding: Finding, _words: AnswerWords, asker: Asker) -> str:
    """Move the planned end of a stage or phase to the proposed date."""
    to = datetime.fromisoformat(finding.proposal["planned_end"])
    key = subject_of(finding)
    found = plan.stage(key) or _phase(plan, key)
    if found is None or found.removed_at is not None:
        raise gone()
    plan.save(replace(found, planned_end=to), asker.why())
    return f"ETA moved to {to:%Y-%m-%d}"


def _phase(plan: PlanWriter, key: str) -> Phase | None:
    return next((phase for phase in plan.phases() if phase.key == key), None)
