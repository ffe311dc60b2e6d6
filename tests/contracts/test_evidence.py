"""What the database remembers of the work: commits, tips, rules, readings, reports, the ledger."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.adapters.database.evidence import MAX_KEPT_BODY, MAX_KEPT_PATHS
from bot.domain.evidence import LinkVerdict, Memory
from bot.domain.findings import FindingState, GapAnswer
from bot.domain.records import to_plain, with_fields
from tests.conftest import MONDAY
from tests.contracts.samples import (
    CHECK,
    DECISION,
    FINDING,
    FORECAST,
    READING,
    REPORT,
    RULE,
    SEEN,
    SIGNED,
    why,
)

DAY = timedelta(days=1)
OPEN = replace(
    FINDING,
    state=FindingState.NEW,
    verdict="open",
    answer=None,
    answered_by=None,
    answered_at=None,
    reason="",
    until=None,
    operation=None,
)


def seen(number: int, **commit):
    sha = f"{number:040x}"
    more = {"authored_at": MONDAY + number * DAY, **commit}
    return replace(SEEN, commit=replace(SEEN.commit, sha=sha, **more))


def test_an_empty_plan_remembers_nothing(plans, home):
    with plans.reading(home.id) as plan:
        assert plan.memory() == Memory()
        assert plan.finding("x") is None
        assert (plan.seen_commits([]), plan.probe_marks(), plan.kpi_snapshots()) == ([], {}, {})
        assert plan.sign_offs("x") == []


def test_all_that_is_remembered_comes_back_as_one_memory(plans, home):
    with plans.changing(home.id) as plan:
        plan.put_tips("bqx", {"refs/heads/main": "d" * 40, "refs/heads/x": "e" * 40}, MONDAY)
        plan.put_commits([SEEN])
        plan.save(DECISION, why())
        plan.save(RULE, why())
        plan.put_readings([READING], {"backfill": {"offset": 12, "head": "ab"}})
        plan.put_forecasts([FORECAST])

    with plans.reading(home.id) as plan:
        memory, marks = plan.memory(), plan.probe_marks()

    assert memory == Memory(
        tips={"bqx": {"refs/heads/main": "d" * 40, "refs/heads/x": "e" * 40}},
        commits=(SEEN,),
        decisions=(replace(DECISION, revision=1),),
        rules=(replace(RULE, revision=1),),
        readings=(READING,),
        forecasts=(FORECAST,),
    )
    assert marks == {"backfill": {"offset": 12, "head": "ab"}}


def test_tips_are_replaced_for_their_own_repository_only(plans, home):
    with plans.changing(home.id) as plan:
        plan.put_tips("bqx", {"refs/heads/main": "a" * 40, "refs/heads/old": "b" * 40}, MONDAY)
        plan.put_tips("infra", {"refs/heads/main": "c" * 40}, MONDAY)
        plan.put_tips("bqx", {"refs/heads/main": "d" * 40}, MONDAY + DAY)

    with plans.reading(home.id) as plan:
        first = plan.memory().tips
    with plans.changing(home.id) as plan:
        plan.put_tips("infra", {}, MONDAY)

    assert first == {
        "bqx": {"refs/heads/main": "d" * 40},
        "infra": {"refs/heads/main": "c" * 40},
    }
    with plans.reading(home.id) as plan:
        assert set(plan.memory().tips) == {"bqx"}


def test_a_commit_is_kept_once_with_the_moment_it_first_arrived(plans, home):
    first = seen(1)
    again = replace(first, repo="clone", arrived_at=MONDAY + 7 * DAY)
    with plans.changing(home.id) as plan:
        plan.put_commits([first])
    with plans.changing(home.id) as plan:
        plan.put_commits([again, seen(2), replace(seen(3), arrived_at=None)])

    with plans.reading(home.id) as plan:
        commits = plan.memory().commits

    assert commits == (first, seen(2), replace(seen(3), arrived_at=None))


def test_a_commit_that_two_repositories_bring_at_once_is_kept_once(plans, home):
    with plans.changing(home.id) as plan:
        plan.put_commits([seen(1), replace(seen(1), repo="clone")])

    with plans.reading(home.id) as plan:
        assert [one.repo for one in plan.memory().commits] == ["bqx"]


def test_commits_come_oldest_first_and_by_their_shas(plans, home):
    with plans.changing(home.id) as plan:
        plan.put_commits([seen(3), seen(1), seen(2)])

    with plans.reading(home.id) as plan:
        everything = [one.commit.sha for one in plan.memory().commits]
        some = plan.seen_commits([seen(3).commit.sha, seen(1).commit.sha, "f" * 40])

    assert everything == [f"{n:040x}" for n in (1, 2, 3)]
    assert some == [seen(1), seen(3)]


def test_long_messages_and_path_lists_are_cut(plans, home):
    long = seen(1, body="x" * 20_000, paths=tuple(f"a/{n}.py" for n in range(5_000)))
    with plans.changing(home.id) as plan:
        plan.put_commits([long])

    with plans.reading(home.id) as plan:
        (kept,) = plan.memory().commits

    assert len(kept.commit.body) == MAX_KEPT_BODY
    assert len(kept.commit.paths) == MAX_KEPT_PATHS
    assert kept.commit.paths[0] == "a/0.py"


def test_hostile_commits_are_kept(plans, home):
    odd = seen(1, subject="a\x00b\ud83d", body="\u202e🚀'; --", paths=("a\ud800.py",), branch="ü/x")
    with plans.changing(home.id) as plan:
        plan.put_commits([odd])

    with plans.reading(home.id) as plan:
        (kept,) = plan.memory().commits

    assert (kept.commit.subject, kept.commit.body) == ("a\ufffdb\ufffd", "\u202e🚀'; --")


@pytest.mark.parametrize("many", [0, 1, 3_000])
def test_any_number_of_shas_can_be_asked_for(plans, home, many):
    with plans.changing(home.id) as plan:
        plan.put_commits(seen(n, authored_at=MONDAY) for n in range(many))

    with plans.reading(home.id) as plan:
        assert len(plan.seen_commits(f"{n:040x}" for n in range(many))) == many


def test_removed_decisions_rules_and_signatures_are_left_out(plans, home):
    with plans.changing(home.id) as plan:
        for item in (DECISION, RULE, SIGNED):
            plan.save(item, why())
            plan.save(replace(item, removed_at=MONDAY), why("op2"))

    with plans.reading(home.id) as plan:
        listed = [plan.link_decisions(), plan.work_rules(), plan.sign_offs(REPORT.key)]
        memory = plan.memory()
        rule = plan.item("work_rule", RULE.key)

    assert listed == [[], [], []]
    assert (memory.decisions, memory.rules) == ((), ())
    assert rule.removed_at == MONDAY


def test_a_decision_is_changed_in_place_and_its_change_is_recorded(plans, home):
    with plans.changing(home.id) as plan:
        plan.save(DECISION, why())
        plan.save(replace(DECISION, verdict=LinkVerdict.REJECTED, score=1.0), why("op2"))

    with plans.reading(home.id) as plan:
        (decision,) = plan.link_decisions()
        (change,) = plan.operation("op2")

    assert decision.verdict is LinkVerdict.REJECTED
    assert change.before == {"verdict": "auto", "score": 0.973}
    assert change.after == {"verdict": "rejected", "score": 1.0}


def test_signatures_come_by_section(plans, home):
    with plans.changing(home.id) as plan:
        for section in (5, 1, 3):
            plan.save(replace(SIGNED, key=f"{REPORT.key}:{section}", section=section), why())
        plan.save(replace(SIGNED, key="other:2", report_key="other"), why())

    with plans.reading(home.id) as plan:
        assert [one.section for one in plan.sign_offs(REPORT.key)] == [1, 3, 5]


def test_a_rules_key_is_minted_like_any_other(plans, home):
    with plans.changing(home.id) as plan:
        plan.save(RULE, why())
        assert plan.mint("RULE") == "RULE-002"


def test_readings_are_kept_oldest_first_and_by_stage(plans, home):
    later = replace(READING, key="backfill@b", read_at=MONDAY + DAY, done=200)
    other = replace(READING, key="a@z", stage_key="STG-002", done=None, total=None)
    unknown = replace(READING, key="u@z", stage_key=None, read_at=MONDAY - DAY)
    with plans.changing(home.id) as plan:
        plan.put_readings([later, READING], {"backfill": {"offset": 1}})
        plan.put_readings([other, unknown], {"backfill": {"offset": 2}, "a": {}})
        plan.put_readings([replace(READING, note="again")], {})

    with plans.reading(home.id) as plan:
        of_stage = plan.counter_readings("STG-001")
        everything = [reading.key for reading in plan.counter_readings()]
        marks = plan.probe_marks()

    assert of_stage == [replace(READING, note="again"), later]
    assert everything[0] == "u@z"
    assert set(everything) == {"u@z", "a@z", READING.key, "backfill@b"}
    assert marks == {"backfill": {"offset": 2}, "a": {}}


def test_a_forecast_is_replaced_when_it_resolves(plans, home):
    made = replace(FORECAST, actual_at=None, pit=None)
    with plans.changing(home.id) as plan:
        plan.put_forecasts([made, replace(made, key="b", made_at=MONDAY - DAY, p50_at=None)])
        plan.put_forecasts([FORECAST])

    with plans.reading(home.id) as plan:
        older, resolved = plan.memory().forecasts

    assert (older.key, older.p50_at) == ("b", None)
    assert resolved == FORECAST
    assert resolved.quantiles_days == (1.5, 2.0, 3.25)


def test_kpis_are_kept_by_date_and_replaced(plans, home):
    with plans.changing(home.id) as plan:
        plan.put_kpis("2025-11-24", MONDAY + 7 * DAY, {"a": {"value": None}})
        plan.put_kpis("2025-11-17", MONDAY, {"a": {"value": 1}})
        plan.put_kpis("2025-11-17", MONDAY, {"a": {"value": 2.5}})

    with plans.reading(home.id) as plan:
        kept = plan.kpi_snapshots()

    assert list(kept.items()) == [
        ("2025-11-17", {"a": {"value": 2.5}}),
        ("2025-11-24", {"a": {"value": None}}),
    ]


def test_recent_reports_come_newest_first_and_of_their_kind(plans, home):
    with plans.changing(home.id) as plan:
        for week in range(6):
            plan.put_report(replace(REPORT, key=f"r{week}", as_of=MONDAY + week * 7 * DAY))
        plan.put_report(replace(REPORT, key="other", kind="review", as_of=MONDAY + 99 * DAY))

    with plans.reading(home.id) as plan:
        newest = [report.key for report in plan.recent_reports("gap_assessment")]
        two = [report.key for report in plan.recent_reports("gap_assessment", limit=2)]

    assert newest == ["r5", "r4", "r3", "r2"]
    assert two == ["r5", "r4"]


# The ledger


def test_a_finding_found_is_no_change_and_an_answered_one_is(plans, home):
    answered = replace(OPEN, state=FindingState.SETTLED, answer=GapAnswer.COMPLETE, operation="op2")
    with plans.changing(home.id) as plan:
        plan.put_findings([OPEN])
    with plans.changing(home.id) as plan:
        plan.save(answered, why("op2"))

    with plans.reading(home.id) as plan:
        changes = plan.changes()
        finding = plan.finding(OPEN.key)

    assert finding == replace(answered, revision=1)
    assert [(change.kind, change.key) for change in changes] == [("finding", OPEN.key)]
    assert changes[0].before == {"state": "new", "answer": None, "operation": None}


def test_an_answer_taken_back_by_its_record_leaves_the_finding_as_it_was(plans, home):
    with plans.changing(home.id) as plan:
        plan.put_findings([OPEN])
        plan.save(replace(FINDING, revision=0), why("op2"))
    with plans.changing(home.id) as plan:
        (change,) = plan.operation("op2")
        restored = with_fields(plan.finding(OPEN.key), change.before)
        plan.save(restored, why("op3", undoes="op2"))

    with plans.reading(home.id) as plan:
        found = plan.finding(OPEN.key)

    assert replace(found, revision=0) == OPEN
    assert to_plain(found)["until"] is None


def test_findings_are_put_by_key_with_everything_they_say(plans, home):
    other = replace(OPEN, key="stage_idle:STG-2", proposal={}, evidence=("a", "b"))
    with plans.changing(home.id) as plan:
        plan.put_findings([other, OPEN])
        plan.put_findings([FINDING])
        plan.put_findings([])

    with plans.reading(home.id) as plan:
        assert plan.findings() == [other, FINDING]


def test_checks_are_found_by_their_finding(plans, home):
    asked = replace(CHECK, answer=None, answered_by=None, answered_at=None, operation=None)
    with plans.changing(home.id) as plan:
        plan.save(CHECK, why())
        plan.save(replace(asked, key="b", bundle="B"), why())
        plan.save(replace(asked, key="c", finding_key="other"), why())
        plan.save(replace(asked, key="d", removed_at=MONDAY), why())

    with plans.reading(home.id) as plan:
        both = [check.key for check in plan.gap_checks(finding_key=FINDING.key)]
        unanswered = plan.gap_checks(finding_key=FINDING.key, open_only=True)

    assert sorted(both) == ["b", CHECK.key]
    assert [check.key for check in unanswered] == ["b"]
