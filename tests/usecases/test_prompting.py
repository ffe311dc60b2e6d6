"""Prompts keep within what people said: kinds, hours, days, absences, and so many a day."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from bot.domain.effects import Effect, EffectKind, EffectState
from bot.domain.people import Person
from bot.domain.plan import Member, Why
from bot.domain.prompts import PromptKind
from bot.errors import UserError
from bot.usecases.preferences import mute
from bot.usecases.prompting import reason_of, send_prompt, send_waiting_prompts, show_waited
from bot.usecases.welcome import take_directory, take_newcomer
from tests.builders import ANA, BEN, CARA, SmallPlan
from tests.plans import fresh_plans

# Everybody lives in UTC here and is quiet from 19:00 to 08:00; a Tuesday.
TEN = datetime(2025, 11, 18, 10, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WHY = Why(operation="setup", actor_id="import", at=TEN, reason="import")


@pytest.fixture
def small(tmp_path):
    return SmallPlan(tmp_path)


def say(small, **said):
    with small.plans.changing(small.workspace_id) as plan:
        plan.save(replace(plan.person(ANA), **said), WHY)


def send(small, key, now=TEN, kind=PromptKind.GAP_CHECKS):
    effect = Effect(
        key=key,
        kind=EffectKind.GAP_CHECKS,
        payload={"bundle": key},
        lane=f"dm:{ANA}",
        not_after=now + 4 * HOUR,
    )
    with small.plans.changing(small.workspace_id) as plan:
        return send_prompt(plan, effect, ANA, kind, now)


def emitted(small):
    with small.plans.reading(small.workspace_id) as plan:
        return {d.effect.key: d.effect for d in plan.deliveries(EffectState.PENDING)}


def waiting(small):
    with small.plans.reading(small.workspace_id) as plan:
        return [prompt.key for prompt in plan.waiting_prompts()]


def sweep(small, now):
    return send_waiting_prompts(small.plans, small.workspace_id, now)


def test_a_kind_that_was_turned_down_is_not_sent(small):
    say(small, muted=("gap_checks",))

    assert not send(small, "a")
    assert send(small, "b", kind=PromptKind.TRIAGE)

    assert list(emitted(small)) == ["b"]


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (TEN, None),
        (TEN.replace(hour=18, minute=59), None),
        (TEN.replace(hour=19), TEN.replace(hour=8) + DAY),
        (TEN.replace(hour=3), TEN.replace(hour=8)),
        (TEN + 4 * DAY, TEN.replace(hour=8) + 6 * DAY),  # a Saturday: Monday
    ],
)
def test_in_quiet_hours_and_on_days_off_it_is_sent_when_the_day_opens(small, now, opens):
    assert send(small, "a", now)

    effect = emitted(small)["a"]
    assert effect.not_before == opens
    assert effect.not_after == (opens or now) + 4 * HOUR


def test_a_holiday_is_a_day_off(small):
    say(small, country="US")
    thanksgiving = datetime(2025, 11, 27, 10, 0, tzinfo=UTC)

    send(small, "a", thanksgiving)

    assert emitted(small)["a"].not_before == thanksgiving.replace(hour=8) + DAY


def test_what_the_day_has_no_room_for_waits_for_one_bundle_the_next_day(small):
    for number in range(8):
        assert send(small, f"k{number}", TEN + number * timedelta(minutes=1))
    assert send(small, "k7", TEN + HOUR)  # the same again

    assert list(emitted(small)) == [f"k{number}" for number in range(5)]
    assert waiting(small) == ["k5", "k6", "k7"]
    assert sweep(small, TEN + HOUR) == 0
    assert sweep(small, (TEN + DAY).replace(hour=7, minute=59)) == 0

    morning = (TEN + DAY).replace(hour=8)
    assert sweep(small, morning) == 1
    assert sweep(small, morning) == 0
    [bundle] = [e for e in emitted(small).values() if e.kind is EffectKind.WAITED_PROMPTS]
    assert bundle.payload == {"member": ANA, "prompts": ["k5", "k6", "k7"]}
    assert waiting(small) == []


def test_the_bundle_is_one_of_its_day_and_what_it_lists_is_shown_when_asked_for(small):
    for number in range(6):
        send(small, f"k{number}")
    sweep(small, TEN + DAY)
    for number in range(6):
        send(small, f"n{number}", TEN + DAY)

    assert waiting(small) == ["n4", "n5"]  # the bundle was the first of five
    with pytest.raises(UserError, match="somebody else"):
        show_waited(small.plans, ["k5"], small.asker(BEN))
    assert show_waited(small.plans, ["k5"], small.asker(ANA, now=TEN + DAY)) == 1
    assert show_waited(small.plans, ["k5"], small.asker(ANA, now=TEN + DAY)) == 0
    assert emitted(small)["k5"].payload == {"bundle": "k5"}
    assert emitted(small)["k5"].not_after is None


def test_everybody_sets_their_own_number(small):
    say(small, prompts_a_day=1)

    send(small, "a")
    send(small, "b")

    assert waiting(small) == ["b"]


def test_while_somebody_is_away_all_waits_until_they_are_back(small):
    back = (TEN + 2 * DAY).replace(hour=8)
    say(small, away_since=TEN - DAY, away_until=back)

    assert send(small, "a")

    assert emitted(small) == {}
    assert sweep(small, TEN + DAY) == 0
    assert sweep(small, back) == 1


def test_what_was_turned_down_meanwhile_is_not_bundled(small):
    say(small, prompts_a_day=1)
    send(small, "a")
    send(small, "b")
    say(small, muted=("gap_checks",))

    assert sweep(small, TEN + DAY) == 0
    assert waiting(small) == []


def test_a_prompt_says_which_of_the_day_s_it_was(small):
    for number in range(6):
        send(small, f"k{number}", TEN + number * HOUR / 10)

    with small.plans.reading(small.workspace_id) as plan:
        second, waited = reason_of(plan, "k1"), reason_of(plan, "k5")
        assert reason_of(plan, "nobody's") is None
    assert (second.number, second.a_day) == (2, 5)
    assert waited.number == 0


def test_two_kinds_turned_down_at_once_are_both(small):
    gate = Barrier(2)

    def turn_down(kind):
        gate.wait(120)
        mute(small.plans, kind, small.asker(ANA))

    kinds = (PromptKind.TRIAGE, PromptKind.GAP_CHECKS)
    for _ in range(5):
        say(small, muted=())
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(turn_down, kinds))
        with small.plans.reading(small.workspace_id) as plan:
            assert plan.person(ANA).muted == ("gap_checks", "triage")


def joined(small):
    return [e.payload["member"] for e in emitted(small).values() if e.kind is EffectKind.TOUR]


def test_who_joins_after_the_first_directory_gets_the_tour_once(small):
    people = [
        Member(id=ANA, name="Ana"),
        Member(id="U0NEW", name="New"),
        Member(id="U0BOT2", name="bot", is_bot=True),
        Member(id="U0OLD", name="old", is_active=False),
    ]
    for _ in range(2):
        with small.plans.changing(small.workspace_id) as plan:
            take_directory(plan, people, TEN)

    assert joined(small) == ["U0NEW"]
    with small.plans.reading(small.workspace_id) as plan:
        assert plan.person("U0NEW").toured_at == TEN
        assert plan.person(ANA) == Person(key=ANA)


def test_who_has_just_joined_gets_the_tour_at_once_and_not_again_with_the_directory(small):
    newcomer = Member(id="U0NEW", name="New")
    for _ in range(2):
        take_newcomer(small.plans, small.workspace_id, newcomer, TEN)
    with small.plans.changing(small.workspace_id) as plan:
        take_directory(plan, [Member(id=ANA, name="Ana"), newcomer], TEN + DAY)

    assert joined(small) == ["U0NEW"]


def test_of_a_directory_that_was_never_read_nobody_is_new(tmp_path):
    plans = fresh_plans(tmp_path)
    workspace = plans.connect_team("T0NEW", name="New", bot_user_id="U0BOT")

    take_newcomer(plans, workspace.id, Member(id="U0NEW", name="New"), TEN)

    with plans.reading(workspace.id) as plan:
        assert plan.members() == []
        assert plan.deliveries(EffectState.PENDING) == []


def test_the_first_directory_welcomes_one_admin_and_a_further_project_nobody(tmp_path):
    plans = fresh_plans(tmp_path)
    first = plans.connect_team("T1", name="BQX", bot_user_id="U0BOT")
    more = plans.add_project(first, "other", channel="other")
    people = [Member(id=ANA, name="Ana"), Member(id=CARA, name="Cara", is_admin=True)]
    for workspace in (first, more):
        with plans.changing(workspace.id) as plan:
            take_directory(plan, people, TEN)

    with plans.reading(first.id) as plan:
        [welcome] = plan.deliveries(EffectState.PENDING)
    with plans.reading(more.id) as plan:
        assert plan.deliveries(EffectState.PENDING) == []
    assert welcome.effect.payload == {"member": CARA, "welcome": True}
