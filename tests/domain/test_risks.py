"""What makes a deliverable one at risk, and what is known of a stage's end."""

from datetime import timedelta

import pytest

from bot.domain.assessment import PlanSnapshot
from bot.domain.findings import FindingKind
from bot.domain.issues import IssueStatus, Severity
from bot.domain.plan import Duration, Status, Workspace
from bot.domain.risks import Deliverable, Outlook, at_risk_finding, outlook_of
from bot.domain.slips import StageOutlook
from tests.conftest import MONDAY
from tests.domain.builders import DAY, issue, stage, task

DUE = MONDAY.replace(hour=0) + 10 * DAY
WORKSPACE = Workspace(id="W1")


def finding(due=DUE, *, ends=None, drivers=(), owner=None, now=MONDAY):
    return at_risk_finding(
        Deliverable("STG-1", "1", "Stage 1", due),
        ends=ends,
        drivers=drivers,
        owner=owner,
        now=now,
    )


def outlook(one, *tasks, issues=(), **more):
    snapshot = PlanSnapshot(workspace=WORKSPACE, stages=(one,), tasks=tasks, issues=issues)
    return outlook_of(snapshot, one, None, now=MONDAY, **more)


@pytest.mark.parametrize(
    ("due", "ends"),
    [
        (DUE, None),
        (DUE, (DUE - 5 * DAY, DUE - DAY)),
        (DUE, (DUE - 5 * DAY, DUE + timedelta(hours=20))),  # on the planned day itself
        (MONDAY.replace(hour=0), None),
    ],
)
def test_what_keeps_its_date_is_none(due, ends):
    assert finding(due, ends=ends) is None


def test_a_late_p85_is_one_and_proposes_itself():
    late = finding(ends=(DUE - DAY, DUE + 4 * DAY))

    assert late.kind is FindingKind.DELIVERABLE_AT_RISK
    assert late.key == "deliverable_at_risk:STG-1"
    assert late.text == (
        "Stage 1 is planned for 2025-11-27; by its pace it ends on 2025-11-26 (as likely as not)"
        " to 2025-12-01 (P85), 4 days late."
    )
    assert dict(late.proposal) == {"planned_end": (DUE + 4 * DAY).isoformat()}
    assert late.first_seen_at == MONDAY


def test_a_forecast_that_never_ends_is_one_and_proposes_nothing():
    never = finding(ends=(None, None))

    assert "more than ten years" in never.text
    assert dict(never.proposal) == {}


def test_a_date_that_is_over_is_one():
    over = finding(MONDAY - 3 * DAY)

    assert over.text == "Stage 1 was planned for 2025-11-14 and is not complete."
    assert dict(over.proposal) == {}


def test_drivers_are_its_evidence_with_the_help_of_the_worst():
    owner = Outlook(stage=StageOutlook(ref="1", remaining=1), owner_id="U1", owner_text="Ada")

    late = finding(
        MONDAY - 3 * DAY, drivers=[("1: late", "Split it."), ("2: late", "")], owner=owner
    )

    assert late.evidence == ("1: late", "2: late", "what would help: Split it.")
    assert (late.owner_id, late.owner_text) == ("U1", "Ada")


def test_a_stage_with_tasks_is_told_by_them():
    new = task("1", created_at=MONDAY - DAY, stage_key="STG-1")
    done = task("2", status=Status.COMPLETE, completed_at=MONDAY - DAY, stage_key="STG-1")
    other = task("3", stage_key="STG-2")

    seen = outlook(stage("1", last_progress_at=MONDAY - 9 * DAY), new, done, other).stage

    assert (seen.remaining, seen.added_tasks, seen.done_tasks) == (1, 1, 1)
    assert (seen.silent_days, seen.has_estimate, seen.has_owner) == (9, True, False)


def test_a_bare_stage_counts_as_one_piece_of_work():
    bare = outlook(stage("1", last_progress_at=None, owner_text="Ada")).stage
    sized = outlook(stage("1", duration=Duration("2 days")), never=True).stage

    assert (bare.remaining, bare.has_estimate, bare.silent_days) == (1, False, None)
    assert bare.has_owner
    assert (sized.has_estimate, sized.never) == (True, True)


def test_only_open_issues_of_level_1_and_2_block():
    issues = tuple(
        issue(f"ISS-{n}", severity, DAY, stage_keys=("STG-1",), status=status)
        for n, (severity, status) in enumerate(
            [
                (Severity.BLOCKER, IssueStatus.OPEN),
                (Severity.MAJOR, IssueStatus.IN_PROGRESS),
                (Severity.MAJOR, IssueStatus.RESOLVED),
                (Severity.MINOR, IssueStatus.OPEN),
            ]
        )
    )

    assert outlook(stage("1"), issues=issues).stage.blocked_by == ("ISS-0", "ISS-1")
