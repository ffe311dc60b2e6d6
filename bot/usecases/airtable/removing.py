"""A record is gone from the base: its item goes too, unless the plan has more to say."""

from dataclasses import replace
from typing import Any

from bot.domain.airtable.aspects import ASPECTS
from bot.domain.airtable.state import Conflict, RecordLink, conflict_key
from bot.domain.plan import Why
from bot.ports import PlanWriter
from bot.usecases.airtable.announcing import announce_pulled, show_conflict

ROW = "row"  # the aspect of a conflict about a whole record


def record_gone(plan: PlanWriter, link: RecordLink, why: Why) -> None:
    """
    Take an item out of the plan whose record somebody deleted; Undo brings both back.

    Where the plan changed it meanwhile, nothing is taken out: both sides are shown.
    """
    item: Any = plan.item(link.kind, link.key)
    if item is None or item.removed_at is not None:
        _forget(plan, link)
        return
    queued = {(push.kind, push.key) for push in plan.queued_pushes()}
    if (link.kind, link.key) in queued and _has_news(link, item):
        _note(plan, link, why)
        return
    removed = replace(item, removed_at=why.at)
    plan.save(removed, why)
    announce_pulled(plan, item, removed, why)
    _forget(plan, link)


def _forget(plan: PlanWriter, link: RecordLink) -> None:
    plan.drop_link(link.kind, link.key)
    plan.drop_push(link.kind, link.key)


def _has_news(link: RecordLink, item: Any) -> bool:
    """Whether the plan says something that Airtable has not heard yet."""
    return any(
        aspect.name in link.agreed and link.agreed[aspect.name].value != aspect.value(item)
        for aspect in ASPECTS[link.kind]
    )


def _note(plan: PlanWriter, link: RecordLink, why: Why) -> None:
    key = conflict_key(link.kind, link.key, ROW)
    known = plan.conflict(key)
    if known is not None and known.choice is None:
        return
    newest = plan.changes(kind=link.kind, key=link.key, limit=1)
    conflict = Conflict(
        key=key,
        kind=link.kind,
        item_key=link.key,
        aspect=ROW,
        ours={},
        theirs={},
        cells={},
        our_actor=newest[0].why.actor_id if newest else "cadence",
        our_at=newest[0].why.at if newest else None,
        their_actor=why.actor_id,
        their_at=why.at,
        found_at=why.at,
    )
    plan.put_conflict(conflict)
    plan.drop_push(link.kind, link.key)
    show_conflict(plan, conflict, why.at)
