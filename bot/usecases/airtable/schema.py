"""Look at the base's schema before it surprises a write."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.airtable.agreement import Agreed
from bot.domain.airtable.drift import find_drift, renamed_options, with_names
from bot.domain.airtable.mapping import BaseMapping
from bot.domain.airtable.schema import BaseSchema
from bot.domain.airtable.state import AirtableBase, PushState, RecordLink
from bot.ports import PlanDatabase, PlanWriter
from bot.ports.airtable import Airtable
from bot.usecases.airtable.announcing import tell_admins


def check_schema(
    plans: PlanDatabase, airtable: Airtable, workspace_id: str, *, now: datetime
) -> BaseSchema | None:
    """
    Compare the schema with the mapping: follow renames, report drift, release what is cured.

    One call. Returns the schema, None where no base is connected.

    Raises:
        OutageError: Airtable does not answer.
        RefusedError: it refuses.
    """
    with plans.reading(workspace_id) as plan:
        base = plan.airtable_base()
    if base is None:
        return None
    schema = airtable.api(base.base_id, "schema").schema()
    with plans.changing(workspace_id) as writer:
        known = writer.airtable_base()
        if known is not None:
            _take(writer, known, schema, now)
    return schema


def _take(plan: PlanWriter, base: AirtableBase, schema: BaseSchema, now: datetime) -> None:
    mapping = with_names(base.mapping, schema)
    _follow_options(plan, base.mapping, mapping)
    drift = find_drift(mapping, schema)
    others = tuple(each for each in base.troubles if not _is_drift(each.key))
    before = {each.key for each in base.troubles}
    plan.put_airtable_base(replace(base, mapping=mapping, troubles=(*drift, *others)))
    for trouble in drift:
        if trouble.key not in before:
            tell_admins(plan, f"trouble:{trouble.key}", now)
    if before != {each.key for each in (*drift, *others)}:
        # Cured, or left alone from now on: either way a row may have become writable.
        release_held(plan)


def _follow_options(plan: PlanWriter, before: BaseMapping, after: BaseMapping) -> None:
    """Let what was agreed on go by an option's new name: a rename is nobody's change."""
    renamed = renamed_options(before, after)
    for kind in {kind for kind, _ in renamed}:
        names = {word: new for (each, word), new in renamed.items() if each == kind}
        for link in plan.record_links(kind):
            called = _called(link, names)
            if called != link:
                plan.put_link(called)


def _called(link: RecordLink, names: Mapping[str, Mapping[str, str]]) -> RecordLink:
    def now(word: str, cell: Any) -> Any:
        return names[word].get(cell, cell) if word in names and isinstance(cell, str) else cell

    agreed = {
        aspect: Agreed({word: now(word, cell) for word, cell in each.cells.items()}, each.value)
        for aspect, each in link.agreed.items()
    }
    sent = tuple(
        replace(each, was=now(each.word, each.was), cell=now(each.word, each.cell))
        for each in link.sent
    )
    return replace(link, agreed=agreed, sent=sent)


def release_held(plan: PlanWriter) -> None:
    """Let every row try again that waited for a person: something was mended."""
    for push in plan.queued_pushes():
        if push.state is PushState.HELD:
            plan.queue_push(replace(push, state=PushState.WAITING, error="", not_before=None))


def _is_drift(key: str) -> bool:
    return key.startswith(("table:", "field:", "options:"))
