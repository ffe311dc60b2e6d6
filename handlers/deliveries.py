"""Deliveries: handlers whose caller is the durable engine, one for each kind of effect."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.domain.effects import Delivery, Effect, EffectKind, EffectState, issue_subject
from bot.domain.issues import Issue
from bot.domain.jobs import JobOutcome
from bot.domain.triage import counting_of, past_targets
from bot.domain.visibility import public
from bot.errors import BotError, OutageError, RefusedError
from bot.ports import PlanReader, PlanWriter
from bot.usecases.asking import Asker, ReplyTo
from bot.usecases.attempting import begin_attempt, end_attempt, is_late
from bot.usecases.escalate import hurry, mail_instead
from bot.usecases.file_issue import affected_stages
from bot.usecases.rights import admins
from bot.usecases.seeing import issue_for
from bot.views import channel_trouble, issue_message, undo_message
from bot.views.mrkdwn import message, section
from handlers.airtable_deliveries import AirtableDeliveries
from handlers.attempt import CHANNEL_CODES, Attempt, Result
from handlers.bursts import name_those_that_wait, waiting_posts
from handlers.calendar_deliveries import CalendarDeliveries
from handlers.code_deliveries import CodeDeliveries
from handlers.desk import Desk
from handlers.escalation_deliveries import EscalationDeliveries
from handlers.gap_deliveries import GapDeliveries
from handlers.history_deliveries import HistoryDeliveries
from handlers.issue_deliveries import IssueDeliveries
from handlers.mail_deliveries import MailDeliveries
from handlers.people_deliveries import PeopleDeliveries
from handlers.replies import Replies

# The whole workspace is closed to us until somebody installs us again.
GONE_CODES = {"invalid_auth", "account_inactive", "token_revoked", "token_expired", "not_authed"}
CHANNEL_WAIT_S = 5.0
GONE_WAIT_S = 300.0
FILES = {EffectKind.GAP_FILE, EffectKind.HISTORY_FILE}
FILE_WAIT_S = 15.0  # a shared file shows up in its thread some seconds after the call

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Deliveries:
    """Do one effect; the plan database says what it is and whether it was done."""

    desk: Desk
    replies: Replies

    def run(self, workspace_id: str, key: str) -> JobOutcome:
        """Make one attempt at an effect and write down how it ended."""
        now = self.desk.ports.clock.now()
        before = begin_attempt(self.desk.ports.plans, workspace_id, key, now)
        if before is None:
            return JobOutcome.done()
        late = is_late(before.effect, now)
        try:
            result = self._do(workspace_id, before, now)
        except OutageError as error:
            settling = before.effect.kind in FILES and error.maybe_done
            wait_s = FILE_WAIT_S if settling else error.retry_after_s
            return self._again(workspace_id, before, error, wait_s=wait_s, late=late)
        except RefusedError as error:
            return self._refused(workspace_id, before, error, late=late)
        self._record(workspace_id, key, EffectState.DONE, result=result)
        return JobOutcome.done()

    def _record(self, workspace_id: str, key: str, state: EffectState, **said: Any) -> None:
        ports = self.desk.ports
        end_attempt(ports.plans, workspace_id, key, state, ports.clock.now(), **said)

    def _again(
        self,
        workspace_id: str,
        before: Delivery,
        error: BotError,
        *,
        wait_s: float | None,
        late: bool,
    ) -> JobOutcome:
        state = EffectState.EXPIRED if late else EffectState.PENDING
        self._record(workspace_id, before.effect.key, state, error=str(error))
        return JobOutcome.done() if late else JobOutcome.wait(wait_s)

    def _refused(
        self, workspace_id: str, before: Delivery, error: RefusedError, *, late: bool
    ) -> JobOutcome:
        effect = before.effect
        log.warning("%s %s: %s", effect.kind, effect.key, error)
        if effect.kind is EffectKind.MAIL:
            waits = MailDeliveries(self.desk).refused(workspace_id, effect, error)
            if waits:
                return self._again(workspace_id, before, error, wait_s=GONE_WAIT_S, late=late)
        self._go_round_slack(workspace_id, effect, error.code)
        if error.code in GONE_CODES:
            return self._again(workspace_id, before, error, wait_s=GONE_WAIT_S, late=late)
        if error.code in CHANNEL_CODES and effect.kind in {
            EffectKind.ISSUE_ROOT,
            EffectKind.GAP_SUMMARY,
            EffectKind.REVIEW,
        }:
            self._report_trouble(workspace_id, effect, error.code)
            return self._again(workspace_id, before, error, wait_s=CHANNEL_WAIT_S, late=late)
        self._record(workspace_id, effect.key, EffectState.PARKED, error=error.code)
        if effect.kind is EffectKind.CODE_HOST:
            CodeDeliveries(self.desk).refused(workspace_id, effect, error)
        if effect.kind is EffectKind.GAP_REPORT or effect.payload.get("beside"):
            self._note_unwritten(workspace_id, effect, str(error))
        return JobOutcome.parked(error.code)

    def _go_round_slack(self, workspace_id: str, effect: Effect, code: str) -> None:
        """Have e-mail, or the next step, do what Slack refused for an issue that escalates."""
        no_post = effect.kind is EffectKind.ISSUE_ROOT and code in CHANNEL_CODES | GONE_CODES
        not_asked = effect.kind is EffectKind.ESCALATION_ASK and not effect.payload["again"]
        if not (no_post or not_asked):
            return
        now = self.desk.ports.clock.now()
        with self.desk.ports.plans.changing(workspace_id) as plan:
            if no_post:
                for each in (effect, *_held_up(plan, effect)):
                    mail_instead(plan, each.payload["issue"], code, now)
            else:
                hurry(plan, effect.payload["issue"], effect.payload["step"], now)

    def _report_trouble(self, workspace_id: str, effect: Effect, code: str) -> None:
        """Tell whoever filed what waits, and the admins, what to do: each once a cause and day."""
        now = self.desk.ports.clock.now()
        with self.desk.ports.plans.changing(workspace_id) as plan:
            for member_id in admins(plan):
                _tell_trouble(plan, effect, member_id, code, now)
            for each in (effect, *_held_up(plan, effect)):
                issue = plan.issue(each.payload.get("issue", ""))
                if issue and issue.reporter_id:
                    _tell_trouble(plan, each, issue.reporter_id, code, now)

    def _note_unwritten(self, workspace_id: str, effect: Effect, reason: str) -> None:
        now = self.desk.ports.clock.now()
        with self.desk.ports.plans.changing(workspace_id) as plan:
            plan.emit(
                Effect(
                    key=f"{effect.key}#unwritten",
                    kind=EffectKind.GAP_DETAILS,
                    payload={
                        "report": effect.payload.get("beside") or effect.payload["report"],
                        "unwritten": reason,
                        "what": effect.kind.value,
                    },
                    lane=plan.workspace.channel,
                    not_after=now + timedelta(hours=24),
                ),
                now,
            )

    def _do(self, workspace_id: str, before: Delivery, now: datetime) -> Result:
        doers: Mapping[EffectKind, Callable[[Attempt], Result]] = {
            EffectKind.ISSUE_ROOT: self._issue_root,
            EffectKind.CHANNEL_TROUBLE: self._channel_trouble,
            **GapDeliveries(self.desk).doers,
            **AirtableDeliveries(self.desk).doers,
            **HistoryDeliveries(self.desk).doers,
            **CodeDeliveries(self.desk).doers,
            **IssueDeliveries(self.desk).doers,
            **PeopleDeliveries(self.desk).doers,
            **CalendarDeliveries().doers,
            **EscalationDeliveries(self.desk).doers,
            **MailDeliveries(self.desk).doers,
            EffectKind.COMMAND: self._command,
            EffectKind.ANSWER: self._answer,
        }
        job = Attempt(self.desk, workspace_id, before, now)
        return doers[before.effect.kind](job)

    def _issue_root(self, job: Attempt) -> Result:
        with job.reading() as plan:
            issue = plan.issue(job.payload["issue"])
            post = plan.post(issue_subject(issue.key)) if issue else None
            if issue is None or (post is None and issue.removed_at is not None):
                return {}
            past = past_targets([issue], counting_of(plan.team(), plan.workspace), job.now)
            issue = public(issue)
            shown = issue_message.issue_root(
                issue,
                affected_stages(plan, issue),
                past.get(issue.key, ()),
                asks=_asked(plan, issue),
            )
            channel = plan.workspace.critical_channel
        if post is None:
            name_those_that_wait(job, channel)
        return job.show(issue_subject(issue.key), shown, lambda: job.channel_id(channel), post)

    def _channel_trouble(self, job: Attempt) -> Result:
        code = job.payload["code"]
        with job.reading() as plan:
            bot = plan.workspace.bot_user_id
            issue = plan.issue(job.payload.get("issue", ""))
            name = plan.workspace.critical_channel if issue else plan.workspace.channel
            issue = issue_for(plan, issue, job.payload["member"]) if issue else None
            is_posted = issue is not None and plan.post(issue_subject(issue.key)) is not None
        if issue:
            shown = channel_trouble.issue_trouble(
                issue, channel=name, code=code, bot_user_id=bot, is_posted=is_posted
            )
        else:
            shown = channel_trouble.summary_trouble(channel=name, code=code, bot_user_id=bot)
        return job.post_direct(shown, job.payload["member"])

    def _command(self, job: Attempt) -> Result:
        payload = job.payload
        member_id, reply_to = payload["member"], payload.get("reply_to")
        asker = Asker(
            workspace_id=job.workspace_id,
            member_id=member_id,
            cause=job.effect.key,
            words=payload["text"][:80],
            now=job.now,
            # Without one no stand-by answer is emitted: this effect itself is the answer.
            reply_to=ReplyTo.from_plain(reply_to, member_id=member_id) if reply_to else None,
        )
        try:
            shown = self.replies.to(payload["text"], asker).message
        except OutageError:
            raise
        except BotError as error:
            shown = message(str(error), [section(str(error))])
        if reply_to:
            self.desk.send(asker, shown)
            return {}
        return job.post_once(shown, payload["channel"], thread_ts=payload["thread_ts"])

    def _answer(self, job: Attempt) -> Result:
        reply = ReplyTo.from_plain(job.payload["reply_to"], member_id=job.payload["member"])
        asker = Asker(
            workspace_id=job.workspace_id,
            member_id=reply.member_id,
            cause=job.effect.key,
            words="",
            now=job.now,
            reply_to=reply,
        )
        with job.reading() as plan:
            changes = plan.operation(job.payload["operation"])
        names = self.desk.names(job.workspace_id, changes)
        self.desk.send(asker, undo_message.receipt_message(changes, names))
        return {}


def _asked(plan: PlanReader, issue: Issue) -> str | None:
    """Return whom an issue's message asks: its owner, the lead where there is none any more."""
    owner = plan.member(issue.owner_id) if issue.owner_id else None
    has_left = owner is not None and not owner.is_active
    return plan.workspace.lead_id if has_left else issue.owner_id or plan.workspace.lead_id


def _held_up(plan: PlanReader, effect: Effect) -> list[Effect]:
    """Return the first posts of other open issues that wait in an issue's lane behind its own."""
    if effect.kind is not EffectKind.ISSUE_ROOT:
        return []
    own = effect.payload["issue"]
    return [each for each, issue in waiting_posts(plan, effect.lane) if issue.key != own]


def _tell_trouble(
    plan: PlanWriter, effect: Effect, member_id: str, code: str, now: datetime
) -> None:
    plan.emit(
        Effect(
            key=f"{effect.key}#trouble:{code}:{now:%Y-%m-%d}:{member_id}",
            kind=EffectKind.CHANNEL_TROUBLE,
            payload={**effect.payload, "code": code, "member": member_id},
            lane=f"dm:{member_id}",
            not_after=now + timedelta(hours=24),
            about=effect.about,
        ),
        now,
    )
