"""Interactive payloads, as Slack builds them."""

from typing import Any

from bot.sandbox.shapes import TOKEN, message_json
from bot.sandbox.workspace import Channel, Message, Workspace

Payload = dict[str, Any]


def common(workspace: Workspace, member_id: str, kind: str) -> Payload:
    """Return what every interactive payload carries."""
    member = workspace.members[member_id]
    return {
        "type": kind,
        "team": {"id": workspace.team.id, "domain": workspace.team.domain},
        "user": {
            "id": member.id,
            "username": member.name,
            "name": member.name,
            "team_id": workspace.team.id,
        },
        "api_app_id": workspace.app_id,
        "token": TOKEN,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def of_shortcut(workspace: Workspace, member_id: str, kind: str) -> Payload:
    """Return what a shortcut's payload carries; it is older and names the person its own way."""
    payload = common(workspace, member_id, kind)
    del payload["api_app_id"]
    kept = ("id", "name") if kind == "message_action" else ("id", "username", "team_id")
    payload["user"] = {name: payload["user"][name] for name in kept}
    return payload


def channel_name(channel: Channel) -> str:
    """Return the label payloads give a channel."""
    labels = {"im": "directmessage", "private": "privategroup"}
    return labels.get(channel.kind, channel.name)


def in_message(workspace: Workspace, channel: Channel, message: Message) -> Payload:
    """Return the part of a payload that says which message was acted in."""
    container: Payload = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.ephemeral_to is not None,
    }
    if message.is_reply:
        container["thread_ts"] = message.thread_ts
    part: Payload = {
        "container": container,
        "channel": {"id": channel.id, "name": channel_name(channel)},
    }
    # Slack keeps no ephemeral message, so it cannot show it.
    if message.ephemeral_to is None:
        part["message"] = message_json(workspace, message)
    return part


def in_view(view: Payload) -> Payload:
    """Return the part of a payload that says which view was acted in."""
    return {"container": {"type": "view", "view_id": view["id"]}, "view": view}


def action_of(element: Payload, block_id: str, value: Payload, ts: str) -> Payload:
    """Return the one action of a block_actions payload; `value` is what was chosen."""
    action = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block_id,
        "action_ts": ts,
    }
    kept = ("text", "value", "style", "url") if element["type"] == "button" else ("placeholder",)
    return action | {name: element[name] for name in kept if name in element} | value
