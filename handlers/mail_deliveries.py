"""Deliveries of e-mail: rendered from the plan as it is when it is sent."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.effects import Effect, EffectKind, issue_subject
from bot.domain.issues import Issue, Severity
from bot.domain.mails import Mail, thread_id
from bot.errors import RefusedError
from bot.ports import PlanReader, PlanWriter
from bot.ports.mail import SETUP_CODES
from bot.usecases.file_issue import affected_stages
from bot.usecases.mailing import MailCause
from bot.views import escalation_message
from bot.views.issue_mail import Around, MailWords, issue_mail, slack_url, trigger_mail
from bot.views.wording import stage_label
from handlers.attempt import Attempt, Result
from handlers.desk import Desk

WHY = {
    MailCause.STEP: "Nobody has acknowledged it, so it goes to the stakeholders.",
    MailCause.SLACK: "Slack has not taken the post about it, so you get this e-mail instead.",
    MailCause.LEVEL_2: "A major issue was filed: it has to be resolved within a week.",
}
ROSE = "A major issue was filed, and is a blocker by now."

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class MailDeliveries:
    """One method for each kind of effect around e-mail."""

    desk: Desk

    @property
    def doers(self) -> Mapping[EffectKind, Callable[[Attempt], Result]]:
        """What does each kind."""
        return {EffectKind.MAIL: self._mail, EffectKind.MAIL_TROUBLE: self._trouble}

    def _mail(self, job: Attempt) -> Result:
        about, cause = job.payload["about"], MailCause(job.payload["cause"])
        with job.reading() as plan:
            issue = plan.issue(about)
            if skipped := _needless(issue, cause):
                return {"to": job.payload["to"], "skipped": skipped}
            words = _words(plan, about, issue, cause)
        if words is None:
            return {}
        first = thread_id(job.workspace_id, about, job.payload["to"])
        mail = Mail(
            to=job.payload["to"],
            subject=words.subject,
            text=words.text,
            html=words.html,
            id=job.payload["id"] or first,
            thread=job.payload["thread"],
        )
        mailer = self.desk.ports.mailer
        where = mailer.send(mail)
        if not mailer.is_server:
            folder = where["file"].rpartition("/")[0]
            self._tell(job.workspace_id, "no_server", folder, job.now, about=None)
        return {"to": mail.to, **where}

    def refused(self, workspace_id: str, effect: Effect, error: RefusedError) -> bool:
        """Tell the admins once what is wrong; returns whether the mail waits until it is mended."""
        now = self.desk.ports.clock.now()
        waits = error.code in SETUP_CODES
        name = f"{error.code}:{now:%Y-%m-%d}" if waits else f"{error.code}:{effect.payload['to']}"
        self._tell(workspace_id, name, effect.payload["to"], now, about=effect.about)
        return waits

    def _tell(
        self, workspace_id: str, name: str, detail: str, now: datetime, *, about: str | None
    ) -> None:
        with self.desk.ports.plans.changing(workspace_id) as plan:
            for member_id in _keepers(plan):
                subject = f"mail_trouble:{name}:{member_id}"
                if plan.post(subject) is None:
                    plan.emit(
                        Effect(
                            key=subject,
                            kind=EffectKind.MAIL_TROUBLE,
                            payload={
                                "code": name.partition(":")[0],
                                "detail": detail,
                                "member": member_id,
                            },
                            lane=f"dm:{member_id}",
                            about=about,
                        ),
                        now,
                    )

    def _trouble(self, job: Attempt) -> Result:
        payload = job.payload
        shown = escalation_message.mail_trouble(payload["code"], payload["detail"])
        with job.reading() as plan:
            post = plan.post(job.effect.key)
        # Remembered as a post, which is kept for ever: each is told once.
        member_id = payload["member"]
        return job.show(
            job.effect.key, shown, lambda: job.messenger.direct_channel(member_id), post
        )


def _keepers(plan: PlanWriter) -> list[str]:
    """Return who mends the set-up: the admins, and the lead."""
    told = [member.id for member in plan.members() if member.is_admin and member.is_active]
    told += [plan.workspace.lead_id] if plan.workspace.lead_id else []
    return list(dict.fromkeys(told))


def _needless(issue: Issue | None, cause: MailCause) -> str:
    """Return why a mail about an issue need not be sent any more, "" where it must."""
    if issue is None:
        return "" if cause is MailCause.TRIGGER else "withdrawn"
    if issue.removed_at is not None:
        return "withdrawn"
    if not issue.status.is_open:
        return issue.status.value.lower()
    if cause is MailCause.LEVEL_2:
        return "lowered" if issue.severity > Severity.MAJOR else ""
    return "acknowledged" if issue.acknowledged_by else ""


def _words(plan: PlanReader, about: str, issue: Issue | None, cause: MailCause) -> MailWords | None:
    workspace = plan.workspace
    post = plan.post(issue_subject(issue.key)) if issue else None
    around = Around(
        zone=ZoneInfo(workspace.zone),
        names={member.id: member.name for member in plan.members()},
        stages=[stage_label(each) for each in affected_stages(plan, issue)] if issue else (),
        url=slack_url(workspace.team_id, post),
        project=workspace.project or workspace.name,
        channel=workspace.critical_channel,
    )
    if issue is not None:
        rose = cause is MailCause.LEVEL_2 and issue.severity < Severity.MAJOR
        return issue_mail(issue, ROSE if rose else WHY[cause], around)
    escalation = plan.escalation(about)
    return trigger_mail(escalation, around) if escalation else None
