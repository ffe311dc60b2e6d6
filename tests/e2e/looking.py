"""Look at what a member sees, and press what they would press."""

from bot.sandbox.remote import TIMEOUT_S
from tests.product import ANA


def words(message):
    """All the text of a message."""
    return str(message.get("blocks")) + message["text"]


def buttons(message):
    """The buttons of a message by their label."""
    found = {}
    for block in message.get("blocks") or []:
        for element in [*block.get("elements", []), block.get("accessory") or {}]:
            if element.get("type") == "button":
                found[element["text"]["text"]] = (block["block_id"], element)
    return found


def press(world, message, label, member_id=ANA, channel="bqx-ml"):
    """Press a button of a message."""
    member = world.as_member(member_id)
    block_id, element = buttons(message)[label]
    place = member.channel(channel)
    container = {"type": "message", "channel": place, "ts": message["ts"]}
    member.press(container, block_id, element["action_id"], value=element["value"])
    return member, place


def seen(world, text, member_id=ANA, channel="bqx-ml", thread_ts=None, timeout_s=TIMEOUT_S):
    """Wait until a message with this text is there, and return it."""
    member = world.as_member(member_id)
    place = member.channel(channel)
    return member.wait_for(
        lambda: next(
            (m for m in reversed(member.messages(place, thread_ts)) if text in words(m)), None
        ),
        timeout_s,
    )


def becomes(world, message, text, member_id=ANA, channel="bqx-ml"):
    """Wait until a message shows this text in the same place, and return it."""
    member = world.as_member(member_id)
    place = member.channel(channel)
    return member.wait_for(
        lambda: next(
            (m for m in member.messages(place) if m["ts"] == message["ts"] and text in words(m)),
            None,
        )
    )


def direct(world, member_id=ANA):
    """The channel between a member and the bot."""
    state = world.as_member(member_id).state()
    return next(c["name"] for c in state["channels"] if c["kind"] == "im")


# What holds an element's value in a form's state, and what it is filled with at first.
_BOXES = {
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "users_select": ("selected_user", "initial_user"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
}


def filled(form, **boxes):
    """The state of a form as it stands, with some boxes filled in, by their ids before any ":"."""
    values = {}
    for block in form["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            name, initial = _BOXES[element["type"]]
            typed = boxes.pop(block["block_id"].partition(":")[0], element.get(initial))
            value = (typed or []) if name == "selected_options" else typed
            values[block["block_id"]] = {
                element["action_id"]: {"type": element["type"], name: value}
            }
    assert not boxes, boxes
    return values


def ticked(form, block_id, *values):
    """The options of a form's box with these values."""
    block = next(b for b in form["blocks"] if b.get("block_id", "").partition(":")[0] == block_id)
    return [each for each in block["element"]["options"] if each["value"] in values]
