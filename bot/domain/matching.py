"""Which stages and tasks each commit names; only what is written there, nothing is guessed."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.activity import Activity, Commit
from bot.domain.plan import Phase, Stage, Task
from bot.domain.refs import RefIndex, canonical_ref, find_refs, index_plan

NAMED = "named"  # the tier of a link that a person wrote down
TITLED = "titled"  # the message holds the whole title: likely, and for a person to confirm
NONE = "none"
_TITLE_WORDS = 3  # a shorter title ("Advanced Features") is everyday language
_TITLE_SCORE = 0.6  # below any link by reference; shown as a proposal only
_WORD = re.compile(r"[^\W_]+")
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
        tier: "named" where the message has the reference, "titled" where it has the whole title,
            "none" where nothing is known.
        score: 1 for an explicit reference, 0.9 for a bare number, 0.6 for a title, 0 for none.
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
    titled: tuple[Stage | Task, ...] = ()

    @property
    def is_planned(self) -> bool:
        """Whether it names a stage or task that the plan knows, by reference or by title."""
        return bool(self.stage_refs or self.task_refs or self.titled)


@dataclass(frozen=True, slots=True)
class PlanRefs:
    """The plan by its references; a ref that two stages carry has two of them."""

    index: RefIndex
    stages: Mapping[str, tuple[Stage, ...]]
    tasks: Mapping[str, tuple[Task, ...]]
    titles: "Titles"


Titles = Mapping[tuple[str, ...], Sequence[tuple[tuple[str, ...], Stage | Task]]]


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
        _titles(listed, todo),
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
        titled=_titled(text, refs.titles) if not (named["stage"] or named["task"]) else (),
    )


def links_of(named: Sequence[Named], refs: PlanRefs) -> tuple[Link, ...]:
    """Return a link for each stage or task a commit names, and one without for each other."""
    return tuple(link for one in named for link in _links(one, refs))


def _titles(stages: Iterable[Stage], tasks: Iterable[Task]) -> Titles:
    """Return the titles of at least three words that only one record has, by their first two."""
    records: defaultdict[tuple[str, ...], list[Stage | Task]] = defaultdict(list)
    for stage in stages:
        records[_words(stage.name)].append(stage)
    for task in tasks:
        records[_words(task.title)].append(task)
    titles: defaultdict[tuple[str, ...], list[tuple[tuple[str, ...], Stage | Task]]]
    titles = defaultdict(list)
    for words, found in records.items():
        if len(words) >= _TITLE_WORDS and len(found) == 1:
            titles[words[:2]].append((words, found[0]))
    return titles


def _titled(text: str, titles: Titles) -> tuple[Stage | Task, ...]:
    words = _words(text)
    found = {
        record.key: record
        for at in range(len(words) - _TITLE_WORDS + 1)
        for title, record in titles.get(words[at : at + 2], ())
        if words[at : at + len(title)] == title
    }
    return tuple(found.values())


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.lower()))


def _links(named: Named, refs: PlanRefs) -> list[Link]:
    stages = [_link(named, ref, refs.stages.get(ref, ()), "stage") for ref in named.stage_refs]
    tasks = [_link(named, ref, refs.tasks.get(ref, ()), "task") for ref in named.task_refs]
    titled = [_title_link(named.commit.sha, record) for record in named.titled]
    return [*stages, *tasks, *titled] or [
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


def _title_link(sha: str, record: Stage | Task) -> Link:
    kind = "stage" if isinstance(record, Stage) else "task"
    return Link(
        sha=sha,
        ref=record.ref,
        record=record.key,
        tier=TITLED,
        score=_TITLE_SCORE,
        reason=f"the message holds the title of {kind} {record.ref or record.key}",
        status="proposed",
    )


def _no_link(sha: str, ref: str | None, reason: str) -> Link:
    return Link(sha=sha, ref=ref, record=None, tier=NONE, score=0.0, reason=reason, status="none")
