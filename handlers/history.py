"""The button to older changes of the audit trail."""

from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App

from bot.views.history_message import OLDER, read_older
from handlers.boundary import guarded
from handlers.desk import Body, Desk
from handlers.history_replies import HistoryReplies


@dataclass(frozen=True)
class HistoryHandlers:
    """Slack's way in to the pages of the audit trail."""

    desk: Desk

    def register(self, app: App) -> None:
        """Attach every listener of this module to `app`."""
        app.action(OLDER)(guarded(self.older))

    def older(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Show the next page below the one before."""
        ack()
        asker = self.desk.action_asker(body, "/bqx history")
        after, at, asked = read_older(action["value"])
        shown = HistoryReplies(self.desk).page(asked, asker, at=at, after=after)
        self.desk.answer(asker, shown)
