"""
The few Block Kit pieces every view is built from, inside Slack's limits.

Every string from a person or a base goes through `escape` on its way into mrkdwn: only
`&`, `<` and `>` carry meaning there, and `<!channel>` would ping everybody
(Slack's page "Formatting text", contracts 1.8).
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from bot.domain.plan import Member

Block = dict[str, Any]
Message = dict[str, Any]
View = dict[str, Any]

MAX_SECTION = 3000  # characters of one section's text
MAX_BLOCKS = 50  # blocks of one message
MAX_MESSAGE = 12000  # characters of all blocks; Slack refuses at about 13,200, undocumented
MAX_TEXT = 3900  # notification text; chat.update refuses more than 4,000
MAX_HEADER = 150
MAX_BUTTON = 75
MAX_OPTION = 75
MAX_TITLE = 24

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MENTION = re.compile(r"<@([UW][A-Z0-9]{2,20})>")
_MARKS = str.maketrans({"*": "∗", "_": "\u02cd", "~": "∼", "`": "ˋ"})  # noqa: RUF001 - lookalikes


def clean(text: str) -> str:
    """Return `text` without control and direction-changing characters; newlines stay."""
    return _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))


def cut(text: str, limit: int) -> str:
    """Return at most `limit` characters, ending in "…" where something was cut."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def escape(text: str) -> str:
    """Return a person's words safe inside mrkdwn: no mention, link or entity comes alive."""
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def one_line(text: str, limit: int = 200) -> str:
    """Return a person's words escaped, on one line and cut before escaping."""
    return escape(cut(" ".join(text.split()), limit))


def title_text(text: str, limit: int = 150) -> str:
    """Return a person's words for use inside *bold*: markers would end it, so they are replaced."""
    return one_line(text, limit).translate(_MARKS)


def quote(text: str, limit: int = 1500) -> str:
    """Return a person's words as a mrkdwn quote, each line marked."""
    lines = escape(cut(text.strip(), limit)).split("\n")
    return "\n".join(f"> {line}" for line in lines)


IN_AIRTABLE = "airtable:"  # an actor whom only Airtable knows, by the name it gives


def mention(member_id: str | None) -> str:
    """Return a mention of a member, "somebody" for nobody, the word itself for our own actors."""
    if not member_id:
        return "somebody"
    if re.fullmatch(r"[UW][A-Z0-9]{2,20}", member_id):
        return f"<@{member_id}>"
    if member_id.startswith(IN_AIRTABLE):
        return f"{escape(member_id.removeprefix(IN_AIRTABLE))} (in Airtable)"
    own = {"cadence": "BQX Cadence", "import": "the import", "airtable": "somebody in Airtable"}
    return own.get(member_id, escape(member_id))


def in_box(text: str, members: Iterable[Member] = ()) -> str:
    """Return mrkdwn of our own making as it stands under a form's box: people by their names."""
    people = list(members)
    often = Counter(each.name for each in people)
    names = {
        each.id: each.name if often[each.name] == 1 else f"{each.name} ({each.id})"
        for each in people
    }
    return unquoted(_MENTION.sub(lambda found: names.get(found[1]) or found[1], text))


def unquoted(text: str) -> str:
    """Return mrkdwn of our own making, which names commands, where no mrkdwn is read."""
    return text.replace("`", "")


def when(moment: datetime, style: str = "{date_short_pretty} at {time}") -> str:
    """Return a moment that Slack shows in each reader's own zone; UTC as the fallback."""
    fallback = f"{moment:%Y-%m-%d %H:%M} UTC"
    return f"<!date^{int(moment.timestamp())}^{style}|{fallback}>"


def plain(text: str, limit: int = MAX_BUTTON) -> dict[str, Any]:
    """Return a plain_text object."""
    return {"type": "plain_text", "text": cut(clean(text), limit) or " ", "emoji": True}


def mrkdwn(text: str, limit: int = MAX_SECTION) -> dict[str, Any]:
    """Return a mrkdwn object of text that is already escaped."""
    return {"type": "mrkdwn", "text": cut(text, limit) or " "}


def section(text: str, *, block_id: str | None = None, accessory: Block | None = None) -> Block:
    """Return a section of text that is already escaped."""
    block: Block = {"type": "section", "text": mrkdwn(text)}
    if block_id:
        block["block_id"] = block_id
    if accessory:
        block["accessory"] = accessory
    return block


def header(text: str) -> Block:
    """Return a header; plain text needs no escaping."""
    return {"type": "header", "text": plain(text, MAX_HEADER)}


def context(*texts: str) -> Block:
    """Return small print; each text already escaped, ten at most."""
    return {"type": "context", "elements": [mrkdwn(text) for text in texts[:10]]}


def divider() -> Block:
    """Return a line."""
    return {"type": "divider"}


def actions(block_id: str, elements: Sequence[Block]) -> Block:
    """Return a row of buttons, 25 at most."""
    return {"type": "actions", "block_id": block_id, "elements": list(elements[:25])}


def button(
    text: str,
    action_id: str,
    value: str,
    *,
    style: str | None = None,
    confirm: Block | None = None,
    label: str | None = None,
) -> Block:
    """Return a button; `style` is "primary" or "danger", `label` is read by screen readers."""
    block: Block = {
        "type": "button",
        "text": plain(text),
        "action_id": action_id,
        "value": value,
    }
    if style:
        block["style"] = style
    if confirm:
        block["confirm"] = confirm
    if label:
        block["accessibility_label"] = cut(clean(label), MAX_BUTTON)
    return block


def option(text: str, value: str, description: str | None = None) -> Block:
    """Return an option of a select, radio or checkbox list."""
    block: Block = {"text": plain(text, MAX_OPTION), "value": value}
    if description:
        block["description"] = plain(description, MAX_OPTION)
    return block


def text_input(
    block_id: str,
    label: str,
    *,
    initial: str | None = None,
    hint: str | None = None,
    placeholder: str | None = None,
    multiline: bool = False,
    optional: bool = False,
    max_length: int = 3000,
) -> Block:
    """Return an input block with a text box whose action_id is `VALUE`."""
    element: Block = {"type": "plain_text_input", "action_id": VALUE, "max_length": max_length}
    if multiline:
        element["multiline"] = True
    if initial:
        element["initial_value"] = cut(initial, max_length)
    if placeholder:
        element["placeholder"] = plain(placeholder, 150)
    return form_input(block_id, label, element, hint=hint, optional=optional)


def form_input(
    block_id: str,
    label: str,
    element: Block,
    *,
    hint: str | None = None,
    optional: bool = False,
    dispatch: bool = False,
) -> Block:
    """Return an input block; `dispatch` sends a block_actions when the value changes."""
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, 2000),
        "element": element,
        "optional": optional,
    }
    if hint:
        block["hint"] = plain(hint, 2000)
    if dispatch:
        block["dispatch_action"] = True
    return block


VALUE = "value"  # the action_id of the one element in each of our input blocks


def read_value(view: View, block_id: str) -> str:
    """Return what was typed or chosen in an input block, "" where nothing was."""
    state = view["state"]["values"].get(block_id, {}).get(VALUE, {})
    if state.get("selected_option"):
        return str(state["selected_option"]["value"])
    return str(state.get("value") or state.get("selected_user") or "")


def read_values(view: View, block_id: str) -> list[str]:
    """Return the values chosen in a multi-select or checkbox block."""
    state = view["state"]["values"].get(block_id, {}).get(VALUE, {})
    return [str(chosen["value"]) for chosen in state.get("selected_options") or ()]


def read_users(view: View, block_id: str) -> list[str]:
    """Return the members chosen in a multi-select of people."""
    state = view["state"]["values"].get(block_id, {}).get(VALUE, {})
    return [str(chosen) for chosen in state.get("selected_users") or ()]


def message(text: str, blocks: Iterable[Block]) -> Message:
    """
    Return a message; `text`, plain words, is the notification and what screen readers say.

    The last blocks are dropped, with a note, past Slack's 50 blocks or 12,000 characters.
    """
    kept: list[Block] = []
    size = 0
    all_blocks = list(blocks)
    for block in all_blocks:
        size += block_size(block)
        if size > MAX_MESSAGE or (len(kept) == MAX_BLOCKS - 1 and len(all_blocks) > MAX_BLOCKS):
            kept.append(context("_There is more than one message can show._"))
            break
        kept.append(block)
    return {"text": cut(escape(text), MAX_TEXT), "blocks": kept}


def block_size(value: Any) -> int:
    """Return the characters of text in a block, however deep."""
    if isinstance(value, dict):
        return sum(
            len(part) if key == "text" and isinstance(part, str) else block_size(part)
            for key, part in value.items()
        )
    if isinstance(value, list):
        return sum(block_size(part) for part in value)
    return 0
