"""The calendar as its people see it: commands, buttons, and prompts at one's own hour."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.cadences import END_OF_DAY
from bot.domain.people import Role
from bot.domain.plan import Why
from tests.e2e.conftest import plant
from tests.e2e.looking import becomes, buttons, direct, press, seen, words
from tests.product import ANA, BEN, half_a_day_on, running_world

DAYS = (0, 1, 2, 3, 4, 5, 6)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder, far = tmp_path_factory.mktemp("calendar"), half_a_day_on("Europe/Berlin")
    with running_world(folder, recurring=True, bqx_lead=ANA, bqx_digest_at=far) as world:
        plant(world)
        world.as_member().wait_for(lambda: member(world, BEN))
        yield world


def member(world, member_id):
    with world.plans.reading(world.workspace_id) as plan:
        return plan.member(member_id)


def save(world, change):
    why = Why(operation="seed", actor_id=ANA, at=datetime.now(UTC), reason="test")
    with world.plans.changing(world.workspace_id) as plan:
        plan.save(change(plan), why)


def test_the_schedule_shows_what_comes_and_its_buttons_skip_and_resume(world):
    save(world, lambda plan: replace(plan.team(), review_anchor=""))
    shown = world.bqx("schedule")
    assert "gap assessment" in words(shown)
    assert "/bqx settings" in words(shown)

    press(world, shown, "Skip once")
    seen(world, "Skipped once")

    shown = world.bqx("schedule")
    assert "does not run" in words(shown)
    press(world, shown, "Resume")
    seen(world, "Resumed")
    assert "does not run" not in words(world.bqx("schedule"))


def test_a_pause_wants_a_reason_and_gives_back_what_was_typed(world):
    shown = world.bqx("pause phase review until Monday")
    assert "Why?" in words(shown)
    assert "/bqx pause phase review until Monday" in words(shown)

    shown = world.bqx("pause all until Monday <!channel> party")
    assert "&lt;!channel&gt; party" in words(shown)
    press(world, shown, "Undo")
    becomes(world, shown, "Undone")


def test_a_colleague_says_that_ben_is_away_and_ben_is_told_once(world):
    # Their morning, whatever the clock of this machine says: no quiet hours.
    save(world, lambda plan: replace(plan.person(BEN), quiet_from="", quiet_to=""))
    shown = world.bqx("away @ben until further notice sick")
    assert "is told" in words(shown)

    told = seen(world, "said that you are", BEN, direct(world, BEN))
    assert "sick" in words(told)
    assert "sick" in words(world.bqx("away"))
    press(world, told, "I am back", BEN, direct(world, BEN))

    seen(world, "Welcome back", BEN, direct(world, BEN))
    assert "Nobody is away" in words(world.bqx("away"))


def test_days_that_can_not_be_read_are_refused_with_examples(world):
    shown = world.bqx("away until wensday")

    assert "wednesday" in words(shown)
    assert "/bqx away until wensday" in words(shown)
    for refused in (shown, world.bqx("pause all holidays", BEN)):
        assert str(refused["blocks"]).count("Nothing was changed") == 1


def test_the_end_of_the_day_is_asked_answered_and_shown(world):
    name = f"{world.workspace_id}:{END_OF_DAY}"
    world.as_member().wait_for(lambda: world.plans.cursor(name))
    due = (datetime.now(UTC) + timedelta(hours=3)).replace(second=0, microsecond=0)
    save(
        world,
        lambda plan: replace(
            plan.person(ANA),
            role=Role.LEAD,
            zone="UTC",
            work_days=DAYS,
            country="",
            quiet_from="",
            quiet_to="",
            prompt_at=f"{due:%H:%M}",
        ),
    )
    world.sandbox.move_clock((due + timedelta(seconds=5) - datetime.now(UTC)).total_seconds())

    asked = seen(world, "How was", ANA, direct(world))
    assert "1.5.4" in words(asked)
    assert {"Log…", "Same as yesterday", "Skip today"} <= set(buttons(asked))
    member, _ = press(world, asked, "Log…", ANA, direct(world))
    form = member.wait_for(member.modal)
    assert "progress:STG-901" in str(form["blocks"])
    member.close_modal(form["id"])
    press(world, asked, "Same as yesterday", ANA, direct(world))

    done = becomes(world, asked, "all logged", ANA, direct(world))
    assert "Same as yesterday" in words(done)
    assert "Why this?" in buttons(done)  # on the message for as long as it is there
    receipt = seen(world, "nothing moved on", ANA, direct(world))
    press(world, receipt, "Undo", ANA, direct(world))
    open_again = becomes(world, asked, "How was", ANA, direct(world))
    press(world, open_again, "Skip today", ANA, direct(world))
    becomes(world, asked, "skipped", ANA, direct(world))

    world.bqx("progress 1.5.4 129/336 after all")
    becomes(world, asked, "all logged", ANA, direct(world))
    with world.plans.reading(world.workspace_id) as plan:
        runs = plan.runs(since=due - timedelta(days=1), job=END_OF_DAY)
    assert [(run.subject, run.state.value) for run in runs if run.subject == ANA] == [
        (ANA, "on time")
    ]
    world.sandbox.move_clock(0)


def test_a_phase_review_is_posted_in_the_channel(world):
    due = (datetime.now(UTC) + timedelta(hours=5)).replace(second=0, microsecond=0)
    local = due.astimezone(world_zone(world))
    save(
        world,
        lambda plan: replace(
            plan.team(),
            work_days=DAYS,
            review_anchor=local.date().isoformat(),
            review_at=f"{local:%H:%M}",
        ),
    )
    name = f"{world.workspace_id}:phase_review"
    world.as_member().wait_for(lambda: world.plans.cursor(name))
    world.sandbox.move_clock((due + timedelta(seconds=5) - datetime.now(UTC)).total_seconds())

    shown = seen(world, "Phase review")
    assert "stages" in words(shown)
    assert "Not assessed yet" in words(shown) or "Risks" in words(shown)
    world.sandbox.move_clock(0)


def world_zone(world):
    with world.plans.reading(world.workspace_id) as plan:
        return ZoneInfo(plan.workspace.zone)
