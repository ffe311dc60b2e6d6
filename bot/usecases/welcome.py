"""Take over Slack's directory, and give the tour to who is new in it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot.domain.effects import Effect, EffectKind
from bot.domain.plan import Member, Why
from bot.domain.prompts import PromptKind
from bot.ports import PlanDatabase, PlanWriter
from bot.usecases.prompting import send_prompt
from bot.usecases.rights import admins


def take_directory(plan: PlanWriter, members: Iterable[Member], now: datetime) -> None:
    """
    Bring the members up to date; names that people mapped by hand stay.

    Who appears after the directory was first read gets the tour, once. The first time one person
    is welcomed: the lead, else an admin. Of a team's further projects nobody is told again.
    """
    known = {member.id: member for member in plan.members()}
    fresh = []
    for member in members:
        before = known.get(member.id)
        plan.put_member(replace(member, aliases=before.aliases if before else ()))
        if before is None and member.is_here:
            fresh.append(member.id)
    if plan.workspace.project:
        return
    if known:
        for member_id in fresh:
            _give_tour(plan, member_id, now)
    elif who := _installer(plan):
        _send(plan, who, now, welcome=True)


def take_newcomer(plans: PlanDatabase, workspace_id: str, member: Member, now: datetime) -> None:
    """Take over one member who has just joined, with the tour; the next directory has them too."""
    with plans.changing(workspace_id) as plan:
        # Of a directory that was never read nobody is new: its first reading is still to come.
        if plan.members():
            take_directory(plan, [member], now)


def _installer(plan: PlanWriter) -> str | None:
    lead = plan.member(plan.workspace.lead_id) if plan.workspace.lead_id else None
    if lead is not None and lead.is_active:
        return lead.id
    return next(iter(admins(plan)), None)


def _give_tour(plan: PlanWriter, member_id: str, now: datetime) -> None:
    person = plan.person(member_id)
    if person.toured_at is not None:
        return
    _send(plan, member_id, now)
    why = Why(operation=f"tour:{member_id}", actor_id="cadence", at=now, reason="new here")
    plan.save(replace(person, toured_at=now), why)


def _send(plan: PlanWriter, member_id: str, now: datetime, *, welcome: bool = False) -> None:
    kind = "welcome" if welcome else "tour"
    effect = Effect(
        key=f"{kind}:{member_id}",
        kind=EffectKind.TOUR,
        payload={"member": member_id, "welcome": welcome},
        lane=f"dm:{member_id}",
    )
    send_prompt(plan, effect, member_id, PromptKind.TOUR, now)
