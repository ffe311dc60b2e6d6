"""Values to fill plans with, and a picture of all that a plan says."""

from datetime import timedelta
from typing import Any

from bot.domain.activity import Commit
from bot.domain.airtable.agreement import Agreed
from bot.domain.airtable.mapping import BaseMapping, MappedField, MappedTable
from bot.domain.airtable.state import (
    AirtableBase,
    BaseState,
    Conflict,
    PullMode,
    PushState,
    QueuedPush,
    RecordLink,
    Sent,
    Trouble,
)
from bot.domain.code_issues import CodeLink, CodeSource
from bot.domain.effects import Effect, EffectKind, EffectState, Post
from bot.domain.escalations import Escalation, EscalationCause
from bot.domain.evidence import (
    CounterReading,
    KeptForecast,
    LinkDecision,
    LinkVerdict,
    RuleKind,
    SeenCommit,
    WorkRule,
)
from bot.domain.findings import (
    Finding,
    FindingKind,
    FindingState,
    GapAnswer,
    GapCheck,
    Report,
    SignOff,
)
from bot.domain.host_connection import FirstLook, HostConnection, HostTrouble
from bot.domain.issues import Issue, IssueReply, IssueStatus, Severity
from bot.domain.people import Person, Role
from bot.domain.plan import (
    Duration,
    Member,
    Phase,
    ProgressUpdate,
    Stage,
    Status,
    Task,
    Why,
)
from bot.domain.progress import Progress
from bot.domain.prompts import Prompt, PromptKind
from bot.domain.runs import Run, RunState
from bot.domain.team import Pause, Team
from bot.domain.trail import Selection
from bot.ports import PlanReader, PlanWriter
from tests.conftest import MONDAY

PHASE = Phase(key="PH-001", ref="1.5", name="Lambda", status=Status.IN_PROGRESS)
STAGE = Stage(
    key="STG-001",
    ref="1.5.4",
    code="BQX-1.5.4",
    name="Baseline rate",
    status=Status.IN_PROGRESS,
    progress=Progress.counted(129, 336),
    owner_id="U1",
    owner_text="DATA-001",
    phase_key="PH-001",
    docs_url="https://example.org/doc",
    duration=Duration("4-6 hours", 14_400, 21_600),
    description="What it is",
    notes="STATUS: IN PROGRESS (38.3% complete)",
    started_at=MONDAY,
    last_progress_at=MONDAY,
    completed_at=None,
    source={"id": "rec1", "fields": {"Stage ID": "1.5.4", "Tags": ["a", 1, None, 2.5, True]}},
)
TASK = Task(
    key="TASK-001",
    ref="TSK-3.1.6",
    title="Load it",
    stage_key="STG-001",
    estimate_minutes=90,
    actual_minutes=30,
    owner_id="U1",
    created_at=MONDAY,
)
ISSUE = Issue(
    key="ISS-001",
    title="Tick feed is down",
    description="Since Sunday",
    severity=Severity.BLOCKER,
    status=IssueStatus.IN_PROGRESS,
    stage_keys=("STG-001", "STG-002"),
    remediation_task_keys=("TASK-001",),
    discovered_at=MONDAY,
    reporter_id="U1",
    acknowledged_by="U2",
    acknowledged_at=MONDAY,
    permalink="https://bqx.slack.com/archives/C1/p1",
)
UPDATE = ProgressUpdate(
    key="PRG-001",
    stage_key="STG-001",
    member_id="U1",
    at=MONDAY,
    progress=Progress(384),
    note="Half way",
    status=Status.IN_PROGRESS,
)
CHECK = GapCheck(
    key="gap_assessment:2025-11-17:U1:1",
    bundle="gap_assessment:2025-11-17:U1",
    member_id="U1",
    finding_key="stage_old:STG-001",
    text="Is 1.5.4 still at 38.4 %?",
    asked_at=MONDAY,
    answer=GapAnswer.LATER,
    answered_by="U1",
    answered_at=MONDAY,
    operation="op1",
)
FINDING = Finding(
    key="stage_old:STG-001",
    kind=FindingKind.STAGE_OLD,
    text="1.5.4 has been in progress for 20 days",
    refs=("1.5.4",),
    record_keys=("STG-001",),
    commits=("c" * 40,),
    owner_id="U1",
    owner_text="DATA-001",
    evidence=("Started 28 October",),
    proposal={"record": "STG-001", "hours": [1, None, 2.5], "near": {"a": True}},
    state=FindingState.DISMISSED,
    verdict="later",
    first_seen_at=MONDAY,
    answer=GapAnswer.LATER,
    answered_by="U1",
    answered_at=MONDAY,
    reason="on holiday",
    until=MONDAY,
    operation="op1",
)
SIGNED = SignOff(
    key="gap_assessment:2025-11-17:2",
    report_key="gap_assessment:2025-11-17",
    section=2,
    signed_by="U1",
    signed_at=MONDAY,
)
DECISION = LinkDecision(
    key=f"{'c' * 40}:STG-001",
    sha="c" * 40,
    record_key="STG-001",
    verdict=LinkVerdict.AUTO,
    score=0.973,
    reason="shares 3 files",
)
RULE = WorkRule(
    key="RULE-001",
    kind=RuleKind.BELONGS,
    pattern="etl/",
    record_key="STG-001",
    reason="all of it",
    made_by="U1",
    made_at=MONDAY,
)
REPLY = IssueReply(
    key="REP-001", issue_key="ISS-001", member_id="U1", text="The disk is full", at=MONDAY
)
PERSON = Person(
    key="U1",
    role=Role.LEAD,
    aliases=("DATA-001", "ada@bqx.example"),
    zone="Asia/Kathmandu",
    work_days=(6, 0, 1, 2, 3),
    muted=("tour",),
    away_since=MONDAY,
    away_until=MONDAY,
    away_by="U2",
)
TEAM = Team(country="DE-BE", stakeholders=("boss@bqx.example",), counts_working_time=True)
PAUSE = Pause(
    key="PAU-001",
    job="gap_assessment",
    first="2025-12-22",
    last="2026-01-04",
    reason="Winter break",
    by="U1",
    at=MONDAY,
)
RUN = Run(
    job="end_of_day",
    subject="U1",
    local_date="2025-11-17",
    due_at=MONDAY,
    at=MONDAY,
    state=RunState.SKIPPED,
    reason="away",
)
PROMPT = Prompt(
    key="end_of_day:U1:2025-11-17",
    member_id="U1",
    kind=PromptKind.END_OF_DAY,
    local_date="2025-11-17",
    at=MONDAY,
    sent=False,
    waiting={"key": "end_of_day:U1:2025-11-17", "kind": "tour", "lane": "dm:U1"},
)
ESCALATION = Escalation(
    key="ISS-001", cause=EscalationCause.LEVEL_1, started_at=MONDAY, next_at=MONDAY
)
CODE_LINK = CodeLink(
    key="todo:abc",
    source=CodeSource.TODO,
    issue_key="ISS-001",
    repo="bqx",
    path="lag.py",
    line=7,
    text="TODO: lags",
    agreed=("Open",),
    seen_at=MONDAY,
)
HOST = HostConnection(
    host="GitHub",
    repo="acme/etl",
    looked_at=MONDAY,
    look=FirstLook(
        count=2,
        titles=(("#1", "Sum is wrong"),),
        levels={"2": 2},
        same={"ISS-001": 3},
        alike=(("#1", "Sum is wrong", "ISS-002", "The sum is wrong"),),
        alike_count=1,
        outward=1,
    ),
    agreed_at=MONDAY,
    agreed_by="U1",
    seen_until=MONDAY,
    troubles=(HostTrouble(key="ISS-001", status=403, why="no", at=MONDAY),),
)
ITEMS = {
    "phase": PHASE,
    "stage": STAGE,
    "task": TASK,
    "issue": ISSUE,
    "progress_update": UPDATE,
    "gap_check": CHECK,
    "finding": FINDING,
    "sign_off": SIGNED,
    "link_decision": DECISION,
    "work_rule": RULE,
    "issue_reply": REPLY,
    "person": PERSON,
    "team": TEAM,
    "pause": PAUSE,
}
MEMBER = Member(
    id="U1",
    name="Ada",
    real_name="Ada Lovelace",
    zone="Europe/Berlin",
    is_admin=True,
    aliases=("a@b.c", "Ada"),
)
REPORT = Report(
    key="gap_assessment:2025-11-17",
    kind="gap_assessment",
    local_date="2025-11-17",
    as_of=MONDAY,
    snapshot={"findings": [1, {"text": "ä"}]},
)
SEEN = SeenCommit(
    commit=Commit(
        sha="c" * 40,
        author_name="Ada",
        author_email="ada@example.org",
        authored_at=MONDAY,
        subject="feat: Stage 1.5.4",
        body="why",
        parents=("b" * 40,),
        paths=("etl/load.py",),
        branch="feature/x",
    ),
    repo="bqx",
    arrived_at=MONDAY,
)
READING = CounterReading(
    key="backfill@2025-11-17T08:00:00+00:00",
    probe="backfill",
    stage_key="STG-001",
    read_at=MONDAY,
    fraction=0.384,
    done=129,
    total=336,
    source="backfill.log:9",
    line="129/336",
    note="a new run began",
)
FORECAST = KeptForecast(
    key="gap_assessment:2025-11-17:PH-001",
    record_kind="phase",
    record_key="PH-001",
    made_at=MONDAY,
    method="negative binomial",
    remaining=12,
    p50_at=MONDAY,
    p85_at=MONDAY,
    quantiles_days=(1.5, 2.0, 3.25),
    actual_at=MONDAY,
    pit=0.4,
)
POST = Post(subject="issue:ISS-001", channel_id="C1", ts="1763.01")
EFFECT = Effect(
    key="op1#show:ISS-001",
    kind=EffectKind.ISSUE_ROOT,
    payload={"issue": "ISS-001"},
    lane="bqx-ml-critical",
    not_before=MONDAY,
    not_after=MONDAY,
    urgent=True,
    verified=False,
)

STATUS_FIELD = MappedField(
    "fldSTATUS00000001",
    "Status",
    "singleSelect",
    words={"Todo": "not started", "Done": "complete"},
    options={"Todo": "selTODO0000000001", "Done": "selDONE0000000001", "Parked": "selP"},
)
PHASE_FIELD = MappedField(
    "fldPHASE000000001", "Phase", "multipleRecordLinks", inverse_id="fldSTAGES00000001"
)
BASE = AirtableBase(
    base_id="appTESTS000000001",
    name="Plan",
    state=BaseState.CONNECTED,
    mode=PullMode.MODIFIED,
    mapping=BaseMapping(
        "appTESTS000000001",
        (
            MappedTable(
                "stage",
                "tblSTAGES00000001",
                "Stages",
                {"status": STATUS_FIELD, "phase": PHASE_FIELD},
            ),
        ),
    ),
    user_id="usr1",
    webhook_id="ach1",
    webhook_secret="c2VjcmV0",
    cursor=7,
    server_time=MONDAY,
    read_at=MONDAY,
    pulled_at=MONDAY,
    pushed_at=MONDAY,
    poke=True,
    error="SERVER_ERROR",
    error_at=MONDAY,
    stopped_until=MONDAY,
    troubles=(
        Trouble("token", "It is refused.", "Make a new one."),
        Trouble("options:x", "Gone.", "Add.", "tbl1", "fld1", ("Done", "Ünder")),
    ),
    proposal={"choices": [{"kind": "stage", "name": "owner", "target": "Lead", "meaning": ""}]},
)
LINK = RecordLink(
    kind="stage",
    key="STG-001",
    base_id=BASE.base_id,
    table_id="tblSTAGES00000001",
    record_id="recSTAGE000000001",
    agreed={
        "status": Agreed({"status": "Todo"}, {"status": "not started"}),
        "phase": Agreed({"phase": ["recPHASE000000001"]}, None),
    },
    sent=(
        Sent("progress", None, 0.383),
        Sent("status", "Todo", "Done", "2025-11-17T14:00:00+00:00", {"status": "complete"}),
    ),
    made_here=True,
    seen_at=MONDAY,
)
PUSH = QueuedPush(
    kind="stage",
    key="STG-001",
    since=MONDAY,
    state=PushState.HELD,
    attempts=2,
    not_before=MONDAY,
    error="INVALID_VALUE_FOR_COLUMN",
)
CONFLICT = Conflict(
    key="stage:STG-001:status",
    kind="stage",
    item_key="STG-001",
    aspect="status",
    ours={"status": "blocked"},
    theirs={"status": "complete"},
    cells={"status": "Done"},
    our_actor="U1",
    our_at=MONDAY,
    their_actor="airtable:Mara",
    their_at=MONDAY,
    found_at=MONDAY,
    overwritten=True,
)


def why(operation: str = "op1", actor_id: str = "U1", *, undoes: str | None = None) -> Why:
    """Return who, when and why."""
    return Why(
        operation=operation,
        actor_id=actor_id,
        at=MONDAY,
        reason="/bqx progress",
        evidence="said so",
        undoes=undoes,
    )


def fill(plan: PlanWriter, *, actor_id: str = "U1") -> None:
    """Write one of everything."""
    for item in ITEMS.values():
        plan.save(item, why(actor_id=actor_id))
    plan.mint("ISS")
    plan.claim("cmd:T1:1", MONDAY)
    plan.emit(EFFECT, MONDAY)
    plan.put_post(POST)
    plan.put_member(MEMBER)
    plan.put_tips("bqx", {"refs/heads/main": "d" * 40}, MONDAY)
    plan.put_commits([SEEN])
    plan.put_readings([READING], {"backfill": {"offset": 1}})
    plan.put_forecasts([FORECAST])
    plan.put_kpis("2025-11-17", MONDAY, {"Staleness rate": {"value": 0.1}})
    plan.put_report(REPORT)
    plan.put_channels({"bqx-ml": "C1"})
    plan.keep_draft("d1", "U1", {"note": "typed"}, MONDAY)
    plan.put_airtable_base(BASE)
    plan.put_link(LINK)
    plan.queue_push(PUSH)
    plan.put_conflict(CONFLICT)
    plan.claim_run(RUN)
    plan.put_prompts([PROMPT])
    plan.put_escalation(ESCALATION)
    plan.put_code_links([CODE_LINK])
    plan.put_code_host(HOST)


def picture(plan: PlanReader) -> dict[str, Any]:
    """Return what every method of the reader says about what `fill` writes."""
    return {
        "phases": plan.phases(),
        "stages": plan.stages(),
        "stage_counts": plan.stage_counts(),
        "stage": plan.stage("STG-001"),
        "stages_with_ref": plan.stages_with_ref("1.5.4"),
        "search_stages": plan.search_stages("", member_id="U1"),
        "tasks": [plan.tasks(), plan.tasks(stage_key="STG-001")],
        "task": plan.task("TASK-001"),
        "issues": [plan.issues(), plan.issues(open_only=True)],
        "issue": plan.issue("iss-001"),
        "item": [plan.item(kind, item.key) for kind, item in ITEMS.items()],
        "members": plan.members(),
        "member": plan.member("U1"),
        "last_update": [plan.last_update("STG-001"), plan.last_update("STG-001", "U1")],
        "changes": [plan.changes(), plan.changes(kind="stage", key="STG-001")],
        "walk_changes": list(plan.walk_changes()),
        "operations": plan.operations(Selection()),
        "trail_head": plan.trail_head(),
        "restricted_issues": plan.restricted_issues(),
        "false_marks": plan.false_marks(),
        "operation": plan.operation("op1"),
        "last_operation": plan.last_operation("U1"),
        "gap_checks": [plan.gap_checks(), plan.gap_checks(bundle=CHECK.bundle)],
        "gap_check": plan.gap_check(CHECK.key),
        "findings": plan.findings(),
        "finding": plan.finding(FINDING.key),
        "findings_with": plan.findings_with([FINDING.key, "nothing"]),
        "memory": plan.memory(),
        "seen_commits": plan.seen_commits([SEEN.commit.sha]),
        "link_decisions": plan.link_decisions(),
        "work_rules": plan.work_rules(),
        "counter_readings": [plan.counter_readings(), plan.counter_readings("STG-001")],
        "probe_marks": plan.probe_marks(),
        "sign_offs": plan.sign_offs(REPORT.key),
        "kpi_snapshots": plan.kpi_snapshots(),
        "report": plan.report(REPORT.key),
        "last_report": plan.last_report("gap_assessment"),
        "recent_reports": plan.recent_reports("gap_assessment"),
        "post": plan.post(POST.subject),
        "posts": plan.posts([POST.subject, "nothing"]),
        "open_titles": plan.open_titles(),
        "delivery": plan.delivery(EFFECT.key),
        "deliveries": [plan.deliveries(state) for state in EffectState],
        "draft": plan.draft("d1"),
        "channel_id": plan.channel_id("bqx-ml"),
        "airtable_base": plan.airtable_base(),
        "record_link": plan.record_link("stage", LINK.key),
        "link_of_record": plan.link_of_record(LINK.record_id),
        "links_of_records": plan.links_of_records([LINK.record_id]),
        "record_links": [plan.record_links(), plan.record_links("stage")],
        "linked_records": plan.linked_records(LINK.table_id),
        "unlinked_items": [plan.unlinked_items("stage"), plan.unlinked_items("task")],
        "queued_push": plan.queued_push("stage", "STG-001"),
        "queued_pushes": [plan.queued_pushes(), plan.queued_pushes(limit=1)],
        "conflict": plan.conflict(CONFLICT.key),
        "conflicts": [plan.conflicts(), plan.conflicts(open_only=False)],
        "team": plan.team(),
        "person": plan.person("U1"),
        "people": [plan.people(), plan.people(["U1"])],
        "pauses": plan.pauses(),
        "run": plan.run(RUN.job, RUN.subject, RUN.local_date),
        "runs": [plan.runs(since=MONDAY), plan.runs(since=MONDAY, job=RUN.job)],
        "due_deliveries": plan.due_deliveries(MONDAY + timedelta(days=9)),
        "decided": plan.decided(RUN.job, since=RUN.due_at),
        "runs_of": plan.runs_of(RUN.job, [RUN.subject], [RUN.local_date]),
        "prompts": plan.prompts("U1", PROMPT.local_date),
        "prompts_of": plan.prompts_of(["U1"], [PROMPT.local_date]),
        "waiting_prompts": plan.waiting_prompts(),
        "prompt": plan.prompt(PROMPT.key),
        "commit_authors": plan.commit_authors(),
        "issue_replies": plan.issue_replies("ISS-001"),
        "deliveries_about": plan.deliveries_about("ISS-001"),
        "escalation": plan.escalation("ISS-001"),
        "escalations": [plan.escalations(), plan.escalations(open_only=False)],
        "due_escalations": plan.due_escalations(MONDAY),
        "code_hosts": plan.code_hosts(),
        "code_links": [plan.code_links(), plan.code_links(issue_key="ISS-001")],
    }
