"""Gap checks: which question an assessment puts to whom, one a record at most."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.assessment import PlanSnapshot
from bot.domain.commit_gaps import member_ids
from bot.domain.findings import Finding, FindingKind, GapAnswer, GapCheck, GapQuestion
from bot.domain.plan import Stage, Task
from bot.domain.plan_gaps import TWO_WEEKS, one_line

ASK_AGAIN_AFTER = timedelta(days=13)  # last Monday's open question is not asked again yet
_QUESTION = {
    FindingKind.STAGE_OLD: GapQuestion.STILL_ACCURATE,
    FindingKind.STAGE_SILENT: GapQuestion.STILL_ACCURATE,
    FindingKind.STAGE_AGE_UNKNOWN: GapQuestion.STILL_ACCURATE,
    FindingKind.TASK_NO_ESTIMATE: GapQuestion.ESTIMATE,
    FindingKind.TASK_NO_OWNER: GapQuestion.OWNER,
}
_MARKS = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", "*": "∗", "`": "ˋ"}  # noqa: RUF001 - lookalikes
)


@dataclass(frozen=True, slots=True)
class _People:
    """Who can be asked: ids by every name, those who have left, and the lead."""

    ids: Mapping[str, str]
    unreachable: frozenset[str]
    lead_id: str | None

    def owner(self, record: Stage | Task | None) -> str | None:
        """Return the owner's Slack id, by id or by the plan's own word for them."""
        if record is None:
            return None
        named = self.ids.get((record.owner_text or "").strip().casefold())
        return self.reachable(record.owner_id) or named

    def reachable(self, member_id: str | None) -> str | None:
        """Return the id unless it is a bot or somebody who has left."""
        return None if member_id in self.unreachable else member_id


def questions(
    findings: Iterable[Finding],
    snapshot: PlanSnapshot,
    *,
    report_key: str,
    checks: Sequence[GapCheck] = (),
    now: datetime,
) -> list[GapCheck]:
    """
    Return the questions to ask now; nobody is asked where nobody is known.

    The owner is asked, else the owner of the task's stage, else the workspace's lead. The text is
    mrkdwn with people's words escaped; its first line says what it is about.

    Args:
        findings: Those that are shown: what somebody let rest is not among them.
        report_key: Key of the report; keys of checks and bundles begin with it.
        checks: All earlier checks: what was asked last week and is still open is not asked again.
    """
    stages = {stage.key: stage for stage in snapshot.stages}
    tasks = {task.key: task for task in snapshot.tasks}
    people = _people(snapshot)
    taken = {check.record_key for check in checks if _rests(check, now)}
    counts: Counter[str] = Counter()
    asked: list[GapCheck] = []
    for record_key, (question, finding) in _by_record(findings).items():
        record = stages.get(record_key) or tasks.get(record_key)
        if record is None or record_key in taken or _is_fresh(record, finding, now):
            continue
        member_id = _asked(record, stages, people)
        if member_id is None:
            continue
        counts[member_id] += 1
        asked.append(
            GapCheck(
                key=f"{report_key}:{member_id}:{counts[member_id]}",
                bundle=f"{report_key}:{member_id}",
                member_id=member_id,
                question=question,
                record_kind="stage" if isinstance(record, Stage) else "task",
                record_key=record_key,
                text=f"{_title(record)}\n{_words(question, finding)}",
                asked_at=now,
            )
        )
    return asked


def superseded(asked: Iterable[GapCheck], checks: Iterable[GapCheck]) -> list[GapCheck]:
    """Return the earlier open checks that the new ones ask again."""
    again = {(check.record_key, check.question) for check in asked}
    return [
        check
        for check in checks
        if check.answer is None and (check.record_key, check.question) in again
    ]


def _people(snapshot: PlanSnapshot) -> _People:
    gone = {member.id for member in snapshot.members if member.is_bot or not member.is_active}
    lead = snapshot.workspace.lead_id
    return _People(member_ids(snapshot.members), frozenset(gone), None if lead in gone else lead)


def _by_record(findings: Iterable[Finding]) -> dict[str, tuple[GapQuestion, Finding]]:
    """Return one question a record; who owns a task comes before what it will take."""
    chosen: dict[str, tuple[GapQuestion, Finding]] = {}
    for finding in findings:
        question = _QUESTION.get(finding.kind)
        if question and (question is GapQuestion.OWNER or finding.record_keys[0] not in chosen):
            chosen[finding.record_keys[0]] = (question, finding)
    return chosen


def _asked(record: Stage | Task, stages: Mapping[str, Stage], people: _People) -> str | None:
    stage = stages.get(record.stage_key or "") if isinstance(record, Task) else None
    return people.owner(record) or people.owner(stage) or people.lead_id


def _rests(check: GapCheck, now: datetime) -> bool:
    if check.answer is None:
        return now - check.asked_at < ASK_AGAIN_AFTER
    return (
        check.answer is GapAnswer.SNOOZED
        and check.snoozed_until is not None
        and check.snoozed_until > now
    )


def _is_fresh(record: Stage | Task, finding: Finding, now: datetime) -> bool:
    """Whether a stage of unknown start was updated lately: asking again would tell us nothing."""
    return (
        finding.kind is FindingKind.STAGE_AGE_UNKNOWN
        and isinstance(record, Stage)
        and record.last_progress_at is not None
        and now - record.last_progress_at <= TWO_WEEKS
    )


def _title(record: Stage | Task) -> str:
    name = record.name if isinstance(record, Stage) else record.title
    ref = record.ref or record.key
    return f"*{_safe(ref, 40)}* · {_safe(name, 120)}"


def _words(question: GapQuestion, finding: Finding) -> str:
    if question is GapQuestion.ESTIMATE:
        return "It has no estimate. How many hours of work will it take?"
    if question is GapQuestion.OWNER:
        return "Nobody owns it. Is it yours?"
    return {
        FindingKind.STAGE_OLD: "It has been in progress for over two weeks. Is that still right?",
        FindingKind.STAGE_SILENT: "It is in progress and had no update for over two weeks."
        " Is that still right?",
    }.get(
        finding.kind,
        "It is in progress, but the plan does not say when it was last updated."
        " Is that still right?",
    )


def _safe(words: str, limit: int) -> str:
    return one_line(words, limit).translate(_MARKS)
