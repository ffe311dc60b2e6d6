"""Keep both sides in step: when to look, what to write, and whom to tell of the budget."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.domain.airtable.budget import look_every, month_of, passed_mark
from bot.domain.airtable.outcomes import Pulled, Pushed
from bot.domain.airtable.state import AirtableBase, BaseState, PullMode
from bot.errors import RefusedError
from bot.ports import PlanDatabase
from bot.ports.airtable import Airtable
from bot.usecases.airtable.announcing import tell_admins
from bot.usecases.airtable.pull import pull_changes
from bot.usecases.airtable.push import push_changes
from bot.usecases.airtable.schema import check_schema, release_held
from bot.usecases.airtable.troubles import clear_trouble, note_refusal

AGAIN_S = 600
HOUR_S = 3_600
DAY_S = 86_400


def due_mark(
    plans: PlanDatabase, airtable: Airtable, workspace_id: str, now: datetime
) -> str | None:
    """
    Return what names the work that is due, so that it is handed over once; None when none is.

    Work that stays due (an error that nobody expected) gets another name after ten minutes.
    """
    with plans.reading(workspace_id) as plan:
        base = plan.airtable_base()
        if base is None or not base.is_open(now):
            return None
        waits = [
            f"{push.kind}:{push.key}:{push.attempts}:{push.not_before.isoformat()}"
            for push in plan.queued_pushes()
            if push.not_before and push.not_before <= now
        ]
    again = int(now.timestamp() // AGAIN_S)
    if is_look_due(base, airtable, now):
        return f"look:{base.pulled_at}:{base.poke}:{again}"
    return f"row:{waits[0]}:{again}" if waits else None


def is_look_due(base: AirtableBase, airtable: Airtable, now: datetime) -> bool:
    """Whether it is time to ask the base for changes."""
    if base.poke or base.pulled_at is None:
        return True
    used = sum(airtable.gate.calls(base.base_id, month_of(now)).values())
    tables = len(base.mapping.tables)
    every = look_every(
        now,
        used=used,
        monthly=airtable.monthly_calls,
        calls_a_look=1 if base.mode is PullMode.FEED else tables,
        noticed=bool(airtable.notify_url and base.webhook_id),
    )
    return now - base.pulled_at >= every


def keep_in_step(
    plans: PlanDatabase,
    airtable: Airtable,
    workspace_id: str,
    *,
    clock: Callable[[], datetime],
    look: bool = False,
) -> tuple[Pushed, Pulled]:
    """
    Write what waits, then look for changes where it is time (or `look`), then write again.

    Raises:
        OutageError: Airtable does not answer, or asks to wait.
    """
    pushed = push_changes(plans, airtable, workspace_id, clock=clock)
    with plans.reading(workspace_id) as plan:
        base = plan.airtable_base()
    pulled = Pulled()
    if base and base.is_open(clock()) and (look or is_look_due(base, airtable, clock())):
        if (look and base.troubles) or _is_schema_due(base, clock()):
            _look_at_schema(plans, airtable, workspace_id, clock())
        pulled = pull_changes(plans, airtable, workspace_id, clock=clock)
        push_changes(plans, airtable, workspace_id, clock=clock)
    warn_of_budget(plans, airtable, workspace_id, clock())
    return pushed, pulled


def _is_schema_due(base: AirtableBase, now: datetime) -> bool:
    """
    Whether this look is the first of the day, or of the hour while something waits for a person.

    The feed does not tell of everything: of an option that was added again, for one.
    """
    every_s = HOUR_S if base.troubles else DAY_S
    looked = base.pulled_at.timestamp() if base.pulled_at else 0.0
    return now.timestamp() // every_s != looked // every_s


def _look_at_schema(
    plans: PlanDatabase, airtable: Airtable, workspace_id: str, now: datetime
) -> None:
    try:
        check_schema(plans, airtable, workspace_id, now=now)
    except RefusedError as error:
        note_refusal(plans, airtable, workspace_id, error, None, now)


def warn_of_budget(
    plans: PlanDatabase, airtable: Airtable, workspace_id: str, now: datetime
) -> None:
    """Tell the admins once a month and mark how much of the month's calls is used."""
    with plans.reading(workspace_id) as plan:
        base = plan.airtable_base()
    if base is None:
        return
    used = sum(airtable.gate.calls(base.base_id, month_of(now)).values())
    mark = passed_mark(used, airtable.monthly_calls)
    if mark is not None:
        with plans.changing(workspace_id) as writer:
            tell_admins(writer, f"budget:{month_of(now)}:{mark}", now)


def retry_now(plans: PlanDatabase, workspace_id: str, now: datetime) -> AirtableBase | None:
    """
    Try again what waited for a person: `/bqx airtable retry`.

    Returns the base, None where none is connected.
    """
    with plans.changing(workspace_id) as plan:
        base = plan.airtable_base()
        if base is None or base.state is BaseState.PROPOSED:
            return None
        plan.put_airtable_base(
            replace(base, state=BaseState.CONNECTED, stopped_until=None, poke=True)
        )
        refused = [each.key for each in base.troubles if each.key.startswith(_CURABLE)]
        clear_trouble(plan, *refused)
        release_held(plan)
        for push in plan.queued_pushes():
            plan.queue_push(replace(push, not_before=now))
        return plan.airtable_base()


_CURABLE = ("token", "base", "refused:")
