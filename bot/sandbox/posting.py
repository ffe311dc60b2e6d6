"""Messages appear, change and go; the page and the product are told."""

from typing import Any

from bot.sandbox.sandbox import Sandbox
from bot.sandbox.shapes import member_json, message_json
from bot.sandbox.workspace import DIRECT, PRIVATE, PUBLIC, Channel, Member, Message, Workspace

EVENT_OF_KIND = {PUBLIC: "message.channels", PRIVATE: "message.groups", DIRECT: "message.im"}
CHANNEL_TYPE = {PUBLIC: "channel", PRIVATE: "group", DIRECT: "im"}


def post(sandbox: Sandbox, workspace: Workspace, message: Message) -> None:
    """Keep a new message and tell everyone who should know."""
    channel = workspace.channels[message.channel]
    channel.add(message)
    sandbox.hub.changed(workspace, channel, message)
    if message.ephemeral_to is not None:
        return
    event = message_json(workspace, message)
    _message_event(sandbox, workspace, channel, event)
    if channel.kind == DIRECT or f"<@{workspace.bot.id}>" not in message.text:
        return
    if workspace.bot.id not in channel.members:
        note = f"{workspace.bot.name} is not in #{channel.name}: invite it to be heard."
        sandbox.hub.tell(message.user, {"type": "notice", "level": "info", "text": note})
    elif message.user != workspace.bot.id:
        mention = {**event, "type": "app_mention", "channel": channel.id, "event_ts": message.ts}
        sandbox.events.send(workspace, "app_mention", mention)


def announce_change(
    sandbox: Sandbox,
    workspace: Workspace,
    message: Message,
    before: dict[str, Any] | None = None,
) -> None:
    """Tell that a message changed; `before` is its earlier JSON, for the product's event."""
    channel = workspace.channels[message.channel]
    sandbox.hub.changed(workspace, channel, message)
    if message.ephemeral_to is None and before is not None:
        event = {
            "type": "message",
            "subtype": "message_changed",
            "hidden": True,
            "message": message_json(workspace, message),
            "previous_message": before,
            "ts": sandbox.clock.ts(),
        }
        _message_event(sandbox, workspace, channel, event)


def remove(sandbox: Sandbox, workspace: Workspace, message: Message) -> None:
    """Take a message away."""
    channel = workspace.channels[message.channel]
    channel.drop(message)
    sandbox.hub.changed(workspace, channel, message)
    if message.ephemeral_to is None:
        event = {
            "type": "message",
            "subtype": "message_deleted",
            "hidden": True,
            "deleted_ts": message.ts,
            "previous_message": message_json(workspace, message),
            "ts": sandbox.clock.ts(),
        }
        _message_event(sandbox, workspace, channel, event)


def joined_team(sandbox: Sandbox, workspace: Workspace, member: Member) -> None:
    """Let somebody into the workspace and tell the product."""
    workspace.members[member.id] = member
    sandbox.hub.tell_all({"type": "state"})
    user = member_json(workspace, member, sandbox.clock.now())
    event = {"type": "team_join", "user": user, "event_ts": sandbox.clock.ts()}
    sandbox.events.send(workspace, "team_join", event)


def joined(sandbox: Sandbox, workspace: Workspace, channel: Channel, member_id: str) -> None:
    """Put a member into a channel and tell the product, if it can see the channel."""
    channel.members.append(member_id)
    _membership(sandbox, workspace, channel, member_id, "member_joined_channel")


def left(sandbox: Sandbox, workspace: Workspace, channel: Channel, member_id: str) -> None:
    """Take a member out of a channel and tell the product, if it can see the channel."""
    channel.members.remove(member_id)
    _membership(sandbox, workspace, channel, member_id, "member_left_channel")


def _membership(
    sandbox: Sandbox, workspace: Workspace, channel: Channel, member_id: str, name: str
) -> None:
    sandbox.hub.tell_all({"type": "state"})
    if workspace.bot.id not in channel.members:
        return
    event = {
        "type": name,
        "user": member_id,
        "channel": channel.id,
        "channel_type": "C" if channel.kind == PUBLIC else "G",
        "team": workspace.team.id,
        "event_ts": sandbox.clock.ts(),
    }
    sandbox.events.send(workspace, name, event)


def _message_event(
    sandbox: Sandbox, workspace: Workspace, channel: Channel, event: dict[str, Any]
) -> None:
    if workspace.bot.id not in channel.members:
        return
    whole = {
        **event,
        "channel": channel.id,
        "channel_type": CHANNEL_TYPE[channel.kind],
        "event_ts": event["ts"],
    }
    sandbox.events.send(workspace, EVENT_OF_KIND[channel.kind], whole)
