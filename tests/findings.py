"""One finding of each kind about the small plan, and a report that shows them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.domain.activity import Commit
from bot.domain.assessment import Assessment
from bot.domain.evidence import SeenCommit
from bot.domain.facts import Facts
from bot.domain.finding_order import ORDER
from bot.domain.findings import Finding, FindingKind, Report
from bot.domain.findings import FindingKind as Kind
from bot.domain.matching import Link, Tier
from bot.domain.plan import Status
from tests.conftest import MONDAY

WEEK = timedelta(days=7)
REPORT = "gap_assessment:2025-11-17"
SHAS = tuple(f"{n:07x}" + "0" * 33 for n in range(1, 20))
PIECE = SHAS[:3]
BASE = {
    "first_seen_at": MONDAY,
    "refs": ("1.5.4",),
    "record_keys": ("STG-901",),
}
_STAGE = "Stage 1.5.4 “BQX Table Recalculation”"


def finding(kind: Kind, text: str, **fields) -> Finding:
    """Return a finding about stage 1.5.4, unless the fields say otherwise."""
    known = {**BASE, **fields}
    key = known.pop("key", f"{kind}:{(known['record_keys'] or known['refs'] or ('x',))[0]}")
    return Finding(key=key, kind=kind, text=text, **known)


FINDINGS = (
    finding(
        Kind.ISSUE_OVERDUE,
        "ISS-001 “Aurora writer down” (Level 2) has been open for 9 days, past the 7 days of its"
        " level.",
        refs=("ISS-001",),
        record_keys=("ISS-001",),
        evidence=("discovered 2025-11-08, status Open",),
    ),
    finding(
        Kind.DELIVERABLE_AT_RISK,
        "Stage 1.5.4 “BQX Table Recalculation” is late: planned for 28 Nov, likely done 5 Dec.",
        evidence=("P50 2025-12-05, P85 2025-12-12",),
        proposal={"planned_end": "2025-12-12T00:00:00+00:00"},
    ),
    finding(
        Kind.STAGE_COMPLETE_IN_GIT,
        "2 commits call stage 1.5.5 “REG Table Recalculation” complete; the plan says not started.",
        refs=("1.5.5",),
        record_keys=("STG-902",),
        commits=SHAS[3:5],
        evidence=("0000004: Complete Stage 1.5.5", "0000005: Stage 1.5.5: 100 % done"),
        proposal={"completed_at": (MONDAY - WEEK).isoformat()},
    ),
    finding(
        Kind.TASK_COMPLETE_IN_GIT,
        "A commit completes task TSK-1.5.4 “Rebuild indices”; the plan says not started.",
        refs=("TSK-1.5.4",),
        record_keys=("TASK-901",),
        commits=SHAS[5:6],
        evidence=("0000006: Closes TSK-1.5.4",),
        proposal={
            "completed_at": (MONDAY - WEEK).isoformat(),
            "actual_minutes": 390,
            "actual_reason": "3 commits in one session of 6.5 h",
        },
    ),
    finding(
        Kind.STAGE_PROGRESS_UNLOGGED,
        "A counter shows stage 1.5.4 “BQX Table Recalculation” at 150/336 (44.6 %); the plan stands"
        " at 38.3 %.",
        evidence=("backfill.log:12: 150/336 partitions complete",),
        proposal={"permille": 446, "done": 150, "total": 336, "words": "150/336 (44.6 %)"},
    ),
    finding(
        Kind.STAGE_STARTED_IN_GIT,
        "2 commits work on stage 2.10 “Infrastructure Management”; the plan says not started.",
        refs=("2.10",),
        record_keys=("STG-904",),
        commits=SHAS[6:8],
        evidence=("0000007: Terraform the workers", "0000008: Add the queue"),
        proposal={"started_at": (MONDAY - WEEK).isoformat()},
    ),
    finding(
        Kind.PLAN_CONTRADICTION,
        "Stage 1.1 “Create BQX Table Structure” is complete, but 2 tasks are not.",
        refs=("1.1",),
        record_keys=("STG-903",),
        proposal={"status": "complete"},
    ),
    finding(
        Kind.STAGE_NO_EVIDENCE,
        "Stage 1.1 “Create BQX Table Structure” is complete since 2025-11-10, and no commit names"
        " it.",
        refs=("1.1",),
        record_keys=("STG-903",),
    ),
    finding(
        Kind.STAGE_SILENT,
        f"{_STAGE} is in progress and has had no update for 20 days.",
        evidence=("last update 2025-10-28",),
        state="carried",
        first_seen_at=MONDAY - WEEK,
    ),
    finding(
        Kind.STAGE_IDLE,
        f"{_STAGE} is in progress and had its last commit 18 days ago.",
        commits=SHAS[8:9],
        evidence=("0000009: Rebuild the partitions",),
    ),
    finding(Kind.STAGE_OLD, f"{_STAGE} has been in progress for 40 days."),
    finding(Kind.STAGE_AGE_UNKNOWN, f"{_STAGE} is in progress, but its start is not recorded."),
    finding(
        Kind.STAGE_MISSING,
        "1 commit names stage 1.5.9, which the plan does not have.",
        refs=("1.5.9",),
        record_keys=(),
        key="stage_missing:1.5.9",
        commits=SHAS[9:10],
        evidence=("000000a: Stage 1.5.9: new indices", "the plan has 1.5.4, 1.5.5"),
        proposal={"ref": "1.5.9", "near": ["1.5.4", "1.5.5"]},
    ),
    finding(
        Kind.COMMIT_UNPLANNED,
        "3 commits of 2025-11-13 to 2025-11-14 by Ben Okafor name no stage or task of the plan:"
        " “feat(cache): Add a cache”. Likely 1.5.4 “BQX Table Recalculation”.",
        refs=(),
        record_keys=(),
        key="commit_unplanned:aaaaaaaaaaaaaaaa",
        commits=PIECE,
        owner_text="Ben Okafor",
        evidence=(
            "0000001: feat(cache): Add a cache",
            "0000002: feat(cache): Warm it",
            "0000003: fix(cache): Evict the oldest",
            "likely 1.5.4 “BQX Table Recalculation”: same files as 4 of its commits",
        ),
        proposal={
            "record": "STG-901",
            "record_label": "1.5.4 “BQX Table Recalculation”",
            "score": 0.82,
            "title": "Add a cache",
            "stage_key": "STG-901",
            "owner_id": None,
            "owner_text": "Ben Okafor",
            "started_at": (MONDAY - timedelta(days=4)).isoformat(),
            "completed_at": (MONDAY - timedelta(days=3)).isoformat(),
            "actual_minutes": 255,
            "actual_reason": "3 commits in two sessions",
        },
    ),
    finding(
        Kind.COMMIT_UNPLANNED,
        "1 commit of 2025-11-14 by Ada names no stage or task of the plan: “Tidy the cupboard”.",
        refs=(),
        record_keys=(),
        key="commit_unplanned:bbbbbbbbbbbbbbbb",
        commits=SHAS[10:11],
        owner_text="Ada",
        evidence=("000000b: Tidy the cupboard",),
        proposal={
            "record": None,
            "record_label": None,
            "score": 0.0,
            "title": "Tidy the cupboard",
            "stage_key": None,
            "owner_id": None,
            "owner_text": "Ada",
            "started_at": (MONDAY - timedelta(days=3)).isoformat(),
            "completed_at": (MONDAY - timedelta(days=3)).isoformat(),
            "actual_minutes": None,
            "actual_reason": "",
        },
    ),
    finding(
        Kind.REF_AMBIGUOUS,
        "2 stages carry 2.10: “Infrastructure Management” or “Infrastructure Management"
        " (accelerated)”. 1 commit names it: which is meant?",
        refs=("2.10",),
        record_keys=("STG-904", "STG-905"),
        key="ref_ambiguous:2.10",
        commits=SHAS[11:12],
        evidence=("000000c: Stage 2.10: buy the machines",),
        proposal={
            "ref": "2.10",
            "choices": [
                {"key": "STG-904", "label": "2.10 “Infrastructure Management”"},
                {"key": "STG-905", "label": "2.10 “Infrastructure Management (accelerated)”"},
            ],
        },
    ),
    finding(
        Kind.STAGE_NO_TASKS,
        "Stage 1.5.5 “REG Table Recalculation” is in progress without a task.",
        refs=("1.5.5",),
        record_keys=("STG-902",),
    ),
    finding(
        Kind.TASK_NO_ESTIMATE,
        "Task TSK-1.5.4 “Rebuild indices” has no estimate.",
        refs=("TSK-1.5.4",),
        record_keys=("TASK-901",),
        evidence=(
            "status: not started",
            "proposed 4 h (2.5 h to 7 h): from 31 finished tasks",
            "like TSK-1.2.1 “Rebuild the index of rates”, 3.5 h",
            "like TSK-1.2.4 “Rebuild statistics”, 4 h",
            "like TSK-1.3.2 “Drop old indices”, 5 h",
        ),
        proposal={"estimate_minutes": 240, "low_minutes": 150, "high_minutes": 420, "note": ""},
    ),
    finding(
        Kind.TASK_NO_OWNER,
        "Task “Vacuum” has no owner.",
        refs=(),
        record_keys=("TASK-902",),
    ),
    finding(
        Kind.TASK_NO_STAGE,
        "Task “Vacuum” has no stage.",
        refs=(),
        record_keys=("TASK-902",),
    ),
)
ISSUE_OPEN = replace(FINDINGS[0], key="issue_open:ISS-001", kind=Kind.ISSUE_OPEN)
LIKELY = next(one for one in FINDINGS if one.proposal.get("score"))
TIDY = next(one for one in FINDINGS if one.key == "commit_unplanned:bbbbbbbbbbbbbbbb")
BY_KIND = {one.kind: one for one in (ISSUE_OPEN, *FINDINGS)}
LINKS = (
    Link(
        sha=SHAS[12],
        ref=None,
        record="STG-901",
        tier=Tier.LIKELY,
        score=0.97,
        reason="same files as 6 of its commits; the author's last commit was on it",
        status="linked",
    ),
)
COMMITS = tuple(
    SeenCommit(
        commit=Commit(
            sha=sha,
            author_name="Ben Okafor",
            author_email="ben@bqx.example",
            authored_at=MONDAY - timedelta(days=4),
            subject=f"feat(cache): commit {number}",
            body="",
            paths=(f"src/cache/{number}.py",),
        ),
        repo="project",
        arrived_at=MONDAY,
    )
    for number, sha in enumerate(SHAS)
)
FACTS = Facts(stages=((Status.IN_PROGRESS.value, 5),), tasks=2, commits=14, pieces_planned=21)


def assessment_of(findings: Sequence[Finding] = FINDINGS, **fields) -> Assessment:
    """Return an assessment that found these, in the order of the thread."""
    known = {"links": LINKS, "facts": FACTS, **fields}
    return Assessment(
        as_of=MONDAY,
        period_start=MONDAY - WEEK,
        zone="Europe/Berlin",
        local_date="2025-11-17",
        project="BQX",
        findings=tuple(sorted(findings, key=lambda one: ORDER.index(FindingKind(one.kind)))),
        **known,
    )


def report_of(findings: Sequence[Finding] = FINDINGS, **fields) -> Report:
    """Return the report of these findings."""
    return Report(
        key=REPORT,
        kind="gap_assessment",
        local_date="2025-11-17",
        as_of=MONDAY,
        snapshot=assessment_of(findings, **fields).to_plain(),
    )
