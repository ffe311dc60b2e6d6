"""The Web API methods served: arguments, scopes, limits, and who answers them."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox import chat_methods as chat
from bot.sandbox import conversation_methods as conversations
from bot.sandbox import file_methods as files
from bot.sandbox import view_methods as views
from bot.sandbox.calls import Answer, Call
from bot.sandbox.refusals import ApiError

BOT, APP, NO_TOKEN = "bot", "app", "none"
# Arguments that forms carry as JSON text.
JSON_ARGUMENTS = frozenset({"attachments", "blocks", "files", "message", "metadata", "view"})


@dataclass(frozen=True)
class Method:
    """
    One Web API method.

    `scopes` are those of which one must be granted; `takes_json` tells whether a JSON body is
    read; `args` are split by whether they are required.
    """

    answer: Callable[[Call], Answer]
    tier: str
    scopes: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    takes_json: bool = True
    token: str = BOT


def _api_test(call: Call) -> Answer:
    if "error" in call.args:
        raise ApiError(call.text("error"), args=call.args)
    return {"args": call.args}


def _auth_test(call: Call) -> Answer:
    workspace = call.workspace
    return {
        "url": call.sandbox.base_url + "/",
        "team": workspace.team.name,
        "user": workspace.bot.name,
        "team_id": workspace.team.id,
        "user_id": workspace.bot.id,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": False,
    }


def _open_connection(call: Call) -> Answer:
    base = call.sandbox.base_url.replace("http", "ws", 1)
    return {"url": f"{base}/link/?ticket={call.sandbox.sockets.ticket()}"}


_POST = (
    *("attachments", "blocks", "icon_emoji", "icon_url", "link_names", "markdown_text"),
    *("metadata", "parse", "text", "thread_ts", "username"),
)
_PAGED = ("cursor", "limit")
_HISTORY = (*_PAGED, "include_all_metadata", "inclusive", "latest", "oldest")
_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_READ_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")

METHODS: dict[str, Method] = {
    # api.test echoes whatever it is given, so it has no list of arguments.
    "api.test": Method(_api_test, "t4", optional=("error", "foo"), token=NO_TOKEN),
    "auth.test": Method(_auth_test, "auth"),
    # The docs say tier 3, the Java SDK tier 1; the SDKs reconnect as if it were tier 3.
    "apps.connections.open": Method(_open_connection, "t3", token=APP),
    "blocks.validate": Method(
        views.validate_blocks, "t4", optional=("blocks", "message", "view"), token=NO_TOKEN
    ),
    "chat.postMessage": Method(
        chat.post_message,
        "post",
        ("chat:write",),
        ("channel",),
        (*_POST, "mrkdwn", "reply_broadcast", "unfurl_links", "unfurl_media"),
    ),
    "chat.postEphemeral": Method(
        chat.post_ephemeral, "t4", ("chat:write",), ("channel", "user"), _POST
    ),
    "chat.update": Method(
        chat.update,
        "t3",
        ("chat:write",),
        ("channel", "ts"),
        (
            *("attachments", "blocks", "file_ids", "link_names", "markdown_text", "metadata"),
            *("parse", "reply_broadcast", "text"),
        ),
    ),
    "chat.delete": Method(chat.delete, "t3", ("chat:write",), ("channel", "ts")),
    "chat.getPermalink": Method(
        chat.get_permalink, "permalink", (), ("channel", "message_ts"), takes_json=False
    ),
    "conversations.list": Method(
        conversations.list_channels,
        "t2",
        _READ,
        (),
        (*_PAGED, "exclude_archived", "team_id", "types"),
        takes_json=False,
    ),
    "conversations.info": Method(
        conversations.info,
        "t3",
        _READ,
        ("channel",),
        ("include_locale", "include_num_members"),
        takes_json=False,
    ),
    "conversations.members": Method(
        conversations.members, "t4", _READ, ("channel",), _PAGED, takes_json=False
    ),
    "conversations.history": Method(
        conversations.history, "t3", _READ_HISTORY, ("channel",), _HISTORY
    ),
    "conversations.replies": Method(
        conversations.replies,
        "t3",
        _READ_HISTORY,
        ("channel", "ts"),
        _HISTORY,
        takes_json=False,
    ),
    "conversations.open": Method(
        conversations.open_direct,
        "t3",
        ("im:write", "mpim:write", "channels:manage", "groups:write"),
        (),
        ("channel", "prevent_creation", "return_im", "users"),
    ),
    "conversations.join": Method(conversations.join, "t3", ("channels:join",), ("channel",)),
    "files.getUploadURLExternal": Method(
        files.get_upload_url,
        "t4",
        ("files:write",),
        ("filename", "length"),
        ("alt_txt", "snippet_type"),
        takes_json=False,
    ),
    "files.completeUploadExternal": Method(
        files.complete_upload,
        "t4",
        ("files:write",),
        ("files",),
        ("blocks", "channel_id", "channels", "initial_comment", "thread_ts"),
    ),
    "files.info": Method(
        files.info,
        "t4",
        ("files:read",),
        ("file",),
        ("count", "cursor", "limit", "page"),
        takes_json=False,
    ),
    "reactions.add": Method(
        chat.add_reaction, "t3", ("reactions:write",), ("channel", "name", "timestamp")
    ),
    "team.info": Method(conversations.team_info, "t3", ("team:read",), (), ("domain", "team")),
    "users.info": Method(
        conversations.user_info,
        "t4",
        ("users:read",),
        ("user",),
        ("include_locale",),
        takes_json=False,
    ),
    "users.list": Method(
        conversations.list_users,
        "t2",
        ("users:read",),
        (),
        (*_PAGED, "include_locale", "team_id"),
        takes_json=False,
    ),
    "views.open": Method(views.open_view, "t4", (), ("view",), ("trigger_id",)),
    "views.push": Method(views.push_view, "t4", (), ("view",), ("trigger_id",)),
    "views.update": Method(
        views.update_view, "t4", (), ("view",), ("external_id", "hash", "view_id")
    ),
    "views.publish": Method(views.publish_view, "t4", (), ("user_id", "view"), ("hash",)),
}
