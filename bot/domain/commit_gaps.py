"""Gaps between the plan and git: work nobody planned, stages it lacks, names that are not clear."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from bot.domain.activity import Commit
from bot.domain.effort import actual_work
from bot.domain.findings import Finding, FindingKind
from bot.domain.identities import folded, member_ids
from bot.domain.matching import Likely, Named, PlanRefs
from bot.domain.pieces import author_of, pieces_of_work
from bot.domain.plan import Member, Record, Stage, Task
from bot.domain.plan_gaps import one_line, record_name, refs_above, stage_name
from bot.domain.refs import nearest_refs, ref_sort_key

_MAX_SHOWN = 10  # subjects listed as evidence of one finding
_MAX_HEAD = 40  # characters of "feat(cache)"

Owner = Callable[[Commit], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplanned:
    """
    What is needed to speak of commits that name nothing.

    Args:
        likely: Where a commit likely belongs, by its sha.
        records: Stages and tasks by our keys.
        owner: Who of the members made a commit.
    """

    likely: Mapping[str, Likely]
    records: Mapping[str, Record]
    owner: Owner
    zone: tzinfo
    now: datetime


def unplanned_findings(named: Sequence[Named], about: Unplanned) -> Iterator[Finding]:
    """
    Yield the work that no stage or task of the plan names, one finding for a piece of work.

    Args:
        named: Commits that are work, arrived since the first assessment, and are not answered.
    """
    by_sha = {one.commit.sha: one for one in named}
    homes = {
        sha: guess.record_key
        for sha, guess in about.likely.items()
        if sha in by_sha and guess.record_key in about.records and guess.record_key
    }
    for one in named:
        if one.titled and one.commit.sha not in homes:
            homes[one.commit.sha] = one.titled[0].key
    for piece in pieces_of_work([one.commit for one in named], homes, about.zone):
        home = about.records.get(homes.get(piece[0].sha, ""))
        yield _unplanned([by_sha[commit.sha] for commit in piece], home, about)


def missing_stage_findings(
    named: Sequence[Named], refs: PlanRefs, now: datetime
) -> Iterator[Finding]:
    """
    Yield the stages that commits name and the plan does not have, those of one parent as one.

    Not what the plan knows as a phase, as a task, or as the head of its stages (a "Stage 1.5" or
    "2.16" of which it has the parts); not the steps of a stage that the same commit names; not
    what a person has given a home.
    """
    heads = {above for ref in refs.stages for above in refs_above(ref)} | refs.index.phases
    heads |= {ref.rpartition("-")[2] for ref in refs.tasks}
    heads |= {ref[:-1] for ref in refs.stages if ref[-1:].isalpha()}
    commits: defaultdict[str, dict[str, Commit]] = defaultdict(dict)
    missing: defaultdict[str, set[str]] = defaultdict(set)
    for one in named:
        for ref in one.unknown_refs if not one.decided else ():
            if ref not in heads and not set(refs_above(ref)).intersection(one.stage_refs):
                parent = ref.rpartition(".")[0]
                missing[parent].add(ref)
                commits[parent][one.commit.sha] = one.commit
    for parent in sorted(missing, key=ref_sort_key):
        found = sorted(missing[parent], key=ref_sort_key)
        yield _missing_stages(found, list(commits[parent].values()), refs, now)


def ambiguity_findings(
    stages: Iterable[Stage], named: Sequence[Named], now: datetime
) -> Iterator[Finding]:
    """Yield the references that two or more stages carry, with the commits that name them."""
    carrying: defaultdict[str, list[Stage]] = defaultdict(list)
    for stage in stages:
        if stage.ref:
            carrying[stage.ref].append(stage)
    naming: defaultdict[str, list[Commit]] = defaultdict(list)
    for one in named:
        for ref in one.stage_refs:
            if not one.decided:
                naming[ref].append(one.commit)
    for ref, found in carrying.items():
        if len(found) > 1:
            yield _ambiguous(ref, tuple(found), naming.get(ref, []), now)


def owner_of_commits(members: Iterable[Member]) -> Owner:
    """Return who of the members made a commit, by exact mail address, name or alias."""
    ids = member_ids(members)
    return lambda commit: (
        ids.get(folded(commit.author_email)) or ids.get(folded(commit.author_name))
    )


def commit_lines(commits: Sequence[Commit]) -> tuple[str, ...]:
    """Return the subjects of commits as lines of evidence, the first ten."""
    return listed([commit_line(commit) for commit in commits])


def commit_line(commit: Commit) -> str:
    """Return "1a2b3c4: feat: a cache"."""
    return f"{commit.sha[:7]}: {one_line(commit.subject) or '(no message)'}"


def listed(lines: list[str]) -> tuple[str, ...]:
    """Return the first ten lines, and how many more there are."""
    more = len(lines) - _MAX_SHOWN
    return tuple(lines[:_MAX_SHOWN]) + ((f"and {more} more",) if more > 0 else ())


def _unplanned(group: list[Named], home: Record | None, about: Unplanned) -> Finding:
    commits = [one.commit for one in group]
    first, last = commits[0], commits[-1]
    number = "1 commit" if len(group) == 1 else f"{len(group)} commits"
    verb = "names" if len(group) == 1 else "name"
    likely = f" Likely {record_name(home)}." if home else ""
    return Finding(
        key=f"{FindingKind.COMMIT_UNPLANNED}:{_digest(first)}",
        kind=FindingKind.COMMIT_UNPLANNED,
        commits=tuple(commit.sha for commit in commits),
        owner_id=about.owner(last),
        owner_text=first.author_name,
        text=f"{number} of {_days(commits, about.zone)} by {one_line(first.author_name, 60)}"
        f" {verb} no stage or task of the plan:"
        f" “{one_line(first.subject, 80) or 'no message'}”.{likely}",
        evidence=listed([_unplanned_line(one) for one in group]) + _why(group, home, about),
        proposal=_proposal(group, home, about),
        first_seen_at=about.now,
    )


def _proposal(group: list[Named], home: Record | None, about: Unplanned) -> dict[str, Any]:
    """Return the ready-made task: title, stage, owner, dates and hours from the commits."""
    commits = [one.commit for one in group]
    spent = work_of(commits)
    stage_key = home.stage_key if isinstance(home, Task) else home.key if home else None
    titles = sorted({_plain_subject(commit) for commit in commits}, key=len)
    return {
        "record": home.key if home else None,
        "record_label": record_name(home) if home else None,
        "score": round(max((_score(one, about) for one in group), default=0.0), 3),
        "title": one_line(titles[-1] if len(titles) == 1 else _plain_subject(commits[0]), 150),
        "stage_key": stage_key,
        "owner_id": about.owner(commits[-1]),
        "owner_text": commits[0].author_name,
        "started_at": commits[0].authored_at.isoformat(),
        "completed_at": commits[-1].authored_at.isoformat(),
        **spent,
    }


def work_of(commits: Sequence[Commit]) -> dict[str, Any]:
    """Return the actual work that commits suggest, as a proposal has it; none without commits."""
    times: defaultdict[str, list[datetime]] = defaultdict(list)
    for commit in commits:
        times[author_of(commit)].append(commit.authored_at)
    spent = actual_work(times)
    if spent is None:
        return {"actual_minutes": None, "actual_reason": ""}
    return {"actual_minutes": spent.minutes, "actual_reason": spent.reasoning}


def _plain_subject(commit: Commit) -> str:
    """Return a subject without its conventional head: "feat(cache): Add X" is "Add X"."""
    head, colon, rest = commit.subject.partition(": ")
    is_head = colon and len(head) <= _MAX_HEAD and " " not in head.partition("(")[0]
    return rest if is_head else commit.subject


def _score(one: Named, about: Unplanned) -> float:
    guess = about.likely.get(one.commit.sha)
    return guess.score if guess else 0.0


def _why(group: list[Named], home: Record | None, about: Unplanned) -> tuple[str, ...]:
    """Return why the proposed home is likely; a person sees the reason for every line."""
    if home is None:
        return ()
    reasons = [
        reason
        for one in group
        if (guess := about.likely.get(one.commit.sha))
        for reason in guess.reasons
    ]
    titled = any(one.titled for one in group)
    said = list(dict.fromkeys(reasons))[:3] or (["the subject holds its title"] if titled else [])
    return (f"likely {record_name(home)}: {'; '.join(said)}",) if said else ()


def _unplanned_line(named: Named) -> str:
    hint = ""
    if named.phase_refs:
        hint = f" (names phase {', '.join(named.phase_refs[:3])} only)"
    return commit_line(named.commit) + hint


def _missing_stages(
    missing: Sequence[str], commits: list[Commit], refs: PlanRefs, now: datetime
) -> Finding:
    # A typo changes the last part: of 1.5.4.3 it may be 1.5.4 or 1.5.4.2, but not 1.5.3.
    head = missing[0].rpartition(".")[0]
    near = [ref for ref in nearest_refs(missing[0], tuple(refs.stages)) if _is_near(ref, head)]
    hint = (f"the plan has {', '.join(near)}",) if near else ()
    number = "1 commit names" if len(commits) == 1 else f"{len(commits)} commits name"
    stages = f"stage {missing[0]}" if len(missing) == 1 else f"stages {', '.join(missing[:6])}"
    return Finding(
        key=f"{FindingKind.STAGE_MISSING}:{missing[0]}",
        kind=FindingKind.STAGE_MISSING,
        refs=tuple(missing),
        commits=tuple(commit.sha for commit in commits),
        owner_text=commits[-1].author_name,
        text=f"{number} {stages}, which the plan does not have.",
        evidence=commit_lines(commits) + hint,
        proposal={"ref": missing[0], "near": near},
        first_seen_at=now,
    )


def _is_near(ref: str, head: str) -> bool:
    return ref == head or ref.rpartition(".")[0] == head


def _ambiguous(
    ref: str, stages: tuple[Stage, ...], commits: list[Commit], now: datetime
) -> Finding:
    names = " or ".join(_told_apart(stage, stages) for stage in stages[:4])
    said = ""
    if commits:
        number = "1 commit names it" if len(commits) == 1 else f"{len(commits)} commits name it"
        said = f" {number}: which is meant?"
    return Finding(
        key=f"{FindingKind.REF_AMBIGUOUS}:{ref}",
        kind=FindingKind.REF_AMBIGUOUS,
        refs=(ref,),
        record_keys=tuple(stage.key for stage in stages),
        commits=tuple(commit.sha for commit in commits),
        owner_id=next((stage.owner_id for stage in stages if stage.owner_id), None),
        text=f"{len(stages)} stages carry {ref}: {names}.{said}",
        evidence=commit_lines(commits),
        proposal={
            "ref": ref,
            "choices": [{"key": stage.key, "label": stage_name(stage)} for stage in stages],
        },
        first_seen_at=now,
    )


def _told_apart(stage: Stage, stages: tuple[Stage, ...]) -> str:
    name = one_line(stage.name, 60)
    is_twin = sum(one_line(other.name, 60) == name for other in stages) > 1
    return f"“{name}” ({stage.key}, {stage.status})" if is_twin or not name else f"“{name}”"


def _days(commits: Sequence[Commit], zone: tzinfo) -> str:
    days = sorted({commit.authored_at.astimezone(zone).date() for commit in commits})
    return days[0].isoformat() if len(days) == 1 else f"{days[0]} to {days[-1]}"


def _digest(commit: Commit) -> str:
    return hashlib.sha256(commit.sha.encode()).hexdigest()[:16]
