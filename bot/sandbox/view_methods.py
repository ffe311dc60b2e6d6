"""views.* and blocks.validate."""

from typing import Any

from bot.sandbox.block_tables import MESSAGE
from bot.sandbox.blocks import check_view, flaws_of_blocks, flaws_of_view
from bot.sandbox.calls import Answer, Call
from bot.sandbox.modals import show_modal
from bot.sandbox.refusals import ApiError
from bot.sandbox.schema import Flaw
from bot.sandbox.triggers import Trigger
from bot.sandbox.views import View

VALIDATE_CHARACTERS = 100_000


def open_view(call: Call) -> Answer:
    """views.open: a modal in front of who just did something."""
    trigger = _trigger(call)
    check_view(call.args["view"], ("modal",))
    store = call.sandbox.views_of(call.workspace)
    view = store.open(trigger.member_id, call.args["view"], call.sandbox.clock.now())
    return _shown(call, trigger, view)


def push_view(call: Call) -> Answer:
    """views.push: a modal on top of the one just acted in."""
    trigger = _trigger(call)
    check_view(call.args["view"], ("modal",))
    store = call.sandbox.views_of(call.workspace)
    if trigger.view_id is None or store.find(trigger.view_id) is None:
        raise ApiError("not_found")
    view = store.push(trigger.member_id, call.args["view"], call.sandbox.clock.now())
    return _shown(call, trigger, view)


def update_view(call: Call) -> Answer:
    """views.update: new content for an open view, at any time."""
    store = call.sandbox.views_of(call.workspace)
    check_view(call.args["view"], ("modal", "home"))
    if view_id := call.text("view_id"):
        view = store.find(view_id)
    elif external_id := call.text("external_id"):
        view = store.named(external_id)
    else:
        raise ApiError.invalid_arguments("must provide either `view_id` or `external_id`")
    if view is None:
        raise ApiError("not_found")
    store.update(view, call.args["view"], call.args.get("hash"), call.sandbox.clock.now())
    if view.spec["type"] == "home":
        call.sandbox.hub.tell(view.member_id, {"type": "home"})
    else:
        show_modal(call.sandbox, call.workspace, view.member_id)
    return {"view": store.to_json(view)}


def publish_view(call: Call) -> Answer:
    """views.publish: a member's home tab."""
    if not call.sandbox.manifest.home_tab:
        raise ApiError("not_enabled")
    user_id = call.text("user_id")
    member = call.workspace.members.get(user_id)
    if member is None or member.is_bot:
        raise ApiError.invalid_arguments("invalid `user_id` [json-pointer:/user_id]")
    check_view(call.args["view"], ("home",))
    store = call.sandbox.views_of(call.workspace)
    now = call.sandbox.clock.now()
    view = store.publish(user_id, call.args["view"], call.args.get("hash"), now)
    call.sandbox.hub.tell(user_id, {"type": "home"})
    return {"view": store.to_json(view)}


def _trigger(call: Call) -> Trigger:
    if "trigger_id" not in call.args:
        text = "missing required field: trigger_id"
        raise ApiError.invalid_arguments(text)
    return call.sandbox.triggers.find(call.args["trigger_id"], call.workspace)


def _shown(call: Call, trigger: Trigger, view: View) -> Answer:
    trigger.used = True
    show_modal(call.sandbox, call.workspace, trigger.member_id)
    return {"view": call.sandbox.views_of(call.workspace).to_json(view, state={})}


def validate_blocks(call: Call) -> Answer:
    """blocks.validate: what is wrong with blocks, a message or a view; pointers start inside."""
    given = [name for name in ("blocks", "message", "view") if name in call.args]
    if len(given) != 1:
        raise ApiError.invalid_arguments(
            "must provide exactly one of `blocks`, `view`, or `message`"
        )
    name = given[0]
    value = call.args[name]
    if len(repr(value)) > VALIDATE_CHARACTERS:
        raise ApiError.invalid_arguments(f"must be less than {VALIDATE_CHARACTERS + 1} characters")
    if flaws := _flaws(name, value):
        raise ApiError(f"invalid_{name}", errors=[_flaw_json(one, name) for one in flaws])
    return {}


def _flaws(name: str, value: Any) -> list[Flaw]:
    if name == "view":
        return flaws_of_view(value)
    blocks = value.get("blocks") if name == "message" and isinstance(value, dict) else value
    return flaws_of_blocks(blocks, MESSAGE)


def _flaw_json(flaw: Flaw, name: str) -> dict[str, Any]:
    root = "/blocks" if name == "blocks" else "/view" if name == "view" else ""
    return {
        "code": flaw.code,
        "message": flaw.message,
        "pointer": flaw.pointer.removeprefix(root),
        "constraint": {"type": flaw.kind, "expected": flaw.expected},
    }
