"""Issues: the form, the message shortcut, and the buttons of an issue's messages."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.domain.entries import IssueStep
from bot.errors import FormError, UserError
from bot.usecases.asking import Asker
from bot.usecases.file_issue import file_issue
from bot.usecases.settle_issue import settle_issue
from bot.views import issue_form, issue_message
from bot.views.issue_form import IssueDraft
from bot.views.mrkdwn import View, read_value
from handlers.boundary import guarded
from handlers.commands import must_open_form, open_form, unescape
from handlers.desk import Body, Desk
from handlers.replies import Replies, title_draft

SHORTCUT = "file_issue"
FORM_WORDS = "the issue form"


@dataclass(frozen=True)
class IssueHandlers:
    """Slack's way in to issues, beside the one-liner."""

    desk: Desk
    replies: Replies

    def register(self, app: App) -> None:
        """Attach every listener of this module to `app`."""
        app.message_shortcut(SHORTCUT)(guarded(self.from_message))
        app.view(issue_form.CALLBACK_ID)(guarded(self.submit))
        app.view(issue_form.RESOLVE_ID)(guarded(self.resolve))
        app.action(issue_message.OPEN_FORM)(guarded(self.open_draft))
        app.action(issue_message.ACKNOWLEDGE)(guarded(self.acknowledge))
        app.action(issue_message.OWN)(guarded(self.own))
        app.action(issue_message.RESOLVE)(guarded(self.ask_resolution))

    def from_message(self, ack: Ack, body: Body, client: WebClient) -> None:
        """Open the form with a message's text; its permalink goes with it."""
        ack()
        asker = self.desk.shortcut_asker(body, "File as BQX issue")
        text = unescape(body["message"].get("text", "")).strip()
        first_line = text.split("\n", 1)[0]
        draft = title_draft(first_line, asker.reply)
        if text != first_line:
            draft = replace(draft, description=text)
        place = {"channel": body["channel"]["id"], "ts": body["message_ts"]}
        draft = replace(draft, origin={**place, "draft": asker.operation})
        if not open_form(client, body["trigger_id"], issue_form.issue_form(draft)):
            self.desk.answer(asker, issue_message.open_form_message(""))
            return
        # Asked for only now: the form had three seconds, the link has until it is sent in.
        link = self._permalink(asker, place)
        with self.desk.ports.plans.changing(asker.workspace_id) as plan:
            plan.keep_draft(asker.operation, asker.member_id, {"permalink": link}, asker.now)

    def _permalink(self, asker: Asker, place: Mapping[str, str]) -> str | None:
        messenger = self.desk.ports.messenger(asker.workspace_id)
        return messenger.permalink(place["channel"], place["ts"])

    def open_draft(self, ack: Ack, body: Body, action: dict[str, Any], client: WebClient) -> None:
        """Open the form with what was typed so far."""
        ack()
        asker = self.desk.action_asker(body, FORM_WORDS)
        key = action.get("value", "")
        title = self.replies.read_draft(key, asker)["title"] if key else ""
        form = issue_form.issue_form(
            title_draft(title, asker.reply) if title else IssueDraft(reply=asker.reply)
        )
        if not open_form(client, body["trigger_id"], form):
            self.desk.answer(asker, issue_message.open_form_message(key))

    def submit(self, ack: Ack, body: Body, view: View) -> None:
        """File what the form says, then answer where it was opened."""
        sent = issue_form.read_issue_form(view)
        asker = self.desk.form_asker(body, FORM_WORDS, sent.reply)
        entry = sent.entry
        if sent.origin:
            with self.desk.ports.plans.reading(asker.workspace_id) as plan:
                kept = plan.draft(sent.origin["draft"])
            # Sent in faster than Slack told the link: ask again rather than lose it.
            link = kept["permalink"] if kept else self._permalink(asker, sent.origin)
            entry = replace(entry, permalink=link)
        try:
            done = file_issue(self.desk.ports.plans, entry, asker)
        except UserError as error:
            raise FormError({issue_form.TITLE: error.in_form}) from error
        ack()
        self.desk.answer(asker, issue_message.issue_filed(done), saved=True)

    def acknowledge(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Write down that somebody has seen it."""
        ack()
        self._step(body, action["value"], IssueStep.ACKNOWLEDGE)

    def own(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Make the clicker the owner."""
        ack()
        self._step(body, action["value"], IssueStep.OWN)

    def _step(self, body: Body, key: str, step: IssueStep) -> None:
        asker = self.desk.action_asker(body, step.value)
        done = settle_issue(self.desk.ports.plans, key, step, asker)
        self.desk.answer(
            asker,
            issue_message.issue_settled(done),
            replace=_is_own_answer(body),
            saved=done.changed,
        )

    def ask_resolution(
        self, ack: Ack, body: Body, action: dict[str, Any], client: WebClient
    ) -> None:
        """Open the form for root cause and prevention."""
        ack()
        asker = self.desk.action_asker(body, "resolve")
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            issue = plan.issue(action["value"])
        if issue is None or issue.removed_at is not None:
            raise UserError(f"{action['value']} is not in the plan any more.")
        must_open_form(client, body["trigger_id"], issue_form.resolve_form(issue, asker.reply))

    def resolve(self, ack: Ack, body: Body, view: View) -> None:
        """Resolve the issue with what the form says."""
        known = json.loads(view["private_metadata"])
        asker = self.desk.form_asker(body, "resolved", known["reply"])
        try:
            done = settle_issue(
                self.desk.ports.plans,
                known["issue"],
                IssueStep.RESOLVE,
                asker,
                root_cause=read_value(view, issue_form.ROOT_CAUSE),
                prevention=read_value(view, issue_form.PREVENTION),
            )
        except UserError as error:
            raise FormError({issue_form.ROOT_CAUSE: error.in_form}) from error
        ack()
        self.desk.answer(asker, issue_message.issue_settled(done), saved=done.changed)


def _is_own_answer(body: Body) -> bool:
    """Whether the clicked message is an ephemeral answer of ours, to be replaced in place."""
    return bool(body.get("container", {}).get("is_ephemeral"))
