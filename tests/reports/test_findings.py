"""Findings in the report: where they stand, and what became of them."""

import pytest

from bot.domain.facts import Facts
from bot.domain.findings import FindingKind
from bot.reports import gap_assessment
from tests.reports.weeks import (
    NAMES,
    finding,
    issue,
    outcome,
    report,
    sections,
)

SECTION_OF = {
    kind: heading
    for kinds, heading in (
        (gap_assessment.COMPLETENESS, "1. Completeness Check"),
        (gap_assessment.UNDOCUMENTED, "2. Gap Identification"),
        (gap_assessment.MISSING, "2. Gap Identification"),
        (gap_assessment.ISSUES, "3. Issue Review"),
        (gap_assessment.AT_RISK, "4. Forecast Update"),
    )
    for kind in kinds
}


@pytest.mark.parametrize("kind", FindingKind)
def test_every_kind_of_finding_stands_in_exactly_one_section(kind):
    is_issue = kind in gap_assessment.ISSUES
    one = finding(kind, record_keys=("ISS-001",) if is_issue else ("REC-1",))
    facts = Facts(open_issues=(issue(),) if is_issue else (), names=NAMES)
    words = "| ISS-001 |" if is_issue else one.text

    found = [name for name, text in sections(report(one, facts=facts)).items() if words in text]

    assert found == [SECTION_OF[kind]]


def test_no_kind_is_mapped_twice():
    assert len(SECTION_OF) == len(FindingKind)
    mapped = (
        *gap_assessment.COMPLETENESS,
        *gap_assessment.UNDOCUMENTED,
        *gap_assessment.MISSING,
        *gap_assessment.ISSUES,
        *gap_assessment.AT_RISK,
    )
    assert len(mapped) == len(FindingKind)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (
            outcome("linked", "linked to 1.1 “A”"),
            "**settled:** linked to 1.1 “A” by Ana on 2025-11",
        ),
        (outcome("gone", "gone", by="cadence"), "**settled:** no longer found on 2025-11-17"),
        (
            outcome("not_a_gap", "not a gap", reason="old news"),
            "**dismissed** for good because “old news” (by Ana on 2025-11-17)",
        ),
        (
            outcome("not_a_gap", "not a gap", reason="x", until="2025-12-01T08:00:00+00:00"),
            "**dismissed** until 2025-12-01 because “x” (by Ana",
        ),
        (
            outcome("later", "later", until="2025-11-24T08:00:00+00:00"),
            "**dismissed** until 2025-11-24 (put off by Ana on 2025-11-17)",
        ),
        (
            outcome("accurate", "still accurate", until="2025-12-01T08:00:00+00:00"),
            "**settled:** still accurate, says Ana on 2025-11-17, asked again from 2025-12-01 on",
        ),
    ],
)
def test_a_finding_says_what_became_of_it(said, shown):
    one = finding(FindingKind.COMMIT_UNPLANNED, commits=("a" * 40,))

    assert shown in report(one, answers={one.key: said})


def test_moments_are_in_the_reports_zone():
    late = outcome("estimated", "estimated at 2 h", at="2025-11-17T23:30:00+00:00")
    one = finding(FindingKind.TASK_NO_ESTIMATE, "Task T-1 “A” has no estimate.")

    text = report(one, answers={one.key: late})

    assert "estimated at 2 h by Ana on 2025-11-18" in text
    assert "- Task T-1 “A”: estimated at 2 h (Ana, 2025-11-18 00:30)\n" in text


def test_one_answer_to_several_findings_is_one_action():
    text = "Stage 1.1 “A” is old."
    both = [finding(kind, text) for kind in (FindingKind.STAGE_OLD, FindingKind.STAGE_SILENT)]

    shown = report(*both, answers={one.key: outcome("complete", "marked complete") for one in both})

    assert shown.count("- Stage 1.1 “A”: marked complete (Ana") == 1


def test_what_nobody_did_is_no_action():
    one, other = (finding(FindingKind.TASK_NO_OWNER, n=n) for n in (1, 2))
    answers = {one.key: outcome("gone", "gone"), other.key: outcome("later", "later")}

    actions = sections(report(one, other, answers=answers))["1. Completeness Check"]

    assert actions.endswith("**Actions:**\n- None yet.\n")


def test_a_list_of_thousands_is_cut_and_says_so():
    many = [finding(FindingKind.TASK_NO_ESTIMATE, n=n) for n in range(1234)]
    few = finding(FindingKind.TASK_NO_STAGE)

    text = report(*many, few, answers={one.key: outcome("estimated", "1 h") for one in many[:100]})

    assert "- and 1,194 more, all in `bqx gaps --json`\n" in text
    assert few.text in text
    assert len(text.splitlines()) < 200


def test_a_person_nobody_can_name_is_shown_as_the_plan_writes_them():
    one = finding(FindingKind.TASK_NO_ESTIMATE, owner_id=None, owner_text="DATA-001")
    other = finding(FindingKind.TASK_NO_STAGE, owner_id=None)

    text = report(one, other)

    assert "owner DATA-001: **open**" in text
    assert "owner unknown: **open**" in text


def test_a_box_is_ticked_only_where_it_is_true():
    facts = Facts(stages=(("in progress", 2),))
    silent = finding(FindingKind.STAGE_SILENT)

    def ticks(*findings, **rest):
        page = report(*findings, **{"facts": facts, **rest})
        return [line[3] for line in page.splitlines() if line.startswith("- [") and '"' in line]

    assert ticks() == ["x", "x", "x"]
    assert ticks(silent) == [" ", "x", " "]
    assert ticks(finding(FindingKind.PLAN_CONTRADICTION)) == ["x", " ", "x"]
    assert ticks(silent, answers={silent.key: outcome("updated", "updated")}) == ["x", "x", "x"]
    assert ticks(silent, answers={silent.key: outcome("later", "later")}) == [" ", "x", " "]
    assert ticks(not_assessed=("Commits of x: there is no folder x.",)) == [" ", " ", "x"]
    assert ticks(facts=Facts()) == [" ", " ", " "]
