"""`/bqx airtable`, its wizard, and the clicks on conflict cards."""

from dataclasses import dataclass
from typing import Any, get_args

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.domain.airtable.state import AIRTABLE_LANE
from bot.domain.rights import Right
from bot.usecases.airtable.connect import try_choices
from bot.usecases.airtable.settle_conflict import Choice as Side
from bot.usecases.airtable.settle_conflict import settle_conflict
from bot.usecases.rights import need
from bot.views import (
    airtable_form,
    airtable_message,
    airtable_notice,
    airtable_wizard,
    conflict_card,
)
from bot.views.mrkdwn import View, message, section
from handlers.airtable_deliveries import card_of
from handlers.airtable_replies import kept_proposal
from handlers.boundary import guarded
from handlers.commands import must_open_form, queue_command
from handlers.desk import Body, Desk


@dataclass(frozen=True)
class AirtableHandlers:
    """Slack's way in to the base."""

    desk: Desk

    def register(self, app: App) -> None:
        """Attach every listener of this module to `app`."""
        app.action(airtable_message.CONNECT)(guarded(self.connect))
        app.action(airtable_message.SYNC)(guarded(self.sync))
        app.action(airtable_notice.RETRY)(guarded(self.retry))
        app.action(airtable_wizard.ADOPT)(guarded(self.adopt))
        app.action(airtable_wizard.LEAVE)(guarded(self.leave))
        app.action(airtable_wizard.CORRECT)(guarded(self.correct))
        app.view(airtable_form.FORM_ID)(guarded(self.propose_again))
        app.action(conflict_card.KEEP_PLAN)(guarded(self.keep_plan))
        app.action(conflict_card.TAKE_AIRTABLE)(guarded(self.take_airtable))

    def connect(self, ack: Ack, body: Body) -> None:
        """Look at the base and propose."""
        self._later(ack, body, "airtable connect", "I look at the base; a moment, please.")

    def sync(self, ack: Ack, body: Body) -> None:
        """Write and look now."""
        self._later(ack, body, "airtable sync", "On it.")

    def retry(self, ack: Ack, body: Body) -> None:
        """Try again what waits for a person."""
        self._later(ack, body, "airtable sync retry", "On it.")

    def adopt(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Take the proposal and connect."""
        text = f"airtable adopt {action['value']}"
        self._later(ack, body, text, "Connecting: I read the whole base once.", replace=True)

    def leave(self, ack: Ack, body: Body) -> None:
        """Leave the base as it is."""
        ack()
        asker = self.desk.action_asker(body, "leave the base")
        text = "Nothing was connected. `/bqx airtable connect` looks again."
        self.desk.answer(asker, message(text, [section(text)]), replace=True)

    def correct(self, ack: Ack, body: Body, action: dict[str, Any], client: WebClient) -> None:
        """Open the form of one table."""
        ack()
        asker = self.desk.action_asker(body, "correct the mapping")
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            need(plan, asker.member_id, Right.CONNECT)
            told = kept_proposal(plan)
        form = airtable_form.mapping_form(told, action["value"], asker.reply)
        must_open_form(client, body["trigger_id"], form)

    def propose_again(self, ack: Ack, body: Body, view: View) -> None:
        """Propose with the corrections; nobody else's is taken back unless that was seen."""
        workspace_id = self.desk.workspace_id(body)
        with self.desk.ports.plans.reading(workspace_id) as plan:
            told = kept_proposal(plan)
        choices, reply = airtable_form.read_mapping_form(view, told)
        if asked := airtable_form.asking_again(view, told):
            ack(response_action="update", view=asked)
            return
        ack()
        asker = self.desk.form_asker(body, "correct the mapping", reply)
        try_choices(self.desk.ports.plans, asker.workspace_id, asker.cause, choices)
        text = f"airtable connect {told['base']['id']} {asker.cause}"
        queue_command(self.desk, asker, text, lane=AIRTABLE_LANE)

    def keep_plan(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Settle a conflict with the plan's value."""
        self._settle(ack, body, action["value"], get_args(Side)[0])

    def take_airtable(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Settle a conflict with Airtable's value."""
        self._settle(ack, body, action["value"], get_args(Side)[1])

    def _settle(self, ack: Ack, body: Body, value: str, side: Side) -> None:
        ack()
        asker = self.desk.action_asker(body, "settle a conflict")
        plans = self.desk.ports.plans
        key, seen = conflict_card.clicked(value)
        done = settle_conflict(plans, key, side, asker, seen)
        with plans.reading(asker.workspace_id) as plan:
            shown = card_of(plan, done.conflict, moved=done.conflict.choice is None)
        self.desk.answer(asker, shown, replace=True, saved=done.changed)

    def _later(
        self, ack: Ack, body: Body, text: str, meanwhile: str, *, replace: bool = False
    ) -> None:
        """Say that it is begun, and leave the work to a worker."""
        ack()
        asker = self.desk.action_asker(body, f"/bqx {text}")
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            need(plan, asker.member_id, Right.CONNECT)
        queue_command(self.desk, asker, text, lane=AIRTABLE_LANE)
        self.desk.send(asker, message(meanwhile, [section(meanwhile)]), replace=replace)
