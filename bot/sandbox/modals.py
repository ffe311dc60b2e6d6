"""Modals: shown, submitted, closed."""

from typing import Any

from bot.sandbox.blocks import check_view
from bot.sandbox.delivery import INTERACTIVE, Parcel
from bot.sandbox.inputs import State, full_state, input_errors
from bot.sandbox.interactions import TROUBLE, Answer, Place, offers, send
from bot.sandbox.payloads import Payload, common
from bot.sandbox.refusals import ApiError, DeliveryError, PageError
from bot.sandbox.responding import complain
from bot.sandbox.response_urls import ResponseUrl
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.views import View
from bot.sandbox.workspace import Workspace


def show_modal(sandbox: Sandbox, workspace: Workspace, member_id: str) -> None:
    """Tell a member's page which modal is in front of them now."""
    sandbox.hub.tell(member_id, {"type": "view", **modal_of(sandbox, workspace, member_id)})


def modal_of(sandbox: Sandbox, workspace: Workspace, member_id: str) -> Answer:
    """Return a member's visible modal, or None, and how many are open."""
    store = sandbox.views_of(workspace)
    stack = store.stack(member_id)
    return {"view": store.to_json(stack[-1]) if stack else None, "stack": len(stack)}


async def submit(sandbox: Sandbox, place: Place, values: Any) -> Answer:
    """Check and send a modal's values, and do what the product answers."""
    view, workspace = _modal(place), place.workspace
    if "submit" not in view.spec:
        raise PageError("This view cannot be submitted.")
    state = full_state(place.blocks, values, offers(place))
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
    return await send(sandbox, payload)
