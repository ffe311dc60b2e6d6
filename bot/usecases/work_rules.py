"""The team's rules about its commits: shown, and taken back."""

from dataclasses import replace

from bot.domain.evidence import WorkRule
from bot.domain.plan_gaps import record_name
from bot.domain.rights import Right
from bot.errors import UserError
from bot.ports import PlanDatabase
from bot.usecases.asking import Asker
from bot.usecases.rights import need
from bot.usecases.seeing import record_for


def list_rules(plans: PlanDatabase, workspace_id: str) -> list[tuple[WorkRule, str]]:
    """Return every rule that stands, with the name of the record that a folder belongs to."""
    with plans.reading(workspace_id) as plan:
        rules = plan.work_rules()
        records = {
            rule.key: record_for(plan, rule.record_key, None) for rule in rules if rule.record_key
        }
    named = {key: record_name(record) for key, record in records.items() if record}
    return [(rule, named.get(rule.key, "")) for rule in rules]


def remove_rule(plans: PlanDatabase, key: str, asker: Asker) -> WorkRule:
    """
    Take a rule out of use; the next assessment looks at those commits again.

    Raises:
        UserError: there is no such rule (any more).
    """
    with plans.changing(asker.workspace_id) as plan:
        need(plan, asker.member_id, Right.WRITE)
        rule = next((rule for rule in plan.work_rules() if rule.key == key), None)
        if rule is None:
            raise UserError(f"{key} is not in use (any more).")
        plan.save(replace(rule, removed_at=asker.now), asker.why())
        if answer := asker.answer():
            plan.emit(answer, asker.now)
        return rule
