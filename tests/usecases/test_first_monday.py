"""The month's first Monday: one thread holds it all, and says nothing twice."""

import json
from dataclasses import replace
from datetime import date

from bot.domain.cadences import ARCHITECTURE_REVIEW, GAP_ASSESSMENT, ran
from bot.domain.entries import IssueEntry
from bot.domain.issues import Severity
from bot.usecases.assess_gaps import run_gap_assessment
from bot.usecases.file_issue import file_issue
from tests.builders import ANA
from tests.conftest import MONDAY
from tests.git.repos import git
from tests.usecases.house import DAY, House

FIRST_MONDAY = date(2025, 12, 1)


def test_the_register_of_debt_and_the_architecture_review_list_an_issue_once(tmp_path, monkeypatch):
    monkeypatch.setattr("handlers.gap_deliveries.PAGE_REST_S", 0)
    house = House(tmp_path)
    entry = IssueEntry(title="Old index", severity=Severity.DEBT)
    file_issue(house.plans, entry, house.asker(ANA))
    house.now = MONDAY + 14 * DAY
    run_gap_assessment(
        house.plans,
        house.desk.ports.sources_of(house.plans.workspaces()[0]),
        house.workspace_id,
        local_date=FIRST_MONDAY,
        now=house.now,
        late=False,
        runs=[
            ran(job, FIRST_MONDAY, due=house.now, now=house.now)
            for job in (GAP_ASSESSMENT, ARCHITECTURE_REVIEW)
        ],
    )
    house.deliver()

    shown = [json.loads(each) for each in house.slack.last.values()]
    [register] = [str(each) for each in shown if each["text"].startswith("Technical debt")]
    [review] = [str(each) for each in shown if each["text"].startswith("Architecture review")]
    assert "Old index" in register
    assert "Old index" not in review
    assert "1 open issue" in review


def monday(house):
    """Run the assessment of this Monday, and do all that follows of it."""
    house.now = MONDAY + 14 * DAY
    report = run_gap_assessment(
        house.plans,
        house.desk.ports.sources_of(house.plans.workspaces()[0]),
        house.workspace_id,
        local_date=FIRST_MONDAY,
        now=house.now,
        late=False,
    )
    house.deliver()
    return report


def test_the_issue_dashboard_is_written_with_the_report_and_named_in_the_message(tmp_path):
    house = House(tmp_path)
    entry = IssueEntry(title="Old index", severity=Severity.DEBT)
    file_issue(house.plans, entry, house.asker(ANA))

    monday(house)

    path = "docs/issues/2025-12-01_issue_dashboard.md"
    assert "Old index" in (house.repo.path / path).read_text()
    shown = [str(json.loads(each)) for each in house.slack.last.values()]
    assert [each for each in shown if f"issue dashboard: `{path}`" in each]


def test_a_report_branch_gets_the_issue_dashboard_too(tmp_path):
    house = House(tmp_path)
    ports = replace(house.desk.ports, report_branch_name="cadence/reports")
    house.desk = replace(house.desk, ports=ports)

    monday(house)

    shown = git(house.repo.path, "log", "--format=%s", "--name-only", "cadence/reports")
    assert "Write 2025-12-01 issue dashboard" in shown
    assert "docs/issues/2025-12-01_issue_dashboard.md" in shown
    assert not (house.repo.path / "docs").exists()


def test_a_dashboard_that_was_edited_by_hand_is_left_and_the_thread_says_so(tmp_path):
    house = House(tmp_path)
    place = house.repo.path / "docs/issues/2025-12-01_issue_dashboard.md"
    place.parent.mkdir(parents=True)
    place.write_text("mine")

    monday(house)

    assert place.read_text() == "mine"
    shown = [str(json.loads(each)) for each in house.slack.last.values()]
    assert [each for each in shown if "The issue dashboard could not be written" in each]
