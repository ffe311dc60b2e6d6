"""
Which stages and tasks each commit belongs to, as far as somebody said so.

In tiers, the surest first: what a person decided, a trailer, the subject, the branch, the body, a
path rule (see `link_decisions` for the first and the last). Nothing is guessed here; what is likely
comes from `bot.analysis`.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.activity import Commit
from bot.domain.plan import Phase, Record, Stage, Task
from bot.domain.refs import RefIndex, canonical_ref, find_refs, index_plan
from bot.domain.titles import Titles, records_titled, titles_of
from bot.domain.trailers import trailers


class Tier(StrEnum):
    """How a link was found; the value is the stable word of `bqx gaps --json`."""

    PERSON = "person"
    TRAILER = "trailer"
    SUBJECT = "subject"
    BRANCH = "branch"
    BODY = "body"
    PATH = "path"
    LIKELY = "likely"  # author, time, files and text together; see `bot.analysis.links`
    TITLED = "titled"  # the subject holds the whole title: likely, and for a person to confirm
    NONE = "none"


LINKED, PROPOSED, UNLINKED = "linked", "proposed", "none"
SCORES = {
    Tier.PERSON: 1.0,
    Tier.TRAILER: 1.0,
    Tier.SUBJECT: 1.0,
    Tier.BRANCH: 0.95,
    Tier.BODY: 0.95,
    Tier.PATH: 0.9,
}
_BARE = 0.9  # a number that no word calls a stage
_TRAILERS = frozenset({"stage", "task", "bqx-stage", "bqx-task", "plan-item"})
_TITLE_SCORE = 0.6  # below any link by reference; shown as a proposal only
_DIGIT = re.compile(r"\d")
# The ends of a range are no stages of their own: it names those of the plan that lie between.
_UNKNOWN_STAGE = re.compile(
    r"\b(?:sub-?)?stages?[ \t:#]{1,3}((?:[A-Z]{2,10}-)?[0-9]{1,3}(?:\.[0-9]{1,3}){1,5}[A-Za-z]?)"
    r"(?![\w%]|\.\w|[ \t]{0,2}[-\u2013][ \t]{0,2}\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """
    A commit and what of the plan it belongs to.

    Args:
        ref: The reference as the commit names it, canonical; None where it names none.
        record: Our key of the stage or task; None while it is nobody's or a question.
        tier: A `Tier`.
        score: 1 for an explicit reference, 0.9 for a bare number, less for what is likely, 0 for
            none.
        reason: Why, in words.
        status: "linked", "proposed" or "none".
    """

    sha: str
    ref: str | None
    record: str | None
    tier: Tier
    score: float
    reason: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """
    What one commit names of the plan.

    Args:
        where: The surest tier of each reference it names.
        decided: Records that a person or a path rule gave it, with tier and reason.
        rejected: Records that a person said it does not belong to.
    """

    commit: Commit
    stage_refs: tuple[str, ...] = ()
    task_refs: tuple[str, ...] = ()
    phase_refs: tuple[str, ...] = ()
    unknown_refs: tuple[str, ...] = ()
    bare_refs: frozenset[str] = frozenset()
    where: Mapping[str, Tier] = field(default_factory=dict)
    titled: tuple[Stage | Task, ...] = ()
    decided: tuple[Link, ...] = ()
    rejected: frozenset[str] = frozenset()

    @property
    def is_planned(self) -> bool:
        """Whether somebody said which stage or task of the plan it belongs to."""
        return bool(self.stage_refs or self.task_refs or self.decided)


@dataclass(frozen=True, slots=True, kw_only=True)
class Likely:
    """
    Where a commit that names nothing likely belongs (`bot.analysis.links`).

    Args:
        record_key: The stage or task; None where none is likely enough to be proposed.
        is_certain: So sure that it is linked without asking; Undo takes it back.
        reasons: What speaks for it, in words: shared files, the author's last commit, words.
    """

    sha: str
    record_key: str | None
    score: float = 0.0
    is_certain: bool = False
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanRefs:
    """The plan by its references; a ref that two stages carry has two of them."""

    index: RefIndex
    stages: Mapping[str, tuple[Stage, ...]]
    tasks: Mapping[str, tuple[Task, ...]]
    titles: Titles


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
        titles_of(listed, todo),
    )


def records_by_key(stages: Iterable[Stage], tasks: Iterable[Task]) -> dict[str, Record]:
    """Return the stages and tasks of a plan by our keys."""
    records: dict[str, Record] = {stage.key: stage for stage in stages}
    return records | {task.key: task for task in tasks}


def read_commit(commit: Commit, refs: PlanRefs) -> Named:
    """Return what a commit's trailers, subject, branch and body name, each ref by its surest."""
    named: defaultdict[str, dict[str, bool]] = defaultdict(dict)
    where: dict[str, Tier] = {}
    for tier, text in _texts(commit):
        if not _DIGIT.search(text):  # no reference is without one, and most messages are
            continue
        for mention in find_refs(text, refs.index):
            known = named[mention.kind]
            known[mention.ref] = known.get(mention.ref, False) or mention.explicit
            where.setdefault(mention.ref, tier)
    text = f"{commit.subject}\n{commit.body}"
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
        where=where,
        titled=records_titled(commit.subject, refs.titles)
        if not (named["stage"] or named["task"])
        else (),
    )


def _texts(commit: Commit) -> Iterable[tuple[Tier, str]]:
    """Yield what a commit says, the surest first; each trailer as "Stage 1.5.4"."""
    for key, value in trailers(commit.body):
        word = key.lower().removeprefix("bqx-")
        if key.lower() in _TRAILERS:
            yield Tier.TRAILER, value if word == "plan-item" else f"{word} {value}"
    yield Tier.SUBJECT, commit.subject
    if commit.branch:
        yield Tier.BRANCH, commit.branch
    yield Tier.BODY, f"{commit.subject}\n{commit.body}"


def links_of(
    named: Sequence[Named], refs: PlanRefs, likely: Mapping[str, Likely]
) -> tuple[Link, ...]:
    """Return a link for each stage or task of a commit, and one without for each other."""
    return tuple(link for one in named for link in _links(one, refs, likely))


def records_of(named: Named, refs: PlanRefs) -> list[str]:
    """Return the stages and tasks that a commit surely belongs to, by our keys."""
    links = _links(named, refs, {})
    return [link.record for link in links if link.record and link.status == LINKED]


def _links(named: Named, refs: PlanRefs, likely: Mapping[str, Likely]) -> list[Link]:
    stages = [_link(named, ref, refs.stages.get(ref, ()), "stage") for ref in named.stage_refs]
    tasks = [_link(named, ref, refs.tasks.get(ref, ()), "task") for ref in named.task_refs]
    decided = {link.record for link in named.decided}
    by_ref = [
        link
        for link in (*stages, *tasks)
        if link.record not in named.rejected | decided and not _is_answered(link, decided, refs)
    ]
    titled = [
        _title_link(named.commit.sha, record)
        for record in named.titled
        if record.key not in named.rejected and not named.decided
    ]
    found = [*named.decided, *by_ref]
    guess = likely.get(named.commit.sha)
    # A title in the subject is a proposal; what is certain beside it is written down as a link.
    if found or not (guess and guess.is_certain):
        found += titled
    if not found and guess and guess.record_key:
        found = [_likely_link(guess)]
    return found or [no_link(named.commit.sha, None, "names no stage or task of the plan")]


def _is_answered(link: Link, decided: set[str | None], refs: PlanRefs) -> bool:
    """Whether a ref that several stages carry is no question: a person chose one of them."""
    return link.record is None and any(
        stage.key in decided for stage in refs.stages.get(link.ref or "", ())
    )


def _likely_link(guess: Likely) -> Link:
    return Link(
        sha=guess.sha,
        ref=None,
        record=guess.record_key,
        tier=Tier.LIKELY,
        score=round(guess.score, 3),
        reason="; ".join(guess.reasons) or "words, files and time together",
        status=LINKED if guess.is_certain else PROPOSED,
    )


def _link(named: Named, ref: str, records: tuple[Stage, ...] | tuple[Task, ...], kind: str) -> Link:
    if len(records) != 1:
        return no_link(named.commit.sha, ref, f"{len(records)} {kind}s carry {ref}")
    tier = named.where.get(ref, Tier.BODY)
    says = f"the {tier.value} names {kind} {ref}"
    if tier is Tier.BRANCH:
        says = f"the branch {named.commit.branch[:80]} names {kind} {ref}"
    return Link(
        sha=named.commit.sha,
        ref=ref,
        record=records[0].key,
        tier=tier,
        score=min(SCORES[tier], _BARE if ref in named.bare_refs else 1.0),
        reason=says,
        status=LINKED,
    )


def _title_link(sha: str, record: Stage | Task) -> Link:
    kind = "stage" if isinstance(record, Stage) else "task"
    return Link(
        sha=sha,
        ref=record.ref,
        record=record.key,
        tier=Tier.TITLED,
        score=_TITLE_SCORE,
        reason=f"the subject holds the title of {kind} {record.ref or record.key}",
        status=PROPOSED,
    )


def no_link(sha: str, ref: str | None, reason: str) -> Link:
    """Return the link of a commit that belongs to nothing we know of."""
    return Link(
        sha=sha, ref=ref, record=None, tier=Tier.NONE, score=0.0, reason=reason, status=UNLINKED
    )
