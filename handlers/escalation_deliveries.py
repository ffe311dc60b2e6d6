"""Deliveries of escalations: direct messages, lines in a thread, Monday's pages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.domain.effects import EffectKind, issue_subject
from bot.domain.escalations import Escalation
from bot.domain.report_paths import debt_path
from bot.domain.visibility import may_see
from bot.reports.debt_register import debt_register
from bot.usecases.escalate import hurry
from bot.usecases.mailing import stakeholders_of
from bot.usecases.seeing import snapshot_for_all
from bot.views import escalation_message
from handlers.attempt import Attempt, Result
from handlers.desk import Desk
from handlers.report_writing import write_report


@dataclass(frozen=True)
class EscalationDeliveries:
    """One method for each kind of effect of an escalation."""

    desk: Desk

    @property
    def doers(self) -> Mapping[EffectKind, Callable[[Attempt], Result]]:
        """What does each kind."""
        return {
            EffectKind.ESCALATION_ASK: self._ask,
            EffectKind.ESCALATION_NOTE: self._note,
            EffectKind.TRIGGER_POST: self._triggers,
            EffectKind.GAP_STANDUP: self._standup,
            EffectKind.GAP_DEBT: self._debt,
            EffectKind.DEBT_REPORT: self._debt_report,
        }

    def _ask(self, job: Attempt) -> Result:
        member_id, again = job.payload["member"], job.payload["again"]
        with job.reading() as plan:
            issue = plan.issue(job.payload["issue"])
            escalation = plan.escalation(job.payload["issue"])
            lead_id = plan.workspace.lead_id
        if issue is None or escalation is None:
            return {}
        if skipped := _needless(escalation, again=again):
            return {"to": member_id, "skipped": skipped}
        if not may_see(issue, member_id, lead_id):
            self._go_on(job)
            return {"to": member_id, "skipped": "restricted"}
        shown = escalation_message.asked_message(issue, escalation, now=job.now, again=again)
        return {"to": member_id, **job.post_direct(shown, member_id)}

    def _go_on(self, job: Attempt) -> None:
        """Have the next step taken at once: it was restricted after this one was taken."""
        if not job.payload["again"]:
            with self.desk.ports.plans.changing(job.workspace_id) as plan:
                hurry(plan, job.payload["issue"], job.payload["step"], job.now)

    def _note(self, job: Attempt) -> Result:
        with job.reading() as plan:
            issue = plan.issue(job.payload["issue"])
            escalation = plan.escalation(job.payload["issue"])
            post = plan.post(issue_subject(issue.key)) if issue else None
        if escalation is None or post is None:
            return {}
        shown = escalation_message.step_note(job.payload, escalation)
        return job.post_once(shown, post.channel_id, thread_ts=post.ts)

    def _triggers(self, job: Attempt) -> Result:
        with job.reading() as plan:
            root = plan.post(job.payload["report"])
            found = [each for key in job.payload["keys"] if (each := plan.escalation(key))]
            mailed = len(stakeholders_of(plan))
        if root is None or not found:
            return {}
        shown = escalation_message.triggers_message(found, mailed)
        return job.post_once(shown, root.channel_id, thread_ts=root.ts)

    def _standup(self, job: Attempt) -> Result:
        with job.reading() as plan:
            report, root = plan.report(job.payload["report"]), plan.post(job.payload["report"])
            snapshot = snapshot_for_all(plan, report) if report else {}
        if report is None or root is None:
            return {}
        shown = escalation_message.standup_message(snapshot)
        return job.show_in_thread(f"standup:{report.key}", shown, root)

    def _debt(self, job: Attempt) -> Result:
        with job.reading() as plan:
            report, root = plan.report(job.payload["report"]), plan.post(job.payload["report"])
            snapshot = snapshot_for_all(plan, report) if report else {}
            repos = self.desk.ports.repos_of(plan.workspace)
        if report is None or root is None:
            return {}
        path = debt_path(report.local_date) if repos else None
        shown = escalation_message.debt_page(snapshot, path)
        return job.show_in_thread(f"debt:{report.key}", shown, root)

    def _debt_report(self, job: Attempt) -> Result:
        ports = self.desk.ports
        with job.reading() as plan:
            report = plan.report(job.payload["report"])
            repos = ports.repos_of(plan.workspace)
        if report is None:
            return {}
        path, text = debt_path(report.local_date), debt_register(report.snapshot)
        subject = f"Write {report.local_date} debt register"
        write_report(ports, repos, path, text, subject=subject, now=job.now)
        return {"paths": [path]}


def _needless(escalation: Escalation, *, again: bool) -> str:
    """Return why nobody need be asked any more, "" where somebody must."""
    if escalation.ended_at is not None:
        return escalation.ended_why
    if not again and escalation.acknowledged_by:
        return "acknowledged"
    return ""
