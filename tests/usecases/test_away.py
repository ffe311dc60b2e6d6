"""Out of office, by oneself and by others on one's behalf."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.effects import EffectKind, EffectState
from bot.domain.people import Role
from bot.errors import UserError
from bot.usecases.away import absences, set_away, set_back
from bot.usecases.undo import undo
from tests.builders import ANA, BEN, CARA, SmallPlan
from tests.conftest import MONDAY


@pytest.fixture
def small(tmp_path):
    small = SmallPlan(tmp_path)
    with small.plans.changing(small.workspace_id) as plan:
        for member in plan.members():
            plan.put_member(replace(member, zone="Asia/Kolkata"))
    return small


def person(small, member_id=ANA):
    with small.plans.reading(small.workspace_id) as plan:
        return plan.person(member_id)


def told(small):
    with small.plans.reading(small.workspace_id) as plan:
        pending = plan.deliveries(EffectState.PENDING)
    return [each.effect for each in pending if each.effect.kind is EffectKind.ABSENCE]


def test_days_are_those_of_the_persons_own_zone(small):
    set_away(small.plans, "until Wednesday flu", small.asker())

    found = person(small)
    assert found.away_since == MONDAY
    assert found.away_until == datetime(2025, 11, 18, 18, 30, tzinfo=UTC)
    assert (found.away_reason, found.away_by) == ("flu", ANA)
    assert found.is_away(MONDAY)
    assert not found.is_away(found.away_until)
    assert told(small) == []


def test_an_absence_to_come_is_none_yet(small):
    set_away(small.plans, "2025-12-24 to 2026-01-02", small.asker())

    assert not person(small).is_away(MONDAY)
    assert person(small).away_until == datetime(2026, 1, 2, 18, 30, tzinfo=UTC)


def test_until_further_notice_has_no_end(small):
    set_away(small.plans, "until further notice", small.asker())

    assert person(small).is_away(MONDAY + timedelta(days=3000))


@pytest.mark.parametrize("name", ["@Ben", "@ben", f"<@{BEN}>", f"<@{BEN}|ben>"])
def test_others_say_it_and_whoever_is_meant_is_told_once(small, name):
    asker = small.asker()
    for _ in range(2):
        done = set_away(small.plans, f"{name} until Friday sick", asker)

    assert done.person.key == BEN
    assert person(small, BEN).away_by == ANA
    assert person(small, BEN).away_reason == "sick"
    (effect,) = told(small)
    assert effect.payload["member"] == BEN
    assert effect.lane == f"dm:{BEN}"


def test_at_night_they_are_told_in_the_morning(small):
    night = datetime(2025, 11, 17, 17, 0, tzinfo=UTC)  # 22:30 in Kolkata

    set_away(small.plans, "@ben tomorrow", small.asker(now=night))

    assert told(small)[0].not_before == datetime(2025, 11, 18, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["@nobody 3 days", "@U0BOT 3 days", "<@U0XXXX> 3 days"])
def test_an_unknown_name_writes_nothing(small, typed):
    with pytest.raises(UserError, match=r"I (know nobody|don't know)"):
        set_away(small.plans, typed, small.asker())

    assert absences_of(small) == []


def test_a_viewer_may_not_say_it_for_others(small):
    with small.plans.changing(small.workspace_id) as plan:
        viewer = replace(plan.person(ANA), role=Role.VIEWER)
        plan.save(viewer, small.asker(CARA).why())

    with pytest.raises(UserError, match=f"<@{BEN}>"):
        set_away(small.plans, "@ben 3 days", small.asker())
    set_away(small.plans, "3 days", small.asker())

    assert [each.key for each in absences_of(small)] == [ANA]


def absences_of(small, now=MONDAY):
    with small.plans.reading(small.workspace_id) as plan:
        return absences(plan, now)


def test_a_second_absence_replaces_the_first_and_says_so(small):
    set_away(small.plans, "until Friday", small.asker())

    done = set_away(small.plans, "until Thursday", small.asker())

    assert done.replaced is not None
    assert len(absences_of(small)) == 1


def test_back_ends_it_and_undo_brings_it_back(small):
    set_away(small.plans, "until Friday", small.asker())
    asker = small.asker()

    set_back(small.plans, "", asker)
    assert absences_of(small) == []

    undo(small.plans, asker.operation, small.asker())
    assert [each.key for each in absences_of(small)] == [ANA]


def test_who_is_not_away_can_not_come_back(small):
    with pytest.raises(UserError, match="You are not away"):
        set_back(small.plans, "", small.asker())
    set_away(small.plans, "tomorrow", small.asker())

    with pytest.raises(UserError, match="not away"):
        set_back(small.plans, "", small.asker(now=MONDAY + timedelta(days=9)))
