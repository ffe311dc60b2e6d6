"""The month's calls: counted, spread over the month, warned of, and stopped in time."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.airtable.budget import MARKS, look_every, month_end, passed_mark
from bot.domain.airtable.state import BaseState
from bot.domain.plan import Member
from bot.domain.progress import Progress
from bot.errors import BudgetSpentError
from bot.usecases.airtable.health import airtable_health
from bot.usecases.airtable.keeping import is_look_due, keep_in_step, retry_now, warn_of_budget
from bot.views.airtable_text import budget_words, describe_health, state_words
from tests.airtable.test_drift import notices, stage

FIRST = datetime(2025, 11, 1, tzinfo=UTC)
FREE, TEAM = 1_000, 100_000


def seconds(every):
    return every.total_seconds()


@pytest.mark.parametrize(
    ("monthly", "calls_a_look", "expected_s"),
    [
        (TEAM, 1, 59.52),
        (FREE, 1, 5_952),  # a hundred minutes
        (TEAM, 4, 238.08),  # without a feed each table is asked
        (FREE, 4, 23_808),
    ],
)
def test_a_fresh_month_is_looked_at_as_often_as_the_plan_lasts(monthly, calls_a_look, expected_s):
    every = look_every(FIRST, used=0, monthly=monthly, calls_a_look=calls_a_look)

    assert seconds(every) == pytest.approx(expected_s)


@pytest.mark.parametrize("monthly", [FREE, TEAM])
@pytest.mark.parametrize("by_others", [0, 0.3, 0.9])
def test_looking_for_a_whole_month_stays_within_the_plan(monthly, by_others):
    now, used = FIRST, round(by_others * monthly)
    while now < month_end(FIRST):
        used += 1
        now += look_every(now, used=used, monthly=monthly)

    assert used <= monthly
    if by_others == 0:
        assert passed_mark(used, monthly) is None


def test_a_month_that_is_nearly_used_up_is_looked_at_once_a_day():
    late = datetime(2025, 11, 20, tzinfo=UTC)

    assert look_every(late, used=FREE, monthly=FREE) == timedelta(days=1)
    assert look_every(late, used=FREE + 50, monthly=FREE) == timedelta(days=1)


def test_nobody_looks_more_than_twice_a_minute():
    every = look_every(FIRST, used=0, monthly=500_000)

    assert every == timedelta(seconds=30)


def test_notifications_make_looking_a_safeguard():
    every = look_every(FIRST, used=0, monthly=TEAM, noticed=True)

    assert every == timedelta(minutes=30)


@pytest.mark.parametrize(
    ("used", "mark"),
    [(0, None), (499, None), (500, 50), (799, 50), (800, 80), (950, 95), (2000, 95)],
)
def test_marks_are_passed_one_after_another(used, mark):
    assert passed_mark(used, FREE) == mark


@pytest.mark.parametrize(
    ("now", "end"),
    [
        (datetime(2025, 11, 30, 23, 59, tzinfo=UTC), datetime(2025, 12, 1, tzinfo=UTC)),
        (datetime(2025, 12, 31, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)),
    ],
)
def test_the_month_ends_where_airtables_does(now, end):
    assert month_end(now) == end


@pytest.fixture
def today(world):
    """A world with an admin, in which nothing is due."""
    with world.plans.changing(world.workspace_id) as plan:
        plan.put_member(Member(id="U0ADMIN01", name="Ada", zone="UTC", is_admin=True))
        base = plan.airtable_base()
        plan.put_airtable_base(
            replace(base, pulled_at=world.moment, read_at=world.moment, poke=False)
        )
    return world


def used(world):
    return airtable_health(world.plans, world.airtable, world.workspace_id, world.moment)


def test_every_call_is_counted_under_what_it_was_for(tmp_path, today):
    before = Counter(used(today).calls)
    assert set(before) == {"connect", "pull", "read", "schema"}

    today.save(replace(stage(today), progress=Progress(500)))
    today.push()
    today.pull()

    assert Counter(used(today).calls) - before == {"push": 1, "pull": 1}
    assert len(today.calls()) == 2


def test_an_idle_look_is_one_call(today):
    keep_in_step(today.plans, today.airtable, today.workspace_id, clock=today.clock, look=True)

    assert len(today.calls()) == 1


def test_nothing_is_asked_before_it_is_time(today):
    for _ in range(3):
        keep_in_step(today.plans, today.airtable, today.workspace_id, clock=today.clock)

    assert today.calls() == []
    assert not is_look_due(today.base(), today.airtable, today.moment)
    assert is_look_due(today.base(), today.airtable, today.moment + timedelta(minutes=2))
    small = replace(today.airtable, monthly_calls=FREE)
    assert not is_look_due(today.base(), small, today.moment + timedelta(minutes=95))


def test_each_mark_is_told_once(today):
    spent = used(today).used
    for monthly in (spent * 10, spent * 2, spent * 2, round(spent * 1.2), spent, spent):
        tight = replace(today.airtable, monthly_calls=monthly)
        warn_of_budget(today.plans, tight, today.workspace_id, today.moment)

    month = f"{today.moment:%Y-%m}"
    assert notices(today) == [f"budget:{month}:{mark}" for mark in MARKS]


@pytest.mark.parametrize("way", ["push", "pull"])
def test_a_month_that_is_used_up_stops_until_it_ends(today, way):
    today.save(replace(stage(today), progress=Progress(500)))
    today.server.fail("billing", times=99)

    getattr(today, way)()

    base = today.base()
    assert base.state is BaseState.CONNECTED
    assert base.stopped_until == month_end(today.moment)
    assert notices(today) == [f"spent:{today.moment:%Y-%m}"]
    today.server.clear_ledger()
    keep_in_step(today.plans, today.airtable, today.workspace_id, clock=today.clock, look=True)
    assert today.calls() == []
    health = used(today)
    assert state_words(health) == (
        f"the month's calls are used up until {month_end(today.moment):%Y-%m-%d}"
    )
    assert health.waiting == 1
    assert health.next_look is None

    today.server.heal()
    today.moment = month_end(today.moment) + timedelta(minutes=1)
    assert state_words(used(today)) == "writing"
    keep_in_step(today.plans, today.airtable, today.workspace_id, clock=today.clock)
    assert today.row("stage", stage(today).key)["Progress"] == 0.5
    assert (today.base().stopped_until, today.base().error) == (None, "")


def test_an_upgrade_goes_on_at_once_when_somebody_says_so(today):
    today.save(replace(stage(today), progress=Progress(500)))
    today.server.fail("billing")
    today.push()

    retry_now(today.plans, today.workspace_id, today.moment)
    keep_in_step(today.plans, today.airtable, today.workspace_id, clock=today.clock)

    assert today.row("stage", stage(today).key)["Progress"] == 0.5
    assert state_words(used(today)) == "in step"


def test_connecting_in_a_month_that_is_used_up_says_so(today):
    today.server.fail("billing", times=99)

    with pytest.raises(BudgetSpentError, match="the month's calls are used up"):
        today.connect()


def test_the_health_says_what_the_calls_were_for(today):
    lines = list(describe_health(used(today), today.moment))

    assert lines[0] == "Plan: in step"
    assert "  in step      1 phase, 3 stages, 1 task, 0 issues" in lines
    assert "  last looked  just now, by the change feed" in lines
    assert "  queue        empty" in lines
    assert budget_words(used(today)).endswith(" of 100,000 this month (0 %)")
    later = today.moment + timedelta(hours=3)
    assert "  last looked  3 hours ago, by the change feed" in list(
        describe_health(used(today), later)
    )
