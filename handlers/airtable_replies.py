"""What `/bqx airtable …` answers; the words behind it that ask Airtable run in a worker."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bot.domain.airtable.looking import Choice, Look
from bot.domain.airtable.proposing.proposal import Proposal
from bot.domain.rights import Right
from bot.errors import RefusedError, UserError
from bot.ports import PlanReader
from bot.ports.airtable import Airtable
from bot.usecases.airtable.connect import (
    connect_base,
    disconnect_base,
    earlier_choices,
    forget_sent,
    keep_proposal,
    propose,
)
from bot.usecases.airtable.health import airtable_health
from bot.usecases.airtable.keeping import keep_in_step, retry_now
from bot.usecases.airtable.look import base_of_project, look_at_base
from bot.usecases.asking import Asker
from bot.usecases.rights import may, need
from bot.views import airtable_message
from bot.views.airtable_text import proposal_object
from bot.views.airtable_wizard import proposal_message
from bot.views.mrkdwn import Message, message, section
from handlers.desk import Desk

_UNSET = (
    "No token for Airtable is set here. An operator sets `AIRTABLE_API_KEY` and"
    " `AIRTABLE_BASE_ID`; the README has the steps."
)


def kept_proposal(plan: PlanReader) -> Mapping[str, Any]:
    """
    Return the proposal that is shown.

    Raises:
        UserError: it was taken or forgotten.
    """
    base = plan.airtable_base()
    if base is None or "base" not in base.proposal:
        raise UserError("That proposal is over. `/bqx airtable connect` looks at the base again.")
    return base.proposal


@dataclass(frozen=True, slots=True)
class AirtableReplies:
    """The answers, by the word behind `/bqx airtable`."""

    desk: Desk

    def to(self, rest: str, asker: Asker) -> Message:
        """
        Return the answer.

        Raises:
            UserError: it can't be done, or not by this member.
            OutageError: Airtable does not answer.
        """
        word, _, tail = rest.partition(" ")
        if not word or word.lower() == "status":
            return self._health(asker)
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            need(plan, asker.member_id, Right.CONNECT)
        if word.lower() == "disconnect":
            return self._disconnect(asker)
        if word.lower() == "retry":
            return self._sync("retry", asker)
        ways = {"connect": self._connect, "adopt": self._adopt, "sync": self._sync}
        if word.lower() not in ways:
            raise UserError(
                "`/bqx airtable` shows how the base stands; `connect`, `sync`, `retry` and"
                " `disconnect` are the words behind it."
            )
        try:
            return ways[word.lower()](tail.strip(), asker)
        except RefusedError as error:
            raise UserError(f"Airtable refuses ({error.code}). {error.detail}".strip()) from error

    def _health(self, asker: Asker) -> Message:
        ports = self.desk.ports
        health = airtable_health(ports.plans, ports.airtable, asker.workspace_id, asker.now)
        with ports.plans.reading(asker.workspace_id) as plan:
            can_connect = may(plan, asker.member_id, Right.CONNECT)
        return airtable_message.health_message(health, asker.now, is_admin=can_connect)

    def _connect(self, tail: str, asker: Asker) -> Message:
        typed, _, sent = tail.partition(" ")
        plans, airtable = self.desk.ports.plans, self._airtable()
        chosen = base_of_project(plans, airtable, asker.workspace_id, typed)
        look = look_at_base(airtable, chosen)
        if sent:
            choices = self._with_sent(sent, asker)
        else:
            choices = list(earlier_choices(plans, asker.workspace_id, look))
        try:
            told = proposal_plain(look, propose(look, choices), choices)
        except UserError:
            forget_sent(plans, asker.workspace_id, sent)
            raise
        keep_proposal(plans, asker.workspace_id, look, choices, told, sent=sent)
        return proposal_message(told)

    def _with_sent(self, sent: str, asker: Asker) -> list[Choice]:
        """Return the proposal's corrections and those of the form that was sent."""
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            told = kept_proposal(plan)
        return [Choice(**each) for each in (*told["choices"], *told.get("sent", {}).get(sent, ()))]

    def _adopt(self, tail: str, asker: Asker) -> Message:
        plans = self.desk.ports.plans
        airtable = self._airtable()
        with plans.reading(asker.workspace_id) as plan:
            told = kept_proposal(plan)
        if tail and tail != told["base"]["id"]:
            raise UserError("Another base was proposed meanwhile: take that, or look again.")
        choices = [Choice(**each) for each in told["choices"]]
        look = look_at_base(airtable, told["base"]["id"])
        done = connect_base(
            plans, airtable, asker.workspace_id, look, choices, clock=self.desk.ports.clock.now
        )
        return airtable_message.connected_message(done)

    def _sync(self, tail: str, asker: Asker) -> Message:
        ports = self.desk.ports
        airtable = self._airtable()
        if tail == "retry":
            retry_now(ports.plans, asker.workspace_id, asker.now)
        pushed, pulled = keep_in_step(
            ports.plans, airtable, asker.workspace_id, clock=ports.clock.now, look=True
        )
        return airtable_message.synced_message(
            pushed.made, pushed.updated, pulled.records, pulled.removed
        )

    def _disconnect(self, asker: Asker) -> Message:
        ports = self.desk.ports
        was = disconnect_base(ports.plans, asker.workspace_id, ports.airtable)
        text = "Disconnected; plan and base stay as they are." if was else "No base is connected."
        return message(text, [section(text)])

    def _airtable(self) -> Airtable:
        if self.desk.ports.airtable is None:
            raise UserError(_UNSET)
        return self.desk.ports.airtable


def proposal_plain(look: Look, proposal: Proposal, choices: list[Choice]) -> dict[str, Any]:
    """Return what the wizard keeps: the proposal, its corrections, and the schema to choose in."""
    schema = [
        {
            "id": table.id,
            "name": table.name,
            "fields": [
                {"id": each.id, "name": each.name, "choices": list(each.choices)}
                for each in table.fields
            ],
        }
        for table in look.schema.tables
    ]
    told = proposal_object(look, proposal)
    return told | {"schema": schema, "choices": [asdict(choice) for choice in choices]}
