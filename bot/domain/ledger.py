"""The drift ledger: what becomes of a finding from one Monday to the next."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.findings import Finding, FindingKind, FindingState, GapAnswer

# Kinds that need git: while a repository can't be read none of them may end.
FROM_GIT = frozenset(
    {
        FindingKind.STAGE_COMPLETE_IN_GIT,
        FindingKind.TASK_COMPLETE_IN_GIT,
        FindingKind.STAGE_PROGRESS_UNLOGGED,
        FindingKind.STAGE_STARTED_IN_GIT,
        FindingKind.STAGE_NO_EVIDENCE,
        FindingKind.STAGE_IDLE,
        FindingKind.STAGE_MISSING,
        FindingKind.COMMIT_UNPLANNED,
    }
)


def carry(
    findings: Iterable[Finding], earlier: Iterable[Finding], now: datetime
) -> tuple[Finding, ...]:
    """
    Return what is to be shown: each finding with what earlier weeks know of it.

    What somebody dismissed stays silent until its date. What came back after nobody answered it is
    known, not new; what came back after it was repaired is a new gap.
    """
    known = {finding.key: finding for finding in earlier}
    carried = (_carried(finding, known.get(finding.key), now) for finding in findings)
    return tuple(finding for finding in carried if finding.state.is_open)


def ended(
    findings: Iterable[Finding],
    earlier: Iterable[Finding],
    now: datetime,
    *,
    unread: Collection[FindingKind] = (),
) -> tuple[Finding, ...]:
    """
    Return the earlier open findings that are no longer found, settled without an answer.

    Args:
        unread: Kinds that could not be assessed now: of those nothing ends.
    """
    found = {finding.key for finding in findings}
    return tuple(
        replace(
            finding,
            state=FindingState.SETTLED,
            verdict=GapAnswer.GONE.value,
            answer=GapAnswer.GONE,
            answered_by="cadence",
            answered_at=now,
        )
        for finding in earlier
        if finding.state.is_open and finding.key not in found and finding.kind not in unread
    )


def handled_commits(earlier: Iterable[Finding], now: datetime) -> frozenset[str]:
    """Return the commits of undocumented work that somebody has answered, and of what rests."""
    return frozenset(
        sha
        for finding in earlier
        if finding.kind is FindingKind.COMMIT_UNPLANNED
        and (_rests(finding, now) or _is_answered(finding))
        for sha in finding.commits
    )


def adopted(findings: Sequence[Finding], earlier: Iterable[Finding]) -> list[Finding]:
    """
    Return the findings of undocumented work under the keys they had: a piece may grow.

    A piece that shares a commit with an earlier finding that is open, or that rested until now, is
    that finding; of several the oldest.
    """
    known = sorted(
        (f for f in earlier if f.kind is FindingKind.COMMIT_UNPLANNED and not _is_answered(f)),
        key=lambda f: (f.first_seen_at is None, f.first_seen_at, f.key),
    )
    by_sha: dict[str, str] = {}
    for finding in known:
        for sha in finding.commits:
            by_sha.setdefault(sha, finding.key)
    # The first commit's own key is nobody else's, so that no two pieces come to share one.
    taken = {finding.key for finding in findings}
    renamed = []
    for finding in findings:
        keys = [by_sha[sha] for sha in finding.commits if sha in by_sha]
        own = finding.key
        key = own if own in keys else next((key for key in keys if key not in taken), own)
        taken.add(key)
        renamed.append(replace(finding, key=key))
    return renamed


def _carried(finding: Finding, before: Finding | None, now: datetime) -> Finding:
    if before is None or (_is_answered(before) and before.state is FindingState.SETTLED):
        revision = before.revision if before else 0
        return replace(finding, state=FindingState.NEW, first_seen_at=now, revision=revision)
    if _rests(before, now):
        return before
    return replace(
        finding,
        state=FindingState.CARRIED,
        first_seen_at=before.first_seen_at,
        revision=before.revision,
    )


def _rests(finding: Finding, now: datetime) -> bool:
    return finding.state is FindingState.DISMISSED and (
        finding.until is None or finding.until > now
    )


def _is_answered(finding: Finding) -> bool:
    """Whether a person's answer repaired it, so that the same gap would be another one."""
    return finding.state is FindingState.SETTLED and finding.answer is not GapAnswer.GONE
