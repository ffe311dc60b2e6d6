"""The report file: the brief's five sections, from the snapshot and from nothing else."""

import json
from itertools import pairwise

import pytest
from markdown_it import MarkdownIt

from bot.domain.facts import Facts, PhaseFact
from bot.domain.findings import FindingKind, FindingState
from bot.domain.trail import Head, read_anchor
from bot.reports.gap_assessment import gap_assessment_report
from tests.conftest import MONDAY
from tests.reports.busy_week import busy
from tests.reports.weeks import (
    ANA,
    BEN,
    DAY,
    NAMES,
    finding,
    forecast,
    issue,
    outcome,
    report,
    signed,
    snapshot,
    week,
)

PARSER = MarkdownIt("gfm-like", {"linkify": False})
HOSTILE = "<script>|`x`|[a](http://b)\n# head\n\n- [x] *done* <!channel> \u202e"
SMALL = """\
# Weekly Gap Assessment Report

**Date:** 2025-11-17 \x20
**Assessor:** signed in part: section 1 by Ana \x20
**Period Covered:** 2025-11-10 to 2025-11-17 \x20
**Project:** BQX \x20
**In Short:** 2 findings: 1 settled, 1 open

**Remarks:**
- The assessment of 2025-11-10 was not signed.
- Left out: 9 commits (7 merges, 2 made by machines).

## 1. Completeness Check

**Stages Review:**
- [x] All "In Progress" stages have accurate progress percentages
- [x] All "Complete" stages marked correctly
- [x] No stages in "In Progress" for >2 weeks without updates

**Findings:**
- Task TSK-1 “Vacuum” has no estimate. Known since 2025-11-10; status: not started; \
owner Ben: **open**

**Actions:**
- None yet.

## 2. Gap Identification

**Undocumented Work:**
- A commit calls stage 1.5.3 “Index” complete; the plan says in progress. New; owner Ana: \
**settled:** marked complete by Ana on 2025-11-17
  - 1a2b3c4: feat: stage 1.5.3 is done

**Missing Stages/Tasks:**
- None found.

**Actions:**
- Stage 1.5.3 “Index”: marked complete (Ana, 2025-11-17 10:00)

## 3. Issue Review

**Open Issues:**

| Issue ID | Title | Severity | Age (days) | Status |
|----------|-------|----------|------------|--------|
| - | None | - | - | - |

**Resolved Issues This Week:**

| Issue ID | Title | Resolution Time | Prevention Actions |
|----------|-------|-----------------|-------------------|
| - | None | - | - |

**Actions:**
- None needed.

## 4. Forecast Update

**Progress Against Plan:**
- Phase 1.5: 66% complete (2 of 3 stages; planned: not recorded)
- Current velocity: 2 tasks completed in this period; too short a record for a mean
- Projected completion: not enough data (planned: not recorded)

**At-Risk Deliverables:**
- None known; there is no forecast yet.

**Actions:**
- None needed.

## 5. Recommendations

**Immediate Actions:**
1. Estimate task TSK-1 (ask Ben)

**Process Improvements:**
- None that this week's numbers suggest.

**Key Performance Indicators:**

| KPI | Value | Arithmetic | Target | Met |
|-----|-------|------------|--------|-----|
| Completeness rate | 100.0 % | 4 of 4 pieces of work belong to the plan | >95 % | yes |
| Staleness rate | 0.0 % | 0 of 3 stages in progress for over two weeks | <5 % | yes |
| Issue resolution time | not enough data | no Level 1 or 2 was resolved in the last 90 days \
| Level 1 <1 day, Level 2 <7 days | - |
| Documentation coverage | 33.3 % | 1 of 3 stages link to their documentation | 100 % | no |
| Forecast accuracy | not enough data | none has come due yet | <20 % variance | - |

**Signed:**
- [x] 1. Completeness Check: Ana, 2025-11-17 11:00
- [ ] 2. Gap Identification: not signed
- [ ] 3. Issue Review: not signed
- [ ] 4. Forecast Update: not signed
- [ ] 5. Recommendations: not signed
"""


def small():
    found = week(
        finding(
            FindingKind.STAGE_COMPLETE_IN_GIT,
            "A commit calls stage 1.5.3 “Index” complete; the plan says in progress.",
            refs=("1.5.3",),
            commits=("1a2b3c4" * 5,),
            evidence=("1a2b3c4: feat: stage 1.5.3 is done",),
        ),
        finding(
            FindingKind.TASK_NO_ESTIMATE,
            "Task TSK-1 “Vacuum” has no estimate.",
            refs=("TSK-1",),
            evidence=("status: not started",),
            owner_id=BEN,
            state=FindingState.CARRIED,
            first_seen_at=MONDAY - 7 * DAY,
        ),
        facts=Facts(
            stages=(("in progress", 1), ("complete", 2)),
            tasks=9,
            phases=(PhaseFact(name="Phase 1.5", complete=2, total=3),),
            tasks_done=2,
            commits=13,
            set_aside=(("merges", 7), ("made by machines", 2)),
            pieces_planned=4,
            stages_documented=1,
            unsigned="The assessment of 2025-11-10 was not signed.",
            names=NAMES,
        ),
    )
    answers = {"stage_complete_in_git:1": outcome("complete", "marked complete")}
    return snapshot(found, outcomes=answers, signed=signed(s1="Ana"))


def test_the_whole_page():
    assert gap_assessment_report(small()) == SMALL


def test_the_same_snapshot_gives_the_same_bytes():
    plain = json.dumps(busy(signed=signed(s5="Ben", s1="Ana")))
    turned = json.dumps(dict(reversed(json.loads(plain).items())))

    pages = {gap_assessment_report(json.loads(text)) for text in (plain, plain, turned)}

    assert len(pages) == 1


def test_the_report_has_the_briefs_sections():
    text = gap_assessment_report(busy())

    tokens = PARSER.parse(text)
    headings = [after.content for one, after in pairwise(tokens) if one.type == "heading_open"]
    assert headings == [
        "Weekly Gap Assessment Report",
        "1. Completeness Check",
        "2. Gap Identification",
        "3. Issue Review",
        "4. Forecast Update",
        "5. Recommendations",
    ]
    for part in (
        *("Stages Review", "Findings", "Undocumented Work", "Missing Stages/Tasks"),
        *("Open Issues", "Resolved Issues This Week", "Progress Against Plan"),
        *("At-Risk Deliverables", "Immediate Actions", "Process Improvements"),
    ):
        assert f"\n**{part}:**\n" in text
    assert text.count("\n**Actions:**\n") == 4
    assert [one.type for one in tokens].count("table_open") == 3


# The head


@pytest.mark.parametrize(
    ("by", "assessor"),
    [
        ({}, "not signed yet"),
        ({"s2": "Ben"}, "signed in part: section 2 by Ben"),
        (
            {"s1": "Ana", "s3": "Ben", "s2": "Ana"},
            "signed in part: sections 1, 2 by Ana; section 3 by Ben",
        ),
        (dict.fromkeys(("s1", "s2", "s3", "s4", "s5"), "Ana"), "Ana"),
        (
            {**dict.fromkeys(("s1", "s2", "s3", "s4"), "Ana"), "s5": "Ben"},
            "sections 1, 2, 3, 4 by Ana; section 5 by Ben",
        ),
    ],
)
def test_the_assessor_is_who_signed(by, assessor):
    text = gap_assessment_report(snapshot(week(), signed=signed(**by)))

    assert f"\n**Assessor:** {assessor}  \n" in text
    assert text.count("[x]") == len(by)


def test_what_was_not_assessed_is_said_at_the_top():
    text = report(not_assessed=("Commits of x: there is no folder x.",))

    assert "**Not Assessed:**\n- Commits of x: there is no folder x.\n" in text
    assert text.index("Not Assessed") < text.index("1. Completeness")
    assert "- None found in 0 commits; not everything could be assessed, see the top.\n" in text


def test_a_late_report_says_so():
    assert "- This report came later than its Monday morning; it shows 2025-11-17 09:00.\n" in (
        report(late=True)
    )


def test_hostile_words_change_nothing_of_the_page():
    def page(words):
        answers = {
            "commit_unplanned:1": outcome("not_a_gap", "not a gap", reason=words, by_name=words),
            "task_no_estimate:1": outcome("estimated", words, by_name=words),
        }
        commits = finding(
            FindingKind.COMMIT_UNPLANNED,
            words,
            commits=("a" * 40,),
            evidence=(f"aaaaaaa: {words}", words),
            owner_text=words,
        )
        task = finding(FindingKind.TASK_NO_ESTIMATE, f"Task “{words}” lacks.", refs=(words,))
        opened = finding(FindingKind.TASK_NO_STAGE, words, refs=(words,), owner_id=BEN)
        facts = Facts(
            stages=(("in progress", 1),),
            open_issues=(issue(title=words),),
            resolved_issues=(issue(title=words, prevention=words),),
            phases=(PhaseFact(name=words, complete=1, total=1),),
            set_aside=((f"RULE-001: {words}", 1),),
            forecasts=(forecast("stage", name=words, p50="2026-01-01", drivers=(words,)),),
            calibration=words,
            unsigned=words,
            names=((ANA, words), (BEN, words)),
            unplaced_counters=(words,),
        )
        found = week(
            commits,
            task,
            opened,
            facts=facts,
            not_assessed=(words,),
            remarks=(words,),
            project=words,
        )
        by = {"1": {"by": ANA, "by_name": words, "at": MONDAY.isoformat()}}
        return gap_assessment_report(snapshot(found, outcomes=answers, signed=by))

    calm, hostile = PARSER.parse(page("calm")), PARSER.parse(page(HOSTILE))

    assert [token.type for token in hostile] == [token.type for token in calm]
    inline = {
        child.type for token in hostile if token.type == "inline" for child in token.children or ()
    }
    assert inline <= {
        *("text", "text_special", "softbreak", "hardbreak"),
        *("strong_open", "strong_close"),
    }


def test_a_quiet_week_is_short():
    text = report()

    assert "\n**In Short:** no gap was found\n" in text
    assert "- None found.\n" in text
    assert "- None found in 0 commits.\n" in text
    assert "Not Assessed" not in text
    assert len(text.splitlines()) < 90


def test_an_unknown_number_is_not_filled_in():
    text = report()

    assert "- Current velocity: not enough data (no task says when it was completed)\n" in text
    assert "- Projected completion: not enough data (planned: not recorded)\n" in text


def test_the_end_of_the_audit_trail_stands_in_the_report():
    said = {**snapshot(week()), "trail": Head(1234, "3f2a" * 16).words}

    *_, blank, line = gap_assessment_report(said).rstrip("\n").split("\n")

    assert (blank, line) == ("", "Audit trail: 1,234 changes, head 3f2a3f2a3f2a3f2a")
    assert read_anchor(line.removeprefix("Audit trail: ")) == Head(1234, "3f2a" * 4)
