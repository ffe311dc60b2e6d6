"""Look at every row of the audit trail: whether it is as it was written."""

from bot.domain.trail import Break, Head, Verdict, walked
from bot.ports import PlanDatabase


def verify_trail(plans: PlanDatabase, workspace_id: str, anchor: Head | None = None) -> Verdict:
    """
    Follow the chain from its first row to where the writers left its end.

    Args:
        anchor: An earlier head, as a report in the project's repo states it.
    """
    with plans.reading(workspace_id) as plan:
        verdict = walked(workspace_id, plan.walk_changes(), plan.trail_head(), anchor)
        if verdict.broken is None and (false := plan.false_marks()):
            said = "its mark “undone” is not what the undos say"
            return Verdict(verdict.intact, verdict.head, Break(said, false[0]))
    return verdict
