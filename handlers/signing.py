"""Signing: a person answers for a section of an assessment."""

from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App

from bot.usecases.sign_report import sign_section
from bot.views import gap_signing
from handlers.boundary import guarded
from handlers.desk import Body, Desk


@dataclass(frozen=True)
class SigningHandlers:
    """Slack's way in to signing a report."""

    desk: Desk

    def register(self, app: App) -> None:
        """Attach every listener of this module to `app`."""
        app.action(gap_signing.SIGN)(guarded(self.sign))

    def sign(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Sign one section; its message follows by its own effect."""
        ack()
        report_key, _, number = action["value"].rpartition(":")
        asker = self.desk.action_asker(body, "sign")
        done = sign_section(self.desk.ports.plans, report_key, int(number), asker)
        shown = gap_signing.signed_message(
            int(number), done.signed_by, done.operation, changed=done.changed
        )
        self.desk.answer(asker, shown, saved=done.changed)
