"""What people see of what happened in Airtable: issues, conflicts, notices."""

from dataclasses import replace
from datetime import datetime

from bot.domain.airtable.state import Conflict
from bot.domain.effects import Effect, EffectKind
from bot.domain.issues import Issue
from bot.domain.plan import Why
from bot.domain.plan_items import PlanItem
from bot.domain.prompts import PromptKind
from bot.ports import PlanReader, PlanWriter
from bot.usecases.asking import Asker
from bot.usecases.file_issue import announce_issue
from bot.usecases.prompting import send_prompt
from bot.usecases.rights import admins


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


def asking_key(conflict: Conflict) -> str:
    """Return the key of the effect, and of the prompt, that first shows a conflict's card."""
    return f"{conflict_subject(conflict)}#card"


def addressee(plan: PlanReader, conflict: Conflict) -> str | None:
    """Return who settles it: whoever changed it here, else the lead; None asks the channel."""
    ours = plan.member(conflict.our_actor)
    return ours.id if ours and ours.is_active else plan.workspace.lead_id


def show_conflict(plan: PlanWriter, conflict: Conflict, at: datetime) -> None:
    """Ask a person with the conflict's card, or bring the card up to date where it is."""
    state = conflict.choice or f"{conflict.their_at.isoformat()}:{conflict.our_at}"
    effect = Effect(
        key=f"{conflict_subject(conflict)}#{state}",
        kind=EffectKind.AIRTABLE_CONFLICT,
        payload={"conflict": conflict.key, "prompt": asking_key(conflict)},
        lane=f"conflict:{conflict.key}",
    )
    member_id, key = addressee(plan, conflict), asking_key(conflict)
    if member_id is None or conflict.choice is not None or plan.prompt(key) is not None:
        plan.emit(effect, at)
        return
    send_prompt(plan, replace(effect, key=key), member_id, PromptKind.CONFLICT, at)


def tell_admins(plan: PlanWriter, notice: str, at: datetime) -> None:
    """Tell every admin, and the lead, once: `notice` names a trouble or a budget's mark."""
    for member_id in admins(plan):
        effect = Effect(
            key=f"airtable:{notice}:{member_id}",
            kind=EffectKind.AIRTABLE_NOTICE,
            payload={"notice": notice, "member": member_id},
            lane=f"dm:{member_id}",
        )
        send_prompt(plan, effect, member_id, PromptKind.NOTICE, at)
