"""Have e-mails sent about an issue, or about what a Monday escalated: one effect an address."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from bot.domain.effects import Effect, EffectKind, Post
from bot.domain.issues import Issue
from bot.domain.mails import mail_id, read_addresses, thread_id
from bot.ports import PlanReader, PlanWriter


class MailCause(StrEnum):
    """Why somebody gets an e-mail."""

    STEP = "step"  # nobody acknowledged, and it is the stakeholders' turn
    SLACK = "slack"  # Slack has not taken the post
    LEVEL_2 = "level_2"
    TRIGGER = "trigger"  # found on Monday


def stakeholders_of(plan: PlanReader) -> tuple[str, ...]:
    """Return the addresses that the team named, else those of the installation."""
    return read_addresses(plan.team().stakeholders or plan.workspace.stakeholders)


def addresses_of(plan: PlanReader, member_id: str | None) -> tuple[str, ...]:
    """Return the first e-mail address that a member is known by, maybe none."""
    if not member_id:
        return ()
    member = plan.member(member_id)
    known = (*plan.person(member_id).aliases, *(member.aliases if member else ()))
    return read_addresses(known)[:1]


def addresses_instead(plan: PlanReader, issue: Issue) -> tuple[str, ...]:
    """Return who is written to where Slack is no way: stakeholders, and the owner or the lead."""
    person = addresses_of(plan, issue.owner_id or plan.workspace.lead_id)
    return read_addresses((*stakeholders_of(plan), *person))


def send_mails(
    plan: PlanWriter,
    about: str,
    cause: MailCause,
    to: Iterable[str],
    now: datetime,
    *,
    key: str,
    not_before: datetime | None = None,
) -> int:
    """
    Have one mail sent to each address, once for each `key`; returns how many addresses.

    Args:
        about: Key of the issue or of the finding's escalation.
    """
    count = 0
    for address in to:
        count += 1
        effect_key = mail_key(key, address)
        if plan.delivery(effect_key) is None:
            thread = _thread(plan, about, address, effect_key)
            plan.emit(
                Effect(
                    key=effect_key,
                    kind=EffectKind.MAIL,
                    payload={
                        "about": about,
                        "cause": cause.value,
                        "to": address,
                        "id": mail_id(f"{plan.workspace.id} {effect_key}") if thread else "",
                        "thread": thread,
                    },
                    # A lane an address: who is refused or put off keeps nobody waiting.
                    lane=f"mail:{address.lower()}",
                    not_before=not_before,
                    urgent=cause is not MailCause.LEVEL_2,
                    about=about,
                ),
                now,
            )
    return count


def mail_key(key: str, address: str) -> str:
    """Return the key of the effect that sends one of `send_mails`."""
    return f"mail:{key}:{address.lower()}"


def _thread(plan: PlanWriter, about: str, address: str, effect_key: str) -> str:
    """
    Return the id of the mail that began the thread; "" where this is the one that begins it.

    The first mail about an issue has an id made from the issue's key. That there was one is kept
    for ever, as where a message is shown in Slack is: the effect itself is forgotten in time.
    """
    subject = f"mail:{about}:{address.lower()}"
    known = plan.post(subject)
    first = thread_id(plan.workspace.id, about, address)
    if known is not None and known.ts != effect_key:
        return first
    plan.put_post(Post(subject=subject, channel_id=address, ts=effect_key))
    return ""
