"""Activity: what git shows of the work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """
    One commit.

    Args:
        sha: Full object name.
        author_name: By `.mailmap`.
        author_email: By `.mailmap`.
        authored_at: Aware, UTC.
        subject: First line; control characters and broken UTF-8 replaced.
        body: The rest, cut at 20,000 characters.
        parents: Full shas; two or more make a merge.
        paths: Changed paths, relative to the repository; none of a merge.
        branch: The merged branch it came from, as the merges name it; "" on the main line.
    """

    sha: str
    author_name: str
    author_email: str
    authored_at: datetime
    subject: str
    body: str = ""
    parents: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    branch: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """
    Commits that arrived on a branch in a period, newest first.

    Args:
        repo: Name of the repository for people (its folder's name).
        branch: The branch that was read.
        tip: Full sha of its newest commit; "" where there is none.
        remarks: What a reader should know: "shallow clone", "history was rewritten".
        tips: Full shas by full ref name: what to keep, so that the next reading begins here.
    """

    repo: str
    branch: str
    tip: str
    commits: tuple[Commit, ...] = ()
    remarks: tuple[str, ...] = ()
    tips: Mapping[str, str] = field(default_factory=dict)
