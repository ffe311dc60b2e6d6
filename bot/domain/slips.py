"""Which stages push a phase past its date, why, and what to do about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

SILENT_DAYS = 14  # the plan's own word for stale: "more than two weeks without updates"


class Cause(StrEnum):
    """What keeps a stage from ending in time, the first to be mended first."""

    BLOCKED = "blocked"
    NO_OWNER = "no owner"
    SILENT = "silent"
    NO_ESTIMATE = "no estimate"
    SCOPE_GROWTH = "scope growth"
    LOW_THROUGHPUT = "low throughput"


MITIGATIONS: Mapping[Cause, str] = MappingProxyType(
    {
        Cause.BLOCKED: "Settle the open Level 1 or 2 issue first, or work round it.",
        Cause.NO_OWNER: "Name one person who answers for it.",
        Cause.SILENT: "Ask for its true state this week; split off what is stuck.",
        Cause.NO_ESTIMATE: "Split it into tasks and estimate them, so that its end can be told.",
        Cause.SCOPE_GROWTH: "Agree what is in; move later tasks to a later stage.",
        Cause.LOW_THROUGHPUT: "Take tasks out, add hands, or agree a later date.",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StageOutlook:
    """
    What is known of one stage's end.

    Args:
        ref: As people call it, "1.5.4".
        planned_end: None where the plan names no date.
        p85: Its forecast's date; None where there is no forecast, or never.
        never: The forecast says "not within ten years".
        silent_days: Days without an update, None where there never was one.
        blocked_by: Refs of open Level 1 and 2 issues on it.
        added_tasks: Tasks that came in during the last four weeks.
        done_tasks: Tasks finished during the last four weeks.
        rate_per_week: Tasks a week its forecast counts on; None without a forecast.
    """

    ref: str
    remaining: int
    planned_end: datetime | None = None
    p85: datetime | None = None
    never: bool = False
    has_owner: bool = True
    has_estimate: bool = True
    silent_days: int | None = None
    blocked_by: tuple[str, ...] = ()
    added_tasks: int = 0
    done_tasks: int = 0
    rate_per_week: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipDriver:
    """
    A stage that ends too late.

    Args:
        slip_days: Days from the phase's date to the stage's end; None means it never ends, or its
            end cannot be told.
        gain_days: Days the phase would end sooner if this stage alone were in time; 0 while
            another one is as late.
        late_itself: It also misses its own planned date: the at-risk flag.
    """

    ref: str
    slip_days: float | None
    gain_days: float
    late_itself: bool
    causes: tuple[Cause, ...]

    @property
    def mitigations(self) -> tuple[str, ...]:
        """Return a sentence on what to do for each cause."""
        return tuple(MITIGATIONS[cause] for cause in self.causes)


def slip_drivers(
    stages: Sequence[StageOutlook], *, due: datetime, now: datetime
) -> tuple[SlipDriver, ...]:
    """
    Return the stages that push a phase past `due`, the worst first.

    A stage pushes when its P85 lies after `due`, when it never ends, or when it has no forecast
    and its own planned date is over. What has nothing left pushes nothing.
    """
    pushing = [
        (stage, _slip(stage, due))
        for stage in stages
        if stage.remaining > 0 and _pushes(stage, due, now)
    ]
    pushing.sort(key=lambda pair: (-_rank(*pair), pair[0].ref))
    slips = [slip for _, slip in pushing]
    return tuple(
        SlipDriver(
            ref=stage.ref,
            slip_days=slip,
            gain_days=_gain(slips) if place == 0 else 0.0,
            late_itself=is_at_risk(stage, now=now),
            causes=causes(stage, due=due, now=now),
        )
        for place, (stage, slip) in enumerate(pushing)
    )


def is_at_risk(stage: StageOutlook, *, now: datetime) -> bool:
    """Tell whether an unfinished stage will miss its own planned date, or has missed it."""
    if stage.remaining == 0 or stage.planned_end is None:
        return False
    late = stage.p85 is not None and stage.p85 > stage.planned_end
    return stage.never or late or stage.planned_end < now


def causes(stage: StageOutlook, *, due: datetime, now: datetime) -> tuple[Cause, ...]:
    """Return what keeps a stage from ending by `due`, the first to be mended first."""
    found = {
        Cause.BLOCKED: bool(stage.blocked_by),
        Cause.NO_OWNER: not stage.has_owner,
        Cause.SILENT: stage.silent_days is None or stage.silent_days > SILENT_DAYS,
        Cause.NO_ESTIMATE: not stage.has_estimate,
        Cause.SCOPE_GROWTH: stage.added_tasks > stage.done_tasks,
        Cause.LOW_THROUGHPUT: _too_slow(stage, due, now),
    }
    return tuple(cause for cause, holds in found.items() if holds)


def _pushes(stage: StageOutlook, due: datetime, now: datetime) -> bool:
    if stage.never or stage.p85 is not None:
        return stage.never or (stage.p85 is not None and stage.p85 > due)
    return stage.planned_end is not None and stage.planned_end < now


def _slip(stage: StageOutlook, due: datetime) -> float | None:
    return None if stage.never or stage.p85 is None else (stage.p85 - due) / timedelta(days=1)


def _rank(stage: StageOutlook, slip_days: float | None) -> float:
    """Return what to sort by: never is the worst, and what cannot be told comes last."""
    if stage.never:
        return float("inf")
    return slip_days or 0.0


def _gain(slips: Sequence[float | None]) -> float:
    """Return by how much the first of the slips exceeds the next; an unknown one gains nothing."""
    worst, following = slips[0], slips[1] if len(slips) > 1 else 0.0
    return 0.0 if worst is None or following is None else worst - following


def _too_slow(stage: StageOutlook, due: datetime, now: datetime) -> bool:
    if stage.rate_per_week is None:
        return False
    weeks = (due - now) / timedelta(weeks=1)
    return weeks <= 0 or stage.rate_per_week < stage.remaining / weeks
