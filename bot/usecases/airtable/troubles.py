"""What waits for a person: refused rows, refused tokens, spent budgets. Told once, and why."""

from dataclasses import replace
from datetime import datetime

from bot.domain.airtable.budget import month_end
from bot.domain.airtable.mapping import MappedTable
from bot.domain.airtable.state import BaseState, QueuedPush, Trouble
from bot.errors import RefusedError
from bot.ports import PlanDatabase, PlanWriter
from bot.ports.airtable import Airtable
from bot.usecases.airtable.announcing import tell_admins
from bot.usecases.airtable.schema import check_schema

_UNAUTHORIZED = 401
_FORBIDDEN = 403


def hold_row(plan: PlanWriter, push: QueuedPush, now: datetime) -> None:
    """Tell the admins of a row that waits for a person, once for each reason."""
    tell_admins(plan, f"row:{push.kind}:{push.key}:{push.error}"[:200], now)


def put_trouble(plan: PlanWriter, trouble: Trouble, now: datetime) -> None:
    """Keep a trouble until it is cured, and tell the admins when it is new."""
    base = plan.airtable_base()
    if base is None or any(each.key == trouble.key for each in base.troubles):
        return
    plan.put_airtable_base(replace(base, troubles=(*base.troubles, trouble)))
    tell_admins(plan, f"trouble:{trouble.key}", now)


def clear_trouble(plan: PlanWriter, *keys: str) -> None:
    """Forget troubles that are cured."""
    base = plan.airtable_base()
    if base is not None and any(each.key in keys for each in base.troubles):
        left = tuple(each for each in base.troubles if each.key not in keys)
        plan.put_airtable_base(replace(base, troubles=left))


def note_refusal(
    plans: PlanDatabase,
    airtable: Airtable,
    workspace_id: str,
    error: RefusedError,
    table: MappedTable | None,
    now: datetime,
) -> None:
    """
    Stop what Airtable refuses to whoever asks: the token, the base, or one table's writes.

    A table may be refused because it is gone (contracts, 1.4): that is looked up.

    Raises:
        OutageError: Airtable does not answer.
    """
    if error.status == _FORBIDDEN and table is not None:
        try:
            check_schema(plans, airtable, workspace_id, now=now)
        except RefusedError as refusal:
            error, table = refusal, None
    with plans.changing(workspace_id) as plan:
        base = plan.airtable_base()
        if base is None:
            return
        plan.put_airtable_base(replace(base, error=error.code, error_at=now))
        if error.status == _UNAUTHORIZED:
            _stop(plan, _REVOKED, now)
        elif error.status == _FORBIDDEN and table is not None:
            if base.usable.of_table(table.table_id):
                put_trouble(plan, _read_only(table, error.detail), now)
        elif error.status == _FORBIDDEN:
            _stop(plan, _NO_BASE, now)


def spend_budget(plans: PlanDatabase, workspace_id: str, now: datetime) -> None:
    """Stop asking until the month ends: waiting shorter does not help (contracts, 1.2)."""
    with plans.changing(workspace_id) as plan:
        base = plan.airtable_base()
        if base is None:
            return
        until = month_end(now)
        plan.put_airtable_base(
            replace(
                base,
                stopped_until=until,
                error="PUBLIC_API_BILLING_LIMIT_EXCEEDED",
                error_at=now,
            )
        )
        tell_admins(plan, f"spent:{now:%Y-%m}", now)


_REVOKED = Trouble(
    key="token",
    text="Airtable no longer accepts the token, so nothing is read or written. What was changed"
    " here is kept and will be written.",
    cure="Make a new personal access token, put it into AIRTABLE_API_KEY and restart; then"
    " `/bqx airtable retry`.",
)
_NO_BASE = Trouble(
    key="base",
    text="The token may no longer see this base (or the base is gone), so nothing is read or"
    " written. What was changed here is kept.",
    cure="Give the token access to the base at airtable.com/create/tokens, then"
    " `/bqx airtable retry`.",
)


def _read_only(table: MappedTable, detail: str) -> Trouble:
    return Trouble(
        key=f"refused:{table.table_id}",
        text=f"Airtable refuses writes to “{table.name}”: {detail or 'not permitted'}. They wait;"
        " everything else goes on.",
        cure="Give the token's user editor rights and the scope data.records:write, then"
        " `/bqx airtable retry`.",
        table_id=table.table_id,
    )


def _stop(plan: PlanWriter, trouble: Trouble, now: datetime) -> None:
    put_trouble(plan, trouble, now)
    base = plan.airtable_base()
    if base is not None:
        plan.put_airtable_base(replace(base, state=BaseState.STOPPED))
