"""What members type and choose: state shapes, and the checks Slack's client makes itself."""

import re
from collections.abc import Iterator
from typing import Any

from bot.sandbox.blocks import elements_of
from bot.sandbox.refusals import PageError

State = dict[str, dict[str, dict[str, Any]]]

REQUIRED = "Please complete this required field."
# For each element that has a value: its name in the state, its initial value in the element,
# and what the state holds when nothing was chosen.
VALUES: dict[str, tuple[str, str, Any]] = {
    "plain_text_input": ("value", "initial_value", None),
    "email_text_input": ("value", "initial_value", None),
    "url_text_input": ("value", "initial_value", None),
    "number_input": ("value", "initial_value", None),
    "static_select": ("selected_option", "initial_option", None),
    "external_select": ("selected_option", "initial_option", None),
    "radio_buttons": ("selected_option", "initial_option", None),
    "multi_static_select": ("selected_options", "initial_options", []),
    "multi_external_select": ("selected_options", "initial_options", []),
    "checkboxes": ("selected_options", "initial_options", []),
    "users_select": ("selected_user", "initial_user", None),
    "multi_users_select": ("selected_users", "initial_users", []),
    "conversations_select": ("selected_conversation", "initial_conversation", None),
    "multi_conversations_select": ("selected_conversations", "initial_conversations", []),
    "channels_select": ("selected_channel", "initial_channel", None),
    "multi_channels_select": ("selected_channels", "initial_channels", []),
    "datepicker": ("selected_date", "initial_date", None),
    "timepicker": ("selected_time", "initial_time", None),
    "datetimepicker": ("selected_date_time", "initial_date_time", None),
    "rich_text_input": ("rich_text_value", "initial_value", None),
    "file_input": ("files", "", []),
}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_URL = re.compile(r"https?://\S+")


def full_state(blocks: list[dict[str, Any]], values: Any, offers: "Offers") -> State:
    """
    Return the whole state of some blocks: what the page holds, else what was there at first.

    Args:
        blocks: Checked blocks.
        values: `{block_id: {action_id: {"type": …, <value name>: …}}}` as the page sent it.
        offers: Who and what can be chosen.

    Raises:
        PageError: an element that is not there, or a value a Slack client could not send.
    """
    known = dict(_stateful(blocks))
    given = _flat(values)
    if strangers := set(given) - set(known):
        raise PageError(f"There is no input {'/'.join(min(strangers))} there.")
    state: State = {}
    for (block_id, action_id), element in known.items():
        name, initial, empty = VALUES[element["type"]]
        value = element.get(initial, empty)
        if (block_id, action_id) in given:
            sent = given[block_id, action_id]
            value = sent.get(name, empty)
            if value is not None:
                offers.check(element, value)
        state.setdefault(block_id, {})[action_id] = {"type": element["type"], name: value}
    return state


def _flat(values: Any) -> dict[tuple[str, str], dict[str, Any]]:
    if not isinstance(values, dict):
        raise PageError("The state must be an object of block ids.")
    flat = {}
    for block_id, actions in values.items():
        if not isinstance(actions, dict):
            raise PageError(f"The state of {block_id} must be an object of action ids.")
        for action_id, value in actions.items():
            if not isinstance(value, dict):
                raise PageError(f"The state of {block_id}/{action_id} must be an object.")
            flat[block_id, action_id] = value
    return flat


def _stateful(
    blocks: list[dict[str, Any]],
) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    for block in blocks:
        for element in elements_of(block):
            if element["type"] in VALUES:
                yield (block["block_id"], element["action_id"]), element


def kept_state(old: list[dict[str, Any]], new: list[dict[str, Any]], state: State) -> State:
    """Return what of a state survives an update: same block_id and action_id, same element."""
    before = {key: element["type"] for key, element in _stateful(old)}
    kept: State = {}
    for (block_id, action_id), element in _stateful(new):
        value = state.get(block_id, {}).get(action_id)
        if value is not None and before.get((block_id, action_id)) == element["type"]:
            kept.setdefault(block_id, {})[action_id] = value
    return kept


class Offers:
    """
    What can be chosen where.

    Args:
        members: Ids of members.
        conversations: Ids of conversations the acting member can see.
        channels: Ids of public channels.
    """

    def __init__(self, members: set[str], conversations: set[str], channels: set[str]) -> None:
        self._ids = {"user": members, "conversation": conversations, "channel": channels}

    def check(self, element: dict[str, Any], value: Any) -> None:
        """
        Check a value against what its element offers.

        Raises:
            PageError: a Slack client would not let a member choose it.
        """
        name, _, empty = VALUES[element["type"]]
        chosen = value if isinstance(empty, list) else [value]
        if not isinstance(chosen, list):
            raise PageError(f"{name} must be a list.")
        if len(chosen) > element.get("max_selected_items", len(chosen)):
            raise PageError(f"At most {element['max_selected_items']} items can be chosen.")
        for one in chosen:
            self._check_one(element, name, one)

    def _check_one(self, element: dict[str, Any], name: str, value: Any) -> None:
        if name in {"selected_option", "selected_options"}:
            _check_option(element, value)
        elif name in {"value", "selected_date", "selected_time"}:
            if not isinstance(value, str):
                raise PageError(f"{name} must be a string.")
            _check_form(name, value)
        elif name == "selected_date_time":
            if isinstance(value, bool) or not isinstance(value, int):
                raise PageError("selected_date_time must be epoch seconds.")
        elif name.startswith("selected_"):
            kind = name.removeprefix("selected_").rstrip("s")
            if not isinstance(value, str) or value not in self._ids[kind]:
                raise PageError(f"There is no {kind} {value} to choose.")


def _check_form(name: str, value: str) -> None:
    forms = {"selected_date": r"\d{4}-\d{2}-\d{2}", "selected_time": r"([01]\d|2[0-3]):[0-5]\d"}
    if name in forms and not re.fullmatch(forms[name], value):
        raise PageError(f"{value!r} is not a {name.removeprefix('selected_')}.")


def _check_option(element: dict[str, Any], value: Any) -> None:
    if not isinstance(value, dict) or not {"text", "value"} <= set(value):
        raise PageError("A chosen option has a text and a value.")
    offered = list(element.get("options", []))
    for group in element.get("option_groups", []):
        offered += group["options"]
    # What an external select offers is only known to the product.
    if offered and not any(one["value"] == value["value"] for one in offered):
        raise PageError(f"There is no option {value['value']} to choose.")


def input_errors(blocks: list[dict[str, Any]], state: State) -> dict[str, str]:
    """Return what Slack's client would mark under input blocks before sending: block_id, text."""
    errors = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        name, _, _ = VALUES[element["type"]]
        value = state[block["block_id"]][element["action_id"]][name]
        if value in (None, "", []):
            if not block["optional"]:
                errors[block["block_id"]] = REQUIRED
        elif error := _value_error(element, value):
            errors[block["block_id"]] = error
    return errors


def _value_error(element: dict[str, Any], value: Any) -> str | None:
    kind = element["type"]
    if kind == "plain_text_input":
        return _length_error(element, value)
    if kind == "number_input":
        return _number_error(element, value)
    if kind == "email_text_input" and not _EMAIL.fullmatch(value):
        return "Please enter a valid email address."
    if kind == "url_text_input" and not _URL.fullmatch(value):
        return "Please enter a valid URL."
    return None


def _length_error(element: dict[str, Any], value: str) -> str | None:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if len(value) < least:
        return f"Please enter at least {least} characters."
    if len(value) > most:
        return f"Please enter at most {most} characters."
    return None


def _number_error(element: dict[str, Any], value: str) -> str | None:
    form = r"-?\d+(\.\d+)?" if element["is_decimal_allowed"] else r"-?\d+"
    if not re.fullmatch(form, value):
        wanted = "number" if element["is_decimal_allowed"] else "whole number"
        return f"Please enter a {wanted}."
    if "min_value" in element and float(value) < float(element["min_value"]):
        return f"Please enter a number of at least {element['min_value']}."
    if "max_value" in element and float(value) > float(element["max_value"]):
        return f"Please enter a number of at most {element['max_value']}."
    return None
