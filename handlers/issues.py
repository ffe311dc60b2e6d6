"""Issues: the form, the message shortcut, and the buttons of an issue's messages."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.domain.entries import IssueEntry, IssueStep
from bot.domain.issues import Issue
from bot.domain.records import from_plain, to_plain
from bot.errors import FormError, UserError
from bot.usecases.asking import Asker
from bot.usecases.file_issue import alike, file_issue
from bot.usecases.keep_replies import add_lookalike, ask_for_thread
from bot.usecases.seeing import visible_issue
from bot.usecases.settle_issue import settle_issue
from bot.views import issue_form, issue_message, issue_steps
from bot.views.delivery_log import LOG, log_page
from bot.views.issue_form import IssueDraft
from bot.views.mrkdwn import View, read_value
from handlers.boundary import guarded
from handlers.commands import must_open_form, open_form, unescape
from handlers.desk import Body, Desk
from handlers.issue_replies import IssueReplies, title_draft
from handlers.replies import Replies

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
        app.view(issue_form.LOOKALIKE_ID)(guarded(self.decide))
        app.view(re.compile(f"^{issue_steps.CALLBACK}"))(guarded(self.submit_step))
        app.action(issue_message.OPEN_FORM)(guarded(self.open_draft))
        for button in issue_message.STEP_OF:
            app.action(button)(guarded(self.step))
        app.action(re.compile(f"^{issue_steps.OPEN_STEP}"))(guarded(self.open_step))
        app.action(re.compile(f"^{issue_message.PAGE}:"))(guarded(self.turn_page))
        app.action(issue_message.SAME)(guarded(self.same))
        app.action(issue_message.SHOW)(guarded(self.show))
        app.action(re.compile(f"^{LOG}"))(guarded(self.show_log))
        app.action(issue_message.KEEP_THREAD)(guarded(self.keep_thread))

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
        """File what the form says, or ask first where an open issue says the same."""
        sent = issue_form.read_issue_form(view)
        asker = self.desk.form_asker(body, FORM_WORDS, sent.reply)
        entry = sent.entry
        if sent.origin:
            with self.desk.ports.plans.reading(asker.workspace_id) as plan:
                kept = plan.draft(sent.origin["draft"])
            # Sent in faster than Slack told the link: ask again rather than lose it.
            link = kept["permalink"] if kept else self._permalink(asker, sent.origin)
            entry = replace(entry, permalink=link, code_key=(kept or {}).get("code"))
        if like := self._alike(entry, asker):
            form = issue_form.lookalike_form(like, draft=asker.operation, reply=sent.reply)
            ack(response_action="push", view=form)
            return
        try:
            done = file_issue(self.desk.ports.plans, entry, asker)
        except UserError as error:
            raise self.desk.under(issue_form.TITLE, error, asker) from error
        ack()
        self.desk.answer(asker, issue_message.issue_filed(done), saved=True)

    def _alike(self, entry: IssueEntry, asker: Asker) -> Issue | None:
        """Return the open issue that says the same, with what was typed kept as a draft."""
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            if plan.operation(asker.operation):
                return None  # filed already: Slack sent the form twice
            like = alike(plan, entry, asker.member_id)
        if like:
            with self.desk.ports.plans.changing(asker.workspace_id) as writer:
                writer.keep_draft(asker.operation, asker.member_id, to_plain(entry), asker.now)
        return like

    def decide(self, ack: Ack, body: Body, view: View) -> None:
        """File all the same, or add what was typed to the issue that says it already."""
        known = json.loads(view["private_metadata"])
        asker = self.desk.form_asker(body, FORM_WORDS, known["reply"])
        try:
            entry = from_plain(IssueEntry, self.replies.read_draft(known["draft"], asker))
            if read_value(view, issue_form.VERDICT) == issue_form.SAME:
                added = add_lookalike(self.desk.ports.plans, known["like"], entry, asker)
                shown = issue_message.replies_kept(added)
            else:
                filed = file_issue(self.desk.ports.plans, entry, asker)
                shown = issue_message.issue_filed(replace(filed, like=None))
        except UserError as error:
            raise self.desk.under(issue_form.VERDICT, error, asker) from error
        ack(response_action="clear")
        self.desk.answer(asker, shown, saved=True)

    def same(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Withdraw what was filed, and add it to the issue that says the same."""
        ack()
        asker = self.desk.action_asker(body, "a duplicate")
        key, _, filed = action["value"].partition("|")
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            mine = plan.issue(filed)
        if mine is None:
            raise UserError(f"{filed} is not in the plan any more.")
        entry = IssueEntry(
            title=mine.title,
            description=mine.description,
            severity=mine.severity,
            permalink=mine.permalink,
        )
        done = add_lookalike(self.desk.ports.plans, key, entry, asker, filed=filed)
        own = _is_own_answer(body)
        self.desk.answer(asker, issue_message.replies_kept(done), replace=own, saved=True)

    def step(self, ack: Ack, body: Body, action: dict[str, Any], client: WebClient) -> None:
        """Take the step of a button, or open its form."""
        ack()
        step = issue_message.STEP_OF[action["action_id"]]
        self._take(body, action["value"], step, "", client)

    def open_step(self, ack: Ack, body: Body, action: dict[str, Any], client: WebClient) -> None:
        """Open a step's form with what was typed in a command."""
        ack()
        step = IssueStep(action["action_id"].removeprefix(issue_steps.OPEN_STEP))
        key, _, draft = action["value"].partition("|")
        self._take(body, key, step, draft, client)

    def _take(self, body: Body, key: str, step: IssueStep, draft: str, client: WebClient) -> None:
        asker = self.desk.action_asker(body, step.value)
        if step in issue_steps.HAS_FORM:
            form = IssueReplies(self.desk).form(key, step, draft, asker)
            if form is not None:
                must_open_form(client, body["trigger_id"], form)
                return
        done = settle_issue(self.desk.ports.plans, key, step, asker)
        self.desk.answer(
            asker,
            issue_message.issue_settled(done),
            replace=_is_own_answer(body),
            saved=done.changed,
        )

    def submit_step(self, ack: Ack, body: Body, view: View) -> None:
        """Take a step with what its form says; an objection leaves the form as it is."""
        sent = issue_steps.read_step(view)
        asker = self.desk.form_asker(body, sent.step.value, sent.reply)
        try:
            done = settle_issue(self.desk.ports.plans, sent.key, sent.step, asker, sent.words)
        except UserError as error:
            raise self.desk.under(sent.box, error, asker) from error
        if done.asked is not None:
            ack(response_action="update", view=issue_steps.asked_form(done, done.asked, sent.reply))
            return
        if not done.changed:
            with self.desk.ports.plans.reading(asker.workspace_id) as plan:
                by = plan.member(done.by) if done.by else None
            said = issue_message.unchanged_plainly(done, by.name if by else "")
            raise FormError({sent.box: said})
        ack()
        self.desk.answer(asker, issue_message.issue_settled(done), saved=True)

    def show(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Show all that is known of an issue."""
        ack()
        asker = self.desk.action_asker(body, "details")
        self.desk.answer(asker, IssueReplies(self.desk).card(action["value"], asker))

    def show_log(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Show a page of all that was sent about an issue; its own pages turn in place."""
        ack()
        asker = self.desk.action_asker(body, "delivery log")
        key, _, start = action["value"].partition("|")
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            issue = visible_issue(plan, key, asker.member_id)
            shown = log_page(plan.deliveries_about(issue.key), issue, int(start))
        turns = action["action_id"] != LOG and _is_own_answer(body)
        self.desk.answer(asker, shown, replace=turns)

    def keep_thread(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Have the thread read and kept; the worker answers."""
        ack()
        ask_for_thread(
            self.desk.ports.plans, action["value"], self.desk.action_asker(body, "keep the thread")
        )

    def turn_page(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Show another page of the open issues in the place of this one."""
        ack()
        asker = self.desk.action_asker(body, "issues")
        shown = IssueReplies(self.desk).page(asker, int(action["value"]))
        self.desk.answer(asker, shown, replace=_is_own_answer(body))


def _is_own_answer(body: Body) -> bool:
    """Whether the clicked message is an ephemeral answer of ours, to be replaced in place."""
    return bool(body.get("container", {}).get("is_ephemeral"))
