"""What members press and choose, and their shortcuts."""

from dataclasses import dataclass
from typing import Any

from bot.sandbox.blocks import elements_of
from bot.sandbox.delivery import INTERACTIVE, Parcel
from bot.sandbox.element_tables import SUGGESTIONS
from bot.sandbox.inputs import VALUES, Offers, State, full_state
from bot.sandbox.payloads import Payload, action_of, common, in_message, in_view, of_shortcut
from bot.sandbox.refusals import DeliveryError, PageError
from bot.sandbox.response_urls import ResponseUrl
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.schema import check
from bot.sandbox.views import View
from bot.sandbox.workspace import PUBLIC, Channel, Message, Workspace

Answer = dict[str, Any]

TROUBLE = "We had some trouble connecting. Try again?"


@dataclass(frozen=True)
class Place:
    """Where a member acts: a message in a channel, or a view."""

    workspace: Workspace
    member_id: str
    blocks: list[dict[str, Any]]
    channel: Channel | None = None
    message: Message | None = None
    view: View | None = None


def offers(place: Place) -> Offers:
    """Return who and what the member acting can choose."""
    workspace, member_id = place.workspace, place.member_id
    channels = workspace.channels.values()
    seen = {one.id for one in channels if one.kind == PUBLIC or member_id in one.members}
    public = {one.id for one in channels if one.kind == PUBLIC}
    return Offers(set(workspace.members), seen, public)


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
    state = full_state(place.blocks, request.get("state") or {}, offers(place))
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
    return await send(sandbox, payload)


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
            offers(place).check(element, value)
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


async def send(sandbox: Sandbox, payload: Payload) -> Answer:
    """Send a payload whose answer shows nothing; what goes wrong becomes a notice."""
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
        **of_shortcut(workspace, member_id, kind),
        "callback_id": callback_id,
        "action_ts": sandbox.clock.ts(),
        "trigger_id": sandbox.triggers.issue(workspace, member_id),
    }
    if place is not None:
        payload |= _of_message(sandbox, place)
    return await send(sandbox, payload)


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
