"""Take an operation back: everything one answer changed, unless somebody changed it since."""

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.domain.evidence import LinkDecision
from bot.domain.findings import Finding, GapCheck, SignOff
from bot.domain.issues import Issue
from bot.domain.items import Item
from bot.domain.outcomes import Undone
from bot.domain.people import Person
from bot.domain.plan import Change, ProgressUpdate, Stage, Task
from bot.domain.records import to_plain, with_fields
from bot.domain.rights import Right
from bot.errors import UserError
from bot.ports import PlanDatabase, PlanReader, PlanWriter
from bot.usecases import end_of_day
from bot.usecases.answer_finding import show_checks
from bot.usecases.asking import Asker
from bot.usecases.file_issue import announce_issue
from bot.usecases.reporting import refresh_report, refresh_reports, show_links_again
from bot.usecases.restrict_issue import show_to_others
from bot.usecases.rights import keeping_an_admin, may, need, who_can

_SLACK_ID = re.compile(r"[UW][A-Z0-9]+")

# Whoever touched an issue last is no change of theirs to it, and stays when one is taken back.
_STAYS = {"touched_at"}
# What a viewer changes nothing of, what they did before they became one included.
_PLAN = {"phase", "stage", "task", "progress_update", "finding", "link_decision", "work_rule"}


def undo(plans: PlanDatabase, operation: str | None, asker: Asker) -> Undone:
    """
    Take back an operation, the member's own last one when none is named.

    Raises:
        UserError: there is nothing to take back, it was taken back before, it is another
            member's, or somebody changed the same fields since (nothing is then written).
    """
    with plans.changing(asker.workspace_id) as plan:
        if done := plan.operation(asker.operation):
            return Undone(operation=asker.operation, changes=tuple(done))
        named = operation or plan.last_operation(asker.member_id)
        changes = plan.operation(named) if named else []
        if not named or not changes:
            raise UserError("There is nothing of yours to undo.")
        _check_allowed(plan, changes, asker)
        with keeping_an_admin(plan):
            for change in reversed(changes):
                plan.save(_restored(plan, change, asker), asker.why(undoes=named))
        plan.mark_undone(named, asker.operation)
        _show_again(plan, changes, asker)
        if answer := asker.answer():
            plan.emit(answer, asker.now)
        return Undone(operation=asker.operation, changes=tuple(changes))


def _check_allowed(plan: PlanReader, changes: list[Change], asker: Asker) -> None:
    actor = changes[0].why.actor_id
    if actor != asker.member_id and not may(plan, asker.member_id, Right.UNDO_OTHERS):
        leads = who_can(plan, Right.UNDO_OTHERS)
        raise UserError(f"Only {_called(actor)}, who did it, or a lead can undo that: {leads}.")
    for right in _needed(changes):
        need(plan, asker.member_id, right)
    if undone_by := changes[0].undone_by:
        by = next((c.why.actor_id for c in plan.operation(undone_by)), actor)
        raise UserError(f"That was already undone by {_called(by)}.")


def _needed(changes: list[Change]) -> Iterator[Right]:
    """Yield what somebody still has to have the right to do for taking these changes back."""
    if any(change.kind in _PLAN for change in changes):
        yield Right.WRITE
    if any(change.kind == "team" for change in changes):
        yield Right.SETTINGS
    if any(change.kind == "person" and _gives_role(change) for change in changes):
        yield Right.ROLES
    if any(change.kind == "pause" for change in changes):
        yield Right.CADENCE


def _gives_role(change: Change) -> bool:
    return bool((change.before or {}).get("role") != change.after.get("role"))


def _called(actor_id: str) -> str:
    """Return a mention, or the word for what is nobody in Slack."""
    return f"<@{actor_id}>" if _SLACK_ID.fullmatch(actor_id) else actor_id


def _restored(plan: PlanReader, change: Change, asker: Asker) -> Item:
    item = plan.item(change.kind, change.key)
    if item is None:
        raise UserError(f"{change.key} is gone from the plan, so I left everything as it is.")
    plain = to_plain(item)
    touched = [
        name
        for name, value in change.after.items()
        if plain.get(name) != value and name not in _STAYS
    ]
    if touched:
        name = _name(item)
        both = f"about {name}" if change.kind == "person" else name
        what = f"{name}'s settings were" if change.kind == "person" else f"{name} was"
        raise UserError(
            f"{what} changed again since by {_later(plan, change, touched)}, so I left"
            f" everything as it is. `/bqx history {both}` shows both."
        )
    if change.before is None:
        return replace(item, removed_at=asker.now)
    return with_fields(item, {k: v for k, v in change.before.items() if k not in _STAYS})


def _name(item: Item) -> str:
    """Return what people call an item, as `/bqx history` takes it."""
    if isinstance(item, Person):
        return f"<@{item.key}>"
    return (item.ref if isinstance(item, Stage | Task) else None) or item.key


def _later(plan: PlanReader, change: Change, touched: list[str]) -> str:
    """Return who changed which of these fields since: "<@U1> (status), <@U2> (owner id)"."""
    later = [
        each
        for each in plan.changes(kind=change.kind, key=change.key)
        if each.id > change.id and set(touched).intersection(each.after)
    ]
    by: dict[str, list[str]] = {}
    for each in later:
        fields = [name for name in touched if name in each.after]
        known = by.setdefault(_called(each.why.actor_id), [])
        known += [name for name in fields if name not in known]
    said = [f"{who} ({', '.join(fields).replace('_', ' ')})" for who, fields in by.items()]
    return ", ".join(said) or f"somebody ({', '.join(touched)})"


def _show_again(plan: PlanWriter, changes: list[Change], asker: Asker) -> None:
    items = [item for change in changes if (item := plan.item(change.kind, change.key))]
    if any(isinstance(item, ProgressUpdate) for item in items):
        end_of_day.show_again(plan, asker)
    regrouped = {c.key for c in changes if c.before and "visible_to" in c.before}
    for issue in (item for item in items if isinstance(item, Issue)):
        announce_issue(plan, issue, asker)
        if issue.key in regrouped:
            show_to_others(plan, issue, asker)
    for bundle in dict.fromkeys(item.bundle for item in items if isinstance(item, GapCheck)):
        show_checks(plan, bundle, asker)
    refresh_reports(plan, {item.key for item in items if isinstance(item, Finding)}, asker)
    for sha in dict.fromkeys(item.sha for item in items if isinstance(item, LinkDecision)):
        show_links_again(plan, sha, asker)
    for signed in (item for item in items if isinstance(item, SignOff)):
        if report := plan.report(signed.report_key):
            refresh_report(plan, report, asker)
