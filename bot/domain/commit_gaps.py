"""Gaps between the plan and git: work nobody planned, completions, names that are not clear."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo

from bot.domain.activity import Commit
from bot.domain.claims import (
    Claim,
    completion_claims,
    doubts,
    is_revert,
    reverted_shas,
    unfinished_lines,
)
from bot.domain.findings import Finding, FindingKind
from bot.domain.matching import Named, PlanRefs
from bot.domain.plan import Member, Stage, Status
from bot.domain.plan_gaps import one_line, stage_name
from bot.domain.refs import RefIndex

_MAX_SHOWN = 10  # subjects listed as evidence of one finding
_BOT = re.compile(
    r"\[bot\]|(?:^|[^a-z])bot(?:@|$)|dependabot|renovate-?bot|^renovate(?:@|$)|github-?actions"
    r"|gitlab-?ci|pre-commit-ci|semantic-release|^ci@|^jenkins(?:@|$)|automation@",
    re.IGNORECASE,
)

Owner = Callable[[Commit], str | None]


def unplanned_findings(
    named: Sequence[Named], owner: Owner, now: datetime, zone: tzinfo
) -> Iterator[Finding]:
    """
    Yield the commits that name no stage or task of the plan: one finding for a day's work of one.

    Merges only bring others in, machines keep house, and a revert of work that named its stage
    belongs to that stage: none of them is unplanned work.
    """
    undone = _undone(named)
    groups: defaultdict[tuple[str, str], list[Named]] = defaultdict(list)
    for one in named:
        if not one.is_planned and is_work(one.commit) and one.commit.sha not in undone:
            day = one.commit.authored_at.astimezone(zone).date().isoformat()
            groups[day, _author(one.commit)].append(one)
    for (day, _), group in sorted(groups.items(), key=lambda item: item[0]):
        yield _unplanned(group, day, owner, now)


def is_work(commit: Commit) -> bool:
    """Whether a commit is somebody's own work: no merge, and not made by a machine."""
    by_machine = _BOT.search(commit.author_name) or _BOT.search(commit.author_email)
    return len(commit.parents) <= 1 and not by_machine


def completion_findings(named: Sequence[Named], refs: PlanRefs, now: datetime) -> Iterator[Finding]:
    """Yield the stages that commits call complete while the plan does not."""
    names = {ref: tuple(stage.name for stage in found) for ref, found in refs.stages.items()}
    undone = _undone(named)
    claims: defaultdict[str, list[tuple[Claim, Commit]]] = defaultdict(list)
    for one in named:
        if one.stage_refs and one.commit.sha not in undone:
            for claim in completion_claims(one.commit, refs.index, names):
                claims[claim.ref].append((claim, one.commit))
    for ref, said in claims.items():
        stages = refs.stages.get(ref, ())
        if len(stages) == 1 and stages[0].status is not Status.COMPLETE:
            contrary = _contrary(ref, said, named, refs.index)
            yield _complete_in_git(stages[0], said, contrary, now)


def ambiguity_findings(named: Sequence[Named], refs: PlanRefs, now: datetime) -> Iterator[Finding]:
    """Yield the references that commits name and two or more stages carry."""
    commits: defaultdict[str, list[Commit]] = defaultdict(list)
    for one in named:
        for ref in one.stage_refs:
            if len(refs.stages.get(ref, ())) > 1:
                commits[ref].append(one.commit)
    for ref, naming in commits.items():
        yield _ambiguous(ref, refs.stages[ref], naming, now)


def owner_of_commits(members: Iterable[Member]) -> Owner:
    """Return who of the members made a commit, by exact mail address, name or alias."""
    ids = member_ids(members)
    return lambda commit: (
        ids.get(commit.author_email.casefold()) or ids.get(commit.author_name.casefold())
    )


def member_ids(members: Iterable[Member]) -> Mapping[str, str]:
    """Return Slack ids by every name of a person, lower case; a name of two people is nobody's."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for member in members:
        if member.is_active and not member.is_bot:
            for name in (member.name, *member.aliases):
                if name.strip():
                    found[name.strip().casefold()].add(member.id)
    return {name: next(iter(ids)) for name, ids in found.items() if len(ids) == 1}


def _undone(named: Sequence[Named]) -> set[str]:
    """Return the shas of reverts that are explained, and of the commits that they took back."""
    by_sha = {one.commit.sha: one for one in named}
    undone: set[str] = set()
    for one in named:
        if not is_revert(one.commit):
            continue
        for short in reverted_shas(one.commit):
            targets = [sha for sha in by_sha if sha.startswith(short)]
            if len(targets) == 1:
                undone |= {one.commit.sha, targets[0]}
    return undone


def _unplanned(group: list[Named], day: str, owner: Owner, now: datetime) -> Finding:
    commits = [one.commit for one in group]
    number, verb, more = "1 commit", "names", ""
    if len(group) > 1:
        number, verb, more = f"{len(group)} commits", "name", f" and {len(group) - 1} more"
    return Finding(
        fingerprint=f"{FindingKind.COMMIT_UNPLANNED}:{_digest(commits)}",
        kind=FindingKind.COMMIT_UNPLANNED,
        commits=tuple(commit.sha for commit in commits),
        owner_id=owner(commits[0]),
        owner_text=commits[0].author_name,
        text=f"{number} of {day} {verb} no stage or task of the plan:"
        f" “{one_line(commits[0].subject, 80) or 'no message'}”{more}.",
        evidence=_listed([_unplanned_line(one) for one in group]),
        first_seen_at=now,
    )


def _unplanned_line(named: Named) -> str:
    hints = []
    if named.unknown_refs:
        hints.append(f"names stage {', '.join(named.unknown_refs[:3])}, which the plan lacks")
    if named.phase_refs:
        hints.append(f"names phase {', '.join(named.phase_refs[:3])} only")
    return _commit_line(named.commit) + (f" ({'; '.join(hints)})" if hints else "")


def _contrary(
    ref: str, said: list[tuple[Claim, Commit]], named: Sequence[Named], index: RefIndex
) -> list[str]:
    """Return what the claims' own messages, and others, say against them."""
    claiming = {commit.sha for _, commit in said}
    lines = [(commit, line) for _, commit in said for line in doubts(commit)]
    for one in named:
        if ref in one.stage_refs and one.commit.sha not in claiming:
            lines += [(one.commit, line) for line in unfinished_lines(one.commit, ref, index)]
    return [
        f"{commit.sha[:7]}{' also' if commit.sha in claiming else ''} says:"
        f" {one_line(line.lstrip('-*• '), 200)}"
        for commit, line in lines
    ]


def _complete_in_git(
    stage: Stage, said: list[tuple[Claim, Commit]], contrary: list[str], now: datetime
) -> Finding:
    claims = [f"{claim.sha[:7]}: {one_line(claim.line, 200)}" for claim, _ in said]
    number = "A commit calls" if len(said) == 1 else f"{len(said)} commits call"
    return Finding(
        fingerprint=f"{FindingKind.STAGE_COMPLETE_IN_GIT}:{stage.key}",
        kind=FindingKind.STAGE_COMPLETE_IN_GIT,
        refs=(stage.ref,) if stage.ref else (),
        record_keys=(stage.key,),
        commits=tuple(dict.fromkeys(claim.sha for claim, _ in said)),
        owner_id=stage.owner_id,
        owner_text=stage.owner_text,
        text=f"{number} stage {stage_name(stage)} complete; the plan says {stage.status}.",
        evidence=_listed(claims + contrary),
        first_seen_at=now,
    )


def _ambiguous(
    ref: str, stages: tuple[Stage, ...], commits: list[Commit], now: datetime
) -> Finding:
    number = "1 commit names" if len(commits) == 1 else f"{len(commits)} commits name"
    names = " or ".join(_told_apart(stage, stages) for stage in stages[:4])
    return Finding(
        fingerprint=f"{FindingKind.REF_AMBIGUOUS}:{ref}",
        kind=FindingKind.REF_AMBIGUOUS,
        refs=(ref,),
        record_keys=tuple(stage.key for stage in stages),
        commits=tuple(commit.sha for commit in commits),
        text=f"{number} {ref}, which {len(stages)} stages carry. Which is meant: {names}?",
        evidence=_listed([_commit_line(commit) for commit in commits]),
        first_seen_at=now,
    )


def _told_apart(stage: Stage, stages: tuple[Stage, ...]) -> str:
    name = one_line(stage.name, 60)
    is_twin = sum(one_line(other.name, 60) == name for other in stages) > 1
    return f"“{name}” ({stage.key}, {stage.status})" if is_twin or not name else f"“{name}”"


def _commit_line(commit: Commit) -> str:
    return f"{commit.sha[:7]}: {one_line(commit.subject) or '(no message)'}"


def _listed(lines: list[str]) -> tuple[str, ...]:
    more = len(lines) - _MAX_SHOWN
    return tuple(lines[:_MAX_SHOWN]) + ((f"and {more} more",) if more > 0 else ())


def _author(commit: Commit) -> str:
    return commit.author_email.casefold() or commit.author_name.casefold()


def _digest(commits: list[Commit]) -> str:
    shas = "\n".join(sorted(commit.sha for commit in commits))
    return hashlib.sha256(shas.encode()).hexdigest()[:16]
