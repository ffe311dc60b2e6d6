"""Change what a team has agreed on; of two who edit at once neither wipes the other's words."""

from dataclasses import dataclass, fields, replace
from typing import Any

from bot.domain.plan import Change
from bot.domain.rights import Right
from bot.domain.team import Team
from bot.ports import PlanDatabase, PlanReader
from bot.usecases.asking import Asker
from bot.usecases.escalate import tell_new_stakeholders
from bot.usecases.mailing import stakeholders_of
from bot.usecases.meanwhile import changed_since
from bot.usecases.rights import need

_OWN = {"key", "removed_at", "revision"}  # fields that say nothing about the settings


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamChanged:
    """What was written; `changed` is False where all was so before."""

    operation: str
    before: Team
    after: Team
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamAsked:
    """
    Somebody else saved while the form was open, so nothing was written.

    Args:
        proposed: The settings as they are now, with what the asker changed put on top.
        theirs: What was changed meanwhile, newest first.
    """

    proposed: Team
    theirs: tuple[Change, ...]


def change_team(
    plans: PlanDatabase, wanted: Team, seen_revision: int, asker: Asker
) -> TeamChanged | TeamAsked:
    """
    Write the settings, or return what has to be shown first.

    Args:
        wanted: The settings as the form has them.
        seen_revision: The revision that the form was filled from.

    Raises:
        UserError: the asker may not edit them.
    """
    with plans.changing(asker.workspace_id) as plan:
        need(plan, asker.member_id, Right.SETTINGS)
        current = plan.team()
        if plan.operation(asker.operation):
            return TeamChanged(
                operation=asker.operation, before=current, after=current, changed=False
            )
        if current.revision != seen_revision:
            return _merged(plan, current, wanted, seen_revision)
        after = replace(current, **_settings_of(wanted))
        if after != current:
            told = stakeholders_of(plan)
            plan.save(after, asker.why())
            tell_new_stakeholders(plan, told, asker.now)
            if answer := asker.answer():
                plan.emit(answer, asker.now)
        return TeamChanged(
            operation=asker.operation, before=current, after=after, changed=after != current
        )


def _merged(plan: PlanReader, current: Team, wanted: Team, seen_revision: int) -> TeamAsked:
    opened, theirs = changed_since(plan, "team", current, seen_revision)
    was = _settings_of(opened)
    mine = {name: value for name, value in _settings_of(wanted).items() if value != was[name]}
    return TeamAsked(proposed=replace(current, **mine), theirs=tuple(theirs))


def _settings_of(team: Team) -> dict[str, Any]:
    return {
        field.name: getattr(team, field.name) for field in fields(team) if field.name not in _OWN
    }
