"""The report file: the brief's five sections, from the snapshot and from nothing else."""

import json
from dataclasses import replace
from itertools import pairwise

from markdown_it import MarkdownIt

from bot.domain.assessment import Assessment
from bot.domain.issues import IssueStatus, Severity
from bot.domain.plan import Status
from bot.reports.gap_assessment import gap_assessment_report
from tests.conftest import MONDAY
from tests.domain.test_assessment import DAY, commit, found, issue, stage, task

PARSER = MarkdownIt("gfm-like", {"linkify": False})
HOSTILE = "<script>|`x`|[a](http://b)\n# head\n\n- [x] *done* <!channel> \u202e"


def report(assessment: Assessment) -> str:
    return gap_assessment_report(json.loads(json.dumps(assessment.to_plain())))


def full() -> Assessment:
    resolved = issue(
        "ISS-2",
        Severity.MINOR,
        4 * DAY,
        status=IssueStatus.RESOLVED,
        resolved_at=MONDAY - DAY,
        prevention_actions="Validate first",
    )
    assessment = found(
        commit("feat: Complete Stage 1.5.4"),
        commit("feat: rows for Stage 1.5.4.3"),
        missing=("Commits of x: there is no folder x.",),
        stages=(
            stage("1.5.4", started_at=None),
            stage("1.5.1", status=Status.COMPLETE),
            stage("2.1", last_progress_at=MONDAY - 20 * DAY),
        ),
        tasks=(task("a", estimate_minutes=None),),
        issues=(issue("ISS-1", Severity.MAJOR, 9 * DAY), resolved),
    )
    return replace(assessment, local_date="2025-11-17")


def headings(text: str) -> list[str]:
    tokens = PARSER.parse(text)
    return [after.content for token, after in pairwise(tokens) if token.type == "heading_open"]


def test_the_report_has_the_briefs_sections_and_head():
    text = report(full())

    assert headings(text) == [
        "Weekly Gap Assessment Report",
        "1. Completeness Check",
        "2. Gap Identification",
        "3. Issue Review",
        "4. Forecast Update",
        "5. Recommendations",
    ]
    assert text.startswith(
        "# Weekly Gap Assessment Report\n\n**Date:** 2025-11-17  \n"
        "**Assessor:** BQX Cadence for BQX"
    )
    assert "\n**Period Covered:** 2025-11-10 to 2025-11-17\n" in text
    for part in (
        *("Stages Review", "Findings", "Undocumented Work", "Missing Stages/Tasks"),
        *("Open Issues", "Resolved Issues This Week", "Progress Against Plan"),
        *("At-Risk Deliverables", "Immediate Actions", "Process Improvements"),
    ):
        assert f"\n**{part}:**\n" in text
    assert text.count("\n**Actions:**\n") == 4


def test_the_tables_show_the_issues():
    text = report(full())

    assert "| ISS-1 | Issue ISS-1 | Level 2: Major issue | 9 | Open (overdue) |\n" in text
    assert "| ISS-2 | Issue ISS-2 | 3 days | Validate first |\n" in text
    tables = [token for token in PARSER.parse(text) if token.type == "table_open"]
    assert len(tables) == 2


def test_what_only_a_person_can_say_is_an_empty_box():
    text = report(full())

    assert "[x]" not in text.lower()
    boxes = [line for line in text.splitlines() if "[ ]" in line]
    assert '- [ ] All "Complete" stages marked correctly' in boxes
    assert "1. [ ] Decide how ISS-1 is settled, and by when" in boxes
    assert boxes[-1] == "- [ ] Read and signed by:"


def test_what_was_not_assessed_is_said_at_the_top():
    text = report(full())

    assert "**Not Assessed:**\n- Commits of x: there is no folder x.\n" in text
    assert text.index("Not Assessed") < text.index("1. Completeness")


def test_what_is_not_known_is_not_filled_in():
    text = report(full())

    assert "- Phase 1.5: 50% complete (1 of 2 stages; planned: not recorded)\n" in text
    assert "- Current velocity: not enough data (no task says when it was completed)\n" in text
    assert "- Projected completion: not enough data (planned: not recorded)\n" in text


def test_the_same_snapshot_gives_the_same_bytes():
    plain = json.dumps(full().to_plain())

    assert len({gap_assessment_report(json.loads(plain)) for _ in range(3)}) == 1


def test_hostile_words_change_nothing_of_the_page():
    calm, hostile = (
        found(
            commit("feat: x"),
            commit(f"fix: {words}"),
            stages=(stage("1.1", name=words, started_at=None),),
            tasks=(task("a", title=words, owner_id=None),),
            issues=(
                replace(issue("ISS-1", Severity.MAJOR, DAY), title=words),
                replace(
                    issue("ISS-2", Severity.MAJOR, DAY, prevention_actions=words),
                    status=IssueStatus.CLOSED,
                    resolved_at=MONDAY - DAY / 2,
                ),
            ),
            missing=(words,),
        )
        for words in ("calm", HOSTILE)
    )
    shape = [token.type for token in PARSER.parse(report(calm))]

    assert [token.type for token in PARSER.parse(report(hostile))] == shape
    inline = [
        child.type
        for token in PARSER.parse(report(hostile))
        if token.type == "inline"
        for child in token.children or ()
    ]
    assert set(inline) <= {
        "text",
        "text_special",
        "softbreak",
        "hardbreak",
        "strong_open",
        "strong_close",
    }


def test_a_quiet_week_is_short():
    text = report(found())

    assert "- None found.\n" in text
    assert "- None found in 0 commits.\n" in text
    assert "Not Assessed" not in text
    assert len(text.splitlines()) < 75


def test_a_late_report_says_so():
    text = report(replace(full(), late=True))

    assert "This report came later than its Monday morning" in text


def test_a_carried_finding_says_since_when():
    assessment = full()
    carried = tuple(
        replace(finding, state="carried", first_seen_at=MONDAY - 7 * DAY)
        for finding in assessment.findings
    )

    assert " Known since 2025-11-10." in report(replace(assessment, findings=carried))


def test_a_list_of_thousands_is_cut_and_says_so():
    tasks = tuple(task(str(n), estimate_minutes=None) for n in range(1000))

    text = report(found(tasks=tasks))

    assert "- and 800 more, all in `bqx gaps --json`\n" in text
    assert len(text.splitlines()) < 300
