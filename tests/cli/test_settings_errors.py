"""A wrong setting is one plain sentence, and a secret is never shown."""

import socket

import pytest

from bot.sandbox.config import SandboxConfig
from bot.sandbox.server import running_sandbox
from tests.product import MANIFEST

TOKEN = "xoxb-a-recognisable-token"
APP_TOKEN = "xapp-a-recognisable-token"
SECRET = "a-recognisable-secret"
SLACK = {
    "SLACK_BOT_TOKEN": TOKEN,
    "SLACK_APP_TOKEN": APP_TOKEN,
    "SLACK_SIGNING_SECRET": SECRET,
}


@pytest.fixture(scope="module")
def sandbox():
    with running_sandbox(SandboxConfig(manifest=MANIFEST, port=0)) as sandbox:
        yield sandbox


@pytest.mark.parametrize(
    ("command", "setting", "value"),
    [
        ("schedule", "BQX_TIMEZONE", "Europe/Atlantis"),
        ("schedule", "BQX_DIGEST_AT", "25:99"),
        ("gaps", "DATABASE_URL", "mysql://root@localhost/plan"),
        ("gaps", "DATABASE_URL", "plan.db"),
        ("gaps", "DATABASE_URL", "sqlite://"),
        ("doctor", "PORT", "many"),
        ("web", "PORT", "99999"),
        ("start", "PORT", "many"),
        ("sandbox", "BQX_SANDBOX_PORT", "0"),
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence(typed, command, setting, value):
    assert setting in typed.refused(command, **{**SLACK, setting: value})


def test_a_database_that_does_not_answer_is_told_without_its_password(typed):
    url = "postgresql://plan:geheim99@127.0.0.1:1/plan"

    sentence = typed.refused("plan", "export", DATABASE_URL=url)

    assert "geheim99" not in sentence
    assert "plan:***@" in sentence


@pytest.mark.parametrize(
    ("command", "missing"),
    [
        ("run", "SLACK_APP_TOKEN"),
        ("run", "SLACK_BOT_TOKEN"),
        ("web", "SLACK_SIGNING_SECRET"),
        ("worker", "SLACK_BOT_TOKEN"),
    ],
)
def test_a_missing_token_is_named(typed, command, missing):
    assert missing in typed.refused(command, **{**SLACK, missing: ""})


def test_a_token_that_slack_refuses_is_named_and_not_shown(typed, sandbox):
    for command in ("run", "web", "worker"):
        sentence = typed.refused(command, **SLACK, SLACK_API_URL=sandbox.api_url)

        assert "SLACK_BOT_TOKEN (invalid_auth)" in sentence
        assert "recognisable" not in sentence


def test_an_app_token_that_slack_refuses_ends_with_a_sentence(typed, sandbox):
    settings = {**SLACK, "SLACK_BOT_TOKEN": SandboxConfig.bot_token}

    done = typed.bqx("run", **settings, SLACK_API_URL=sandbox.api_url)

    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("bqx: Slack refuses SLACK_APP_TOKEN")
    assert "recognisable" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_told(typed, sandbox):
    with socket.create_server(("0.0.0.0", 0)) as listener:
        port = str(listener.getsockname()[1])
        settings = {**SLACK, "SLACK_BOT_TOKEN": SandboxConfig.bot_token, "PORT": port}

        sentence = typed.refused("web", **settings, SLACK_API_URL=sandbox.api_url)

    assert f"Port {port}" in sentence


def test_a_secret_is_shown_nowhere(typed, sandbox):
    for arguments in (["doctor"], ["gaps"], ["schedule"], ["plan", "export"]):
        done = typed.bqx(*arguments, **SLACK, SLACK_API_URL=sandbox.api_url)

        assert "recognisable" not in done.stdout + done.stderr
    assert b"recognisable" not in (typed.folder / "bqx.db").read_bytes()


def test_while_slack_does_not_answer_it_waits_and_ends_politely(typed):
    with typed.started("run", **SLACK, SLACK_API_URL="http://127.0.0.1:1/api/") as child:
        waiting = child.stderr.readline() + child.stderr.readline()  # the SDK complains first
        child.terminate()

        assert child.wait(10) == 0
        assert "the next try is in 1 s" in waiting
        assert "recognisable" not in waiting + child.stderr.read()
