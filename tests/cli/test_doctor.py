"""`bqx doctor`: one line for each thing, and the cure beside what is not well."""

import pytest

from bot.doctor import examine
from bot.sandbox.airtable.config import AirtableConfig
from bot.sandbox.airtable.server import running_airtable
from bot.sandbox.config import SandboxConfig
from bot.sandbox.server import running_sandbox
from bot.settings import Settings
from tests.airtable.bases import BASE_ID, STAGES, plan_base
from tests.git.repos import git
from tests.mail.server import running_mail
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
def good(sandbox, repo):
    """The environment of a good set-up."""
    return {
        "SLACK_BOT_TOKEN": SandboxConfig.bot_token,
        "SLACK_APP_TOKEN": SandboxConfig.app_token,
        "SLACK_API_URL": sandbox.api_url,
        "PROJECT_REPO": str(repo),
    }


@pytest.fixture
def found(good, tmp_path, monkeypatch):
    """Examine the good set-up, changed by what is given; return what is not well."""

    def found(**settings):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'bqx.db'}")
        for name, value in {**good, **settings}.items():
            monkeypatch.setenv(name, value)
        return [finding for finding in examine(Settings.load()) if not finding.is_well]

    return found


def test_all_is_well(typed, good):
    done = typed.bqx("doctor", **good)

    assert (done.returncode, done.stderr) == (0, "")
    assert all(line.startswith("ok  ") for line in done.stdout.splitlines())
    for thing in ("database", "token", "scopes", "#bqx-ml", "#bqx-ml-critical", "Clock", "repo"):
        assert thing in done.stdout


def test_what_is_not_well_stands_above_its_cure(typed, good):
    done = typed.bqx("doctor", **good, BQX_CHANNEL="nowhere")

    assert (done.returncode, done.stderr) == (1, "")
    lines = done.stdout.splitlines()
    position = lines.index("FAIL Channel #nowhere (channel_not_found)")
    assert lines[position + 1].startswith("     → Create #nowhere")


@pytest.mark.parametrize(
    ("break_it", "mend_it", "cure"),
    [
        ("remove_bot", "invite_bot", "/invite @BQX Cadence in #bqx-ml-critical"),
        ("archive", "unarchive", "Unarchive"),
    ],
)
def test_a_channel_that_cannot_be_posted_to(found, sandbox, break_it, mend_it, cure):
    member = sandbox.member(ANA)
    place = member.channel("bqx-ml-critical")
    member.change_channel(place, break_it)

    [finding] = found()

    member.change_channel(place, mend_it)
    assert "#bqx-ml-critical" in finding.what
    assert cure in finding.cure


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
        ({"PROJECT_REPO": "/nowhere/project"}, "Project repo /nowhere/project", "no"),
        ({"PROJECT_REPO": ""}, "Project repo", "Set PROJECT_REPO"),
        ({"DATABASE_URL": "mysql://x"}, "Plan database", "DATABASE_URL"),
        ({"SLACK_API_URL": "http://127.0.0.1:1/api/"}, "Slack", "network"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_what_is_wrong_is_found_with_its_cure(found, settings, failed, cure):
    finding = found(**settings)[0]

    assert finding.what.startswith(failed)
    assert cure in finding.cure


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


def test_a_machine_without_git_is_told(typed, good):
    done = typed.bqx("doctor", **good, PATH=str(typed.folder / "empty"))

    assert (done.returncode, done.stderr) == (1, "")
    assert "Install git" in done.stdout


@pytest.fixture
def airtable():
    """A local Airtable with a small base in it."""
    config = AirtableConfig(bases=(plan_base(stages=[{"Stage ID": "1.1 - Set up"}]),), port=0)
    with running_airtable(config) as server:
        yield server


def with_airtable(server):
    return {"AIRTABLE_API_KEY": AirtableConfig.token, "AIRTABLE_API_URL": server.base_url}


def test_a_token_for_airtable_is_tried_and_the_next_step_told(typed, good, airtable):
    before = typed.bqx("doctor", **good, **with_airtable(airtable))
    typed.bqx("airtable", "connect", "--yes", **with_airtable(airtable))
    after = typed.bqx("doctor", **good, **with_airtable(airtable))

    assert (before.returncode, after.returncode) == (0, 0)
    assert "ok   Airtable's token sees Plan, and may write and make what is missing" in (
        before.stdout
    )
    assert "ok   Airtable base Plan: not connected yet\n     → `bqx airtable connect`" in (
        before.stdout
    )
    assert "ok   Airtable base Plan is connected\n" in after.stdout


def test_without_a_token_airtable_is_not_spoken_of(typed, good):
    assert "Airtable" not in typed.bqx("doctor", **good).stdout


@pytest.mark.parametrize(
    ("break_it", "cure"),
    [
        (lambda server: server.set_token("patOTHER"), "doesn't accept AIRTABLE_API_KEY"),
        (lambda server: server.set_scopes(["data.records:read"]), "scope schema.bases:read"),
        (lambda server: server.set_scopes(["schema.bases:read"]), "scope data.records:read"),
        (lambda server: server.fail("503", times=9), "HTTP 503"),
    ],
    ids=["token", "schema scope", "records scope", "fault"],
)
def test_what_is_wrong_with_airtable_is_found_with_its_cure(found, airtable, break_it, cure):
    break_it(airtable)

    [finding] = found(**with_airtable(airtable))

    assert finding.what == "Airtable"
    assert cure in finding.cure


def test_a_base_that_may_only_be_read_is_not_well(found):
    config = AirtableConfig(bases=(plan_base(),), port=0, permission="read")
    with running_airtable(config) as server:
        [finding] = found(**with_airtable(server))

    assert finding.what == "Airtable's token sees Plan, and may only read it"


def test_what_waits_in_the_base_for_a_person_is_told(typed, good, airtable):
    typed.bqx("airtable", "connect", "--yes", **with_airtable(airtable))
    airtable.person().delete_field(BASE_ID, STAGES, "Notes")
    typed.bqx("airtable", "sync", **with_airtable(airtable))

    done = typed.bqx("doctor", **good, **with_airtable(airtable))

    assert done.returncode == 1
    assert "FAIL Airtable: The field “Notes” is gone from “Stages”" in done.stdout


def test_a_mail_server_is_greeted_and_gets_no_mail(typed, good):
    with running_mail() as mail:
        done = typed.bqx("doctor", **good, SMTP_URL=mail.url())

        assert "The mail server answers, in clear" in done.stdout
        assert mail.box.raw == []


def test_a_mail_server_that_offers_no_encryption_is_told_without_the_password(found):
    with running_mail() as mail:
        [one] = found(SMTP_URL=mail.url(user="bqx", password="hush"))

    assert one.what == "Mail server (no_starttls)"
    assert "hush" not in one.cure


def test_a_mail_server_that_is_not_there_is_told(found):
    [one] = found(SMTP_URL="smtp://127.0.0.1:9/?from=bqx@example.com")

    assert "SMTP_URL" in one.cure
