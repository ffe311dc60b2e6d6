"""The Monday message and the answer to `/bqx gaps`: views of one snapshot."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bot.domain.finding_order import ORDER
from bot.domain.findings import FindingKind
from bot.domain.kpis import Kpi
from bot.views.mrkdwn import (
    Message,
    context,
    escape,
    header,
    message,
    one_line,
    section,
    when,
)
from bot.views.wording import count, listing

Plain = Mapping[str, Any]

_WORDS = {
    FindingKind.ISSUE_OVERDUE: ("issue is overdue", "issues are overdue"),
    FindingKind.ISSUE_OPEN: ("issue is open", "issues are open"),
    FindingKind.STAGE_COMPLETE_IN_GIT: (
        "stage is complete by its commits, not by the plan",
        "stages are complete by their commits, not by the plan",
    ),
    FindingKind.DELIVERABLE_AT_RISK: ("deliverable is at risk", "deliverables are at risk"),
    FindingKind.TASK_COMPLETE_IN_GIT: (
        "task is complete by its commits, not by the plan",
        "tasks are complete by their commits, not by the plan",
    ),
    FindingKind.STAGE_PROGRESS_UNLOGGED: (
        "stage is further than the plan says, by its counter",
        "stages are further than the plan says, by their counters",
    ),
    FindingKind.STAGE_STARTED_IN_GIT: (
        "stage is worked on, and not started in the plan",
        "stages are worked on, and not started in the plan",
    ),
    FindingKind.PLAN_CONTRADICTION: (
        "entry of the plan contradicts itself",
        "entries of the plan contradict themselves",
    ),
    FindingKind.STAGE_NO_EVIDENCE: (
        "stage is complete, and no commit names it",
        "stages are complete, and no commit names them",
    ),
    FindingKind.STAGE_SILENT: (
        "stage in progress had no update for two weeks",
        "stages in progress had no update for two weeks",
    ),
    FindingKind.STAGE_IDLE: (
        "stage in progress had no commit for two weeks",
        "stages in progress had no commit for two weeks",
    ),
    FindingKind.STAGE_OLD: (
        "stage has been in progress for over two weeks",
        "stages have been in progress for over two weeks",
    ),
    FindingKind.STAGE_AGE_UNKNOWN: (
        "stage in progress has no recorded start or update",
        "stages in progress have no recorded start or update",
    ),
    FindingKind.STAGE_MISSING: (
        "stage is named by commits, and not in the plan",
        "stages are named by commits, and not in the plan",
    ),
    FindingKind.REF_AMBIGUOUS: (
        "reference is carried by several stages",
        "references are carried by several stages",
    ),
    FindingKind.COMMIT_UNPLANNED: (
        "piece of work names no stage or task",
        "pieces of work name no stage or task",
    ),
    FindingKind.STAGE_NO_TASKS: (
        "stage or phase in progress is not broken down",
        "stages or phases in progress are not broken down",
    ),
    FindingKind.TASK_NO_ESTIMATE: ("task has no estimate", "tasks have no estimate"),
    FindingKind.TASK_NO_OWNER: ("task has no owner", "tasks have no owner"),
    FindingKind.TASK_NO_STAGE: ("task has no stage", "tasks have no stage"),
}
_REFS_SHOWN = 5
_EXAMPLES = 3  # findings of a kind in the answer to `/bqx gaps`
_KPIS_SHOWN = ("Completeness rate", "Staleness rate")
_QUIET = "A quiet week: the plan and the work agree."
_NOTHING = "Nothing found, but not everything could be looked at."


def gap_summary_message(
    snapshot: Plain, *, report_path: str | None, kpis: Sequence[Kpi] = ()
) -> Message:
    """
    Return the Monday message: what was found, worst first, and how much of it is settled.

    Args:
        snapshot: What `Assessment.to_plain` returned, with the "outcomes" so far.
        report_path: Where the report lies in the project repo; None where there is none.
        kpis: As the answers so far leave them.
    """
    findings, missing = snapshot["findings"], snapshot["not_assessed"]
    small = [context(_period(snapshot, report_path))]
    if unsigned := snapshot["facts"].get("unsigned"):
        small.insert(0, context(one_line(unsigned, 300)))
    if not findings and not missing:
        return message(_QUIET, [section(_late(snapshot) + _QUIET), *small])
    day = f"{date.fromisoformat(snapshot['local_date']):%-d %B %Y}"
    blocks = [header(f"Gap assessment, {day}")]
    if snapshot["late"]:
        blocks.append(context(_late(snapshot).strip()))
    if findings:
        blocks.append(section(_settled_so_far(snapshot)))
    lines = [f"• {line}" for line in _count_lines(findings)]
    blocks.append(section("\n".join(lines) or _NOTHING))
    if line := _kpi_line(kpis):
        blocks.append(context(line))
    if missing:
        blocks.append(section(_missing(missing)))
    return message(_notification(findings, day), [*blocks, *small])


def gaps_answer(snapshot: Plain) -> Message:
    """Return the answer to `/bqx gaps`, for one reader: counts, and a few of each."""
    findings, missing = snapshot["findings"], snapshot["not_assessed"]
    small = context(_period(snapshot, None))
    if not findings and not missing:
        return message(_QUIET, [section(_QUIET), small])
    blocks = [section(text) for text in _examples(findings)] or [section(_NOTHING)]
    if missing:
        blocks.append(section(_missing(missing)))
    return message(_notification(findings, "this week"), [*blocks, small])


def _settled_so_far(snapshot: Plain) -> str:
    findings, outcomes = snapshot["findings"], snapshot.get("outcomes", {})
    settled = sum(finding["key"] in outcomes for finding in findings)
    found = f"*{count(len(findings), 'finding')}, {settled:,} settled.*"
    if settled == len(findings):
        return f"{found} The plan is up to date."
    return f"{found} Each has its buttons in the thread."


def _kpi_line(kpis: Sequence[Kpi]) -> str:
    shown = [kpi for kpi in kpis if kpi.name in _KPIS_SHOWN and kpi.value is not None]
    return " · ".join(
        f"{kpi.name} *{kpi.value * 100:.0f} %* ({escape(kpi.arithmetic)}; target"
        f" {escape(kpi.target)})"
        for kpi in shown
        if kpi.value is not None
    )


def _count_lines(findings: Sequence[Plain]) -> Iterator[str]:
    for kind in ORDER:
        chosen = [finding for finding in findings if finding["kind"] == kind]
        if chosen:
            refs = list(dict.fromkeys(ref for finding in chosen for ref in finding["refs"]))
            named = [f"`{one_line(ref, 30).replace('`', '')}`" for ref in refs]
            tail = f": {listing(named, _REFS_SHOWN)}" if named else ""
            yield f"*{count(len(chosen), *_WORDS[kind])}*{_news(chosen)}{tail}"


def _news(findings: Sequence[Plain]) -> str:
    """Return "(2 new)" where some of the findings are known from earlier weeks."""
    new = sum(finding["state"] == "new" for finding in findings)
    if new == len(findings):
        return ""
    return f" ({new} new)" if new else " (known from earlier weeks)"


def _examples(findings: Sequence[Plain]) -> Iterator[str]:
    for line, kind in zip(_count_lines(findings), _kinds(findings), strict=True):
        chosen = [finding for finding in findings if finding["kind"] == kind]
        shown = [f"• {one_line(finding['text'], 250)}" for finding in chosen[:_EXAMPLES]]
        more = len(chosen) - len(shown)
        rest = [f"and {more} more"] if more > 0 else []
        yield "\n".join([line.partition(":")[0], *shown, *rest])


def _kinds(findings: Sequence[Plain]) -> list[FindingKind]:
    there = {finding["kind"] for finding in findings}
    return [kind for kind in ORDER if kind in there]


def _missing(sentences: Sequence[str]) -> str:
    shown = [f"• {one_line(sentence, 250)}" for sentence in sentences[:8]]
    more = len(sentences) - len(shown)
    rest = [f"and {more} more"] if more > 0 else []
    return "\n".join(["*Not assessed*", *shown, *rest])


def _late(snapshot: Plain) -> str:
    if not snapshot["late"]:
        return ""
    return f"Late: this was due in the morning of {snapshot['local_date']}. "


def _period(snapshot: Plain, path: str | None) -> str:
    start = datetime.fromisoformat(snapshot["period_start"])
    end = datetime.fromisoformat(snapshot["as_of"])
    parts = [
        f"{when(start, '{date_short}')} to {when(end, '{date_short}')}",
        count(snapshot["facts"]["commits"], "commit") + " read",
        *(one_line(remark, 150) for remark in snapshot["remarks"][:5]),
    ]
    if path:
        parts.append(f"report: `{one_line(path, 150)}`")
        if dashboard := snapshot.get("dashboard"):
            parts.append(f"issue dashboard: `{one_line(dashboard, 150)}`")
    return " · ".join(parts)


def _notification(findings: Sequence[Plain], day: str) -> str:
    if not findings:
        return _NOTHING
    words = [
        count(sum(finding["kind"] == kind for finding in findings), *_WORDS[kind])
        for kind in _kinds(findings)
    ]
    return f"Gap assessment, {day}: {'; '.join(words)}."
