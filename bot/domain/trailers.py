"""Trailers of a commit message, cherry-picks, and the same work committed twice."""

import re
from collections import defaultdict
from collections.abc import Iterable

from bot.domain.activity import Commit

_TRAILER = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]{0,60})[ \t]{0,10}:(?!//)[ \t]*(.*)")
_GIT_WROTE = ("Signed-off-by: ", "(cherry picked from commit ")
_PICKED = re.compile(r"\(cherry picked from commit ([0-9a-f]{7,64})\)")
_SHARE = 4  # git's rule: beside a line of its own, one line of four is a trailer


def trailers(body: str) -> tuple[tuple[str, str], ...]:
    """
    Return the trailers of a message, such as ("Stage", "1.5.4"), in their order.

    They stand in the last paragraph, which holds nothing else, or, as git has it, also prose when
    git itself wrote one of its lines. A line that begins with a blank goes on with the one before.

    Args:
        body: The message below its subject.
    """
    lines = _last_paragraph(body)
    found: list[tuple[str, str]] = []
    others, by_git, goes_on = 0, False, False
    for line in lines:
        by_git |= line.startswith(_GIT_WROTE)
        match = _TRAILER.fullmatch(line)
        if line[0] in " \t":
            if goes_on:
                key, value = found[-1]
                found[-1] = (key, f"{value} {line.strip()}".strip())
            continue
        goes_on = match is not None
        if match:
            found.append((match[1], match[2].strip()))
        elif not _PICKED.match(line):
            others += 1
    is_block = others == 0 or (by_git and len(found) * _SHARE >= len(lines))
    return tuple(found) if is_block else ()


def cherry_picked_from(body: str) -> tuple[str, ...]:
    """Return the shas, possibly short, that `git cherry-pick -x` noted, the latest pick last."""
    return tuple(_PICKED.findall(body))


def twins(commits: Iterable[Commit]) -> tuple[tuple[Commit, ...], ...]:
    """
    Return the groups of commits that hold the same work, so that it is counted once.

    A cherry-pick or a rebase keeps author, time of writing and subject. Merges are nobody's twins,
    nor is a commit a twin of its own parent (a script may write several in a second), nor of one
    that changed other files.

    Args:
        commits: In any order.

    Returns:
        Groups of two or more in the order of the first; members in the order given.
    """
    groups: defaultdict[tuple[str, object, str], list[Commit]] = defaultdict(list)
    for commit in commits:
        if len(commit.parents) <= 1:
            author = (commit.author_email or commit.author_name).casefold()
            groups[author, commit.authored_at, commit.subject].append(commit)
    alike = (_apart(group) for group in groups.values() if len(group) > 1)
    return tuple(tuple(group) for group in alike if len(group) > 1)


def _apart(group: list[Commit]) -> list[Commit]:
    """Leave out children of others in the group, and what shares no file with its first."""
    shas = {commit.sha for commit in group}
    first, *others = [commit for commit in group if not shas.intersection(commit.parents)] or group
    paths = set(first.paths)
    return [first] + [
        other for other in others if not paths or not other.paths or paths & set(other.paths)
    ]


def _last_paragraph(body: str) -> list[str]:
    lines = body.rstrip().split("\n")
    for place in range(len(lines) - 1, -1, -1):
        if not lines[place].strip():
            return lines[place + 1 :]
    return lines if lines != [""] else []
