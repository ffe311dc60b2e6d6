"""`/bqx`, mentions and direct messages: one set of commands, three ways in."""

import re
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.domain.airtable.state import AIRTABLE_LANE
from bot.domain.commands import Command, parse_command
from bot.domain.effects import Effect, EffectKind
from bot.errors import UserError
from bot.usecases.asking import ANSWER_LIMIT, Asker
from bot.views.mrkdwn import View
from handlers.boundary import guarded
from handlers.desk import Body, Desk
from handlers.replies import Replies
from handlers.reply import Reply

# Slack's four ways to say that three seconds are over (contracts 1.6).
TOO_LATE = {"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "invalid_arguments"}
SLOW = {"gaps", "links", "code"}  # they read git, or all that is remembered of it
ASKING = ("connect", "adopt", "sync", "retry")  # behind `airtable`: no request waits for it
_MENTION = re.compile(r"^\s*<@[UW][A-Z0-9]+(?:\|[^>]*)?>\s*")


def is_slow(command: Command) -> bool:
    """Whether a command is left to a worker."""
    asks = command.name == "airtable" and command.rest.lower().startswith(ASKING)
    return command.name in SLOW or asks


def lane_of(command: Command, asker: Asker) -> str:
    """Return the lane of a slow command: what asks the base runs beside nothing that does."""
    return AIRTABLE_LANE if command.name == "airtable" else f"command:{asker.member_id}"


def queue_command(desk: Desk, asker: Asker, text: str, *, lane: str) -> None:
    """Leave a slow command to a worker: a listener's thread is for the next member."""
    with desk.ports.plans.changing(asker.workspace_id) as plan:
        plan.emit(
            Effect(
                key=asker.cause,
                kind=EffectKind.COMMAND,
                payload={"text": text, "member": asker.member_id, "reply_to": asker.reply},
                lane=lane,
                not_after=asker.now + ANSWER_LIMIT,
            ),
            asker.now,
        )


@dataclass(frozen=True)
class CommandHandlers:
    """Slack's way in to every command."""

    desk: Desk
    replies: Replies

    def register(self, app: App) -> None:
        """Attach every listener of this module to `app`."""
        app.command("/bqx")(guarded(self.slash))
        app.event("app_mention")(guarded(self.mention))
        app.event("message")(guarded(self.direct_message))

    def slash(self, ack: Ack, body: Body, client: WebClient) -> None:
        """Answer `/bqx …`, with a form where the command asks for one."""
        ack()
        project, text = self.desk.named(body, body.get("text", ""))
        command = parse_command(text)
        asker = self.desk.command_asker(body, f"/bqx {command.name}", project)
        if is_slow(command):
            queue_command(self.desk, asker, text, lane=lane_of(command, asker))
            return
        reply = self.replies.to(text, asker)
        if reply.form and open_form(client, body["trigger_id"], reply.form):
            return
        self.desk.answer(asker, reply.message, saved=reply.saved)

    def mention(self, event: dict[str, Any], body: Body) -> None:
        """Queue a command that came behind a mention; it is answered in its thread."""
        text = unescape(_MENTION.sub("", event.get("text", "")))
        self._receive(event, body, text, thread_ts=event.get("thread_ts") or event["ts"])

    def direct_message(self, event: dict[str, Any], body: Body) -> None:
        """Queue a command that came in a direct message; other messages are none of ours."""
        if event.get("channel_type") != "im" or event.get("subtype") or event.get("bot_id"):
            return
        text = unescape(_MENTION.sub("", event.get("text", "")))
        self._receive(event, body, text, thread_ts=event.get("thread_ts"))

    def _receive(
        self, event: dict[str, Any], body: Body, text: str, *, thread_ts: str | None
    ) -> None:
        # Bolt has acknowledged the event already, so Slack will not send it again: it is
        # committed here, before any work, and carried out by the durable engine.
        now = self.desk.ports.clock.now()
        project, text = self.desk.named(body, text)
        cause = f"evt:{body['team_id']}:{body['event_id']}"
        with self.desk.ports.plans.changing(project.id) as plan:
            if not plan.claim(cause, now):
                return
            plan.emit(
                Effect(
                    key=cause,
                    kind=EffectKind.COMMAND,
                    payload={
                        "text": text[:8000],
                        "member": event["user"],
                        "channel": event["channel"],
                        "thread_ts": thread_ts,
                    },
                    lane=f"channel:{event['channel']}",
                ),
                now,
            )


def open_form(client: WebClient, trigger_id: str, form: View) -> bool:
    """Open a modal; False when Slack's three seconds were over."""
    try:
        client.views_open(trigger_id=trigger_id, view=form)
    except SlackApiError as error:
        if error.response["error"] in TOO_LATE:
            return False
        raise
    return True


def must_open_form(client: WebClient, trigger_id: str, form: View) -> None:
    """
    Open a modal that a click asked for; clicking again is all there is to do when it fails.

    Raises:
        UserError: Slack's three seconds were over.
    """
    if not open_form(client, trigger_id, form):
        raise UserError("Slack gave me too little time to open the form: please click again.")


def unescape(text: str) -> str:
    """Return what a member typed: Slack sends `&`, `<` and `>` as entities (contracts 1.8)."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def answer_or_open(desk: Desk, client: WebClient, body: Body, asker: Asker, reply: Reply) -> None:
    """Open the reply's form, or show its message in the place of the one that was clicked."""
    if reply.form and open_form(client, body["trigger_id"], reply.form):
        return
    desk.answer(asker, reply.message, replace=reply.form is None, saved=reply.saved)
