"""What the test app shows: a form of every input, a message of every block, a home tab."""

import re
from typing import Any

Json = dict[str, Any]

ANY = re.compile(".*")
STAGES = ("7.1 Feature store", "7.2 Lambda Prediction API", "8.1 Monitoring")
REPORT = """# Week 36

A **quiet** week: two of five stages moved, nobody is waiting.

## Stages

| Stage | Status | Done |
| --- | --- | ---: |
| 7.2 Lambda Prediction API | In progress | 38 % |
| 7.1 Feature store | Done | 100 % |
| 8.1 Monitoring | Todo | 0 % |

## Next week

- [x] Close ISS-004
- [ ] Validate the AUDUSD features
- Review the baseline rate with <b>everyone</b>

> Forecast: phase 7 ends on 12 October, a week later than planned.
"""


def plain(text: str) -> Json:
    """Return a plain_text object."""
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    """Return a mrkdwn object."""
    return {"type": "mrkdwn", "text": text}


def option(name: str, description: str | None = None) -> Json:
    """Return an option whose value is its first word."""
    made: Json = {"text": plain(name), "value": name.split(maxsplit=1)[0]}
    return made | ({"description": plain(description)} if description else {})


def field(name: str, label: str, element: Json, **more: Any) -> Json:
    """Return an input block whose action is called `value`."""
    element = {"action_id": "value", **element}
    return {"type": "input", "block_id": name, "label": plain(label), "element": element, **more}


def form(*, grown: bool = False) -> Json:
    """Return a modal with every kind of input; `grown` has one more."""
    levels = [option("1 Everyone stops", "Level 1"), option("2 A stage waits", "Level 2")]
    blocks = [
        field(
            "name",
            "What happened?",
            {"type": "plain_text_input", "min_length": 3, "max_length": 80},
            hint=plain("One sentence is enough."),
        ),
        field("more", "Details", {"type": "plain_text_input", "multiline": True}, optional=True),
        field(
            "percent",
            "Percent done",
            {
                "type": "number_input",
                "is_decimal_allowed": False,
                "min_value": "0",
                "max_value": "100",
            },
        ),
        field("level", "Level", {"type": "radio_buttons", "options": levels}),
        field(
            "checks",
            "Tell",
            {"type": "checkboxes", "options": [option("owner Its owner"), option("lead The lead")]},
            optional=True,
        ),
        field("status", "Status", {"type": "static_select", "options": [*map(option, STAGES)]}),
        field(
            "stages",
            "Stages",
            {"type": "multi_static_select", "options": [*map(option, STAGES)]},
            optional=True,
        ),
        field("stage", "Stage", {"type": "external_select", "min_query_length": 2}),
        field(
            "others",
            "Other stages",
            {"type": "multi_external_select", "action_id": "grouped", "min_query_length": 0},
            optional=True,
        ),
        field("owner", "Owner", {"type": "users_select"}),
        field("helpers", "Who helps", {"type": "multi_users_select"}, optional=True),
        field(
            "where",
            "Post to",
            {"type": "conversations_select", "default_to_current_conversation": True},
        ),
        field("channel", "Channel", {"type": "channels_select"}, optional=True),
        field("due", "Due", {"type": "datepicker", "initial_date": "2026-09-14"}),
        field("at", "At", {"type": "timepicker", "initial_time": "09:00"}, optional=True),
        {
            "type": "actions",
            "block_id": "buttons",
            "elements": [{"type": "button", "action_id": "grow", "text": plain("Add a field")}],
        },
    ]
    if grown:
        added = {"type": "plain_text_input"}
        blocks.insert(1, field("cause", "Root cause", added, optional=True))
    return modal("File an issue", "every_input", blocks)


def second() -> Json:
    """Return a small modal to put on top."""
    blocks = [field("note", "A note", {"type": "plain_text_input"}, optional=True)]
    return modal("A second view", "second", blocks)


def modal(title: str, callback_id: str, blocks: list[Json]) -> Json:
    """Return a modal that can be submitted and tells when it is closed."""
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title),
        "submit": plain("Save"),
        "close": plain("Cancel"),
        "notify_on_close": True,
        "blocks": blocks,
    }


def gap_check() -> list[Json]:
    """Return a message with text, fields, buttons, a select, a menu and small print."""
    question = {
        "title": plain("Dismiss this?"),
        "text": plain("It comes back in 14 days if nothing changes."),
        "confirm": plain("Dismiss"),
        "deny": plain("Keep"),
    }
    ask = {"type": "button", "action_id": "ask", "text": plain("Evidence"), "value": "f1"}
    return [
        {"type": "header", "text": plain("Gap check")},
        {
            "type": "section",
            "block_id": "finding",
            "text": mrkdwn(
                "*7.2 Lambda Prediction API* says _Todo_, but 4 commits since"
                " <!date^1788660000^{date_short} at {time}|Friday> touch it."
            ),
            "accessory": ask,
        },
        {
            "type": "section",
            "fields": [mrkdwn("*Owner*\n<@U0BEN0002>"), mrkdwn("*Progress*\n38.3 %")],
        },
        {
            "type": "actions",
            "block_id": "answers",
            "elements": [
                {
                    "type": "button",
                    "action_id": "start",
                    "style": "primary",
                    "text": plain("Mark in progress"),
                    "value": "7.2",
                },
                {
                    "type": "button",
                    "action_id": "dismiss",
                    "style": "danger",
                    "text": plain("Dismiss"),
                    "value": "7.2",
                    "confirm": question,
                },
                {
                    "type": "static_select",
                    "action_id": "other",
                    "placeholder": plain("It was another stage"),
                    "options": [*map(option, STAGES)],
                },
                {"type": "overflow", "action_id": "later", "options": [option("day Ask tomorrow")]},
            ],
        },
        {"type": "context", "elements": [mrkdwn("From git `a1b2c3d` and the plan.")]},
    ]


def rich() -> list[Json]:
    """Return a message of rich text and a table."""
    words = [
        {"type": "text", "text": "Deployed by "},
        {"type": "user", "user_id": "U0ANA0001"},
        {"type": "text", "text": " today", "style": {"bold": True}},
    ]
    items = [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
        for text in ("extract", "train")
    ]
    cells = [("Stage", "Done"), ("7.1 Feature store", "100 %"), ("8.1 Monitoring", "0 %")]
    return [
        {
            "type": "rich_text",
            "elements": [
                {"type": "rich_text_section", "elements": words},
                {"type": "rich_text_list", "style": "ordered", "elements": items},
                {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "$ ls"}]},
            ],
        },
        {
            "type": "table",
            "rows": [[{"type": "raw_text", "text": text} for text in row] for row in cells],
        },
    ]


def home() -> Json:
    """Return a home tab."""
    blocks: list[Json] = [
        {"type": "header", "text": plain("Good morning")},
        {"type": "section", "text": mrkdwn("Three things wait for you. A quiet week otherwise.")},
        {"type": "divider"},
        *gap_check()[1:],
    ]
    return {"type": "home", "blocks": blocks}
