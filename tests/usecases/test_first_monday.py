"""The month's first Monday: one thread holds it all, and says nothing twice."""

import json
from datetime import date

from bot.domain.cadences import ARCHITECTURE_REVIEW, GAP_ASSESSMENT, ran
from bot.domain.entries import IssueEntry
from bot.domain.issues import Severity
from bot.usecases.assess_gaps import run_gap_assessment
from bot.usecases.file_issue import file_issue
from tests.builders import ANA
from tests.conftest import MONDAY
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
