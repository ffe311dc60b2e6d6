"""What Slack's answers and payloads look like; shapes of contracts' Appendix C and the samples."""

import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.sandbox.workspace import DIRECT, PRIVATE, PUBLIC, Channel, File, Member, Message, Workspace

AVATAR = "https://a.slack-edge.com/avatar.png"
TOKEN = "deprecated"  # noqa: S105 - the verification token Slack no longer uses

_MENTION = re.compile(r"<@([A-Z0-9]+)>|<#([A-Z0-9]+)(?:\|[^>]*)?>")


def member_json(workspace: Workspace, member: Member, now: float) -> dict[str, Any]:
    """Return a member as users.info does; the e-mail only with users:read.email."""
    offset = datetime.fromtimestamp(now, UTC).astimezone(ZoneInfo(member.tz)).utcoffset()
    names = {"real_name": member.real_name, "display_name": member.name}
    profile: dict[str, Any] = {
        **names,
        "title": member.title,
        "phone": "",
        "skype": "",
        "real_name_normalized": member.real_name,
        "display_name_normalized": member.name,
        "status_text": "",
        "status_emoji": "",
        "status_expiration": 0,
        "avatar_hash": "",
        "image_72": AVATAR,
        "team": workspace.team.id,
    }
    if member.email and "users:read.email" in workspace.scopes:
        profile["email"] = member.email
    if member.is_bot:
        profile |= {"bot_id": workspace.bot_id, "api_app_id": workspace.app_id}
    return {
        "id": member.id,
        "team_id": workspace.team.id,
        "name": member.name,
        "deleted": False,
        "color": member.color,
        "real_name": member.real_name,
        "tz": member.tz,
        "tz_label": member.tz,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "profile": profile,
        "is_admin": member.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": member.is_bot,
        "is_app_user": False,
        "updated": int(now),
    }


def channel_json(workspace: Workspace, channel: Channel) -> dict[str, Any]:
    """Return a conversation as conversations.info does."""
    common = {
        "id": channel.id,
        "created": channel.created,
        "is_archived": channel.is_archived,
        "is_im": channel.kind == DIRECT,
        "is_org_shared": False,
        "context_team_id": workspace.team.id,
        "updated": channel.created * 1000,
    }
    if channel.kind == DIRECT:
        return {**common, "user": channel.user, "is_user_deleted": False, "priority": 0}
    is_private = channel.kind == PRIVATE
    return {
        **common,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not is_private,
        "is_group": is_private,
        "is_mpim": False,
        "is_private": is_private,
        "is_general": channel.is_general,
        "is_member": workspace.bot.id in channel.members,
        "is_shared": False,
        "is_ext_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "unlinked": 0,
        "creator": channel.creator,
        "shared_team_ids": [workspace.team.id],
        "topic": {"value": channel.topic, "creator": channel.creator, "last_set": channel.created},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "previous_names": [],
    }


def message_json(
    workspace: Workspace, message: Message, *, with_metadata: bool = False
) -> dict[str, Any]:
    """Return a message as history, events and payloads show it, thread counts included."""
    shape: dict[str, Any] = {"type": "message", "user": message.user, "ts": message.ts}
    shape |= _authorship(workspace, message)
    shape |= {"text": message.text, "team": workspace.team.id}
    optional = {
        "subtype": message.subtype,
        "blocks": blocks_of(message),
        "attachments": message.attachments,
        "client_msg_id": message.client_msg_id,
        "thread_ts": message.thread_ts,
        "metadata": message.metadata if with_metadata else None,
        "files": [file_json(workspace, workspace.files[one]) for one in message.files] or None,
        "reactions": [
            {"name": name, "users": users, "count": len(users)}
            for name, users in message.reactions.items()
        ]
        or None,
    }
    shape |= {key: value for key, value in optional.items() if value is not None}
    if message.edited:
        shape["edited"] = {"user": message.user, "ts": message.edited}
    return shape | _thread_fields(workspace, message)


def _authorship(workspace: Workspace, message: Message) -> dict[str, Any]:
    if message.bot_id is None:
        return {}
    shape: dict[str, Any] = {
        "bot_id": message.bot_id,
        "app_id": workspace.app_id,
        "bot_profile": {
            "id": workspace.bot_id,
            "app_id": workspace.app_id,
            "name": workspace.bot.real_name,
            "icons": {"image_72": AVATAR},
            "deleted": False,
            "updated": 0,
            "team_id": workspace.team.id,
        },
    }
    if message.username:
        shape["username"] = message.username
    return shape


def _thread_fields(workspace: Workspace, message: Message) -> dict[str, Any]:
    channel = workspace.channels[message.channel]
    if message.is_reply:
        root = channel.messages.get(str(message.thread_ts))
        return {"parent_user_id": root.user} if root else {}
    replies = workspace.replies(channel, message.ts)
    if not replies:
        return {}
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users": list(dict.fromkeys(one.user for one in replies)),
        "reply_users_count": len({one.user for one in replies}),
        "latest_reply": replies[-1].ts,
        "subscribed": False,
        "is_locked": False,
    }


def blocks_of(message: Message) -> list[dict[str, Any]] | None:
    """Return a message's blocks; what a person typed is one rich_text block, as Slack makes it."""
    if message.blocks is not None or message.bot_id is not None or not message.text:
        return message.blocks
    section = {"type": "rich_text_section", "elements": _rich_elements(message.text)}
    return [{"type": "rich_text", "block_id": message.ts[-5:], "elements": [section]}]


def _rich_elements(text: str) -> list[dict[str, Any]]:
    elements: list[dict[str, Any]] = []
    position = 0
    for found in _MENTION.finditer(text):
        elements += _plain(text[position : found.start()])
        member_id, channel_id = found.groups()
        if member_id:
            elements.append({"type": "user", "user_id": member_id})
        else:
            elements.append({"type": "channel", "channel_id": channel_id})
        position = found.end()
    return elements + _plain(text[position:])


def _plain(text: str) -> list[dict[str, Any]]:
    plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return [{"type": "text", "text": plain}] if plain else []


def file_json(workspace: Workspace, file: File) -> dict[str, Any]:
    """Return a file as files.info does; `shares` appear once it was shared."""
    suffix = file.name.rpartition(".")[2].lower() if "." in file.name else "text"
    path = f"{workspace.base_url}/files-pri/{workspace.team.id}-{file.id}/{file.name}"
    public: dict[str, list[dict[str, Any]]] = {}
    for channel_id, ts in file.shares:
        public.setdefault(channel_id, []).append({"ts": ts})
    kinds = {one: workspace.channels[one].kind for one in public}
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": file.mimetype,
        "filetype": suffix,
        "pretty_type": suffix.upper(),
        "user": file.user,
        "user_team": workspace.team.id,
        "editable": False,
        "size": file.length,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": any(kind == PUBLIC for kind in kinds.values()),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": path,
        "permalink": f"{workspace.base_url}/files/{file.user}/{file.id}/{file.name}",
        "shares": {"public": public} if public else {},
        "channels": [one for one, kind in kinds.items() if kind == PUBLIC],
        "groups": [one for one, kind in kinds.items() if kind == PRIVATE],
        "ims": [one for one, kind in kinds.items() if kind == DIRECT],
    }


def permalink(base_url: str, channel_id: str, ts: str, thread_ts: str | None = None) -> str:
    """Return the address of a message on this server, in Slack's form."""
    link = f"{base_url}/archives/{channel_id}/p{ts.replace('.', '')}"
    if thread_ts and thread_ts != ts:
        link += f"?thread_ts={thread_ts}&cid={channel_id}"
    return link
