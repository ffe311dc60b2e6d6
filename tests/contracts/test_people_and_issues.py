"""Settings, people, runs, prompts, escalations and code links come back as they were written."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.people import Person
from bot.domain.runs import RunState
from bot.domain.team import Team
from tests.conftest import MONDAY
from tests.contracts.samples import (
    CODE_LINK,
    EFFECT,
    ESCALATION,
    HOST,
    PAUSE,
    PERSON,
    PROMPT,
    REPLY,
    RUN,
    TEAM,
    fill,
    why,
)

HOUR = timedelta(hours=1)


def test_nothing_kept_means_the_defaults(plans, home):
    with plans.reading(home.id) as plan:
        assert plan.team() == Team()
        assert plan.person("U9") == Person(key="U9")
        assert plan.people() == {}


def test_what_was_written_comes_back(plans, home):
    with plans.changing(home.id) as plan:
        fill(plan)

    with plans.reading(home.id) as plan:
        assert replace(plan.team(), revision=0) == TEAM
        assert replace(plan.person("U1"), revision=0) == PERSON
        assert [replace(pause, revision=0) for pause in plan.pauses()] == [PAUSE]
        assert [replace(reply, revision=0) for reply in plan.issue_replies("ISS-001")] == [REPLY]
        assert plan.runs(since=MONDAY) == [RUN]
        assert plan.runs(since=MONDAY + HOUR) == []
        assert plan.prompts("U1", PROMPT.local_date) == [PROMPT]
        assert plan.waiting_prompts() == [PROMPT]
        assert plan.escalation("ISS-001") == ESCALATION
        assert plan.code_links(issue_key="ISS-001") == [CODE_LINK]
        assert plan.code_hosts() == [HOST]


def test_a_run_is_claimed_once(plans, home):
    with plans.changing(home.id) as plan:
        first = plan.claim_run(RUN)
        second = plan.claim_run(replace(RUN, state=RunState.LATE))

    with plans.reading(home.id) as plan:
        assert (first, second) == (True, False)
        assert plan.run(RUN.job, RUN.subject, RUN.local_date) == RUN


def test_of_many_runs_those_decided_before_stay(plans, home):
    late = replace(RUN, state=RunState.LATE)
    others = [replace(RUN, subject=subject) for subject in ("U2", "U3")]
    with plans.changing(home.id) as plan:
        plan.claim_run(RUN)
        plan.claim_runs([late, *others])
        plan.claim_runs([])

    with plans.reading(home.id) as plan:
        assert plan.runs(since=MONDAY) == [RUN, *others]
        assert plan.runs_of(RUN.job, ["U1", "U3"], [RUN.local_date]) == [RUN, others[1]]
        assert plan.runs_of(RUN.job, ["U1"], ["2025-11-18"]) == []
        assert (RUN.subject, RUN.local_date) in plan.decided(RUN.job, since=RUN.due_at)
        later = RUN.due_at + timedelta(days=30)
        assert plan.decided(RUN.job, since=later) == set()


def test_the_prompts_and_the_words_of_some_people_are_read_at_once(plans, home):
    with plans.changing(home.id) as plan:
        fill(plan)
        plan.put_prompts([replace(PROMPT, key="k2", member_id="U2")])

    with plans.reading(home.id) as plan:
        days = [PROMPT.local_date]
        assert {each.member_id for each in plan.prompts_of(["U1", "U2"], days)} == {"U1", "U2"}
        assert plan.prompts_of(["U1"], ["2025-11-18"]) == []
        assert list(plan.people(["U1", "U2"])) == ["U1"]
        assert plan.people([]) == {}


def test_of_many_effects_a_known_one_is_left_alone(plans, home):
    others = [replace(EFFECT, key=f"{EFFECT.key}/{n}") for n in range(3)]
    with plans.changing(home.id) as plan:
        plan.emit(EFFECT, MONDAY)
        plan.emit_all([EFFECT, *others], MONDAY)

        assert plan.emitted == [EFFECT, *others]


def test_an_escalation_is_due_until_it_moved_on(plans, home):
    with plans.changing(home.id) as plan:
        plan.put_escalation(ESCALATION)
        early, due = plan.due_escalations(MONDAY - HOUR), plan.due_escalations(MONDAY)
        plan.put_escalation(replace(ESCALATION, next_at=None, ended_at=MONDAY))

        assert (early, due) == ([], [ESCALATION])
        assert plan.due_escalations(MONDAY + HOUR) == []
        assert plan.escalations() == []
        assert len(plan.escalations(open_only=False)) == 1


def test_the_delivery_log_of_an_issue_is_in_order(plans, home):
    with plans.changing(home.id) as plan:
        for key in ("b", "a"):
            plan.emit(replace(EFFECT, key=key, about="ISS-001"), MONDAY)
        plan.emit(replace(EFFECT, key="other", about=None), MONDAY)

        assert [each.effect.key for each in plan.deliveries_about("ISS-001")] == ["b", "a"]


def test_a_pause_that_was_taken_back_is_none(plans, home):
    with plans.changing(home.id) as plan:
        plan.save(PAUSE, why())
        plan.save(replace(PAUSE, removed_at=MONDAY), why("op2"))

        assert plan.pauses() == []
