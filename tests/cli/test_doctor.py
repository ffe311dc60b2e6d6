"""`bqx doctor`: one line for each thing, and the cure beside what is not well."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.adapters.database import SqlPlanDatabase, open_database
from bot.doctor import examine
from bot.domain.plan import Why
from bot.sandbox.airtable.config import AirtableConfig
from bot.sandbox.airtable.server import running_airtable
from bot.sandbox.config import SandboxConfig
from bot.sandbox.server import running_sandbox
from bot.settings import Settings
from tests.airtable.bases import BASE_ID, STAGES, plan_base
from tests.code_host.server import REPO, TOKEN, local_host
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


@pytest.fixture
def code_host():
    with local_host() as there:
        yield there


def with_code_host(there, **more):
    return {
        "CODE_HOST_URL": there.url,
        "CODE_HOST_REPO": REPO,
        "CODE_HOST_TOKEN": TOKEN,
        **more,
    }


def test_a_code_host_is_asked_what_the_token_may_do_and_nothing_is_written(typed, good, code_host):
    code_host.scopes = "repo"
    before = typed.bqx("doctor", **good, **with_code_host(code_host))
    verbs = {verb for verb, _, _ in code_host.calls}
    typed.bqx("issues", "sync", "--yes", **with_code_host(code_host))
    after = typed.bqx("doctor", **good, **with_code_host(code_host))

    assert (before.returncode, after.returncode, verbs) == (0, 0, {"GET"})
    assert "ok   GitHub acme/etl: the token may read and write issues\n" in before.stdout
    assert "not kept in step yet, nothing is written on either side\n     → `bqx issues sync`" in (
        before.stdout
    )
    assert "not kept in step" not in after.stdout


def test_a_fine_grained_token_is_believed_as_far_as_it_can_be(typed, good, code_host):
    done = typed.bqx("doctor", **good, **with_code_host(code_host))

    assert done.returncode == 0
    assert "the token may read issues, its user may write them\n     → It has to" in done.stdout


@pytest.mark.parametrize(
    ("break_it", "settings", "what", "cure"),
    [
        (None, {"CODE_HOST_TOKEN": "ghp_secret"}, "the token is not valid", "Make a new token"),
        (None, {"CODE_HOST_TOKEN": ""}, "The code host is not asked", "Set CODE_HOST_TOKEN"),
        (None, {"CODE_HOST_REPO": "acme/elt"}, "no such repository", "Check CODE_HOST_REPO"),
        (None, {"CODE_HOST_URL": "http://127.0.0.1:9"}, "GitHub acme/etl", "CODE_HOST_URL"),
        (None, {"CODE_HOST_KIND": "svn"}, "Code host", "github"),
        ({"has_issues": False}, {}, "switched off", "Switch issues on"),
        ({"permissions": {"pull": True}}, {}, "not write them", "Issues: Read and write"),
    ],
    ids=["token", "no token", "repository", "address", "kind", "issues off", "read only"],
)
def test_what_is_wrong_with_the_code_host_is_found_with_its_cure(
    found, code_host, break_it, settings, what, cure
):
    code_host.repo |= break_it or {}

    [finding] = found(**with_code_host(code_host, **settings))

    assert what in finding.what
    assert cure in finding.cure
    assert "ghp_" not in finding.what + finding.cure


def test_a_renamed_repository_is_told_by_its_new_name(found, code_host):
    code_host.repo["full_name"] = "acme/new"
    for path in (f"/repos/{REPO}", f"/repos/{REPO}/issues"):
        code_host.moved[path] = path.replace(REPO, "acme/new")

    [finding] = found(**with_code_host(code_host))

    assert finding.what == "GitHub acme/etl is called acme/new now"
    assert "CODE_HOST_REPO" in finding.cure


def rename(typed, key, title):
    plans = SqlPlanDatabase(open_database(f"sqlite:///{typed.folder / 'bqx.db'}"))
    [workspace] = plans.workspaces()
    why = Why(operation="rename", actor_id="U1", at=datetime.now(UTC), reason="a test")
    with plans.changing(workspace.id) as plan:
        plan.save(replace(plan.issue(key), title=title), why)
    plans.close()


def test_what_the_code_host_refused_is_told_until_it_is_cured(typed, good, code_host):
    code_host.add("Sum is wrong")
    typed.bqx("issues", "sync", "--yes", **with_code_host(code_host))
    rename(typed, "ISS-001", "Sum was wrong")
    code_host.may_write = False
    refused = typed.bqx("issues", "sync", **with_code_host(code_host))
    done = typed.bqx("doctor", **good, **with_code_host(code_host))

    assert "not written: ISS-001: GitHub refused: the token may not do this" in refused.stderr
    assert done.returncode == 1
    assert "FAIL GitHub acme/etl: ISS-001 is not written there, the token may not do this" in (
        done.stdout
    )
