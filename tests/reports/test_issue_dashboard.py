"""The dashboard and the report of one issue: the numbers, and that words stay words."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.code_issues import CodeLink, CodeSource
from bot.domain.code_lists import IssueCode
from bot.domain.issue_dashboard import dashboard_of
from bot.domain.issue_report import issue_report_of
from bot.domain.issues import Issue, IssueStatus, Severity
from bot.domain.plan import Change, Why
from bot.reports.issue_dashboard import issue_dashboard_report
from bot.reports.issue_report import issue_report
from bot.views.dashboard_message import dashboard_message
from tests.conftest import MONDAY
from tests.domain.test_triage import CLOCK, WORKING

HOSTILE = "<!channel> | a\n# b [x](http://y) `c` <script> \u202e"


def issue(number, **fields):
    known = {
        "key": f"ISS-{number:03}",
        "title": f"Issue {number}",
        "severity": Severity.MINOR,
        "discovered_at": MONDAY - timedelta(days=10),
    }
    return Issue(**{**known, **fields})


def resolved(number, severity, days, **fields):
    return issue(
        number,
        severity=severity,
        status=IssueStatus.RESOLVED,
        resolved_at=MONDAY - timedelta(days=10 - days),
        **fields,
    )


def dashboard(*issues, links=(), counting=CLOCK):
    return dashboard_of(
        issues, links, now=MONDAY, counting=counting, zone="Europe/Berlin", names={"U0ANA": "Ana"}
    )


def test_resolution_time_has_numerator_and_denominator():
    found = dashboard(
        resolved(1, Severity.BLOCKER, 0.5),
        resolved(2, Severity.BLOCKER, 2),
        resolved(3, Severity.MAJOR, 3),
    )

    [first, second] = found["kpis"]
    assert (first["days"], first["resolved"], first["mean_days"], first["kept"]) == (
        2.5,
        2,
        1.25,
        1,
    )
    assert (second["mean_days"], second["kept"]) == (3.0, 1)
    text = issue_dashboard_report(found)
    assert "1.25 days on average (2.5 days / 2 resolved in the last 90 days)" in text
    assert "missed; 1 of 2 in time" in text


def test_what_is_past_its_target_is_counted_and_named():
    found = dashboard(issue(1, severity=Severity.MAJOR), issue(2))

    assert found["levels"][1]["past_target"] == 1
    assert [(row["key"], row["past_target"]) for row in found["open"]] == [
        ("ISS-001", True),
        ("ISS-002", False),
    ]


def test_targets_are_counted_in_working_time_where_the_team_does():
    """Filed a week and a half ago: past seven days, and not past seven working days."""
    late = issue(1, severity=Severity.MAJOR, discovered_at=MONDAY - timedelta(days=8))
    kept = issue(
        2,
        severity=Severity.BLOCKER,
        status=IssueStatus.RESOLVED,
        discovered_at=MONDAY - timedelta(days=3),  # a Friday
        resolved_at=MONDAY - timedelta(hours=1),
    )

    on_the_clock, working = dashboard(late, kept), dashboard(late, kept, counting=WORKING)

    assert [found["open"][0]["past_target"] for found in (on_the_clock, working)] == [True, False]
    assert [found["kpis"][0]["kept"] for found in (on_the_clock, working)] == [0, 1]


def test_restricted_issues_are_counted_and_never_named():
    found = dashboard(
        issue(1, title="secret", root_cause="secret", visible_to=("U0ANA",)), issue(2)
    )

    assert found["restricted"] == 1
    assert found["levels"][2]["by_status"]["Open"] == 2
    assert "secret" not in issue_dashboard_report(found) + str(dashboard_message(found, None))


def test_eight_weeks_are_counted_in_the_zone():
    late_sunday = MONDAY.replace(hour=22, minute=30) - timedelta(days=1)  # 23:30 in Berlin
    found = dashboard(issue(1, discovered_at=late_sunday), resolved(2, Severity.DEBT, 9))

    weeks = {week["start"]: (week["opened"], week["resolved"]) for week in found["weeks"]}
    assert len(weeks) == 8
    assert weeks[(MONDAY.date() - timedelta(days=7)).isoformat()] == (1, 1)


def test_causes_that_repeat_are_found():
    found = dashboard(
        issue(1, root_cause="Disk was full."),
        issue(2, root_cause="the disk was full"),
        issue(3, root_cause="Typo in the query"),
    )

    assert [cause["keys"] for cause in found["causes"]] == [["ISS-001", "ISS-002"]]


@pytest.mark.parametrize("number", [0, 1, 500])
def test_hostile_words_and_many_issues_keep_file_and_message_whole(number):
    link = CodeLink(
        key="k", source=CodeSource.TODO, issue_key="ISS-000", path=HOSTILE, line=1, seen_at=MONDAY
    )
    issues = [issue(n, title=HOSTILE, root_cause=HOSTILE, owner_id="U0ANA") for n in range(number)]
    found = dashboard(*issues, links=[link])

    text, shown = issue_dashboard_report(found), dashboard_message(found, "docs/issues/x.md")

    assert "<script>" not in text
    assert "<!channel>" not in str(shown)
    assert len(shown["blocks"]) <= 50
    assert all(len(b["text"]["text"]) <= 3000 for b in shown["blocks"] if b["type"] == "section")
    tables = [line for line in text.split("\n") if line.startswith("| ISS-") and "ISS-00" in line]
    assert all(line.replace("\\|", "").count("|") in {5, 8} for line in tables)


def test_one_issue_has_the_brief_s_fields_and_its_timeline():
    one = issue(4, title=HOSTILE, description="a\n# b", owner_id="U0ANA", root_cause="Disk full")
    why = Why(operation="o", actor_id="U0ANA", at=MONDAY, reason="/bqx issue", evidence="")
    rows = [
        Change(
            id=2,
            why=replace(why, reason="resolved"),
            kind="issue",
            key=one.key,
            before={"status": "Open"},
            after={"status": "Resolved", "revision": 2},
        ),
        Change(id=1, why=why, kind="issue", key=one.key, before=None, after={"title": "x"}),
    ]
    snapshot = issue_report_of(
        one,
        stages=[],
        tasks=[],
        changes=rows,
        code=IssueCode(),
        names={"U0ANA": "Ana"},
        now=MONDAY,
        counting=CLOCK,
    )

    text = issue_report(snapshot)

    for field in ("Severity", "Status", "Affected Stages", "Discovered Date", "Resolved Date"):
        assert f"| {field} |" in text
    for title in ("Root Cause", "Remediation Tasks", "Prevention Actions", "Timeline"):
        assert f"## {title}\n" in text
    assert text.index("| filed |") < text.index("status: Open → Resolved")
    assert "\n# b" not in text
    assert "<script>" not in text
