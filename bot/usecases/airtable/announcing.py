"""What people see of what happened in Airtable: issues, conflicts, notices."""

from datetime import datetime

from bot.domain.airtable.state import Conflict
from bot.domain.effects import Effect, EffectKind
from bot.domain.issues import Issue
from bot.domain.plan import Why
from bot.domain.plan_items import PlanItem
from bot.ports import PlanWriter
from bot.usecases.asking import Asker
from bot.usecases.file_issue import announce_issue


def announce_pulled(plan: PlanWriter, before: PlanItem | None, after: PlanItem, why: Why) -> None:
    """Show an issue that was filed or changed in Airtable where Slack's issues are shown."""
    if not isinstance(after, Issue) or before == after:
        return
    asker = Asker(
        workspace_id=plan.workspace.id,
        member_id=why.actor_id,
        cause=why.operation,
        words=why.reason,
        now=why.at,
    )
    announce_issue(plan, after, asker)


def conflict_subject(conflict: Conflict) -> str:
    """Return the name under which a conflict's card is remembered; a later one has its own."""
    return f"conflict:{conflict.key}:{conflict.found_at.isoformat()}"


def show_conflict(plan: PlanWriter, conflict: Conflict, at: datetime) -> None:
    """Post a conflict's card, or bring it up to date where it is."""
    state = conflict.choice or f"{conflict.their_at.isoformat()}:{conflict.our_at}"
    plan.emit(
        Effect(
            key=f"{conflict_subject(conflict)}#{state}",
            kind=EffectKind.AIRTABLE_CONFLICT,
            payload={"conflict": conflict.key},
            lane=f"conflict:{conflict.key}",
        ),
        at,
    )


def tell_admins(plan: PlanWriter, notice: str, at: datetime) -> None:
    """Tell every admin, and the lead, once: `notice` names a trouble or a budget's mark."""
    told = [member.id for member in plan.members() if member.is_admin and member.is_active]
    told += [plan.workspace.lead_id] if plan.workspace.lead_id else []
    for member_id in dict.fromkeys(told):
        plan.emit(
            Effect(
                key=f"airtable:{notice}:{member_id}",
                kind=EffectKind.AIRTABLE_NOTICE,
                payload={"notice": notice, "member": member_id},
                lane=f"dm:{member_id}",
            ),
            at,
        )
