"""A week as a team of four might have it, and what it said about it by noon."""

from datetime import UTC, datetime
from typing import Any

from bot.domain.assessment import Assessment
from bot.domain.facts import Facts, ForecastFact, PhaseFact, ResolutionFact
from bot.domain.findings import Finding, FindingKind, FindingState
from bot.domain.issue_facts import RemediationTask
from bot.domain.plan import Status
from tests.conftest import MONDAY
from tests.reports.weeks import BEN, DAY, NAMES, STAGE, finding, issue, outcome, snapshot, week


def busy_week() -> Assessment:
    """Return a week as a team of four might have it."""
    return week(*_found(), facts=_facts(), remarks=("bqx-ml: a shallow clone; older work is cut.",))


def busy_answers() -> dict[str, Any]:
    """Return what the team said about it by noon."""
    return {
        "stage_complete_in_git:1": outcome("complete", "marked complete"),
        "commit_unplanned:1": outcome("linked", f"linked to {STAGE}", by=BEN, by_name="Ben"),
        "commit_unplanned:3": outcome(
            "not_a_gap", "not a gap", reason="house-keeping of the CI", until=None
        ),
        "task_no_estimate:1": outcome("estimated", "estimated at 6.5 h"),
        "stage_silent:1": outcome(
            "accurate", "still accurate", until=(MONDAY + 14 * DAY).isoformat()
        ),
        "deliverable_at_risk:1": outcome("eta_moved", "ETA moved to 2026-01-16"),
    }


def busy(**added: Any) -> dict[str, Any]:
    """Return the snapshot of the busy week with its answers."""
    return snapshot(busy_week(), **{"outcomes": busy_answers(), **added})


def _found() -> list[Finding]:
    old = {"state": FindingState.CARRIED, "first_seen_at": MONDAY - 7 * DAY}
    sha, other, third = "1a2b3c4" * 5, "9f8e7d6" * 5, "5c4b3a2" * 5
    return [
        finding(
            FindingKind.ISSUE_OVERDUE,
            "ISS-002 “Credentials in a log” (Level 1: Blocker) has been open for 2 days, past the 1"
            " day of its level.",
            refs=("ISS-002",),
            record_keys=("ISS-002",),
            owner_id=None,
        ),
        finding(
            FindingKind.ISSUE_OPEN,
            "ISS-001 “Backfill stops at partition 129” (Level 2: Major issue) has been open for 3"
            " days.",
            refs=("ISS-001",),
            record_keys=("ISS-001",),
            owner_id=BEN,
        ),
        finding(
            FindingKind.DELIVERABLE_AT_RISK,
            "Stage 1.5.5 “REG Table Recalculation” is planned for 2025-12-05; P85 is 2026-01-16, 42"
            " days later.",
            refs=("1.5.5",),
            record_keys=("STG-005",),
        ),
        finding(
            FindingKind.STAGE_COMPLETE_IN_GIT,
            "A commit calls stage 1.5.3 “Index Rebuild” complete; the plan says in progress.",
            refs=("1.5.3",),
            commits=(sha,),
            evidence=("1a2b3c4: feat: complete stage 1.5.3, 336/336 partitions",),
        ),
        finding(
            FindingKind.STAGE_PROGRESS_UNLOGGED,
            f"A counter shows stage {STAGE} at 129/336 (38.4 %); the plan stands at 20 %.",
            refs=("1.5.4",),
            evidence=("logs/backfill.log:8123: partition 129/336 done in 41 s",),
        ),
        finding(
            FindingKind.STAGE_SILENT,
            "Stage 2.1 “Feature Store” is in progress and has had no update for 20 days.",
            refs=("2.1",),
            evidence=("last update 2025-10-28",),
            **old,
        ),
        finding(
            FindingKind.STAGE_AGE_UNKNOWN,
            "Stage 2.3 “Model Registry” is in progress, but its start is not recorded.",
            refs=("2.3",),
            evidence=("not recorded: start",),
            owner_id=None,
            owner_text="DATA-001",
            **old,
        ),
        finding(
            FindingKind.COMMIT_UNPLANNED,
            "2 commits of 2025-11-13 by Ben name no stage or task of the plan: “fix: retry locked"
            f" partitions”. Likely {STAGE}.",
            commits=(other, sha),
            owner_id=BEN,
            evidence=(
                "9f8e7d6: fix: retry locked partitions",
                "1a2b3c4: test: locked partitions",
                f"likely {STAGE}: same files as its commits",
            ),
        ),
        finding(
            FindingKind.COMMIT_UNPLANNED,
            "1 commit of 2025-11-14 by Cara names no stage or task of the plan: “feat: plots”.",
            n=2,
            commits=(third,),
            owner_id=None,
            owner_text="Cara",
            evidence=("5c4b3a2: feat: plots",),
        ),
        finding(
            FindingKind.COMMIT_UNPLANNED,
            "1 commit of 2025-11-12 by Ben names no stage or task of the plan: “ci: cache wheels”.",
            n=3,
            commits=("7777777" * 5,),
            owner_id=BEN,
            evidence=("7777777: ci: cache wheels",),
        ),
        finding(
            FindingKind.COMMIT_UNPLANNED,
            "1 commit of 2025-11-11 by Ben names no stage or task of the plan: “feat: alerts”.",
            n=4,
            commits=("6666666" * 5,),
            owner_id=BEN,
            evidence=("6666666: feat: alerts",),
        ),
        finding(
            FindingKind.REF_AMBIGUOUS,
            "2 stages carry 2.10: “Infrastructure” or “Infrastructure (accelerated)”.",
            refs=("2.10",),
            owner_id=None,
            **old,
        ),
        *(
            finding(
                FindingKind.TASK_NO_ESTIMATE,
                f"Task TSK-2.1.{n} “Part {n} of the store” has no estimate.",
                n=n,
                refs=(f"TSK-2.1.{n}",),
                evidence=("status: not started",),
                **({"owner_id": BEN} if n > 1 else {}),
            )
            for n in range(1, 6)
        ),
    ]


def _facts() -> Facts:
    task = RemediationTask(
        key="TSK-1.5.4.9",
        title="Retry locked partitions",
        status=Status.IN_PROGRESS,
        estimate_minutes=240,
        owner_id=BEN,
        created_at=MONDAY - 2 * DAY,
    )
    blocker = issue(
        "ISS-002",
        title="Credentials in a log",
        severity="Level 1: Blocker",
        days=2,
        status="Open",
        overdue=True,
        owner_id=None,
        discovered_at=MONDAY - 2 * DAY,
        due_at=MONDAY - DAY,
        acknowledged=False,
        stages=(),
    )
    resolved = issue(
        "ISS-000", title="Wrong zone in a report", days=3, status="Resolved", prevention=""
    )
    return Facts(
        stages=(("not started", 20), ("in progress", 5), ("complete", 32)),
        tasks=224,
        open_issues=(blocker, issue(remediation=(task,))),
        resolved_issues=(resolved,),
        phases=(
            PhaseFact(
                name="Phase 1.5",
                complete=3,
                total=5,
                planned_end=datetime(2025, 12, 5, tzinfo=UTC),
            ),
            PhaseFact(name="Phase 2", complete=0, total=12),
        ),
        tasks_done=7,
        tasks_per_week=6.2,
        commits=43,
        set_aside=(("merges", 7), ("made by machines", 3), ("RULE-001: house-keeping", 2)),
        pieces_planned=21,
        stages_old=2,
        stages_documented=41,
        resolution=(ResolutionFact(level=2, mean_days=4.5, issues=4, within_days=7),),
        forecast_errors=(0.12, 0.31, 0.15),
        forecasts=(
            ForecastFact(
                record_kind="project",
                record_key="W1",
                name="BQX",
                remaining=58,
                p50="2026-01-23",
                p85="2026-02-27",
                growth="2026-04-10",
                planned="2026-01-30",
                rate="6.2 tasks/week",
            ),
            ForecastFact(
                record_kind="stage",
                record_key="STG-005",
                name="1.5.5 “REG Table Recalculation”",
                remaining=14,
                p50="2025-12-19",
                p85="2026-01-16",
                planned="2025-12-05",
                rate="2.1 tasks/week",
                slip_days=42,
                drivers=("14 tasks are left at 2.1 a week", "waits for 1.5.4"),
                mitigation="give two of its tasks to a second person",
                owner_id=BEN,
            ),
            ForecastFact(
                record_kind="phase",
                record_key="PHS-2",
                name="Phase 2",
                remaining=40,
                text="not enough data (3 of 13 completions in the last 26 weeks)",
            ),
        ),
        calibration="of 23 P85 dates, 20 were met",
        unsigned="The assessment of 2025-11-10 was signed in 3 of 5 sections.",
        names=NAMES,
    )
