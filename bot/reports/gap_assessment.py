"""The weekly gap assessment report, in the brief's five sections, from a frozen snapshot."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from bot.domain.findings import Finding, FindingKind
from bot.domain.issue_facts import IssueFact
from bot.domain.kpis import kpis_of_snapshot
from bot.domain.ledger import FROM_GIT
from bot.reports.findings import MAX_OF_A_KIND, actions_of, listed, outcome_words
from bot.reports.forecast_section import forecast_section
from bot.reports.frozen import Frozen, Plain, number_of, read
from bot.reports.recommendations import recommendations
from bot.reports.templates import template

MAX_ROWS = 100  # of one table
# Every kind of finding is shown in exactly one section (a test counts them).
COMPLETENESS = (
    FindingKind.PLAN_CONTRADICTION,
    FindingKind.STAGE_PROGRESS_UNLOGGED,
    FindingKind.STAGE_NO_EVIDENCE,
    FindingKind.STAGE_SILENT,
    FindingKind.STAGE_IDLE,
    FindingKind.STAGE_OLD,
    FindingKind.STAGE_AGE_UNKNOWN,
    FindingKind.TASK_NO_ESTIMATE,
    FindingKind.TASK_NO_OWNER,
    FindingKind.TASK_NO_STAGE,
)
UNDOCUMENTED = (
    FindingKind.STAGE_COMPLETE_IN_GIT,
    FindingKind.TASK_COMPLETE_IN_GIT,
    FindingKind.STAGE_STARTED_IN_GIT,
    FindingKind.COMMIT_UNPLANNED,
)
MISSING = (FindingKind.STAGE_MISSING, FindingKind.STAGE_NO_TASKS, FindingKind.REF_AMBIGUOUS)
ISSUES = (FindingKind.ISSUE_OVERDUE, FindingKind.ISSUE_OPEN)
AT_RISK = (FindingKind.DELIVERABLE_AT_RISK,)
# The brief's check boxes, each with what speaks against it.
_CHECKS = (
    (
        'All "In Progress" stages have accurate progress percentages',
        (
            FindingKind.STAGE_PROGRESS_UNLOGGED,
            FindingKind.STAGE_COMPLETE_IN_GIT,
            FindingKind.STAGE_SILENT,
            FindingKind.STAGE_IDLE,
            FindingKind.STAGE_AGE_UNKNOWN,
        ),
    ),
    (
        'All "Complete" stages marked correctly',
        (
            FindingKind.STAGE_COMPLETE_IN_GIT,
            FindingKind.STAGE_NO_EVIDENCE,
            FindingKind.PLAN_CONTRADICTION,
        ),
    ),
    (
        'No stages in "In Progress" for >2 weeks without updates',
        (FindingKind.STAGE_SILENT, FindingKind.STAGE_AGE_UNKNOWN),
    ),
)
SECTION_NAMES = (
    "Completeness Check",
    "Gap Identification",
    "Issue Review",
    "Forecast Update",
    "Recommendations",
)


def gap_assessment_report(snapshot: Plain) -> str:
    """
    Return the report as Markdown; the same snapshot gives the same bytes.

    All words from the snapshot are escaped.

    Args:
        snapshot: What `Assessment.to_plain` returned, with "outcomes" and "signed" added.
    """
    frozen = read(snapshot)
    facts = frozen.found.facts
    return template("gap_assessment.md.j2").render(
        _head(frozen),
        trail=snapshot.get("trail"),
        checks=[_check(frozen, words, kinds) for words, kinds in _CHECKS],
        completeness=listed(frozen, COMPLETENESS),
        undocumented=listed(frozen, UNDOCUMENTED),
        missing=listed(frozen, MISSING),
        commits=number_of(facts.commits, "commit"),
        actions={
            "completeness": _cut(frozen, actions_of(frozen, COMPLETENESS), COMPLETENESS),
            "gaps": _cut(
                frozen, actions_of(frozen, UNDOCUMENTED + MISSING), UNDOCUMENTED + MISSING
            ),
            "issues": _cut(frozen, [*_remediation(frozen), *actions_of(frozen, ISSUES)], ISSUES),
            "forecast": _cut(frozen, actions_of(frozen, AT_RISK), AT_RISK),
        },
        open_issues=[_open_issue(frozen, one) for one in facts.open_issues[:MAX_ROWS]],
        open_more=max(0, len(facts.open_issues) - MAX_ROWS),
        resolved_issues=[_resolved_issue(one) for one in facts.resolved_issues[:MAX_ROWS]],
        resolved_more=max(0, len(facts.resolved_issues) - MAX_ROWS),
        forecast=forecast_section(frozen),
        recommended=recommendations(frozen, kpis_of_snapshot(snapshot)),
        signatures=_signatures(frozen),
    )


def _head(frozen: Frozen) -> dict[str, Any]:
    found = frozen.found
    return {
        "date": found.local_date,
        "assessor": _assessor(frozen),
        "start": frozen.day(found.period_start),
        "end": frozen.day(found.as_of),
        "project": found.project,
        "in_short": _in_short(frozen),
        "not_assessed": found.not_assessed,
        "remarks": list(_remarks(frozen)),
    }


def _assessor(frozen: Frozen) -> str:
    """Return who signed: a name for all sections, or each with the sections that are theirs."""
    signed: dict[str, list[str]] = {}
    for one in frozen.signatures:
        signed.setdefault(one.by, []).append(str(one.section))
    if not signed:
        return "not signed yet"
    is_whole = len(frozen.signatures) == len(SECTION_NAMES)
    if is_whole and len(signed) == 1:
        return next(iter(signed))
    parts = [
        f"section{'s' if len(sections) > 1 else ''} {', '.join(sections)} by {name}"
        for name, sections in signed.items()
    ]
    return f"{'' if is_whole else 'signed in part: '}{'; '.join(parts)}"


def _in_short(frozen: Frozen) -> str:
    total = len(frozen.found.findings)
    if not total:
        return "no gap was found"
    words = [
        outcome_words(frozen, frozen.outcomes.get(one.key))[0].rstrip(":")
        for one in frozen.found.findings
    ]
    counts = [f"{words.count(word)} {word}" for word in ("settled", "dismissed", "open")]
    told = ", ".join(part for part in counts if not part.startswith("0 "))
    return f"{number_of(total, 'finding')}: {told}"


def _remarks(frozen: Frozen) -> Iterator[str]:
    found = frozen.found
    if found.late:
        yield (
            "This report came later than its Monday morning; it shows"
            f" {frozen.minute(found.as_of)}."
        )
    if found.facts.unsigned:
        yield found.facts.unsigned
    yield from found.remarks
    if found.facts.set_aside:
        total = number_of(sum(number for _, number in found.facts.set_aside), "commit")
        reasons = ", ".join(f"{number} {reason}" for reason, number in found.facts.set_aside)
        yield f"Left out: {total} ({reasons})."


def _check(frozen: Frozen, words: str, kinds: Sequence[FindingKind]) -> dict[str, Any]:
    """Return a box of the brief: ticked when it was looked at and nothing speaks against it."""
    against = sum(_is_left(frozen, one) for one in frozen.of_kinds(*kinds))
    why = ""
    if against:
        why = f"{number_of(against, 'finding')} open"
    elif not frozen.found.facts.stages:
        why = "the plan has no stages"
    elif frozen.found.not_assessed and FROM_GIT.intersection(kinds) - {FindingKind.STAGE_IDLE}:
        why = "not all of it could be assessed, see the top"
    return {"words": words, "is_ticked": not why, "why": why}


def _is_left(frozen: Frozen, finding: Finding) -> bool:
    """Whether the gap is still there: nobody answered, or somebody put it off."""
    outcome = frozen.outcomes.get(finding.key)
    return outcome is None or outcome.is_put_off


def _cut(frozen: Frozen, actions: list[str], kinds: Collection[FindingKind]) -> dict[str, Any]:
    is_open = any(_is_left(frozen, one) for one in frozen.of_kinds(*kinds))
    return {
        "lines": actions[:MAX_OF_A_KIND],
        "more": max(0, len(actions) - MAX_OF_A_KIND),
        "none": "None yet." if is_open else "None needed.",
    }


def _open_issue(frozen: Frozen, issue: IssueFact) -> dict[str, Any]:
    parts = [f"{issue.status} (overdue)" if issue.overdue else issue.status]
    if owner := frozen.name(issue.owner_id):
        parts.append(f"owner {owner}")
    parts += [
        " ".join(outcome_words(frozen, ended))
        for finding in frozen.of_kinds(*ISSUES)
        if issue.key in finding.record_keys and (ended := frozen.outcomes.get(finding.key))
    ]
    return {
        "key": issue.key,
        "title": issue.title,
        "severity": issue.severity,
        "days": issue.days,
        "status": "; ".join(parts),
    }


def _resolved_issue(issue: IssueFact) -> dict[str, Any]:
    return {
        "key": issue.key,
        "title": issue.title,
        "took": number_of(issue.days, "day"),
        "prevention": issue.prevention or "not recorded",
    }


def _remediation(frozen: Frozen) -> list[str]:
    """Return the remediation tasks that were made in the period, for issues that are open."""
    found = frozen.found
    return [
        f"{task.key} “{task.title}” created for {issue.key} ({frozen.minute(task.created_at)})"
        for issue in found.facts.open_issues
        for task in issue.remediation
        if task.created_at and found.period_start <= task.created_at <= found.as_of
    ]


def _signatures(frozen: Frozen) -> list[dict[str, Any]]:
    signed = {one.section: one for one in frozen.signatures}
    return [
        {
            "section": f"{number}. {name}",
            "is_signed": number in signed,
            "words": f"{signed[number].by}, {frozen.minute(signed[number].at)}"
            if number in signed
            else "not signed",
        }
        for number, name in enumerate(SECTION_NAMES, start=1)
    ]
