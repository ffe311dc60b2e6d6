"""Section 5 of the report: what to do first, what to do otherwise, and the KPIs."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from bot.domain.facts import Facts
from bot.domain.finding_order import ORDER
from bot.domain.findings import Finding, FindingKind, GapAnswer
from bot.domain.kpis import Kpi
from bot.reports.frozen import Frozen, listing, number_of

MAX_ACTIONS = 7  # a longer list is no list of what comes first
_MANY = 3  # fewer of a kind are an accident, no habit
_WHERE_IT_STANDS = "Say how it stands with {}"
_ACTIONS = {
    FindingKind.ISSUE_OVERDUE: "Settle {}, or say by when; the time of the level is over",
    FindingKind.ISSUE_OPEN: "Name an owner and remediation tasks for {}",
    FindingKind.DELIVERABLE_AT_RISK: "Move the ETA of {}, or make room for it",
    FindingKind.STAGE_COMPLETE_IN_GIT: "Mark {} complete, or say what is left",
    FindingKind.TASK_COMPLETE_IN_GIT: "Mark {} complete, or say what is left",
    FindingKind.STAGE_PROGRESS_UNLOGGED: "Take over what the counter shows of {}",
    FindingKind.STAGE_STARTED_IN_GIT: "Mark {} in progress",
    FindingKind.PLAN_CONTRADICTION: "Say which of two contrary entries is right: {}",
    FindingKind.STAGE_NO_EVIDENCE: "Say whether {} is work without commits, or not complete",
    FindingKind.STAGE_SILENT: _WHERE_IT_STANDS,
    FindingKind.STAGE_IDLE: _WHERE_IT_STANDS,
    FindingKind.STAGE_OLD: _WHERE_IT_STANDS,
    FindingKind.STAGE_AGE_UNKNOWN: _WHERE_IT_STANDS,
    FindingKind.STAGE_MISSING: "Add {} to the plan, or link the commits that name any",
    FindingKind.COMMIT_UNPLANNED: "Link {} to the plan, or say why it is none of it",
    FindingKind.REF_AMBIGUOUS: "Give every stage that carries {} a reference of its own",
    FindingKind.STAGE_NO_TASKS: "Break {} down",
    FindingKind.TASK_NO_ESTIMATE: "Estimate {}",
    FindingKind.TASK_NO_OWNER: "Find an owner for {}",
    FindingKind.TASK_NO_STAGE: "Put {} into a stage",
}
_NOUNS = {
    FindingKind.ISSUE_OVERDUE: ("", ""),
    FindingKind.ISSUE_OPEN: ("", ""),
    FindingKind.DELIVERABLE_AT_RISK: ("", ""),
    FindingKind.TASK_COMPLETE_IN_GIT: ("task ", "tasks "),
    FindingKind.COMMIT_UNPLANNED: ("the work from ", "the work from "),
    FindingKind.REF_AMBIGUOUS: ("", ""),
    FindingKind.STAGE_NO_TASKS: ("", ""),
    FindingKind.PLAN_CONTRADICTION: ("", ""),
    FindingKind.TASK_NO_ESTIMATE: ("task ", "tasks "),
    FindingKind.TASK_NO_OWNER: ("task ", "tasks "),
    FindingKind.TASK_NO_STAGE: ("task ", "tasks "),
}
_OF_STAGE = ("stage ", "stages ")


def recommendations(frozen: Frozen, kpis: Sequence[Kpi]) -> dict[str, Any]:
    """Return what the template shows in section 5."""
    return {
        "immediate": _immediate(frozen),
        "improvements": list(_improvements(frozen)),
        "kpis": [
            {
                "name": kpi.name,
                "value": _value(kpi),
                "arithmetic": kpi.arithmetic,
                "target": kpi.target,
                "met": {True: "yes", False: "no", None: "-"}[kpi.is_met],
            }
            for kpi in kpis
        ],
    }


def _immediate(frozen: Frozen) -> list[str]:
    """Return what to do first about what is open, and whom to ask: one line a person and deed."""
    groups: defaultdict[tuple[str, str], dict[str, FindingKind]] = defaultdict(dict)
    urgent = _untriaged_issues(frozen.found.facts)
    for finding in sorted(frozen.open, key=lambda one: ORDER.index(one.kind)):
        if finding.kind is FindingKind.ISSUE_OPEN and not urgent.issuperset(finding.refs):
            continue
        owner = frozen.name(finding.owner_id, finding.owner_text)
        groups[_ACTIONS[finding.kind], owner].setdefault(_label(finding), finding.kind)
    return [
        f"{deed.format(_labels(labels))} (ask {owner or 'the tech lead'})"
        for (deed, owner), labels in groups.items()
    ][:MAX_ACTIONS]


def _labels(labels: dict[str, FindingKind]) -> str:
    one, many = _NOUNS.get(next(iter(labels.values())), _OF_STAGE)
    return f"{one if len(labels) == 1 else many}{listing(list(labels))}"


def _label(finding: Finding) -> str:
    if finding.kind is FindingKind.COMMIT_UNPLANNED and finding.commits:
        return finding.commits[0][:7]
    return ", ".join(finding.refs or finding.record_keys) or "one without a reference"


def _untriaged_issues(facts: Facts) -> set[str]:
    """Return the issues of Level 1 and 2 that wait for triage; the others are under way."""
    return {
        one.key
        for one in facts.open_issues
        if one.due_at is not None and not (one.owner_id and one.remediation)
    }


def _improvements(frozen: Frozen) -> Iterator[str]:
    """Yield changes of habit that the numbers of this week suggest, each with its number."""
    found, facts = Counter(one.kind for one in frozen.found.findings), frozen.found.facts
    unnamed = sum(
        frozen.outcomes[one.key].answer is not GapAnswer.NOT_A_GAP
        if one.key in frozen.outcomes
        else True
        for one in frozen.of_kinds(FindingKind.COMMIT_UNPLANNED)
    )
    if unnamed >= _MANY:
        yield (
            f"{unnamed} of {facts.pieces_planned + unnamed} pieces of work name no stage: write it"
            " into the subject, or as a trailer such as “Stage: 1.5.4”."
        )
    if number := found[FindingKind.REF_AMBIGUOUS]:
        verb = "reference is carried" if number == 1 else "references are carried"
        yield f"{number} {verb} by two or more stages: give each stage one of its own."
    if facts.tasks and facts.tasks_done is None:
        yield (
            f"None of {number_of(facts.tasks, 'task')} says when it was completed, so there is no"
            " velocity and no forecast: complete tasks in Slack, or keep a column for the date."
        )
    if number := len(facts.unplaced_counters):
        yield (
            f"{number_of(number, 'counter')} belong{'s' if number == 1 else ''} to no stage"
            f" ({listing(list(facts.unplaced_counters))}): say which stage each of them measures."
        )
    yield from _of_records(found, facts)


def _of_records(found: Counter[FindingKind], facts: Facts) -> Iterator[str]:
    if (number := found[FindingKind.STAGE_AGE_UNKNOWN]) >= _MANY:
        yield (
            f"{number} stages in progress have no start or no last update on record: log progress"
            " with “/bqx progress”, which records both."
        )
    if (number := found[FindingKind.TASK_NO_ESTIMATE]) >= _MANY:
        yield f"{number:,} open tasks have no estimate: set it when a task is made."
    if (number := found[FindingKind.TASK_NO_OWNER]) >= _MANY:
        yield f"{number:,} open tasks have no owner: name one when a task is made."
    if number := sum(not issue.prevention for issue in facts.resolved_issues):
        verb = "was" if number == 1 else "were"
        yield (
            f"{number_of(number, 'issue')} {verb} resolved without prevention actions: write down"
            " what keeps it from happening again."
        )


def _value(kpi: Kpi) -> str:
    if kpi.value is None:
        return "not enough data"
    if kpi.unit == "share":
        return f"{kpi.value * 100:.1f} %"
    return number_of(1, "day") if kpi.value == 1 else f"{kpi.value:g} days"
