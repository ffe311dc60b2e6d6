"""Find the stage that a member means, or say why it can't be told."""

from bot.domain.outcomes import Ambiguous, Unknown
from bot.domain.plan import Stage
from bot.domain.refs import nearest_refs, parse_ref_argument
from bot.ports import PlanReader


def choose_stage(plan: PlanReader, typed: str) -> Stage | Ambiguous | Unknown:
    """Return the one stage that `typed` (a ref, a code or our key) names."""
    if (stage := plan.stage(typed.upper())) and stage.removed_at is None:
        return stage
    ref = parse_ref_argument(typed)
    found = plan.stages_with_ref(ref) if ref else []
    if len(found) == 1:
        return found[0]
    if found and ref:
        return Ambiguous(ref, tuple(found))
    return Unknown(typed, _near(plan, ref or typed))


def _near(plan: PlanReader, ref: str) -> tuple[Stage, ...]:
    by_ref = {stage.ref: stage for stage in plan.stages() if stage.ref}
    return tuple(by_ref[near] for near in nearest_refs(ref, tuple(by_ref)))
