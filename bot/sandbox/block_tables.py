"""
Block Kit as tables: blocks, elements and objects with their fields and limits.

Re-typed from Slack's reference (https://docs.slack.dev/reference/block-kit) as of August 2026.
"""

from collections.abc import Iterable
from typing import Any

from bot.sandbox.schema import Flag, Flaw, Free, Kinds, Many, Num, Part, Rule, Str

MESSAGE, MODAL, HOME = "message", "modal", "home"

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
    groups = value.get("option_groups")
    nested = groups if isinstance(groups, list) else []
    offered = list(value.get("options") or []) + [
        one for group in nested if isinstance(group, dict) for one in group.get("options", [])
    ]
    initial = value.get("initial_options") or []
    chosen = [value["initial_option"]] if "initial_option" in value else initial
    if any(not _same_option(one, offered) for one in chosen):
        name = "initial_option" if "initial_option" in value else "initial_options"
        yield Flaw(f"`{name}` must match one of the options", f"{pointer}/{name}", kind="enum")


def _same_option(one: Any, offered: list[Any]) -> bool:
    return isinstance(one, dict) and any(
        isinstance(other, dict)
        and other.get("value") == one.get("value")
        and (other.get("text") or {}).get("text") == (one.get("text") or {}).get("text")
        for other in offered
    )


def _number_range(value: dict[str, Any], pointer: str) -> Iterable[Flaw]:
    bounds: dict[str, float] = {}
    for name in ("min_value", "max_value", "initial_value"):
        try:
            bounds[name] = float(value[name])
        except KeyError:
            continue
        except (TypeError, ValueError):
            yield Flaw("must be a number written as a string", f"{pointer}/{name}", kind="type")
    if bounds.get("min_value", 0) > bounds.get("max_value", float("inf")):
        yield Flaw("`min_value` must not exceed `max_value`", pointer, kind="range")


def _length_range(value: dict[str, Any], pointer: str) -> Iterable[Flaw]:
    least, most = value.get("min_length"), value.get("max_length")
    if isinstance(least, int) and isinstance(most, int) and least > most:
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


def _only(names: Iterable[str]) -> Kinds:
    return Kinds({name: ELEMENTS[name] for name in names})


def _cells(value: Any) -> list[list[Any]]:
    rows = value.get("rows")
    return [row for row in rows if isinstance(row, list)] if isinstance(rows, list) else []


def _even_rows(value: dict[str, Any], pointer: str) -> Iterable[Flaw]:
    widths = {len(row) for row in _cells(value)}
    if len(widths) > 1:
        yield Flaw("all rows must have the same number of cells", f"{pointer}/rows", kind="shape")
    settings = value.get("column_settings")
    if isinstance(settings, list) and widths and len(settings) > max(widths):
        text_ = "must not have more items than there are columns"
        yield Flaw(text_, f"{pointer}/column_settings", kind="shape")


def _file_with_dispatch(value: dict[str, Any], pointer: str) -> Iterable[Flaw]:
    element = value.get("element")
    is_file = isinstance(element, dict) and element.get("type") == "file_input"
    if is_file and value.get("dispatch_action"):
        yield Flaw("`file_input` cannot be used with `dispatch_action`", pointer, kind="conflict")


def _chart_covers_categories(value: dict[str, Any], pointer: str) -> Iterable[Flaw]:
    series = [one for one in value.get("series") or () if isinstance(one, dict)]
    wanted = (value.get("axis_config") or {}).get("categories")
    names = [one.get("name") for one in series]
    if len(set(map(str, names))) != len(names):
        yield Flaw("series names must be unique", f"{pointer}/series", kind="unique")
    for position, one in enumerate(series):
        labels = [point.get("label") for point in one.get("data") or () if isinstance(point, dict)]
        if isinstance(wanted, list) and sorted(map(str, labels)) != sorted(map(str, wanted)):
            at = f"{pointer}/series/{position}/data"
            yield Flaw("must have one point for each category", at, kind="shape")


_RAW_TEXT = Part({"type": KIND, "text": Str(least=1)}, required=("text",))
_RAW_NUMBER = Part({"type": KIND, "value": Num(whole=False), "text": Str()}, required=("value",))
_TABLE_CELL = Kinds({"raw_text": _RAW_TEXT, "rich_text": RICH_TEXT})
_DATA_CELL = Kinds({"raw_text": _RAW_TEXT, "raw_number": _RAW_NUMBER, "rich_text": RICH_TEXT})
_POINT = Part(
    {"label": Str(most=20, least=1), "value": Num(whole=False)}, required=("label", "value")
)
_AXIS_CHART = Part(
    {
        "type": KIND,
        "series": Many(
            Part(
                {"name": Str(most=20, least=1), "data": Many(_POINT, most=20, least=1)},
                required=("name", "data"),
            ),
            most=12,
            least=1,
        ),
        "axis_config": Part(
            {
                "categories": Many(Str(most=20, least=1), most=20, least=1),
                "x_label": Str(most=50),
                "y_label": Str(most=50),
            },
            required=("categories",),
        ),
    },
    required=("series", "axis_config"),
    also=_chart_covers_categories,
)
_PIE = Part(
    {
        "type": KIND,
        "segments": Many(
            Part(
                {"label": Str(most=20, least=1), "value": Num(above=0, whole=False)},
                required=("label", "value"),
            ),
            most=12,
            least=1,
        ),
    },
    required=("segments",),
)
_SOURCE = Part({"type": KIND, "url": URL, "text": Str()}, required=("url", "text"))
_TASK_FIELDS: dict[str, Rule] = {
    "type": KIND,
    "block_id": ID,
    "task_id": Str(least=1),
    "title": Str(least=1),
    "status": Str(choices=("pending", "in_progress", "complete", "error")),
    "details": Kinds({"rich_text": RICH_TEXT}),
    "output": Kinds({"rich_text": RICH_TEXT}),
    "sources": Many(Kinds({"url": _SOURCE})),
}
_TASK = Part(_TASK_FIELDS, required=("task_id", "title"))

_BLOCK: dict[str, Rule] = {"type": KIND, "block_id": ID}
CARD = Part(
    {
        **_BLOCK,
        "hero_image": Kinds({"image": IMAGE}),
        "icon": Kinds({"image": IMAGE}),
        "slack_icon": Free(),
        "title": text(150),
        "subtitle": text(150),
        "body": text(200),
        "subtext": text(200),
        "actions": Many(Kinds({"button": BUTTON}), most=3),
    },
    some_of=(("hero_image", "title", "body", "actions"),),
)
_CHILD_BLOCKS: dict[str, Part] = {}
BLOCKS: dict[str, Part] = {
    "section": Part(
        {
            **_BLOCK,
            "text": text(3000),
            "fields": Many(text(2000), most=10, least=1),
            "accessory": _only(IN_SECTION),
            "expand": Flag(),
        },
        some_of=(("text", "fields"),),
    ),
    "header": Part(
        {**_BLOCK, "text": plain(150), "level": Num(least=1, most=4)}, required=("text",)
    ),
    "divider": Part(_BLOCK),
    "context": Part(
        {
            **_BLOCK,
            "elements": Many(Kinds({**text(3000).parts, "image": IMAGE}), most=10, least=1),
        },
        required=("elements",),
    ),
    "actions": Part(
        {**_BLOCK, "elements": Many(_only(IN_ACTIONS), most=25, least=1)}, required=("elements",)
    ),
    "image": Part(
        {**IMAGE_FIELDS, "block_id": ID, "title": plain(2000)},
        required=("alt_text",),
        one_of=(("image_url", "slack_file"),),
    ),
    "input": Part(
        {
            **_BLOCK,
            "label": plain(2000),
            "hint": plain(2000),
            "element": _only(IN_INPUT),
            "optional": Flag(),
            "dispatch_action": Flag(),
        },
        required=("label", "element"),
        also=_file_with_dispatch,
    ),
    "rich_text": RICH_TEXT,
    "markdown": Part({**_BLOCK, "text": Str(most=12000, least=1)}, required=("text",)),
    "table": Part(
        {
            **_BLOCK,
            "rows": Many(Many(_TABLE_CELL, most=20, least=1), most=100, least=1),
            "column_settings": Many(
                Part({"align": Str(choices=("left", "center", "right")), "is_wrapped": Flag()}),
                most=20,
            ),
        },
        required=("rows",),
        also=_even_rows,
    ),
    "data_table": Part(
        {
            **_BLOCK,
            "caption": Str(least=1),
            "rows": Many(Many(_DATA_CELL, most=20, least=1), most=201, least=2),
            "page_size": Num(least=1, most=100),
            "row_header_column_index": Num(least=0, most=19),
        },
        required=("caption", "rows"),
        also=_even_rows,
    ),
    "data_visualization": Part(
        {
            **_BLOCK,
            "title": Str(most=50),
            "chart": Kinds(
                {"pie": _PIE, "bar": _AXIS_CHART, "line": _AXIS_CHART, "area": _AXIS_CHART}
            ),
        },
        required=("title", "chart"),
    ),
    "video": Part(
        {
            **_BLOCK,
            "title": plain(199),
            "video_url": URL,
            "thumbnail_url": URL,
            "alt_text": Str(most=200, least=1),
            "author_name": Str(most=49),
            "description": plain(200),
            "provider_name": Str(most=50),
            "provider_icon_url": Str(),
            "title_url": Str(),
        },
        required=("title", "video_url", "thumbnail_url", "alt_text"),
    ),
    "alert": Part(
        {
            **_BLOCK,
            "text": text(200),
            "level": Str(choices=("default", "info", "warning", "error", "success")),
        },
        required=("text",),
    ),
    "card": CARD,
    "carousel": Part(
        {**_BLOCK, "elements": Many(Kinds({"card": CARD}), most=10, least=1)},
        required=("elements",),
    ),
    "container": Part(
        {
            **_BLOCK,
            "title": plain(150),
            "subtitle": text(150),
            "child_blocks": Many(Kinds(_CHILD_BLOCKS), most=10, least=1),
            "width": Str(choices=("narrow", "standard", "wide", "full")),
            "is_collapsible": Flag(),
            "default_collapsed": Flag(),
            "has_header_divider": Flag(),
        },
        required=("child_blocks",),
    ),
    "context_actions": Part(
        {
            **_BLOCK,
            "elements": Many(_only(("feedback_buttons", "icon_button")), most=5, least=1),
        },
        required=("elements",),
    ),
    "task_card": Part(
        {
            **_TASK_FIELDS,
            # A task still to come is only allowed inside a plan block.
            "status": Str(choices=("in_progress", "complete", "error")),
        },
        required=("task_id", "title"),
    ),
    "plan": Part({**_BLOCK, "title": Str(least=1), "tasks": Many(_TASK)}, required=("title",)),
}
_CHILD_BLOCKS.update(
    {
        name: BLOCKS[name]
        for name in ("section", "header", "divider", "context", "actions", "image", "rich_text")
    }
)

EVERYWHERE = frozenset({MESSAGE, MODAL, HOME})
ON_PAGE = frozenset({MESSAGE, HOME})
IN_MESSAGES = frozenset({MESSAGE})
# Where Slack shows each block. `file` is read-only: an app cannot send it, so it is not here.
SURFACES: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        ("section", "header", "divider", "context", "actions", "image", "input"), EVERYWHERE
    ),
    **dict.fromkeys(("rich_text", "video", "card"), EVERYWHERE),
    **dict.fromkeys(("carousel", "container", "data_table", "data_visualization"), ON_PAGE),
    "table": ON_PAGE,
    **dict.fromkeys(("markdown", "context_actions", "task_card", "plan"), IN_MESSAGES),
    "alert": frozenset({MODAL}),
}

MODAL_VIEW = Part(
    {
        "type": KIND,
        "title": plain(24),
        "submit": plain(24),
        "close": plain(24),
        "blocks": Many(Free(), most=100),
        "private_metadata": Str(most=3000),
        "callback_id": Str(most=255),
        "external_id": Str(most=255),
        "clear_on_close": Flag(),
        "notify_on_close": Flag(),
    },
    required=("title", "blocks"),
)
HOME_VIEW = Part(
    {
        "type": KIND,
        "blocks": Many(Free(), most=100),
        "private_metadata": Str(most=3000),
        "callback_id": Str(most=255),
        "external_id": Str(most=255),
    },
    required=("blocks",),
)
VIEWS = Kinds({"modal": MODAL_VIEW, "home": HOME_VIEW})
