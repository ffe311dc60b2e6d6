"""Effects: what must happen outside after a change was committed, once and at last."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class EffectKind(StrEnum):
    """What an effect does; `handlers/deliveries.py` has one renderer for each."""

    ISSUE_ROOT = "issue_root"  # show the issue in #bqx-ml-critical, posted once, updated after
    ISSUE_NOTE = "issue_note"  # a line in the issue's thread
    ISSUE_DIRECT = "issue_direct"  # the issue in a person's direct messages, updated in place
    ISSUE_VEIL = "issue_veil"  # a message of before it was restricted, made to say no more of it
    ISSUE_NUDGE = "issue_nudge"  # what of a person's nears or passed its time, one bundle
    REMEDIATION = "remediation"  # a person's overdue remediation tasks, one bundle a day
    THREAD_KEEP = "thread_keep"  # read an issue's thread and keep its replies on the record
    CHANNEL_TROUBLE = "channel_trouble"  # tell reporter and admins that a channel is unusable
    GAP_SUMMARY = "gap_summary"  # the Monday message
    GAP_DETAILS = "gap_details"  # one part of its thread
    GAP_FILE = "gap_file"  # the report as a file in the thread
    GAP_REPORT = "gap_report"  # the report as a file in the project repo
    GAP_SIGN = "gap_sign"  # the signatures of a report, in its thread
    GAP_CHART = "gap_chart"  # the forecast's fan chart as a picture in the thread
    GAP_CHECKS = "gap_checks"  # one bundled direct message, updated in place
    REVIEW = "review"  # the phase review, or the architecture review, in the channel
    END_OF_DAY = "end_of_day"  # one person's daily prompt, updated in place
    ABSENCE = "absence"  # tell somebody that a colleague said they are away
    PAUSE_REMINDER = "pause_reminder"  # a cadence was paused long ago
    AIRTABLE_PUSH = "airtable_push"  # write what the plan changed to the base
    AIRTABLE_CONFLICT = "airtable_conflict"  # the card of a conflict, updated in place
    AIRTABLE_NOTICE = "airtable_notice"  # tell an admin what waits for a person, or the budget
    HISTORY_FILE = "history_file"  # the audit trail as a file, to whoever asked
    CODE_HOST = "code_host"  # write an issue to the code host
    CODE_HOST_NOTICE = "code_host_notice"  # ask an admin for a yes, or tell what is refused
    CODE_QUESTION = "code_question"  # ask an owner what the code or its host says of an issue
    ISSUE_DASHBOARD = "issue_dashboard"  # the dashboard as a file in the project repo
    WAITED_PROMPTS = "waited_prompts"  # the bundle of prompts that the days before had no room for
    TOUR = "tour"  # the tour, or the welcome of whoever installed the product
    ESCALATION_ASK = "escalation_ask"  # ask a person directly to acknowledge, or again
    ESCALATION_NOTE = "escalation_note"  # a line in the issue's thread: who was asked, who not
    TRIGGER_POST = "trigger_post"  # what Monday escalated, in its thread
    MAIL = "mail"  # one e-mail to one address
    MAIL_TROUBLE = "mail_trouble"  # tell an admin once that mail does not go out
    GAP_STANDUP = "gap_standup"  # Level 3 issues, in Monday's thread
    GAP_DEBT = "gap_debt"  # the register of technical debt, in the first Monday's thread
    DEBT_REPORT = "debt_report"  # the register as a file in the project repo
    COMMAND = "command"  # a command that came as a message: run it and answer where it came from
    ANSWER = "answer"  # the answer to a command or form whose process died before it answered


# Of each a message may tell one person of several issues; none of them can be `about` all.
BUNDLES = frozenset({EffectKind.ISSUE_NUDGE, EffectKind.REMEDIATION})


class EffectState(StrEnum):
    """Where an effect stands."""

    PENDING = "pending"  # committed, not yet done
    DONE = "done"
    PARKED = "parked"  # refused for good: somebody was told
    EXPIRED = "expired"  # its `not_after` passed


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """
    One outgoing call, described by ids so that it is rendered from the plan as it is then.

    Args:
        key: Minted with the change that causes it, never empty: the same key is done once.
        payload: Ids only (no content, no secrets): plain JSON.
        lane: Effects of one lane run one after another, such as a channel's name.
        not_before: Do not do it earlier (UTC).
        not_after: Drop it later than this (UTC); None for what must come however late.
        urgent: Goes before all others of its lane (a Level 1).
        verified: The other side is asked before a second attempt; False means at most once.
        about: Key of the issue whose delivery log it belongs to; None where none has one.
    """

    key: str
    kind: EffectKind
    payload: Mapping[str, Any] = field(default_factory=dict)
    lane: str
    not_before: datetime | None = None
    not_after: datetime | None = None
    urgent: bool = False
    verified: bool = True
    about: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """
    An effect and how far it came.

    Args:
        first_tried_at: Set and committed before the first attempt (UTC).
        result: What the other side answered: {"channel": "C1", "ts": "1763.01"}.
        error: The last refusal, in the other side's own word.
    """

    effect: Effect
    state: EffectState = EffectState.PENDING
    attempts: int = 0
    created_at: datetime
    first_tried_at: datetime | None = None
    done_at: datetime | None = None
    result: Mapping[str, Any] = field(default_factory=dict)
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """
    Where something is shown in Slack, so that it is updated in place.

    Args:
        subject: What is shown, such as "issue:ISS-001" or "gap_checks:{bundle}".
        channel_id: Slack's channel id.
        ts: Slack's message timestamp.
        digest: Of what it shows, so that the same is not sent again; "" where nobody looks.
    """

    subject: str
    channel_id: str
    ts: str
    digest: str = ""


def issue_subject(key: str) -> str:
    """Return the name under which the message of an issue with this key is remembered."""
    return f"issue:{key}"
