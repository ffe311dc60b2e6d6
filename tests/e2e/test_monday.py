"""Monday: the clock strikes, the summary is posted, the questions are asked and answered."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import git
import pytest

from bot.domain.plan import Why
from tests.e2e.conftest import plant
from tests.e2e.looking import becomes, direct, press, seen, words
from tests.product import ANA, running_world

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def repo(tmp_path):
    found = git.Repo.init(tmp_path / "project", initial_branch="main")
    with found.config_writer() as config:
        config.set_value("user", "name", "Ben Okafor")
        config.set_value("user", "email", "ben@bqx.example")
    (tmp_path / "project" / "a.txt").write_text("a")
    found.index.add(["a.txt"])
    found.index.commit("Tidy the cupboard", author_date=stamp(), commit_date=stamp())
    found.close()
    return tmp_path / "project"


def stamp():
    return (next_monday() - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%S+0000")


def next_monday():
    """The next Monday, 09:00 in Berlin, in UTC."""
    today = datetime.now(BERLIN)
    day = (today + timedelta(days=7 - today.weekday())).date()
    nine = datetime.combine(day, datetime.min.time(), BERLIN).replace(hour=9)
    return nine.astimezone(UTC)


@pytest.fixture
def world(tmp_path, repo):
    with running_world(tmp_path, project_repo=str(repo)) as world:
        plant(world)
        silent = datetime.now(UTC) - timedelta(days=40)
        with world.plans.changing(world.workspace_id) as plan:
            stage = replace(plan.stage("STG-901"), started_at=silent, last_progress_at=silent)
            why = Why(operation="seed", actor_id="import", at=silent, reason="import")
            plan.save(stage, why)
            for key in ("TASK-901", "TASK-902"):
                plan.save(replace(plan.task(key), owner_id=ANA), why)
        yield world


def strike_nine(world):
    """Move the clock to just after Monday's slot, once the schedule has been seen."""
    member = world.as_member()
    schedule = f"{world.workspace_id}:gap_assessment"
    member.wait_for(lambda: world.plans.cursor(schedule))
    ahead = next_monday() + timedelta(seconds=5) - datetime.now(UTC)
    world.sandbox.move_clock(ahead.total_seconds())


def test_the_whole_monday(world, repo):
    strike_nine(world)

    summary = world.as_member().wait_for(
        lambda: next(
            (m for m in messages(world) if "Gap assessment" in words(m) or "gap" in words(m)), None
        )
    )
    day = next_monday().astimezone(BERLIN).date()
    path = repo / "docs" / "gap_assessments" / f"{day}_gap_assessment.md"
    world.as_member().wait_for(path.exists)
    report = path.read_text()
    for heading in (
        "1. Completeness Check",
        "2. Gap Identification",
        "3. Issue Review",
        "4. Forecast Update",
        "5. Recommendations",
    ):
        assert heading in report
    assert "Tidy the cupboard" in report
    thread = world.as_member().wait_for(lambda: with_file(world, summary["ts"]))
    assert thread["files"][0]["name"] == path.name

    asked = seen(world, "question", ANA, direct(world))
    assert "1.5.4" in words(asked)
    press(world, asked, "Still accurate", ANA, direct(world))
    becomes(world, asked, "still accurate", ANA, direct(world))
    receipt = seen(world, "Undo", ANA, direct(world))
    assert receipt["ephemeral"]
    assert "still accurate" in words(receipt)
    member, _ = press(world, asked, "Set estimate…", ANA, direct(world))
    form = member.wait_for(member.modal)
    hours = {"hours": {"value": {"type": "plain_text_input", "value": "6.5"}}}
    assert member.submit(form["id"], hours) == {"ok": True}
    seen(world, "All answered", ANA, direct(world))
    member = world.as_member()
    told = member.messages(member.channel(direct(world)))
    assert not [message for message in told if "went wrong" in words(message)]
    with world.plans.reading(world.workspace_id) as plan:
        assert plan.stage("STG-901").last_progress_at > datetime.now(UTC)
        assert plan.task("TASK-901").estimate_minutes == 390

    # The same Monday a second time: the clock goes back and strikes again.
    posted = len(messages(world))
    world.sandbox.move_clock(0)
    strike_nine(world)
    time.sleep(2.5)  # longer than one sweep
    assert len(messages(world)) == posted


def messages(world, thread_ts=None):
    member = world.as_member()
    return member.messages(member.channel("bqx-ml"), thread_ts)


def with_file(world, ts):
    return next((m for m in messages(world, ts) if m.get("files")), None)
