"""Gaps that the plan shows by itself: open issues, old and silent stages, tasks half filled in."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.domain.findings import Finding, FindingKind
from bot.domain.issues import Issue, age_days
from bot.domain.plan import Phase, Stage, Status, Task
from bot.domain.triage import Counting, is_past_target

TWO_WEEKS = timedelta(days=14)  # the brief's "> 2 weeks", for old and for silent stages


def issue_findings(issues: Iterable[Issue], counting: Counting, now: datetime) -> Iterator[Finding]:
    """Yield one finding for each open issue, worst level first, then oldest."""
    opened = [issue for issue in issues if issue.status.is_open]
    for issue in sorted(opened, key=lambda one: (one.severity, one.discovered_at, one.key)):
        overdue = is_past_target(issue, counting, now)
        kind = FindingKind.ISSUE_OVERDUE if overdue else FindingKind.ISSUE_OPEN
        limit = issue.severity.resolve_within
        target = days(limit.days) if limit else ""
        if counting.working:
            target = target.replace("day", "working day")
        late = f", past the {target} of its level" if overdue else ""
        yield Finding(
            key=f"{kind}:{issue.key}",
            kind=kind,
            refs=(issue.key,),
            record_keys=(issue.key,),
            owner_id=issue.owner_id,
            text=f"{issue.key} “{one_line(issue.title)}” ({issue.severity.label}) has been open"
            f" for {days(age_days(issue, now))}{late}.",
            evidence=(f"discovered {issue.discovered_at:%Y-%m-%d}, status {issue.status}",),
            first_seen_at=now,
        )


def stage_findings(stages: Iterable[Stage], now: datetime) -> Iterator[Finding]:
    """
    Yield what is known to be old or silent among the stages in progress, and what is not known.

    Where nobody recorded a start or an update nothing is concluded from other dates, such as the
    day the record was made.
    """
    for stage in stages:
        if stage.status is Status.IN_PROGRESS:
            yield from _old(stage, now)
            yield from _silent(stage, now)
            yield from _unknown(stage, now)


def task_findings(tasks: Iterable[Task], now: datetime) -> Iterator[Finding]:
    """Yield the tasks that are not complete and lack an estimate, then an owner, then a stage."""
    listed = list(tasks)
    opened = [task for task in listed if task.status is not Status.COMPLETE]
    for task in opened:
        if task.estimate_minutes is None:
            yield _task_finding(task, FindingKind.TASK_NO_ESTIMATE, "no estimate", now)
    for task in opened:
        if not task.owner_id and not (task.owner_text or "").strip():
            yield _task_finding(task, FindingKind.TASK_NO_OWNER, "no owner", now)
    # A plan that puts no task into a stage misses none.
    placed = any(task.stage_key for task in listed)
    for task in opened:
        if placed and not task.stage_key:
            yield _task_finding(task, FindingKind.TASK_NO_STAGE, "no stage", now)


def upcoming_findings(
    stages: Sequence[Stage], tasks: Iterable[Task], phases: Iterable[Phase], now: datetime
) -> Iterator[Finding]:
    """
    Yield the work that begins without being broken down: stages in progress without a task.

    Only where the plan breaks stages down at all: a plan that keeps no tasks misses none; a stage
    with stages below it is broken down. Phases under way without a stage likewise: a stage belongs
    to a phase by its link or by its reference.
    """
    counts = Counter(task.stage_key for task in tasks)
    parents = {above for stage in stages for above in refs_above(stage.ref)}
    moving = [s for s in stages if s.status in {Status.IN_PROGRESS, Status.COMPLETE}]
    broken_down = sum(counts[stage.key] > 0 for stage in moving)
    if broken_down * 2 > len(moving):
        for stage in stages:
            has_parts = counts[stage.key] or stage.ref in parents
            if stage.status is Status.IN_PROGRESS and not has_parts:
                yield _stage_finding(
                    stage, FindingKind.STAGE_NO_TASKS, "is in progress without a task.", "", now
                )
    filled = {stage.phase_key for stage in stages}
    for phase in phases:
        is_empty = phase.key not in filled and phase.ref not in parents
        # Stages without link and reference may belong to any phase.
        known = all(stage.phase_key or stage.ref for stage in stages)
        if phase.status is Status.IN_PROGRESS and is_empty and known:
            yield _empty_phase(phase, now)


def record_name(record: Stage | Task) -> str:
    """Return "1.5.4 “BQX Table Recalculation”" for a stage or a task."""
    if isinstance(record, Stage):
        return stage_name(record)
    title = f"“{one_line(record.title)}”"
    return f"{record.ref} {title}" if record.ref else title


def stage_name(stage: Stage) -> str:
    """Return "1.5.4 “BQX Table Recalculation”", or the name alone where there is no ref."""
    name = f"“{one_line(stage.name)}”"
    ref = stage.ref or stage.code
    return f"{ref} {name}" if ref else name


def days(number: int) -> str:
    """Return "1 day", "3 days"."""
    return "1 day" if number == 1 else f"{number:,} days"


def one_line(text: str, limit: int = 120) -> str:
    """Return words on one line, cut."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def finding_about(
    record: Stage | Task,
    kind: FindingKind,
    text: str,
    now: datetime,
    *,
    evidence: tuple[str, ...] = (),
    commits: Iterable[str] = (),
    proposal: Mapping[str, Any] | None = None,
) -> Finding:
    """
    Return a finding of one stage or task, asked of its owner.

    Args:
        commits: Shas of the commits that show it.
    """
    return Finding(
        key=f"{kind}:{record.key}",
        kind=kind,
        refs=(record.ref,) if record.ref else (),
        record_keys=(record.key,),
        commits=tuple(commits),
        owner_id=record.owner_id,
        owner_text=record.owner_text,
        text=text,
        evidence=evidence,
        proposal=proposal or {},
        first_seen_at=now,
    )


def refs_above(ref: str | None) -> list[str]:
    """Return the references above one, the nearest first: "1.5" and "1" of "1.5.4"."""
    parts = (ref or "").split(".")
    return [".".join(parts[:length]) for length in range(len(parts) - 1, 0, -1)]


def _old(stage: Stage, now: datetime) -> Iterator[Finding]:
    if stage.started_at and now - stage.started_at > TWO_WEEKS:
        age = (now - stage.started_at).days
        yield _stage_finding(
            stage,
            FindingKind.STAGE_OLD,
            f"has been in progress for {days(age)}.",
            f"started {stage.started_at:%Y-%m-%d}",
            now,
        )


def _silent(stage: Stage, now: datetime) -> Iterator[Finding]:
    if stage.last_progress_at and now - stage.last_progress_at > TWO_WEEKS:
        silence = (now - stage.last_progress_at).days
        yield _stage_finding(
            stage,
            FindingKind.STAGE_SILENT,
            f"is in progress and has had no update for {days(silence)}.",
            f"last update {stage.last_progress_at:%Y-%m-%d}",
            now,
        )


def _unknown(stage: Stage, now: datetime) -> Iterator[Finding]:
    unknown = [
        word
        for word, moment in (("start", stage.started_at), ("last update", stage.last_progress_at))
        if moment is None
    ]
    if unknown:
        verb = "is" if len(unknown) == 1 else "are"
        yield _stage_finding(
            stage,
            FindingKind.STAGE_AGE_UNKNOWN,
            f"is in progress, but its {' and '.join(unknown)} {verb} not recorded.",
            f"not recorded: {', '.join(unknown)}",
            now,
        )


def _stage_finding(
    stage: Stage, kind: FindingKind, says: str, evidence: str, now: datetime
) -> Finding:
    text = f"Stage {stage_name(stage)} {says}"
    return finding_about(stage, kind, text, now, evidence=(evidence,) if evidence else ())


def _empty_phase(phase: Phase, now: datetime) -> Finding:
    ref = f"{phase.ref} " if phase.ref else ""
    return Finding(
        key=f"{FindingKind.STAGE_NO_TASKS}:{phase.key}",
        kind=FindingKind.STAGE_NO_TASKS,
        refs=(phase.ref,) if phase.ref else (),
        record_keys=(phase.key,),
        text=f"Phase {ref}“{one_line(phase.name)}” is in progress without a stage.",
        first_seen_at=now,
    )


def _task_finding(task: Task, kind: FindingKind, lacks: str, now: datetime) -> Finding:
    ref = f"{task.ref} " if task.ref else ""
    text = f"Task {ref}“{one_line(task.title)}” has {lacks}."
    return finding_about(task, kind, text, now, evidence=(f"status: {task.status}",))
