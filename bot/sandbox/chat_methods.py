"""chat.* and reactions.add."""

import json
import re
from typing import Any

from bot.sandbox.blocks import check_message, with_block_ids
from bot.sandbox.calls import Answer, Call, need_scope
from bot.sandbox.posting import announce_change, post, remove
from bot.sandbox.refusals import ApiError
from bot.sandbox.shapes import message_json, permalink
from bot.sandbox.workspace import DIRECT, PUBLIC, Channel, Message

TEXT_CUT = 40_000
UPDATE_TEXT = 4_000
MARKDOWN_TEXT = 12_000
METADATA_BYTES = 8_000
REACTIONS = 23

_EVENT_TYPE = re.compile(r"[A-Za-z][\w.:-]*")


def post_message(call: Call) -> Answer:
    """chat.postMessage: a message in a channel, a thread or a direct message."""
    channel = _channel_to_post(call)
    message = _draft(call, channel)
    if call.flag("reply_broadcast") and message.thread_ts:
        message.subtype = "thread_broadcast"
    config = call.sandbox.config
    key = (call.workspace.team.id, "chat.postMessage", channel.id)
    call.sandbox.limits.take(key, 1, config.post_interval_s)
    post(call.sandbox, call.workspace, message)
    shape = message_json(call.workspace, message, with_metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": shape}


def post_ephemeral(call: Call) -> Answer:
    """chat.postEphemeral: a message only one member of a channel sees."""
    channel = _channel_to_post(call)
    user = call.text("user")
    if user not in call.workspace.members or user not in channel.members:
        raise ApiError("user_not_in_channel")
    message = _draft(call, channel)
    message.ephemeral_to = user
    post(call.sandbox, call.workspace, message)
    return {"message_ts": message.ts}


def update(call: Call) -> Answer:
    """chat.update: new words for one of the app's own messages."""
    message = _own_message(call, "cant_update_message")
    _check_content(call.args)
    if len(call.text("text")) > UPDATE_TEXT:
        raise ApiError("msg_too_long")
    if not any(name in call.args for name in ("text", "blocks", "attachments", "markdown_text")):
        raise ApiError("no_text")
    before = message_json(call.workspace, message)
    _change(message, call.args)
    message.edited = call.sandbox.clock.ts()
    announce_change(call.sandbox, call.workspace, message, before)
    shape = message_json(call.workspace, message, with_metadata=True)
    return {
        "channel": message.channel,
        "ts": message.ts,
        "text": message.text,
        "message": shape,
    }


def delete(call: Call) -> Answer:
    """chat.delete: take back one of the app's own messages."""
    message = _own_message(call, "cant_delete_message")
    remove(call.sandbox, call.workspace, message)
    return {"channel": message.channel, "ts": message.ts}


def get_permalink(call: Call) -> Answer:
    """chat.getPermalink: the address of a message."""
    channel = call.workspace.channel(call.text("channel"))
    message = channel.messages.get(call.text("message_ts"))
    if message is None or message.ephemeral_to is not None:
        raise ApiError("message_not_found")
    link = permalink(call.sandbox.base_url, channel.id, message.ts, message.thread_ts)
    return {"channel": channel.id, "permalink": link}


def add_reaction(call: Call) -> Answer:
    """reactions.add: the bot reacts to a message."""
    channel = call.workspace.channel(call.text("channel"))
    name = call.text("name")
    if not re.fullmatch(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?", name):
        raise ApiError("invalid_name")
    if channel.is_archived:
        raise ApiError("is_archived")
    message = channel.messages.get(call.text("timestamp"))
    if message is None or message.ephemeral_to is not None:
        raise ApiError("message_not_found")
    users = message.reactions.setdefault(name, [])
    if call.workspace.bot.id in users:
        raise ApiError("already_reacted")
    if len(message.reactions) > REACTIONS:
        raise ApiError("too_many_emoji")
    users.append(call.workspace.bot.id)
    announce_change(call.sandbox, call.workspace, message)
    return {}


def _channel_to_post(call: Call) -> Channel:
    """Return the channel a message goes to: an id, a #name, or a person's id."""
    workspace, wanted = call.workspace, call.text("channel")
    if wanted in workspace.members:
        if workspace.members[wanted].is_bot:
            raise ApiError("channel_not_found")
        wanted = workspace.open_direct(wanted, int(call.sandbox.clock.now())).id
    named = workspace.named(wanted)
    channel = workspace.channel(named.id if named else wanted)
    if channel.is_archived:
        raise ApiError("is_archived")
    if channel.kind == DIRECT and not call.sandbox.manifest.messages_tab:
        raise ApiError("messages_tab_disabled")
    if workspace.bot.id in channel.members:
        return channel
    if channel.kind == PUBLIC and "chat:write.public" in workspace.scopes:
        return channel
    raise ApiError("not_in_channel")


def _draft(call: Call, channel: Channel) -> Message:
    args = call.args
    _check_content(args)
    if not any(args.get(name) for name in ("text", "blocks", "attachments", "markdown_text")):
        raise ApiError("no_text")
    if any(args.get(name) for name in ("username", "icon_emoji", "icon_url")):
        need_scope(call.workspace, "chat:write.customize")
    thread_ts = call.text("thread_ts") or None
    root = channel.messages.get(thread_ts) if thread_ts else None
    if thread_ts and (root is None or root.is_reply or root.ephemeral_to is not None):
        raise ApiError("cannot_reply_to_message")
    message = Message(
        ts=call.sandbox.clock.ts(),
        channel=channel.id,
        user=call.workspace.bot.id,
        bot_id=call.workspace.bot_id,
        text="",
        thread_ts=thread_ts,
        username=args.get("username"),
        icon_emoji=args.get("icon_emoji"),
    )
    _change(message, args)
    return message


def _change(message: Message, args: dict[str, Any]) -> None:
    """
    Put the given words into a message.

    Blocks that are not given stay as they were; an empty list takes them away.
    """
    if "text" in args:
        message.text = str(args["text"] or "")[:TEXT_CUT]
    if args.get("markdown_text"):
        markdown = [{"type": "markdown", "text": args["markdown_text"]}]
        message.blocks = with_block_ids(markdown)
        message.text = args["markdown_text"]
    if args.get("blocks") is not None:
        message.blocks = with_block_ids(args["blocks"]) or None
    if args.get("attachments") is not None:
        message.attachments = args["attachments"] or None
    if args.get("metadata") is not None:
        message.metadata = args["metadata"] or None


def _check_content(args: dict[str, Any]) -> None:
    markdown = args.get("markdown_text")
    if markdown and (args.get("text") or args.get("blocks")):
        raise ApiError("markdown_text_conflict")
    if markdown and len(str(markdown)) > MARKDOWN_TEXT:
        raise ApiError("msg_too_long")
    check_message(args)
    _check_metadata(args.get("metadata"))


def _check_metadata(metadata: Any) -> None:
    if metadata is None or metadata == {}:
        return
    if not isinstance(metadata, dict):
        raise ApiError("invalid_metadata_format")
    kind, payload = metadata.get("event_type"), metadata.get("event_payload")
    known = set(metadata) <= {"event_type", "event_payload"}
    if not known or not isinstance(kind, str) or not isinstance(payload, dict):
        raise ApiError("invalid_metadata_schema")
    if not _EVENT_TYPE.fullmatch(kind):
        raise ApiError("invalid_metadata_schema")
    if len(json.dumps(metadata).encode()) > METADATA_BYTES:
        raise ApiError("metadata_too_large")


def _own_message(call: Call, refusal: str) -> Message:
    channel = call.workspace.channel(call.text("channel"))
    message = channel.messages.get(call.text("ts"))
    # An ephemeral message is not kept: only its response_url can change it.
    if message is None or message.ephemeral_to is not None:
        raise ApiError("message_not_found")
    if message.bot_id != call.workspace.bot_id:
        raise ApiError(refusal)
    return message
