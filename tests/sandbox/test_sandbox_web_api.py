"""The Web API's border: tokens, bodies, arguments, scopes, limits, faults."""

import json
import time
from types import SimpleNamespace

import pytest
from sandbox_driving import ask, refusal
from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

FORM = "application/x-www-form-urlencoded"
JSON = "application/json; charset=utf-8"


def test_the_bot_is_told_who_it_is(slack):
    answer = slack.web.auth_test()

    assert answer["team"] == "BQX"
    assert answer["user"] == "testapp"
    assert answer["bot_id"].startswith("B")


def test_a_token_may_stand_in_a_form_or_in_the_header(slack):
    form = ask(slack, "auth.test", f"token={slack.config.bot_token}", FORM)
    header = ask(slack, "auth.test", "", FORM, slack.config.bot_token)

    assert form[1]["ok"]
    assert header[1]["ok"]


def test_a_token_inside_json_is_not_read(slack):
    body = json.dumps({"token": slack.config.bot_token})

    assert ask(slack, "auth.test", body, JSON)[1] == {"ok": False, "error": "not_authed"}


@pytest.mark.parametrize(
    ("token", "error"),
    [("", "not_authed"), ("xoxb-wrong", "invalid_auth"), ("app", "not_allowed_token_type")],
)
def test_wrong_tokens_are_refused(slack, token, error):
    token = slack.config.app_token if token == "app" else token

    assert ask(slack, "auth.test", "", FORM, token)[1]["error"] == error


def test_sockets_open_with_the_app_token_only(slack):
    assert slack.web.apps_connections_open(app_token=slack.config.app_token)["url"]
    answer = refusal(slack.web.apps_connections_open, app_token=slack.config.bot_token)

    assert answer["error"] == "not_allowed_token_type"


def test_an_unknown_method_is_refused_and_logged(slack, caplog):
    assert refusal(slack.web.api_call, "chat.postMesage")["error"] == "unknown_method"
    assert "chat.postMesage" in caplog.text


def test_api_test_gives_back_its_arguments(slack):
    assert slack.web.api_test(foo="bar")["args"] == {"foo": "bar"}
    assert refusal(slack.web.api_test, error="my_error")["error"] == "my_error"


def test_blocks_may_be_json_text_in_a_form(slack):
    blocks = json.dumps([{"type": "divider"}])
    fields = {"channel": slack.ml, "text": "hi", "blocks": blocks}

    answer = slack.web.api_call("chat.postMessage", data=fields)

    assert answer["message"]["blocks"][0]["type"] == "divider"


def test_blocks_that_are_no_json_are_refused(slack):
    fields = {"channel": slack.ml, "text": "hi", "blocks": "[{"}

    answer = refusal(slack.web.api_call, "chat.postMessage", data=fields)

    assert answer["error"] == "invalid_blocks_format"


def test_a_method_that_takes_forms_only_does_not_read_json(slack):
    body = json.dumps({"user": "U0ANA0001"})

    status, answer = ask(slack, "users.info", body, JSON, slack.config.bot_token)

    assert status == 200
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == ["[ERROR] missing required field: user"]


def test_a_misspelt_argument_is_refused(slack):
    answer = refusal(
        slack.web.api_call, "chat.postMessage", json={"channel": slack.ml, "txt": "hi"}
    )

    assert answer["error"] == "invalid_arguments"
    assert "invalid additional property: txt" in answer["response_metadata"]["messages"][0]


def test_a_scope_the_manifest_does_not_ask_for_is_missing(start, tmp_path):
    manifest = tmp_path / "manifest.yml"
    manifest.write_text(
        "display_information: {name: Small}\noauth_config: {scopes: {bot: [users:read]}}\n"
    )
    slack = start(manifest=manifest)

    answer = refusal(slack.web.chat_postMessage, channel=slack.ml, text="hi")

    assert answer["error"] == "missing_scope"
    assert answer["needed"] == "chat:write"
    assert answer["provided"] == "users:read"


def test_a_kind_of_channel_needs_its_own_scope(start, tmp_path):
    manifest = tmp_path / "manifest.yml"
    manifest.write_text(
        "display_information: {name: Small}\noauth_config: {scopes: {bot: [channels:read]}}\n"
    )
    slack = start(manifest=manifest)

    answer = refusal(slack.web.conversations_list, types="public_channel,private_channel")

    assert answer["needed"] == "groups:read"


def test_tabs_the_manifest_leaves_out_are_closed(start, tmp_path):
    manifest = tmp_path / "manifest.yml"
    manifest.write_text(
        "display_information: {name: Small}\noauth_config: {scopes: {bot: ['chat:write']}}\n"
    )
    slack = start(manifest=manifest)
    home = {"type": "home", "blocks": []}

    no_home = refusal(slack.web.views_publish, user_id=slack.ana.id, view=home)
    no_messages = refusal(slack.web.chat_postMessage, channel=slack.ana.id, text="hi")

    assert no_home["error"] == "not_enabled"
    assert no_messages["error"] == "messages_tab_disabled"


@pytest.mark.parametrize("odd", [[], {}, [[1]], 7, True, {"a": None}])
def test_arguments_of_odd_types_are_refused_or_read_never_a_crash(slack, odd):
    for name in ("chat.postMessage", "chat.update", "conversations.history", "views.open"):
        for argument in ("channel", "text", "blocks", "view", "metadata", "limit", "ts"):
            body = json.dumps({"channel": slack.ml, "text": "x", "ts": "1.1", argument: odd})
            assert ask(slack, name, body, JSON, slack.config.bot_token)[0] in {200, 429}


@pytest.fixture
def no_time_passes(monkeypatch):
    """Stop the clock on which calls are counted."""
    still = SimpleNamespace(monotonic=lambda: 1000.0)
    monkeypatch.setattr("bot.sandbox.rate_limits.time", still)


@pytest.mark.usefixtures("no_time_passes")
def test_a_second_message_within_a_second_in_one_channel_is_too_many(slack):
    slack.web.chat_postMessage(channel=slack.ml, text="one")
    answer = refusal(slack.web.chat_postMessage, channel=slack.ml, text="two")
    other = slack.web.chat_postMessage(channel="C0BQXCRIT", text="elsewhere")

    assert answer.status_code == 429
    assert answer["error"] == "ratelimited"
    assert int(answer.headers["Retry-After"]) == 1
    assert other["ok"]


def test_waiting_as_told_is_enough(slack):
    patient = WebClient(token=slack.config.bot_token, base_url=slack.box.api_url)
    patient.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=1))

    for word in ("one", "two"):
        patient.chat_postMessage(channel=slack.ml, text=word)

    assert [one["text"] for one in slack.ana.messages(slack.ml)] == ["one", "two"]


@pytest.mark.usefixtures("no_time_passes")
def test_tiers_count_calls_a_minute(start):
    slack = start(tiers={"t2": 2})

    for _ in range(2):
        slack.web.users_list()
    answer = refusal(slack.web.users_list)

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) == 60


@pytest.mark.usefixtures("no_time_passes")
def test_an_app_sold_outside_the_marketplace_reads_history_once_a_minute(start):
    slack = start(unlisted_app=True)

    slack.web.conversations_history(channel=slack.ml)
    answer = refusal(slack.web.conversations_history, channel=slack.ml)

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) == 60


def test_lists_come_in_pages(slack):
    names = []
    for page in slack.web.users_list(limit=4):
        assert len(page["members"]) <= 4
        names += [one["name"] for one in page["members"]]

    assert sorted(names) == ["ana", "ben", "chen", "dana", "elif", "testapp"]


@pytest.mark.parametrize(
    ("argument", "error"),
    [({"limit": 5000}, "invalid_limit"), ({"cursor": "nonsense"}, "invalid_cursor")],
)
def test_a_wrong_page_is_refused(slack, argument, error):
    assert refusal(slack.web.users_list, **argument)["error"] == error


def test_a_lost_response_was_done_all_the_same(slack):
    slack.box.faults(lost_response=1, method="chat.postMessage")

    with pytest.raises(OSError):  # noqa: PT011 - any way a connection can break
        slack.web.chat_postMessage(channel=slack.ml, text="once")

    assert [one["text"] for one in slack.ana.messages(slack.ml)] == ["once"]


def test_the_sdk_as_it_comes_posts_twice_when_a_response_is_lost(start):
    """Why the product must look before it posts again."""
    slack = start(post_interval_s=0.0)
    eager = WebClient(token=slack.config.bot_token, base_url=slack.box.api_url)
    slack.box.faults(lost_response=1)

    eager.chat_postMessage(channel=slack.ml, text="hi")

    assert len(slack.ana.messages(slack.ml)) == 2


def test_a_server_error_means_the_call_was_not_done(slack):
    slack.box.faults(http_500=1)

    answer = refusal(slack.web.chat_postMessage, channel=slack.ml, text="hi")

    assert answer.status_code == 500
    assert slack.ana.messages(slack.ml) == []
    assert slack.web.auth_test()["ok"]


def test_a_call_may_never_be_answered(slack):
    impatient = WebClient(
        token=slack.config.bot_token, base_url=slack.box.api_url, timeout=0.2, retry_handlers=[]
    )
    slack.box.faults(no_answer=1)

    with pytest.raises(TimeoutError):
        impatient.chat_postMessage(channel=slack.ml, text="hi")


def test_calls_can_be_slow_and_limited_by_wish(slack):
    slack.box.faults(delay_s=0.1, rate_limit=1, method="auth.test")
    begun = time.monotonic()

    answer = refusal(slack.web.auth_test)

    assert answer.status_code == 429
    assert time.monotonic() - begun >= 0.1
    assert slack.web.auth_test()["ok"]
    slack.box.faults()
    assert slack.ana.state()["faults"] == {}


def test_a_revoked_token_opens_nothing(slack):
    slack.box.post("install", {"as": slack.ana.id, "do": "revoke"})
    revoked = refusal(slack.web.auth_test)["error"]
    slack.box.post("install", {"as": slack.ana.id, "do": "restore"})

    assert revoked == "token_revoked"
    assert slack.web.auth_test()["ok"]


def test_two_installations_stand_side_by_side(start, tmp_path):
    person = {"name": "eve", "real_name": "Eve", "tz": "UTC"}
    teams = [
        {
            "team": {"id": f"T{n}", "name": n, "domain": n.lower(), "zone": "UTC"},
            "bot_token": f"xoxb-{n}",
            "members": [{"id": f"U{n}", **person}],
            "channels": [{"id": f"C{n}", "name": "plans", "members": [f"U{n}"], "bot": True}],
        }
        for n in ("ONE", "TWO")
    ]
    seed = tmp_path / "seed.json"
    seed.write_text(json.dumps({"teams": teams}))
    slack = start(seed=seed)
    web = {n: WebClient(token=f"xoxb-{n}", base_url=slack.box.api_url) for n in ("ONE", "TWO")}

    web["ONE"].chat_postMessage(channel="#plans", text="for one")
    stranger = refusal(web["TWO"].chat_postMessage, channel="CONE", text="astray")

    assert web["TWO"].auth_test()["team_id"] == "TTWO"
    assert stranger["error"] == "channel_not_found"
    assert [one["text"] for one in slack.member("UONE").messages("CONE")] == ["for one"]
    assert slack.member("UTWO").messages("CTWO") == []
