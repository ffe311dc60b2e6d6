"""Say who sees an issue: some by name, or everybody again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.domain.effects import BUNDLES, Delivery, Effect, EffectKind, EffectState
from bot.domain.issues import Issue
from bot.domain.rights import Right
from bot.domain.snapshots import mentions
from bot.domain.visibility import audience, may_see
from bot.ports import PlanDatabase, PlanReader, PlanWriter
from bot.usecases.airtable.merging import queue_again
from bot.usecases.asking import Asker
from bot.usecases.file_issue import announce_issue, direct_subject, named_subject
from bot.usecases.identities import known_person
from bot.usecases.reporting import REPORT_KIND, show_pages_again
from bot.usecases.rights import need
from bot.usecases.seeing import visible_issue

_FOR_ONE = frozenset(
    {
        EffectKind.ESCALATION_ASK,
        EffectKind.ISSUE_NUDGE,
        EffectKind.CHANNEL_TROUBLE,
        EffectKind.CODE_QUESTION,
    }
)
_MAX_BUNDLES = 100_000  # a small team's of many years


@dataclass(frozen=True, slots=True, kw_only=True)
class Restricted:
    """
    Who sees an issue now.

    Args:
        operation: What Undo takes back; "" where nothing was changed.
        audience: Slack ids of those who see it; () for everybody.
    """

    operation: str
    issue: Issue
    audience: tuple[str, ...]


def who_sees(plan: PlanReader, key: str, member_id: str) -> Restricted:
    """
    Return who sees an issue.

    Raises:
        UserError: there is no such issue for this member.
    """
    return _shown(plan, visible_issue(plan, key, member_id), "")


def restrict_issue(
    plans: PlanDatabase, key: str, member_ids: Sequence[str], asker: Asker
) -> Restricted:
    """
    Let only those named see an issue; beside them who filed it, its owner, the lead and the asker.

    With nobody named everybody sees it again.

    Raises:
        UserError: there is no such issue for this member, who may not say that of it, or somebody
            named is no person of the workspace.
    """
    with plans.changing(asker.workspace_id) as plan:
        issue = visible_issue(plan, key, asker.member_id)
        if plan.operation(asker.operation):  # the same request once more
            return _shown(plan, issue, asker.operation)
        if asker.member_id != issue.reporter_id:
            need(plan, asker.member_id, Right.RESTRICT_ISSUES)
        for member_id in member_ids:
            known_person(plan, member_id)
        after = replace(issue, visible_to=tuple(dict.fromkeys(member_ids)))
        lead_id = plan.workspace.lead_id
        if not may_see(after, asker.member_id, lead_id):
            after = replace(after, visible_to=(*after.visible_to, asker.member_id))
        if after == issue:
            return _shown(plan, issue, "")
        plan.save(replace(after, touched_at=asker.now), asker.why())
        announce_issue(plan, after, asker)
        show_to_others(plan, after, asker)
        for task_key in after.remediation_task_keys if plan.airtable_base() else ():
            queue_again(plan, "task", task_key, asker.now)
        if answer := asker.answer():
            plan.emit(answer, asker.now)
        return _shown(plan, after, asker.operation)


def show_to_others(plan: PlanWriter, issue: Issue, asker: Asker) -> None:
    """
    Bring all that others have of an issue in step with who sees it now, as far as Slack lets us.

    That is what they have in their direct messages, the lines of its thread, the message that named
    it among others, and what recent reports say of it in the channel.
    """
    lead_id = plan.workspace.lead_id
    told = audience(issue, lead_id)
    for member in plan.members():
        if member.id not in told and plan.post(direct_subject(issue, member.id)):
            plan.emit(
                Effect(
                    key=f"{asker.operation}#direct:{issue.key}:{member.id}",
                    kind=EffectKind.ISSUE_DIRECT,
                    payload={"issue": issue.key, "member": member.id},
                    lane=f"dm:{member.id}",
                    about=issue.key,
                ),
                asker.now,
            )
    for each in plan.deliveries_about(issue.key):
        before, result = each.effect, each.result
        for_one = before.kind in _FOR_ONE and not may_see(issue, before.payload["member"], lead_id)
        if "ts" in result and (for_one or before.kind is EffectKind.ISSUE_NOTE):
            _veil(plan, issue, before.key, before.lane, asker)
    for each in _bundles(plan, issue):
        before, result = each.effect, each.result
        if "ts" in result and not may_see(issue, before.payload["member"], lead_id):
            _veil(plan, issue, before.key, before.lane, asker)
    if plan.post(named_subject(issue)):
        _veil(plan, issue, "", plan.workspace.critical_channel, asker)
    for report in plan.recent_reports(REPORT_KIND):
        if mentions(report.snapshot, issue.key):
            show_pages_again(plan, report, asker)


def _bundles(plan: PlanReader, issue: Issue) -> Iterator[Delivery]:
    """Yield the messages that told somebody of an issue among others."""
    for kind in BUNDLES:
        for each in plan.deliveries(EffectState.DONE, kind=kind, limit=_MAX_BUNDLES):
            if each.effect.about is None and issue.key in each.effect.payload.get("issues", ()):
                yield each


def _veil(plan: PlanWriter, issue: Issue, effect_key: str, lane: str, asker: Asker) -> None:
    plan.emit(
        Effect(
            key=f"{asker.operation}#veil:{issue.key}:{effect_key}",
            kind=EffectKind.ISSUE_VEIL,
            payload={"issue": issue.key, "effect": effect_key},
            lane=lane,
            about=issue.key,
        ),
        asker.now,
    )


def _shown(plan: PlanReader, issue: Issue, operation: str) -> Restricted:
    seen_by = audience(issue, plan.workspace.lead_id) if issue.visible_to else ()
    return Restricted(operation=operation, issue=issue, audience=seen_by)
