"""Section 5 of the report: actions, improvements and KPIs."""

from bot.domain.facts import Facts
from bot.domain.findings import FindingKind
from bot.reports.gap_assessment import gap_assessment_report
from tests.reports.busy_week import busy
from tests.reports.weeks import (
    BEN,
    NAMES,
    finding,
    issue,
    outcome,
    report,
)


def test_immediate_actions_are_the_open_findings_by_weight_and_person():
    text = gap_assessment_report(busy())

    actions = text[text.index("**Immediate") : text.index("**Process")].strip().splitlines()[1:]
    assert actions[:2] == [
        "1. Settle ISS-002, or say by when; the time of the level is over (ask the tech lead)",
        "2. Take over what the counter shows of stage 1.5.4 (ask Ana)",
    ]
    assert len(actions) == 7
    assert "1.5.3" not in " ".join(actions)  # somebody marked it complete
    assert "ISS-001" not in " ".join(actions)  # it has an owner and a remediation task


def test_gaps_of_one_person_are_one_action():
    many = [finding(FindingKind.TASK_NO_ESTIMATE, n=n, refs=(f"T-{n}",)) for n in range(1, 6)]
    old = [
        finding(kind, refs=("1.1",), owner_id=BEN)
        for kind in (FindingKind.STAGE_OLD, FindingKind.STAGE_SILENT)
    ]

    text = report(*many, *old)

    assert "1. Say how it stands with stage 1.1 (ask Ben)\n" in text
    assert "2. Estimate tasks T-1, T-2, T-3 and 2 more (ask Ana)\n" in text


def test_an_issue_without_owner_or_tasks_waits_for_triage():
    one = finding(FindingKind.ISSUE_OPEN, refs=("ISS-001",), owner_id=BEN)

    text = report(one, facts=Facts(open_issues=(issue(),), names=NAMES))

    assert "1. Name an owner and remediation tasks for ISS-001 (ask Ben)\n" in text


def test_technical_debt_is_no_immediate_action():
    debt = issue(severity="Level 4: Technical debt", due_at=None)
    one = finding(FindingKind.ISSUE_OPEN, refs=("ISS-001",), record_keys=("ISS-001",))

    text = report(one, facts=Facts(open_issues=(debt,)))

    assert "**Immediate Actions:**\n- None.\n" in text


def test_improvements_come_of_numbers_and_name_them():
    unplanned = [
        finding(FindingKind.COMMIT_UNPLANNED, n=n, commits=(f"{n}" * 40,)) for n in range(5)
    ]
    facts = Facts(
        tasks=224,
        pieces_planned=6,
        unplaced_counters=("logs/train.log",),
        resolved_issues=(issue(),),
    )
    excused = {unplanned[0].key: outcome("not_a_gap", "not a gap", reason="bot")}

    text = report(
        *unplanned,
        finding(FindingKind.REF_AMBIGUOUS, refs=("2.10",)),
        facts=facts,
        answers=excused,
    )

    improvements = text[text.index("**Process") : text.index("**Key")].strip().splitlines()[1:]
    assert [line.partition(":")[0] for line in improvements] == [
        "1. 4 of 10 pieces of work name no stage",
        "2. 1 reference is carried by two or more stages",
        "3. None of 224 tasks says when it was completed, so there is no velocity and no forecast",
        "4. 1 counter belongs to no stage (logs/train.log)",
        "5. 1 issue was resolved without prevention actions",
    ]


def test_the_kpis_show_their_arithmetic_with_the_answers_so_far():
    text = gap_assessment_report(busy())

    assert (
        "| Completeness rate | 91.7 % | 22 of 24 pieces of work belong to the plan; 1 left out as"
        " no gap | >95 % | no |\n"
    ) in text
    assert "| Issue resolution time, Level 2 | 4.5 days | mean of 4 issues" in text
