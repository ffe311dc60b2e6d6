"""Escalate what a Monday found, once, and have its pages for standup and debt sent."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from bot.domain.effects import Effect, EffectKind
from bot.domain.escalations import Escalation, EscalationCause
from bot.domain.findings import Report
from bot.domain.issues import Severity
from bot.domain.triggers import Trigger, Triggered
from bot.ports import PlanReader, PlanWriter
from bot.usecases.mailing import MailCause, send_mails, stakeholders_of
from bot.usecases.reporting import channel_effect

OF_PLAN = frozenset({EscalationCause.SLIP, EscalationCause.BOTTLENECK, EscalationCause.BUDGET})
_FIRST_WEEK = 7  # days: the first Monday of a month is one of these


def escalate_findings(plan: PlanWriter, triggered: Triggered, report: Report) -> None:
    """Begin what is new, leave what carries on alone, and end what is so no more."""
    now = report.as_of
    going = {each.key: each for each in plan.escalations() if each.cause in OF_PLAN}
    found = {trigger.key: trigger for trigger in triggered.found}
    for key, escalation in going.items():
        if key not in found and key not in triggered.untold:
            plan.put_escalation(replace(escalation, ended_at=now, ended_why="settled"))
    begun = [trigger for key, trigger in found.items() if key not in going]
    for trigger in begun:
        _begin(plan, trigger, now)
    if begun:
        effect = channel_effect(
            f"{report.key}#escalated", EffectKind.TRIGGER_POST, report, plan, now
        )
        keys = [trigger.key for trigger in begun]
        plan.emit(replace(effect, payload={**effect.payload, "keys": keys}), now)


def page_effects(plan: PlanReader, report: Report, *, has_repo: bool) -> Iterator[Effect]:
    """Yield the pages for the standup (Level 3) and, on the month's first Monday, of the debt."""
    levels = {issue.severity for issue in plan.issues(open_only=True)}
    if Severity.MINOR in levels:
        yield channel_effect(
            f"{report.key}#standup", EffectKind.GAP_STANDUP, report, plan, report.as_of
        )
    if date.fromisoformat(report.local_date).day > _FIRST_WEEK:
        return
    key = register_key(report.key)
    yield channel_effect(key, EffectKind.GAP_DEBT, report, plan, report.as_of)
    if has_repo:
        yield Effect(
            key=f"{key}:repo",
            kind=EffectKind.DEBT_REPORT,
            payload={"report": report.key},
            lane="repo",
        )


def register_key(report_key: str) -> str:
    """Return the key of the effect that posts the debt register into a report's thread."""
    return f"{report_key}#debt"


def _begin(plan: PlanWriter, trigger: Trigger, now: datetime) -> None:
    plan.put_escalation(
        Escalation(
            key=trigger.key,
            cause=trigger.cause,
            started_at=now,
            text=trigger.text,
            evidence=trigger.evidence,
        )
    )
    key = f"esc:{trigger.key}:{int(now.timestamp() * 1000)}"
    send_mails(plan, trigger.key, MailCause.TRIGGER, stakeholders_of(plan), now, key=key)
