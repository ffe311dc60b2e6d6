"""Escalate what somebody has to have, until a person has it."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import escalating
from bot.domain.effects import Effect, EffectKind, issue_subject
from bot.domain.escalating import Ask, Reach
from bot.domain.escalations import Escalation
from bot.domain.issues import Issue, Severity
from bot.domain.plan import Change
from bot.domain.rights import Right
from bot.errors import UserError
from bot.ports import PlanDatabase, PlanReader, PlanWriter
from bot.usecases.asking import Asker
from bot.usecases.mailing import (
    MailCause,
    addresses_instead,
    mail_key,
    send_mails,
    stakeholders_of,
)
from bot.usecases.rights import need
from bot.usecases.seeing import visible_issue

# A level given by mistake is corrected within minutes; the brief has 24 hours for this mail.
LEVEL_2_GRACE = timedelta(minutes=10)
NEW_WITHIN = timedelta(days=1)
_MAX_LOOKED_BACK = 500  # changes of one issue
OWN_ACTORS = frozenset({"cadence", "import"})  # whose changes are nobody's work on an issue

log = logging.getLogger(__name__)


def follow_issue(plan: PlanWriter, issue: Issue, asker: Asker) -> None:
    """Begin, move or end an issue's escalation after a change, in the change's transaction."""
    before = plan.escalation(issue.key)
    after = escalating.follow(before, issue, plan.team(), asker.now)
    if after is not None and after != before:
        plan.put_escalation(after)
    if issue.severity is Severity.MAJOR and not issue.is_security:
        _tell_of_level_2(plan, issue, asker)


def tick_escalations(plans: PlanDatabase, workspace_id: str, now: datetime) -> int:
    """
    Take every step that is due, each in a transaction of its own; returns how many were due.

    Any number of replicas may do this at any time: a step is taken by whoever reads it first, and
    its messages have its number in their keys.
    """
    with plans.reading(workspace_id) as plan:
        due = [each.key for each in plan.escalations() if escalating.is_due(each, now)]
    for key in due:
        with plans.changing(workspace_id) as plan:
            before = plan.escalation(key)
            if before is not None and escalating.is_due(before, now):
                _take(plan, before, now)
    return len(due)


def snooze(plans: PlanDatabase, key: str, asker: Asker) -> Escalation:
    """
    Postpone an escalation, once.

    Raises:
        UserError: there is none, it is at rest, or it was postponed before.
    """
    with plans.changing(asker.workspace_id) as plan:
        need(plan, asker.member_id, Right.WRITE)
        before = plan.escalation(key)
        if before is None or plan.issue(key) is None:
            raise UserError(f"{key} does not escalate, so there is nothing to postpone.")
        visible_issue(plan, key, asker.member_id)
        until = before.snoozed_until
        if before.snoozed_by == asker.member_id and until and until > asker.now:
            return before  # the same click once more
        after = escalating.snoozed(before, asker.member_id, plan.team(), asker.now)
        plan.put_escalation(after)
        name = f"{_name(after)}:snooze"
        _note(plan, after, name, {"by": asker.member_id}, asker.now)
        return after


def still_on_it(plans: PlanDatabase, key: str, asker: Asker) -> Issue:
    """
    Write down that somebody is at work on an issue, so that nobody is asked for a while.

    Raises:
        UserError: it is gone, or nothing is left to do about it.
    """
    with plans.changing(asker.workspace_id) as plan:
        need(plan, asker.member_id, Right.WRITE)
        issue = plan.issue(key)
        if issue is None or issue.removed_at is not None or not issue.status.is_open:
            raise UserError(f"{key} is not open any more; nothing is asked about it.")
        visible_issue(plan, key, asker.member_id)
        after = replace(issue, touched_at=asker.now)
        plan.save(after, asker.why())
        follow_issue(plan, after, asker)
        if answer := asker.answer():
            plan.emit(answer, asker.now)
        return after


def mail_instead(plan: PlanWriter, key: str, code: str, now: datetime) -> None:
    """Have e-mail go where Slack did not take an issue's post: once an escalation."""
    escalation, issue = plan.escalation(key), plan.issue(key)
    if escalation is None or escalation.ended_at or escalation.acknowledged_by or issue is None:
        return
    to, name = addresses_instead(plan, issue), f"{_name(escalation)}:slack"
    if not to or any(plan.delivery(mail_key(name, address)) for address in to):
        return  # each refused attempt comes by here
    log.warning("%s is not in Slack (%s): e-mail to %d addresses", key, code, len(to))
    send_mails(plan, key, MailCause.SLACK, to, now, key=name)


def hurry(plan: PlanWriter, key: str, step: int, now: datetime) -> None:
    """Take the next step at once, because the message of this one was refused."""
    escalation = plan.escalation(key)
    if escalation is not None and escalation.ended_at is None and escalation.step == step:
        plan.put_escalation(escalating.hurried(escalation, plan.team(), now))


def reach_of(plan: PlanReader) -> Reach:
    """Return who can be asked."""
    return Reach(
        members={member.id: member for member in plan.members()},
        people=plan.people(),
        lead_id=plan.workspace.lead_id,
        stakeholders=bool(stakeholders_of(plan)),
    )


def _take(plan: PlanWriter, before: Escalation, now: datetime) -> None:
    issue, team = plan.issue(before.key), plan.team()
    ended = escalating.at_rest(before, issue, now)
    if ended is not None or issue is None:
        plan.put_escalation(ended or before)
        return
    now_is = escalating.rewound(before, team, now)
    if escalating.needs_a_look(now_is, now):
        now_is = escalating.looked(now_is, team, now)
        if plan.post(issue_subject(before.key)) is None:
            mail_instead(plan, before.key, "not posted in time", now)
    if now_is.acknowledged_by:
        issue = replace(issue, touched_at=_touched_at(plan, issue))
        after, ask = escalating.ask_again(now_is, issue, team, reach_of(plan), now)
    else:
        after, ask = escalating.climb(now_is, issue, team, reach_of(plan), now)
    plan.put_escalation(after)
    if ask is not None:
        # An acknowledged one is asked about any number of times: each has its due moment.
        due = before.next_at or now
        again = f"again:{int(due.timestamp())}" if after.acknowledged_by else ""
        _send(plan, after, ask, f"{_name(after)}:{again or f'step:{ask.step}'}", now)


def _touched_at(plan: PlanReader, issue: Issue) -> datetime | None:
    """Return when a person last did or said anything about an issue, as far as is recorded."""
    changes = plan.changes(kind="issue", key=issue.key, limit=5)
    moments = [c.why.at for c in changes if c.why.actor_id not in OWN_ACTORS]
    moments += [reply.at for reply in plan.issue_replies(issue.key)[-1:]]
    moments += [issue.touched_at] if issue.touched_at else []
    return max(moments, default=None)


def _send(plan: PlanWriter, escalation: Escalation, ask: Ask, name: str, now: datetime) -> None:
    again = bool(escalation.acknowledged_by)
    for member_id in ask.members:
        plan.emit(
            Effect(
                key=f"{name}:{member_id}",
                kind=EffectKind.ESCALATION_ASK,
                payload={
                    "issue": escalation.key,
                    "member": member_id,
                    "step": ask.step,
                    "again": again,
                },
                lane=f"dm:{member_id}",
                urgent=True,
                about=escalation.key,
            ),
            now,
        )
    mailed = 0
    if ask.mails:
        to = stakeholders_of(plan)
        mailed = send_mails(plan, escalation.key, MailCause.STEP, to, now, key=name)
    for word, member_id, why in ask.skipped:
        log.info("%s: %s %s is passed over: %s", escalation.key, word, member_id, why)
    said = {
        "members": list(ask.members),
        "mailed": mailed,
        "skipped": [list(each) for each in ask.skipped],
        "again": again,
    }
    _note(plan, escalation, f"{name}:note", said, now)


def _note(
    plan: PlanWriter, escalation: Escalation, name: str, said: dict[str, object], now: datetime
) -> None:
    """Say in the issue's thread what was done."""
    plan.emit(
        Effect(
            key=name,
            kind=EffectKind.ESCALATION_NOTE,
            payload={"issue": escalation.key, "at": int(now.timestamp()), **said},
            lane=plan.workspace.critical_channel,
            about=escalation.key,
        ),
        now,
    )


def _name(escalation: Escalation) -> str:
    """Return what tells this escalation from an earlier one about the same issue."""
    return f"esc:{escalation.key}:{int(escalation.started_at.timestamp() * 1000)}"


def _tell_of_level_2(plan: PlanWriter, issue: Issue, asker: Asker) -> None:
    """Have the stakeholders told of an issue that became a Level 2 just now."""
    if not issue.status.is_open or issue.removed_at is not None:
        return
    changes = [c for c in plan.operation(asker.operation) if c.key == issue.key]
    if _became_level_2(changes, issue):
        _mail_level_2(plan, issue, stakeholders_of(plan), asker.now)


def tell_new_stakeholders(plan: PlanWriter, before: Iterable[str], now: datetime) -> None:
    """
    Have those who were named stakeholders just now told of each Level 2 that is still open.

    Args:
        before: The stakeholders' addresses until now.
    """
    known = {address.lower() for address in before}
    new = [address for address in stakeholders_of(plan) if address.lower() not in known]
    for issue in plan.issues(open_only=True) if new else ():
        if issue.severity is not Severity.MAJOR or issue.is_security:
            continue
        changes = plan.changes(kind="issue", key=issue.key, limit=_MAX_LOOKED_BACK)
        if _became_level_2(changes, issue):
            _mail_level_2(plan, issue, new, now)


def _became_level_2(changes: Iterable[Change], issue: Issue) -> bool:
    """Whether somebody made it one; a base that is connected brings old ones."""
    return any(
        change.why.at - issue.discovered_at <= NEW_WITHIN
        if change.before is None
        else "severity" in change.after
        for change in changes
    )


def _mail_level_2(plan: PlanWriter, issue: Issue, to: Iterable[str], now: datetime) -> None:
    send_mails(
        plan,
        issue.key,
        MailCause.LEVEL_2,
        to,
        now,
        key=f"{issue.key}:level_2",
        not_before=now + LEVEL_2_GRACE,
    )
