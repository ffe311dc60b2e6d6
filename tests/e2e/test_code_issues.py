"""A TODO becomes an issue, leaves the code, and its owner says that it is resolved."""

import re
from datetime import datetime

import pytest
from pydantic import SecretStr

from tests.code_host.server import REPO, TOKEN, local_host
from tests.e2e.conftest import plant
from tests.e2e.looking import becomes, buttons, direct, press, seen, words
from tests.git.repos import git, make_repo
from tests.product import ANA, BEN, CHEN, running_world


@pytest.fixture
def there():
    with local_host() as host:
        yield host


@pytest.fixture
def repo(tmp_path_factory):
    repo = make_repo(tmp_path_factory.mktemp("clone") / "etl")
    put(repo, "x = 1\n# TODO: retry on 503\n")
    return repo


@pytest.fixture
def world(tmp_path_factory, repo, there):
    with running_world(
        tmp_path_factory.mktemp("world"),
        project_repo=str(repo.path),
        bqx_lead=BEN,
        code_host_url=there.url,
        code_host_repo=REPO,
        code_host_token=SecretStr(TOKEN),
    ) as world:
        plant(world)
        yield world


@pytest.fixture
def agreed(world, there):
    """The same, in step with the code host: the lead was asked, and said yes."""
    later(world, 11)
    asked = seen(world, "is not kept in step yet", BEN, direct(world, BEN))
    press(world, asked, "Keep in step", BEN, direct(world, BEN))
    seen(world, "from now on", BEN, direct(world, BEN))
    there.counted()
    return world


def put(repo, text):
    (repo.path / "retry.py").write_text(text)
    git(repo.path, "add", "-A")
    git(repo.path, "commit", "-q", "-m", "Work on retries")


def later(world, minutes):
    """Move the clock on."""
    moved = world.as_member().state()["clock"]["offset_s"]
    world.sandbox.move_clock(moved + minutes * 60)


def wait_for(world, condition):
    return world.as_member().wait_for(condition)


def issues(world):
    with world.plans.reading(world.workspace_id) as plan:
        return {issue.title: issue for issue in plan.issues()}


def typed(form):
    """What the form is filled with, as it is sent in."""
    values = {}
    for block in form["blocks"]:
        element = block.get("element") or {}
        if element.get("type") == "plain_text_input":
            value = element.get("initial_value", "")
            values[block["block_id"]] = {"value": {"type": "plain_text_input", "value": value}}
        if element.get("type") == "radio_buttons":
            chosen = element["initial_option"]
            values[block["block_id"]] = {
                "value": {"type": "radio_buttons", "selected_option": chosen}
            }
    return values


def test_a_mark_is_filed_made_at_the_host_and_resolved(agreed, repo, there):
    world = agreed
    there.now = datetime.now(there.now.tzinfo).replace(microsecond=0)
    shown = world.bqx("code")
    assert "retry.py:2" in words(shown)
    member, _ = press(world, shown, "File as issue")
    form = member.wait_for(member.modal)
    assert member.submit(form["id"], typed(form)) == {"ok": True}
    issue = wait_for(world, lambda: issues(world).get("retry on 503"))
    assert issue.source_url == "retry.py:2"
    row = wait_for(world, lambda: next(iter(there.issues.values()), None))
    assert row["title"] == "retry on 503"
    assert issue.key in words(world.bqx(f"code {issue.key}"))

    put(repo, "x = 1\n")
    later(world, 11)
    asked = seen(world, "is gone from the code", BEN, direct(world, BEN))
    assert {"Resolve", "Keep open"} <= set(buttons(asked))
    press(world, asked, "Keep open", BEN, direct(world, BEN))
    becomes(world, asked, "stays open", BEN, direct(world, BEN))
    later(world, 11)
    there.change(1, state="closed")
    later(world, 11)
    wait_for(world, lambda: not issues(world)["retry on 503"].status.is_open)


def test_an_issue_of_the_host_arrives_and_the_dashboard_counts_it(agreed, there):
    world = agreed
    there.add("Sum is wrong", labels=["level 2"])
    later(world, 11)
    wait_for(world, lambda: issues(world).get("Sum is wrong"))

    shown = world.bqx("dashboard")

    assert "Level 2: Major issue*: 1 open" in words(shown)
    path = re.search(r"docs/issues/[\w-]+\.md", words(shown))[0]
    file = wait_for(world, lambda: _file(world, path))
    assert "Sum is wrong" in file


def _file(world, path):
    place = world.product.settings.repos[0] / path
    return place.read_text() if place.is_file() else None


def test_a_mark_that_is_none_is_put_away(world, repo):
    put(repo, "# TODO: not really\n")
    shown = world.bqx("code")
    press(world, shown, "Not an issue", ANA)
    answer = seen(world, "won't show it again")

    press(world, answer, "Put back")
    seen(world, "on the list again")
    assert "not really" in words(world.bqx("code"))


def test_nothing_is_taken_over_before_somebody_says_yes(world, there):
    there.add("Sum is wrong", labels=["level 3"])
    later(world, 11)
    asked = seen(world, "is not kept in step yet", BEN, direct(world, BEN))
    assert "1 open issue there would become issues here" in words(asked)
    assert "#1 Sum is wrong" in words(asked)
    assert issues(world) == {}
    assert {verb for verb, _, _ in there.calls} == {"GET"}

    shown = world.bqx("code", BEN)
    assert "Keep in step" in buttons(shown)
    assert "Keep in step" not in buttons(world.bqx("code", CHEN))
    press(world, shown, "Keep in step", BEN)

    wait_for(world, lambda: issues(world).get("Sum is wrong"))
    assert "is kept in step" in words(world.bqx("code", ANA))


def test_a_write_that_is_refused_is_told_with_its_cure_and_tried_again(agreed, there):
    world = agreed
    there.add("Sum is wrong", labels=["level 3"])
    later(world, 11)
    wait_for(world, lambda: issues(world).get("Sum is wrong"))
    there.may_write = False
    world.bqx("resolve ISS-001 test_sum passes")
    later(world, 11)

    told = seen(world, "Not written there: ISS-001", BEN, direct(world, BEN))
    assert "Let the token read and write issues" in words(told)
    assert "Not written there: ISS-001" in words(world.bqx("code", BEN))
    there.may_write = True
    press(world, told, "Try again", BEN, direct(world, BEN))

    wait_for(world, lambda: there.issues[1]["state"] == "closed")
    wait_for(world, lambda: "Not written there" not in words(world.bqx("code", BEN)))
