"""Answers to an interaction: in its acknowledgement or by its response URL."""

from typing import Any

from aiohttp import web

from bot.sandbox.blocks import check_message, with_block_ids
from bot.sandbox.posting import announce_change, post, remove
from bot.sandbox.refusals import ApiError
from bot.sandbox.response_urls import ResponseUrl, ResponseUrlError
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.shapes import message_json
from bot.sandbox.workspace import Message, Workspace

IN_CHANNEL, EPHEMERAL = "in_channel", "ephemeral"
KNOWN = frozenset(
    {
        "attachments",
        "blocks",
        "delete_original",
        "metadata",
        "mrkdwn",
        "replace_original",
        "response_type",
        "text",
        "thread_ts",
        "unfurl_links",
        "unfurl_media",
    }
)


async def serve_response_url(sandbox: Sandbox, request: web.Request) -> web.Response:
    """Answer a POST to a response URL, with plain text as Slack does."""
    try:
        body = await _body(request)
        target = sandbox.response_urls.use(request.match_info["secret"])
        respond(sandbox, target, body)
    except ResponseUrlError as refusal:
        sandbox.log.warning("A response URL answered %s", refusal.text)
        return web.Response(status=refusal.status, text=refusal.text)
    except ApiError as refusal:
        complain(sandbox, "response_url", refusal)
        return web.Response(status=400, text=refusal.error)
    return web.Response(text="ok")


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError as error:
        raise ResponseUrlError(400, "invalid_payload") from error
    if not isinstance(body, dict) or set(body) - KNOWN:
        raise ResponseUrlError(400, "invalid_payload")
    return body


def complain(sandbox: Sandbox, what: str, refusal: ApiError) -> None:
    """Log loudly that an answer of the product's is wrong."""
    sandbox.log.error("%s: the answer is wrong: %s %s", what, refusal.error, refusal.extra)


def respond(sandbox: Sandbox, target: ResponseUrl, body: dict[str, Any]) -> None:
    """
    Do what an answer says: post, replace or delete; ephemeral unless it says "in_channel".

    Raises:
        ApiError: no_text, invalid_blocks and the like.
    """
    original = target.workspace.channels[target.channel_id].messages.get(target.original_ts or "")
    if body.get("delete_original"):
        if original is not None:
            remove(sandbox, target.workspace, original)
        return
    check_message(body)
    if not (body.get("text") or body.get("blocks") or body.get("attachments")):
        raise ApiError("no_text")
    if body.get("response_type", EPHEMERAL) not in {IN_CHANNEL, EPHEMERAL}:
        raise ApiError("invalid_payload")
    if body.get("replace_original") and original is not None:
        _replace(sandbox, target.workspace, original, body)
        return
    _post(sandbox, target, body)


def _replace(
    sandbox: Sandbox, workspace: Workspace, original: Message, body: dict[str, Any]
) -> None:
    """Put new words into a message; who sees it stays, Slack cannot change that."""
    before = message_json(workspace, original)
    original.text = str(body.get("text") or "")
    original.blocks = None
    _fill(original, body)
    original.edited = sandbox.clock.ts()
    announce_change(sandbox, workspace, original, before)


def _post(sandbox: Sandbox, target: ResponseUrl, body: dict[str, Any]) -> None:
    in_channel = body.get("response_type") == IN_CHANNEL
    workspace = target.workspace
    message = Message(
        ts=sandbox.clock.ts(),
        channel=target.channel_id,
        user=workspace.bot.id,
        bot_id=workspace.bot_id,
        text=str(body.get("text") or ""),
        thread_ts=body.get("thread_ts") if in_channel else None,
        ephemeral_to=None if in_channel else target.member_id,
        answers=target.command,
    )
    _fill(message, body)
    post(sandbox, workspace, message)


def _fill(message: Message, body: dict[str, Any]) -> None:
    if body.get("blocks"):
        message.blocks = with_block_ids(body["blocks"])
    message.attachments = body.get("attachments") or None
