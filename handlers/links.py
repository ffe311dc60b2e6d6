"""Correct a wrong link between a commit and the plan, and take rules about commits back."""

from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.domain.plan_gaps import record_name
from bot.errors import UserError
from bot.usecases.correct_links import correct_link
from bot.usecases.seeing import record_for
from bot.usecases.work_rules import list_rules, remove_rule
from bot.views import links_message, rules_message
from bot.views.gap_pages import LINK_WRONG
from bot.views.mrkdwn import View
from bot.views.repair_inputs import RECORD
from handlers.boundary import guarded
from handlers.commands import must_open_form
from handlers.desk import Body, Desk
from handlers.replies import Replies

FORM_WORDS = "a corrected link"


@dataclass(frozen=True)
class LinkHandlers:
    """Slack's way in to what is learned about commits."""

    desk: Desk
    replies: Replies

    def register(self, app: App) -> None:
        """Attach every listener of this module to `app`."""
        app.action(links_message.SHOW_LINKS)(guarded(self.show))
        app.action(LINK_WRONG)(guarded(self.ask))
        app.view(links_message.CORRECT_ID)(guarded(self.correct))
        app.action(rules_message.REMOVE)(guarded(self.remove))

    def show(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Show the commits of one of several stages that carry a ref."""
        ack()
        asker = self.desk.action_asker(body, "/bqx links")
        shown = self.replies.stage_links(action["value"].removeprefix("|"), asker)
        self.desk.answer(asker, shown, replace=True)

    def ask(self, ack: Ack, body: Body, action: dict[str, Any], client: WebClient) -> None:
        """Ask where a commit belongs."""
        ack()
        asker = self.desk.action_asker(body, FORM_WORDS)
        sha, _, key = action["value"].partition(":")
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            seen = next(iter(plan.seen_commits([sha])), None)
            record = record_for(plan, key, asker.member_id)
        form = links_message.correct_form(
            action["value"],
            seen.commit.subject if seen else "",
            record_name(record) if record else "something that is gone",
            asker.reply,
        )
        must_open_form(client, body["trigger_id"], form)

    def correct(self, ack: Ack, body: Body, view: View) -> None:
        """Write down where a commit belongs, and where it does not."""
        sha, wrong, right, reply = links_message.read_correct_form(view)
        asker = self.desk.form_asker(body, FORM_WORDS, reply)
        try:
            done = correct_link(self.desk.ports.plans, sha, wrong, right, asker)
        except UserError as error:
            raise self.desk.under(RECORD, error, asker) from error
        ack()
        self.desk.answer(asker, links_message.link_corrected(done), saved=True)

    def remove(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Take a rule out of use."""
        ack()
        asker = self.desk.action_asker(body, "remove a rule")
        plans = self.desk.ports.plans
        names = {rule.key: name for rule, name in list_rules(plans, asker.workspace_id)}
        rule = remove_rule(plans, action["value"], asker)
        shown = rules_message.rule_removed(rule, names.get(rule.key, ""), asker.operation)
        self.desk.answer(asker, shown, saved=True)
