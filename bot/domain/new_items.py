"""Items that a draft asks for: the key's sequence, and what a new one has where nothing is said."""

from datetime import datetime
from typing import Any

from bot.domain.issues import Issue, Severity
from bot.domain.plan import Phase, Stage, Task
from bot.domain.plan_file import Draft, ItemKind
from bot.domain.plan_items import PlanItem

SEQUENCES: dict[ItemKind, str] = {"phase": "PHASE", "stage": "STG", "task": "TASK", "issue": "ISS"}


def new_item(draft: Draft, key: str, values: dict[str, Any], now: datetime) -> PlanItem:
    """Return the item of a draft; `values` are the draft's fields and links in our keys."""
    title = draft.called or key
    if draft.kind == "issue":
        defaults = {"title": title, "severity": Severity.MINOR, "discovered_at": now}
        return Issue(key=key, **{**defaults, **values})
    if draft.kind == "task":
        return Task(key=key, **{"title": title, **values})
    made = Phase if draft.kind == "phase" else Stage
    return made(key=key, **{"name": title, **values})
