"""Sections 3 and 4 of the report: issues, and what is forecast."""

from dataclasses import replace

from bot.domain.facts import Facts
from bot.domain.findings import FindingKind
from bot.reports.gap_assessment import gap_assessment_report
from tests.reports.busy_week import busy, busy_week
from tests.reports.weeks import (
    NAMES,
    finding,
    forecast,
    issue,
    outcome,
    report,
    sections,
    snapshot,
)


def test_the_tables_show_the_issues():
    late = issue("ISS-002", severity="Level 1: Blocker", status="Open", overdue=True, owner_id=None)
    one = finding(FindingKind.ISSUE_OPEN, record_keys=("ISS-001",))
    facts = Facts(
        open_issues=(late, issue()),
        resolved_issues=(issue("ISS-000", prevention="Validate first"),),
        names=NAMES,
    )
    gone = outcome("gone", "gone")

    text = report(one, facts=facts, answers={one.key: gone})

    title = "Backfill stops at partition 129"
    assert f"| ISS-002 | {title} | Level 1: Blocker | 3 | Open (overdue) |\n" in text
    assert (
        f"| ISS-001 | {title} | Level 2: Major issue | 3 | In Progress; owner Ben; settled: no"
        " longer found on 2025-11-17 |\n"
    ) in text
    assert f"| ISS-000 | {title} | 3 days | Validate first |\n" in text
    assert "- 1 issue is past the time of the level, see section 3: ISS-002\n" in text


def test_remediation_tasks_of_the_period_are_actions():
    text = sections(gap_assessment_report(busy()))["3. Issue Review"]

    assert (
        "- TSK-1.5.4.9 “Retry locked partitions” created for ISS-001 (2025-11-15 09:00)\n" in text
    )


def test_a_table_of_thousands_is_cut():
    many = tuple(issue(f"ISS-{n:04d}") for n in range(1500))

    text = report(facts=Facts(open_issues=many))

    assert "and 1,400 more, all in `bqx gaps --json`\n" in text
    assert len(text.splitlines()) < 250


def test_a_forecast_is_shown_with_growth_and_hit_rate():
    text = gap_assessment_report(busy())

    assert (
        "- Projected completion: P50 2026-01-23, P85 2026-02-27 (2026-04-10 if new tasks keep"
        " coming as they did); 58 left at 6.2 tasks/week (planned: 2026-01-30)\n"
    ) in text
    assert "so far, of 23 P85 dates, 20 were met\n" in text
    assert "- Phase 1.5: 60% complete (3 of 5 stages; planned: 2025-12-05)\n" in text


def test_a_planned_day_is_the_same_in_every_zone():
    assert "planned: 2025-12-05)" in gap_assessment_report(
        snapshot(replace(busy_week(), zone="America/Los_Angeles"))
    )


def test_a_lack_of_data_is_said_once_for_all_it_concerns():
    text = "not enough data (3 of 13 completions in the last 26 weeks)"
    parts = [forecast("stage", name=f"1.{n}", text=text) for n in range(1, 6)]

    page = report(facts=Facts(forecasts=(forecast("project", text=text), *parts)))

    assert f"- Projected completion: {text} (planned: not recorded)\n" in page
    assert f"- 1.1, 1.2, 1.3 and 2 more: {text}\n" in page
    assert "P50" not in page


def test_drivers_and_mitigation_stand_below_what_is_at_risk():
    text = sections(gap_assessment_report(busy()))["4. Forecast Update"]

    at_risk = text[text.index("**At-Risk") :].splitlines()
    assert at_risk[2:4] == [
        "  - Drivers: 14 tasks are left at 2.1 a week; waits for 1.5.4",
        "  - Mitigation: give two of its tasks to a second person (Ben)",
    ]
    assert "- Stage 1.5.5 “REG Table Recalculation”: ETA moved to 2026-01-16 (Ana," in text


def test_drivers_of_what_is_not_at_risk_stand_with_its_forecast():
    slow = forecast("stage", p50="2026-01-02", p85="2026-02-03", drivers=("slow",))

    assert "(planned: not recorded)\n  - Drivers: slow\n" in report(facts=Facts(forecasts=(slow,)))
