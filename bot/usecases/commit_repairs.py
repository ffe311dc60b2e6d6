"""Repairs of undocumented work: linked, made a task of, or no gap; and what is learned of it."""

from bot.domain.entries import AnswerWords, Scope
from bot.domain.evidence import LinkDecision, LinkVerdict, RuleKind, WorkRule
from bot.domain.findings import Finding
from bot.domain.pieces import author_of
from bot.domain.plan import Stage, Status, Task
from bot.domain.plan_gaps import one_line, record_name
from bot.domain.work import work_type
from bot.errors import UserError
from bot.ports import PlanWriter
from bot.usecases.asking import Asker
from bot.usecases.repair_subjects import (
    known_stage,
    proposed_moment,
)
from bot.usecases.seeing import record_for


def linked(plan: PlanWriter, finding: Finding, words: AnswerWords, asker: Asker) -> str:
    """Link the commits to a stage or task, and remember the folder if asked to."""
    key = words.record_key or finding.proposal.get("record") or ""
    record = plan.task(key) or plan.stage(key)
    if record is None or record.removed_at is not None:
        raise UserError("That stage or task is not in the plan any more: choose another one.")
    link_commits(plan, finding.commits, record, asker)
    if folder := _folder(words.folder):
        _teach(plan, RuleKind.BELONGS, folder, f"set by {asker.words}", asker, record.key)
    shown = record_for(plan, key, None) or record  # it stands in the channel
    return f"linked to {record_name(shown)}"


def link_commits(
    plan: PlanWriter, shas: tuple[str, ...], record: Stage | Task, asker: Asker
) -> None:
    """Write down that commits belong to a stage or task, because a person said so."""
    for sha in shas:
        plan.save(
            LinkDecision(
                key=f"{sha}:{record.key}",
                sha=sha,
                record_key=record.key,
                verdict=LinkVerdict.CONFIRMED,
                reason="a person linked it",
            ),
            asker.why(),
        )


def created(plan: PlanWriter, finding: Finding, words: AnswerWords, asker: Asker) -> str:
    """Make a task of the commits, and link them to it."""
    said = finding.proposal
    title = " ".join((words.title or said.get("title") or "").split())
    if not title:
        raise UserError("A task needs a title.")
    stage = known_stage(plan, words.record_key) if words.record_key else None
    done_at = proposed_moment(said, "completed_at", asker.now) or asker.now
    task = Task(
        key=plan.mint("TASK"),
        title=title,
        stage_key=stage.key if stage else None,
        status=Status.COMPLETE if words.complete else Status.IN_PROGRESS,
        actual_minutes=words.actual_minutes,
        owner_id=words.owner_id or said.get("owner_id"),
        owner_text=None if words.owner_id else said.get("owner_text"),
        created_at=proposed_moment(said, "started_at", asker.now) or asker.now,
        completed_at=done_at if words.complete else None,
    )
    plan.save(task, asker.why(evidence=", ".join(sha[:7] for sha in finding.commits[:20])))
    link_commits(plan, finding.commits, task, asker)
    return f"task {task.key} “{one_line(title, 80)}” created"


def not_a_gap(plan: PlanWriter, finding: Finding, words: AnswerWords, asker: Asker) -> str:
    """Call undocumented work no gap, and remember the rule if asked to."""
    reason = words.reason.strip()
    if not reason:
        raise UserError("Say in a few words why this is no gap; the report shows it.")
    if words.scope is not Scope.THESE:
        kind, pattern = _lesson(plan, finding, words)
        _teach(plan, kind, pattern, reason, asker)
    return "not a gap"


def _lesson(plan: PlanWriter, finding: Finding, words: AnswerWords) -> tuple[RuleKind, str]:
    seen = plan.seen_commits(finding.commits)
    if not seen:
        raise UserError("I don't know these commits any more: choose “only these”.")
    commit = seen[-1].commit
    if words.scope is Scope.AUTHOR:
        return RuleKind.AUTHOR, author_of(commit)
    if words.scope is Scope.FOLDER:
        folder = _folder(words.folder)
        if not folder:
            raise UserError("Write the folder whose commits are no plan work.")
        return RuleKind.PATH, folder
    if not work_type(commit):
        raise UserError("These commits have no type such as “chore:”: choose another scope.")
    return RuleKind.WORK, work_type(commit)


def _folder(typed: str) -> str:
    """Return a folder as git names it: "./docs/ " and "/docs" are "docs"."""
    return typed.strip().removeprefix("./").strip("/")


def _teach(
    plan: PlanWriter,
    kind: RuleKind,
    pattern: str,
    reason: str,
    asker: Asker,
    record_key: str | None = None,
) -> None:
    plan.save(
        WorkRule(
            key=plan.mint("RULE"),
            kind=kind,
            pattern=pattern,
            record_key=record_key,
            reason=reason,
            made_by=asker.member_id,
            made_at=asker.now,
        ),
        asker.why(),
    )
