"""
Block Kit's blocks and views as tables: fields, limits, and where each may stand.

Re-typed from Slack's reference (https://docs.slack.dev/reference/block-kit) as of August 2026.
"""

from collections.abc import Iterable
from typing import Any

from bot.sandbox.element_tables import (
    BUTTON,
    ELEMENTS,
    ID,
    IMAGE,
    IMAGE_FIELDS,
    IN_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    KIND,
    RICH_TEXT,
    URL,
    plain,
    text,
)
from bot.sandbox.schema import Flag, Flaw, Free, Kinds, Many, Num, Part, Rule, Str

MESSAGE, MODAL, HOME = "message", "modal", "home"


def _only(names: Iterable[str]) -> Kinds:
    return Kinds({name: ELEMENTS[name] for name in names})


def _even_rows(value: dict[str, Any], pointer: str) -> Iterable[Flaw]:
    widths = {len(row) for row in value["rows"]}
    if len(widths) > 1:
        yield Flaw("all rows must have the same number of cells", f"{pointer}/rows", kind="shape")
    if len(value.get("column_settings", [])) > max(widths):
        sentence = "must not have more items than there are columns"
        yield Flaw(sentence, f"{pointer}/column_settings", kind="shape")


def _file_with_dispatch(value: dict[str, Any], pointer: str) -> Iterable[Flaw]:
    if value["element"]["type"] == "file_input" and value.get("dispatch_action"):
        yield Flaw("`file_input` cannot be used with `dispatch_action`", pointer, kind="conflict")


def _chart_covers_categories(value: dict[str, Any], pointer: str) -> Iterable[Flaw]:
    wanted = sorted(value["axis_config"]["categories"])
    if len({one["name"] for one in value["series"]}) < len(value["series"]):
        yield Flaw("series names must be unique", f"{pointer}/series", kind="unique")
    for position, one in enumerate(value["series"]):
        if sorted(point["label"] for point in one["data"]) != wanted:
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
