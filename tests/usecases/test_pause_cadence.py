"""Skip once, pause with a reason, resume; and the schedule that shows it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.cadences import ARCHITECTURE_REVIEW, END_OF_DAY, GAP_ASSESSMENT, PHASE_REVIEW, ran
from bot.errors import UserError
from bot.usecases.away import set_away
from bot.usecases.coming_runs import coming_runs
from bot.usecases.pause_cadence import pause, resume, resume_one, skip_date, skip_once
from bot.usecases.undo import undo
from tests.builders import ANA, CARA, SmallPlan
from tests.conftest import MONDAY

AFTER_NINE = MONDAY + timedelta(minutes=5)


@pytest.fixture
def small(tmp_path):
    small = SmallPlan(tmp_path)
    with small.plans.changing(small.workspace_id) as plan:
        plan.put_workspace(replace(plan.workspace, zone="Europe/Berlin"))
        team = replace(plan.team(), review_anchor="2025-11-21", country="DE")
        plan.save(team, small.asker(CARA).why())
    return small


def cara(small, at=AFTER_NINE):
    return small.asker(CARA, now=at)


def pauses(small):
    with small.plans.reading(small.workspace_id) as plan:
        return [(each.job, each.first, each.last, each.reason) for each in plan.pauses()]


def coming(small, **asked):
    with small.plans.reading(small.workspace_id) as plan:
        return coming_runs(plan, now=AFTER_NINE, **asked)


def test_skipping_once_is_the_next_run_only(small):
    done = skip_once(small.plans, "gap assessment release week", cara(small))

    assert pauses(small) == [(GAP_ASSESSMENT, "2025-11-24", "2025-11-24", "release week")]
    assert done.following == datetime(2025, 12, 1, 8, tzinfo=UTC)


def test_skipping_again_is_the_one_after(small):
    for _ in range(2):
        skip_once(small.plans, "phase review", cara(small))

    assert [first for _, first, _, _ in pauses(small)] == ["2025-11-21", "2025-12-05"]


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        (
            "phase review until 2026-01-05 holidays",
            (PHASE_REVIEW, "2025-11-17", "2026-01-04", "holidays"),
        ),
        ("all migration to Aurora", ("", "2025-11-17", None, "migration to Aurora")),
        ("gaps next week release", (GAP_ASSESSMENT, "2025-11-24", "2025-11-30", "release")),
        (
            "gaps release week until next week",
            (GAP_ASSESSMENT, "2025-11-17", "2025-11-23", "release week"),
        ),
        (
            "gaps release until 2025-12-01 of v2",
            (GAP_ASSESSMENT, "2025-11-17", "2025-11-30", "release of v2"),
        ),
        ("all freeze until further notice", ("", "2025-11-17", None, "freeze")),
        ("end of day 3 days fair", (END_OF_DAY, "2025-11-17", "2025-11-19", "fair")),
    ],
)
def test_a_pause_has_days_and_a_reason(small, typed, written):
    pause(small.plans, typed, cara(small))

    assert pauses(small) == [written]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("phase review", "Why"),
        ("phase review until Monday", "Why"),
        ("phase review until wensday x", "wednesday"),
        ("lunch until Monday x", "Which one"),
        ("gaps release week until wensday", "wednesday"),
    ],
)
def test_a_pause_that_can_not_be_read_writes_nothing(small, typed, said):
    with pytest.raises(UserError, match=said):
        pause(small.plans, typed, cara(small))

    assert pauses(small) == []


def test_only_leads_and_admins_may_and_the_refusal_names_them(small):
    with pytest.raises(UserError, match=f"<@{CARA}>"):
        pause(small.plans, "all holidays", small.asker(ANA))


def test_the_same_request_twice_pauses_once(small):
    asker = cara(small)
    told = [pause(small.plans, "phase review until Monday x", asker) for _ in range(2)]

    assert len(pauses(small)) == 1
    assert [each.key for each in told[0].pauses] == [each.key for each in told[1].pauses]


def test_resuming_ends_pauses_and_undo_brings_them_back(small):
    pause(small.plans, "phase review x", cara(small))
    skip_once(small.plans, "gap assessment y", cara(small))
    asker = cara(small)

    told = [resume(small.plans, "phase review", asker) for _ in range(2)]
    assert [[each.job for each in done.pauses] for done in told] == [[PHASE_REVIEW]] * 2
    assert [job for job, *_ in pauses(small)] == [GAP_ASSESSMENT]

    undo(small.plans, asker.operation, cara(small))
    assert len(pauses(small)) == 2
    resume(small.plans, "all", cara(small))
    assert pauses(small) == []


def test_a_second_click_on_skip_once_says_who_did_and_skips_nothing_more(small):
    day = date(2025, 11, 24)
    asker = cara(small)
    told = [skip_date(small.plans, GAP_ASSESSMENT, day, asker) for _ in range(2)]
    assert [each.key for each in told[0].pauses] == [each.key for each in told[1].pauses]

    with pytest.raises(UserError, match=f"skipped already, by <@{CARA}>"):
        skip_date(small.plans, GAP_ASSESSMENT, day, cara(small))

    assert len(pauses(small)) == 1
    resume_one(small.plans, told[0].pauses[0].key, cara(small))
    assert pauses(small) == []


def test_what_is_paused_is_not_skipped_as_well(small):
    pause(small.plans, "all move", cara(small))

    with pytest.raises(UserError, match="paused already"):
        skip_date(small.plans, GAP_ASSESSMENT, date(2025, 11, 24), cara(small))


def test_who_skips_the_one_after_a_skipped_run_is_told_of_both(small):
    first = skip_once(small.plans, "gap assessment", cara(small))
    second = skip_once(small.plans, "gap assessment", cara(small))

    assert first.before == ()
    assert [each.key for each in second.before] == [first.pauses[0].key]


def test_what_is_not_paused_can_not_be_resumed(small):
    with pytest.raises(UserError, match="not paused"):
        resume(small.plans, "phase review", cara(small))
    pause(small.plans, "all x", cara(small))
    with pytest.raises(UserError, match="resume all"):
        resume(small.plans, "phase review", cara(small))
    with pytest.raises(UserError, match="ended already"):
        resume_one(small.plans, "PAUSE-999", cara(small))


def test_the_schedule_says_why_a_run_does_not_take_place(small):
    skip_date(small.plans, GAP_ASSESSMENT, date(2025, 12, 1), cara(small))
    pause(small.plans, "phase review until 2025-12-01 fair", cara(small))

    told = {(r.job, r.slot.local_date.isoformat()): r for r in coming(small)}

    assert told[GAP_ASSESSMENT, "2025-12-01"].state == "skipped"
    assert told[PHASE_REVIEW, "2025-11-21"].reason == "paused: fair"
    assert told[PHASE_REVIEW, "2025-12-05"].state == "due"
    # Without the assessment of that Monday the architecture review is a post of its own.
    assert told[ARCHITECTURE_REVIEW, "2025-12-01"].state == "due"
    assert told[ARCHITECTURE_REVIEW, "2026-01-05"].state == "merged"
    # Easter Monday, and Good Friday a fortnight's review falls on.
    assert told[GAP_ASSESSMENT, "2026-04-06"].reason == "moved from Mon 6 Apr: Ostermontag"


def test_the_schedule_has_ten_runs_and_the_next_of_each_job(small):
    shown = coming(small, member_id=ANA, limit=10)

    assert [run.job for run in shown].count(END_OF_DAY) >= 7
    assert {run.job for run in shown} == {
        *(GAP_ASSESSMENT, ARCHITECTURE_REVIEW, PHASE_REVIEW, END_OF_DAY),
    }
    assert {run.subject for run in shown} == {"", ANA}


def test_an_absence_shows_beside_ones_own_prompts(small):
    set_away(small.plans, "until Wednesday flu", small.asker(ANA, now=AFTER_NINE))

    own = [run for run in coming(small, member_id=ANA, limit=10) if run.subject]

    assert [run.reason for run in own[:3]] == ["away: flu", "away: flu", ""]


def test_a_run_that_is_over_can_not_be_skipped(small):
    with small.plans.changing(small.workspace_id) as plan:
        plan.claim_run(ran(GAP_ASSESSMENT, MONDAY.date(), due=MONDAY, now=MONDAY))

    with pytest.raises(UserError, match="over already"):
        skip_date(small.plans, GAP_ASSESSMENT, MONDAY.date(), cara(small))
