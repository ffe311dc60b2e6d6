"""Our own writes as they are found in the base: what was sent is agreed on, nobody is named."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.domain.airtable.agreement import Agreed, same_cell
from bot.domain.airtable.arrived import agreed_as_sent, last_sent
from bot.domain.airtable.mapping import MappedTable
from bot.domain.airtable.state import FOR_ISSUES, PushState, RecordLink, Sent
from bot.ports import PlanReader, PlanWriter


def in_doubt(plan: PlanReader, link: RecordLink) -> dict[str, Sent]:
    """Return what was sent of a record whose answer nobody heard, by the plan's word."""
    push = plan.queued_push(link.kind, link.key) if link.sent else None
    return last_sent(link) if push is not None and push.state is PushState.SENT else {}


def agree_arrived(
    plan: PlanWriter, table: MappedTable, cells: Mapping[str, Any], link: RecordLink
) -> RecordLink:
    """Return the link with what is in doubt agreed on as it was sent, where it has arrived."""
    return agree_as_sent(plan, table, cells, link, in_doubt(plan, link))


def agree_as_sent(
    plan: PlanWriter,
    table: MappedTable,
    cells: Mapping[str, Any],
    link: RecordLink,
    sent: Mapping[str, Sent],
) -> RecordLink:
    """
    Return the link with our writes agreed on as they were sent, where the cells say the same.

    What a task's record says of its issues is agreed on in theirs as well.
    """
    inverse, own = table.fields.get(FOR_ISSUES), sent.get(FOR_ISSUES)
    if inverse and own and same_cell(cells.get(inverse.field_id) or [], own.cell or []):
        agree_other_side(plan, link, own.was, own.cell)
    return replace(link, agreed=agreed_as_sent(link, table, cells, sent))


def agree_other_side(plan: PlanWriter, task: RecordLink, was: Any, cell: Any) -> None:
    """
    Agree in issues' links on what was written of them from a task's side.

    Else the feed's word about the issue's record would look like somebody's change of it.

    Args:
        was: The issues' records that the task's record named before, None for none.
        cell: The same as it was written.
    """
    before, now = set(was or ()), set(cell or ())
    for issue in plan.links_of_records(before ^ now).values():
        agreed = issue.agreed.get("tasks")
        if agreed is None:
            continue
        change = _added if issue.record_id in now else _taken_away
        records = change(agreed.cells.get("tasks"), task.record_id)
        keys = change((agreed.value or {}).get("remediation_task_keys"), task.key)
        item: Any = plan.item("issue", issue.key)
        if item is not None and set(keys) == set(item.remediation_task_keys):
            keys = list(item.remediation_task_keys)  # an order is no news
        heard = Agreed({"tasks": records or None}, {"remediation_task_keys": keys})
        plan.put_link(replace(issue, agreed={**issue.agreed, "tasks": heard}))


def _added(listed: Sequence[str] | None, one: str) -> list[str]:
    return [*_taken_away(listed, one), one]


def _taken_away(listed: Sequence[str] | None, one: str) -> list[str]:
    return [each for each in listed or () if each != one]
