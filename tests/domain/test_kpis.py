"""The brief's five KPIs: their arithmetic, what they leave out, and what can't be measured."""

import json
from datetime import timedelta

import pytest

from bot.domain.assessment import Assessment
from bot.domain.evidence import CounterReading
from bot.domain.facts import Facts, ResolutionFact, member_names, unplaced_counters
from bot.domain.findings import Finding, FindingKind, GapAnswer
from bot.domain.kpis import kpis_of, kpis_of_snapshot
from bot.domain.plan import Member
from tests.conftest import MONDAY

STAGES = (("in progress", 10), ("complete", 30))


def found(kind: FindingKind, number: int) -> list[Finding]:
    return [Finding(key=f"{kind}:{n}", kind=kind, text="x") for n in range(number)]


def kpi(name: str, facts: Facts, findings=(), answers=None):
    (one,) = [one for one in kpis_of(facts, findings, answers or {}) if one.name.startswith(name)]
    return one


def completeness(planned: int, unplanned: int, *answers: GapAnswer):
    findings = found(FindingKind.COMMIT_UNPLANNED, unplanned)
    said = {one.key: answer for one, answer in zip(findings, answers, strict=False)}
    return kpi("Completeness", Facts(pieces_planned=planned), findings, said)


def test_completeness_is_the_share_of_work_that_the_plan_knows():
    one = completeness(19, 1)

    assert (one.value, one.is_met) == (0.95, False)  # the target is more than 95 %
    assert one.arithmetic == "19 of 20 pieces of work belong to the plan"
    assert completeness(20, 1).is_met


@pytest.mark.parametrize("answer", [GapAnswer.LINKED, GapAnswer.CREATED])
def test_work_that_somebody_put_into_the_plan_counts_as_planned(answer):
    assert completeness(1, 1, answer).value == 1.0


def test_work_that_is_no_gap_is_left_out_and_said():
    one = completeness(3, 2, GapAnswer.NOT_A_GAP)

    assert one.value == 0.75
    assert one.arithmetic == ("3 of 4 pieces of work belong to the plan; 1 left out as no gap")


def test_putting_off_repairs_nothing():
    assert completeness(1, 1, GapAnswer.LATER).value == 0.5


def test_completeness_never_passes_100_percent():
    assert completeness(0, 2, GapAnswer.LINKED, GapAnswer.CREATED).value == 1.0


def test_other_findings_are_no_work():
    findings = found(FindingKind.STAGE_OLD, 5)

    assert kpi("Completeness", Facts(pieces_planned=1), findings).value == 1.0


def test_staleness_counts_old_stages_against_all():
    one = kpi("Staleness", Facts(stages=STAGES, stages_old=2))

    assert (one.value, one.is_met) == (0.05, False)  # the target is less than 5 %
    assert one.arithmetic == "2 of 40 stages in progress for over two weeks"


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        (GapAnswer.COMPLETE, 0.025),
        (GapAnswer.BLOCKED, 0.025),
        (GapAnswer.ACCURATE, 0.05),
        (GapAnswer.LATER, 0.05),
    ],
)
def test_only_a_stage_that_left_in_progress_is_no_longer_stale(answer, value):
    findings = found(FindingKind.STAGE_OLD, 2)
    facts = Facts(stages=STAGES, stages_old=2)

    assert kpi("Staleness", facts, findings, {findings[0].key: answer}).value == value


@pytest.mark.parametrize(("days", "is_met"), [(6.9, True), (7.0, False)])
def test_resolution_time_is_measured_for_each_level_with_a_target(days, is_met):
    facts = Facts(
        resolution=(
            ResolutionFact(level=1, mean_days=0.5, issues=1, within_days=1),
            ResolutionFact(level=2, mean_days=days, issues=4, within_days=7),
        )
    )

    first, second = (
        kpi("Issue resolution time, Level 1", facts),
        kpi("Issue resolution time, Level 2", facts),
    )

    assert (first.value, first.target, first.is_met) == (0.5, "<1 day", True)
    assert (second.value, second.target, second.is_met) == (days, "<7 days", is_met)
    assert first.arithmetic == "mean of 1 issue resolved in the last 90 days"


def test_documentation_has_to_be_complete():
    assert kpi("Documentation", Facts(stages=STAGES, stages_documented=39)).is_met is False
    assert kpi("Documentation", Facts(stages=STAGES, stages_documented=40)).is_met is True


def test_forecast_accuracy_is_the_median_error_of_what_came_due():
    one = kpi("Forecast", Facts(forecast_errors=(0.9, 0.1, 0.19)))

    assert (one.value, one.is_met) == (0.19, True)
    assert one.arithmetic == "median error of 3 forecasts that came due"


def test_where_there_is_nothing_to_count_nothing_is_claimed():
    kpis = kpis_of(Facts(), (), {})

    assert len(kpis) == 5
    assert {(one.value, one.is_met) for one in kpis} == {(None, None)}
    assert [one.arithmetic for one in kpis] == [
        "nothing to count",
        "nothing to count",
        "no Level 1 or 2 was resolved in the last 90 days",
        "nothing to count",
        "none has come due yet",
    ]


def test_a_snapshot_counts_with_its_outcomes():
    (piece,) = found(FindingKind.COMMIT_UNPLANNED, 1)
    assessment = Assessment(
        as_of=MONDAY,
        period_start=MONDAY - timedelta(days=7),
        findings=(piece,),
        facts=Facts(pieces_planned=1),
    )
    plain = json.loads(json.dumps(assessment.to_plain()))

    before = kpis_of_snapshot(plain)[0]
    after = kpis_of_snapshot({**plain, "outcomes": {piece.key: {"answer": "linked"}}})[0]

    assert (before.value, after.value) == (0.5, 1.0)


def test_names_are_kept_of_those_who_are_asked_for():
    members = [Member(id="U2", name="Ben"), Member(id="U1", name="Ana"), Member(id="U3", name="C")]

    assert member_names(members, ("U1", "U2", None, "U9")) == (("U1", "Ana"), ("U2", "Ben"))


def test_a_counter_is_unplaced_until_one_reading_has_a_stage():
    def reading(probe, stage_key):
        return CounterReading(
            key=probe, probe=probe, stage_key=stage_key, read_at=MONDAY, fraction=0.5
        )

    readings = [reading("b.log", None), reading("a.log", None), reading("b.log", "STG-1")]

    assert unplaced_counters(readings) == ("a.log",)
