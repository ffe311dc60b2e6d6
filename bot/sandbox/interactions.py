"""What members do with the app, and what the product answers to it."""

import re
from dataclasses import dataclass
from typing import Any

from bot.sandbox.block_tables import SUGGESTIONS
from bot.sandbox.blocks import check_view, elements_of
from bot.sandbox.delivery import COMMANDS, INTERACTIVE, Parcel
from bot.sandbox.ids import new_token
from bot.sandbox.inputs import VALUES, Offers, State, full_state, input_errors
from bot.sandbox.manifest import Command
from bot.sandbox.payloads import (
    Payload,
    action_of,
    channel_name,
    common,
    in_message,
    in_view,
)
from bot.sandbox.posting import post
from bot.sandbox.refusals import ApiError, DeliveryError, PageError
from bot.sandbox.responding import IN_CHANNEL, complain, respond
from bot.sandbox.response_urls import ResponseUrl
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.schema import check
from bot.sandbox.shapes import TOKEN
from bot.sandbox.views import View
from bot.sandbox.workspace import DIRECT, PUBLIC, Channel, Message, Workspace

Answer = dict[str, Any]

TROUBLE = "We had some trouble connecting. Try again?"
THREADS = "{command} is not supported in threads. Sorry!"
_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>|<#([A-Z0-9]+)(?:\|[^>]*)?>")
_TYPED = re.compile(r"(?<![\w.])([@#])([\w-]+)")


def show_modal(sandbox: Sandbox, workspace: Workspace, member_id: str) -> None:
    """Tell a member's page which modal is in front of them now."""
    sandbox.hub.tell(member_id, {"type": "view", **modal_of(sandbox, workspace, member_id)})


def modal_of(sandbox: Sandbox, workspace: Workspace, member_id: str) -> Answer:
    """Return a member's visible modal, or None, and how many are open."""
    store = sandbox.views_of(workspace)
    stack = store.stack(member_id)
    return {"view": store.to_json(stack[-1]) if stack else None, "stack": len(stack)}


def offers(workspace: Workspace, member_id: str) -> Offers:
    """Return who and what a member can choose."""
    channels = workspace.channels.values()
    seen = {one.id for one in channels if one.kind == PUBLIC or member_id in one.members}
    public = {one.id for one in channels if one.kind == PUBLIC}
    return Offers(set(workspace.members), seen, public)


# What members write


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
    if channel.kind == DIRECT and not sandbox.manifest.messages_tab:
        raise PageError("Sending messages to this app has been turned off.")
    if thread_ts is not None and thread_ts not in channel.messages:
        raise PageError("There is no such thread.", 404)
    message = Message(
        ts=sandbox.clock.ts(),
        channel=channel.id,
        user=member_id,
        text=_escaped(workspace, text),
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
    target = ResponseUrl(workspace, channel.id, member_id)
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
        "text": _with_ids(workspace, words) if command.should_escape else words,
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
        channel.messages[echo.ts] = echo
    respond(sandbox, target, body)


def _escaped(workspace: Workspace, text: str) -> str:
    """Return typed text as Slack keeps it: &, < and > escaped, @names and #names as ids."""
    parts: list[str] = []
    position = 0
    for found in _MENTION.finditer(text):
        parts += [_plain(workspace, text[position : found.start()]), _known(workspace, found)]
        position = found.end()
    return "".join([*parts, _plain(workspace, text[position:])])


def _plain(workspace: Workspace, text: str) -> str:
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _with_ids(workspace, safe)


def _known(workspace: Workspace, found: re.Match[str]) -> str:
    member_id, channel_id = found.groups()
    if member_id in workspace.members:
        return f"<@{member_id}>"
    if channel_id in workspace.channels:
        return f"<#{channel_id}|{workspace.channels[channel_id].name}>"
    return found.group().replace("<", "&lt;").replace(">", "&gt;")


def _with_ids(workspace: Workspace, text: str) -> str:
    """Return text with @names and #names turned into ids; a private channel shows no name."""
    people = {one.name: one.id for one in workspace.members.values()}

    def replace(found: re.Match[str]) -> str:
        sign, name = found.groups()
        if sign == "@" and name in people:
            return f"<@{people[name]}>"
        channel = workspace.named(name) if sign == "#" else None
        if channel is None:
            return found.group()
        return f"<#{channel.id}|{channel.name if channel.kind == PUBLIC else ''}>"

    return _TYPED.sub(replace, text)


# What members press and choose


@dataclass(frozen=True)
class Place:
    """Where a member acts: a message in a channel, or a view."""

    workspace: Workspace
    member_id: str
    blocks: list[dict[str, Any]]
    channel: Channel | None = None
    message: Message | None = None
    view: View | None = None


def message_place(sandbox: Sandbox, member_id: str, channel_id: str, ts: str) -> Place:
    """
    Return a message a member can act in.

    Raises:
        PageError: they cannot see one there.
    """
    channel = sandbox.channel_for(member_id, channel_id)
    message = channel.messages.get(ts)
    if message is None or message.ephemeral_to not in {None, member_id}:
        raise PageError("There is no such message.", 404)
    workspace = sandbox.workspace_of(member_id)
    return Place(workspace, member_id, message.blocks or [], channel, message)


def view_place(sandbox: Sandbox, member_id: str, view_id: str) -> Place:
    """
    Return a view of a member's.

    Raises:
        PageError: they have no such view open.
    """
    workspace = sandbox.workspace_of(member_id)
    view = sandbox.views_of(workspace).find(view_id)
    if view is None or view.member_id != member_id:
        raise PageError("This view is no longer open.", 404)
    return Place(workspace, member_id, view.spec["blocks"], view=view)


async def act(sandbox: Sandbox, place: Place, request: dict[str, Any]) -> Answer:
    """Send block_actions for one element; `request` names it, its value and the whole state."""
    element, block = _element(place, request)
    _refuse_silent(block, element)
    value = _value(place, element, request)
    state = full_state(place.blocks, request.get("state") or {}, offers_at(place))
    _keep(state, block["block_id"], element, value)
    view_id = place.view.id if place.view else None
    payload = {
        **common(place.workspace, place.member_id, "block_actions"),
        **_whereabouts(sandbox, place, state),
        "trigger_id": sandbox.triggers.issue(place.workspace, place.member_id, view_id),
        "actions": [action_of(element, block["block_id"], value, sandbox.clock.ts())],
    }
    if place.message is not None:
        payload["state"] = {"values": state}
        payload["response_url"] = sandbox.response_urls.issue("actions", _target(place))
    return await _send(sandbox, payload)


def offers_at(place: Place) -> Offers:
    """Return what can be chosen by the member acting."""
    return offers(place.workspace, place.member_id)


def _element(place: Place, request: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    for block in place.blocks:
        if block["block_id"] != request.get("block_id"):
            continue
        for element in elements_of(block):
            if element.get("action_id") == request.get("action_id"):
                return element, block
    raise PageError("There is nothing to press or choose there.", 404)


def _refuse_silent(block: dict[str, Any], element: dict[str, Any]) -> None:
    if block["type"] == "input" and not block["dispatch_action"]:
        raise PageError(f"{element['action_id']} sends nothing before the view is submitted.")


def _value(place: Place, element: dict[str, Any], request: dict[str, Any]) -> dict[str, Any]:
    kind = element["type"]
    if kind in VALUES:
        name, _, empty = VALUES[kind]
        value = request.get(name, empty)
        if value is not None:
            offers_at(place).check(element, value)
        return {name: value}
    if kind == "overflow":
        chosen = request.get("selected_option") or {}
        for option in element["options"]:
            if option["value"] == chosen.get("value"):
                return {"selected_option": option}
        raise PageError("The menu does not offer that.")
    if kind == "feedback_buttons":
        sides = (element["positive_button"], element["negative_button"])
        for side in sides:
            if side["value"] == request.get("value"):
                return {"text": side["text"], "value": side["value"]}
        raise PageError("There is no such button.")
    return {}


def _keep(state: State, block_id: str, element: dict[str, Any], value: dict[str, Any]) -> None:
    """Put the value just chosen into the state, as Slack's client has it by then."""
    if element["type"] in VALUES:
        state[block_id][element["action_id"]] = {"type": element["type"], **value}


def _whereabouts(sandbox: Sandbox, place: Place, state: State | None) -> Payload:
    if place.view is None:
        if place.channel is None or place.message is None:
            raise PageError("Nothing was acted in.")
        return in_message(place.workspace, place.channel, place.message)
    if state is not None:
        place.view.state = state
    return in_view(sandbox.views_of(place.workspace).to_json(place.view, state))


def _target(place: Place) -> ResponseUrl:
    if place.channel is None or place.message is None:
        raise PageError("Only a message has somewhere to answer.")
    return ResponseUrl(place.workspace, place.channel.id, place.member_id, place.message.ts)


async def _send(sandbox: Sandbox, payload: Payload) -> Answer:
    if not sandbox.manifest.interactivity:
        raise PageError("The manifest has not switched interactivity on.")
    try:
        await sandbox.delivery.send(Parcel(INTERACTIVE, payload))
    except DeliveryError as error:
        sandbox.log.warning("%s was not answered: %s", payload["type"], error.reason)
        return {"ok": False, "notice": TROUBLE}
    return {"ok": True}


async def suggest(sandbox: Sandbox, place: Place, request: dict[str, Any]) -> Answer:
    """Ask the product for the options of an external select."""
    element, block = _element(place, request)
    typed = str(request.get("value", ""))
    if len(typed) < element.get("min_query_length", 3):
        raise PageError("Type a few more characters first.")
    payload = {
        **common(place.workspace, place.member_id, "block_suggestion"),
        **_whereabouts(sandbox, place, None),
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "value": typed,
    }
    try:
        answer = await sandbox.delivery.send(Parcel(INTERACTIVE, payload))
    except DeliveryError as error:
        sandbox.log.warning("block_suggestion was not answered: %s", error.reason)
        return {"options": [], "notice": "The options could not be loaded."}
    if flaws := list(check(SUGGESTIONS, answer, "")):
        sandbox.log.error("block_suggestion: the answer is wrong: %s", "; ".join(map(str, flaws)))
        return {"options": [], "notice": "The options could not be loaded."}
    return dict(answer)


# Modals


async def submit(sandbox: Sandbox, place: Place, values: Any) -> Answer:
    """Check and send a modal's values, and do what the product answers."""
    view, workspace = _modal(place), place.workspace
    if "submit" not in view.spec:
        raise PageError("This view cannot be submitted.")
    state = full_state(place.blocks, values, offers_at(place))
    if errors := input_errors(place.blocks, state):
        return {"errors": errors}
    view.state = state
    payload = {
        **common(workspace, place.member_id, "view_submission"),
        "trigger_id": sandbox.triggers.issue(workspace, place.member_id, view.id),
        "view": sandbox.views_of(workspace).to_json(view),
        "response_urls": _chosen_urls(sandbox, place, state),
    }
    try:
        answer = await sandbox.delivery.send(Parcel(INTERACTIVE, payload))
    except DeliveryError as error:
        sandbox.log.warning("view_submission was not answered: %s", error.reason)
        return {"notice": TROUBLE}
    try:
        return _after_submit(sandbox, place, view, answer)
    except ApiError as refusal:
        complain(sandbox, "view_submission", refusal)
        return {"notice": TROUBLE}


def _modal(place: Place) -> View:
    if place.view is None or place.view.spec["type"] != "modal":
        raise PageError("Only a modal can do that.")
    return place.view


def _chosen_urls(sandbox: Sandbox, place: Place, state: State) -> list[Payload]:
    """Return a response URL for each channel chosen where the app asked for one."""
    urls: list[Payload] = []
    for block in place.blocks:
        element = block.get("element", {})
        if not element.get("response_url_enabled"):
            continue
        value = state[block["block_id"]][element["action_id"]]
        channel_id = value.get("selected_conversation") or value.get("selected_channel")
        if channel_id is not None:
            target = ResponseUrl(place.workspace, channel_id, place.member_id)
            urls.append(
                {
                    "block_id": block["block_id"],
                    "action_id": element["action_id"],
                    "channel_id": channel_id,
                    "response_url": sandbox.response_urls.issue("app", target),
                }
            )
    return urls


def _after_submit(sandbox: Sandbox, place: Place, view: View, answer: Any) -> Answer:
    action = (answer or {}).get("response_action") if isinstance(answer or {}, dict) else None
    store, now = sandbox.views_of(place.workspace), sandbox.clock.now()
    if action == "errors":
        return {"errors": _known_errors(place, answer.get("errors"))}
    if action in {"update", "push"}:
        spec = answer.get("view")
        check_view(spec, ("modal",))
        if action == "push":
            store.push(place.member_id, spec, now)
        elif store.find(view.id) is None:
            raise ApiError("not_found")
        else:
            store.update(view, spec, None, now)
    elif action == "clear":
        store.close_all(place.member_id)
    elif answer:
        raise ApiError("invalid_response_action", answer=answer)
    else:
        store.close(view)
    show_modal(sandbox, place.workspace, place.member_id)
    return {"ok": True}


def _known_errors(place: Place, errors: Any) -> dict[str, str]:
    """
    Return the errors to mark.

    Raises:
        ApiError: they are not texts keyed by input blocks of the view; Slack then shows only a
            general failure.
    """
    inputs = {block["block_id"] for block in place.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        raise ApiError("invalid_errors", errors_sent=errors)
    unknown = sorted(set(errors) - inputs)
    if unknown or not all(isinstance(one, str) and one for one in errors.values()):
        raise ApiError("invalid_errors", unknown_block_ids=unknown)
    return errors


async def close(sandbox: Sandbox, place: Place, *, everything: bool) -> Answer:
    """Close a modal (Cancel) or its whole stack (the cross), and tell the product if it asked."""
    view = _modal(place)
    store = sandbox.views_of(place.workspace)
    stack = store.stack(place.member_id)
    if everything or view.spec.get("clear_on_close"):
        view = stack[0]
        cleared = everything
        store.close_all(place.member_id)
    else:
        cleared = False
        store.close(view)
    show_modal(sandbox, place.workspace, place.member_id)
    if not view.spec.get("notify_on_close"):
        return {"ok": True}
    payload = {
        **common(place.workspace, place.member_id, "view_closed"),
        "view": store.to_json(view),
        "is_cleared": cleared,
    }
    return await _send(sandbox, payload)


# Shortcuts and the home tab


async def shortcut(
    sandbox: Sandbox, member_id: str, callback_id: str, place: Place | None
) -> Answer:
    """Run a global shortcut, or a message shortcut on the message of `place`."""
    found = sandbox.manifest.shortcut(callback_id)
    if found is None or (found.type == "message") != (place is not None):
        raise PageError(f"There is no shortcut {callback_id} to use here.", 404)
    workspace = sandbox.workspace_of(member_id)
    kind = "shortcut" if place is None else "message_action"
    payload = {
        **common(workspace, member_id, kind),
        "callback_id": callback_id,
        "action_ts": sandbox.clock.ts(),
        "trigger_id": sandbox.triggers.issue(workspace, member_id),
    }
    if place is not None:
        payload |= _of_message(sandbox, place)
    return await _send(sandbox, payload)


def _of_message(sandbox: Sandbox, place: Place) -> Payload:
    if place.message is None or place.message.ephemeral_to is not None:
        raise PageError("Slack offers no shortcuts on a message only you can see.")
    part = _whereabouts(sandbox, place, None)
    return {
        "channel": part["channel"],
        "message": part["message"],
        "message_ts": place.message.ts,
        "response_url": sandbox.response_urls.issue("app", _target(place)),
    }


def open_home(sandbox: Sandbox, member_id: str, tab: str) -> Answer:
    """Tell the product that a member opened its home or messages tab."""
    if tab not in {"home", "messages"}:
        raise PageError(f"There is no tab {tab}.")
    workspace = sandbox.workspace_of(member_id)
    store = sandbox.views_of(workspace)
    channel = workspace.open_direct(member_id, int(sandbox.clock.now()))
    event: Payload = {
        "type": "app_home_opened",
        "user": member_id,
        "channel": channel.id,
        "tab": tab,
        "event_ts": sandbox.clock.ts(),
    }
    home = store.home(member_id)
    if tab == "home" and home is not None:
        event["view"] = store.to_json(home)
    sandbox.events.send(workspace, "app_home_opened", event)
    return {"ok": True}
