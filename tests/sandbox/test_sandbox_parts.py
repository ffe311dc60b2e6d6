"""Manifest, seed and inputs: the parts that are plain functions."""

import json

import pytest

from bot.sandbox.inputs import VALUES, Offers, full_state, input_errors
from bot.sandbox.manifest import ManifestError, read_manifest
from bot.sandbox.refusals import PageError, SeedError
from bot.sandbox.seed import read_seed
from bot.sandbox.workspace import Workspace

GOOD = """
display_information: {name: Example}
features:
  slash_commands: [{command: /example, description: Do it, should_escape: true}]
oauth_config: {scopes: {bot: [commands, app_mentions:read]}}
settings: {event_subscriptions: {bot_events: [app_mention]}}
"""
OFFERS = Offers({"U1"}, {"C1", "D1"}, {"C1"})


def manifest_of(tmp_path, text):
    path = tmp_path / "manifest.yml"
    path.write_text(text)
    return read_manifest(path)


def test_a_manifest_says_what_the_app_may_do(tmp_path):
    manifest = manifest_of(tmp_path, GOOD)

    assert manifest.command("/example").should_escape
    assert manifest.scopes == {"commands", "app_mentions:read"}
    assert not manifest.home_tab


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("name: Example", "name: ''", "1 to 35"),
        ("app_mentions:read]", "app_mention:read]", "unknown bot scope app_mention:read"),
        ("[commands, ", "[", "need the scope commands"),
        ("/example", "example", "must start with /"),
        ("[app_mention]", "[app_mentioned]", "does not send the event app_mentioned"),
        ("[app_mention]", "[message.im]", "needs the scope im:history"),
        ("display_information", "- x", "cannot be read"),
    ],
)
def test_a_manifest_slack_would_refuse_stops_the_start(tmp_path, before, after, sentence):
    with pytest.raises(ManifestError, match=sentence):
        manifest_of(tmp_path, GOOD.replace(before, after))


def test_a_missing_manifest_stops_the_start(tmp_path):
    with pytest.raises(ManifestError, match="cannot be read"):
        read_manifest(tmp_path / "none.yml")


@pytest.mark.parametrize(
    "change",
    [
        {"members": [{"id": "U1", "name": "a", "real_name": "A", "tz": "Mars/Olympus"}]},
        {"channels": [{"id": "C1", "name": "c", "members": ["U2"]}]},
        {"team": {"id": "T1"}},
    ],
)
def test_a_seed_that_makes_no_workspace_stops_the_start(tmp_path, change):
    seed = {
        "team": {"id": "T1", "name": "T", "domain": "t", "zone": "UTC"},
        "members": [{"id": "U1", "name": "a", "real_name": "A", "tz": "UTC"}],
        "channels": [{"id": "C1", "name": "c", "members": ["U1"]}],
    }
    path = tmp_path / "seed.json"
    manifest = manifest_of(tmp_path, GOOD)
    path.write_text(json.dumps(seed))
    assert isinstance(read_seed(path, manifest, "xoxb-1", 0)[0], Workspace)

    path.write_text(json.dumps(seed | change))
    with pytest.raises(SeedError):
        read_seed(path, manifest, "xoxb-1", 0)


SAMPLES = {
    "plain_text_input": "text",
    "email_text_input": "ana@bqx.example",
    "url_text_input": "https://bqx.example/",
    "number_input": "4.5",
    "static_select": {"text": {"type": "plain_text", "text": "A"}, "value": "a"},
    "users_select": "U1",
    "conversations_select": "D1",
    "channels_select": "C1",
    "datepicker": "2026-11-23",
    "timepicker": "09:00",
    "datetimepicker": 1_788_768_000,
    "rich_text_input": {"type": "rich_text", "elements": []},
    "file_input": ["F1"],
}
SAMPLES |= dict.fromkeys(("external_select", "radio_buttons"), SAMPLES["static_select"])
SAMPLES |= {
    name: [SAMPLES["static_select"]]
    for name in ("multi_static_select", "multi_external_select", "checkboxes")
}
SAMPLES |= {
    f"multi_{name}": [SAMPLES[name]]
    for name in ("users_select", "conversations_select", "channels_select")
}
WRONG = {
    "email_text_input": "nobody",
    "url_text_input": "javascript:x",
    "number_input": "four",
}
IMPOSSIBLE = {
    "static_select": {"text": {"type": "plain_text", "text": "B"}, "value": "b"},
    "users_select": "U2",
    "channels_select": "D1",
    "datepicker": "tomorrow",
    "timepicker": "24:00",
    "datetimepicker": "1788768000",
    "checkboxes": "a",
    "radio_buttons": {"text": {"type": "plain_text", "text": "A"}},
    "multi_users_select": [["U1"]],
    "plain_text_input": 7,
}


def asking(kind, **more):
    element = {"type": kind, "action_id": "value", "is_decimal_allowed": True, **more}
    if kind in {"static_select", "multi_static_select", "checkboxes", "radio_buttons"}:
        element["options"] = [SAMPLES["static_select"]]
    return [{"type": "input", "block_id": "b", "optional": False, "element": element}]


def given(kind, value):
    return {"b": {"value": {"type": kind, VALUES[kind][0]: value}}}


@pytest.mark.parametrize("kind", sorted(VALUES))
def test_every_input_has_its_state_shape(kind):
    state = full_state(asking(kind), given(kind, SAMPLES[kind]), OFFERS)

    assert state == given(kind, SAMPLES[kind])
    assert input_errors(asking(kind), state) == {}


@pytest.mark.parametrize("kind", sorted(VALUES))
def test_a_required_input_must_be_filled(kind):
    state = full_state(asking(kind), {}, OFFERS)

    assert list(input_errors(asking(kind), state)) == ["b"]
    assert state["b"]["value"][VALUES[kind][0]] == VALUES[kind][2]


@pytest.mark.parametrize("kind", sorted(WRONG))
def test_a_wrong_value_is_marked(kind):
    state = full_state(asking(kind), given(kind, WRONG[kind]), OFFERS)

    assert input_errors(asking(kind), state)["b"].startswith("Please enter")


@pytest.mark.parametrize("kind", sorted(IMPOSSIBLE))
def test_a_value_no_client_can_send_is_refused(kind):
    with pytest.raises(PageError):
        full_state(asking(kind), given(kind, IMPOSSIBLE[kind]), OFFERS)


def test_what_was_there_at_first_counts_until_it_is_changed():
    state = full_state(asking("plain_text_input", initial_value="first"), {}, OFFERS)

    assert state["b"]["value"]["value"] == "first"


def test_an_input_that_is_not_there_is_refused():
    with pytest.raises(PageError, match="b/other"):
        full_state(asking("datepicker"), {"b": {"other": {"type": "datepicker"}}}, OFFERS)


def test_a_list_may_have_a_longest_length():
    blocks = asking("multi_users_select", max_selected_items=1)

    with pytest.raises(PageError, match="At most 1"):
        full_state(blocks, given("multi_users_select", ["U1", "U1"]), OFFERS)
