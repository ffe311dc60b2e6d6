"""Deliveries about issues: to one person, and the threads that are kept on their record."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bot.domain.effects import BUNDLES, Effect, EffectKind, issue_subject
from bot.domain.issues import Issue, Severity
from bot.domain.outcomes import RepliesKept
from bot.domain.triage import counting_of, open_targets, past_targets
from bot.domain.visibility import is_restricted, may_see
from bot.errors import UserError
from bot.ports import PlanReader, Sent
from bot.usecases.asking import Asker, ReplyTo
from bot.usecases.file_issue import affected_stages, direct_subject
from bot.usecases.keep_replies import keep_replies, last_kept, threads_of
from bot.usecases.seeing import visible_issue
from bot.usecases.triage_clock import overdue_tasks
from bot.views import issue_message, issue_nudges
from bot.views.escalation_message import burst_message
from bot.views.mrkdwn import Message, message, section
from bot.views.restriction_message import taken_back
from handlers.attempt import Attempt, Result
from handlers.bursts import named_beside
from handlers.desk import Desk


@dataclass(frozen=True)
class IssueDeliveries:
    """The renderers, by the kind of effect."""

    desk: Desk

    @property
    def doers(self) -> Mapping[EffectKind, Callable[[Attempt], Result]]:
        """What does each kind."""
        return {
            EffectKind.ISSUE_NOTE: self._note,
            EffectKind.ISSUE_DIRECT: self._direct,
            EffectKind.ISSUE_VEIL: self._veil,
            EffectKind.ISSUE_NUDGE: self._bundle,
            EffectKind.REMEDIATION: self._bundle,
            EffectKind.THREAD_KEEP: self._keep_thread,
        }

    def _note(self, job: Attempt) -> Result:
        with job.reading() as plan:
            issue = plan.issue(job.payload["issue"])
            post = plan.post(issue_subject(issue.key)) if issue else None
            if issue is None or post is None:
                return {}
            shown = _note_of(plan, issue, job.payload)
        return job.post_once(shown, post.channel_id, thread_ts=post.ts)

    def _veil(self, job: Attempt) -> Result:
        """Bring a message in step with who sees the issue now."""
        with job.reading() as plan:
            issue = plan.issue(job.payload["issue"])
            before = plan.delivery(job.payload.get("effect", ""))
            if issue is None:
                return {}
            if before is None:
                post, beside = named_beside(plan, issue)
                if post is None:
                    return {}
                sent, shown = Sent(post.channel_id, post.ts), burst_message(beside)
            else:
                sent = Sent(before.result["channel"], before.result["ts"])
                if before.effect.kind is EffectKind.ISSUE_NOTE:
                    shown = _note_of(plan, issue, before.effect.payload)
                elif may_see(issue, before.effect.payload["member"], plan.workspace.lead_id):
                    return {}
                elif before.effect.kind in BUNDLES:
                    shown = _bundle(plan, before.effect, job.now) or taken_back(issue)
                else:
                    shown = taken_back(issue)
        return job.renew(sent, shown)

    def _direct(self, job: Attempt) -> Result:
        member_id = job.payload["member"]
        with job.reading() as plan:
            issue = plan.issue(job.payload["issue"])
            post = plan.post(direct_subject(issue, member_id)) if issue else None
            if issue is None or (post is None and not issue.is_live):
                return {}
            is_shown = may_see(issue, member_id, plan.workspace.lead_id)
            if post is None and not is_shown:
                return {}
            past = past_targets([issue], counting_of(plan.team(), plan.workspace), job.now)
            stages = affected_stages(plan, issue)
        shown = issue_message.issue_root(issue, stages, past.get(issue.key, ()), can_keep=False)
        if not is_shown:  # they had it before it was restricted; no button of it works for them
            shown = taken_back(issue)
        return job.show(
            direct_subject(issue, member_id),
            shown,
            lambda: job.messenger.direct_channel(member_id),
            post,
        )

    def _bundle(self, job: Attempt) -> Result:
        with job.reading() as plan:
            shown = _bundle(plan, job.effect, job.now)
        return job.post_direct(shown, job.payload["member"]) if shown else {}

    def _keep_thread(self, job: Attempt) -> Result:
        """Keep what is new; whoever asked reads why where that can't be done any more."""
        asker = _asker(job)
        try:
            shown = issue_message.replies_kept(self._kept(job, asker))
        except UserError as error:
            shown = message(str(error), [section(str(error))])
        self.desk.send(asker, shown)
        return {}

    def _kept(self, job: Attempt, asker: Asker) -> RepliesKept:
        """Read page by page; what was read before an outage is kept already."""
        plans, key = self.desk.ports.plans, job.payload["issue"]
        with job.reading() as plan:
            issue = visible_issue(plan, key, asker.member_id)
            threads = {each: last_kept(plan, issue, each) for each in threads_of(plan, issue)}
        for thread, reached in threads.items():
            after = reached
            while True:
                said, further = job.messenger.thread(thread.channel_id, thread.ts, after=after)
                keep_replies(plans, key, thread, said, asker)
                if further is None:
                    break
                after = further
        with job.reading() as plan:
            mine = {c.key for c in plan.operation(asker.operation) if c.kind == "issue_reply"}
            replies = tuple(each for each in plan.issue_replies(issue.key) if each.key in mine)
        return RepliesKept(operation=asker.operation, issue=issue, replies=replies)


def _bundle(plan: PlanReader, effect: Effect, now: datetime) -> Message | None:
    """Return what a person is told of several issues; None where all of it is settled by now."""
    member_id = effect.payload["member"]
    if effect.kind is EffectKind.REMEDIATION:
        late = overdue_tasks(plan, member_id, now)
        return issue_nudges.remediation(late) if late else None
    counting = counting_of(plan.team(), plan.workspace)
    found = (plan.issue(key) for key in effect.payload["issues"])
    about = [
        (issue, near)
        for issue in found
        if issue and may_see(issue, member_id, plan.workspace.lead_id)
        if (near := [d for d in open_targets(issue, counting) if d.near_at <= now])
    ]
    return issue_nudges.nudge(about, now) if about else None


def _note_of(plan: PlanReader, issue: Issue, payload: Mapping[str, Any]) -> Message:
    changes = plan.operation(payload.get("operation", ""))
    change = next((c for c in changes if c.kind == "issue" and c.key == issue.key), None)
    because = change.why.evidence if change and not is_restricted(issue) else ""
    # As it was made then: the line may be written, or made anew, after later steps.
    made = change.after if change else {}
    then = replace(
        issue,
        owner_id=made.get("owner_id", issue.owner_id),
        severity=Severity(made.get("severity", issue.severity)),
    )
    at = datetime.fromtimestamp(payload["at"], UTC)
    return issue_message.issue_note(then, payload["note"], payload["member"], at, because)


def _asker(job: Attempt) -> Asker:
    member_id = job.payload["member"]
    return Asker(
        workspace_id=job.workspace_id,
        member_id=member_id,
        cause=job.effect.key,
        words="kept its thread",
        now=job.now,
        reply_to=ReplyTo.from_plain(job.payload.get("reply_to") or {}, member_id=member_id),
    )
