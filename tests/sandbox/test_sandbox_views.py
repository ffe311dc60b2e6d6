"""Modals, the home tab, buttons, typeahead and shortcuts, through a real Bolt app."""

import threading

import pytest
from sandbox_driving import PATIENCE_S, refusal

from bot.sandbox.loopback import RefusedError
from bot.sandbox.socket_mode import SocketMode


def plain(text):
    return {"type": "plain_text", "text": text}


def asking(block_id, element, **more):
    element = {"action_id": "value", **element}
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(block_id),
        "element": element,
        **more,
    }


def modal(*blocks, **more):
    blocks = list(blocks) or [{"type": "section", "text": {"type": "mrkdwn", "text": "Hello"}}]
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain("A form"),
        "submit": plain("Save"),
        "blocks": blocks,
        **more,
    }


TITLE = asking("title", {"type": "plain_text_input", "max_length": 10})
SIZE = asking("size", {"type": "number_input", "is_decimal_allowed": False, "max_value": "5"})
PICK = asking(
    "pick",
    {"type": "external_select", "min_query_length": 2},
    optional=True,
    dispatch_action=True,
)
OPTION = {"text": plain("Billing"), "value": "rec1"}


class Form:
    """An app whose /test opens a modal; it keeps what it hears."""

    def __init__(self, slack, view):
        self.slack = slack
        self.heard = []
        self.app = slack.app()
        self.app.command("/test")(self._open)
        self._view = view

    def _open(self, ack, body, client):
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=self._view)

    def opened(self):
        """Connect, open the modal as Ana and return it."""
        self.slack.connect(self.app)
        assert self.slack.ana.say(self.slack.ml, "/test") == {"ok": True}
        return self.slack.ana.wait_for(self.slack.ana.modal)

    def keep(self, ack, body):
        self.heard.append(body)
        ack()

    def answer(self, **answer):
        """Answer submissions of the form with `answer`."""

        @self.app.view("form")
        def submitted(ack, body):
            self.heard.append(body)
            ack(**answer)

        return self


def typed(value, kind="plain_text_input"):
    return {"value": {"type": kind, "value": value}}


def test_a_submission_carries_the_whole_state_and_closes_the_view(slack):
    form = Form(slack, modal(TITLE, PICK)).answer()
    view = form.opened()

    answer = slack.ana.submit(view["id"], {"title": typed("Plan")})

    assert answer == {"ok": True}
    assert slack.ana.modal() is None
    assert form.heard[0]["view"]["state"]["values"] == {
        "title": {"value": {"type": "plain_text_input", "value": "Plan"}},
        "pick": {"value": {"type": "external_select", "selected_option": None}},
    }
    assert form.heard[0]["trigger_id"]
    assert form.heard[0]["response_urls"] == []


@pytest.mark.parametrize(
    ("values", "marked"),
    [
        ({}, {"title": "Please complete this required field."}),
        ({"title": typed("x" * 11)}, {"title": "Please enter at most 10 characters."}),
        (
            {"title": typed("x"), "size": typed("six", "number_input")},
            {"size": "Please enter a whole number."},
        ),
        (
            {"title": typed("x"), "size": typed("6", "number_input")},
            {"size": "Please enter a number of at most 5."},
        ),
    ],
)
def test_values_slacks_client_would_not_send_are_marked_before_sending(slack, values, marked):
    form = Form(slack, modal(TITLE, {**SIZE, "optional": True})).answer()
    view = form.opened()

    assert slack.ana.submit(view["id"], values) == {"errors": marked}
    assert form.heard == []


def test_errors_keep_the_modal_open(slack):
    errors = {"title": "Taken already."}
    form = Form(slack, modal(TITLE)).answer(response_action="errors", errors=errors)
    view = form.opened()

    assert slack.ana.submit(view["id"], {"title": typed("x")}) == {"errors": errors}
    assert slack.ana.modal()["id"] == view["id"]
    assert slack.ana.modal()["state"]["values"]["title"]["value"]["value"] == "x"


@pytest.mark.parametrize(
    "errors", [{"nowhere": "Wrong."}, {"note": "Not an input."}, {"title": ""}]
)
def test_errors_for_what_is_no_input_are_a_loud_failure(slack, caplog, errors):
    note = {"type": "section", "block_id": "note", "text": plain("A note")}
    form = Form(slack, modal(TITLE, note)).answer(response_action="errors", errors=errors)
    view = form.opened()

    answer = slack.ana.submit(view["id"], {"title": typed("x")})

    assert "trouble" in answer["notice"]
    assert "invalid_errors" in caplog.text


def test_an_answer_may_update_the_view(slack):
    done = modal(title=plain("Done"))
    view = Form(slack, modal(TITLE)).answer(response_action="update", view=done).opened()

    slack.ana.submit(view["id"], {"title": typed("x")})

    assert slack.ana.modal()["id"] == view["id"]
    assert slack.ana.modal()["title"]["text"] == "Done"
    assert slack.ana.modal()["hash"] != view["hash"]


def test_an_empty_answer_closes_only_the_view_on_top(slack):
    second = {**modal(TITLE), "callback_id": "second"}
    form = Form(slack, modal()).answer(response_action="push", view=second)
    form.app.view("second")(form.keep)
    view = form.opened()

    slack.ana.submit(view["id"], {})
    top = slack.ana.modal()
    depth = slack.ana.stack()
    slack.ana.submit(top["id"], {"title": typed("x")})

    assert depth == 2
    assert top["previous_view_id"] == top["root_view_id"] == view["id"]
    assert slack.ana.modal()["id"] == view["id"]


def test_clear_closes_the_whole_stack(slack):
    second = {**modal(), "callback_id": "second"}
    form = Form(slack, modal()).answer(response_action="push", view=second)
    form.app.view("second")(lambda ack: ack(response_action="clear"))
    view = form.opened()

    slack.ana.submit(view["id"], {})
    slack.ana.submit(slack.ana.modal()["id"], {})

    assert slack.ana.stack() == 0


def test_a_stack_holds_three_views(slack):
    form = Form(slack, modal())

    @form.app.view("form")
    def deeper(ack, body):
        ack(response_action="push", view=modal())

    view = form.opened()
    slack.ana.submit(view["id"], {})
    slack.ana.submit(slack.ana.modal()["id"], {})
    answer = slack.ana.submit(slack.ana.modal()["id"], {})

    assert slack.ana.stack() == 3
    assert "trouble" in answer["notice"]


def test_views_push_is_limited_too(slack):
    button = {"type": "button", "action_id": "more", "text": plain("More")}
    actions = {"type": "actions", "block_id": "b", "elements": [button]}
    form = Form(slack, modal(actions))
    errors = []

    @form.app.action("more")
    def push(ack, body, client):
        ack()
        try:
            client.views_push(trigger_id=body["trigger_id"], view=modal(actions))
        except Exception as error:  # noqa: BLE001 - the test looks at it
            errors.append(error.response["error"])

    form.opened()
    for depth in (2, 3):
        top = slack.ana.modal()["id"]
        slack.ana.press({"type": "view", "view_id": top}, "b", "more")
        slack.ana.wait_for(lambda depth=depth: slack.ana.stack() == depth)
    slack.ana.press({"type": "view", "view_id": slack.ana.modal()["id"]}, "b", "more")

    assert slack.ana.wait_for(lambda: errors) == ["push_limit_reached"]


def test_a_stale_hash_conflicts(slack):
    view = Form(slack, modal(TITLE)).opened()
    slack.web.views_update(view_id=view["id"], view=modal(TITLE), hash=view["hash"])

    answer = refusal(
        slack.web.views_update, view_id=view["id"], view=modal(TITLE), hash=view["hash"]
    )

    assert answer["error"] == "hash_conflict"


def test_an_update_keeps_what_was_typed_where_the_ids_stay(slack):
    form = Form(slack, modal(TITLE, PICK))
    form.app.action("value")(form.keep)
    view = form.opened()
    state = {"title": typed("Plan")}
    slack.ana.press(
        {"type": "view", "view_id": view["id"]},
        "pick",
        "value",
        selected_option=OPTION,
        state=state,
    )

    slack.web.views_update(view_id=view["id"], view=modal(TITLE, SIZE))

    assert slack.ana.modal()["state"]["values"] == {
        "title": {"value": {"type": "plain_text_input", "value": "Plan"}}
    }


def test_a_view_is_found_by_its_external_id_which_nobody_else_may_take(slack):
    form = Form(slack, modal(external_id="plan-1"))
    view = form.opened()

    updated = slack.web.views_update(external_id="plan-1", view=modal(external_id="plan-1"))
    twin = refusal(
        slack.web.views_publish,
        user_id=slack.ben.id,
        view={"type": "home", "external_id": "plan-1", "blocks": []},
    )

    assert updated["view"]["id"] == view["id"]
    assert twin["error"] == "duplicate_external_id"


def test_a_closed_view_is_not_found(slack):
    view = Form(slack, modal()).opened()
    slack.ana.close_modal(view["id"])

    answer = refusal(slack.web.views_update, view_id=view["id"], view=modal())

    assert answer["error"] == "not_found"


@pytest.mark.parametrize(("everything", "cleared"), [(False, False), (True, True)])
def test_closing_is_told_when_the_view_asks_for_it(slack, everything, cleared):
    form = Form(slack, modal(notify_on_close=True))
    form.app.view_closed("form")(form.keep)
    view = form.opened()

    slack.ana.close_modal(view["id"], everything=everything)

    assert form.heard[0]["is_cleared"] is cleared
    assert form.heard[0]["view"]["id"] == view["id"]


def test_typeahead_asks_the_product(slack):
    form = Form(slack, modal(PICK))
    asked = []

    @form.app.options("value")
    def options(ack, body):
        asked.append(body["value"])
        ack(options=[OPTION])

    view = form.opened()

    answer = slack.ana.suggest(view["id"], "pick", "value", "bil")

    assert answer == {"options": [OPTION]}
    assert asked == ["bil"]
    with pytest.raises(RefusedError, match="few more"):
        slack.ana.suggest(view["id"], "pick", "value", "b")


def test_wrong_options_are_a_loud_failure(slack, caplog):
    form = Form(slack, modal(PICK))
    form.app.options("value")(lambda ack: ack(options=[{"text": plain("x" * 76), "value": "v"}]))
    view = form.opened()

    answer = slack.ana.suggest(view["id"], "pick", "value", "bil")

    assert answer["options"] == []
    assert "could not be loaded" in answer["notice"]
    assert "less than 76" in caplog.text


def test_an_input_speaks_only_when_it_dispatches(slack):
    form = Form(slack, modal(TITLE, PICK))
    form.app.action("value")(form.keep)
    view = form.opened()
    place = {"type": "view", "view_id": view["id"]}

    with pytest.raises(RefusedError, match="before the view is submitted"):
        slack.ana.press(place, "title", "value", value="x")
    slack.ana.press(place, "pick", "value", selected_option=OPTION)

    action = form.heard[0]["actions"][0]
    assert action["selected_option"] == OPTION
    assert form.heard[0]["view"]["state"]["values"]["pick"]["value"]["selected_option"] == OPTION
    assert "message" not in form.heard[0]
    assert "response_url" not in form.heard[0]


def test_a_button_in_a_message_sends_the_message(slack):
    form = Form(slack, modal())
    form.app.action("go")(form.keep)
    slack.connect(form.app)
    button = {"type": "button", "action_id": "go", "text": plain("Go"), "value": "42"}
    blocks = [{"type": "actions", "block_id": "b", "elements": [button]}]
    ts = slack.web.chat_postMessage(channel=slack.ml, text="Press", blocks=blocks)["ts"]

    slack.ana.press({"type": "message", "channel": slack.ml, "ts": ts}, "b", "go")

    body = form.heard[0]
    assert body["message"]["ts"] == ts
    assert body["container"]["is_ephemeral"] is False
    assert body["actions"][0]["value"] == "42"
    assert body["actions"][0]["text"]["emoji"] is True
    assert body["response_url"]


def test_only_what_is_offered_can_be_chosen(slack):
    options = [{"text": plain("One"), "value": "1"}]
    select = {"type": "static_select", "action_id": "s", "options": options}
    blocks = [{"type": "actions", "block_id": "b", "elements": [select]}]
    ts = slack.web.chat_postMessage(channel=slack.ml, text="Choose", blocks=blocks)["ts"]
    place = {"type": "message", "channel": slack.ml, "ts": ts}
    two = {"text": plain("Two"), "value": "2"}

    with pytest.raises(RefusedError, match="no option 2"):
        slack.ana.press(place, "b", "s", selected_option=two)
    with pytest.raises(RefusedError, match="nothing to press"):
        slack.ana.press(place, "b", "t")


def test_the_home_tab_is_published_for_one_member(slack):
    form = Form(slack, modal())

    @form.app.event("app_home_opened")
    def keep(event):
        form.heard.append(event)

    slack.connect(form.app)
    home = {"type": "home", "blocks": [{"type": "divider"}]}

    slack.ana.open_home()
    slack.ana.wait_for(lambda: form.heard)
    first = slack.web.views_publish(user_id=slack.ana.id, view=home)["view"]
    slack.web.views_publish(user_id=slack.ana.id, view=home, hash=first["hash"])
    stale = refusal(slack.web.views_publish, user_id=slack.ana.id, view=home, hash=first["hash"])
    slack.ana.open_home()
    slack.ana.wait_for(lambda: len(form.heard) == 2)

    assert form.heard[0]["tab"] == "home"
    assert "view" not in form.heard[0]
    assert form.heard[1]["view"]["id"] == first["id"]
    assert stale["error"] == "hash_conflict"
    assert slack.ana.home()["blocks"][0]["type"] == "divider"
    assert slack.ben.home() is None


def test_a_button_on_the_home_tab_sends_the_view(slack):
    form = Form(slack, modal())
    form.app.action("go")(form.keep)
    slack.connect(form.app)
    button = {"type": "button", "action_id": "go", "text": plain("Go")}
    blocks = [{"type": "actions", "block_id": "b", "elements": [button]}]
    slack.web.views_publish(user_id=slack.ana.id, view={"type": "home", "blocks": blocks})

    slack.ana.press({"type": "home"}, "b", "go")

    assert form.heard[0]["view"]["type"] == "home"


def test_shortcuts_reach_the_product(slack):
    form = Form(slack, modal())
    form.app.shortcut("open_form")(form.keep)
    form.app.shortcut("keep_message")(form.keep)
    slack.connect(form.app)
    ts = slack.ana.say(slack.ml, "@ben please review")["ts"]

    slack.ana.shortcut("open_form")
    slack.ana.shortcut("keep_message", slack.ml, ts)

    general, message = form.heard
    assert general["type"] == "shortcut"
    assert "channel" not in general
    assert "response_url" not in general
    assert message["type"] == "message_action"
    assert message["message"]["ts"] == message["message_ts"] == ts
    assert message["message"]["blocks"][0]["type"] == "rich_text"
    assert message["response_url"]
    with pytest.raises(RefusedError):
        slack.ana.shortcut("keep_message")


def test_a_channel_chosen_in_a_form_can_be_answered(slack):
    where = asking("where", {"type": "conversations_select", "response_url_enabled": True})
    form = Form(slack, modal(where)).answer()
    view = form.opened()

    value = {"type": "conversations_select", "selected_conversation": "C0LEADS01"}
    slack.ana.submit(view["id"], {"where": {"value": value}})

    assert form.heard[0]["response_urls"][0]["channel_id"] == "C0LEADS01"


def test_a_submission_nobody_answers_keeps_the_modal(start, monkeypatch):
    patience_s = [PATIENCE_S]  # the form is opened in time, however long that takes
    kept = property(lambda _: patience_s[0], lambda *_: None)
    monkeypatch.setattr(SocketMode, "_ack_timeout_s", kept, raising=False)
    slack = start()
    form = Form(slack, modal())
    failed = threading.Event()
    form.app.view("form")(lambda ack: failed.wait(PATIENCE_S) and ack())
    view = form.opened()
    patience_s[0] = 0.3

    answer = slack.ana.submit(view["id"], {})
    failed.set()

    assert "trouble" in answer["notice"]
    assert slack.ana.modal()["id"] == view["id"]
