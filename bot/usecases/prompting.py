"""Write to somebody who did not ask, within what they said they want to be asked."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.effects import Effect
from bot.domain.prompts import Prompt, PromptKind, day_of
from bot.ports import PlanWriter


def send_prompt(
    plan: PlanWriter, effect: Effect, member_id: str, kind: PromptKind, now: datetime
) -> bool:
    """
    Send a prompt and count it; the same effect again changes nothing.

    Returns whether it goes out: False where the person turned this kind down.
    """
    person, member = plan.person(member_id), plan.member(member_id)
    if kind.value in person.muted:
        return False
    zone = person.zone or (member.zone if member else plan.workspace.zone)
    day = day_of(now.astimezone(ZoneInfo(zone)).date())
    known = any(each.key == effect.key for each in plan.prompts(member_id, day))
    if not known:
        prompt = Prompt(
            key=effect.key,
            member_id=member_id,
            kind=kind,
            local_date=day,
            at=now,
            effect_key=effect.key,
        )
        plan.put_prompts([prompt])
    plan.emit(effect, now)
    return True
