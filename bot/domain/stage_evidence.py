"""
What the commits tell of each stage: what proves work on it, and what merely speaks of it.

A team that rarely names its stages in commits leaves no evidence to miss.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.activity import Commit
from bot.domain.matching import Likely, Named, PlanRefs, Tier, records_of
from bot.domain.plan import Task
from bot.domain.plan_gaps import refs_above

CONVENTION_SPAN = timedelta(days=90)
MIN_NAMING = 5  # commits that name something, before silence means anything
MIN_SHARE = 0.3  # of a team's work that names something
_COMPLETES = re.compile(r"\b(?:complet|finish|done\b|clos(?:es?|ed)\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """
    What is known of each stage's commits.

    Args:
        by_stage: Commits that surely belong to a stage or to one of its tasks, oldest first.
        worked_on: Stages of which more is known than that a message's body mentions them.
        last: When anything at all last spoke of a stage: also a guess, a title, a merge, a ref that
            two stages carry, and what speaks of the stages above and below it.
        phases_done: References of the phases that a subject calls complete.
        since: The oldest commit we know; of earlier times nothing is claimed.
        is_telling: Whether the team names its stages often enough that silence means something.
    """

    by_stage: Mapping[str, Sequence[Commit]]
    worked_on: frozenset[str]
    last: Mapping[str, datetime]
    phases_done: frozenset[str]
    since: datetime | None
    is_telling: bool


def gather_evidence(
    named: Sequence[Named],
    tasks: Sequence[Task],
    refs: PlanRefs,
    now: datetime,
    *,
    hints: Sequence[Named] = (),
    likely: Mapping[str, Likely] | None = None,
) -> Evidence:
    """
    Return what the commits show, by stage.

    Args:
        named: Commits that are somebody's own work.
        hints: All commits: what speaks of a stage without proving anything keeps us silent.
        likely: Where commits that name nothing likely belong, by sha.
    """
    stage_of = {task.key: task.stage_key for task in tasks}
    by_stage: defaultdict[str, list[Commit]] = defaultdict(list)
    worked_on: set[str] = set()
    recent = naming = 0
    for one in sorted(named, key=lambda one: one.commit.authored_at):
        records = records_of(one, refs)
        for key in {stage_of.get(record, record) for record in records}:
            if key:
                by_stage[key].append(one.commit)
        worked_on |= {stage_of.get(key) or key for key in _surely(one, refs)}
        if now - one.commit.authored_at <= CONVENTION_SPAN:
            recent += 1
            naming += bool(records)
    return Evidence(
        by_stage=by_stage,
        worked_on=frozenset(worked_on),
        last=_last_spoken((*named, *hints), stage_of, refs, likely or {}),
        phases_done=frozenset(
            ref
            for one in hints
            for ref in one.phase_refs
            if one.where.get(ref) is Tier.SUBJECT and _COMPLETES.search(one.commit.subject)
        ),
        since=min((one.commit.authored_at for one in named), default=None),
        is_telling=naming >= MIN_NAMING and naming >= MIN_SHARE * recent,
    )


def _surely(one: Named, refs: PlanRefs) -> list[str]:
    """Return the records of which somebody said more than a mention in the body."""
    told = [
        stage.key
        for ref in one.stage_refs
        if one.where.get(ref) is not Tier.BODY
        for stage in refs.stages.get(ref, ())
    ]
    told += [
        task.key
        for ref in one.task_refs
        if one.where.get(ref) is not Tier.BODY
        for task in refs.tasks.get(ref, ())
    ]
    return told + [link.record for link in one.decided if link.record]


def _last_spoken(
    named: Sequence[Named],
    stage_of: Mapping[str, str | None],
    refs: PlanRefs,
    likely: Mapping[str, Likely],
) -> dict[str, datetime]:
    """Return when anything last spoke of a stage, of one above it or below it, by our key."""
    ref_of = {stage.key: ref for ref, stages in refs.stages.items() for stage in stages}
    last: dict[str, datetime] = {}
    named_at: dict[str, datetime] = {}  # what names a ref itself
    below_at: dict[str, datetime] = {}  # what names one below it
    for one in named:
        at = one.commit.authored_at
        keys = {stage_of.get(key) or key for key in _spoken_of(one, refs, likely)}
        for key in keys:
            last[key] = max(at, last.get(key, at))
        for ref in {*one.stage_refs, *(ref_of[key] for key in keys if key in ref_of)}:
            named_at[ref] = max(at, named_at.get(ref, at))
            for above in refs_above(ref):
                below_at[above] = max(at, below_at.get(above, at))
    for key, ref in ref_of.items():
        lines = [named_at.get(head) for head in (ref, *refs_above(ref))]
        moments = [at for at in (last.get(key), below_at.get(ref), *lines) if at]
        if moments:
            last[key] = max(moments)
    return last


def _spoken_of(one: Named, refs: PlanRefs, likely: Mapping[str, Likely]) -> list[str]:
    """Return the keys of all that a commit may be about beside the stages that it names."""
    guess = likely.get(one.commit.sha)
    keys = [link.record for link in one.decided] + [guess.record_key if guess else None]
    keys += [record.key for record in one.titled]
    keys += [task.key for ref in one.task_refs for task in refs.tasks.get(ref, ())]
    return [key for key in keys if key]
