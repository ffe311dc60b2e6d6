"""What others changed while a form was open."""

from typing import TypeVar

from bot.domain.issues import Issue
from bot.domain.plan import Change
from bot.domain.records import with_fields
from bot.domain.team import Team
from bot.ports import PlanReader

_MAX_LOOKED_BACK = 500

Formed = TypeVar("Formed", Issue, Team)


def changed_since(
    plan: PlanReader, kind: str, item: Formed, seen_revision: int
) -> tuple[Formed, list[Change]]:
    """
    Return an item as a form saw it, and what was changed since, the newest first.

    Args:
        kind: As the audit trail calls it: "issue", "team".
        seen_revision: Another than the item has now.
    """
    since = min(max(item.revision - seen_revision, 1), _MAX_LOOKED_BACK)
    changes = plan.changes(kind=kind, key=item.key, limit=since)
    opened = item
    for change in changes:
        opened = with_fields(opened, change.before or {})
    return opened, changes
