"""files.*: an upload in three steps, shared a moment after the last."""

import asyncio
import mimetypes
from typing import Any

from aiohttp import web

from bot.sandbox.blocks import check_message, with_block_ids
from bot.sandbox.calls import Answer, Call
from bot.sandbox.ids import new_id, new_token
from bot.sandbox.posting import post
from bot.sandbox.refusals import ApiError
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.shapes import file_json
from bot.sandbox.workspace import DIRECT, Channel, File, Message, Workspace

# Slack shares a file some time after files.completeUploadExternal answered.
SHARE_DELAY_S = 0.05
FILE_BYTES = 50_000_000
MARKDOWN = "text/markdown"


def get_upload_url(call: Call) -> Answer:
    """files.getUploadURLExternal: where the bytes of one file may be sent."""
    name, length = call.text("filename"), call.whole("length", 0)
    if length < 1:
        text = "must be greater than 0 [json-pointer:/length]"
        raise ApiError.invalid_arguments(text)
    if length > FILE_BYTES:
        raise ApiError("file_upload_size_restricted")
    kind = MARKDOWN if name.endswith(".md") else mimetypes.guess_type(name)[0]
    file = File(
        id=new_id("F"),
        name=name,
        length=length,
        ticket=new_token(),
        created=int(call.sandbox.clock.now()),
        user=call.workspace.bot.id,
        mimetype=kind or "application/octet-stream",
    )
    call.workspace.files[file.id] = file
    url = f"{call.sandbox.base_url}/upload/v1/{file.ticket}"
    return {"upload_url": url, "file_id": file.id}


async def receive_upload(sandbox: Sandbox, request: web.Request) -> web.Response:
    """Take the bytes of a file, raw or as a multipart form, once and of the promised length."""
    ticket = request.match_info["ticket"]
    found = [
        one
        for workspace in sandbox.workspaces
        for one in workspace.files.values()
        if one.ticket == ticket and one.content is None
    ]
    if not found:
        return web.Response(status=404, text="upload not found")
    content = await _content(request)
    if len(content) != found[0].length:
        text = f"expected {found[0].length} bytes, got {len(content)}"
        return web.Response(status=400, text=text)
    found[0].content = content
    return web.Response(text=f"OK - {len(content)}")


async def _content(request: web.Request) -> bytes:
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    form = await request.post()
    for value in form.values():
        if isinstance(value, web.FileField):
            return value.file.read()
    return b""


def complete_upload(call: Call) -> Answer:
    """files.completeUploadExternal: finish uploads and share them in a channel or thread."""
    files = [_finished(call, one) for one in _listed(call.args["files"])]
    channel = _channel_to_share(call)
    check_message(call.args)
    if call.text("initial_comment") and call.args.get("blocks"):
        raise ApiError.invalid_arguments("must provide only one of `initial_comment` or `blocks`")
    message = None if channel is None else _message(call, channel, files)
    for file, title in files:
        file.completed = True
        file.title = title or file.name
    answer = {"files": [file_json(call.workspace, file) for file, _ in files]}
    if message is not None:
        loop = asyncio.get_running_loop()
        loop.call_later(SHARE_DELAY_S, _share, call.sandbox, call.workspace, message)
    return answer


def _listed(files: Any) -> list[dict[str, Any]]:
    if not isinstance(files, list) or not files:
        raise ApiError.invalid_arguments("missing required field: files")
    if not all(isinstance(one, dict) and "id" in one for one in files):
        raise ApiError.invalid_arguments("missing required field: id [json-pointer:/files/0]")
    return files


def _finished(call: Call, one: dict[str, Any]) -> tuple[File, str]:
    file = call.workspace.files.get(str(one["id"]))
    if file is None or file.content is None or file.completed:
        raise ApiError("file_not_found")
    return file, str(one.get("title") or "")


def _channel_to_share(call: Call) -> Channel | None:
    wanted = call.text("channel_id") or call.text("channels")
    if not wanted:
        return None
    # An id, unlike chat.postMessage: neither a name nor a person.
    channel = call.workspace.channel(wanted)
    if channel.is_archived:
        raise ApiError("posting_to_channel_denied")
    if channel.kind != DIRECT and call.workspace.bot.id not in channel.members:
        raise ApiError("not_in_channel")
    return channel


def _message(call: Call, channel: Channel, files: list[tuple[File, str]]) -> Message:
    thread_ts = call.text("thread_ts") or None
    if thread_ts and thread_ts not in channel.messages:
        raise ApiError.invalid_arguments("invalid `thread_ts` [json-pointer:/thread_ts]")
    blocks = call.args.get("blocks")
    return Message(
        ts="",
        channel=channel.id,
        user=call.workspace.bot.id,
        bot_id=call.workspace.bot_id,
        text=call.text("initial_comment"),
        blocks=with_block_ids(blocks) if blocks else None,
        thread_ts=thread_ts,
        files=[file.id for file, _ in files],
        subtype="file_share",
    )


def _share(sandbox: Sandbox, workspace: Workspace, message: Message) -> None:
    message.ts = sandbox.clock.ts()
    for file_id in message.files:
        workspace.files[file_id].shares.append((message.channel, message.ts))
    post(sandbox, workspace, message)


def info(call: Call) -> Answer:
    """files.info: one file, with where it was shared."""
    file = call.workspace.files.get(call.text("file"))
    if file is None or not file.completed:
        raise ApiError("file_not_found")
    return {"file": file_json(call.workspace, file), "comments": []}


async def serve_private(sandbox: Sandbox, request: web.Request) -> web.Response:
    """Give a file's bytes to its app, as url_private does: with the token in the header."""
    team_id, _, file_id = request.match_info["file"].partition("-")
    for workspace in sandbox.workspaces:
        file = workspace.files.get(file_id)
        if file is None or workspace.team.id != team_id or file.content is None:
            continue
        wanted = f"Bearer {workspace.bot_token}"
        if request.headers.get("Authorization") != wanted or workspace.revoked:
            return web.Response(status=403, text="forbidden")
        return web.Response(body=file.content, content_type=file.mimetype)
    return web.Response(status=404, text="not found")
