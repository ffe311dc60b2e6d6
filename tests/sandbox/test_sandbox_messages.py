"""Messages, threads, channels, people and files through the real SDK."""

import urllib.error
import urllib.request

import pytest
from sandbox_driving import refusal

KEY = {"event_type": "delivery", "event_payload": {"key": "abc"}}


@pytest.fixture
def slack(start):
    """A workspace where posting quickly is allowed: the limit has tests of its own."""
    return start(post_interval_s=0.0)


def post(slack, text="hi", channel=None, **more):
    return slack.web.chat_postMessage(channel=channel or slack.ml, text=text, **more)


def texts(slack, channel=None):
    return [one["text"] for one in slack.ana.messages(channel or slack.ml)]


def test_a_channel_is_found_by_id_by_name_and_a_person_by_id(slack):
    by_name = post(slack, channel="#bqx-ml")
    to_person = post(slack, channel="U0ANA0001")

    assert by_name["channel"] == slack.ml
    assert to_person["channel"].startswith("D")
    assert texts(slack, to_person["channel"]) == ["hi"]


def test_timestamps_always_grow_even_when_the_clock_goes_back(slack):
    first = post(slack)["ts"]
    slack.box.move_clock(86_400)
    tomorrow = post(slack)["ts"]
    slack.box.move_clock(0)
    back = post(slack)["ts"]

    assert float(tomorrow) - float(first) > 86_000
    assert float(first) < float(tomorrow) < float(back)


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("C0GENERAL", "not_in_channel"),
        ("C0LEADS01", "channel_not_found"),
        ("C0NOWHERE", "channel_not_found"),
        ("#nowhere", "channel_not_found"),
    ],
)
def test_the_bot_posts_only_where_it_may(slack, channel, error):
    assert refusal(post, slack, channel=channel)["error"] == error


def test_an_archived_channel_takes_no_messages(slack):
    slack.ana.change_channel(slack.ml, "archive")

    assert refusal(post, slack)["error"] == "is_archived"
    slack.ana.change_channel(slack.ml, "unarchive")
    assert post(slack)["ok"]


def test_a_public_channel_can_be_joined_then_posted_to(slack):
    slack.web.conversations_join(channel="C0GENERAL")
    again = slack.web.conversations_join(channel="C0GENERAL")

    assert post(slack, channel="C0GENERAL")["ok"]
    assert again["warning"] == "already_in_channel"


def test_removing_the_bot_shuts_it_out(slack):
    slack.ana.change_channel(slack.ml, "remove_bot")

    assert refusal(post, slack)["error"] == "not_in_channel"


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ({"text": ""}, "no_text"),
        ({"text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
        ({"text": "x", "thread_ts": "1.000001"}, "cannot_reply_to_message"),
        ({"text": "x", "username": "Somebody"}, "missing_scope"),
        ({"text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_schema"),
        ({"text": "x", "attachments": [{}] * 101}, "too_many_attachments"),
    ],
)
def test_messages_slack_would_refuse_are_refused(slack, words, error):
    arguments = {"channel": slack.ml, **words}

    assert refusal(slack.web.api_call, "chat.postMessage", json=arguments)["error"] == error


def test_many_blocks_may_still_be_too_long_together(slack):
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2_800}}

    assert refusal(post, slack, blocks=[section] * 5)["error"] == "msg_blocks_too_long"


def test_replies_hang_under_their_root(slack):
    root = post(slack, "root")["ts"]
    post(slack, "reply", thread_ts=root)
    post(slack, "shown to all", thread_ts=root, reply_broadcast=True)

    thread = slack.web.conversations_replies(channel=slack.ml, ts=root)["messages"]
    history = slack.web.conversations_history(channel=slack.ml)["messages"]

    assert [one["text"] for one in thread] == ["root", "reply", "shown to all"]
    assert thread[0]["reply_count"] == 2
    assert [one["text"] for one in history] == ["shown to all", "root"]
    assert slack.ana.messages(slack.ml)[0]["reply_count"] == 2
    assert slack.ana.messages(slack.ml)[0]["latest_reply"] == thread[-1]["ts"]
    assert slack.ana.messages(slack.ml, root)[0]["text"] == "root"


def test_metadata_is_only_shown_on_request(slack):
    post(slack, metadata=KEY)

    plain = slack.web.conversations_history(channel=slack.ml)["messages"][0]
    full = slack.web.conversations_history(channel=slack.ml, include_all_metadata=True)

    assert "metadata" not in plain
    assert full["messages"][0]["metadata"] == KEY


def test_history_is_newest_first_in_pages_and_bounded(slack):
    stamps = [post(slack, f"number {n}")["ts"] for n in range(5)]

    pages = [
        [one["text"] for one in page["messages"]]
        for page in slack.web.conversations_history(channel=slack.ml, limit=2)
    ]
    later = slack.web.conversations_history(channel=slack.ml, oldest=stamps[3])["messages"]
    from_then = slack.web.conversations_history(channel=slack.ml, oldest=stamps[3], inclusive=True)[
        "messages"
    ]

    assert pages == [["number 4", "number 3"], ["number 2", "number 1"], ["number 0"]]
    assert [one["text"] for one in later] == ["number 4"]
    assert [one["text"] for one in from_then] == ["number 4", "number 3"]


@pytest.mark.parametrize(
    ("channel", "error"), [("C0GENERAL", "not_in_channel"), ("C0LEADS01", "channel_not_found")]
)
def test_history_is_closed_where_the_bot_is_not(slack, channel, error):
    assert refusal(slack.web.conversations_history, channel=channel)["error"] == error


def test_an_update_replaces_text_and_keeps_blocks_and_metadata_not_given(slack):
    ts = post(slack, blocks=[{"type": "divider"}], metadata=KEY)["ts"]

    slack.web.chat_update(channel=slack.ml, ts=ts, text="new words")

    message = slack.web.conversations_history(channel=slack.ml, include_all_metadata=True)
    assert message["messages"][0]["text"] == "new words"
    assert message["messages"][0]["blocks"][0]["type"] == "divider"
    assert message["messages"][0]["metadata"] == KEY
    assert message["messages"][0]["edited"]["user"]


def test_an_update_has_its_own_limits(slack):
    ts = post(slack)["ts"]
    typed = slack.ana.say(slack.ml, "mine")["ts"]

    assert (
        refusal(slack.web.chat_update, channel=slack.ml, ts=ts, text="x" * 4_001)["error"]
        == "msg_too_long"
    )
    assert (
        refusal(slack.web.chat_update, channel=slack.ml, ts=typed, text="x")["error"]
        == "cant_update_message"
    )
    assert (
        refusal(slack.web.chat_update, channel=slack.ml, ts="1.000001", text="x")["error"]
        == "message_not_found"
    )
    assert (
        refusal(slack.web.chat_update, channel="#bqx-ml", ts=ts, text="x")["error"]
        == "channel_not_found"
    )


def test_a_deleted_message_is_gone(slack):
    ts = post(slack)["ts"]

    slack.web.chat_delete(channel=slack.ml, ts=ts)

    assert texts(slack) == []
    assert refusal(slack.web.chat_delete, channel=slack.ml, ts=ts)["error"] == "message_not_found"


def test_an_ephemeral_message_is_seen_by_one_and_changed_by_nobody(slack):
    answer = slack.web.chat_postEphemeral(channel=slack.ml, user=slack.ana.id, text="psst")

    assert texts(slack) == ["psst"]
    assert slack.ben.messages(slack.ml) == []
    assert slack.web.conversations_history(channel=slack.ml)["messages"] == []
    for call in (slack.web.chat_update, slack.web.chat_delete):
        words = {"text": "x"} if call == slack.web.chat_update else {}
        gone = refusal(call, channel=slack.ml, ts=answer["message_ts"], **words)
        assert gone["error"] == "message_not_found"


def test_an_ephemeral_message_needs_its_reader_in_the_channel(slack):
    slack.ben.change_channel(slack.ml, "leave")

    answer = refusal(slack.web.chat_postEphemeral, channel=slack.ml, user=slack.ben.id, text="psst")

    assert answer["error"] == "user_not_in_channel"


def test_permalinks_lead_to_the_page(slack):
    root = post(slack)["ts"]
    reply = post(slack, thread_ts=root)["ts"]

    link = slack.web.chat_getPermalink(channel=slack.ml, message_ts=reply)["permalink"]

    assert link.endswith(f"/p{reply.replace('.', '')}?thread_ts={root}&cid={slack.ml}")
    assert slack.ana.messages(slack.ml, root)[1]["permalink"] == link


def test_a_reaction_is_added_once(slack):
    ts = post(slack)["ts"]
    slack.web.reactions_add(channel=slack.ml, timestamp=ts, name="eyes")

    again = refusal(slack.web.reactions_add, channel=slack.ml, timestamp=ts, name="eyes")

    assert again["error"] == "already_reacted"
    assert list(slack.ana.messages(slack.ml)[0]["reactions"]) == ["eyes"]


def test_channels_are_listed_as_the_bot_sees_them(slack):
    both = slack.web.conversations_list(types="public_channel,private_channel")["channels"]
    direct = slack.web.conversations_list(types="im")["channels"]

    assert [one["name"] for one in both] == ["bqx-ml", "bqx-ml-critical", "general"]
    assert [one["is_member"] for one in both] == [True, True, False]
    assert len(direct) == 5
    assert refusal(slack.web.conversations_list, types="secret")["error"] == "invalid_types"


def test_people_and_channels_can_be_looked_up(slack):
    assert slack.web.users_info(user="U0DANA004")["user"]["tz"] == "Europe/Warsaw"
    assert slack.web.conversations_info(channel=slack.ml)["channel"]["name"] == "bqx-ml"
    assert "U0ANA0001" in slack.web.conversations_members(channel=slack.ml)["members"]
    assert slack.web.team_info()["team"]["domain"] == "bqx"
    assert refusal(slack.web.users_info, user="U0NOBODY")["error"] == "user_not_found"
    assert (
        refusal(slack.web.conversations_info, channel="C0LEADS01")["error"] == "channel_not_found"
    )


def test_a_direct_message_is_opened_with_one_person(slack):
    opened = slack.web.conversations_open(users="U0ANA0001")["channel"]["id"]

    assert slack.web.conversations_open(channel=opened, return_im=True)["already_open"]
    assert refusal(slack.web.conversations_open, users="U0NOBODY")["error"] == "user_not_found"


def test_a_file_is_uploaded_in_three_steps_and_shared_a_moment_later(slack):
    root = post(slack, "Report")["ts"]
    answer = slack.web.files_upload_v2(
        channel=slack.ml, thread_ts=root, content="# Week", filename="week.md", title="Week 47"
    )
    file_id = answer["file"]["id"]

    assert answer["file"]["shares"] == {}
    message = slack.ana.wait_for(lambda: slack.ana.messages(slack.ml, root)[1:])[0]
    assert message["files"][0]["title"] == "Week 47"
    with urllib.request.urlopen(slack.box.base_url + message["files"][0]["url"]) as response:
        assert response.read() == b"# Week"
        assert response.headers["Content-Type"] == "text/markdown"
    assert slack.ml in slack.web.files_info(file=file_id)["file"]["shares"]["public"]


def test_a_private_file_opens_with_the_token(slack):
    url = slack.web.files_upload_v2(content="secret", filename="x.txt")["file"]["url_private"]
    token = {"Authorization": f"Bearer {slack.config.bot_token}"}

    with urllib.request.urlopen(urllib.request.Request(url, headers=token)) as response:
        assert response.read() == b"secret"
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(url)
    assert caught.value.code == 403
    caught.value.close()


def test_a_file_shared_nowhere_stays_with_the_bot(slack):
    answer = slack.web.files_upload_v2(content="x", filename="x.txt")

    assert slack.web.files_info(file=answer["file"]["id"])["file"]["shares"] == {}


def test_an_upload_of_another_length_is_refused(slack):
    promised = slack.web.files_getUploadURLExternal(filename="a.txt", length=3)
    request = urllib.request.Request(promised["upload_url"], b"four", method="POST")

    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request)

    assert caught.value.code == 400
    caught.value.close()
    listed = [{"id": promised["file_id"]}]
    unfinished = refusal(slack.web.files_completeUploadExternal, files=listed)
    assert unfinished["error"] == "file_not_found"


def test_typed_text_is_kept_as_slack_keeps_it(slack):
    slack.ana.say(slack.ml, "@ben look at #general & <this>")
    slack.ana.say(slack.ml, "@Dana Kowalska and <@U0BEN0002>, not ana@bqx.example or @nobody")

    assert texts(slack) == [
        "<@U0BEN0002> look at <#C0GENERAL|general> &amp; &lt;this&gt;",
        "<@U0DANA004> and <@U0BEN0002>, not ana@bqx.example or @nobody",
    ]
