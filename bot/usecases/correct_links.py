"""Correct a wrong link: what a person says about a commit is kept and learned from."""

from bot.domain.assess import match
from bot.domain.evidence import LinkDecision, LinkVerdict
from bot.domain.matching import LINKED, links_of
from bot.domain.outcomes import LinkCorrected, LinkedCommit
from bot.domain.plan import Stage, Task
from bot.domain.plan_gaps import record_name
from bot.domain.rights import Right
from bot.errors import UserError
from bot.ports import PlanDatabase, PlanReader
from bot.usecases.asking import Asker
from bot.usecases.assess_gaps import plan_snapshot
from bot.usecases.reporting import show_links_again
from bot.usecases.rights import need
from bot.usecases.seeing import tasks_for

MAX_SHOWN = 20


def linked_commits(
    plans: PlanDatabase, workspace_id: str, stage_key: str
) -> tuple[list[LinkedCommit], int]:
    """
    Return the newest commits of a stage and its tasks with why, and how many there are.

    A commit that names both is one of them, with the surest of its links.
    """
    with plans.reading(workspace_id) as plan:
        stage = plan.stage(stage_key)
        tasks = tasks_for(plan, plan.tasks(stage_key=stage_key), None)
        memory, snapshot = plan.memory(), plan_snapshot(plan)
    records: dict[str, Stage | Task] = {task.key: task for task in tasks}
    if stage:
        records[stage.key] = stage
    work = match(snapshot, memory.commits, memory.decisions, memory.rules)
    seen = {one.commit.sha: one for one in work.seen}
    links = [
        link
        for link in links_of(work.named, work.refs, {})
        if link.status == LINKED and link.record in records
    ]
    surest = {link.sha: link for link in sorted(links, key=lambda link: link.score)}
    found = [
        LinkedCommit(seen=seen[sha], link=link, record=records[link.record or ""])
        for sha, link in surest.items()
    ]
    found.sort(key=lambda one: one.seen.commit.authored_at, reverse=True)
    return found[:MAX_SHOWN], len(found)


def correct_link(
    plans: PlanDatabase, sha: str, wrong_key: str, right_key: str | None, asker: Asker
) -> LinkCorrected:
    """
    Write down that a commit does not belong to a record, and where it belongs instead, if anywhere.

    Raises:
        UserError: the chosen stage or task is gone, or is the wrong one itself.
    """
    with plans.changing(asker.workspace_id) as plan:
        need(plan, asker.member_id, Right.WRITE)
        if right_key == wrong_key:
            raise UserError("That is what it is linked to already: choose another, or none.")
        right = _record(plan, right_key) if right_key else None
        decisions = [(wrong_key, LinkVerdict.REJECTED, "a person said it does not belong here")]
        if right:
            decisions.append((right.key, LinkVerdict.CONFIRMED, "a person linked it"))
        for key, verdict, reason in decisions:
            decision = LinkDecision(
                key=f"{sha}:{key}", sha=sha, record_key=key, verdict=verdict, reason=reason
            )
            plan.save(decision, asker.why(evidence=sha))
        show_links_again(plan, sha, asker)
        if answer := asker.answer():
            plan.emit(answer, asker.now)
        moved_to = record_name(right) if right else ""
        return LinkCorrected(operation=asker.operation, sha=sha, moved_to=moved_to)


def _record(plan: PlanReader, key: str) -> Stage | Task:
    record = plan.task(key) or plan.stage(key)
    if record is None or record.removed_at is not None:
        raise UserError("That stage or task is not in the plan any more: choose another one.")
    return record
