"""`bqx doctor`: one line for each thing, and the cure beside what is not well."""

import pytest

from bot.sandbox.config import SandboxConfig
from bot.sandbox.server import running_sandbox
from tests.git.repos import git
from tests.product import ANA, MANIFEST


@pytest.fixture(scope="module")
def sandbox():
    # Nobody examines an installation as often as this file does: no limits on calls.
    with running_sandbox(SandboxConfig(manifest=MANIFEST, port=0, tiers={})) as sandbox:
        yield sandbox


@pytest.fixture
def repo(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    git(folder, "commit", "-q", "--allow-empty", "-m", "Begin")
    return folder


@pytest.fixture
def examine(typed, sandbox, repo):
    """Run the doctor in a good set-up, changed by what is given; return status and lines."""

    def examine(**settings):
        done = typed.bqx(
            "doctor",
            **{
                "SLACK_BOT_TOKEN": SandboxConfig.bot_token,
                "SLACK_APP_TOKEN": SandboxConfig.app_token,
                "SLACK_API_URL": sandbox.api_url,
                "PROJECT_REPO": str(repo),
                **settings,
            },
        )
        assert done.stderr == ""
        return done.returncode, done.stdout

    return examine


def test_all_is_well(examine):
    status, said = examine()

    assert status == 0
    assert all(line.startswith("ok  ") for line in said.splitlines())
    for thing in ("database", "token", "scopes", "#bqx-ml", "#bqx-ml-critical", "Clock", "repo"):
        assert thing in said


@pytest.mark.parametrize(
    ("break_it", "mend_it", "cure"),
    [
        ("remove_bot", "invite_bot", "/invite @BQX Cadence in #bqx-ml-critical"),
        ("archive", "unarchive", "Unarchive"),
    ],
)
def test_a_channel_that_cannot_be_posted_to(examine, sandbox, break_it, mend_it, cure):
    member = sandbox.member(ANA)
    place = member.channel("bqx-ml-critical")
    member.change_channel(place, break_it)

    status, said = examine()

    member.change_channel(place, mend_it)

    assert status == 1
    assert cure in said
    assert said.count("FAIL") == 1


@pytest.mark.parametrize(
    ("settings", "failed", "cure"),
    [
        ({"BQX_CHANNEL": "nowhere"}, "Channel #nowhere", "Create #nowhere"),
        (
            {"SLACK_BOT_TOKEN": "xoxb-wrong"},
            "Slack's bot token (invalid_auth)",
            "Copy SLACK_BOT_TOKEN",
        ),
        ({"SLACK_BOT_TOKEN": ""}, "Slack's bot token", "Set SLACK_BOT_TOKEN"),
        ({"SLACK_APP_TOKEN": "xapp-wrong"}, "Socket Mode token", "connections:write"),
        ({"SLACK_APP_TOKEN": ""}, "A way in", "SLACK_SIGNING_SECRET"),
        ({"PROJECT_REPO": "/nowhere/project"}, "Project repo /nowhere/project", "→"),
        ({"PROJECT_REPO": ""}, "Project repo", "Set PROJECT_REPO"),
        ({"DATABASE_URL": "mysql://x"}, "Plan database", "DATABASE_URL"),
        ({"SLACK_API_URL": "http://127.0.0.1:1/api/"}, "Slack", "network"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_what_is_wrong_stands_with_its_cure(examine, settings, failed, cure):
    status, said = examine(**settings)

    assert status == 1
    lines = said.splitlines()
    position = next(i for i, line in enumerate(lines) if line.startswith(f"FAIL {failed}"))
    assert cure in lines[position + 1]


def test_scopes_that_were_not_granted_are_named(typed, tmp_path):
    less = tmp_path / "manifest.yml"
    less.write_text(MANIFEST.read_text().replace("      - files:write\n", ""))
    with running_sandbox(SandboxConfig(manifest=less, port=0)) as sandbox:
        done = typed.bqx(
            "doctor",
            SLACK_BOT_TOKEN=SandboxConfig.bot_token,
            SLACK_API_URL=sandbox.api_url,
        )

    assert done.returncode == 1
    assert "FAIL Scopes missing: files:write" in done.stdout
    assert "reinstall the app" in done.stdout


def test_a_machine_without_git_is_told(examine, tmp_path):
    (tmp_path / "bin").mkdir()

    status, said = examine(PATH=str(tmp_path / "bin"))

    assert status == 1
    assert "Install git" in said
