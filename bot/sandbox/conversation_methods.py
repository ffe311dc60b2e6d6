"""conversations.*, users.* and team.info."""

from collections.abc import Iterable

from bot.sandbox.calls import Answer, Call, need_scope, need_scope_for, page_of
from bot.sandbox.posting import joined
from bot.sandbox.refusals import ApiError
from bot.sandbox.shapes import channel_json, member_json, message_json
from bot.sandbox.workspace import DIRECT, PRIVATE, PUBLIC, Channel, Message

KIND_OF_TYPE = {"public_channel": PUBLIC, "private_channel": PRIVATE, "im": DIRECT, "mpim": "mpim"}
SCOPE_OF_TYPE = {
    "public_channel": "channels:read",
    "private_channel": "groups:read",
    "im": "im:read",
    "mpim": "mpim:read",
}
HISTORY_DEFAULT, HISTORY_MOST = 100, 999
# What apps sold outside the Marketplace get since 2025-05-29.
UNLISTED_MOST = 15


def list_channels(call: Call) -> Answer:
    """conversations.list: what the bot can see."""
    types = [one.strip() for one in (call.text("types") or "public_channel").split(",")]
    if unknown := [one for one in types if one not in KIND_OF_TYPE]:
        raise ApiError("invalid_types", arg=unknown[0])
    for one in types:
        need_scope(call.workspace, SCOPE_OF_TYPE[one])
    kinds = {KIND_OF_TYPE[one] for one in types}
    bot_id = call.workspace.bot.id
    seen = [
        one
        for one in call.workspace.channels.values()
        if one.kind in kinds
        and (one.kind == PUBLIC or bot_id in one.members)
        and not (call.flag("exclude_archived") and one.is_archived)
    ]
    page, cursor = page_of(call, seen, 100, 1000)
    shapes = []
    for one in page:
        shape = channel_json(call.workspace, one)
        if one.kind != DIRECT:
            shape["num_members"] = len(one.members)
        shapes.append(shape)
    return {"channels": shapes, "response_metadata": {"next_cursor": cursor}}


def info(call: Call) -> Answer:
    """conversations.info: one channel."""
    channel = call.workspace.channel(call.text("channel"))
    need_scope_for(call.workspace, channel, "read")
    shape = channel_json(call.workspace, channel)
    if call.flag("include_num_members"):
        shape["num_members"] = len(channel.members)
    return {"channel": shape}


def members(call: Call) -> Answer:
    """conversations.members: who is in a channel."""
    channel = call.workspace.channel(call.text("channel"))
    need_scope_for(call.workspace, channel, "read")
    page, cursor = page_of(call, channel.members, 100, 1000)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


def history(call: Call) -> Answer:
    """conversations.history: a channel's messages, newest first, replies left out."""
    channel = _channel_to_read(call)
    roots = sorted(
        _within(call, call.workspace.roots(channel)), key=lambda one: one.ts, reverse=True
    )
    page, cursor = page_of(call, roots, *_history_limits(call))
    answer = {
        "messages": [_read(call, one) for one in page],
        "has_more": bool(cursor),
        "pin_count": 0,
    }
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


def replies(call: Call) -> Answer:
    """conversations.replies: a thread, its root first; a reply's ts finds only that reply."""
    channel = _channel_to_read(call)
    root = channel.messages.get(call.text("ts"))
    if root is None or root.ephemeral_to is not None:
        raise ApiError("thread_not_found")
    under = [] if root.is_reply else call.workspace.replies(channel, root.ts)
    page, cursor = page_of(call, list(_within(call, under)), *_history_limits(call))
    first = [] if call.text("cursor") else [root]
    answer = {
        "messages": [_read(call, one) for one in [*first, *page]],
        "has_more": bool(cursor),
    }
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


def open_direct(call: Call) -> Answer:
    """conversations.open: the bot's direct message with one person."""
    workspace = call.workspace
    if wanted := call.text("channel"):
        channel = workspace.channel(wanted)
        if channel.kind != DIRECT:
            raise ApiError("method_not_supported_for_channel_type")
    else:
        users = [one for one in call.text("users").split(",") if one]
        if not users:
            raise ApiError("users_list_not_supplied")
        if len(users) > 1:
            # Group direct messages are not built: say so rather than pretend.
            raise ApiError("too_many_users")
        if users[0] not in workspace.members or workspace.members[users[0]].is_bot:
            raise ApiError("user_not_found")
        channel = workspace.open_direct(users[0], int(call.sandbox.clock.now()))
    if not call.flag("return_im"):
        return {"channel": {"id": channel.id}}
    shape = {**channel_json(workspace, channel), "is_open": True}
    del shape["is_user_deleted"]
    return {"no_op": True, "already_open": True, "channel": shape}


def join(call: Call) -> Answer:
    """conversations.join: the bot enters a public channel."""
    channel = call.workspace.channel(call.text("channel"))
    if channel.kind != PUBLIC:
        raise ApiError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise ApiError("is_archived")
    already = call.workspace.bot.id in channel.members
    if not already:
        joined(call.sandbox, call.workspace, channel, call.workspace.bot.id)
    answer: Answer = {"channel": channel_json(call.workspace, channel)}
    if already:
        answer["warning"] = "already_in_channel"
        answer["response_metadata"] = {"warnings": ["already_in_channel"]}
    return answer


def list_users(call: Call) -> Answer:
    """users.list: everyone, the bot included."""
    everyone = list(call.workspace.members.values())
    page, cursor = page_of(call, everyone, max(1, len(everyone)), 1000)
    now = call.sandbox.clock.now()
    return {
        "members": [member_json(call.workspace, one, now) for one in page],
        "cache_ts": int(now),
        "response_metadata": {"next_cursor": cursor},
    }


def user_info(call: Call) -> Answer:
    """users.info: one member."""
    member = call.workspace.members.get(call.text("user"))
    if member is None:
        raise ApiError("user_not_found")
    return {"user": member_json(call.workspace, member, call.sandbox.clock.now())}


def team_info(call: Call) -> Answer:
    """team.info: the workspace's name plate."""
    team = call.workspace.team
    if call.text("team") not in {"", team.id}:
        raise ApiError("team_not_found")
    shape = {
        "id": team.id,
        "name": team.name,
        "url": call.sandbox.base_url + "/",
        "domain": team.domain,
        "email_domain": "",
        "icon": {"image_default": True},
    }
    return {"team": shape}


def _channel_to_read(call: Call) -> Channel:
    channel = call.workspace.channel(call.text("channel"))
    need_scope_for(call.workspace, channel, "history")
    if call.workspace.bot.id not in channel.members:
        raise ApiError("not_in_channel")
    return channel


def _within(call: Call, messages: Iterable[Message]) -> Iterable[Message]:
    oldest = _bound(call, "oldest", 0.0)
    latest = _bound(call, "latest", float("inf"))
    inclusive = call.flag("inclusive")
    for one in messages:
        ts = float(one.ts)
        if oldest < ts < latest or (inclusive and ts in {oldest, latest}):
            yield one


def _bound(call: Call, name: str, default: float) -> float:
    try:
        return float(call.text(name) or default)
    except ValueError as error:
        raise ApiError(f"invalid_ts_{name}") from error


def _history_limits(call: Call) -> tuple[int, int]:
    if call.sandbox.config.unlisted_app:
        return UNLISTED_MOST, UNLISTED_MOST
    return HISTORY_DEFAULT, HISTORY_MOST


def _read(call: Call, message: Message) -> Answer:
    with_metadata = call.flag("include_all_metadata")
    return message_json(call.workspace, message, with_metadata=with_metadata)
