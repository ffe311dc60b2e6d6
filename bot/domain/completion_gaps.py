"""Stages and tasks that commits call complete while the plan does not."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.activity import Commit
from bot.domain.claims import Claim, completion_claims, doubts, unfinished_lines
from bot.domain.commit_gaps import listed, work_of
from bot.domain.findings import Finding, FindingKind
from bot.domain.matching import Named, PlanRefs
from bot.domain.plan import Stage, Status, Task
from bot.domain.plan_gaps import finding_about, one_line, record_name, stage_name
from bot.domain.refs import RefIndex


@dataclass(frozen=True, slots=True)
class _Said:
    claim: Claim
    commit: Commit


def completed_stage_findings(
    named: Sequence[Named], refs: PlanRefs, now: datetime
) -> Iterator[Finding]:
    """
    Yield the stages that commits call complete while the plan does not.

    A person's later word on the stage overrules the commits: whoever logged progress after them
    knew better.

    Args:
        named: Commits that are work, whenever they arrived.
    """
    names = {ref: tuple(stage.name for stage in found) for ref, found in refs.stages.items()}
    claims: defaultdict[str, list[_Said]] = defaultdict(list)
    for one in named:
        if one.stage_refs:
            for claim in completion_claims(one.commit, refs.index, names):
                if claim.ref in one.stage_refs:  # a person may have said that it isn't about it
                    claims[claim.ref].append(_Said(claim, one.commit))
    for ref, said in claims.items():
        stages = refs.stages.get(ref, ())
        if len(stages) == 1 and _is_open(stages[0], said):
            contrary = _contrary(ref, said, named, refs.index)
            yield _stage_complete(stages[0], said, contrary, now)


def completed_task_findings(
    named: Sequence[Named], refs: PlanRefs, now: datetime
) -> Iterator[Finding]:
    """Yield the tasks that commits complete ("Closes TSK-3.1.6") while the plan does not."""
    names = {ref: tuple(task.title for task in found) for ref, found in refs.tasks.items()}
    claims: defaultdict[str, list[_Said]] = defaultdict(list)
    commits: defaultdict[str, list[Commit]] = defaultdict(list)
    for one in named:
        for ref in one.task_refs:
            commits[ref].append(one.commit)
        if one.task_refs:
            for claim in completion_claims(one.commit, refs.index, names, "task"):
                if claim.ref in one.task_refs:
                    claims[claim.ref].append(_Said(claim, one.commit))
    for ref, said in claims.items():
        tasks = refs.tasks.get(ref, ())
        if len(tasks) == 1 and tasks[0].status is not Status.COMPLETE:
            yield _task_complete(tasks[0], said, commits[ref], now)


def _is_open(stage: Stage, said: Sequence[_Said]) -> bool:
    newest = max(one.commit.authored_at for one in said)
    overruled = stage.last_progress_at is not None and stage.last_progress_at > newest
    return stage.status is not Status.COMPLETE and not overruled


def _contrary(
    ref: str, said: Sequence[_Said], named: Sequence[Named], index: RefIndex
) -> list[str]:
    """Return what the claims' own messages, and others, say against them."""
    claiming = {one.commit.sha for one in said}
    lines = [(one.commit, line) for one in said for line in doubts(one.commit)]
    for one in named:
        if ref in one.stage_refs and one.commit.sha not in claiming:
            lines += [(one.commit, line) for line in unfinished_lines(one.commit, ref, index)]
    return [
        f"{commit.sha[:7]}{' also' if commit.sha in claiming else ''} says:"
        f" {one_line(line.lstrip('-*• '), 200)}"
        for commit, line in lines
    ]


def _lines(said: Sequence[_Said]) -> list[str]:
    return [f"{one.claim.sha[:7]}: {one_line(one.claim.line, 200)}" for one in said]


def _shas(said: Sequence[_Said]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.claim.sha for one in said))


def _when(said: Sequence[_Said]) -> Mapping[str, str]:
    return {"completed_at": max(one.commit.authored_at for one in said).isoformat()}


def _stage_complete(
    stage: Stage, said: Sequence[_Said], contrary: list[str], now: datetime
) -> Finding:
    number = "A commit calls" if len(said) == 1 else f"{len(said)} commits call"
    return finding_about(
        stage,
        FindingKind.STAGE_COMPLETE_IN_GIT,
        f"{number} stage {stage_name(stage)} complete; the plan says {stage.status}.",
        now,
        evidence=listed(_lines(said) + contrary),
        commits=_shas(said),
        proposal=_when(said),
    )


def _task_complete(
    task: Task, said: Sequence[_Said], commits: Sequence[Commit], now: datetime
) -> Finding:
    number = "A commit completes" if len(said) == 1 else f"{len(said)} commits complete"
    return finding_about(
        task,
        FindingKind.TASK_COMPLETE_IN_GIT,
        f"{number} task {record_name(task)}; the plan says {task.status}.",
        now,
        evidence=listed(_lines(said)),
        commits=(commit.sha for commit in commits),
        proposal={**_when(said), **work_of(commits)},
    )
