"""What has done its service goes; the plan and its audit trail stay."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.effects import EffectState
from tests.conftest import MONDAY
from tests.contracts.samples import EFFECT, PROMPT, READING, fill

LATER = MONDAY + timedelta(days=40)


def test_old_claims_drafts_and_finished_effects_are_forgotten(plans, home):
    with plans.changing(home.id) as plan:
        plan.claim("cmd:1", MONDAY)
        plan.keep_draft("D", "U1", {"words": "x"}, MONDAY)
        plan.emit(EFFECT, MONDAY)
        plan.record_delivery(EFFECT.key, state=EffectState.DONE, now=MONDAY)

    assert plans.forget(LATER) == 3

    with plans.changing(home.id) as plan:
        assert plan.claim("cmd:1", LATER)
        assert plan.draft("D") is None
        assert plan.delivery(EFFECT.key) is None


def test_what_was_sent_about_an_issue_stays_in_its_log(plans, home):
    with plans.changing(home.id) as plan:
        plan.emit(replace(EFFECT, about="ISS-001"), MONDAY)
        plan.record_delivery(EFFECT.key, state=EffectState.DONE, now=MONDAY)

    assert plans.forget(LATER) == 0


def test_what_is_young_or_still_to_do_stays(plans, home):
    with plans.changing(home.id) as plan:
        plan.emit(EFFECT, MONDAY)
        plan.claim("cmd:2", LATER)

    assert plans.forget(LATER) == 0

    with plans.reading(home.id) as plan:
        assert [each.effect.key for each in plan.deliveries(EffectState.PENDING)] == [EFFECT.key]


def test_sent_prompts_go_and_those_that_wait_stay(plans, home):
    with plans.changing(home.id) as plan:
        plan.put_prompts([PROMPT, replace(PROMPT, key="sent", sent=True)])

    assert plans.forget(LATER) == 1

    with plans.reading(home.id) as plan:
        assert plan.prompts(PROMPT.member_id, PROMPT.local_date) == [PROMPT]


def test_the_audit_trail_stays(plans, home):
    with plans.changing(home.id) as plan:
        fill(plan)
        before = plan.changes(limit=500)

    plans.forget(LATER)

    with plans.reading(home.id) as plan:
        assert plan.changes(limit=500) == before


def test_old_readings_go_but_the_newest_of_each_probe(plans, home):
    hour = timedelta(hours=1)
    readings = [
        replace(READING, key=f"{probe}@{n}", probe=probe, read_at=MONDAY + n * hour)
        for probe in ("a", "b")
        for n in range(3)
    ]
    young = replace(READING, key="a@9", probe="a", read_at=LATER)
    with plans.changing(home.id) as plan:
        plan.put_readings([*readings, young], {"a": {"offset": 1}})

    assert plans.forget(LATER) == 5

    with plans.reading(home.id) as plan:
        assert [reading.key for reading in plan.counter_readings()] == ["b@2", "a@9"]
        assert plan.probe_marks() == {"a": {"offset": 1}}
