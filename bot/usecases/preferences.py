"""How a person wants to be asked: their own words about themselves."""

from dataclasses import dataclass, replace
from typing import Any

from bot.domain.people import Person
from bot.domain.plan import Why
from bot.domain.prompts import PromptKind
from bot.ports import PlanDatabase, PlanWriter
from bot.usecases.asking import Asker


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChanged:
    """What a person said; `changed` is False where all was so before."""

    operation: str
    after: Person
    changed: bool


def change_person(plans: PlanDatabase, said: dict[str, Any], asker: Asker) -> PersonChanged:
    """
    Write what somebody said about themselves; everything else about them stays.

    Args:
        said: Fields of `Person` by name.
    """
    with plans.changing(asker.workspace_id) as plan:
        return _change(plan, said, asker)


def mute(plans: PlanDatabase, kind: PromptKind, asker: Asker) -> PersonChanged:
    """Turn a kind of prompt down for the asker; what they turned down before stays so."""
    with plans.changing(asker.workspace_id) as plan:
        muted = plan.person(asker.member_id).muted
        return _change(plan, {"muted": tuple(sorted({*muted, kind.value}))}, asker)


def _change(plan: PlanWriter, said: dict[str, Any], asker: Asker) -> PersonChanged:
    before = plan.person(asker.member_id)
    after = replace(before, **said)
    changed = after != before and not plan.operation(asker.operation)
    if changed:
        plan.save(after, asker.why())
        if answer := asker.answer():
            plan.emit(answer, asker.now)
    return PersonChanged(operation=asker.operation, after=after, changed=changed)


def note_tour(plans: PlanDatabase, asker: Asker) -> None:
    """Remember when the tour was shown; no change of theirs that `undo` would take back."""
    with plans.changing(asker.workspace_id) as plan:
        person = plan.person(asker.member_id)
        why = Why(
            operation=f"tour:{asker.operation}",
            actor_id="cadence",
            at=asker.now,
            reason="the tour was shown",
        )
        plan.save(replace(person, toured_at=asker.now), why)
