"""The buttons of an escalation's messages, beside those that every issue has."""

from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App

from bot.usecases.escalate import snooze, still_on_it
from bot.views import escalation_message
from handlers.boundary import guarded
from handlers.desk import Body, Desk


@dataclass(frozen=True)
class EscalationHandlers:
    """Postpone, and say that somebody is at work on it."""

    desk: Desk

    def register(self, app: App) -> None:
        """Attach every listener of this module to `app`."""
        app.action(escalation_message.SNOOZE)(guarded(self.snooze))
        app.action(escalation_message.STILL_ON_IT)(guarded(self.still_on_it))

    def snooze(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Postpone the next question, once."""
        ack()
        asker = self.desk.action_asker(body, "snooze")
        done = snooze(self.desk.ports.plans, action["value"], asker)
        self.desk.answer(asker, escalation_message.snoozed_message(done))

    def still_on_it(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Write down that the issue is being worked on."""
        ack()
        asker = self.desk.action_asker(body, "still on it")
        done = still_on_it(self.desk.ports.plans, action["value"], asker)
        self.desk.answer(asker, escalation_message.still_message(done), saved=True)
