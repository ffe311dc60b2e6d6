"""Deliveries about the code: to its host, to owners, and the dashboard's file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.domain.effects import Effect, EffectKind
from bot.domain.visibility import may_see
from bot.errors import RefusedError
from bot.ports import Ports
from bot.reports.host_issue import host_body
from bot.reports.issue_dashboard import issue_dashboard_report
from bot.usecases.code_issues.connecting import known_of
from bot.usecases.code_issues.doing import HostWork
from bot.usecases.code_issues.questions import Asked
from bot.usecases.issue_dashboard import dashboard_path
from bot.views import code_message, host_message
from handlers.attempt import Attempt, Result
from handlers.desk import Desk
from handlers.report_writing import write_report


def host_work(ports: Ports, workspace_id: str) -> HostWork | None:
    """Return what is done with a project's code host; None where it has none."""
    with ports.plans.reading(workspace_id) as plan:
        host = ports.code_hosts.get(plan.workspace.project)
    return HostWork(ports.plans, host, workspace_id, host_body) if host else None


@dataclass(frozen=True)
class CodeDeliveries:
    """One method for each kind of effect."""

    desk: Desk

    @property
    def doers(self) -> Mapping[EffectKind, Callable[[Attempt], Result]]:
        """What does each kind."""
        return {
            EffectKind.CODE_HOST: self._host,
            EffectKind.CODE_HOST_NOTICE: self._notice,
            EffectKind.CODE_QUESTION: self._question,
            EffectKind.ISSUE_DASHBOARD: self._dashboard,
        }

    def _host(self, job: Attempt) -> Result:
        work = host_work(self.desk.ports, job.workspace_id)
        return work.do(job.before, job.now) if work else {}

    def refused(self, workspace_id: str, effect: Effect, error: RefusedError) -> None:
        """Keep what the code host refuses for good, and have those told who can mend it."""
        work = host_work(self.desk.ports, workspace_id)
        if work:
            work.refused(effect, error, self.desk.ports.clock.now())

    def _notice(self, job: Attempt) -> Result:
        """Ask for a yes, or tell what is refused, as it is now; nothing where that is over."""
        with job.reading() as plan:
            host = self.desk.ports.code_hosts.get(plan.workspace.project)
            known = known_of(plan, host) if host else None
            channel = plan.workspace.critical_channel
        if known is None:
            return {}
        if cause := job.payload.get("cause"):
            troubles = [each for each in known.troubles if each.cause == cause]
            shown = host_message.refused_notice(known, troubles) if troubles else None
        else:
            waits = known.look if not known.is_agreed else None
            shown = host_message.ask_message(known, waits, channel) if waits else None
        return job.post_direct(shown, job.payload["member"]) if shown else {}

    def _question(self, job: Attempt) -> Result:
        payload = job.payload
        with job.reading() as plan:
            issue = plan.issue(payload["issue"])
            links = plan.code_links(issue_key=payload["issue"])
            lead_id = plan.workspace.lead_id
        link = next((each for each in links if each.key == payload["link"]), None)
        if issue is None or link is None or issue.removed_at is not None:
            return {}
        if not may_see(issue, payload["member"], lead_id):
            return {}  # it was restricted, or given to somebody else, meanwhile
        what = Asked(payload["what"])
        if what is Asked.TITLE:
            if not link.text:
                return {}
            shown = code_message.title_question(issue, link, link.text)
        elif not issue.status.is_open:
            return {}
        elif what is Asked.CLOSED:
            shown = code_message.closed_question(issue, link)
        else:
            shown = code_message.removed_question(issue, link, payload["detail"])
        return job.post_direct(shown, payload["member"])

    def _dashboard(self, job: Attempt) -> Result:
        ports = self.desk.ports
        with job.reading() as plan:
            report = plan.report(job.payload["report"])
            repos = ports.repos_of(plan.workspace)
        if report is None:
            return {}
        path, text = dashboard_path(report.local_date), issue_dashboard_report(report.snapshot)
        subject = f"Write {report.local_date} issue dashboard"
        write_report(ports, repos, path, text, subject=subject, now=job.now)
        return {"path": path}
