"""What the page is given to show."""

from typing import Any

from bot.sandbox.manifest import Manifest
from bot.sandbox.shapes import permalink
from bot.sandbox.workspace import DIRECT, PUBLIC, Channel, Message, Workspace

Json = dict[str, Any]


def state_for_page(workspace: Workspace, manifest: Manifest, member_id: str) -> Json:
    """Return team, app, members and the channels a member can see."""
    return {
        "team": {
            "id": workspace.team.id,
            "name": workspace.team.name,
            "domain": workspace.team.domain,
        },
        "app": _app(workspace, manifest),
        "members": [
            {
                "id": one.id,
                "name": one.name,
                "real_name": one.real_name,
                "is_admin": one.is_admin,
                "is_bot": one.is_bot,
                "tz": one.tz,
                "color": one.color,
            }
            for one in workspace.members.values()
        ],
        "channels": [
            _channel(workspace, one, member_id)
            for one in workspace.channels.values()
            if one.kind == PUBLIC or member_id in one.members
        ],
    }


def _app(workspace: Workspace, manifest: Manifest) -> Json:
    return {
        "id": workspace.app_id,
        "name": manifest.name,
        "bot_user_id": workspace.bot.id,
        "commands": [
            {
                "command": one.command,
                "description": one.description,
                "usage_hint": one.usage_hint,
            }
            for one in manifest.commands
        ],
        "shortcuts": [
            {
                "name": one.name,
                "type": one.type,
                "callback_id": one.callback_id,
                "description": one.description,
            }
            for one in manifest.shortcuts
        ],
    }


def _channel(workspace: Workspace, channel: Channel, member_id: str) -> Json:
    shape: Json = {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "is_archived": channel.is_archived,
        "members": channel.members,
        "unread": workspace.unread(channel, member_id),
    }
    if channel.kind == DIRECT:
        shape["user"] = workspace.bot.id
    return shape


def message_for_page(workspace: Workspace, message: Message) -> Json:
    """Return a message as the page shows it."""
    channel = workspace.channels[message.channel]
    under = [] if message.is_reply else workspace.replies(channel, message.ts)
    author = workspace.members[message.user]
    shape: Json = {
        "ts": message.ts,
        "user": message.user,
        "username": message.username or author.real_name,
        "text": message.text,
        "reply_count": len(under),
        "reply_users": list(dict.fromkeys(one.user for one in under)),
        "ephemeral": message.ephemeral_to is not None,
        "permalink": permalink(workspace.base_url, channel.id, message.ts, message.thread_ts),
    }
    optional = {
        "bot_id": message.bot_id,
        "blocks": message.blocks,
        "attachments": message.attachments,
        "thread_ts": message.thread_ts,
        "latest_reply": under[-1].ts if under else None,
        "edited": message.edited,
        "answers": message.answers,
        "subtype": message.subtype,
        "reactions": message.reactions or None,
        "files": [_file(workspace, one) for one in message.files] or None,
    }
    return shape | {name: value for name, value in optional.items() if value is not None}


def _file(workspace: Workspace, file_id: str) -> Json:
    file = workspace.files[file_id]
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype,
        "size": file.length,
        "url": f"/sandbox/files/{file.id}",
    }
