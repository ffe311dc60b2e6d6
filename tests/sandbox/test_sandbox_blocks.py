"""The block check: an independent library's fixtures and invalid cases, and our own."""

import json

import pytest

from bot.sandbox.block_tables import BLOCKS, HOME, MESSAGE, MODAL, SURFACES
from bot.sandbox.blocks import check_message, flaws_of_blocks, flaws_of_view, with_block_ids
from bot.sandbox.refusals import ApiError

# Fixtures Slack's current reference refuses although the library accepts them.
REFUSED_FIXTURES = {
    # A task card of its own cannot be pending, says the library's own surface check too.
    "blocks/task_card_block": "must be a valid enum value: pending",
    # Apps cannot send file blocks.
    "blocks/file_block_only": "unsupported type: file",
    # The initial value of a rich text input is a whole rich_text object.
    "elements/rich_text_input_basic": "unsupported type: text",
}
# The library writes the same block_id twice into webhook examples.
TWICE = {"messages/webhook_message_basic", "messages/webhook_message_delete"}


def plain(text):
    return {"type": "plain_text", "text": text}


def option(**more):
    return {"text": plain("A"), "value": "a", **more}


def button(**more):
    return {"type": "button", "action_id": "a", "text": plain("Go"), **more}


def in_actions(*elements):
    return [{"type": "actions", "elements": list(elements)}]


def in_input(element, **more):
    return [{"type": "input", "label": plain("L"), "element": element, **more}]


def section(text="x", **more):
    return [{"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}]


def select(**more):
    return {"type": "static_select", "action_id": "s", **more}


def message_flaws(blocks):
    return [str(one) for one in flaws_of_blocks(blocks, MESSAGE)]


def holder(kind, element):
    """Return a block, and its surface, that may hold an element."""
    if kind in {"icon_button", "feedback_buttons"}:
        return [{"type": "context_actions", "elements": [element]}], MESSAGE
    if kind == "image":
        return [{"type": "context", "elements": [element]}], MESSAGE
    if kind in {"button", "workflow_button", "overflow"}:
        return in_actions(element), MESSAGE
    return in_input(element), MODAL


def valid_fixtures(folder):
    for path in sorted((folder / "slackblocks" / "spec" / "fixtures" / "valid").rglob("*.json")):
        yield f"{path.parent.name}/{path.stem}", json.loads(path.read_text())


def flaws_of_fixture(name, value):
    family, _, _ = name.partition("/")
    if family == "views":
        return flaws_of_view(value)
    if family == "messages":
        return flaws_of_blocks(value.get("blocks", []), MESSAGE)
    if family == "attachments":
        return flaws_of_blocks(value["blocks"], MESSAGE)
    if family == "rich_text":
        inner = value if value["type"].startswith("rich_text") else None
        inner = inner or {"type": "rich_text_section", "elements": [value]}
        return flaws_of_blocks([{"type": "rich_text", "elements": [inner]}], MESSAGE)
    if family == "elements":
        blocks, surface = holder(value["type"], value)
        return flaws_of_blocks(blocks, surface)
    surface = MODAL if value["type"] == "alert" else MESSAGE
    return flaws_of_blocks([value], surface)


def test_the_fixtures_of_an_independent_library_pass(samples):
    wrong = {}
    for name, value in valid_fixtures(samples):
        if name.startswith("objects/") or name == "elements/url_source_basic" or name in TWICE:
            continue
        flaws = [str(flaw) for flaw in flaws_of_fixture(name, value)]
        expected = REFUSED_FIXTURES.get(name)
        if expected is None and flaws:
            wrong[name] = flaws
        if expected is not None and not any(expected in flaw for flaw in flaws):
            wrong[name] = f"should be refused: {flaws}"

    assert wrong == {}


def text_of(length):
    return {"type": "mrkdwn", "text": "x" * length}


CARD = {"type": "card", "title": text_of(1)}
PIE = {"type": "pie", "segments": [{"label": "a", "value": 1}]}
LINE = {
    "type": "line",
    "series": [{"name": "s", "data": [{"label": "Mon", "value": 1}]}],
    "axis_config": {"categories": ["Mon"]},
}
CONFIRM = {
    "title": plain("t"),
    "text": plain("t"),
    "confirm": plain("y"),
    "deny": plain("n"),
}
RAW = {"type": "raw_text", "text": "x"}


def confirm(name, length):
    return in_actions(button(confirm={**CONFIRM, name: plain("x" * length)}))


def chart(drawing):
    return [{"type": "data_visualization", "title": "T", "chart": drawing}]


def table(rows, **more):
    return [{"type": "table", "rows": rows, **more}]


def data_table(rows, **more):
    return [{"type": "data_table", "caption": "C", "rows": rows, **more}]


def line(**more):
    return chart({**LINE, **more})


def line_data(data, categories):
    series = [{"name": "s", "data": data}]
    return chart({**LINE, "series": series, "axis_config": {"categories": categories}})


def points(number):
    return [{"label": str(n), "value": n} for n in range(number)]


def video(**more):
    block = {
        "type": "video",
        "title": plain("t"),
        "video_url": "https://example.com/v",
        "thumbnail_url": "https://example.com/t",
        "alt_text": "alt",
    }
    return [{**block, **more}]


def view(**more):
    base = {
        "type": "modal",
        "title": plain("T"),
        "submit": plain("S"),
        "blocks": section(),
    }
    return {**base, **more}


def context_action(**more):
    good = {"text": plain("Good"), "value": "g"}
    sides = {"positive_button": {**good, **more}, "negative_button": good}
    return [{"type": "context_actions", "elements": [{"type": "feedback_buttons", **sides}]}]


ICON = {"type": "icon_button", "action_id": "i", "icon": "trash", "text": plain("Delete")}
OPTIONS = [option(value=str(n)) for n in range(101)]
GROUP = {"label": plain("G"), "options": [option()]}
LONG_URL = "https://example.com/" + "x" * 3_000
DIVIDER = {"type": "divider"}

# For the ids of the library's list of invalid cases: a payload that must be refused.
INVALID = {
    "text-empty": section(""),
    "text-too-long": section("x" * 3_001),
    "button-action-id-too-long": in_actions(button(action_id="x" * 256)),
    "button-text-too-long": in_actions(button(text=plain("x" * 76))),
    "button-url-too-long": in_actions(button(url=LONG_URL)),
    "button-value-too-long": in_actions(button(value="x" * 2_001)),
    "button-accessibility-label-too-long": in_actions(button(accessibility_label="x" * 76)),
    "confirmation-title-too-long": confirm("title", 101),
    "confirmation-text-too-long": confirm("text", 301),
    "confirmation-confirm-too-long": confirm("confirm", 31),
    "confirmation-deny-too-long": confirm("deny", 31),
    "option-text-too-long": in_actions(select(options=[option(text=plain("x" * 76))])),
    "option-value-too-long": in_actions(select(options=[option(value="x" * 151)])),
    "option-url-too-long": in_actions(
        {"type": "overflow", "options": [option(url="\N{GRINNING FACE}" * 3_001)]}
    ),
    "option-description-too-long": in_actions(
        select(options=[option(description=plain("x" * 76))])
    ),
    "option-group-label-too-long": in_actions(
        select(option_groups=[{**GROUP, "label": plain("x" * 76)}])
    ),
    "option-group-empty": in_actions(select(option_groups=[{**GROUP, "options": []}])),
    "option-group-too-many-options": in_actions(
        select(option_groups=[{**GROUP, "options": OPTIONS}])
    ),
    "select-placeholder-too-long": in_actions(
        select(options=[option()], placeholder=plain("x" * 151))
    ),
    "select-too-many-options": in_actions(select(options=OPTIONS)),
    "select-too-many-option-groups": in_actions(select(option_groups=[GROUP] * 101)),
    "overflow-empty": in_actions({"type": "overflow", "options": []}),
    "overflow-too-many-options": in_actions({"type": "overflow", "options": OPTIONS[:6]}),
    "checkboxes-empty": in_actions({"type": "checkboxes", "options": []}),
    "checkboxes-too-many-options": in_actions({"type": "checkboxes", "options": OPTIONS[:11]}),
    "radio-buttons-empty": in_actions({"type": "radio_buttons", "options": []}),
    "radio-buttons-too-many-options": in_actions(
        {"type": "radio_buttons", "options": OPTIONS[:11]}
    ),
    "table-too-many-rows": table([[RAW]] * 101),
    "table-ragged-rows": table([[RAW], [RAW, RAW]]),
    "table-column-settings-mismatch": table([[RAW]], column_settings=[{}, {}]),
    "actions-too-many-elements": in_actions(*[button(action_id=str(n)) for n in range(26)]),
    "context-too-many-elements": [{"type": "context", "elements": [text_of(1)] * 11}],
    "header-text-too-long": [{"type": "header", "text": plain("x" * 151)}],
    "image-url-too-long": [{"type": "image", "image_url": LONG_URL, "alt_text": "a"}],
    "image-alt-text-too-long": [{"type": "image", "image_url": "u", "alt_text": "x" * 2_001}],
    "input-label-too-long": in_input({"type": "plain_text_input"}, label=plain("x" * 2_001)),
    "input-hint-too-long": in_input({"type": "plain_text_input"}, hint=plain("x" * 2_001)),
    "plain-text-input-max-length-too-large": in_input(
        {"type": "plain_text_input", "max_length": 3_001}
    ),
    "number-input-inverted-range": in_input(
        {
            "type": "number_input",
            "is_decimal_allowed": False,
            "min_value": "2",
            "max_value": "1",
        }
    ),
    "markdown-empty": [{"type": "markdown", "text": ""}],
    "markdown-too-long": [{"type": "markdown", "text": "x" * 12_001}],
    "section-text-too-long": section("x" * 3_001),
    "section-too-many-fields": [{"type": "section", "fields": [text_of(1)] * 11}],
    "section-field-too-long": [{"type": "section", "fields": [text_of(2_001)]}],
    "section-missing-content": [{"type": "section"}],
    "static-select-options-and-groups": in_actions(
        select(options=[option()], option_groups=[GROUP])
    ),
    "image-url-and-slack-file": [
        {"type": "image", "image_url": "u", "slack_file": {"id": "F1"}, "alt_text": "a"}
    ],
    "context-invalid-element": [{"type": "context", "elements": [button()]}],
    "input-invalid-element": in_input(button()),
    "block-id-too-long": [{"type": "divider", "block_id": "x" * 256}],
    "video-alt-text-empty": video(alt_text=""),
    "video-alt-text-too-long": video(alt_text="x" * 201),
    "video-title-too-long": video(title=plain("x" * 201)),
    "video-author-name-too-long": video(author_name="x" * 51),
    "video-description-too-long": video(description=plain("x" * 201)),
    "video-provider-name-too-long": video(provider_name="x" * 51),
    "card-title-too-long": [{**CARD, "title": text_of(151)}],
    "card-subtitle-too-long": [{**CARD, "subtitle": text_of(151)}],
    "card-body-too-long": [{**CARD, "body": text_of(201)}],
    "card-subtext-too-long": [{**CARD, "subtext": text_of(201)}],
    "card-too-many-actions": [{**CARD, "actions": [button()] * 4}],
    "carousel-empty": [{"type": "carousel", "elements": []}],
    "carousel-too-many-cards": [{"type": "carousel", "elements": [CARD] * 11}],
    "container-title-too-long": [
        {"type": "container", "title": plain("x" * 151), "child_blocks": [DIVIDER]}
    ],
    "container-subtitle-too-long": [
        {"type": "container", "subtitle": text_of(151), "child_blocks": [DIVIDER]}
    ],
    "container-too-many-child-blocks": [{"type": "container", "child_blocks": [DIVIDER] * 11}],
    "context-actions-too-many-elements": [{"type": "context_actions", "elements": [ICON] * 6}],
    "feedback-button-text-too-long": context_action(text=plain("x" * 76)),
    "feedback-button-value-too-long": context_action(value="x" * 2_001),
    "feedback-button-accessibility-label-too-long": context_action(accessibility_label="x" * 76),
    "icon-button-too-many-visible-users": [
        {
            "type": "context_actions",
            "elements": [{**ICON, "visible_to_user_ids": ["U1"] * 11}],
        }
    ],
    "data-table-too-few-rows": data_table([[RAW]]),
    "data-table-too-many-rows": data_table([[RAW]] * 202),
    "data-table-too-few-columns": data_table([[], []]),
    "data-table-too-many-columns": data_table([[RAW] * 21] * 2),
    "data-table-page-size-too-small": data_table([[RAW]] * 2, page_size=0),
    "data-table-page-size-too-large": data_table([[RAW]] * 2, page_size=101),
    "data-table-cell-text-empty": data_table([[{"type": "raw_text", "text": ""}]] * 2),
    "data-table-content-too-long": data_table([[{"type": "raw_text", "text": "x" * 10_001}]] * 2),
    "data-visualization-title-too-long": [
        {"type": "data_visualization", "title": "x" * 51, "chart": PIE}
    ],
    "pie-chart-empty": chart({"type": "pie", "segments": []}),
    "pie-chart-too-many-segments": chart({"type": "pie", "segments": PIE["segments"] * 13}),
    "chart-segment-label-too-long": chart(
        {"type": "pie", "segments": [{"label": "x" * 21, "value": 1}]}
    ),
    "chart-segment-value-not-positive": chart(
        {"type": "pie", "segments": [{"label": "a", "value": 0}]}
    ),
    "chart-series-empty": line(series=[]),
    "chart-too-many-series": line(
        series=[{**LINE["series"][0], "name": str(n)} for n in range(13)]
    ),
    "data-series-name-too-long": line(series=[{**LINE["series"][0], "name": "x" * 21}]),
    "data-series-empty": line_data([], ["Mon"]),
    "data-series-too-many-points": line_data(points(21), [str(n) for n in range(21)]),
    "data-point-label-too-long": line_data([{"label": "x" * 21, "value": 1}], ["x" * 21]),
    "axis-categories-empty": line_data(points(1), []),
    "axis-too-many-categories": line_data(points(20), [str(n) for n in range(21)]),
    "axis-category-label-too-long": line_data(points(1), ["x" * 21]),
    "axis-label-too-long": line(axis_config={"categories": ["Mon"], "x_label": "x" * 51}),
    "url-source-url-empty": [
        {
            "type": "plan",
            "title": "P",
            "tasks": [
                {"task_id": "1", "title": "T", "sources": [{"type": "url", "url": "", "text": "t"}]}
            ],
        }
    ],
    "url-source-url-too-long": [
        {
            "type": "plan",
            "title": "P",
            "tasks": [
                {
                    "task_id": "1",
                    "title": "T",
                    "sources": [{"type": "url", "url": LONG_URL, "text": ""}],
                }
            ],
        }
    ],
}
INVALID_VIEWS = {
    "view-too-many-blocks": view(blocks=section() * 101),
    "view-private-metadata-too-long": view(private_metadata="x" * 3_001),
    "view-callback-id-too-long": view(callback_id="x" * 256),
    "view-title-too-long": view(title=plain("x" * 25)),
    "view-close-too-long": view(close=plain("x" * 25)),
    "view-submit-too-long": view(submit=plain("x" * 25)),
    "alert-text-too-long": view(blocks=[{"type": "alert", "text": text_of(201)}]),
    "file-input-max-files-too-small": view(blocks=in_input({"type": "file_input", "max_files": 0})),
    "file-input-max-files-too-large": view(
        blocks=in_input({"type": "file_input", "max_files": 11})
    ),
}
# Slack's reference allows a view without blocks; the library does not.
ALLOWED = {"view-missing-blocks"}


@pytest.mark.parametrize("name", sorted(INVALID))
def test_an_invalid_message_is_refused(name):
    assert message_flaws(INVALID[name])


@pytest.mark.parametrize("name", sorted(INVALID_VIEWS))
def test_an_invalid_view_is_refused(name):
    assert flaws_of_view(INVALID_VIEWS[name])


def test_every_invalid_case_of_the_library_is_covered(samples):
    manifest = samples / "slackblocks" / "spec" / "fixtures" / "invalid" / "manifest.json"
    known = {one["id"] for one in json.loads(manifest.read_text())["cases"]}

    assert known - set(INVALID) - set(INVALID_VIEWS) - ALLOWED == set()


AT = "[json-pointer:/blocks"


@pytest.mark.parametrize(
    ("blocks", "sentence"),
    [
        (section("x" * 3_001), f"must be less than 3001 characters {AT}/0/text/text]"),
        (section(""), f"must be more than 0 characters {AT}/0/text/text]"),
        ([DIVIDER] * 51, f"no more than 50 items allowed {AT}]"),
        ([{"type": "nope"}], f"unsupported type: nope {AT}/0/type]"),
        ([{"type": "image", "image_url": "u"}], f"missing required field: alt_text {AT}/0]"),
        ([{**DIVIDER, "text": "x"}], f"invalid additional property: text {AT}/0]"),
        ([{**DIVIDER, "block_id": "a"}] * 2, f"Block ID needs to be unique: a {AT}]"),
        ([{"type": "header", "text": text_of(1)}], f"unsupported type: mrkdwn {AT}/0/text/type]"),
        ([{"type": "alert", "text": text_of(1)}], f"unsupported type: alert {AT}/0/type]"),
    ],
)
def test_refusals_use_slacks_sentences(blocks, sentence):
    assert sentence in message_flaws(blocks)


@pytest.mark.parametrize(
    "blocks",
    [
        in_actions(button(), button()),
        in_actions(select(options=[option()], initial_option=option(value="b"))),
        [*in_actions(select(options=[option()], focus_on_load=True))] * 2,
        [{"type": "table", "rows": [[RAW]]}] * 2,
        chart(PIE) * 3,
        [{"type": "markdown", "text": "x" * 7_000}] * 2,
        in_input({"type": "file_input", "action_id": "f"}),
        in_input({"type": "plain_text_input", "min_length": 5, "max_length": 3}),
        in_input({"type": "number_input", "is_decimal_allowed": False, "max_value": 3}),
        in_input({"type": "number_input"}),
        in_input({"type": "timepicker", "initial_time": "25:00"}),
        [{"type": "task_card", "task_id": "1", "title": "T", "status": "pending"}],
        "not a list",
        ["not a block"],
        [{}],
    ],
)
def test_what_single_fields_do_not_show_is_refused_too(blocks):
    assert message_flaws(blocks)


def test_a_modal_with_an_input_needs_a_submit_button():
    asking = view(blocks=in_input({"type": "plain_text_input"}))
    del asking["submit"]

    assert [str(one) for one in flaws_of_view(asking)] == [
        "must define `submit` to use `input` block [json-pointer:/view/blocks/0/input]"
    ]


def test_a_home_tab_has_no_title_and_no_alert():
    home = {"type": "home", "blocks": section()}

    assert flaws_of_view(home) == []
    assert flaws_of_view({**home, "title": plain("T")})
    assert flaws_of_view({**home, "blocks": [{"type": "alert", "text": text_of(1)}]})


@pytest.mark.parametrize("length", [150, 151])
def test_emoji_count_as_one_character(length):
    header = [{"type": "header", "text": plain("\N{GRINNING FACE}" * length)}]

    assert bool(message_flaws(header)) == (length > 150)


def test_thirteen_thousand_characters_in_all_are_too_long():
    with pytest.raises(ApiError, match="msg_blocks_too_long"):
        check_message({"blocks": section("x" * 2_700) * 5})


def test_kept_blocks_have_ids_and_defaults():
    blocks = with_block_ids(in_input({"type": "plain_text_input"}))

    assert blocks[0]["block_id"]
    assert blocks[0]["element"]["action_id"]
    assert blocks[0]["optional"] is False
    assert blocks[0]["label"]["emoji"] is True


def test_every_block_has_its_surfaces():
    assert set(SURFACES) == set(BLOCKS)
    assert all(where <= {MESSAGE, MODAL, HOME} for where in SURFACES.values())


def test_blocks_can_be_validated_without_a_token(slack):
    wrong = [{"type": "section", "text": {"type": "invalid", "text": "x"}}]

    answer = slack.web.api_call("blocks.validate", json={"blocks": section()})
    with pytest.raises(Exception, match="invalid_blocks") as caught:
        slack.web.api_call("blocks.validate", json={"blocks": wrong})

    assert answer["ok"]
    assert caught.value.response["errors"][0] == {
        "code": "failed_constraint",
        "message": "unsupported type: invalid",
        "pointer": "/0/text/type",
        "constraint": {"type": "enum", "expected": ["mrkdwn", "plain_text"]},
    }
