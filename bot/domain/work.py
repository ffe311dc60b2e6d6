"""Which commits are somebody's own work on the plan, and why the others are left out."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence

from bot.domain.activity import Commit
from bot.domain.claims import is_revert, reverted_shas
from bot.domain.evidence import RuleKind, WorkRule
from bot.domain.trailers import cherry_picked_from, twins

_BOT = re.compile(
    r"\[bot\]|(?:^|[^a-z])bot(?:@|$)|dependabot|renovate-?bot|^renovate(?:@|$)|github[ -]?actions"
    r"|gitlab[ -]?ci|pre-commit-ci|semantic-release|^ci@|^jenkins(?:@|$)|automation@",
    re.IGNORECASE,
)
_TYPE = re.compile(r"(?P<type>[a-z]{2,12})(?:\([^()]{1,40}\))?!?:(?!\S)", re.IGNORECASE)
MERGE, MACHINE = "merges", "made by machines"
COPY, TAKEN_BACK = "copies of other commits", "reverts and what they took back"


def work_type(commit: Commit) -> str:
    """Return the conventional type of a commit's subject ("feat"), "" where it has none."""
    match = _TYPE.match(commit.subject)
    return match["type"].lower() if match else ""


def set_aside(commits: Sequence[Commit], rules: Sequence[WorkRule]) -> dict[str, str]:
    """
    Return why each commit that is no work of its own is left out, by its sha.

    Merges only bring others in, machines keep house, a cherry-pick is the same work again, and a
    revert with what it took back comes to nothing. What the team excluded says so in its words.
    """
    undone = _taken_back(commits)
    # What was taken back is no original: picked again afterwards, it is work.
    reasons = _copies([one for one in commits if one.sha not in undone]) | undone
    for commit in commits:
        if reason := _own_reason(commit, rules):
            reasons[commit.sha] = reason
    return reasons


def counted(reasons: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """Return how many commits each reason left out, the most first."""
    return tuple(sorted(Counter(reasons).items(), key=lambda pair: (-pair[1], pair[0])))


def _own_reason(commit: Commit, rules: Sequence[WorkRule]) -> str | None:
    if len(commit.parents) > 1:
        return MERGE
    if _BOT.search(commit.author_name) or _BOT.search(commit.author_email):
        return MACHINE
    return next((f"{rule.key}: {rule.reason}" for rule in rules if _excludes(rule, commit)), None)


def _excludes(rule: WorkRule, commit: Commit) -> bool:
    if rule.kind is RuleKind.AUTHOR:
        names = (commit.author_email.casefold(), commit.author_name.casefold())
        return rule.pattern.casefold() in names
    if rule.kind is RuleKind.WORK:
        return work_type(commit) == rule.pattern.casefold()
    if rule.kind is RuleKind.PATH:
        folder = rule.pattern.rstrip("/")
        return bool(commit.paths) and all(
            path == folder or path.startswith(f"{folder}/") for path in commit.paths
        )
    return False


def _copies(commits: Sequence[Commit]) -> dict[str, str]:
    """Return the cherry-picks whose original is here, by their trailer or by being equal to it."""
    shas = sorted(commit.sha for commit in commits)
    copies = {
        commit.sha: COPY
        for commit in commits
        for picked in cherry_picked_from(commit.body)
        if _beginning(shas, picked)
    }
    for group in twins(commits):
        _, *others = [one for one in group if one.sha not in copies] or group
        copies |= dict.fromkeys((other.sha for other in others), COPY)
    return copies


def _taken_back(commits: Sequence[Commit]) -> dict[str, str]:
    """
    Return the shas of reverts that are explained, and of the commits that they took back.

    The newest first: a revert that was itself taken back takes nothing back.
    """
    shas = sorted(commit.sha for commit in commits)
    undone: dict[str, str] = {}
    for commit in sorted(commits, key=lambda one: one.authored_at, reverse=True):
        if not is_revert(commit) or commit.sha in undone:
            continue
        for short in reverted_shas(commit):
            targets = _beginning(shas, short)
            if len(targets) == 1 and targets[0] != commit.sha:
                undone |= dict.fromkeys((commit.sha, targets[0]), TAKEN_BACK)
    return undone


def _beginning(shas: Sequence[str], short: str) -> list[str]:
    """Return the shas, of sorted ones, that begin like this: at most two, which is one too many."""
    at = bisect_left(shas, short)
    return [sha for sha in shas[at : at + 2] if sha.startswith(short)]
