"""A small plan with one finding of each kind, asked about and reported."""

from datetime import timedelta
from pathlib import Path

from bot.domain.activity import Commit
from bot.domain.assessment import Assessment
from bot.domain.entries import AnswerWords
from bot.domain.evidence import SeenCommit
from bot.domain.facts import Facts
from bot.domain.findings import Finding, FindingKind, GapAnswer, GapCheck, Report
from bot.domain.outcomes import Repaired
from bot.domain.plan import Phase, Stage, Status, Task
from bot.ports import PlanReader
from bot.usecases.answer_finding import answer_finding
from tests.builders import ANA, BEN, SmallPlan
from tests.conftest import MONDAY

LATER = MONDAY + timedelta(hours=2)
DAY = timedelta(days=1)
COMMITS = tuple(
    Commit(
        sha=f"{number:040x}",
        author_name="Ada",
        author_email="Ada@example.org",
        authored_at=MONDAY - 2 * DAY + number * timedelta(hours=1),
        subject="chore(db): tune the pool",
        paths=("db/pool.py",),
    )
    for number in (1, 2)
)
SHAS = tuple(commit.sha for commit in COMMITS)
PHASE = Phase(key="PH-001", ref="1.5", name="Lambda", status=Status.COMPLETE)
LOST = Task(key="TASK-903", title="Nobody's", estimate_minutes=60)
STUCK = Stage(key="STG-906", ref="3.1", name="Contradicts itself", status=Status.COMPLETE)
REPORT = "gap_assessment:2025-11-17"


def finding(kind: FindingKind, *record_keys: str, about: str = "", **more: object) -> Finding:
    return Finding(
        key=f"{kind}:{about or record_keys[0]}",
        kind=kind,
        text=f"{kind} of {about or record_keys[0]}",
        record_keys=record_keys,
        first_seen_at=MONDAY,
        **more,
    )


K = FindingKind
DONE_AT = (MONDAY - 3 * DAY).isoformat()
BEGAN_AT = (MONDAY - 5 * DAY).isoformat()
COUNTER = {"permille": 595, "done": 200, "total": 336, "words": "200/336 (59.5 %)"}
FINDINGS = (
    finding(K.STAGE_COMPLETE_IN_GIT, "STG-901", proposal={"completed_at": DONE_AT}),
    finding(K.STAGE_PROGRESS_UNLOGGED, "STG-901", proposal=COUNTER, evidence=("log:9: 200/336",)),
    finding(K.STAGE_OLD, "STG-901"),
    finding(K.STAGE_SILENT, "STG-901"),
    finding(K.STAGE_STARTED_IN_GIT, "STG-902", proposal={"started_at": BEGAN_AT}),
    finding(K.STAGE_NO_EVIDENCE, "STG-903"),
    finding(K.TASK_COMPLETE_IN_GIT, "TASK-902", proposal={"completed_at": DONE_AT}),
    finding(K.TASK_NO_ESTIMATE, "TASK-901"),
    finding(K.TASK_NO_OWNER, "TASK-902"),
    finding(K.TASK_NO_STAGE, "TASK-903"),
    finding(K.PLAN_CONTRADICTION, "STG-906"),
    finding(K.PLAN_CONTRADICTION, "PH-001"),
    finding(K.REF_AMBIGUOUS, "STG-904", "STG-905", about="2.10", commits=SHAS),
    finding(
        K.COMMIT_UNPLANNED,
        about="pool",
        commits=SHAS,
        proposal={
            "record": "STG-901",
            "title": "tune the pool",
            "owner_id": BEN,
            "owner_text": "Ada",
            "started_at": BEGAN_AT,
            "completed_at": DONE_AT,
        },
    ),
    finding(K.STAGE_MISSING, about="1.5.6", commits=SHAS[:1], proposal={"ref": "1.5.6"}),
    finding(K.DELIVERABLE_AT_RISK, "STG-901", proposal={"planned_end": (MONDAY + DAY).isoformat()}),
)


class FindingsPlan(SmallPlan):
    """SmallPlan with FINDINGS, each asked of Ana, those of STG-901 of Ben in an older bundle."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        with self.plans.changing(self.workspace_id) as plan:
            why = self.asker("cadence").why()
            for item in (PHASE, LOST, STUCK):
                plan.save(item, why)
            plan.put_findings(FINDINGS)
            plan.put_commits(
                SeenCommit(commit=commit, repo="bqx", arrived_at=MONDAY) for commit in COMMITS
            )
            for number, one in enumerate(FINDINGS):
                plan.save(_check(f"G-{number}", "B-ANA", ANA, one), why)
                if one.record_keys[:1] == ("STG-901",):
                    plan.save(_check(f"H-{number}", "B-BEN", BEN, one), why)
            plan.put_report(_report())

    def answer(
        self, key: str, answer: GapAnswer, member: str = ANA, cause: str = "", **words: object
    ) -> Repaired:
        asker = self.asker(member, now=LATER, cause=cause)
        return answer_finding(self.plans, key, answer, asker, AnswerWords(**words))

    def finding(self, key: str) -> Finding:
        with self.plans.reading(self.workspace_id) as plan:
            found = plan.finding(key)
        assert found is not None
        return found

    def picture(self) -> dict[str, object]:
        """All that an answer can change, without what only counts changes."""
        with self.plans.reading(self.workspace_id) as plan:
            return picture(plan)


def picture(plan: PlanReader) -> dict[str, object]:
    report = plan.report(REPORT)
    assert report is not None
    lists = {
        "phases": plan.phases(),
        "stages": plan.stages(),
        "tasks": plan.tasks(),
        "issues": plan.issues(),
        "findings": plan.findings(),
        "checks": plan.gap_checks(),
        "decisions": plan.link_decisions(),
        "rules": plan.work_rules(),
    }
    shown = {name: [_bare(item) for item in items] for name, items in lists.items()}
    updates = {stage.key: plan.last_update(stage.key) for stage in plan.stages()}
    said = {key: update and _bare(update) for key, update in updates.items()}
    outcomes = report.snapshot.get("outcomes", {})
    return shown | {"said": said, "outcomes": outcomes, "kpis": plan.kpi_snapshots()}


def _bare(item: object) -> dict[str, object]:
    names = item.__dataclass_fields__
    return {name: getattr(item, name) for name in names if name != "revision"}


def _check(key: str, bundle: str, member: str, about: Finding) -> GapCheck:
    return GapCheck(
        key=key,
        bundle=bundle,
        member_id=member,
        finding_key=about.key,
        text=about.text,
        asked_at=MONDAY,
    )


def _report() -> Report:
    found = Assessment(
        as_of=MONDAY,
        period_start=MONDAY - 7 * DAY,
        local_date="2025-11-17",
        findings=FINDINGS,
        facts=Facts(stages=(("in progress", 4),), pieces_planned=3, stages_old=1),
    )
    return Report(
        key=REPORT,
        kind="gap_assessment",
        local_date="2025-11-17",
        as_of=MONDAY,
        snapshot=found.to_plain(),
    )
