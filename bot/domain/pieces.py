"""Commits that nobody planned, grouped into pieces of work that one answer can settle."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta, tzinfo

from bot.domain.activity import Commit

NEAR = timedelta(hours=48)  # commits further apart are two pieces, unless a branch joins them
_LOOK_BACK = 12  # pieces of one author that run beside each other
MAX_PIECE = 60  # commits; a longer piece is read by nobody
# Branches that everybody's work goes through: they join nothing.
_TRUNK = re.compile(
    r"(?:origin/)?(?:main|master|trunk|dev|devel|develop|development|staging|stage|integration|next"
    r"|production|prod|releases?(?:[/-].*)?|v?\d+(?:\.\w+)*)",
    re.IGNORECASE,
)
_SCOPE = re.compile(r"[a-z]{2,12}\((?P<scope>[^()]{1,40})\)!?:", re.IGNORECASE)


def pieces_of_work(
    commits: Sequence[Commit], likely: Mapping[str, str], zone: tzinfo
) -> list[list[Commit]]:
    """
    Return the commits in groups, each oldest first, the groups by their first commit.

    A branch is one piece. Otherwise commits of one author within two days are one piece when they
    share a file or folder, a scope ("feat(cache): …") or the task that they likely belong to; what
    is left of an author's day is one piece, too.

    Args:
        likely: The record that a commit likely belongs to, by its sha.
        zone: In which days are counted.
    """
    ordered = sorted(commits, key=lambda commit: (commit.authored_at, commit.sha))
    groups: list[list[Commit]] = []
    # Where a commit may join: the pieces of its branch and the last ones of its author.
    homes: defaultdict[str, list[list[Commit]]] = defaultdict(list)
    for commit in ordered:
        places = {f"author:{author_of(commit)}", f"branch:{commit.branch}"} - {"branch:"}
        near = [group for place in sorted(places) for group in homes[place][-_LOOK_BACK:]]
        joined = next((g for g in reversed(near) if _belongs(commit, g, likely)), None)
        if joined is None:
            joined = []
            groups.append(joined)
            for place in places:
                homes[place].append(joined)
        joined.append(commit)
    return _days_joined(groups, likely, zone)


def author_of(commit: Commit) -> str:
    """Return whom commits are told apart by: the mail address, else the name, lower case."""
    return commit.author_email.casefold() or commit.author_name.casefold()


def _belongs(commit: Commit, group: Sequence[Commit], likely: Mapping[str, str]) -> bool:
    last = group[-1]
    if len(group) >= MAX_PIECE or likely.get(commit.sha) != likely.get(last.sha):
        return False
    if _own_branch(commit) and commit.branch == last.branch:
        return True
    near = commit.authored_at - last.authored_at <= NEAR
    if not near or author_of(commit) != author_of(last):
        return False
    return commit.sha in likely or any(_alike(commit, other) for other in group)


def _own_branch(commit: Commit) -> bool:
    return bool(commit.branch) and not _TRUNK.fullmatch(commit.branch)


def _alike(one: Commit, other: Commit) -> bool:
    scope = _scope(one)
    if scope and scope == _scope(other):
        return True
    return bool(_folders(one.paths) & _folders(other.paths))


def _scope(commit: Commit) -> str:
    match = _SCOPE.match(commit.subject)
    return match["scope"].lower() if match else ""


def _folders(paths: Iterable[str]) -> set[str]:
    """Return the folders of paths; below "docs/" and other wide ones a file joins only itself."""
    return {folder if "/" in (folder := path.rpartition("/")[0]) else path for path in paths}


def _days_joined(
    groups: list[list[Commit]], likely: Mapping[str, str], zone: tzinfo
) -> list[list[Commit]]:
    """Join what is left of one author's day: single commits without a likely home."""
    days: defaultdict[tuple[str, str], list[Commit]] = defaultdict(list)
    pieces: list[list[Commit]] = []
    for group in groups:
        only = group[0]
        if len(group) > 1 or only.sha in likely or _own_branch(only):
            pieces.append(group)
            continue
        day = days[author_of(only), only.authored_at.astimezone(zone).date().isoformat()]
        if not day:
            pieces.append(day)
        day.append(only)
    return pieces
