"""Marks in the code: the buttons of `/bqx code`, and of the questions that the code raises."""

from dataclasses import dataclass, replace
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.domain.code_comments import title_of
from bot.domain.entries import IssueStep, StepWords
from bot.domain.issues import Severity
from bot.errors import UserError
from bot.ports.code_host import CodeHost
from bot.usecases.code_issues.connecting import agree
from bot.usecases.code_issues.marks import code_mark, dismiss_mark
from bot.usecases.code_issues.questions import keep_open, settle_title, waiting_title
from bot.usecases.code_issues.refusals import try_again
from bot.usecases.seeing import visible_issue
from bot.views import code_message, host_message, issue_form
from bot.views.issue_steps import step_form
from handlers.boundary import guarded
from handlers.commands import must_open_form, queue_command
from handlers.desk import Body, Desk
from handlers.issue_replies import title_draft

WORDS = "/bqx code"


@dataclass(frozen=True)
class CodeHandlers:
    """Slack's way in to what the code says."""

    desk: Desk

    def register(self, app: App) -> None:
        """Attach every listener of this module to `app`."""
        app.action(code_message.FILE)(guarded(self.file))
        app.action(code_message.DISMISS)(guarded(self.dismiss))
        app.action(code_message.PUT_BACK)(guarded(self.put_back))
        app.action(f"{code_message.PAGE}_back")(guarded(self.turn))
        app.action(f"{code_message.PAGE}_on")(guarded(self.turn))
        app.action(code_message.RESOLVE)(guarded(self.resolve))
        app.action(code_message.KEEP)(guarded(self.keep))
        app.action(code_message.TAKE_OURS)(guarded(self.take_ours))
        app.action(code_message.TAKE_THEIRS)(guarded(self.take_theirs))
        app.action(host_message.CONNECT)(guarded(self.connect))
        app.action(host_message.RETRY)(guarded(self.retry))

    def file(self, ack: Ack, body: Body, action: dict[str, Any], client: WebClient) -> None:
        """Open the issue form, filled with the comment's words and place."""
        ack()
        asker = self.desk.action_asker(body, WORDS)
        with self.desk.ports.plans.changing(asker.workspace_id) as plan:
            link = code_mark(plan, action["value"])
            # Sent in, the form ties the issue to it; it was filed from no message of Slack's.
            kept = {"permalink": None, "code": link.key}
            plan.keep_draft(asker.operation, asker.member_id, kept, asker.now)
        draft = replace(
            title_draft(title_of(link.words, link.path, link.line), asker.reply),
            description=f"In the code of {link.repo}: {link.place}\n{link.text}",
            severity=Severity.DEBT,
            origin={"channel": "", "ts": "", "draft": asker.operation},
        )
        must_open_form(client, body["trigger_id"], issue_form.issue_form(draft))

    def dismiss(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Write down that a comment is no issue."""
        ack()
        asker = self.desk.action_asker(body, WORDS)
        link = dismiss_mark(self.desk.ports.plans, action["value"], asker, is_issue=False)
        self.desk.answer(asker, code_message.dismissed_message(link))

    def put_back(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Take that back."""
        ack()
        asker = self.desk.action_asker(body, WORDS)
        link = dismiss_mark(self.desk.ports.plans, action["value"], asker, is_issue=True)
        self.desk.answer(asker, code_message.put_back_message(link), replace=True)

    def turn(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Leave another page to a worker: it reads git."""
        ack()
        asker = self.desk.action_asker(body, WORDS)
        queue_command(
            self.desk, asker, f"code {action['value']}", lane=f"command:{asker.member_id}"
        )

    def resolve(self, ack: Ack, body: Body, action: dict[str, Any], client: WebClient) -> None:
        """Open the form that resolves an issue, with what the code says as its evidence."""
        ack()
        asker = self.desk.action_asker(body, "resolve")
        key, _, evidence = action["value"].partition(" ")
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            issue = visible_issue(plan, key, asker.member_id)
        if not issue.status.is_open:
            raise UserError(f"{key} is {issue.status.value.lower()} already.")
        typed = StepWords(evidence=evidence)
        form = step_form(IssueStep.RESOLVE, issue, asker.reply, typed)
        must_open_form(client, body["trigger_id"], form)

    def keep(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Leave an issue open."""
        ack()
        asker = self.desk.action_asker(body, "keep open")
        issue = keep_open(self.desk.ports.plans, action["value"], asker)
        self.desk.answer(asker, code_message.kept_open_message(issue), replace=True)

    def take_ours(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Have our title written at the code host."""
        ack()
        self._settle(body, action["value"], theirs=False)

    def take_theirs(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Take the code host's title."""
        ack()
        self._settle(body, action["value"], theirs=True)

    def connect(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Have the code host kept in step from now on."""
        ack()
        asker = self.desk.action_asker(body, "keep the code host in step")
        connection = agree(self.desk.ports.plans, self._host(body, action["value"]), asker)
        self.desk.answer(asker, host_message.agreed_message(connection))

    def retry(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Have everything tried again that the code host refused."""
        ack()
        asker = self.desk.action_asker(body, "try the code host again")
        number = try_again(self.desk.ports.plans, self._host(body, action["value"]), asker)
        self.desk.answer(asker, host_message.retried_message(number))

    def _host(self, body: Body, repo: str) -> CodeHost:
        """Return the project's code host, where the button is about the one of now."""
        host = self.desk.ports.code_hosts.get(self.desk.project_of(body).project)
        if host is None or host.repo != repo:
            raise UserError("This project has another code host by now; `/bqx code` shows it.")
        return host

    def _settle(self, body: Body, key: str, *, theirs: bool) -> None:
        asker = self.desk.action_asker(body, "title of the code host")
        plans = self.desk.ports.plans
        title = waiting_title(plans, key, asker.workspace_id) if theirs else None
        issue = settle_title(plans, key, title, asker)
        self.desk.answer(asker, code_message.title_settled_message(issue), replace=True)
