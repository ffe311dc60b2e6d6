"""What `/bqx code` and `/bqx dashboard` answer."""

from dataclasses import dataclass, replace

from bot.domain.code_lists import CodeList
from bot.domain.commands import Command
from bot.domain.rights import Right
from bot.errors import UserError
from bot.usecases.asking import Asker
from bot.usecases.code_issues.connecting import known_of
from bot.usecases.code_issues.listing import code_of_issue, list_code
from bot.usecases.issue_dashboard import freeze_dashboard
from bot.usecases.rights import may
from bot.usecases.seeing import visible_issue
from bot.views.code_message import code_message, issue_code_message
from bot.views.dashboard_message import dashboard_message
from bot.views.mrkdwn import Message
from handlers.desk import Desk
from handlers.reply import Answers, Reply


@dataclass(frozen=True, slots=True)
class CodeReplies:
    """The answers of this part."""

    desk: Desk

    @property
    def answers(self) -> Answers:
        """Each command's answer by its name."""
        return {"code": self._code, "dashboard": self._dashboard}

    def _code(self, command: Command, asker: Asker) -> Reply:
        word = command.rest.strip().upper()
        if word.startswith("ISS-"):
            return Reply(message=self._of_issue(word.split()[0], asker))
        if word and not (word.isascii() and word.isdigit() and len(word) < 5):  # noqa: PLR2004 - pages
            raise UserError("Write `/bqx code`, `/bqx code 2` for a page, or `/bqx code ISS-004`.")
        ports = self.desk.ports
        with ports.plans.reading(asker.workspace_id) as plan:
            repos = ports.repos_of(plan.workspace)
        found = list_code(
            ports.plans,
            ports.code,
            repos,
            asker.workspace_id,
            member_id=asker.member_id,
            page=int(word or 1),
            now=asker.now,
        )
        return Reply(message=code_message(self._with_host(found, asker), asker.now))

    def _with_host(self, found: CodeList, asker: Asker) -> CodeList:
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            host = self.desk.ports.code_hosts.get(plan.workspace.project)
            if host is None:
                return found
            return replace(
                found,
                host_name=f"{host.name} {host.repo}",
                host=known_of(plan, host),
                critical_channel=plan.workspace.critical_channel,
                may_connect=may(plan, asker.member_id, Right.CONNECT),
            )

    def _of_issue(self, key: str, asker: Asker) -> Message:
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            issue = visible_issue(plan, key, asker.member_id)
            return issue_code_message(issue, code_of_issue(plan, issue.key))

    def _dashboard(self, _command: Command, asker: Asker) -> Reply:
        ports = self.desk.ports
        with ports.plans.reading(asker.workspace_id) as plan:
            has_repos = bool(ports.repos_of(plan.workspace))
        report = freeze_dashboard(
            ports.plans, asker.workspace_id, now=asker.now, writes_file=has_repos
        )
        return Reply(message=dashboard_message(report.snapshot, report.path if has_repos else None))
