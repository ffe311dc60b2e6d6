"""Everybody is asked once a day at their own time, or the ledger says why not."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, event

from bot.domain.cadences import END_OF_DAY
from bot.domain.effects import EffectKind, EffectState, Post
from bot.domain.entries import ProgressEntry
from bot.domain.plan import Member, Status
from bot.domain.progress import Progress
from bot.domain.runs import RunState
from bot.domain.team import Pause
from bot.usecases.answer_end_of_day import say_same, skip_day
from bot.usecases.end_of_day import end_of_day, subject_of
from bot.usecases.log_progress import log_progress
from bot.usecases.sweep_prompts import sweep_prompts
from bot.usecases.undo import undo
from tests.builders import ANA, BEN, CARA, SmallPlan
from tests.conftest import MONDAY

# Ana is in Berlin: 16:30 there.
ASKED = datetime(2025, 11, 17, 15, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def minutes(count):
    return timedelta(minutes=count)


@pytest.fixture
def small(tmp_path):
    small = SmallPlan(tmp_path)
    with small.plans.changing(small.workspace_id) as plan:
        plan.put_workspace(replace(plan.workspace, zone="Europe/Berlin"))
        for member in plan.members():
            plan.put_member(replace(member, zone="Europe/Berlin"))
    sweep(small, MONDAY)
    return small


def sweep(small, at):
    sweep_prompts(small.plans, small.workspace_id, at)


def set_person(small, member_id=ANA, **fields):
    with small.plans.changing(small.workspace_id) as plan:
        plan.save(replace(plan.person(member_id), **fields), small.asker(member_id).why())


def set_stage(small, key, **fields):
    with small.plans.changing(small.workspace_id) as plan:
        plan.save(replace(plan.stage(key), **fields), small.asker(ANA).why())


def runs(small):
    with small.plans.reading(small.workspace_id) as plan:
        found = plan.runs(since=datetime(2000, 1, 1, tzinfo=UTC), job=END_OF_DAY)
    return [(run.subject, run.local_date, run.state.value, run.reason) for run in found]


def asked(small):
    with small.plans.reading(small.workspace_id) as plan:
        pending = plan.deliveries(EffectState.PENDING)
    return [each.effect for each in pending if each.effect.kind is EffectKind.END_OF_DAY]


def test_an_owner_is_asked_once_at_their_own_time(small):
    for at in (-30, -1, 0, 1, 60):
        sweep(small, ASKED + minutes(at))

    assert runs(small) == [(ANA, "2025-11-17", "on time", "")]
    (effect,) = asked(small)
    assert effect.payload == {"member": ANA, "date": "2025-11-17"}
    assert effect.lane == f"dm:{ANA}"


def test_their_own_hour_zone_and_days_count_before_the_teams(small):
    set_person(small, prompt_at="18:00", zone="Asia/Kolkata", work_days=(6, 0))
    for hour in range(0, 9 * 24, 1):
        sweep(small, MONDAY + timedelta(hours=hour))

    dates = [(date, state) for _, date, state, _ in runs(small)]
    assert dates == [
        ("2025-11-17", "on time"),
        ("2025-11-23", "on time"),
        ("2025-11-24", "on time"),
    ]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"country": "US", "prompt_at": "16:30"}, "holiday: Veterans Day"),
        ({"away_since": MONDAY - 9 * DAY, "away_until": MONDAY + 9 * DAY}, "away"),
        ({"away_since": MONDAY - 9 * DAY, "away_reason": "flu"}, "away: flu"),
        ({"muted": ("end_of_day",)}, "turned down"),
        ({"prompts_a_day": 0}, "daily number reached"),
    ],
)
def test_who_is_not_asked_has_the_reason_in_the_ledger(tmp_path, fields, reason):
    small = SmallPlan(tmp_path)
    set_person(small, zone="Europe/Berlin", **fields)
    veterans = ASKED - 6 * DAY  # Tuesday, 11 November
    sweep(small, veterans - minutes(5))

    sweep(small, veterans)

    assert runs(small) == [(ANA, "2025-11-11", "skipped", reason)]
    assert asked(small) == []
    with small.plans.reading(small.workspace_id) as plan:
        assert plan.waiting_prompts() == []  # nor is it in a bundle of tomorrow


def test_the_prompt_keeps_its_own_hour_in_quiet_hours_too(small):
    set_person(small, prompt_at="21:30")

    sweep(small, ASKED + minutes(300))

    (effect,) = asked(small)
    assert effect.not_before is None


def test_many_are_asked_with_as_many_statements_as_few(small):
    def statements_for(*numbers):
        with small.plans.changing(small.workspace_id) as plan:
            for number in numbers:
                plan.put_member(Member(id=f"U{number}", name=f"P {number}", zone="Europe/Berlin"))
                stage = replace(plan.stage("STG-901"), key=f"STG-{number}", owner_id=f"U{number}")
                plan.save(stage, small.asker().why())
        day = ASKED + numbers[0] * DAY
        with counting() as statements:
            sweep(small, day)
        return len(statements)

    few, many = statements_for(1), statements_for(*range(2, 60))

    assert len(asked(small)) == 2 + 60
    assert many == few


@contextmanager
def counting():
    statements = []

    def seen(_db, _cursor, statement, *_more):
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", seen)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", seen)


def test_a_pause_of_all_cadences_pauses_the_prompts(small):
    pause = Pause(
        key="P1", job="", first="2025-11-17", last=None, reason="move", by=CARA, at=MONDAY
    )
    with small.plans.changing(small.workspace_id) as plan:
        plan.save(pause, small.asker(CARA).why())

    sweep(small, ASKED)

    assert runs(small) == [(ANA, "2025-11-17", "skipped", "paused: move")]


def test_with_nothing_in_progress_nobody_is_asked(small):
    set_stage(small, "STG-901", status=Status.BLOCKED)

    sweep(small, ASKED)

    assert runs(small) == [(ANA, "2025-11-17", "skipped", "nothing in progress")]


def test_who_has_logged_today_is_not_asked(small):
    entry = ProgressEntry(stage_key="STG-901", progress=Progress(400))
    log_progress(small.plans, entry, small.asker(ANA, now=ASKED - minutes(60)))

    sweep(small, ASKED)

    assert runs(small) == [(ANA, "2025-11-17", "skipped", "already logged")]


def test_yesterdays_word_is_none_of_today(small):
    entry = ProgressEntry(stage_key="STG-901", progress=Progress(400))
    log_progress(small.plans, entry, small.asker(ANA, now=ASKED + minutes(60)))
    sweep(small, ASKED + minutes(70))

    sweep(small, ASKED + DAY)

    assert [state for _, _, state, _ in runs(small)] == ["skipped", "on time"]


@pytest.mark.parametrize(
    ("late_h", "state", "reason"), [(0.9, "on time", ""), (2, "late", ""), (5, "skipped", "missed")]
)
def test_a_missed_prompt_comes_late_and_never_at_night(small, late_h, state, reason):
    sweep(small, ASKED + timedelta(hours=late_h))

    assert runs(small) == [(ANA, "2025-11-17", state, reason)]
    assert len(asked(small)) == (0 if reason else 1)


def test_days_of_standing_still_are_each_accounted_for(small):
    sweep(small, ASKED + 3 * DAY)

    assert [(date, state) for _, date, state, _ in runs(small)] == [
        ("2025-11-17", "skipped"),
        ("2025-11-18", "skipped"),
        ("2025-11-19", "skipped"),
        ("2025-11-20", "on time"),
    ]


def test_a_clock_set_back_and_other_replicas_double_nothing(small):
    for at in (-5, 0, -60, 0, 0, 5, 60 * 24 + 5, -60, 5):
        sweep(small, ASKED + minutes(at))

    assert [run[:2] for run in runs(small)] == [(ANA, "2025-11-17"), (ANA, "2025-11-18")]
    assert len(asked(small)) == 2


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata", "Pacific/Honolulu"])
def test_who_moves_to_another_zone_is_not_asked_twice_for_one_date(small, zone):
    sweep(small, ASKED)
    set_person(small, zone=zone)

    for hour in range(1, 26):
        sweep(small, ASKED + timedelta(hours=hour))

    dates = [run[1] for run in runs(small)]
    assert dates == sorted(set(dates))


@pytest.fixture
def busy(small):
    """Ben, asked at 15:00, moves the cursor over every hour before it."""
    set_person(small, BEN, prompt_at="15:00")
    sweep(small, ASKED)
    sweep(small, ASKED + DAY - minutes(80))
    return small


def anas(small):
    return [run[1:] for run in runs(small) if run[0] == ANA]


@pytest.mark.parametrize(
    ("fields", "fate"),
    [
        ({"prompt_at": "14:00"}, ("late", "moved to an hour already past")),
        ({"prompt_at": "09:00"}, ("skipped", "moved to an hour already past")),
        ({"zone": "Asia/Kolkata"}, ("late", "moved to an hour already past")),
    ],
)
def test_who_moves_their_hour_over_one_already_gone_keeps_that_days_row(busy, fields, fate):
    set_person(busy, **fields)

    for minute in (-70, -60, 0, 60):
        sweep(busy, ASKED + DAY + minutes(minute))

    assert anas(busy) == [("2025-11-17", "on time", ""), ("2025-11-18", *fate)]
    assert len([e for e in asked(busy) if e.payload["member"] == ANA]) == (fate[0] == "late") + 1


def test_an_hour_moved_away_and_back_leaves_no_day_without_a_row(busy):
    set_person(busy, prompt_at="18:00")
    set_person(busy, BEN, prompt_at="16:40")
    sweep(busy, ASKED + DAY + minutes(15))
    set_person(busy, prompt_at=None)

    sweep(busy, ASKED + DAY + minutes(20))

    assert anas(busy)[1:] == [("2025-11-18", "skipped", "due only after its hour had passed")]


def test_who_gets_a_stage_after_their_hour_is_asked_from_the_next_day_on(busy):
    set_stage(busy, "STG-904", owner_id="U0CARA", status=Status.IN_PROGRESS)

    for minute in (15, 60, 24 * 60):
        sweep(busy, ASKED + DAY + minutes(minute))

    assert [run[1] for run in runs(busy) if run[0] == CARA] == ["2025-11-18", "2025-11-19"]


def test_a_flight_over_the_date_line_leaves_no_day_without_a_row(busy):
    set_person(busy, zone="Pacific/Honolulu", prompt_at="23:00")
    sweep(busy, ASKED + 2 * DAY)  # 19 November there, early; the 18th ended at 23:00
    set_person(busy, zone="Pacific/Kiritimati")  # the 20th

    for hour in range(1, 30):
        sweep(busy, ASKED + 2 * DAY + timedelta(hours=hour))

    dates = [run[0] for run in anas(busy)]
    assert dates == ["2025-11-17", "2025-11-18", "2025-11-19", "2025-11-20"]


@pytest.mark.parametrize(
    ("zone", "start", "end", "dates"),
    [
        ("Pacific/Apia", (2011, 12, 29), (2012, 1, 1), ["2011-12-29", "2011-12-31"]),
        ("America/Sao_Paulo", (2018, 11, 3), (2018, 11, 6), ["2018-11-03", "2018-11-04"]),
        ("Asia/Beirut", (2021, 3, 27), (2021, 3, 30), ["2021-03-28", "2021-03-29"]),
    ],
)
def test_zones_that_skip_midnight_or_a_day(tmp_path, zone, start, end, dates):
    small = SmallPlan(tmp_path)
    set_person(small, zone=zone, prompt_at="00:15", work_days=(0, 1, 2, 3, 4, 5, 6))
    now, last = datetime(*start, 0, tzinfo=UTC), datetime(*end, 12, tzinfo=UTC)
    while now < last:
        sweep(small, now)
        now += minutes(30)

    found = [run[1] for run in runs(small)]
    assert found == sorted(set(found))
    assert set(dates) <= set(found)
    assert "2011-12-30" not in found


def test_who_owns_nothing_is_not_asked_unless_they_chose_an_hour(small):
    set_person(small, BEN, prompt_at="16:30")

    sweep(small, ASKED)

    assert runs(small) == [
        (ANA, "2025-11-17", "on time", ""),
        (BEN, "2025-11-17", "skipped", "nothing in progress"),
    ]


def test_an_owner_named_by_word_is_asked(small):
    with small.plans.changing(small.workspace_id) as plan:
        plan.put_member(Member(id="U0DAN", name="Dan", zone="UTC", aliases=("DATA-001",)))
        why = small.asker(ANA).why()
        plan.save(
            replace(plan.stage("STG-902"), owner_text="data-001", status=Status.IN_PROGRESS), why
        )

    sweep(small, ASKED + minutes(60))

    assert "U0DAN" in {run[0] for run in runs(small)}


def remember_post(small):
    post = Post(subject=subject_of(ANA, ASKED.date()), channel_id="D1", ts="1.1")
    with small.plans.changing(small.workspace_id) as plan:
        plan.put_post(post)


def shown(small):
    with small.plans.reading(small.workspace_id) as plan:
        return end_of_day(plan, ANA, ASKED.date())


def test_what_is_logged_late_shows_in_the_prompt_and_undo_takes_it_back(small):
    sweep(small, ASKED)
    remember_post(small)
    entry = ProgressEntry(stage_key="STG-901", progress=Progress(400), note="half")
    asker = small.asker(ANA, now=ASKED + 16 * timedelta(hours=1))

    log_progress(small.plans, entry, asker)

    assert shown(small).open == ()
    assert shown(small).said["STG-901"].note == "half"
    assert len(asked(small)) == 2

    undo(small.plans, asker.operation, small.asker(ANA, now=asker.now + minutes(1)))
    assert [stage.key for stage in shown(small).open] == ["STG-901"]
    assert len(asked(small)) == 3


def test_same_as_yesterday_logs_what_is_open_once(small):
    set_stage(small, "STG-902", owner_id=ANA, status=Status.IN_PROGRESS)
    sweep(small, ASKED)
    entry = ProgressEntry(stage_key="STG-901", progress=Progress(400))
    log_progress(small.plans, entry, small.asker(ANA, now=ASKED))
    asker = small.asker(ANA, now=ASKED + minutes(5))

    done = [say_same(small.plans, ASKED.date(), asker) for _ in range(2)]

    assert [[stage.key for stage in each.stages] for each in done] == [["STG-902"]] * 2
    assert shown(small).open == ()
    assert small.stage("STG-901").progress == Progress(400)
    assert small.stage("STG-902").last_progress_at == asker.now


def test_a_skipped_day_says_so_and_can_be_answered_after_all(small):
    sweep(small, ASKED)
    remember_post(small)

    skip_day(small.plans, ASKED.date(), small.asker(ANA, now=ASKED + minutes(1)))

    assert shown(small).skipped
    assert len(asked(small)) == 2
    entry = ProgressEntry(stage_key="STG-901", progress=Progress(400))
    log_progress(small.plans, entry, small.asker(ANA, now=ASKED + minutes(2)))
    assert shown(small).open == ()


@pytest.mark.parametrize("click", [say_same, skip_day])
def test_a_click_on_a_prompt_of_last_week_is_shown_in_it_and_in_the_newest(small, click):
    old, new = date(2025, 11, 17), date(2025, 11, 24)
    with small.plans.changing(small.workspace_id) as plan:
        for day in (old, new):
            plan.put_post(Post(subject=subject_of(ANA, day), channel_id="D1", ts=str(day)))

    click(small.plans, old, small.asker(ANA, now=ASKED + 7 * DAY))

    assert [effect.payload["date"] for effect in asked(small)] == [str(old), str(new)]


def test_a_pause_forgotten_for_a_year_is_asked_about_once_a_month(small):
    pause = Pause(
        key="P1", job="phase_review", first="2025-11-17", last=None, reason="x", by=CARA, at=MONDAY
    )
    with small.plans.changing(small.workspace_id) as plan:
        plan.save(pause, small.asker(CARA).why())

    for day in range(365):
        for _ in range(2):
            sweep(small, MONDAY + day * DAY)

    with small.plans.reading(small.workspace_id) as plan:
        sent = plan.deliveries(EffectState.PENDING)
    reminders = [each for each in sent if each.effect.kind is EffectKind.PAUSE_REMINDER]
    assert len(reminders) == 12
    assert {each.effect.payload["member"] for each in reminders} == {CARA}


@pytest.mark.parametrize(
    ("of_ben", "muted", "told"),
    [
        ({}, (), BEN),
        ({"is_active": False}, (), CARA),  # who paused it left: an admin
        ({}, ("calendar",), CARA),
    ],
)
def test_a_forgotten_pause_is_told_to_somebody_who_is_here_and_listens(small, of_ben, muted, told):
    pause = Pause(
        key="P1", job="phase_review", first="2025-11-17", last=None, reason="x", by=BEN, at=MONDAY
    )
    with small.plans.changing(small.workspace_id) as plan:
        plan.save(pause, small.asker(CARA).why())
        plan.put_member(replace(plan.member(BEN), **of_ben))
    set_person(small, BEN, muted=muted)

    sweep(small, MONDAY + 31 * DAY)

    with small.plans.reading(small.workspace_id) as plan:
        sent = plan.deliveries(EffectState.PENDING, kind=EffectKind.PAUSE_REMINDER)
    assert [each.effect.payload["member"] for each in sent] == [told]


def test_every_run_has_its_lateness(small):
    sweep(small, ASKED + minutes(90))

    with small.plans.reading(small.workspace_id) as plan:
        run = plan.run(END_OF_DAY, ANA, "2025-11-17")
    assert (run.state, run.late_s, run.due_at) == (RunState.LATE, 5400, ASKED)
