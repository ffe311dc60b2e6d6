"""What becomes of a team's runs, each once, whatever happened since the last sweep."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.domain.cadences import ARCHITECTURE_REVIEW, GAP_ASSESSMENT, PHASE_REVIEW, ran
from bot.domain.effects import EffectKind, EffectState
from bot.domain.runs import RunState
from bot.domain.team import Pause
from bot.errors import OutageError
from bot.usecases.settings import change_team
from bot.usecases.sweep_calendar import sweep_calendar
from tests.builders import CARA, SmallPlan
from tests.conftest import MONDAY
from tests.engines import MemoryEngine
from tests.usecases.running_jobs import run_jobs

WEEK = timedelta(weeks=1)
FIRST_MONDAY = MONDAY + 2 * WEEK  # 2025-12-01


def minutes(count):
    return timedelta(minutes=count)


@pytest.fixture
def small(tmp_path):
    small = SmallPlan(tmp_path)
    set_workspace(small, zone="Europe/Berlin")
    return small


@pytest.fixture
def engine():
    return MemoryEngine()


def set_workspace(small, **fields):
    with small.plans.changing(small.workspace_id) as plan:
        plan.put_workspace(replace(plan.workspace, **fields))


def set_team(small, **fields):
    with small.plans.changing(small.workspace_id) as plan:
        plan.save(replace(plan.team(), **fields), small.asker(CARA).why())


def pause(small, job, first, last=None, reason="release"):
    with small.plans.changing(small.workspace_id) as plan:
        item = Pause(
            key=plan.mint("PAUSE"),
            job=job,
            first=first,
            last=last,
            reason=reason,
            by=CARA,
            at=MONDAY,
        )
        plan.save(item, small.asker(CARA).why())


def sweep(small, engine, at):
    sweep_calendar(small.plans, engine, small.plans.workspaces(), at)


def keys(small, engine):
    return [key.removeprefix(f"slot:{small.workspace_id}:") for key in engine.jobs]


def runs(small, job=None):
    with small.plans.reading(small.workspace_id) as plan:
        found = plan.runs(since=MONDAY - 60 * WEEK, job=job)
    return [(run.local_date, run.state, run.reason) for run in found]


def test_a_schedule_seen_for_the_first_time_replays_no_history(small, engine):
    sweep(small, engine, MONDAY + minutes(5))

    assert engine.jobs == {}
    assert runs(small) == []


def test_a_run_is_submitted_when_it_is_due_and_once(small, engine):
    for at in (-20, -1, 0, 1, 20, 59):
        sweep(small, engine, MONDAY + minutes(at))

    ((_, job),) = engine.jobs.items()
    assert keys(small, engine) == ["gap_assessment:2025-11-17"]
    assert job.kind == "slot"
    assert job.payload == {
        "workspace_id": small.workspace_id,
        "job": "gap_assessment",
        "local_date": "2025-11-17",
        "due": "2025-11-17T08:00:00+00:00",
    }


def test_every_replica_may_sweep_and_run(small, engine):
    sweep(small, engine, MONDAY - minutes(5))
    for _ in range(3):
        sweep(small, engine, MONDAY + minutes(1))
        run_jobs(small, engine, MONDAY + minutes(1))

    assert runs(small) == [("2025-11-17", RunState.ON_TIME, "")]


def test_after_weeks_away_the_newest_runs_late_and_the_others_are_accounted_for(small, engine):
    set_team(small, review_anchor="")
    sweep(small, engine, MONDAY - 2 * WEEK + minutes(5))

    sweep(small, engine, MONDAY + timedelta(days=1))
    run_jobs(small, engine, MONDAY + timedelta(days=1))

    assert keys(small, engine) == ["gap_assessment:2025-11-17"]
    assert runs(small) == [
        ("2025-11-10", RunState.SKIPPED, "missed; superseded by 2025-11-17"),
        ("2025-11-17", RunState.LATE, ""),
    ]


def test_a_run_that_the_engine_gave_up_is_done_an_hour_later_and_labelled_late(small, engine):
    sweep(small, engine, FIRST_MONDAY - minutes(5))
    for at in (0, 30, 59):
        sweep(small, engine, FIRST_MONDAY + minutes(at))
    assert keys(small, engine) == ["gap_assessment:2025-12-01"]
    engine.jobs.clear()  # it was never run, and its key is known to the engine

    for at in (61, 62, 130):
        sweep(small, engine, FIRST_MONDAY + minutes(at))

    assert keys(small, engine) == ["gap_assessment:2025-12-01@1", "gap_assessment:2025-12-01@2"]
    run_jobs(small, engine, FIRST_MONDAY + minutes(131))
    sweep(small, engine, FIRST_MONDAY + minutes(200))
    assert len(engine.jobs) == 2
    told = "merged with the gap assessment of 2025-12-01"
    assert runs(small, GAP_ASSESSMENT) == [("2025-12-01", RunState.LATE, "")]
    assert runs(small, ARCHITECTURE_REVIEW) == [("2025-12-01", RunState.LATE, told)]


@pytest.mark.parametrize(
    "change",
    [{"digest_at": "08:00"}, {"digest_at": "10:00"}, {"zone": "America/New_York"}],
    ids=["earlier", "later", "zone"],
)
def test_a_run_that_was_given_up_is_found_again_whatever_became_of_its_hour(small, engine, change):
    sweep(small, engine, MONDAY - minutes(5))
    sweep(small, engine, MONDAY)
    engine.jobs.clear()
    set_workspace(small, **change)

    for at in (30, 65, 66):
        sweep(small, engine, MONDAY + minutes(at))
        run_jobs(small, engine, MONDAY + minutes(at))
    for at in range(2, 24):
        sweep(small, engine, MONDAY + timedelta(hours=at))
        run_jobs(small, engine, MONDAY + timedelta(hours=at))

    assert keys(small, engine) == ["gap_assessment:2025-11-17@1"]
    assert runs(small) == [("2025-11-17", RunState.LATE, "")]


def test_a_run_that_was_given_up_and_is_skipped_meanwhile_is_not_taken_up(small, engine):
    sweep(small, engine, MONDAY - minutes(5))
    sweep(small, engine, MONDAY)
    engine.jobs.clear()
    pause(small, GAP_ASSESSMENT, "2025-11-17", "2025-11-17")

    for at in (61, 130):
        sweep(small, engine, MONDAY + minutes(at))

    assert engine.jobs == {}
    assert runs(small) == [("2025-11-17", RunState.SKIPPED, "skipped once: release")]


def test_a_run_that_was_given_up_for_a_week_is_accounted_for_by_the_next(small, engine):
    set_team(small, review_anchor="")
    sweep(small, engine, MONDAY - minutes(5))
    sweep(small, engine, MONDAY)
    engine.jobs.clear()

    sweep(small, engine, MONDAY + WEEK + minutes(1))
    run_jobs(small, engine, MONDAY + WEEK + minutes(1))

    assert keys(small, engine) == ["gap_assessment:2025-11-24"]
    assert runs(small) == [
        ("2025-11-17", RunState.SKIPPED, "missed; superseded by 2025-11-24"),
        ("2025-11-24", RunState.ON_TIME, ""),
    ]


def test_the_cursor_waits_for_an_engine_that_takes_no_jobs(small, engine):
    sweep(small, engine, MONDAY - minutes(5))
    engine.down = True
    with pytest.raises(OutageError):
        sweep(small, engine, MONDAY)
    engine.down = False

    sweep(small, engine, MONDAY + minutes(30))

    assert keys(small, engine) == ["gap_assessment:2025-11-17"]


@pytest.mark.parametrize("moved_to", [time(8), time(10)])
def test_moving_the_hour_on_the_day_gives_one_digest(small, engine, moved_to):
    """At 08:30 from 09:00, to an hour already past or to a later one."""
    sweep(small, engine, MONDAY - timedelta(days=1))
    sweep(small, engine, MONDAY - minutes(31))
    set_workspace(small, digest_at=f"{moved_to:%H:%M}")

    for at in (-30, 0, 30, 60, 90):
        sweep(small, engine, MONDAY + minutes(at))
        run_jobs(small, engine, MONDAY + minutes(at))

    assert keys(small, engine) == ["gap_assessment:2025-11-17"]
    assert len(runs(small)) == 1


def test_moving_the_hour_after_the_digest_gives_no_second_one(small, engine):
    sweep(small, engine, MONDAY - minutes(5))
    sweep(small, engine, MONDAY)
    run_jobs(small, engine, MONDAY)
    set_workspace(small, digest_at="15:00")

    sweep(small, engine, MONDAY + timedelta(hours=10))

    assert keys(small, engine) == ["gap_assessment:2025-11-17"]


def test_a_clock_that_jumps_ahead_and_back_doubles_nothing(small, engine):
    set_team(small, review_anchor="")
    for at in (-120, -5, -60, 5, -60, 5, 60 * 24 * 7 + 5, -60, 5):
        sweep(small, engine, MONDAY + minutes(at))
        run_jobs(small, engine, MONDAY + minutes(at))

    assert keys(small, engine) == ["gap_assessment:2025-11-17", "gap_assessment:2025-11-24"]
    assert [date for date, _, _ in runs(small)] == ["2025-11-17", "2025-11-24"]


def test_an_unknown_zone_stops_its_own_workspace_only(small, engine, caplog):
    other = small.plans.connect_team("T0OTHER", name="X", bot_user_id="U0BOT")
    with small.plans.changing(other.id) as plan:
        plan.put_workspace(replace(plan.workspace, zone="Mars/Base"))
    sweep(small, engine, MONDAY - minutes(5))

    sweep(small, engine, MONDAY)

    assert keys(small, engine) == ["gap_assessment:2025-11-17"]
    assert "is not scheduled: There is no time zone" in caplog.text


def test_the_first_monday_has_one_message_with_the_architecture_review_in_it(small, engine):
    sweep(small, engine, FIRST_MONDAY - minutes(5))
    sweep(small, engine, FIRST_MONDAY)
    run_jobs(small, engine, FIRST_MONDAY + minutes(1))

    assert keys(small, engine) == ["gap_assessment:2025-12-01"]
    assert runs(small, ARCHITECTURE_REVIEW) == [
        ("2025-12-01", RunState.ON_TIME, "merged with the gap assessment of 2025-12-01")
    ]
    assert reviews(small) == [("architecture_review", "gap_assessment:2025-12-01")]


def test_with_the_assessment_skipped_the_architecture_review_is_posted_by_itself(small, engine):
    sweep(small, engine, FIRST_MONDAY - minutes(5))
    pause(small, GAP_ASSESSMENT, "2025-12-01", "2025-12-01")
    for at in (0, 5):
        sweep(small, engine, FIRST_MONDAY + minutes(at))
        run_jobs(small, engine, FIRST_MONDAY + minutes(at))

    assert runs(small, GAP_ASSESSMENT) == [
        ("2025-12-01", RunState.SKIPPED, "skipped once: release")
    ]
    assert runs(small, ARCHITECTURE_REVIEW) == [("2025-12-01", RunState.ON_TIME, "")]
    assert reviews(small) == [("architecture_review", "")]


def test_a_missed_first_monday_goes_along_with_the_monday_that_is_run(small, engine):
    sweep(small, engine, FIRST_MONDAY - minutes(5))

    back = FIRST_MONDAY + 2 * WEEK + minutes(5)
    sweep(small, engine, back)
    run_jobs(small, engine, back)

    assert runs(small, ARCHITECTURE_REVIEW) == [
        ("2025-12-01", RunState.LATE, "merged with the gap assessment of 2025-12-15")
    ]
    assert len(runs(small, GAP_ASSESSMENT)) == 3


def test_a_holiday_on_the_first_monday_moves_both_to_tuesday(small, engine):
    """1 June 2026 is a holiday in Ireland."""
    set_workspace(small, zone="Europe/Dublin")
    set_team(small, country="IE")
    first = MONDAY.replace(year=2026, month=6, day=1)
    sweep(small, engine, first - timedelta(days=1))
    for hours in (0, 6, 24, 30):
        sweep(small, engine, first + timedelta(hours=hours))
        run_jobs(small, engine, first + timedelta(hours=hours))

    ((date, state, reason),) = runs(small, GAP_ASSESSMENT)
    assert (date, state) == ("2026-06-01", RunState.ON_TIME)
    assert reason.startswith("moved from Mon 1 Jun: ")
    assert [run[0] for run in runs(small, ARCHITECTURE_REVIEW)] == ["2026-06-01"]
    assert len(reviews(small)) == 1


def test_a_phase_review_is_posted_every_other_friday(small, engine):
    set_team(small, review_anchor="2025-11-21")
    for day in range(30):
        sweep(small, engine, MONDAY + timedelta(days=day, hours=6))
        run_jobs(small, engine, MONDAY + timedelta(days=day, hours=6))

    assert [date for date, _, _ in runs(small, PHASE_REVIEW)] == ["2025-11-21", "2025-12-05"]


@pytest.mark.parametrize("off_between", [False, True])
def test_another_first_friday_catches_up_no_review_that_nobody_had_planned(
    small, engine, off_between
):
    name_friday(small, "2025-11-21", now=MONDAY)
    sweep(small, engine, MONDAY)
    live(small, engine, range(12))
    if off_between:
        name_friday(small, "", now=MONDAY + timedelta(days=12))
    later = MONDAY + timedelta(days=21)  # 8 December: the 28th of November is of the new fortnight
    name_friday(small, "2025-12-12", now=later)
    live(small, engine, range(21, 26))

    dates = [date for date, _, _ in runs(small, PHASE_REVIEW)]
    assert dates == ["2025-11-21", "2025-12-12"]


def test_a_first_friday_that_is_today_is_reviewed_today(small, engine):
    name_friday(small, "2025-11-28", now=MONDAY)
    sweep(small, engine, MONDAY)
    friday = MONDAY + timedelta(days=4, hours=8)  # 17:00, and the review is at 14:00
    sweep(small, engine, friday - minutes(300))
    name_friday(small, "2025-11-21", now=friday)

    sweep(small, engine, friday + minutes(1))
    run_jobs(small, engine, friday + minutes(1))

    assert runs(small, PHASE_REVIEW) == [("2025-11-21", RunState.LATE, "")]


def name_friday(small, day, *, now):
    with small.plans.reading(small.workspace_id) as plan:
        team = plan.team()
    asker = small.asker(CARA, now=now)
    change_team(small.plans, replace(team, review_anchor=day), team.revision, asker)


def live(small, engine, days):
    for day in days:
        now = MONDAY + timedelta(days=day, hours=6)
        sweep(small, engine, now)
        run_jobs(small, engine, now)


def test_a_friday_without_a_working_day_left_is_skipped_with_the_reason(small, engine):
    set_team(small, review_anchor="2026-12-25", country="DE")
    christmas = MONDAY.replace(year=2026, month=12, day=25)
    sweep(small, engine, christmas - timedelta(days=1))

    sweep(small, engine, christmas + timedelta(days=3))

    (skipped,) = runs(small, PHASE_REVIEW)
    assert skipped[1] is RunState.SKIPPED
    assert skipped[2].startswith("Erster Weihnachtstag")


def test_a_run_that_was_skipped_is_not_run_by_a_job_of_another_replica(small, engine):
    sweep(small, engine, MONDAY - minutes(5))
    other = MemoryEngine()
    sweep(small, other, MONDAY)
    pause(small, "", "2025-11-17")
    small.plans.move_cursor(f"{small.workspace_id}:gap_assessment", MONDAY)
    with small.plans.changing(small.workspace_id) as plan:
        run = ran(GAP_ASSESSMENT, MONDAY.date(), due=MONDAY, now=MONDAY, reason="paused")
        plan.claim_run(replace(run, state=RunState.SKIPPED))

    run_jobs(small, other, MONDAY)

    assert effects(small) == []


def effects(small):
    with small.plans.reading(small.workspace_id) as plan:
        return plan.deliveries(EffectState.PENDING)


def reviews(small):
    return [
        (each.effect.payload["job"], each.effect.payload["report"])
        for each in effects(small)
        if each.effect.kind is EffectKind.REVIEW
    ]
