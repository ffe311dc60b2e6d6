"""Branches that were merged: which one a commit came from, as the merges tell it."""

import re
from collections.abc import Iterable, Iterator, Mapping

from bot.domain.activity import Commit

_QUOTED = re.compile(r"'([^']{1,300})'")
_SUBJECTS = (
    # git, GitLab: "Merge branch 'x' of … into 'y'", "Merge branches 'a' and 'b'"
    re.compile(r"Merge (?:remote-tracking )?branch(?:es)? (?P<list>'.{1,2000})"),
    # GitHub: "Merge pull request #12 from owner/x"; Azure: "Merge pull request 12 from x into y"
    re.compile(r"Merge pull request (?:#\d{1,9} from [^/\s]{1,100}/|\d{1,9} from )(?P<one>\S+)"),
    # Gitea: "Merge pull request 'Title' (#12) from x into y", "… from owner/repo:x into y"
    re.compile(
        r"Merge pull request '.{0,400}' \([#!]\d{1,9}\) from (?:[^\s:]{1,200}:)?(?P<one>\S+)"
    ),
    # Bitbucket: "Merged in x (pull request #3)"
    re.compile(r"Merged in (?P<one>\S+) \(pull request #\d"),
    # Bitbucket Server, in the subject or the body: "Merge in PROJECT/repo from x to y",
    # "Merge pull request #12 in PROJECT/repo from x to y"
    re.compile(r"Merge (?:pull request #\d{1,9} )?in \S{1,200} from (?P<one>\S+) to "),
)
_TRACKED = re.compile(r"Merge remote-tracking ")
_INTO = re.compile(r"'\s+(?:into|of)\s")  # what follows is not merged
_REMOTE = re.compile(r"(?:refs/remotes/)?[^/]+/(?=.)")


def branch_of(commits: Iterable[Commit]) -> Mapping[str, str]:
    """
    Return the branch that each commit came from, by its sha, as far as merges name one.

    A merge gives the branch's name to what its merged parent reaches and its first parent does not;
    of several merges the nearest wins. Commits of the main line have no entry. Takes time in
    proportion to the number of commits.

    Args:
        commits: Any part of a history; the first that nobody descends from is the main line's tip.
    """
    by_sha = {commit.sha: commit for commit in commits}
    parents = {parent for commit in by_sha.values() for parent in commit.parents}
    names: dict[str, str] = {}
    waiting = [(sha, "") for sha in reversed(by_sha) if sha not in parents]
    while waiting:
        sha, name = waiting.pop()
        # The newest first, so that the oldest merge is looked at first: what its line reaches is
        # taken then, and the younger merges get the rest.
        for merge in _line(sha, name, by_sha, names):
            waiting += _sides(merge, name)
    return {sha: name for sha, name in names.items() if name}


def merged_branches(merge: Commit) -> tuple[str, ...]:
    """Return the names of the branches that a merge brought in, as far as its message says."""
    for text in (merge.subject, merge.body.partition("\n")[0]):
        for pattern in _SUBJECTS if text.startswith("Merge") else ():
            if match := pattern.match(text):
                found = match.groupdict()
                names = [found["one"]] if found.get("one") else _quoted(found["list"])
                if _TRACKED.match(text):
                    names = [_REMOTE.sub("", name, count=1) for name in names]
                return tuple(names)
    return ()


def _line(sha: str, name: str, by_sha: Mapping[str, Commit], names: dict[str, str]) -> list[Commit]:
    """Name the commits of a line, first parent by first parent; return its merges."""
    merges = []
    while sha not in names and (commit := by_sha.get(sha)):
        names[sha] = name
        if len(commit.parents) > 1:
            merges.append(commit)
        sha = commit.parents[0] if commit.parents else ""
    return merges


def _sides(merge: Commit, name: str) -> Iterator[tuple[str, str]]:
    """Yield the merged parents and their branches; one that is not named lies on the outer one."""
    sides = merge.parents[1:]
    merged = merged_branches(merge) or (name,)
    if len(merged) != len(sides):
        merged = (merged[0],) * len(sides)
    yield from reversed(list(zip(sides, merged, strict=True)))


def _quoted(text: str) -> list[str]:
    end = _INTO.search(text)
    return _QUOTED.findall(text[: end.start() + 1] if end else text)
