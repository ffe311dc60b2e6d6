"""What members write: messages and slash commands."""

from typing import Any

from bot.sandbox.delivery import COMMANDS, Parcel
from bot.sandbox.ids import new_token
from bot.sandbox.manifest import Command
from bot.sandbox.payloads import Payload, channel_name
from bot.sandbox.posting import post
from bot.sandbox.refusals import ApiError, DeliveryError, PageError
from bot.sandbox.responding import IN_CHANNEL, complain, respond
from bot.sandbox.response_urls import ResponseUrl
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.shapes import TOKEN
from bot.sandbox.typed_text import escaped, with_ids
from bot.sandbox.workspace import DIRECT, Channel, Message, Workspace

Answer = dict[str, Any]

THREADS = "{command} is not supported in threads. Sorry!"


async def say(
    sandbox: Sandbox, member_id: str, channel_id: str, text: str, thread_ts: str | None
) -> Answer:
    """Post what a member typed, or run it when it is a slash command."""
    workspace = sandbox.workspace_of(member_id)
    channel = sandbox.channel_for(member_id, channel_id)
    if not text.strip():
        raise PageError("Write something first.")
    if channel.is_archived:
        raise PageError("This channel is archived.")
    if member_id not in channel.members:
        raise PageError("Join the channel first.")
    if text.startswith("/"):
        return await _command(sandbox, workspace, member_id, channel, text, thread_ts)
    if channel.kind == DIRECT and not sandbox.manifest.members_write:
        raise PageError("Sending messages to this app has been turned off.")
    if thread_ts is not None and thread_ts not in channel.messages:
        raise PageError("There is no such thread.", 404)
    message = Message(
        ts=sandbox.clock.ts(),
        channel=channel.id,
        user=member_id,
        text=escaped(workspace, text),
        thread_ts=thread_ts,
        client_msg_id=new_token(32),
    )
    post(sandbox, workspace, message)
    return {"ok": True, "ts": message.ts}


async def _command(
    sandbox: Sandbox,
    workspace: Workspace,
    member_id: str,
    channel: Channel,
    text: str,
    thread_ts: str | None,
) -> Answer:
    name, _, words = text.partition(" ")
    command = sandbox.manifest.command(name)
    if command is None:
        return {"ok": False, "notice": f"{name} is not a valid command."}
    if thread_ts is not None:
        return {"ok": False, "notice": THREADS.format(command=name)}
    target = ResponseUrl(workspace, channel.id, member_id, command=text)
    payload = _command_payload(sandbox, target, channel, command, words.strip())
    try:
        answer = await sandbox.delivery.send(Parcel(COMMANDS, payload))
    except DeliveryError as error:
        sandbox.log.warning("%s was not answered: %s", name, error.reason)
        return {"ok": False, "notice": _failed(name, error)}
    try:
        _answer_command(sandbox, target, text, answer)
    except ApiError as refusal:
        complain(sandbox, name, refusal)
        return {"ok": False, "notice": f"{name} failed with the error “{refusal.error}”."}
    return {"ok": True}


def _failed(name: str, error: DeliveryError) -> str:
    if error.reason == "http_timeout":
        return f"{name} failed because the app did not respond (operation_timeout)."
    return f"{name} failed with the error “dispatch_failed”."


def _command_payload(
    sandbox: Sandbox, target: ResponseUrl, channel: Channel, command: Command, words: str
) -> Payload:
    workspace, member_id = target.workspace, target.member_id
    return {
        "token": TOKEN,
        "team_id": workspace.team.id,
        "team_domain": workspace.team.domain,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": member_id,
        "user_name": workspace.members[member_id].name,
        "command": command.command,
        "text": with_ids(workspace, words) if command.should_escape else words,
        "api_app_id": workspace.app_id,
        "is_enterprise_install": "false",
        "response_url": sandbox.response_urls.issue("commands", target),
        "trigger_id": sandbox.triggers.issue(workspace, member_id),
    }


def _answer_command(sandbox: Sandbox, target: ResponseUrl, text: str, answer: Any) -> None:
    """Show what the acknowledgement of a command says; in_channel shows the command as well."""
    if not answer:
        return
    body = {"text": answer} if isinstance(answer, str) else answer
    if body.get("response_type") == IN_CHANNEL:
        echo = Message(sandbox.clock.ts(), target.channel_id, target.member_id, text)
        channel = target.workspace.channels[target.channel_id]
        channel.add(echo)
    respond(sandbox, target, body)
