"""
Block Kit's objects and elements as tables: their fields and limits.

Re-typed from Slack's reference (https://docs.slack.dev/reference/block-kit) as of August 2026.
"""

from collections.abc import Iterable
from typing import Any

from bot.sandbox.schema import Flag, Flaw, Kinds, Many, Num, Part, Rule, Str

LONGEST_TEXT = 3000
KIND = Str()
ID = Str(most=255)
URL = Str(most=3000, least=1)
PLAIN_FIELDS: dict[str, Rule] = {"type": KIND, "emoji": Flag()}
MARKDOWN_FIELDS: dict[str, Rule] = {"type": KIND, "verbatim": Flag()}


def plain(most: int, least: int = 1) -> Kinds:
    """Return the rule of a plain_text object."""
    words = {"text": Str(most=most, least=least)}
    return Kinds({"plain_text": Part({**PLAIN_FIELDS, **words}, required=("text",))})


def text(most: int) -> Kinds:
    """Return the rule of a text object of either kind."""
    words = {"text": Str(most=most, least=1)}
    return Kinds(
        {
            "plain_text": Part({**PLAIN_FIELDS, **words}, required=("text",)),
            "mrkdwn": Part({**MARKDOWN_FIELDS, **words}, required=("text",)),
        }
    )


CONFIRM = Part(
    {
        "title": plain(100),
        "text": text(300),
        "confirm": plain(30),
        "deny": plain(30),
        "style": Str(choices=("primary", "danger")),
    },
    required=("title", "text", "confirm", "deny"),
)


def option(words: Rule, *, with_url: bool = False) -> Part:
    """Return the rule of an option object; only an overflow menu's may carry a URL."""
    fields: dict[str, Rule] = {"text": words, "value": Str(most=150), "description": text(75)}
    if with_url:
        fields["url"] = Str(most=3000)
    return Part(fields, required=("text", "value"))


PLAIN_OPTION = option(plain(75))
ANY_OPTION = option(text(75))
OPTION_GROUP = Part(
    {"label": plain(75), "options": Many(PLAIN_OPTION, most=100, least=1)},
    required=("label", "options"),
)
SUGGESTIONS = Part(
    {"options": Many(PLAIN_OPTION, most=100), "option_groups": Many(OPTION_GROUP, most=100)},
    one_of=(("options", "option_groups"),),
)
FILTER = Part(
    {
        "include": Many(Str(choices=("im", "mpim", "private", "public")), least=1),
        "exclude_external_shared_channels": Flag(),
        "exclude_bot_users": Flag(),
    }
)
DISPATCH = Part(
    {
        "trigger_actions_on": Many(
            Str(choices=("on_enter_pressed", "on_character_entered")), least=1, most=2
        )
    }
)
TRIGGER = Part(
    {
        "url": URL,
        "customizable_input_parameters": Many(
            Part({"name": Str(), "value": Str()}, required=("name", "value"))
        ),
    },
    required=("url",),
)
SLACK_FILE = Part({"id": Str(), "url": Str()}, one_of=(("id", "url"),))
DATE = Str(form=r"\d{4}-\d{2}-\d{2}")
TIME = Str(form=r"([01]\d|2[0-3]):[0-5]\d")

_COMMON: dict[str, Rule] = {"type": KIND, "action_id": ID}
_ASKING: dict[str, Rule] = {**_COMMON, "focus_on_load": Flag()}
_CHOOSING: dict[str, Rule] = {**_ASKING, "placeholder": plain(150), "confirm": CONFIRM}
_SEVERAL: dict[str, Rule] = {**_CHOOSING, "max_selected_items": Num(least=1)}
_TYPING: dict[str, Rule] = {
    **_ASKING,
    "placeholder": plain(150),
    "dispatch_action_config": DISPATCH,
}
_CHOICES: dict[str, Rule] = {
    "options": Many(PLAIN_OPTION, most=100, least=1),
    "option_groups": Many(OPTION_GROUP, most=100, least=1),
}


def _initial_among(value: dict[str, Any], pointer: str) -> Iterable[Flaw]:
    """Refuse an initial choice that is none of the options, as Slack does."""
    groups = [{"options": value.get("options", [])}, *value.get("option_groups", [])]
    offered = {_told_apart(one) for group in groups for one in group["options"]}
    for name in ("initial_option", "initial_options"):
        chosen = value.get(name, [])
        several = chosen if isinstance(chosen, list) else [chosen]
        if any(_told_apart(one) not in offered for one in several):
            yield Flaw(f"`{name}` must match one of the options", f"{pointer}/{name}", kind="enum")


def _told_apart(one: dict[str, Any]) -> tuple[str, str]:
    return one["value"], one["text"]["text"]


def _number_range(value: dict[str, Any], pointer: str) -> Iterable[Flaw]:
    bounds: dict[str, float] = {}
    for name in ("min_value", "max_value", "initial_value"):
        try:
            bounds[name] = float(value.get(name, "nan"))
        except ValueError:
            yield Flaw("must be a number written as a string", f"{pointer}/{name}", kind="type")
    # A bound that is not given is not a number, and no comparison with it holds.
    if bounds.get("min_value", 0) > bounds.get("max_value", 0):
        yield Flaw("`min_value` must not exceed `max_value`", pointer, kind="range")


def _length_range(value: dict[str, Any], pointer: str) -> Iterable[Flaw]:
    if value.get("min_length", 0) > value.get("max_length", LONGEST_TEXT):
        yield Flaw("`min_length` must not exceed `max_length`", pointer, kind="range")


BUTTON = Part(
    {
        **_COMMON,
        "text": plain(75),
        "value": Str(most=2000),
        "url": Str(most=3000),
        "style": Str(choices=("primary", "danger")),
        "confirm": CONFIRM,
        "accessibility_label": Str(most=75),
    },
    required=("text",),
)
_FEEDBACK = Part(
    {"text": plain(75), "value": Str(most=2000), "accessibility_label": Str(most=75)},
    required=("text", "value"),
)
IMAGE_FIELDS: dict[str, Rule] = {
    "type": KIND,
    "image_url": Str(most=3000, least=1),
    "slack_file": SLACK_FILE,
    "alt_text": Str(most=2000),
}
IMAGE = Part(IMAGE_FIELDS, required=("alt_text",), one_of=(("image_url", "slack_file"),))

RICH_STYLE: dict[str, Rule] = dict.fromkeys(
    ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"),
    Flag(),
)
_STYLED: dict[str, Rule] = {"type": KIND, "style": Part(RICH_STYLE)}
RICH_ELEMENTS: dict[str, Part] = {
    "text": Part({**_STYLED, "text": Str(least=1)}, required=("text",)),
    "link": Part(
        {**_STYLED, "url": Str(least=1), "text": Str(), "unsafe": Flag()}, required=("url",)
    ),
    "user": Part({**_STYLED, "user_id": Str(least=1)}, required=("user_id",)),
    "usergroup": Part({**_STYLED, "usergroup_id": Str(least=1)}, required=("usergroup_id",)),
    "channel": Part({**_STYLED, "channel_id": Str(least=1)}, required=("channel_id",)),
    "emoji": Part({**_STYLED, "name": Str(least=1), "unicode": Str()}, required=("name",)),
    "broadcast": Part(
        {**_STYLED, "range": Str(choices=("here", "channel", "everyone"))}, required=("range",)
    ),
    "color": Part({**_STYLED, "value": Str()}, required=("value",)),
    "date": Part(
        {**_STYLED, "timestamp": Num(), "format": Str(), "url": Str(), "fallback": Str()},
        required=("timestamp", "format"),
    ),
}
_RICH = Kinds(RICH_ELEMENTS)
_RICH_FIELDS: dict[str, Rule] = {"type": KIND, "elements": Many(_RICH)}
_BORDERED: dict[str, Rule] = {**_RICH_FIELDS, "border": Num(least=0)}
RICH_SECTIONS: dict[str, Part] = {
    "rich_text_section": Part(_RICH_FIELDS, required=("elements",)),
    "rich_text_quote": Part(_BORDERED, required=("elements",)),
    "rich_text_preformatted": Part({**_BORDERED, "language": Str()}, required=("elements",)),
    "rich_text_list": Part(
        {
            "type": KIND,
            "style": Str(choices=("bullet", "ordered")),
            "elements": Many(Kinds({"rich_text_section": Part(_RICH_FIELDS, ("elements",))})),
            "indent": Num(least=0, most=8),
            "offset": Num(least=0),
            "border": Num(least=0, most=3),
        },
        required=("style", "elements"),
    ),
}
RICH_TEXT = Part(
    {"type": KIND, "block_id": ID, "elements": Many(Kinds(RICH_SECTIONS))}, required=("elements",)
)

ELEMENTS: dict[str, Part] = {
    "button": BUTTON,
    "workflow_button": Part(
        {
            **_COMMON,
            "text": plain(75),
            "workflow": Part({"trigger": TRIGGER}, required=("trigger",)),
            "style": Str(choices=("primary", "danger")),
            "accessibility_label": Str(most=75),
        },
        required=("text", "workflow"),
    ),
    "overflow": Part(
        {
            **_COMMON,
            "options": Many(option(plain(75), with_url=True), most=5, least=1),
            "confirm": CONFIRM,
        },
        required=("options",),
    ),
    "static_select": Part(
        {**_CHOOSING, **_CHOICES, "initial_option": PLAIN_OPTION},
        one_of=(("options", "option_groups"),),
        also=_initial_among,
    ),
    "multi_static_select": Part(
        {**_SEVERAL, **_CHOICES, "initial_options": Many(PLAIN_OPTION, least=1)},
        one_of=(("options", "option_groups"),),
        also=_initial_among,
    ),
    "external_select": Part(
        {**_CHOOSING, "initial_option": PLAIN_OPTION, "min_query_length": Num(least=0)}
    ),
    "multi_external_select": Part(
        {
            **_SEVERAL,
            "initial_options": Many(PLAIN_OPTION, least=1),
            "min_query_length": Num(least=0),
        }
    ),
    "users_select": Part({**_CHOOSING, "initial_user": Str()}),
    "multi_users_select": Part({**_SEVERAL, "initial_users": Many(Str())}),
    "channels_select": Part(
        {**_CHOOSING, "initial_channel": Str(), "response_url_enabled": Flag()}
    ),
    "multi_channels_select": Part({**_SEVERAL, "initial_channels": Many(Str())}),
    "conversations_select": Part(
        {
            **_CHOOSING,
            "initial_conversation": Str(),
            "default_to_current_conversation": Flag(),
            "response_url_enabled": Flag(),
            "filter": FILTER,
        }
    ),
    "multi_conversations_select": Part(
        {
            **_SEVERAL,
            "initial_conversations": Many(Str()),
            "default_to_current_conversation": Flag(),
            "filter": FILTER,
        }
    ),
    "checkboxes": Part(
        {
            **_ASKING,
            "options": Many(ANY_OPTION, most=10, least=1),
            "initial_options": Many(ANY_OPTION, least=1),
            "confirm": CONFIRM,
        },
        required=("options",),
        also=_initial_among,
    ),
    "radio_buttons": Part(
        {
            **_ASKING,
            "options": Many(ANY_OPTION, most=10, least=1),
            "initial_option": ANY_OPTION,
            "confirm": CONFIRM,
        },
        required=("options",),
        also=_initial_among,
    ),
    "plain_text_input": Part(
        {
            **_TYPING,
            "initial_value": Str(most=3000),
            "multiline": Flag(),
            "min_length": Num(least=0, most=3000),
            "max_length": Num(least=1, most=3000),
        },
        also=_length_range,
    ),
    "number_input": Part(
        {
            **_TYPING,
            "is_decimal_allowed": Flag(),
            "initial_value": Str(),
            "min_value": Str(),
            "max_value": Str(),
        },
        required=("is_decimal_allowed",),
        also=_number_range,
    ),
    "email_text_input": Part({**_TYPING, "initial_value": Str()}),
    "url_text_input": Part({**_TYPING, "initial_value": Str()}),
    "datepicker": Part({**_CHOOSING, "initial_date": DATE}),
    "timepicker": Part({**_CHOOSING, "initial_time": TIME, "timezone": Str()}),
    "datetimepicker": Part(
        {
            **_ASKING,
            "confirm": CONFIRM,
            "initial_date_time": Num(least=1_000_000_000, most=9_999_999_999),
        }
    ),
    "rich_text_input": Part(
        {
            **_TYPING,
            "initial_value": Kinds({"rich_text": RICH_TEXT}),
            "min_lines": Num(least=1, most=100),
            "max_lines": Num(least=1, most=100),
        }
    ),
    "file_input": Part(
        {**_COMMON, "filetypes": Many(Str(), least=1), "max_files": Num(least=1, most=10)}
    ),
    "image": IMAGE,
    "icon_button": Part(
        {
            **_COMMON,
            "icon": Str(choices=("trash",)),
            "text": plain(75),
            "value": Str(most=2000),
            "confirm": CONFIRM,
            "accessibility_label": Str(most=75),
            "visible_to_user_ids": Many(Str(), most=10),
        },
        required=("icon", "text"),
    ),
    "feedback_buttons": Part(
        {**_COMMON, "positive_button": _FEEDBACK, "negative_button": _FEEDBACK},
        required=("positive_button", "negative_button"),
    ),
}

SELECTS = tuple(
    name for name in ELEMENTS if name.endswith("_select") and not name.startswith("multi_")
)
MULTI_SELECTS = tuple(name for name in ELEMENTS if name.startswith("multi_"))
PICKERS = ("datepicker", "timepicker", "checkboxes", "radio_buttons")
IN_SECTION = ("button", "workflow_button", "overflow", "image", *SELECTS, *MULTI_SELECTS, *PICKERS)
IN_ACTIONS = (
    *("button", "workflow_button", "overflow", "datetimepicker", "rich_text_input"),
    *(*SELECTS, *MULTI_SELECTS, *PICKERS),
)
IN_INPUT = (
    *("plain_text_input", "number_input", "email_text_input", "url_text_input"),
    *("datetimepicker", "rich_text_input", "file_input"),
    *(*SELECTS, *MULTI_SELECTS, *PICKERS),
)
