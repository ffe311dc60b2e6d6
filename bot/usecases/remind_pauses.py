"""Remind the lead of a pause that nobody has ended: once a month."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain.effects import Effect, EffectKind
from bot.domain.prompts import PromptKind
from bot.domain.team import Pause
from bot.ports import PlanReader, PlanWriter
from bot.usecases.prompting import first_who_listens, send_prompt
from bot.usecases.rights import admins

MONTH = timedelta(days=30)


def forgotten_pauses(plan: PlanReader, pauses: Iterable[Pause], now: datetime) -> list[Pause]:
    """Return the pauses without an end of which this month nobody was reminded yet."""
    return [
        pause
        for pause in pauses
        if pause.last is None
        and now - pause.at >= MONTH
        and plan.delivery(_key(pause, now)) is None
    ]


def remind_of_pauses(plan: PlanWriter, pauses: Iterable[Pause], now: datetime) -> None:
    """Tell the lead, else whoever paused it, else an admin: who is here and listens."""
    for pause in pauses:
        wanted = (plan.workspace.lead_id, pause.by, *admins(plan))
        member_id = first_who_listens(plan, wanted, PromptKind.CALENDAR)
        if member_id is None:
            continue
        effect = Effect(
            key=_key(pause, now),
            kind=EffectKind.PAUSE_REMINDER,
            payload={"pause": pause.key, "member": member_id},
            lane=f"dm:{member_id}",
        )
        send_prompt(plan, effect, member_id, PromptKind.CALENDAR, now)


def _key(pause: Pause, now: datetime) -> str:
    return f"pause:{pause.key}#month:{(now - pause.at) // MONTH}"
