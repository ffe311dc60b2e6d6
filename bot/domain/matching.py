"""Which stages and tasks each commit names; only what is written there, nothing is guessed."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.activity import Activity, Commit
from bot.domain.plan import Phase, Stage, Task
from bot.domain.refs import RefIndex, canonical_ref, find_refs, index_plan

NAMED = "named"  # the tier of a link that a person wrote down
NONE = "none"
_UNKNOWN_STAGE = re.compile(
    r"\b(?:sub-?)?stages?[ \t:#]{1,3}((?:[A-Z]{2,10}-)?[0-9]{1,3}(?:\.[0-9]{1,3}){1,5}[A-Za-z]?)"
    r"(?![\w%]|\.\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """
    A commit and what of the plan it belongs to.

    Args:
        ref: The reference as the commit names it, canonical; None where it names none.
        record: Our key of the stage or task; None while it is nobody's or a question.
        tier: "named" where the message says so, "none" where nothing is known.
        score: 1 for an explicit reference, 0.9 for a bare number, 0 for none.
        reason: Why, in words.
        status: "linked", "proposed" or "none".
    """

    sha: str
    ref: str | None
    record: str | None
    tier: str
    score: float
    reason: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What one commit names of the plan."""

    commit: Commit
    stage_refs: tuple[str, ...] = ()
    task_refs: tuple[str, ...] = ()
    phase_refs: tuple[str, ...] = ()
    unknown_refs: tuple[str, ...] = ()
    bare_refs: frozenset[str] = frozenset()

    @property
    def is_planned(self) -> bool:
        """Whether it names a stage or task that the plan knows."""
        return bool(self.stage_refs or self.task_refs)


@dataclass(frozen=True, slots=True)
class PlanRefs:
    """The plan by its references; a ref that two stages carry has two of them."""

    index: RefIndex
    stages: Mapping[str, tuple[Stage, ...]]
    tasks: Mapping[str, tuple[Task, ...]]


def plan_refs(stages: Iterable[Stage], tasks: Iterable[Task], phases: Iterable[Phase]) -> PlanRefs:
    """Return the plan's references."""
    listed, todo = list(stages), list(tasks)
    by_ref: defaultdict[str, list[Stage]] = defaultdict(list)
    by_task: defaultdict[str, list[Task]] = defaultdict(list)
    for stage in listed:
        if stage.ref:
            by_ref[canonical_ref(stage.ref) or stage.ref].append(stage)
    for task in todo:
        if task.ref:
            by_task[canonical_ref(task.ref) or task.ref].append(task)
    return PlanRefs(
        index_plan(listed, todo, phases),
        {ref: tuple(found) for ref, found in by_ref.items()},
        {ref: tuple(found) for ref, found in by_task.items()},
    )


def commits_of(activities: Iterable[Activity]) -> list[Commit]:
    """Return every commit once, newest first, though two clones may hold it."""
    by_sha = {commit.sha: commit for activity in activities for commit in activity.commits}
    return sorted(by_sha.values(), key=lambda commit: (commit.authored_at, commit.sha))[::-1]


def read_commit(commit: Commit, refs: PlanRefs) -> Named:
    """Return what a commit's message names."""
    text = f"{commit.subject}\n{commit.body}"
    mentions = find_refs(text, refs.index)
    named: defaultdict[str, dict[str, bool]] = defaultdict(dict)
    for mention in mentions:
        known = named[mention.kind]
        known[mention.ref] = known.get(mention.ref, False) or mention.explicit
    unknown = (canonical_ref(match[1]) for match in _UNKNOWN_STAGE.finditer(text))
    return Named(
        commit=commit,
        stage_refs=tuple(named["stage"]),
        task_refs=tuple(named["task"]),
        phase_refs=tuple(named["phase"]),
        unknown_refs=tuple(dict.fromkeys(ref for ref in unknown if ref and ref not in refs.stages)),
        bare_refs=frozenset(
            ref for known in named.values() for ref, explicit in known.items() if not explicit
        ),
    )


def links_of(named: Sequence[Named], refs: PlanRefs) -> tuple[Link, ...]:
    """Return a link for each stage or task a commit names, and one without for each other."""
    return tuple(link for one in named for link in _links(one, refs))


def _links(named: Named, refs: PlanRefs) -> list[Link]:
    stages = [_link(named, ref, refs.stages.get(ref, ()), "stage") for ref in named.stage_refs]
    tasks = [_link(named, ref, refs.tasks.get(ref, ()), "task") for ref in named.task_refs]
    return [*stages, *tasks] or [
        _no_link(named.commit.sha, None, "names no stage or task of the plan")
    ]


def _link(named: Named, ref: str, records: tuple[Stage, ...] | tuple[Task, ...], kind: str) -> Link:
    if len(records) != 1:
        return _no_link(named.commit.sha, ref, f"{len(records)} {kind}s carry {ref}")
    where = "subject" if ref in named.commit.subject.upper() else "message"
    return Link(
        sha=named.commit.sha,
        ref=ref,
        record=records[0].key,
        tier=NAMED,
        score=0.9 if ref in named.bare_refs else 1.0,
        reason=f"the {where} names {kind} {ref}",
        status="linked",
    )


def _no_link(sha: str, ref: str | None, reason: str) -> Link:
    return Link(sha=sha, ref=ref, record=None, tier=NONE, score=0.0, reason=reason, status="none")
