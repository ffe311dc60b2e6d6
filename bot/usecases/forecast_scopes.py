"""What is forecast: the whole project, its open phases and the stages in progress."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.assessment import PlanSnapshot
from bot.domain.plan import Phase, Record, Stage, Status, Task
from bot.domain.plan_gaps import one_line, stage_name

MAX_STAGES = 25  # stages under way that are forecast one by one
_UNDER_WAY = frozenset({Status.IN_PROGRESS, Status.BLOCKED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What one forecast is about: the whole project, a phase or a stage, and its items."""

    kind: str
    key: str
    name: str
    items: Sequence[Record]
    ref: str | None = None
    planned_end: datetime | None = None
    stages: Sequence[Stage] = ()

    @property
    def done_at(self) -> list[datetime]:
        """When the items that are done were completed."""
        return [item.completed_at for item in self.items if is_done(item) and item.completed_at]

    @property
    def remaining(self) -> int:
        """How many items are open."""
        return sum(not is_done(item) for item in self.items)

    @property
    def added_at(self) -> list[datetime]:
        """When the tasks were made, as far as that is known."""
        return [
            item.created_at for item in self.items if isinstance(item, Task) and item.created_at
        ]


def scopes_of(snapshot: PlanSnapshot) -> list[Scope]:
    """Return what to forecast, the whole project first; nothing where the plan is empty."""
    whole = _whole_scope(snapshot)
    if not whole.items:
        return []
    phases = [_phase_scope(phase, snapshot) for phase in snapshot.phases]
    moving = [stage for stage in snapshot.stages if stage.status in _UNDER_WAY][:MAX_STAGES]
    stages = [_stage_scope(stage, snapshot) for stage in moving]
    return [whole, *(phase for phase in phases if phase.items and phase.remaining), *stages]


def scopes_of_keys(snapshot: PlanSnapshot, keys: Collection[str]) -> dict[str, Scope]:
    """Return what was forecast once, by key: what has ended is forecast no more, but scored."""
    scopes = [
        _whole_scope(snapshot),
        *(_phase_scope(phase, snapshot) for phase in snapshot.phases if phase.key in keys),
        *(_stage_scope(stage, snapshot) for stage in snapshot.stages if stage.key in keys),
    ]
    return {scope.key: scope for scope in scopes}


def _whole_scope(snapshot: PlanSnapshot) -> Scope:
    return Scope(
        kind="project",
        key=snapshot.workspace.id,
        name=snapshot.workspace.name or "the project",
        items=snapshot.tasks or snapshot.stages,
        stages=snapshot.stages,
    )


def _phase_scope(phase: Phase, snapshot: PlanSnapshot) -> Scope:
    stages = [stage for stage in snapshot.stages if stage.phase_key == phase.key]
    keys = {stage.key for stage in stages}
    tasks = [task for task in snapshot.tasks if task.stage_key in keys]
    name = f"Phase {phase.ref}" if phase.ref else one_line(phase.name, 60)
    return Scope(
        kind="phase",
        key=phase.key,
        name=name,
        items=tasks if snapshot.tasks else stages,
        ref=phase.ref,
        planned_end=phase.planned_end,
        stages=stages,
    )


def _stage_scope(stage: Stage, snapshot: PlanSnapshot) -> Scope:
    return Scope(
        kind="stage",
        key=stage.key,
        name=f"Stage {stage_name(stage)}",
        items=[task for task in snapshot.tasks if task.stage_key == stage.key] or [stage],
        ref=stage.ref,
        planned_end=stage.planned_end,
        stages=[stage],
    )


def is_done(item: Record) -> bool:
    """Whether a stage or task is complete."""
    return item.status is Status.COMPLETE
