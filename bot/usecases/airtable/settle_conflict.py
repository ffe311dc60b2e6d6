"""One click settles a conflict: the plan's value, or Airtable's."""

from dataclasses import replace
from typing import Any, Literal

from bot.domain.airtable.agreement import Agreed
from bot.domain.airtable.aspects import aspect_called
from bot.domain.airtable.outcomes import ConflictSettled
from bot.domain.airtable.state import Conflict, PushState, QueuedPush
from bot.domain.records import with_fields
from bot.domain.rights import Right
from bot.errors import UserError
from bot.ports import PlanDatabase, PlanWriter
from bot.usecases.airtable.announcing import announce_pulled, show_conflict
from bot.usecases.airtable.conflicts import ROW
from bot.usecases.asking import Asker
from bot.usecases.rights import need

Choice = Literal["plan", "airtable"]


def settle_conflict(
    plans: PlanDatabase, key: str, choice: Choice, asker: Asker, seen: str = ""
) -> ConflictSettled:
    """
    Write the chosen value where it is not yet; Undo takes a change of the plan back.

    Nothing is written where a value has changed since the card was shown: nobody chose it.

    Args:
        seen: The `Conflict.version` that the card showed; "" of a card that tells none.

    Raises:
        UserError: there is no such conflict, or its item is gone.
    """
    with plans.changing(asker.workspace_id) as plan:
        need(plan, asker.member_id, Right.WRITE)
        conflict = plan.conflict(key)
        if conflict is None:
            raise UserError("That conflict is gone: both sides have moved on.")
        if conflict.choice is not None:
            return ConflictSettled(conflict, asker.operation, changed=False)
        now = _as_now(plan, conflict)
        if seen and seen != now.version:
            plan.put_conflict(now)
            show_conflict(plan, now, asker.now)
            return ConflictSettled(now, asker.operation, changed=False)
        if conflict.aspect == ROW:
            _settle_row(plan, conflict, choice, asker)
        else:
            _settle_aspect(plan, conflict, choice, asker)
        settled = replace(conflict, choice=choice, settled_by=asker.member_id, settled_at=asker.now)
        plan.put_conflict(settled)
        show_conflict(plan, settled, asker.now)
        if answer := asker.answer():
            plan.emit(answer, asker.now)
        return ConflictSettled(settled, asker.operation, changed=True)


def _as_now(plan: PlanWriter, conflict: Conflict) -> Conflict:
    """Return a conflict with what the plan says by now."""
    item: Any = plan.item(conflict.kind, conflict.item_key)
    if conflict.aspect == ROW or item is None:
        return conflict
    return replace(conflict, ours=aspect_called(conflict.kind, conflict.aspect).value(item))


def _settle_aspect(plan: PlanWriter, conflict: Conflict, choice: Choice, asker: Asker) -> None:
    item: Any = plan.item(conflict.kind, conflict.item_key)
    link = plan.record_link(conflict.kind, conflict.item_key)
    if item is None or link is None:
        raise UserError(
            f"{conflict.item_key} is gone from the plan, so there is nothing to settle."
        )
    if not conflict.overwritten:
        # Airtable's value is heard now; the plan's own, where it stays, is news to Airtable.
        agreed = {**link.agreed, conflict.aspect: Agreed(conflict.cells, conflict.theirs)}
        plan.put_link(replace(link, agreed=agreed))
    if choice == "airtable":
        after = with_fields(item, conflict.theirs)
        plan.save(after, asker.why())
        announce_pulled(plan, item, after, asker.why())
    push = plan.queued_push(conflict.kind, conflict.item_key)
    if push is None or push.state is not PushState.SENT:  # else it is looked up first
        plan.queue_push(QueuedPush(kind=conflict.kind, key=conflict.item_key, since=asker.now))


def _settle_row(plan: PlanWriter, conflict: Conflict, choice: Choice, asker: Asker) -> None:
    item: Any = plan.item(conflict.kind, conflict.item_key)
    plan.drop_link(conflict.kind, conflict.item_key)
    if item is None:
        raise UserError(
            f"{conflict.item_key} is gone from the plan, so there is nothing to settle."
        )
    if choice == "airtable":
        removed = replace(item, removed_at=asker.now)
        plan.save(removed, asker.why())
        plan.drop_push(conflict.kind, conflict.item_key)
        announce_pulled(plan, item, removed, asker.why())
    else:
        plan.queue_push(QueuedPush(kind=conflict.kind, key=conflict.item_key, since=asker.now))
