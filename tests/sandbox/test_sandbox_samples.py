"""Answers and payloads have no key that Slack's recorded samples lack."""

import json

import pytest

# Samples that stand for several methods, and keys newer than the samples (contract, Appendix C).
NEWER = {
    "chat.postMessage": {"message.client_msg_id"},
    "users.info": {"user.profile.avatar_hash"},
    "block_actions": {"state", "response_url"},
    "view_submission": {"response_urls"},
    "events": {
        *("context_team_id", "context_enterprise_id"),
        *("event.channel_type", "event.client_msg_id"),
    },
}
OPEN = {"state", "blocks", "metadata", "shares", "args", "actions", "message", "reactions"}


def stray_keys(answer, sample, path=""):
    """Yield paths of keys in `answer` that `sample` does not have."""
    if isinstance(answer, list) and isinstance(sample, list):
        for one in answer:
            if sample:
                yield from stray_keys(one, sample[0], path)
    if not isinstance(answer, dict) or not isinstance(sample, dict):
        return
    for key, value in answer.items():
        here = f"{path}.{key}".lstrip(".")
        if key not in sample:
            yield here
        elif key != "state" and (key not in OPEN or path == ""):
            yield from stray_keys(value, sample[key], here)


@pytest.fixture
def sample(samples):
    def read(name):
        folder = samples / "java-slack-sdk"
        found = [*folder.rglob(f"{name}.json"), *folder.rglob(f"{name}.reduced.json")]
        return json.loads(found[0].read_text())

    return read


CALLS = {
    "apps.connections.open": lambda slack: slack.web.apps_connections_open(
        app_token=slack.config.app_token
    ),
    "auth.test": lambda slack: slack.web.auth_test(),
    "chat.postMessage": lambda slack: slack.web.chat_postMessage(
        channel=slack.ml, text="hi", blocks=[{"type": "divider"}]
    ),
    "chat.postEphemeral": lambda slack: slack.web.chat_postEphemeral(
        channel=slack.ml, user=slack.ana.id, text="hi"
    ),
    "conversations.info": lambda slack: slack.web.conversations_info(channel=slack.ml),
    "conversations.join": lambda slack: slack.web.conversations_join(channel="C0GENERAL"),
    "conversations.list": lambda slack: slack.web.conversations_list(types="public_channel,im"),
    "conversations.members": lambda slack: slack.web.conversations_members(channel=slack.ml),
    "conversations.open": lambda slack: slack.web.conversations_open(
        users=slack.ana.id, return_im=True
    ),
    "files.completeUploadExternal": lambda slack: slack.web.files_upload_v2(
        content="x", filename="x.txt"
    ),
    "users.info": lambda slack: slack.web.users_info(user=slack.ana.id),
    "users.list": lambda slack: slack.web.users_list(),
    "views.open": lambda slack: slack.web.views_publish(
        user_id=slack.ana.id, view={"type": "home", "blocks": [{"type": "divider"}]}
    ),
}


@pytest.mark.parametrize("method", sorted(CALLS))
def test_an_answer_has_the_shape_of_its_sample(slack, sample, method):
    answer = CALLS[method](slack).data
    answer.pop("file", None)  # added by the SDK's own upload helper

    stray = set(stray_keys(answer, sample(method))) - NEWER.get(method, set())

    assert stray == set()


def test_an_update_has_the_shape_of_its_sample(slack, sample):
    ts = slack.web.chat_postMessage(channel=slack.ml, text="hi")["ts"]

    answer = slack.web.chat_update(channel=slack.ml, ts=ts, text="ho").data

    stray = set(stray_keys(answer, sample("chat.update")))
    # Messages carry their own ts; the sample of chat.update left it out.
    assert stray <= {"message.ts"}


def test_payloads_have_the_shape_of_their_samples(slack, sample):
    bodies = {}
    app = slack.app()
    app.event("app_mention")(lambda body: bodies.setdefault("mention", body))
    app.event("message")(lambda: None)

    def keep(ack, body):
        ack()
        bodies[body["type"]] = body

    app.action("go")(keep)
    app.shortcut("keep_message")(keep)
    app.command("/test")(lambda ack, body: (ack(), bodies.setdefault("command", body)))
    slack.connect(app)
    button = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
    blocks = [{"type": "actions", "block_id": "b", "elements": [button]}]
    ts = slack.web.chat_postMessage(channel=slack.ml, text="Press", blocks=blocks)["ts"]

    slack.ana.press({"type": "message", "channel": slack.ml, "ts": ts}, "b", "go")
    slack.ana.shortcut("keep_message", slack.ml, ts)
    slack.ana.say(slack.ml, "/test")
    slack.ana.say(slack.ml, "@testapp hello")
    slack.ana.wait_for(lambda: "mention" in bodies)

    def strays(body, name, newer=()):
        return set(stray_keys(bodies[body], sample(name))) - set(newer)

    assert strays("block_actions", "BlockActionPayload") <= NEWER["block_actions"]
    # The sample of a message shortcut is older than these, which Appendix C shows.
    newer = {"is_enterprise_install", "action_ts", "enterprise", "message.client_msg_id"}
    assert strays("message_action", "MessageShortcutPayload") <= newer
    assert strays("command", "SlashCommandPayload") == set()
    assert strays("mention", "AppMentionPayload") <= NEWER["events"]
