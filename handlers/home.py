"""The home tab, Undo, and the clicks and events that need no answer."""

import re
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.usecases.prompting import a_day
from bot.usecases.seeing import issues_for
from bot.usecases.undo import undo
from bot.views import undo_message
from bot.views.finding_blocks import SETTLED
from bot.views.history_message import HISTORY
from bot.views.me_form import home_blocks
from bot.views.status_message import MOVING, home_tab
from handlers.boundary import guarded
from handlers.desk import Body, Desk


@dataclass(frozen=True)
class HomeHandlers:
    """Slack's way in to the home tab and to Undo."""

    desk: Desk

    def register(self, app: App) -> None:
        """Attach every listener of this module to `app`."""
        app.event("app_home_opened")(guarded(self.show))
        app.action(undo_message.UNDO)(guarded(self.undo))

    def show(self, event: dict[str, Any], body: Body, client: WebClient) -> None:
        """Publish the member's home tab as the plan is now."""
        if event.get("tab") != "home":
            return
        workspace_id = self.desk.workspace_id(body)
        publish_home(self.desk, workspace_id, event["user"], client)

    def undo(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Take back the operation of the clicked message; its place shows what came of it."""
        ack()
        asker = self.desk.action_asker(body, "undo")
        done = undo(self.desk.ports.plans, action["value"], asker)
        names = self.desk.names(asker.workspace_id, done.changes)
        shown = undo_message.undone_message(done.changes, done.operation, names)
        # The Undo of a settled finding, or of a row of the history, stands beside others: it stays.
        own = not action["block_id"].startswith((SETTLED, HISTORY))
        self.desk.answer(asker, shown, replace=own, saved=True)


def publish_home(desk: Desk, workspace_id: str, member_id: str, client: WebClient) -> None:
    """Show a member's home tab as the plan is now."""
    with desk.ports.plans.reading(workspace_id) as plan:
        mine = [s for s in plan.stages(statuses=MOVING) if s.owner_id == member_id]
        checks = [c for c in plan.gap_checks(open_only=True) if c.member_id == member_id]
        found = ((check, plan.finding(check.finding_key)) for check in checks)
        gaps = [(check, finding) for check, finding in found if finding]
        now, person = desk.ports.clock.now(), plan.person(member_id)
        view = home_tab(mine, issues_for(plan, member_id), gaps, now)
        view["blocks"] = [*view["blocks"], *home_blocks(person, a_day(plan, person), now)]
    client.views_publish(user_id=member_id, view=view)


def register_rest(app: App) -> None:
    """
    Attach listeners for everything else, last.

    An event without a listener is answered 404, sent three more times, and can switch the
    whole subscription off (contracts 2.2).
    """
    app.event(re.compile(".*"))(lambda: None)
    app.action(re.compile(".*"))(_ack)


def _ack(ack: Ack) -> None:
    ack()
