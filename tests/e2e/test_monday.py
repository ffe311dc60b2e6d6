"""Monday: the clock strikes, the summary is posted, the questions are asked and answered."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import git
import pytest

from bot.domain.effects import Effect, EffectKind
from bot.domain.plan import Why
from tests.e2e.conftest import plant
from tests.e2e.looking import becomes, buttons, direct, press, seen, words
from tests.product import ANA, half_a_day_on, running_world

BERLIN = ZoneInfo("Europe/Berlin")
DIGEST_AT = half_a_day_on("Europe/Berlin")


def next_monday():
    """The next Monday at the hour of the assessment, in UTC."""
    today = datetime.now(BERLIN).date()
    day = today + timedelta(days=7 - today.weekday())
    return datetime.combine(day, time.fromisoformat(DIGEST_AT), BERLIN).astimezone(UTC)


NEXT = next_monday()  # once: in the middle of a test the day may become another


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
    return (NEXT - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%S+0000")


@pytest.fixture
def world(tmp_path, repo):
    with running_world(
        tmp_path, recurring=True, project_repo=str(repo), bqx_digest_at=DIGEST_AT
    ) as world:
        plant(world)
        silent = datetime.now(UTC) - timedelta(days=40)
        with world.plans.changing(world.workspace_id) as plan:
            stage = replace(plan.stage("STG-901"), started_at=silent, last_progress_at=silent)
            why = Why(operation="seed", actor_id="import", at=silent, reason="import")
            plan.save(stage, why)
            for key in ("TASK-901", "TASK-902"):
                plan.save(replace(plan.task(key), owner_id=ANA), why)
        yield world


def strike(world, late_s=5):
    """Move the clock to just after Monday's slot."""
    ahead = NEXT + timedelta(seconds=late_s) - datetime.now(UTC)
    world.sandbox.move_clock(ahead.total_seconds())


def reached(world):
    """Where the schedule of the assessment stands; None before it was seen."""
    return world.plans.cursor(f"{world.workspace_id}:gap_assessment")


def test_the_whole_monday(world, repo):
    world.as_member().wait_for(lambda: reached(world))
    strike(world)

    summary = world.as_member().wait_for(
        lambda: next(
            (m for m in messages(world) if "Gap assessment" in words(m) or "gap" in words(m)), None
        )
    )
    day = NEXT.astimezone(BERLIN).date()
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
    world.as_member().wait_for(lambda: receipts(world, "still accurate"))
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

    # The same Monday a second time: the clock goes back and strikes again. The sweep comes to the
    # assessment before it comes to the effects.
    posted = len(messages(world))
    world.sandbox.move_clock(0)
    swept(world, "back")
    strike(world)
    swept(world, "again")
    assert len(messages(world)) == posted
    with world.plans.reading(world.workspace_id) as plan:
        assert len(plan.runs(since=NEXT, job="gap_assessment")) == 1


def swept(world, key):
    """Wait until a sweep has been through, by what only a sweep hands over."""
    long_ago = NEXT - timedelta(days=30)
    effect = Effect(
        key=key,
        kind=EffectKind.GAP_SUMMARY,
        payload={"report": "none"},
        lane="other",
        not_before=long_ago,
    )
    with world.plans.changing(world.workspace_id) as plan:
        plan.emit(effect, long_ago)
    world.as_member().wait_for(lambda: done_at(world, key))


def done_at(world, key):
    with world.plans.reading(world.workspace_id) as plan:
        return plan.delivery(key).done_at


def receipts(world, text):
    """What Ana alone was told in her direct messages, with its Undo."""
    member = world.as_member()
    told = member.messages(member.channel(direct(world)))
    return [m for m in told if m["ephemeral"] and text in words(m) and "Undo" in buttons(m)]


def messages(world, thread_ts=None):
    member = world.as_member()
    return member.messages(member.channel("bqx-ml"), thread_ts)


def with_file(world, ts):
    return next((m for m in messages(world, ts) if m.get("files")), None)
