"""What people decided about commits, and what their path rules say, put into what is named."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.domain.activity import Commit
from bot.domain.evidence import LinkDecision, LinkVerdict, RuleKind, WorkRule
from bot.domain.matching import LINKED, SCORES, Link, Named, PlanRefs, Tier
from bot.domain.plan import Record


def decide(
    named: Sequence[Named],
    decisions: Iterable[LinkDecision],
    rules: Iterable[WorkRule],
    refs: PlanRefs,
) -> list[Named]:
    """
    Return the commits with what people decided about them, and what path rules say.

    A path rule speaks only where nobody else did, and only when all that a commit touches lies in
    its folder. A rejected record is taken from what a commit names, too.
    """
    by_sha: defaultdict[str, list[LinkDecision]] = defaultdict(list)
    for decision in decisions:
        by_sha[decision.sha].append(decision)
    folders = [rule for rule in rules if rule.kind is RuleKind.BELONGS and rule.record_key]
    return [
        _decided(_without_rejected(one, by_sha.get(one.commit.sha, ()), refs), by_sha, folders)
        for one in named
    ]


def _without_rejected(named: Named, decisions: Sequence[LinkDecision], refs: PlanRefs) -> Named:
    """Take away the references all of whose stages or tasks a person said no to."""
    rejected = frozenset(d.record_key for d in decisions if d.verdict is LinkVerdict.REJECTED)
    if not rejected:
        return named

    def kept(names: Iterable[str], records: Mapping[str, Sequence[Record]]) -> tuple[str, ...]:
        return tuple(
            ref for ref in names if not rejected.issuperset(r.key for r in records.get(ref, ()))
        )

    return replace(
        named,
        stage_refs=kept(named.stage_refs, refs.stages),
        task_refs=kept(named.task_refs, refs.tasks),
        rejected=rejected,
    )


def _decided(
    named: Named, by_sha: Mapping[str, Sequence[LinkDecision]], folders: Sequence[WorkRule]
) -> Named:
    sha = named.commit.sha
    links = [
        Link(
            sha=sha,
            ref=None,
            record=decision.record_key,
            tier=Tier.PERSON if decision.verdict is LinkVerdict.CONFIRMED else Tier.LIKELY,
            score=decision.score,
            reason=decision.reason,
            status=LINKED,
        )
        for decision in by_sha.get(sha, ())
        if decision.verdict is not LinkVerdict.REJECTED
    ]
    if not links and not named.is_planned:
        fit = [rule for rule in folders if rule.record_key not in named.rejected]
        links = [_by_folder(sha, rule) for rule in fit if _lies_in(named.commit, rule)][:1]
    return replace(named, decided=tuple(links))


def _by_folder(sha: str, rule: WorkRule) -> Link:
    return Link(
        sha=sha,
        ref=None,
        record=rule.record_key,
        tier=Tier.PATH,
        score=SCORES[Tier.PATH],
        reason=f"all it touches lies in {rule.pattern}, which {rule.key} gives to it",
        status=LINKED,
    )


def _lies_in(commit: Commit, rule: WorkRule) -> bool:
    return bool(commit.paths) and all(in_folder(path, rule.pattern) for path in commit.paths)


def in_folder(path: str, folder: str) -> bool:
    """Whether a path is the file `folder` names, or lies below it."""
    return path == folder.rstrip("/") or path.startswith(folder.rstrip("/") + "/")
